"""The embedded stack starts everything, keeps it alive, and is found again after it was killed."""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from deploy.embedded import plan
from deploy.embedded.faults import FolderInUse, PortTaken, StackFailed
from deploy.embedded.running import is_alive
from deploy.embedded.stack import Stack
from shared import key_file_editing
from shared.key_file import Operator, PeerService, hash_of, holders_in
from shared.topology import SERVICES

ROOT = Path(__file__).parents[2]
STAND_IN = """
import json, os, threading, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        trouble = os.environ.get("TROUBLE") if os.environ["PULIH_PORT"] == os.environ.get("TROUBLED_PORT") else None
        settings = {name: value for name, value in os.environ.items() if name.startswith("PULIH_")}
        body = json.dumps({"detail": trouble, "settings": settings, "pid": os.getpid()}).encode()
        self.send_response(503 if trouble else 200)
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

def watch(parent=os.getppid()):
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(0)

threading.Thread(target=watch, daemon=True).start()
HTTPServer(("127.0.0.1", int(os.environ["PULIH_PORT"])), Answers).serve_forever()
"""
"""A service that only says which settings it was given; the journeys run the real ones."""
ORPHAN = STAND_IN.replace("while os.getppid() == parent:", "while True:")
"""One that does not notice its parent's death."""


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "command_of", lambda _: [sys.executable, "-c", STAND_IN])


@pytest.fixture
async def stack(folder: Path) -> AsyncIterator[Stack]:
    async with Stack(folder, ports="free") as stack:
        yield stack


def settings_of(stack: Stack, service: str) -> dict[str, str]:
    settings: dict[str, str] = httpx.get(f"{stack.urls[service]}/").json()["settings"]
    return settings


async def until(is_so: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.05)


async def test_each_service_is_told_what_it_needs_and_no_more(stack: Stack) -> None:
    settings = {service: settings_of(stack, service) for service in SERVICES}
    assert len({each["PULIH_DATABASE_URL"] for each in settings.values()}) == 4
    assert {each["PULIH_OPERATORS"] for each in settings.values()} == {str(stack.folder / "operators")}
    assert not [each for each in settings.values() if stack.operator_key in each.values()]
    assert len({each["PULIH_SERVICE_KEY"] for each in settings.values()}) == 4
    holders = holders_in((stack.folder / "operators").read_text())
    assert holders[hash_of(stack.operator_key)] == Operator("local")
    for service, each in settings.items():
        assert holders[hash_of(each["PULIH_SERVICE_KEY"])] == PeerService(service)
    assert {name for name, each in settings.items() if "PULIH_SEALING_KEY" in each} == {"registration"}
    assert {name for name, each in settings.items() if "PULIH_MASTER_KEYS" in each} == {"registration"}
    assert {name for name, each in settings.items() if "PULIH_CONTACT_KEY" in each} == {"registration", "notification"}
    erased = {name: Path(each["PULIH_ERASED_FILE"]) for name, each in settings.items() if "PULIH_ERASED_FILE" in each}
    assert set(erased) == {"registration", "notification"}
    assert not [file for file in erased.values() if stack.folder / "postgres" in file.parents]
    heard_by = ",".join(stack.urls[service] for service in ("training", "placement", "notification"))
    assert settings["registration"]["PULIH_LISTENERS"] == heard_by
    assert settings["notification"]["PULIH_LISTENERS"] == stack.urls["placement"]


async def test_a_stack_is_found_by_its_folder_while_it_runs(folder: Path) -> None:
    assert Stack.find(folder) is None
    async with Stack(folder, ports="free") as stack:
        found = Stack.find(folder)
        assert found is not None
        assert (found.urls, found.kafka, found.operator_key) == (stack.urls, stack.kafka, stack.operator_key)
        assert found.database_url("training") == stack.database_url("training")
        for name in ("secrets.json", "stack.json", "lock", "operators"):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert Stack.find(folder) is None


async def test_a_folder_from_before_operators_had_keys_of_their_own_keeps_its_key(folder: Path) -> None:
    (folder / "secrets.json").write_text(json.dumps({"operator": "kept", "sealing": "s", "contact": "c"}))
    async with Stack(folder, ports="free") as stack:
        assert stack.operator_key == "kept"
        assert holders_in((folder / "operators").read_text())[hash_of("kept")] == Operator("local")


