"""Every event has one name, one key, and comes back from JSON as it went in."""

from uuid import UUID

import msgspec
import pytest

from shared.events import EVENTS, FACTS, TrainingNotCompleted, TrainingResultRecorded, WorkerRegistered, type_of


def test_names_follow_the_rule():
    assert type_of(WorkerRegistered) == "pulih.worker.registered.v1"
    assert type_of(TrainingResultRecorded) == "pulih.training-result.recorded.v1"
    assert type_of(TrainingNotCompleted) == "pulih.training.not-completed.v1"


def test_what_design_promises_is_there():
    for name in [
        "layoff.reported",
        "layoff.withdrawn",
        "jobseeker.applied",
        "course.offered",
        "course.cancelled",
        "training-result.recorded",
        "vacancy.posted",
        "vacancy.closed",
        "hire.confirmed",
        "hire.declined",
        "worker.recalled",
        "business.started",
    ]:
        assert f"pulih.{name}.v1" in FACTS
    for name in [
        "worker.registered",
        "registration.withdrawn",
        "worker.enrolled",
        "worker.waitlisted",
        "enrolment.cancelled",
        "worker.graduated",
        "training.not-completed",
        "worker.referred",
        "referral.lapsed",
        "worker.placed",
        "notification.delivered",
        "notification.failed",
    ]:
        assert f"pulih.{name}.v1" in EVENTS


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.__name__)
def test_each_event_is_keyed_by_an_id_it_requires(kind):
    (field,) = [field for field in msgspec.structs.fields(kind) if field.name == kind.about]
    assert field.type is UUID
    assert field.required


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.__name__)
def test_no_event_has_a_field_for_personal_data(kind):
    names = {field.name for field in msgspec.structs.fields(kind)}
    if kind.__name__ == "AgencyAdmitted":
        names -= {"name", "email"}  # an agency's, which is no person's
    assert not names & {"nik", "name", "phone", "email", "address", "birth_date"}
