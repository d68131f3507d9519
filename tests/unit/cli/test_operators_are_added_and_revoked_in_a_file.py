"""`pulih operator` gives each operator a key that is shown once; the file that services read holds hashes alone."""

import json
import os

import psutil
import pytest
from click.testing import CliRunner

from cli.client import find
from cli.main import pulih
from shared.key_file import Operator, PeerService, hash_of, holders_in, line_of
from shared.topology import SERVICES


@pytest.fixture
def path(tmp_path, monkeypatch):
    for name in ("PULIH_OPERATORS", "PULIH_OPERATOR_KEY", "PULIH_DATA"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "operators"


def run(*words):
    return CliRunner().invoke(pulih, ["operator", *map(str, words)])


def test_a_key_is_shown_once_and_its_hash_alone_is_kept(path):
    ran = run("add", "siti", "--file", path)
    assert ran.exit_code == 0
    key = ran.stdout.strip()
    assert holders_in(path.read_text()) == {hash_of(key): Operator("siti")}
    assert key not in path.read_text()
    assert run("add", "budi", "--file", path, "--quiet").output.count("\n") == 1


def test_one_is_revoked_and_the_others_stay(path):
    keys = {name: run("add", name, "--file", path).stdout.strip() for name in ("siti", "budi")}
    assert run("revoke", "siti", "--file", path).exit_code == 0
    assert holders_in(path.read_text()) == {hash_of(keys["budi"]): Operator("budi")}


def test_operators_and_services_are_listed_without_keys(path):
    path.write_text(line_of(Operator("siti"), "0" * 64) + line_of(PeerService("training"), "1" * 64))
    shown = run("list", "--file", path).output
    assert [line.split() for line in shown.splitlines()[1:]] == [["siti", "operator"], ["training", "service"]]
    assert "000" not in shown


def test_the_data_folder_of_a_stack_has_its_file(path):
    missing = run("add", "siti", "--data", path.parent)
    assert missing.exit_code == 2
    assert f"There is no file {path}" in missing.output
    assert not path.exists(), "the stack makes it, with the operator whose key it keeps"
    path.write_text("")
    assert run("add", "siti", "--data", path.parent).exit_code == 0
    assert list(holders_in(path.read_text()).values()) == [Operator("siti")]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "siti"], 1, "siti is in"),
        (["add", "Siti"], 2, "a-z, 0-9 and -"),
        (["revoke", "tuti"], 1, "has no operator tuti"),
        (["revoke", "training"], 1, "has no operator training"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(path, words, code, said):
    path.write_text(line_of(Operator("siti"), "0" * 64) + line_of(PeerService("training"), "1" * 64))
    before = path.read_text()
    ran = run(*words, "--file", path)
    assert (ran.exit_code, said in ran.output) == (code, True), ran.output
    assert path.read_text() == before


def test_a_file_that_is_wrong_is_mended_first(path):
    path.write_text("operator siti the-key\n")
    ran = run("add", "budi", "--file", path)
    assert ran.exit_code == 2
    assert "line 1 is wrong" in ran.output
    assert "the-key" not in ran.output
    assert path.read_text() == "operator siti the-key\n"


def test_a_folder_that_is_not_there_is_named(path):
    ran = run("add", "siti", "--file", path.parent / "nowhere" / "operators")
    assert ran.exit_code == 2
    assert "cannot be changed: No such file or directory" in ran.output


def test_the_caller_s_own_key_goes_before_the_stack_s(path, monkeypatch):
    (path.parent / "secrets.json").write_text(json.dumps({"operator": "the stack's"}))
    note = {"pid": os.getpid(), "born": psutil.Process().create_time(), "programs": {"a": {}}}
    (path.parent / "stack.json").write_text(json.dumps({**note, "ports": dict.fromkeys(SERVICES, 1)}))
    monkeypatch.delenv("PULIH_REGISTRATION_URL", raising=False)
    assert find(path.parent, ["registration"], {}, as_operator=True).operator_key == "the stack's"
    monkeypatch.setenv("PULIH_OPERATOR_KEY", "siti's")
    assert find(path.parent, ["registration"], {}, as_operator=True).operator_key == "siti's"
