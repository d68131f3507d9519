"""`make env` writes .env with new secrets and the operators' file, once, and .env.example documents every variable that compose reads."""

import base64
import re
import stat
import subprocess
import sys

from shared.key_file import Operator, PeerService, hash_of, holders_in
from shared.key_rings import keys_in
from shared.topology import SERVICES
from tests.unit.operators.prometheus import HOUSE

COMPOSE = (HOUSE / "docker-compose.yml").read_text()
EXAMPLE = (HOUSE / ".env.example").read_text()
SECRETS = ("_KEY", "_KEYS", "_PASSWORD")


def write(there):
    return subprocess.run(
        [sys.executable, "deploy/env", str(there)], cwd=HOUSE, capture_output=True, text=True, check=False
    )


def folders(tmp_path):
    """Two folders, as of two offices."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        yield tmp_path / name / "env"


def values_of(text):
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def test_every_secret_is_new_and_for_its_owner_alone(tmp_path):
    first, second = folders(tmp_path)
    assert write(first).returncode == write(second).returncode == 0
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    one, other = values_of(first.read_text()), values_of(second.read_text())
    secret = {name for name in one if name.endswith(SECRETS)}
    assert len(secret) == 14
    assert not [name for name in secret if one[name] == other[name]]
    assert len({one[name] for name in secret}) == len(secret)
    for name in secret:
        if name.endswith("_KEY"):
            assert len(base64.urlsafe_b64decode(one[name])) == 32
        elif name.endswith("_KEYS"):
            assert {id: len(key) for id, key in keys_in(one[name]).items()} == {"1": 32}
        else:
            assert re.fullmatch(r"[\w-]{32}", one[name]), "it stands in a database's address"


def test_an_env_that_is_there_is_left_alone(tmp_path):
    there = tmp_path / "env"
    there.write_text("PULIH_SEALING_KEY=kept\n")
    ran = write(there)
    assert ran.returncode == 1
    assert "nothing was changed" in ran.stderr
    assert there.read_text() == "PULIH_SEALING_KEY=kept\n"


def test_the_keys_of_the_first_operator_and_the_services_are_in_the_env_and_their_hashes_alone_in_the_file(tmp_path):
    for there in folders(tmp_path):
        write(there)
        env = values_of(there.read_text())
        keys = {env["PULIH_OPERATOR_KEY"]: Operator("first")}
        keys |= {env[f"PULIH_{name.upper()}_SERVICE_KEY"]: PeerService(name) for name in SERVICES}
        file = there.parent / "keys" / "operators"
        assert holders_in(file.read_text()) == {hash_of(key): holder for key, holder in keys.items()}
        assert not [key for key in keys if key in file.read_text()]
        assert stat.S_IMODE(file.stat().st_mode) == 0o644, "the containers' user reads it"


def test_an_env_from_before_gets_the_file_that_is_missing(tmp_path):
    (tmp_path / "env").write_text("PULIH_OPERATOR_KEY=kept\n")
    assert write(tmp_path / "env").returncode == 0
    assert (tmp_path / "env").read_text() == "PULIH_OPERATOR_KEY=kept\n"
    assert holders_in((tmp_path / "keys" / "operators").read_text()) == {hash_of("kept"): Operator("first")}


def test_operators_who_are_there_are_left_alone(tmp_path):
    write(tmp_path / "env")
    (tmp_path / "keys" / "operators").write_text("# nobody\n")
    assert write(tmp_path / "env").returncode == 1
    assert (tmp_path / "keys" / "operators").read_text() == "# nobody\n"


def test_every_variable_of_compose_is_documented(tmp_path):
    read = set(re.findall(r"\$\{(\w+)", COMPOSE))
    documented = set(re.findall(r"^#?(\w+)=", EXAMPLE, re.MULTILINE))
    assert read - documented == set()
    assert documented - read - {"COMPOSE_PROFILES"} == set()


def test_every_variable_that_compose_insists_on_is_written(tmp_path):
    write(tmp_path / "env")
    written = values_of((tmp_path / "env").read_text())
    for name in set(re.findall(r"\$\{(\w+):\?", COMPOSE)):
        assert written[name], name


def test_the_example_holds_no_secret():
    assert not [name for name, value in values_of(EXAMPLE).items() if name.endswith(SECRETS) and value]
