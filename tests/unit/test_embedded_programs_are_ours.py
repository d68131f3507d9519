"""`pulih up` may be typed in any folder: packages there with the names of ours are not executed."""

import sys
from pathlib import Path

import pytest

from deploy.embedded import plan
from deploy.embedded.ports import free_port
from deploy.embedded.programs import Program

pytestmark = pytest.mark.slow

MARKER = "executed"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with packages that leave a marker when they are executed."""
    for package in ("cli", "services", "shared", "deploy"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(f"import pathlib\npathlib.Path({MARKER!r}).touch()\n")
    (tmp_path / "cli" / "main.py").write_text("print('the wrong one')")
    monkeypatch.chdir(tmp_path)
    for name in ("PULIH_DATABASE_URL", "PULIH_OPERATORS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def ended(program: Program) -> tuple[int, str]:
    program.start()
    assert program.process is not None
    return program.process.wait(60), program.log.read_text()


def program(name: str, command: list[str], folder: Path) -> Program:
    return Program(name, command, port=free_port(), env={}, log=folder / f"{name}.log")


def test_a_service_is_ours(folder: Path) -> None:
    code, log = ended(program("training", plan.command_of("training"), folder))
    assert (code, log) == (2, "Training cannot start: set PULIH_DATABASE_URL and PULIH_OPERATORS.\n")
    assert not (folder / MARKER).exists()


def test_the_broker_is_ours(folder: Path) -> None:
    broker = plan.broker(folder, free_port(), partitions=1)
    code, log = ended(program("broker", [*broker.command, "--help"], folder))
    assert code == 0
    assert "A small broker for one machine" in log
    assert not (folder / MARKER).exists()


def test_without_the_flag_the_folder_s_would_be_executed(folder: Path) -> None:
    code, log = ended(program("training", [sys.executable, "-m", "cli.main", "serve", "training"], folder))
    assert (code, log) == (0, "the wrong one\n")
    assert (folder / MARKER).exists()
