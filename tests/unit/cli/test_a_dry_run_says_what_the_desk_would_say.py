"""Data is checked against the schema that the front desk gives, without sending it."""

import copy

import pytest

from cli.posting.schema import Schema
from services.registration.posting.examples import EXAMPLES
from services.registration.posting.forms import FORMS, form_of

NIK = "3306004101900001"


def complaints(name: str, **changed: object) -> list[tuple[str, str]]:
    data = copy.deepcopy(EXAMPLES[name])
    for field, value in changed.items():
        *above, last = field.split("__")
        inner = data[above[0]] if above else data
        if value is None:
            inner.pop(last, None)
        else:
            inner[last] = value
    return [tuple(complaint) for complaint in Schema(form_of(name).schema).complaints(data)]


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.fact.__name__)
def test_the_desk_s_own_examples_fit(form) -> None:
    assert Schema(form.schema).complaints(EXAMPLES[form.fact.__name__]) == []


def test_every_mistake_names_its_column_and_never_the_value() -> None:
    assert complaints("LayoffReported", person__nik="12345") == [
        ("person.nik", "must be 16 digits, as on the identity card (KTP); as text")
    ]
    assert complaints("LayoffReported", person__name=None) == [("person.name", "is missing")]
    assert complaints("LayoffReported", persn={}) == [("persn", "is no field of this type")]
    assert complaints("LayoffReported", kind="fired") == [("kind", "must be one of furloughed, laid-off")]
    assert complaints("LayoffReported", on="06/09/2021") == [("on", "must be a date such as 2021-02-03")]
    assert complaints("LayoffReported", wishes="sewing") == [("wishes", "must be a list")]
    assert complaints("LayoffReported", wishes=["s"] * 21) == [("wishes", "must have at most 20 entries")]
    assert complaints("LayoffReported", person__nik=3306004101900001) == [("person.nik", "must be a string")]
    assert complaints("CourseOffered", seats="16") == [("seats", "must be a whole number")]
    assert complaints("CourseOffered", seats=True) == [("seats", "must be a whole number")]
    assert complaints("CourseOffered", seats=0) == [("seats", "must be at least 1")]
    assert complaints("JobseekerApplied", card="yes") == [("card", "must be true or false")]


def test_a_worker_is_named_in_exactly_one_way() -> None:
    id = "0191f6b0-7d5c-7a10-8f00-000000000001"
    assert complaints("HireConfirmed", nik=None) == [("", "needs exactly one of worker, nik, person")]
    assert complaints("HireConfirmed", worker=id) == [("", "needs exactly one of worker, nik, person")]
    assert complaints("HireConfirmed", nik=None, worker=id) == []
    assert complaints("HireConfirmed", nik=None, worker="siti") == [("worker", "must be an id such as " + id)]


def test_null_means_that_it_is_not_given() -> None:
    given = copy.deepcopy(EXAMPLES["HireConfirmed"])
    assert Schema(form_of("HireConfirmed").schema).complaints({**given, "worker": None}) == []
    assert Schema(form_of("HireConfirmed").schema).complaints({**given, "worker": None, "nik": None}) == [
        ("", "needs exactly one of worker, nik, person")
    ]


def test_who_wants_nothing_is_refused_as_at_the_desk() -> None:
    assert complaints("LayoffReported", wants=[]) == []
    assert complaints("JobseekerApplied", wants=[]) == [("wants", "must have at least 1 entries")]


def test_what_is_no_object_is_refused() -> None:
    assert [tuple(one) for one in Schema(form_of("HireConfirmed").schema).complaints([])] == [("", "must be an object")]
