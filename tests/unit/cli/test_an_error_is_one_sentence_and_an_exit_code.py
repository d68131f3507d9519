"""Whatever goes wrong: one sentence on standard error, an exit code, no traceback, and no secret."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli import main as entry_point
from cli.client import url_variable
from cli.main import main, pulih
from shared.topology import SERVICES
from tests.key_files import key_file

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys, monkeypatch, tmp_path: Path) -> Run:
    for name in [name for name in os.environ if name.startswith("PULIH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PULIH_DATA", str(tmp_path / "data"))

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return int(ended.value.code or 0), out, err

    return call


@pytest.mark.parametrize("name", pulih.commands_in)
def test_every_command_explains_itself_with_an_example(run: Run, name: str) -> None:
    for command in all_below([name], pulih.get_command(None, name)):
        code, out, err = run(*command, "--help")
        assert (code, err) == (0, "")
        assert f"pulih {' '.join(command)}" in out.split("Example:")[1]


def all_below(words: list[str], command: object) -> Iterator[list[str]]:
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from all_below([*words, name], inner)


def test_a_typing_error_is_one_line_that_names_the_help_page(run: Run) -> None:
    assert run("verfy")[0] == 2
    code, out, err = run("verify", "--jsn")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "`pulih verify --help`" in err
    assert run("post", "nowhere.csv", "--type", "LayoffReported")[0] == 2
    code, _, err = run("agency", "add", "x", "--name", "X", "--role", "baker")
    assert code == 2
    assert "'baker' is not one of" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("service", SERVICES)
def test_a_missing_setting_is_named(run: Run, service: str) -> None:
    code, _, err = run("serve", service)
    assert code == 2
    assert "PULIH_DATABASE_URL" in err
    assert "PULIH_OPERATORS" in err
    assert err.count("\n") == 1


def test_a_wrong_setting_is_named_and_not_quoted(run: Run, monkeypatch) -> None:
    monkeypatch.setenv("PULIH_DATABASE_URL", "mysql://u:hidden@h/d")
    monkeypatch.setenv("PULIH_OPERATORS", str(key_file()))
    monkeypatch.setenv("PULIH_PORT", "eighty")
    code, _, err = run("serve", "training")
    assert code == 2
    assert "mend PULIH_DATABASE_URL (it reads postgresql://" in err
    assert "mend PULIH_PORT" in err
    assert "hidden" not in err
    assert "eighty" not in err


def test_a_service_is_served_without_importing_the_others_or_the_other_commands() -> None:
    code = (
        "import sys, cli.main, cli.commands.serve\n"
        "before = {m for m in sys.modules if m.partition('.')[0] in ('rich', 'httpx', 'deploy', 'services', 'fastapi')}\n"
        "assert not before, before\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_where_nothing_runs_it_says_how_to_start_it(run: Run, tmp_path: Path) -> None:
    for arguments in (["verify"], ["dlq", "list"], ["agency", "list"]):
        code, out, err = run(*arguments)
        assert (code, out) == (3, "")
        assert f"No Pulih runs in {tmp_path / 'data'}: start one with `pulih up`" in err


def test_settings_that_belong_together_are_named(run: Run, monkeypatch) -> None:
    monkeypatch.setenv(url_variable("registration"), "http://127.0.0.1:1")
    assert "Set PULIH_OPERATOR_KEY too" in run("agency", "list")[2]
    code, _, err = run("verify", "--url", "training=http://127.0.0.1:1")
    assert code == 2
    assert "PULIH_PLACEMENT_URL and PULIH_NOTIFICATION_URL and PULIH_OPERATOR_KEY" in err
    assert run("verify", "--url", "kitchen=http://127.0.0.1:1")[0] == 2


def test_who_does_not_answer_is_named(run: Run, monkeypatch) -> None:
    with socket.socket() as silent:  # bound and not listening: nobody answers there
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("PULIH_OPERATOR_KEY", "k")
        code, _, err = run("agency", "list", "--url", url)
        assert code == 3
        assert err.startswith(f"Registration does not answer at {url}")
        assert err.count("\n") == 1
    for wrong in ("desk", "http://host:port", "ftp://host", "http://"):
        code, _, err = run("agency", "list", "--url", wrong)
        assert code == 2
        assert f"{wrong} is no address of a service: it reads http://host:port" in err


def test_the_key_of_a_stack_is_never_sent_to_another_address(run: Run, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secrets.json").write_text(json.dumps({"operator": "hidden"}))
    monkeypatch.setenv(url_variable("registration"), "http://127.0.0.1:1")
    assert run("agency", "list")[0] == 2


def test_a_fault_of_ours_is_a_sentence_unless_somebody_debugs(run: Run, monkeypatch, capsys) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("3306004101900001")

    monkeypatch.setattr(entry_point.pulih, "main", fail)
    code, _, err = run("verify")
    assert code == 70
    assert err == "Something failed here (KeyError); PULIH_DEBUG=1 shows where.\n"
    monkeypatch.setenv("PULIH_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["verify"])
