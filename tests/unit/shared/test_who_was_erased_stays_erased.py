"""Who was erased is kept in the database and in a file; a database that is older than the file erases them again."""

import logging
import stat
from uuid import UUID

import pytest

from shared import erasures
from shared.erasures import Erasures, remember
from shared.faults import Misconfigured
from shared.inbox import dead_letters
from shared.inbox.inbox import Inbox
from shared.refusals import Refusal
from tests.spoken import spoken
from tests.unit.shared.purses import BUDI, SITI, WAYAN, grant

WORKERS = [UUID(int=n) for n in range(1, 8)]


@pytest.fixture
async def training(database):
    return await database("training")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "there" / "training.txt"


def ids_in(file):
    return file.read_text().split()


async def erase_in(database, *workers):
    async with database.work() as work:
        await remember(work, workers)


async def erased_in(database):
    async with database.work() as work:
        return [row.worker for row in await work.rows("SELECT worker FROM erased ORDER BY worker")]


async def test_what_is_erased_is_noted_in_the_file_once(training, file):
    kept = Erasures(training, file, remember)
    await kept.apply()
    await erase_in(training, SITI)
    await erase_in(training, SITI, BUDI)
    for _ in range(2):
        await kept.note()
    assert sorted(ids_in(file)) == sorted(map(str, (SITI, BUDI)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_database_from_before_erases_again_whoever_the_file_names(
    training, database, file, monkeypatch, caplog
):
    monkeypatch.setattr(erasures, "AT_ONCE", 3)
    before = Erasures(training, file, remember)
    await erase_in(training, *WORKERS)
    await before.apply()
    restored, again = await database("training"), []

    async def erase(work, workers):
        again.extend(workers)
        await remember(work, workers)

    with caplog.at_level(logging.WARNING):
        await Erasures(restored, file, erase).apply()
    assert again == await erased_in(restored) == WORKERS
    assert [record.workers for record in caplog.records if "erased again" in record.getMessage()] == [7]
    await Erasures(restored, file, erase).apply()
    assert again == WORKERS, "nobody is erased again a second time"


async def test_a_file_that_was_lost_is_written_again(training, file):
    await erase_in(training, SITI)
    await Erasures(training, file, remember).apply()
    assert ids_in(file) == [str(SITI)]


async def test_a_line_that_was_cut_off_spoils_no_other(training, file):
    file.parent.mkdir()
    file.write_text(f"{SITI}\n{str(BUDI)[:20]}")
    await erase_in(training, WAYAN)
    await Erasures(training, file, remember).apply()
    assert await erased_in(training) == sorted([SITI, WAYAN])
    assert str(WAYAN) in ids_in(file)


async def test_two_instances_share_a_file(training, file):
    one, other = (Erasures(training, file, remember) for _ in range(2))
    await one.apply()
    await other.apply()
    await erase_in(training, SITI)
    await one.note()
    await erase_in(training, BUDI)
    await other.note()
    assert set(ids_in(file)) == {str(SITI), str(BUDI)}


async def test_a_file_that_cannot_be_used_is_named(training, tmp_path):
    with pytest.raises(Misconfigured, match="PULIH_ERASED_FILE cannot be read and written: Is a directory"):
        await Erasures(training, tmp_path, remember).apply()
    (tmp_path / "list").write_text("x" * 36)
    with pytest.raises(Misconfigured, match="holds something else than workers' ids"):
        await Erasures(training, tmp_path / "list", remember).apply()


async def test_without_a_file_nothing_is_noted(training):
    await Erasures(training, None, remember).apply()
    await Erasures(training, None, remember).note()


async def test_the_dead_letters_about_an_erased_worker_are_emptied(purses):
    unreadable = [spoken(grant(worker, 1), n, by="registration") for n, worker in enumerate((SITI, BUDI), 1)]
    for record in unreadable:
        record.value = b'{"contact": "sealed"}'
    await Inbox(purses.database, purses.handlers).take_in(unreadable)
    await erase_in(purses.database, SITI)
    found = await purses.ask("SELECT convert_from(key, 'UTF8'), value, state FROM dead_letter ORDER BY id")
    assert [tuple(row) for row in found] == [
        (str(SITI), None, "discarded"),
        (str(BUDI), b'{"contact": "sealed"}', "waiting"),
    ]
    ((letter,),) = await purses.ask("SELECT id FROM dead_letter WHERE value IS NULL")
    async with purses.database.work() as work:
        with pytest.raises(Refusal, match="was discarded already"):
            await dead_letters.replay(work, letter, purses.handlers)
