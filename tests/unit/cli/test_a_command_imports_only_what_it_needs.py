"""`pulih` works with the client's libraries alone; a command that needs more names the extra that brings it."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from cli.extras import LIBRARIES_OF
from cli.main import pulih

ROOT = Path(__file__).parents[3]
EXTRAS = {library for libraries in LIBRARIES_OF.values() for library in libraries}
OF_THE_CLIENT = (
    "agency",
    "operator",
    "post",
    "journey",
    "access",
    "status",
    "verify",
    "dlq",
    "replay",
    "restore",
    "healthy",
    "proxy",
)


def run(*arguments: str, without: set[str] | frozenset[str] = frozenset(), then: str = "") -> tuple[int, str, str]:
    """Run the command in a new process, as where some libraries are not installed; print what comes `then`."""
    program = f"""
import sys
for library in {set(without)!r}:
    sys.modules[library] = None
from cli.main import main
try:
    main({list(arguments)!r})
finally:
    {then or "pass"}
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", OF_THE_CLIENT)
def test_a_command_of_the_client_imports_no_library_of_an_extra(name: str) -> None:
    code, out, err = run(name, "--help", then="print('Imported:', *sys.modules)")
    assert (code, err) == (0, "")
    explained, _, names = out.partition("Imported:")
    assert "Example:" in explained
    assert pulih.commands_in[name].partition(":")[0] in names.split()
    imported = {module.partition(".")[0] for module in names.split()}
    assert imported & (EXTRAS | {"services", "deploy", "scenarios"}) == set()


def test_without_the_extras_the_client_says_which_address_to_name(tmp_path: Path) -> None:
    code, _, err = run("agency", "list", "--data", str(tmp_path), without=EXTRAS)
    assert code == 2
    assert err == "Set PULIH_REGISTRATION_URL and PULIH_OPERATOR_KEY: no `pulih up` can run here.\n"


@pytest.mark.parametrize(
    ("arguments", "missing", "sentence"),
    [
        (["serve", "training"], "server", "`pulih serve` needs `pip install 'pulih[server]'`"),
        (["topics", "show"], "server", "`pulih topics` needs `pip install 'pulih[server]'`"),
        (["demo", "--against", "http://h:1"], "server", "`pulih demo` needs `pip install 'pulih[server]'`"),
        (["up", "--port-base", "9000"], "embedded", "`pulih up` needs `pip install 'pulih[embedded]'`"),
        (["demo"], "embedded", "A stack of its own needs `pip install 'pulih[embedded]'`"),
    ],
)
def test_a_missing_extra_is_one_sentence(arguments: list[str], missing: str, sentence: str) -> None:
    code, out, err = run(*arguments, without=set(LIBRARIES_OF[missing]))
    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_the_help_page_lists_every_command_without_the_extras() -> None:
    code, out, err = run("--help", without=EXTRAS)
    assert (code, err) == (0, "")
    for name in set(pulih.commands_in) - {"proxy"}:
        assert f"\n  {name} " in out
    assert "pip install 'pulih[embedded]'" in out


def test_a_library_that_no_extra_brings_is_a_fault_of_ours() -> None:
    code, _, err = run("agency", "list", without={"httpx"})
    assert code == 70
    assert "ModuleNotFoundError" in err


@pytest.mark.parametrize("extra", LIBRARIES_OF)
def test_the_libraries_of_an_extra_are_those_that_pyproject_names(extra: str) -> None:
    requirements = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"][extra]
    named = {normal(re.match(r"[\w-]+", requirement)[0]) for requirement in requirements} - {"pulih"}
    found = packages_distributions()
    brought = {normal(found[library][0]) for library in LIBRARIES_OF[extra]}
    assert brought - named <= {"pydantic"}, "pydantic comes with pydantic-settings"
    assert named - brought <= {"httptools"}, "uvicorn imports httptools, we do not"


def normal(name: str) -> str:
    return name.lower().replace("_", "-")
