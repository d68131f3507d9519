"""The worker and every agency concerned are told of each step, each once, and nobody else is."""

from uuid import UUID

import msgspec
import pytest

from services.notification.domain import (
    OF_ONE_AGENCY,
    TOLD,
    TOLD_OF_A_VACANCY,
    TOLD_OF_TASKS,
    TOLD_TO_AGENCIES,
    WORKER,
    event_from,
    kept_data,
    message_id,
    messages_for,
    who_is_told,
)
from shared.agencies import KEPT
from shared.events import (
    EVENTS,
    FACTS,
    CourseOfferRefused,
    GrantRecorded,
    IdentityQuestioned,
    InterviewNeeded,
    JobseekerCardIssued,
    LayoffReported,
    NotificationDelivered,
    NotificationFailed,
    PlacementTold,
    ReviewOpened,
    SpellEvent,
    WalkInReported,
    WorkerEnrolled,
    WorkerErased,
    WorkerFactRetracted,
    WorkerReferred,
    WorkerRegistered,
    WorkerRestricted,
    type_of,
)
from tests.unit.notification.examples import BUDI, CENTRE, EMPLOYER, OFFICE, SITI, UNION, example, said


def test_every_step_and_every_answer_is_told():
    own = {NotificationDelivered, NotificationFailed, PlacementTold}
    plumbing = {*KEPT, WorkerErased, WorkerRestricted}
    spoken_by_services = {kind for name, kind in EVENTS.items() if name not in FACTS}
    assert set(TOLD) == spoken_by_services - own - plumbing | {GrantRecorded}


@pytest.mark.parametrize(
    "kind",
    [kind for kind in TOLD if issubclass(kind, SpellEvent) and kind not in OF_ONE_AGENCY],
    ids=lambda kind: kind.__name__,
)
def test_the_worker_comes_first_then_who_is_concerned(kind):
    told = who_is_told(example(kind, concerns=["a-office", "b-union"]))
    assert told[:3] == [WORKER, "a-office", "b-union"]


@pytest.mark.parametrize("kind", OF_ONE_AGENCY)
def test_what_becomes_of_a_claim_is_told_to_the_worker_and_to_its_agency_alone(kind):
    assert who_is_told(example(kind, agency=UNION, concerns=["a-office", "b-employer"])) == [WORKER, UNION]


@pytest.mark.parametrize("kind", [ReviewOpened, InterviewNeeded])
def test_what_the_workers_offices_are_to_do_is_told_to_them_alone(kind):
    assert who_is_told(example(kind, agency=UNION, concerns=[OFFICE])) == [OFFICE]


@pytest.mark.parametrize("kind", TOLD_OF_TASKS, ids=lambda kind: kind.__name__)
def test_of_what_is_owed_those_are_told_whom_it_concerns_and_neither_the_worker_nor_others(kind):
    assert who_is_told(example(kind, owed_by=[UNION], concerns=[OFFICE, CENTRE])) == [OFFICE, CENTRE]


def test_the_training_centre_is_told_of_its_participant():
    assert who_is_told(example(WorkerEnrolled)) == [WORKER, OFFICE, UNION, CENTRE]


def test_the_union_that_referred_is_told():
    assert who_is_told(example(WorkerRegistered, concerns=[], agency=OFFICE)) == [WORKER, OFFICE, UNION]


def test_an_agency_that_is_concerned_twice_is_told_once():
    assert who_is_told(example(WorkerReferred, concerns=[OFFICE, UNION, OFFICE], agency=OFFICE)) == [
        WORKER,
        OFFICE,
        UNION,
    ]


@pytest.mark.parametrize("kind", TOLD_TO_AGENCIES, ids=lambda kind: kind.__name__)
def test_a_refused_answer_is_told_to_the_agency_that_gave_it_and_to_nobody_else(kind):
    assert who_is_told(example(kind, agency=CENTRE)) == [CENTRE]


@pytest.mark.parametrize("kind", TOLD_OF_A_VACANCY, ids=lambda kind: kind.__name__)
def test_offices_and_the_agency_that_posted_are_told_of_an_approval(kind):
    assert who_is_told(example(kind, agency=EMPLOYER, concerns=[OFFICE])) == [OFFICE, EMPLOYER]


@pytest.mark.parametrize("kind", [JobseekerCardIssued, GrantRecorded])
def test_cards_and_grants_are_told_to_worker_and_agency(kind):
    assert who_is_told(example(kind, agency=OFFICE)) == [WORKER, OFFICE]


def test_an_agency_called_worker_does_not_get_the_workers_mail():
    assert who_is_told(example(WorkerEnrolled, concerns=["worker"], provider=CENTRE)) == [WORKER, CENTRE]
    assert who_is_told(example(IdentityQuestioned, agency="worker")) == []


def test_the_same_event_and_receiver_always_make_the_same_message():
    one, again = messages_for([example(WorkerEnrolled)]), messages_for([example(WorkerEnrolled)])
    assert [message.id for message in one] == [message.id for message in again]
    assert len({message.id for message in one}) == 4


def test_messages_of_other_events_and_receivers_are_others():
    events = [said(n).id for n in range(50)]
    ids = {message_id(event, receiver) for event in events for receiver in (WORKER, OFFICE, UNION, CENTRE)}
    assert len(ids) == 200


def test_ids_grow_with_the_events():
    ids = [message_id(said(n).id, WORKER) for n in range(1, 50)]
    assert ids == sorted(ids)
    assert {(id.version, id.variant) for id in ids} == {(7, "specified in RFC 4122")}


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_an_event_comes_back_from_what_was_kept_of_it(kind):
    event = example(kind)
    back = event_from(type_of(kind), event.key, msgspec.json.decode(msgspec.json.encode(kept_data(event))))
    left_out = {"concerns": [], "contact": None, "birth_year": None, "sex": None, "position": None}
    expected = {**msgspec.structs.asdict(event), **{k: v for k, v in left_out.items() if hasattr(event, k)}}
    assert {**msgspec.structs.asdict(back), "envelope": event.envelope} == expected


def test_neither_contact_nor_worker_are_kept_with_the_data():
    data = kept_data(example(WorkerRegistered, worker=SITI))
    assert not {"contact", "worker", "concerns", "envelope"} & set(data)
    assert kept_data(example(CourseOfferRefused, course=BUDI)).get("course") is None
    assert event_from(
        type_of(CourseOfferRefused), UUID(int=3), {"code": "A", "agency": CENTRE, "reason": "seats-taken"}
    )


def test_the_agency_that_reports_a_walk_in_is_not_told_that_the_worker_is_known():
    assert who_is_told(example(WalkInReported, agency=EMPLOYER, entered_by=OFFICE)) == [WORKER]


def test_the_agency_that_retracts_a_walk_in_is_not_told_that_the_worker_is_known():
    of_it = {"agency": EMPLOYER, "said_by": EMPLOYER}
    assert who_is_told(example(WorkerFactRetracted, **of_it, retracts=type_of(WalkInReported))) == [WORKER]
    assert who_is_told(example(WorkerFactRetracted, **of_it, retracts=type_of(LayoffReported))) == [WORKER, EMPLOYER]
