"""PostgreSQL from a package keeps what was committed and keeps the services apart."""

import stat
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
import pytest

from deploy.embedded.folder import keys_in
from deploy.embedded.postgres import Postgres
from deploy.embedded.postgres_programs import as_user
from deploy.embedded.system_user import owner_of
from shared.topology import SERVICES


@pytest.fixture
def server(session_folder: Path) -> Iterator[Postgres]:
    server = Postgres(session_folder / f"postgres-{uuid4().hex}")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def with_a_row(server: Postgres) -> Postgres:
    await ask(server.url("training"), "CREATE TABLE kept AS SELECT 'a seat' AS what")
    return server


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_enters_its_own_database_and_no_other(postgres: Postgres, service: str) -> None:
    assert await ask(postgres.url(service), "SELECT current_database()") == service
    others = [*SERVICES, "postgres", "template1"]
    others.remove(service)
    for other in others:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(postgres.url(service, other), "SELECT 1")


@pytest.mark.parametrize("role", [*SERVICES, "postgres"])
async def test_nobody_enters_without_the_password(postgres: Postgres, role: str) -> None:
    before, _, after = postgres.url(role).partition("@")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(f"{before[:-4]}@{after}", "SELECT 1")


async def test_a_role_may_not_make_itself_more(postgres: Postgres) -> None:
    flags = "SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb) FROM pg_roles WHERE rolname = ANY($1)"
    connection = await asyncpg.connect(postgres.admin_url())
    assert await connection.fetchval(flags, list(SERVICES)) is False
    await connection.close()


async def test_what_is_committed_reaches_the_disk(postgres: Postgres) -> None:
    assert await ask(postgres.admin_url(), "SHOW fsync") == "on"
    assert await ask(postgres.admin_url(), "SHOW synchronous_commit") == "on"


async def test_the_passwords_are_the_owners_to_read(postgres: Postgres) -> None:
    assert stat.S_IMODE((postgres.folder / "passwords.json").stat().st_mode) == 0o600
    assert not list(postgres.folder.glob("password.new"))


async def test_rows_survive_the_death_of_every_process(with_a_row: Postgres) -> None:
    server = with_a_row
    assert server.process is not None
    children = server.process.children()
    server.process.kill()
    for child in children:
        with suppress(psutil.NoSuchProcess):  # some notice the master's death first
            child.kill()
    server.process.wait()

    server.start()

    assert await ask(server.url("training"), "SELECT what FROM kept") == "a seat"


async def test_rows_survive_the_death_of_the_master_alone(with_a_row: Postgres) -> None:
    server, port = with_a_row, with_a_row.port
    sleeper = await asyncpg.connect(server.url("training"))
    assert server.process is not None
    server.process.kill()
    server.process.wait()

    server.start()

    assert server.port == port
    assert await ask(server.url("training"), "SELECT what FROM kept") == "a seat"
    sleeper.terminate()


async def test_an_orphan_on_the_folder_gives_way(with_a_row: Postgres) -> None:
    orphan = with_a_row
    successor = Postgres(orphan.folder)

    successor.start()

    assert not orphan.is_running()
    assert await ask(successor.url("training"), "SELECT what FROM kept") == "a seat"
    successor.stop()


async def test_a_note_with_somebody_elses_number_stops_nobody(server: Postgres) -> None:
    server.stop()
    somebody = a_process_of_the_same_user(server)
    note = f"{somebody.pid}\n{server.data}\n1700000000\n{server.port}\n\n127.0.0.1\n\nready\n"
    (server.data / "postmaster.pid").write_text(note)

    server.start()

    assert await ask(server.admin_url(), "SELECT 1") == 1
    assert somebody.poll() is None
    somebody.kill()
    somebody.wait()


def a_process_of_the_same_user(server: Postgres) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], **as_user(owner_of(server.data)))


async def test_a_making_cut_short_is_begun_again(session_folder: Path) -> None:
    server = Postgres(session_folder / "cut-short")
    (server.folder / "data.new").mkdir(parents=True)
    (server.folder / "data.new" / "PG_VERSION").write_text("18")
    server.start()
    assert await ask(server.url("placement"), "SELECT current_user") == "placement"
    server.stop()


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = keys_in(tmp_path / "keys.json", "operator", "sealing")
    assert len({*first.values()}) == 2
    assert keys_in(tmp_path / "keys.json", "operator") == {"operator": first["operator"]}
