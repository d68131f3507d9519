"""What holds for each handler alike: its cost, a repeat, a failure."""

from datetime import date

import pytest

from contract.examples import OFFICE, UNION, example, id_of, worker
from services.placement.handlers import make_handlers
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    AgencyDelegated,
    AgencyRevoked,
    HireConfirmed,
    HireDeclined,
    MemberAdmitted,
    MemberRevoked,
    PlacementConfirmed,
    PlacementTold,
    VacancyClosed,
    WalkInReported,
    type_of,
)
from tests.counting import FEW, MORE, counting
from tests.spoken import heard
from tests.unit.placement.examples import (
    admitted,
    amended,
    approved,
    carded,
    claim_added,
    claim_ended,
    closed,
    confirmed,
    contested,
    declined,
    denied,
    erased,
    fact_id,
    graduated,
    hired,
    in_business,
    left_training,
    merged,
    out_of_work,
    posted,
    recalled,
    refused,
    registered,
    reinstated,
    restricted,
    result_voided,
    retracted,
    said,
    split,
    terms,
    vacancy_retracted,
    withdrawn,
)

ONE_WITHOUT_APPROVAL = terms(most_unapproved=1)
HANDLERS = make_handlers(ONE_WITHOUT_APPROVAL)


@pytest.fixture
def terms_of_referral():
    return ONE_WITHOUT_APPROVAL


@pytest.fixture
async def placement(placement):
    """The office, which posts most vacancies here, is known."""
    await placement.hear(admitted(OFFICE, "office"))
    return placement


def employer(n):
    return f"pt-{n}"


def posted_by_employer(n):
    """More openings than an employer offers without approval, for the n-th worker alone."""
    return posted(f"V{n}", agency=employer(n), vocation=f"v{n}", openings=2)


def referred_to_employer(n):
    return [posted_by_employer(n), registered(n, wishes=[f"v{n}"])]


def hired_alone(n, **given):
    """The n-th worker is hired for a vacancy that fits nobody else."""
    return [posted(f"V{n}", vocation=f"v{n}"), registered(n, wishes=[f"v{n}"]), hired(n, f"V{n}", **given)]


def walked_in(n):
    return said(example(WalkInReported, worker=worker(n)), n)


def member(n):
    return MemberAdmitted(id=id_of("id", employer(n)), agency=employer(n), member="siti", key_hash=f"b{n:063}")


LOST_ON = date(2021, 7, 1)
"""A day within three months of the first working day."""
TWIN = 10_000
"""What is added to a worker's number for the other id of the same person."""


def nothing(_):
    return []


def looking(n):
    return [registered(n)]


def training_first(n):
    return [registered(n, wants=["training"])]


def referred(n):
    return [posted(f"V{n}"), registered(n)]


