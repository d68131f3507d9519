"""A result is due 14 days after the course's end: the provider is reminded once, the worker's office is told once when it is late."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from contract.examples import OFFICE, PROVIDER, PURWOREJO, example, number_of, worker
from services.training.app import create
from services.training.settings import TrainingSettings
from services.training.tasks import kinds
from shared import clock, tasks
from shared.database.locks import TASKS_LOCK
from shared.events import (
    AgencyAdmitted,
    AgencyDelegated,
    CourseOffered,
    Event,
    ResultDue,
    TrainingResultRecorded,
)
from shared.events.tasks import AbsenceTask, ResultTask
from shared.http.auth import hash_of
from shared.tasks import Tasks
from tests.counting import counting
from tests.key_files import key_file
from tests.locks import waits_for_its_turn
from tests.unit.registration.posting import today_is
from tests.unit.training.examples import (
    KEBUMEN,
    SERANG,
    TrainingUnderTest,
    cancelled,
    course_id,
    lifted,
    offered,
    registered,
    restricted,
    result,
    retracted,
    said,
)

ENDS, DUE = "2021-04-30", "2021-05-14"
OFFICES = {"kemnaker": None, "disnaker-jateng": "33", OFFICE: PURWOREJO, "disnaker-serang": SERANG}
SETTINGS = TrainingSettings(database_url="postgresql://x@localhost/x", operators=key_file("operator"))


def admitted(slug: str, role: str, region: str | None = None, n: int = 1) -> AgencyAdmitted:
    return example(
        AgencyAdmitted, id=UUID(int=n), agency=slug, role=role, region=region, key_hash=hash_of(f"key-of-{slug}")
    )


def tasks_by(settings: TrainingSettings) -> Tasks:
    return Tasks([kind for kind in kinds(settings) if kind.name != "attendance"], settings.escalation_days)


OWED = tasks_by(SETTINGS)


async def looked_on(training: TrainingUnderTest, day: str, owed: Tasks = OWED) -> list[Any]:
    """Let it be a day, look for what is owed, and give what was said: its name, whom it is about, who is told."""
    before = await training.journal_length()
    with today_is(day):
        await owed.look(training.database)
    return [told(event) for event in await training.said(after=before)]


def told(event: Event) -> tuple[str, int, list[str]]:
    assert isinstance(event, ResultTask | AbsenceTask)
    return type(event).__name__, number_of(event.worker), event.concerns


REMINDED = [("ResultDue", 1, [PROVIDER])]
ESCALATED = [("ResultOverdue", 1, [OFFICE])]


@pytest.fixture
async def training(training: TrainingUnderTest) -> TrainingUnderTest:
    """Worker 1 of Purworejo sits in a course that ends on the last day of April."""
    await training.hear(*(admitted(slug, "office", region, n) for n, (slug, region) in enumerate(OFFICES.items(), 10)))
    await training.hear(admitted(PROVIDER, "training-provider"), offered("S1"), registered(1))
    return training


async def test_the_provider_is_reminded_once_on_the_day_and_the_office_is_told_once_a_week_later(
    training: TrainingUnderTest,
):
    assert await looked_on(training, "2021-05-13") == []
    assert await looked_on(training, DUE) == REMINDED
    assert await looked_on(training, DUE) == await looked_on(training, "2021-05-20") == []
    assert await looked_on(training, "2021-05-21") == ESCALATED
    assert await looked_on(training, "2021-05-21") == await looked_on(training, "2021-12-31") == []


async def test_what_is_said_names_the_course_and_the_days(training: TrainingUnderTest):
    await looked_on(training, DUE)
    assert (await training.said())[-1] == example(
        ResultDue,
        since=date(2021, 4, 30),
        due=date(2021, 5, 14),
        owed_by=[PROVIDER],
        concerns=[PROVIDER],
        ends_on=date(2021, 4, 30),
    )


async def test_a_clock_that_moves_by_months_says_each_once(training: TrainingUnderTest):
    assert await looked_on(training, "2021-11-01") == REMINDED + ESCALATED
    assert await looked_on(training, "2022-03-01") == []


async def test_two_instances_say_it_once(training: TrainingUnderTest):
    with today_is("2021-05-21"):
        async with training.database.work() as work:
            assert await OWED._announce(work, clock.today()) == 1
            other = asyncio.create_task(OWED.look(training.database))
            assert await waits_for_its_turn(training, other, TASKS_LOCK)
        assert await other == 0
        assert sum(await asyncio.gather(*(OWED.look(training.database) for _ in range(4)))) == 0
    assert [told(event) for event in (await training.said())[-2:]] == REMINDED + ESCALATED
    assert await looked_on(training, "2021-05-21") == []


@pytest.mark.parametrize(
    "settled", [result(1, "S1"), result(1, "S1", "left"), cancelled("S1")], ids=["graduated", "left", "cancelled"]
)
async def test_nothing_is_said_after_it_was_settled(training: TrainingUnderTest, settled: Event):
    await looked_on(training, DUE)
    await training.hear(settled)
    assert await looked_on(training, "2021-06-30") == []
    assert await training.rows("SELECT * FROM task_notice") == []


async def test_a_result_that_is_retracted_is_owed_again_and_said_again(training: TrainingUnderTest):
    await looked_on(training, DUE)
    await training.hear(said(result(1, "S1"), 1))
    assert await looked_on(training, "2021-05-15") == []
    await training.hear(retracted(1, "S1", 1))
    assert await looked_on(training, "2021-05-16") == REMINDED
    assert await looked_on(training, "2021-05-21") == ESCALATED
    assert await looked_on(training, "2021-05-22") == []


async def test_a_course_that_ends_later_makes_it_another_task(training: TrainingUnderTest):
    await looked_on(training, DUE)
    await training.hear(offered("S1", ends_on=date(2021, 5, 31)))
    assert await looked_on(training, "2021-06-13") == []
    assert await looked_on(training, "2021-06-14") == REMINDED


async def test_nobody_is_told_of_a_restricted_worker_until_the_restriction_is_lifted(training: TrainingUnderTest):
    await training.hear(restricted(1))
    assert await looked_on(training, DUE) == []
    await training.hear(lifted(1))
    assert await looked_on(training, DUE) == REMINDED


async def test_the_nearest_office_is_told_and_where_there_is_none_a_wider_one(training: TrainingUnderTest):
    await training.hear(offered("N", reach="national", seats=4), *(registered(n, region=r) for n, r in REGIONS.items()))
    offices = {number: concerns for name, number, concerns in await looked_on(training, "2021-06-01") if "Over" in name}
    assert offices == {1: [OFFICE], 2: [OFFICE], 3: ["disnaker-jateng"], 4: ["disnaker-serang"], 5: ["kemnaker"]}


REGIONS = {2: PURWOREJO, 3: KEBUMEN, 4: SERANG, 5: None}


async def test_the_day_counts_are_settings(training: TrainingUnderTest):
    quick = SETTINGS.model_copy(update={"result_days": 1, "escalation_days": 0})
    assert await looked_on(training, "2021-05-01", tasks_by(quick)) == REMINDED + ESCALATED


async def test_many_are_announced_in_portions(training: TrainingUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "PAGE", 3)
    await training.hear(offered("S2", seats=10), *(registered(n) for n in range(2, 10)))
    names = [name for name, *_ in await looked_on(training, "2021-06-01")]
    assert (names.count("ResultDue"), names.count("ResultOverdue")) == (9, 9)


async def test_thousands_cost_as_many_statements_as_one(training: TrainingUnderTest):
    with today_is(DUE), counting(training.database) as few:
        await OWED.look(training.database)
    await training.hear(offered("S2", seats=3_000), *(registered(n) for n in range(2, 2_502)))
    with today_is(DUE), counting(training.database) as many:
        assert await OWED.look(training.database) == 2_500
    assert len(many) == len(few)


# who may see what

KEYS = ("kemnaker", "disnaker-jateng", OFFICE, "disnaker-serang", PROVIDER, "lpk-lain")


@pytest.fixture
async def client(training: TrainingUnderTest) -> AsyncIterator[httpx.AsyncClient]:
    await training.hear(
        admitted("lpk-lain", "training-provider", n=2),
        AgencyDelegated(id=UUID(int=1), agency=PROVIDER, delegates=[OFFICE]),
    )
    url = training.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    service, app = create(TrainingSettings(database_url=url, operators=key_file("operator")))
    service.is_open = True
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://training") as made:
        yield made
    await service.database.close()


async def asked(client: httpx.AsyncClient, by: str, day: str, **given: Any) -> Any:
    query = {"kind": "result", **given}
    key = by if by == "operator" else f"key-of-{by}"
    with today_is(day):
        return await client.get("/tasks", params=query, headers={"Authorization": f"Bearer {key}"})


async def owed(client: httpx.AsyncClient, by: str, day: str = DUE, **query: Any) -> list[int]:
    answer = await asked(client, by, day, **query)
    assert answer.status_code == 200, answer.text
    return [number_of(UUID(item["about"]["worker"])) for item in answer.json()["items"]]


async def test_an_item_says_what_is_owed_by_whom_by_when_and_what_settles_it(client: httpx.AsyncClient):
    (item,) = (await asked(client, PROVIDER, "2021-05-15")).json()["items"]
    assert item.pop("task").startswith(f"{DUE}/result/")
    assert item == {
        "kind": "result",
        "owed_by": [PROVIDER],
        "since": ENDS,
        "due": DUE,
        "overdue": True,
        "about": {
            "worker": str(worker(1)),
            "spell": 1,
            "course": str(course_id("S1")),
            "code": "S1",
            "provider": PROVIDER,
            "title": "Menjahit",
            "ends_on": ENDS,
        },
        "settled_by": [TrainingResultRecorded.__name__],
    }


async def test_a_provider_sees_its_own_from_the_course_s_end_on(client: httpx.AsyncClient):
    assert await owed(client, PROVIDER, "2021-04-29") == []
    assert await owed(client, PROVIDER, ENDS) == [1]
    assert await owed(client, "lpk-lain") == []


async def test_the_worker_s_offices_see_what_others_owe_once_it_is_late(client: httpx.AsyncClient):
    assert [await owed(client, by, DUE) for by in KEYS] == [[], [], [], [], [1], []]
    assert [await owed(client, by, "2021-05-15") for by in KEYS] == [[1], [1], [1], [], [1], []]
    assert await owed(client, "operator") == [1]


async def test_an_office_asks_for_an_agency_for_which_it_enters_and_for_no_other(client: httpx.AsyncClient):
    assert await owed(client, OFFICE, agency=PROVIDER) == [1]
    answers = [await asked(client, OFFICE, DUE, agency=slug) for slug in ("lpk-lain", "no-such-agency")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].json() == answers[1].json()
    assert (await asked(client, PROVIDER, DUE, agency=OFFICE)).status_code == 403
    assert await owed(client, "operator", agency=PROVIDER) == [1]
    assert await owed(client, "operator", "2021-06-01", agency=OFFICE) == []


async def test_of_a_restricted_worker_only_the_office_and_operators_read(
    client: httpx.AsyncClient, training: TrainingUnderTest
):
    await training.hear(restricted(1))
    assert [await owed(client, by, "2021-05-15") for by in (PROVIDER, OFFICE, "operator")] == [[], [1], [1]]


async def test_a_list_is_narrowed_and_read_page_by_page_what_is_due_first(
    client: httpx.AsyncClient, training: TrainingUnderTest
):
    later: CourseOffered = offered("S2", ends_on=date(2021, 5, 2))
    await training.hear(later, *(registered(n) for n in (2, 3, 4)))
    assert await owed(client, PROVIDER, due_before="2021-05-15", kind="result") == [1, 2]
    first = (await asked(client, PROVIDER, DUE, limit=3)).json()
    assert [item["due"] for item in first["items"]] == [DUE, DUE, "2021-05-16"]
    assert await owed(client, PROVIDER, after=first["next"]) == [4]
    unknown = await asked(client, PROVIDER, DUE, kind="answer")
    assert (unknown.status_code, unknown.json()["pointer"]) == (422, "/query/kind")


async def test_operators_see_how_many_are_late(training: TrainingUnderTest):
    gauge = OWED.gauge
    assert gauge.labels == ("kind",)
    late = [
        dict(map(tuple, await training.rows(gauge.sql, today=date.fromisoformat(day)))) for day in (DUE, "2021-05-15")
    ]
    assert late == [{"absence": 0, "result": 0}, {"absence": 0, "result": 1}]
