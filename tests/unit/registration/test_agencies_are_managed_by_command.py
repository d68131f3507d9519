"""`pulih agency` at a desk that answers over HTTP: agencies and their members are added, listed and revoked."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from click.testing import CliRunner, Result

from cli.client import Services
from cli.commands.status import offices_everywhere
from cli.main import pulih
from deploy.embedded.ports import free_port
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
async def run(desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Run]:
    """Run a command of `pulih agency`, as an operator unless a key is given."""
    config = uvicorn.Config(desk.client._transport.app, port=free_port(), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    monkeypatch.delenv("PULIH_KEY", raising=False)
    monkeypatch.setenv("PULIH_OPERATOR_KEY", "the-operator")
    monkeypatch.setenv("PULIH_REGISTRATION_URL", f"http://127.0.0.1:{config.port}")

    async def call(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, pulih, ["agency", *words])

    yield call
    server.should_exit = True
    await serving


async def test_a_member_s_key_is_printed_alone_and_good(desk: DeskUnderTest, run: Run):
    added = await run("member", "add", "employer", "siti", "--quiet")
    assert added.exit_code == 0
    desk.keys["siti"] = added.output.strip()
    assert (await desk.post("siti", layoff(nik()))).status_code == 202


async def test_a_member_manages_its_agency_with_its_own_key(desk: DeskUnderTest, run: Run):
    key = ("--key", desk.keys["employer"])
    assert (await run("member", "add", "employer", "siti", *key)).exit_code == 0
    assert (await run("member", "revoke", "employer", "siti", *key)).exit_code == 0
    shown = (await run("member", "list", "employer", *key)).output
    assert [line.split() for line in shown.splitlines()] == [["member", "key"], ["first", "good"], ["siti", "revoked"]]
    last = await run("member", "revoke", "employer", "first", *key)
    assert (last.exit_code, "last key" in last.output) == (1, True)
    other = await run("member", "list", "union", *key)
    assert (other.exit_code, "by its own members" in other.output) == (1, True)


async def test_offices_without_a_region_act_everywhere_and_the_status_names_them(desk: DeskUnderTest, run: Run):
    await desk.agency("kemnaker", "office")
    for slug, more in (("disnaker", {"region": "33.06"}), ("closed", {})):
        wanted = {"slug": slug, "name": slug, "role": "office", **more}
        assert (await desk.client.post("/agencies", json=wanted, headers=OPERATOR)).status_code == 201
    await run("revoke", "closed")
    services = Services({"registration": os.environ["PULIH_REGISTRATION_URL"]}, "the-operator")
    assert await offices_everywhere(services) == ["office", "kemnaker"]
    assert await offices_everywhere(Services(services.urls, desk.keys["office"])) == []


async def test_offices_are_named_that_may_enter_for_an_agency(desk: DeskUnderTest, run: Run):
    said = await run("delegate", "training-provider", "office")
    assert (said.exit_code, said.output) == (0, "office may enter on behalf of training-provider.\n")
    rows = {line.split()[0]: line.split()[-1] for line in (await run("list")).output.splitlines()}
    assert (rows["training-provider"], rows["union"]) == ("office", "1")
    key = ("--key", desk.keys["training-provider"])
    assert (await run("delegate", "training-provider", "--none", *key)).exit_code == 0
    assert await desk.rows("SELECT slug FROM agency WHERE delegates <> '{}'") == []
    assert (await run("delegate", "training-provider")).exit_code == 2
    assert (await run("delegate", "union", "office", *key)).exit_code == 1
    added = await run("add", "blk-desa", "--name", "BLK Desa", "--role", "training-provider", "--delegate", "office")
    assert added.exit_code == 0
    assert await desk.rows("SELECT slug FROM agency WHERE delegates = '{office}'") == [("blk-desa",)]


async def test_the_list_shows_how_many_keys_are_good(run: Run):
    await run("member", "add", "employer", "siti")
    await run("revoke", "union")
    rows = {line.split()[0]: line.split()[-1] for line in (await run("list")).output.splitlines()}
    assert (rows["employer"], rows["office"], rows["union"]) == ("2", "1", "revoked")