CASES = {
    "AgencyAdmitted": (nothing, lambda n: admitted(employer(n), "employer")),
    "AgencyAdmitted, taken for an employer before": (
        lambda n: [posted_by_employer(n)],
        lambda n: admitted(employer(n), "office"),
    ),
    "AgencyRevoked": (
        lambda n: [admitted(employer(n), "employer")],
        lambda n: AgencyRevoked(id=id_of("id", employer(n)), agency=employer(n)),
    ),
    "AgencyDelegated": (
        lambda n: [admitted(employer(n), "employer")],
        lambda n: AgencyDelegated(id=id_of("id", employer(n)), agency=employer(n), delegates=["disnaker"]),
    ),
    "MemberAdmitted": (lambda n: [admitted(employer(n), "employer")], member),
    "MemberRevoked": (
        lambda n: [admitted(employer(n), "employer"), member(n)],
        lambda n: MemberRevoked(id=id_of("id", employer(n)), agency=employer(n), member="siti"),
    ),
    "WorkerRegistered": (lambda n: [posted(f"V{n}")], registered),
    "ApplicationAmended": (
        lambda n: [posted(f"V{n}", vocation="welding"), registered(n)],
        lambda n: amended(n, wishes=["welding"]),
    ),
    "JobseekerCardIssued": (
        lambda n: [registered(n, reach="abroad"), posted(f"V{n}", country="SG", region=None)],
        carded,
    ),
    "ClaimAdded": (referred, lambda n: claim_added(n, OFFICE, UNION)),
    "ClaimEnded": (referred, lambda n: claim_ended(n, UNION)),
    "WorkerGraduated": (lambda n: [posted(f"V{n}"), *training_first(n)], graduated),
    "TrainingNotCompleted": (lambda n: [posted(f"V{n}"), *training_first(n)], left_training),
    "ApplicationRefused": (lambda n: [posted(f"V{n}"), *training_first(n)], refused),
    "RegistrationWithdrawn": (referred, withdrawn),
    "WorkerErased": (referred, erased),
    "WorkerRestricted": (looking, restricted),
    "VacancyPosted": (looking, lambda n: posted(f"V{n}")),
    "VacancyPosted by an employer": (lambda n: [registered(n, wishes=[f"v{n}"])], posted_by_employer),
    "VacancyApproved": (lambda n: [posted_by_employer(n)], lambda n: approved(f"V{n}", of=employer(n))),
    "VacancyClosed by an employer": (
        referred_to_employer,
        lambda n: closed(f"V{n}", agency=employer(n)),
    ),
    "HireConfirmed by an employer": (referred_to_employer, lambda n: hired(n, f"V{n}", employer(n))),
    "HireDeclined by an employer": (
        referred_to_employer,
        lambda n: declined(n, f"V{n}", vacancy=id_of(f"V{n}", employer(n))),
    ),
    "VacancyClosed": (referred, lambda n: closed(f"V{n}")),
    "HireConfirmed": (referred, lambda n: hired(n, f"V{n}")),
    "HireDeclined": (referred, lambda n: declined(n, f"V{n}")),
    "WorkerRecalled": (referred, recalled),
    "BusinessStarted": (referred, in_business),
    "WorkerFactRetracted: a hire": (
        lambda n: [*referred(n), said(hired(n, f"V{n}"), n)],
        lambda n: retracted(n, n, HireConfirmed, f"V{n}"),
    ),
    "WorkerFactRetracted: a decline": (
        lambda n: [*referred(n), said(declined(n, f"V{n}"), n)],
        lambda n: retracted(n, n, HireDeclined, f"V{n}"),
    ),
    "PlacementConfirmed": (lambda n: hired_alone(n, grade="employer-says"), confirmed),
    "PlacementContested": (lambda n: hired_alone(n, grade="employer-says"), contested),
    "PlacementDenied": (lambda n: hired_alone(n, grade="employer-says"), denied),
    "EmploymentEnded": (hired_alone, out_of_work),
    "WorkerRegistered, who lost the job again": (
        hired_alone,
        lambda n: registered(n, wishes=[f"v{n}"], spell=2, without_work_since=LOST_ON),
    ),
    "RegistrationWithdrawn, of who lost the job again": (
        lambda n: [*hired_alone(n), registered(n, wishes=[f"v{n}"], spell=2, without_work_since=LOST_ON)],
        lambda n: withdrawn(n, spell=2),
    ),
    "WorkerFactRetracted: a confirmation": (
        lambda n: [*hired_alone(n, grade="employer-says"), said(confirmed(n), n)],
        lambda n: retracted(n, n, PlacementConfirmed, None),
    ),
    "WalkInReported": (looking, walked_in),
    "PlacementConfirmed, of who walked in": (
        lambda n: [registered(n, wishes=[f"v{n}"]), walked_in(n)],
        lambda n: confirmed(n, by_office=True),
    ),
    "PlacementTold": (
        lambda n: hired_alone(n, grade="employer-says"),
        lambda n: PlacementTold(subject=worker(n), placement=fact_id(n), channel="smtp"),
    ),
    "RegistrationReinstated": (lambda n: [*referred(n), withdrawn(n)], reinstated),
    "TrainingResultVoided": (
        lambda n: [posted(f"V{n}"), *training_first(n), graduated(n)],
        result_voided,
    ),
    "VacancyFactRetracted": (
        lambda n: [*referred(n), said(closed(f"V{n}"), n)],
        lambda n: vacancy_retracted(f"V{n}", n, VacancyClosed),
    ),
    "WorkerMerged": (
        lambda n: [posted(f"V{n}", openings=2), registered(n), registered(TWIN + n)],
        lambda n: merged(TWIN + n, into=n),
    ),
    "WorkerSplit": (
        lambda n: [posted(f"V{n}", openings=2), registered(n), registered(TWIN + n), merged(TWIN + n, into=n)],
        lambda n: split(TWIN + n, former=n),
    ),
}
each_handler = pytest.mark.parametrize(("before", "event"), CASES.values(), ids=CASES)
EVERYTHING = (
    "SELECT 'c', CAST(c AS text) FROM candidate AS c UNION ALL SELECT 's', CAST(s AS text) FROM seeking AS s "
    "UNION ALL SELECT 'v', CAST(v AS text) FROM vacancy AS v UNION ALL SELECT 'r', CAST(r AS text) FROM referral AS r "
    "UNION ALL SELECT 'p', CAST(p AS text) FROM placement AS p UNION ALL SELECT 'a', CAST(a AS text) FROM agency AS a "
    "UNION ALL SELECT 'm', CAST(m AS text) FROM member AS m UNION ALL SELECT 'e', CAST(e AS text) FROM (SELECT worker FROM erased) AS e "
    "UNION ALL SELECT 'j', CAST(j AS text) FROM (SELECT position, type FROM journal) AS j ORDER BY 1, 2"
)


def test_every_handler_is_tested_here():
    assert {type_of(type(event(1))) for _, event in CASES.values()} == HANDLERS.types


@each_handler
async def test_two_hundred_events_cost_as_many_statements_as_six_hundred(placement, before, event):
    counts = []
    for numbers in (range(100, 100 + FEW), range(300, 300 + MORE)):
        for nth in range(
            len(before(0))
        ):  # one kind after the other, so that each worker gets the vacancy of that number
            await placement.hear(*(before(n)[nth] for n in numbers))
        with counting(placement.database) as statements:
            await placement.hear(*(event(n) for n in numbers))
        counts.append(len(statements))
    assert counts[0] == counts[1]


@each_handler
async def test_a_repeat_changes_nothing(placement, before, event):
    for earlier in before(1):
        await placement.hear(earlier)
    records = placement.records([event(1)])
    await placement.deliver(*records)
    after_the_first = await placement.rows(EVERYTHING)
    assert await placement.deliver(*records, *records) == []
    assert await placement.rows(EVERYTHING) == after_the_first
    assert await placement.buried() == []


@each_handler
async def test_a_failure_leaves_nothing_behind(placement, before, event):
    for earlier in before(1):
        await placement.hear(earlier)
    untouched = await placement.rows(EVERYTHING)
    bookmarks = await placement.rows("SELECT * FROM bookmark ORDER BY 1, 2")
    async with placement.database.engine.connect() as connection:
        await HANDLERS.handle([heard(event(1))], UnitOfWork(connection))
        # the connection goes away without a commit, as when the process is killed here
    assert await placement.rows(EVERYTHING) == untouched
    assert await placement.rows("SELECT * FROM bookmark ORDER BY 1, 2") == bookmarks
