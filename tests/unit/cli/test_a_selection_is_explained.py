"""`pulih explain COURSE` replays a selection on training's own route, prints it, and exits 1 where it is not the same."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from cli import main
from contract.examples import PROVIDER, worker
from services.training.audit import AUDIT
from services.training.handlers import handlers
from shared import clock
from shared.http.client import HttpClient
from shared.inbox import bookmarks
from shared.topology import HEARS
from tests.unit.training.asking import OPERATOR, OTHER_PROVIDER, admitted, asking
from tests.unit.training.examples import BEKASI, TrainingUnderTest, course_id, offered, registered

Run = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
async def training(database) -> TrainingUnderTest:
    """Two seats of S1 are given; one stood nearer and lives elsewhere, and two were left over."""
    clock.move(date(2021, 2, 10) - clock.real_today())
    made = TrainingUnderTest(await database("training"), handlers, AUDIT)
    async with made.database.work() as work:
        await bookmarks.open_for(work, HEARS["training"], 4)
    await made.hear(*admitted(), offered("S1"), registered(9, region=BEKASI), *(registered(n) for n in (1, 2, 3, 4)))
    return made


@pytest.fixture
def run(training, capsys, monkeypatch) -> Run:
    """Run the command in a thread: it has a loop of its own, and so has the service that it asks."""

    async def send(client, method, path, *, key=None, **more):
        async with asking(training.database) as service:
            more["headers"] = {"Authorization": f"Bearer {client.key}"}
            return await service.request(method, path, **more)

    monkeypatch.setattr(HttpClient, "send", send)
    monkeypatch.setenv("PULIH_TRAINING_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("PULIH_OPERATOR_KEY", OPERATOR)
    monkeypatch.delenv("PULIH_KEY", raising=False)

    def call(words: tuple[str, ...]) -> int:
        with pytest.raises(SystemExit) as ended:
            main.main(["explain", *words])
        return int(ended.value.code or 0)

    async def explain(*words: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(call, words)
        return code, *capsys.readouterr()

    return explain


async def test_it_prints_who_got_each_seat_and_the_first_who_did_not_get_in(run):
    code, out, err = await run("S1")
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines()]
    assert [row[2:4] for row in rows if "desk" in row] == [["1", str(worker(1))], ["2", str(worker(2))]]
    assert all(row[-2:] == ["the", "same"] for row in rows if "desk" in row)
    assert f"The first who did not get in: {worker(3)}, applied 2021-02-03: no seat was left." in out
    assert "1 (lives where the course takes no workers from)" in out
    assert "The same: each seat went to the first in line whom the course fits." in out


async def test_it_gives_json_by_the_course_s_id(run):
    code, out, _ = await run(str(course_id("S1")), "--json")
    told = json.loads(out)
    assert (code, told["same"], [item["worker"] for item in told["items"]]) == (
        0,
        True,
        [str(worker(1)), str(worker(2))],
    )


async def test_a_provider_asks_with_its_own_key_and_is_told_of_nobody_else(run):
    code, out, _ = await run("S1", "--key", PROVIDER)
    assert (code, str(worker(1)) in out, str(worker(3)) in out) == (0, True, False)
    assert "The first who did not get in: a worker in line: no seat was left." in out
    code, out, err = await run("S1", "--key", OTHER_PROVIDER)
    assert (code, out) == (1, "")
    assert "A selection is for operators and the provider of the course." in err


async def test_a_code_of_two_providers_needs_the_provider(run, training):
    await training.hear(offered("S1", agency=OTHER_PROVIDER))
    code, _, err = await run("S1")
    assert (code, "name one in `provider`" in err) == (1, True)
    assert (await run("S1", "--provider", PROVIDER))[0] == 0


@pytest.mark.parametrize("more", [(), ("--json",)])
async def test_what_was_changed_by_hand_is_not_the_same_and_exits_1(run, training, more):
    await training.tamper(f"UPDATE application SET applied_on = '2021-02-01' WHERE worker = '{worker(3)}'")
    code, out, err = await run("S1", *more)
    assert code == 1
    assert "Not the same" in err
    if more:
        assert json.loads(out)["items"][0]["stood_first"] == str(worker(3))
    else:
        assert f"another stood first in line ({worker(3)})" in out
        assert "The same:" not in out


async def test_a_course_that_is_not_known_is_one_sentence(run):
    code, out, err = await run("S9")
    assert (code, out, err) == (1, "", "No course is known by this id or code.\n")