async def test_an_operator_who_was_revoked_does_not_come_back_with_the_next_start(folder: Path) -> None:
    async with Stack(folder, ports="free") as stack:
        key = stack.operator_key
    key_file_editing.remove(folder / "operators", Operator("local"))
    key_file_editing.add(folder / "operators", Operator("siti"), "0" * 64)
    async with Stack(folder, ports="free"):
        holders = holders_in((folder / "operators").read_text())
    assert hash_of(key) not in holders
    assert Operator("siti") in holders.values()
    assert {each.name for each in holders.values() if isinstance(each, PeerService)} == set(SERVICES)


async def test_a_key_file_that_is_wrong_is_named(folder: Path) -> None:
    (folder / "operators").write_text("operator siti\n")
    with pytest.raises(StackFailed, match=r"operators is wrong: line 1 is wrong: it reads `operator NAME HASH`"):
        await Stack(folder, ports="free").start()


async def test_two_stacks_do_not_share_a_folder(stack: Stack) -> None:
    with pytest.raises(FolderInUse, match=f"in use by another Pulih .process {os.getpid()}"):
        await Stack(stack.folder, ports="free").start()
    assert settings_of(stack, "training")


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackFailed, match=r"the folder .*file/data cannot be used: Not a directory"):
        await Stack(tmp_path / "file" / "data", ports="free").start()


@pytest.mark.parametrize("name", ["training", "broker", "postgres"])
async def test_what_dies_is_started_again(stack: Stack, name: str) -> None:
    dead = stack.processes[name]
    dead.kill()
    await until(lambda: stack.processes[name].pid != dead.pid)
    address = ("127.0.0.1", stack.ports[name])
    await until(lambda: is_listening(address))


def is_listening(address: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(address, timeout=1):
        return True
    return False


async def test_a_killed_stack_leaves_nothing_in_the_way_of_the_next(folder: Path) -> None:
    program = f"""
import asyncio, sys
from pathlib import Path
from deploy.embedded import plan
from deploy.embedded.stack import Stack
plan.command_of = lambda _: [sys.executable, "-c", {ORPHAN!r}]
async def main():
    async with Stack(Path({str(folder)!r}), ports="free"):
        await asyncio.sleep(60)
asyncio.run(main())
"""
    killed = run(program)
    await until(lambda: Stack.find(folder) is not None and is_up(folder), 30)
    before = json.loads((folder / "stack.json").read_text())
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert Stack.find(folder) is None

    start = time.monotonic()
    async with Stack(folder, ports="free") as stack:
        assert time.monotonic() - start < 10
        assert stack.ports == before["ports"], "callers find the services where they were"
        assert settings_of(stack, "placement")
        for program in before["programs"].values():
            assert not is_alive(program["pid"], program["born"])


def run(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(ROOT)})


def is_up(folder: Path) -> bool:
    ports = json.loads((folder / "stack.json").read_text())["ports"]
    return all(is_listening(("127.0.0.1", port)) for port in ports.values())


async def test_a_taken_port_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", plan.free_port())) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port}, which registration needs, is taken"):
            await Stack(folder, first_port=port).start()


async def test_a_service_that_is_not_ready_is_named_with_its_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.embedded.stack.READY_SECONDS", 2)
    ports = {part: plan.free_port() for part in plan.PARTS}
    monkeypatch.setattr(plan, "free_ports", lambda _: ports)
    troubled = {"TROUBLE": "the broker is out of reach", "TROUBLED_PORT": str(ports["placement"])}
    stack = Stack(folder, ports="free", extra_env=troubled)
    with pytest.raises(StackFailed, match=r"placement is not ready .*: the broker is out of reach .*placement\.log"):
        await stack.start()
    assert not any(process.is_running() for process in stack.processes.values())


async def test_a_service_that_dies_at_its_start_is_named_with_its_last_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "command_of", lambda _: [sys.executable, "-c", "raise SystemExit('no such setting')"])
    with pytest.raises(StackFailed, match=r"does not start: it ended with code 1: no such setting .*\.log"):
        await Stack(folder, ports="free").start()
