"""Whatever a topic holds, reading it never raises: it comes back as an event or with a reason."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import GrantRecorded, type_of
from shared.kafka import records

GRANT = GrantRecorded(
    worker=uuid4(), agency="bpjs-denpasar", on=date(2020, 8, 11), kind="daily-allowance", amount=50_000
)


def record(value=None, headers=None, **changed):
    written = records.headers_of(
        position=7,
        previous=3,
        partition=0,
        id=UUID(int=9),
        type=type_of(GrantRecorded),
        time=datetime(2020, 8, 11, tzinfo=UTC),
        speaker="registration",
    )
    headers = written if headers is None else headers
    headers = [(name, changed.pop(name, content)) for name, content in headers]
    return SimpleNamespace(
        topic="registration",
        partition=0,
        offset=1,
        timestamp=0,
        key=str(GRANT.worker).encode(),
        value=msgspec.json.encode(GRANT) if value is None else value,
        headers=[(name, content) for name, content in headers if content != "left out"],
    )


def test_what_was_written_is_read_again():
    entry = records.read(record())
    assert entry.event == msgspec.structs.replace(GRANT, envelope=entry.event.envelope)
    assert (entry.position, entry.previous, entry.type) == (7, 3, "pulih.grant.recorded.v1")
    assert entry.event.envelope.id == UUID(int=9)
    assert entry.event.envelope.by == "/registration"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (record(headers=[]), "no CloudEvents headers"),
        (record(ce_type=None), "the header ce_type is null"),
        (record(ce_id=b"\xff\xfe"), "the header ce_id is not UTF-8"),
        (record(ce_type="left out"), "the header ce_type is missing"),
        (record(ce_id="left out"), "the header ce_id is missing"),
        (record(ce_sequence="left out"), "not from the journal of a service"),
        (record(ce_sequence=b"seven"), "not from the journal of a service"),
        (record(ce_sequence=b"%020d" % 8), "not from the journal of a service"),
        (record(ce_previous=b"%020d" % 4), "not from the journal of a service"),
        (record(ce_check=b"00000000"), "not from the journal of a service"),
        (record(ce_check="left out"), "not from the journal of a service"),
        (record(ce_type=b"pulih.pension.granted.v1"), "the type pulih.pension.granted.v1 is not in the contract"),
        (record(ce_time=b"yesterday"), "a header does not read"),
        (record(value=b"{"), "the data is not JSON"),
        (record(value=b"\xff"), "the data is not JSON"),
        (record(value=b'{"agency":"bpjs-denpasar"}'), "missing required field"),
        (record(value=b'{"on":"Tuesday"}'), "the data does not fit pulih.grant.recorded.v1"),
    ],
)
def test_each_fault_has_its_sentence(bad, reason):
    entry = records.read(bad)
    assert entry.event is None
    assert reason in entry.reason


def test_a_record_without_data_says_so():
    empty = record()
    empty.value = None
    assert records.read(empty).reason == "the record has no data"


def test_a_bad_event_still_tells_its_place_so_that_the_bookmark_can_pass_it():
    assert records.read(record(value=b"{")).position == 7


def test_an_event_nobody_here_answers_is_passed_over_without_reading_it():
    entry = records.read(record(value=b"{"), wanted=frozenset())
    assert (entry.event, entry.reason, entry.position) == (None, None, 7)


@given(
    value=st.none() | st.binary(max_size=60),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["ce_type", "ce_id", "ce_time", "ce_source", "ce_sequence", "ce_previous", "x"]),
            st.none() | st.binary(max_size=30) | st.just(b"pulih.grant.recorded.v1") | st.just(b"12"),
        ),
        max_size=8,
    ),
)
def test_nothing_at_all_makes_reading_raise(value, headers):
    strange = record()
    strange.value, strange.headers = value, headers
    entry = records.read(strange)
    assert entry.event is None
    assert entry.reason


@pytest.mark.parametrize(
    "changed", [{"ce_sequence": b"9" * 20}, {"ce_check": "left out"}, {"ce_previous": b"9" * 5_000}]
)
def test_what_somebody_else_wrote_has_no_place_and_so_moves_no_bookmark(changed):
    assert records.read(record(**changed)).position is None
    assert records.read(record(value=b"{", **changed)).reason.startswith("the data is not JSON")


def test_one_journals_event_on_another_topic_has_no_place():
    strayed = record()
    strayed.topic = "training"
    assert "not from the journal" in records.read(strayed).reason
    strayed.topic, strayed.partition = "registration", 1
    assert "not from the journal" in records.read(strayed).reason
