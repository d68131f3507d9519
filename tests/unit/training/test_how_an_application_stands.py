"""An office reads at which place of how many a worker stands, by which rule, and what would fit further away."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from contract.examples import EMPLOYER, OFFICE, PROVIDER, worker
from shared import clock
from tests.unit.training.asking import OFFICE_ELSEWHERE, OPERATOR, OTHER_PROVIDER, admitted, ask, asking, recorded
from tests.unit.training.examples import (
    BEKASI,
    KEBUMEN,
    cancelled,
    course_id,
    lifted,
    merged,
    offered,
    paused,
    placed,
    registered,
    restricted,
    result,
    withdrawn,
)

FEBRUARY_1 = date(2021, 2, 1)
NOT_OVER = date(2100, 1, 1)


@pytest.fixture
async def client(training) -> AsyncIterator[httpx.AsyncClient]:
    """Two sit on S1; 3 and 4 wait for sewing, 5 for barista, 6 in another regency for anything."""
    async with asking(training.database) as client:
        await training.hear(*admitted())
        await training.hear(offered("S1"), *(registered(n) for n in (1, 2, 3, 4)))
        await training.hear(registered(5, wishes=["barista"]), registered(6, wishes=[], region=KEBUMEN))
        yield client


async def of(client, n: int, by: str = OPERATOR, **query):
    status, body = await ask(client, f"/applications/{worker(n)}", by, **query)
    assert status == 200, body
    return body


async def test_who_waits_has_a_place_of_so_many_by_a_rule(client):
    before = datetime.now(UTC) - timedelta(minutes=5)
    told = await of(client, 4, OFFICE)
    (line,) = told.pop("waits")
    assert told == {
        "worker": str(worker(4)),
        "spell": 1,
        "state": "waiting",
        "reason": None,
        "restricted": False,
        "applied_on": "2021-02-03",
        "region": "33.06",
        "wishes": ["sewing"],
        "rule": "the day of application, then the order of arrival at the front desk, then the worker's id",
        "seat": None,
    }
    last = line.pop("last_seat")
    assert line == {"vocation": "sewing", "place": 2, "of": 3, "further": []}
    assert before < datetime.fromisoformat(last.pop("given_at")) < datetime.now(UTC) + timedelta(minutes=5)
    assert last == {"applied_on": "2021-02-03", "order": "2nd of 2; applied 2021-02-03"}


async def test_each_wish_has_its_own_list_and_any_vocation_has_the_whole_list(client, training):
    await training.hear(registered(7, wishes=["barista", "sewing"]))
    assert [(line["vocation"], line["place"], line["of"]) for line in (await of(client, 7))["waits"]] == [
        ("barista", 3, 3),
        ("sewing", 4, 4),
    ]
    ((line,)) = (await of(client, 6))["waits"]
    assert (line["vocation"], line["place"], line["of"]) == ("any", 4, 5)


async def test_the_place_is_the_one_on_the_waiting_list(client, training):
    await training.hear(registered(8, applied_on=FEBRUARY_1))
    for n, vocation in ((3, "sewing"), (4, "sewing"), (5, "barista"), (8, "sewing")):
        (line,) = (await of(client, n))["waits"]
        _, listed = await ask(client, "/waiting-list", worker=worker(n), vocation=vocation)
        assert [each["place"] for each in listed["items"]] == [line["place"]]


async def test_the_last_seat_is_the_latest_of_the_vocation_and_names_nobody(client, training):
    await training.hear(registered(9, applied_on=FEBRUARY_1), withdrawn(1))
    (line,) = (await of(client, 3))["waits"]
    assert line["last_seat"] | {"given_at": ""} == {
        "given_at": "",
        "applied_on": "2021-02-01",
        "order": "1st of 2; applied 2021-02-01",
    }
    assert str(worker(9)) not in str(line)
    (barista,) = (await of(client, 5))["waits"]
    assert barista["last_seat"] is None


async def test_courses_that_fit_but_for_the_region_are_named_those_with_seats_first(client, training):
    await training.hear(
        offered("FULL", region=BEKASI, seats=1, ends_on=NOT_OVER),
        offered("FREE", region=BEKASI, ends_on=NOT_OVER, starts_on=date(2021, 3, 2)),
        offered("OVER", region=BEKASI, entry_until=date(2021, 2, 9)),
        offered("COOKS", region=BEKASI, vocation="cooking", ends_on=NOT_OVER),
        offered("STOPPED", region=BEKASI, ends_on=NOT_OVER),
        offered("HALTED", region=BEKASI, ends_on=NOT_OVER),
    )
    await training.hear(paused("STOPPED"), cancelled("HALTED"), registered(10, region=BEKASI))
    (line,) = (await of(client, 3))["waits"]
    assert [(each["course"], each["free"], each["region"], each["reach"]) for each in line["further"]] == [
        ("FREE", 2, BEKASI, "regency"),
        ("FULL", 0, BEKASI, "regency"),
    ]
    (any_vocation,) = (await of(client, 6))["waits"]
    assert [each["course"] for each in any_vocation["further"]] == ["COOKS", "FREE", "FULL", "S1"]


async def test_a_course_that_takes_no_newcomers_any_more_is_not_named(client, training):
    await training.hear(offered("OVER", region=BEKASI, entry_until=date(2021, 4, 30)))
    clock.move(date(2021, 4, 30) - clock.real_today())
    (line,) = (await of(client, 3))["waits"]
    assert [each["course"] for each in line["further"]] == ["OVER"]
    clock.move(date(2021, 5, 1) - clock.real_today())
    (line,) = (await of(client, 3))["waits"]
    assert line["further"] == []


async def test_who_is_in_training_has_a_course_a_seat_and_why(client):
    told = await of(client, 2, OFFICE)
    assert (told["state"], told["waits"]) == ("in-training", [])
    assert told["seat"] == {
        "id": str(course_id("S1")),
        "course": "S1",
        "provider": PROVIDER,
        "title": "Menjahit",
        "vocation": "sewing",
        "starts_on": "2021-03-01",
        "ends_on": "2021-04-30",
        "seat": 2,
        "order": "2nd of 2; applied 2021-02-03",
        "from_waiting_list": False,
        "state": "in-training",
    }


async def test_what_has_ended_is_told_with_its_reason(client, training):
    await training.hear(withdrawn(3), result(1, "S1"))
    told = await of(client, 3)
    assert (told["state"], told["reason"], told["waits"], told["seat"]) == ("withdrawn", "withdrawn", [], None)
    told = await of(client, 1)
    assert (told["state"], told["seat"]["state"]) == ("graduated", "graduated")


async def test_of_several_spells_the_present_one_is_told(client, training):
    await training.hear(placed(3), registered(3, spell=2, applied_on=date(2021, 6, 1)))
    told = await of(client, 3)
    assert (told["spell"], told["state"], told["waits"][0]["place"]) == (2, "waiting", 3)


async def test_the_provider_of_the_seat_reads_of_the_seat_and_nothing_else(client, training):
    told = await of(client, 1, PROVIDER)
    assert (sorted(told), told["state"], told["seat"]["seat"]) == (
        ["seat", "spell", "state", "worker"],
        "in-training",
        1,
    )
    await training.hear(withdrawn(1))
    assert (await ask(client, f"/applications/{worker(1)}", PROVIDER))[0] == 403


async def test_everybody_else_is_refused_alike_whether_the_worker_exists_or_not(client, training):
    nobody = f"/applications/{worker(99)}"
    for caller, others in {
        OFFICE: [6],
        OFFICE_ELSEWHERE: [1, 3],
        PROVIDER: [3, 5],
        OTHER_PROVIDER: [1, 3],
        EMPLOYER: [1, 3],
    }.items():
        answers = [
            await ask(client, path, caller) for path in (nobody, *(f"/applications/{worker(n)}" for n in others))
        ]
        assert answers[0][0] == 403
        assert all(answer == answers[0] for answer in answers)
    assert (await client.get(nobody)).status_code == 401
    assert (await ask(client, nobody))[0] == 404


async def test_of_a_restricted_worker_only_the_office_and_operators_read_and_no_place(client, training):
    await training.hear(restricted(1), restricted(3))
    assert (await ask(client, f"/applications/{worker(1)}", PROVIDER))[0] == 403
    told = await of(client, 3, OFFICE)
    assert (told["state"], told["restricted"], told["waits"]) == ("waiting", True, [])
    (line,) = (await of(client, 4))["waits"]
    assert (line["place"], line["of"]) == (1, 2)
    await training.hear(lifted(3))
    (line,) = (await of(client, 3))["waits"]
    assert (line["place"], line["of"]) == (1, 3)


async def test_an_id_that_was_merged_gives_the_person(client, training):
    await training.hear(merged(4, into=3))
    for n in (3, 4):
        told = await of(client, n, OFFICE)
        assert (told["worker"], told["waits"][0]["place"], told["waits"][0]["of"]) == (str(worker(3)), 1, 2)
    await training.hear(registered(7), merged(2, into=7))
    assert (await of(client, 7, PROVIDER))["seat"]["seat"] == 2


async def test_each_reading_and_each_refusal_is_recorded(client, training):
    await of(client, 3, OFFICE, purpose="at the counter")
    await ask(client, f"/applications/{worker(3)}", OFFICE_ELSEWHERE)
    await ask(client, f"/applications/{worker(99)}", OFFICE_ELSEWHERE)
    await of(client, 3)
    route = "GET /applications/{worker}"
    assert await recorded(training) == [
        (OFFICE, route, worker(3), "read"),
        (OFFICE_ELSEWHERE, route, worker(3), "refused"),
        (OFFICE_ELSEWHERE, route, None, "refused"),
        ("operator", route, worker(3), "asked"),
    ]
    assert [row.purpose for row in await training.rows("SELECT purpose FROM access WHERE purpose <> ''")] == [
        "at the counter"
    ]


async def test_the_waiting_list_of_one_worker_keeps_to_the_office_s_area_and_is_recorded(client, training):
    async def places(n, by, **query):
        _, body = await ask(client, "/waiting-list", by, worker=worker(n), **query)
        return [(each["place"], each["worker"]) for each in body["items"]]

    await training.hear(merged(4, into=3))
    assert await places(5, OFFICE) == [(2, str(worker(5)))]
    assert await places(5, OFFICE, vocation="barista") == [(1, str(worker(5)))]
    assert await places(5, OFFICE, vocation="sewing") == []
    assert await places(4, OFFICE) == [(1, str(worker(3)))]
    assert await places(5, OFFICE_ELSEWHERE) == await places(99, OFFICE_ELSEWHERE) == []
    assert (await ask(client, "/waiting-list", PROVIDER, worker=worker(5)))[0] == 403
    assert [(who, whom, how) for who, _, whom, how in (await recorded(training))[-2:]] == [
        (OFFICE_ELSEWHERE, worker(5), "refused"),
        (OFFICE_ELSEWHERE, None, "refused"),
    ]
