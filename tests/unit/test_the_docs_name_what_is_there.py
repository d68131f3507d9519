"""A path or a link in the docs that leads nowhere is a sentence that is no longer so."""

import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from shared.topology import SERVICES

ROOT = Path(__file__).parents[2]
DOCS = sorted(
    ROOT / name for name in subprocess.check_output(["git", "ls-files", "*.md"], cwd=ROOT, text=True).split()
) or sorted(ROOT.glob("*.md"))
PATH = re.compile(r"`((?:services|shared|cli|deploy|tests|scenarios|benchmarks|docs|contract)/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_every_path_and_link_leads_somewhere(doc):
    said = doc.read_text()
    missing = [path for path in PATH.findall(said) if "NAME" not in path and not (ROOT / path).exists()]
    missing += [link for link in LINK.findall(said) if not (doc.parent / link).exists()]
    assert missing == []


MAPPED = [
    "shared",
    "cli",
    "scenarios",
    "deploy",
    "benchmarks",
    "contract",
    "tests",
    *(f"services/{each}" for each in SERVICES),
]
"""The folders whose README is a map of their modules."""
MODULE = re.compile(r"`([\w./-]+\.(?:py|yaml|csv|sh|yml))`")


def modules_of(folder):
    """The modules below a folder, by their path from it; migrations and tests are named by their folder."""
    listed = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", folder], cwd=ROOT, text=True)
    paths = [PurePosixPath(path).relative_to(folder) for path in listed.split() if (ROOT / path).exists()]
    return {
        path
        for path in paths
        if path.suffix == ".py"
        and path.name not in {"__init__.py", "conftest.py"}
        and not path.name.startswith("test_")
        and "migrations" not in path.parts
    }


@pytest.mark.parametrize("folder", MAPPED)
def test_each_module_is_on_the_map_and_the_map_names_no_other(folder):
    named = {PurePosixPath(name) for name in MODULE.findall((ROOT / folder / "README.md").read_text())}
    modules = modules_of(folder)
    unmentioned = {path for path in modules if not {path, PurePosixPath(path.name)} & named}
    assert unmentioned == set(), f"{folder}/README.md does not name them"
    here = [ROOT / folder, *(each for each in (ROOT / folder).rglob("*") if each.is_dir())]
    gone = {name for name in named if not any((place / name).exists() for place in [ROOT, *here])}
    assert gone == set(), f"{folder}/README.md names what is not there"


def test_there_are_docs():
    assert ROOT / "README.md" in DOCS
    assert len(DOCS) > 10
