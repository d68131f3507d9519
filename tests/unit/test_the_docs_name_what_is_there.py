"""A path or a link in the docs that leads nowhere is a sentence that is no longer so."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted(
    ROOT / name for name in subprocess.check_output(["git", "ls-files", "*.md"], cwd=ROOT, text=True).split()
) or sorted(ROOT.glob("*.md"))
PATH = re.compile(r"`((?:services|shared|cli|deploy|tests|scenarios|benchmarks|docs|contract)/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_every_path_and_link_leads_somewhere(doc):
    said = doc.read_text()
    missing = [path for path in PATH.findall(said) if not (ROOT / path).exists()]
    missing += [link for link in LINK.findall(said) if not (doc.parent / link).exists()]
    assert missing == []


def test_there_are_docs():
    assert ROOT / "README.md" in DOCS
    assert len(DOCS) > 10
