"""The office erases a worker: what names the person goes, for good; the id and the counts stay."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from contract.examples import example
from services.registration.privacy.erasure import erase, erase_whose_time_has_come
from services.registration.privacy.retention import years_before
from shared.events import WorkerPlaced
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik, person, settings_for, today_is

Open = Callable[..., Awaitable[DeskUnderTest]]
UNKNOWN = "0190f6b0-7d5c-7a10-8f00-000000000001"


def budi(number: str) -> dict[str, Any]:
    return person(
        number, name="Budi Rahasia", phone="+62 811 222 333", email="budi@example.com", address="Jalan Satu 1"
    )


async def gone(desk: DeskUnderTest, number: str) -> str:
    """Report a worker and end the spell; gives the id."""
    (receipt,) = await desk.receipts("office", layoff(number, person=budi(number)))
    await desk.post("office", withdrawal(number))
    return str(receipt["worker"])


def withdrawal(number: str, on: str = "2021-09-07") -> dict[str, Any]:
    return event("LayoffWithdrawn", {"on": on, "nik": number, "reason": "recall"})


async def delete(desk: DeskUnderTest, worker: str, slug: str | None = None) -> httpx.Response:
    return await desk.client.delete(f"/workers/{worker}", headers=desk.bearer(slug) if slug else OPERATOR)


async def everything(desk: DeskUnderTest) -> str:
    tables = [row.tablename for row in await desk.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return "\n".join([str(await desk.rows(f'SELECT CAST(t AS text) FROM "{table}" AS t')) for table in tables])


async def test_key_prints_and_texts_are_gone_and_the_counts_are_as_before(desk: DeskUnderTest):
    number = nik()
    worker = await gone(desk, number)
    row = (await desk.rows("SELECT * FROM worker"))[0]
    ((wrapped,),) = await desk.rows("SELECT wrapped FROM data_key")
    (contact,) = {data["contact"] for _, data in await desk.announced("pulih.worker.registered.v1")}
    typed = [each for (each,) in await desk.rows("SELECT sealed FROM assertion")]
    digests = [each.hex() for (each,) in await desk.rows("SELECT digest FROM assertion")]
    before = await desk.figures()
    assert (await delete(desk, worker, "office")).status_code == 204
    left = await everything(desk)
    prints = [each.hex() for each in (row.nik_print, row.name_print, desk_print(desk, number))]
    for secret in (row.sealed, row.contact, contact, wrapped, *typed, *prints, *digests):
        assert secret not in left
    del before["data-keys.master.0"]
    assert await desk.figures() == {**before, "erased": 1}
    assert await desk.broken() == {}
    assert await desk.announced("pulih.worker.erased.v1") == [("pulih.worker.erased.v1", {"worker": worker})]
    assert await desk.rows("SELECT worker FROM erased") == [(UUID(worker),)]


def desk_print(desk: DeskUnderTest, number: str) -> bytes:
    return bytes(desk.service.settings.seal.fingerprint(b"nik " + number.encode()))  # type: ignore[attr-defined]


async def test_the_journal_is_blanked_and_still_reads_as_the_contract_says(desk: DeskUnderTest):
    number = nik()
    worker = await gone(desk, number)
    other = (await desk.receipts("office", layoff(nik())))[0]["worker"]
    before = await desk.said()
    await delete(desk, worker)
    rows = await desk.announced("pulih.worker.registered.v1")
    assert [(data["worker"], "contact" in data) for _, data in rows] == [(worker, False), (other, True)]
    after = await desk.said()
    assert [type(each) for each in after[: len(before)]] == [type(each) for each in before]
    assert [getattr(each, "agency", None) for each in after[: len(before)]] == [
        getattr(each, "agency", None) for each in before
    ]


async def test_while_a_spell_is_open_nobody_is_erased(desk: DeskUnderTest):
    number = nik()
    (receipt,) = await desk.receipts("office", layoff(number))
    answer = await delete(desk, receipt["worker"], "office")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:pulih:problem:spell-open")
    assert (await desk.identity(UUID(receipt["worker"])))["nik"] == number
    await desk.hear(example(WorkerPlaced, worker=UUID(receipt["worker"]), on=date(2021, 10, 1)))
    assert (await delete(desk, receipt["worker"], "office")).status_code == 204


@pytest.mark.parametrize("slug", ["employer", "union", "social-insurance", "training-provider", "elsewhere"])
async def test_who_may_not_is_answered_alike_whether_the_worker_is_there_or_not(desk: DeskUnderTest, slug: str):
    await office_in(desk, "elsewhere", "36")
    worker = await gone(desk, nik())
    there, not_there = await delete(desk, worker, slug), await delete(desk, UNKNOWN, slug)
    assert (there.status_code, there.json()) == (not_there.status_code, not_there.json())
    assert there.status_code == 403
    assert await desk.rows("SELECT count(*) FROM erased") == [(0,)]
    assert (await delete(desk, UNKNOWN)).json() == there.json(), "an operator is answered so too"
    assert (await desk.client.delete(f"/workers/{worker}")).status_code == 401


async def office_in(desk: DeskUnderTest, slug: str, region: str) -> None:
    answer = await desk.client.post(
        "/agencies", json={"slug": slug, "name": slug, "role": "office", "region": region}, headers=OPERATOR
    )
    desk.keys[slug] = answer.json()["key"]


@pytest.mark.parametrize("region", ["33", "33.06"])
async def test_the_office_where_the_worker_lives_may(desk: DeskUnderTest, region: str):
    await office_in(desk, "here", region)
    assert (await delete(desk, await gone(desk, nik()), "here")).status_code == 204


async def test_done_again_it_changes_nothing(desk: DeskUnderTest):
    worker = await gone(desk, nik())
    for _ in range(2):
        assert (await delete(desk, worker, "office")).status_code == 204
    assert len(await desk.announced("pulih.worker.erased.v1")) == 1


async def test_the_same_nik_is_a_new_worker_and_the_old_id_is_nobodys(desk: DeskUnderTest):
    number = nik()
    worker = await gone(desk, number)
    await delete(desk, worker)
    (again,) = await desk.receipts("office", layoff(number, person=budi(number)))
    assert (again["outcome"], again["worker"] == worker) == ("accepted", False)
    grant = {"on": "2021-10-01", "kind": "tools"}
    erased, unknown = await desk.receipts(
        "office", *(event("GrantRecorded", {**grant, "worker": named}) for named in (worker, UNKNOWN))
    )
    assert erased["outcome"] == "refused"
    assert erased["problem"] == unknown["problem"] | {"pointer": erased["problem"].get("pointer")}


async def test_an_event_from_before_is_not_taken_in_again(desk: DeskUnderTest):
    number = nik()
    sent = layoff(number, person=budi(number))
    worker = (await desk.receipts("office", sent))[0]["worker"]
    await desk.post("office", withdrawal(number))
    await delete(desk, worker)
    (again,) = await desk.receipts("office", sent)
    assert (again["outcome"], again["problem"]["status"]) == ("refused", 409)
    assert await desk.rows("SELECT count(*) FROM worker") == [(1,)]


async def test_a_late_step_of_an_erased_worker_is_kept_and_ends_the_spell(desk: DeskUnderTest):
    worker = await gone(desk, nik())
    await delete(desk, worker)
    await desk.hear(example(WorkerPlaced, worker=UUID(worker), on=date(2021, 10, 1)))
    assert await desk.rows("SELECT state FROM spell") == [("placed",)]
    assert await desk.buried() == []


async def test_the_journey_says_so(desk: DeskUnderTest):
    worker = await gone(desk, nik())
    await delete(desk, worker)
    told = (await desk.client.get(f"/workers/{worker}/journey", headers=OPERATOR)).json()
    assert told["steps"][-1]["what"]["en"] == "This worker's personal data was erased."


async def test_it_is_on_the_disk_before_the_answer(open_desk: Open, tmp_path: Path):
    file = tmp_path / "erased.txt"
    desk = await open_desk(erased_file=file)
    await desk.agency("office", "office")
    worker = await gone(desk, nik())
    await delete(desk, worker)
    assert file.read_text().split() == [worker]


async def test_what_cannot_be_noted_is_said_and_asked_for_again(open_desk: Open, tmp_path: Path):
    file = tmp_path / "folder" / "erased.txt"
    desk = await open_desk(erased_file=file)
    await desk.agency("office", "office")
    worker = await gone(desk, nik())
    file.parent.touch()
    answer = await delete(desk, worker)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    file.parent.unlink()
    assert (await delete(desk, worker)).status_code == 204
    assert file.read_text().split() == [worker]


async def test_a_database_from_before_is_erased_again_before_it_is_open(open_desk: Open, tmp_path: Path):
    file = tmp_path / "erased.txt"
    desk = await open_desk(erased_file=file)
    await desk.agency("office", "office")
    number = nik()
    worker = (await desk.receipts("office", layoff(number, person=budi(number))))[0]["worker"]
    file.write_text(f"{worker}\n{UNKNOWN}\n")
    desk.service.is_open = False
    await desk.service._open()
    assert desk.service.is_open
    assert await desk.rows("SELECT count(*) FROM data_key") == [(0,)]
    assert await desk.rows("SELECT state FROM spell") == [("withdrawn",)], "nobody is looked after who is not known"
    assert [data["worker"] for _, data in await desk.announced("pulih.worker.erased.v1")] == sorted([worker, UNKNOWN])
    assert "contact" not in json.dumps(await desk.announced("pulih.worker.registered.v1"))
    assert await desk.broken() == {}


async def test_whose_last_spell_ended_long_ago_is_erased_by_itself(desk: DeskUnderTest):
    old, new, again, looking = nik(), nik(), nik(), nik()
    with today_is("2010-02-01"):
        await desk.post("office", *(layoff(number, on="2010-01-04") for number in (old, new, again, looking)))
        await desk.post("office", withdrawal(old, "2010-02-01"), withdrawal(again, "2010-02-01"))
    await desk.post("office", withdrawal(new, "2021-09-07"))
    await desk.post("office", layoff(again, on="2021-09-06"))
    assert await erase_whose_time_has_come(desk.database, date(2016, 1, 1)) == 1
    assert await erase_whose_time_has_come(desk.database, date(2016, 1, 1)) == 0
    assert (
        await desk.rows(
            "SELECT w.nik_print FROM worker AS w JOIN erased AS e ON e.worker = w.id WHERE w.nik_print = :print",
            print=desk_print(desk, old),
        )
        == []
    )
    assert await desk.rows("SELECT count(*) FROM erased") == [(1,)]
    assert await desk.rows("SELECT count(*) FROM worker WHERE sealed <> ''") == [(3,)]


async def test_a_worker_without_a_spell_is_not_erased_by_time(desk: DeskUnderTest):
    await desk.post("office", layoff(nik()))
    await desk.run("DELETE FROM spell")
    assert await erase_whose_time_has_come(desk.database, date(2030, 1, 1)) == 0


async def test_an_empty_setting_is_none(desk: DeskUnderTest):
    none = settings_for(desk.database, erased_file="", keep_years="")
    assert (none.erased_file, none.keep_years) == (None, None)


def test_years_are_counted_on_the_calendar():
    assert years_before(date(2026, 11, 27), 5) == date(2021, 11, 27)
    assert years_before(date(2024, 2, 29), 5) == date(2019, 2, 28)


async def test_a_failure_leaves_the_worker_whole(desk: DeskUnderTest):
    number = nik()
    worker = UUID(await gone(desk, number))
    with pytest.raises(RuntimeError):
        async with desk.database.work() as work:
            await erase(work, [worker])
            raise RuntimeError
    assert (await desk.identity(worker))["nik"] == number
