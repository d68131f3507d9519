"""A migration that says that it only adds does so, as squawk judges: no version that runs beside it is broken by it."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

import shared.database.migrations.versions
from shared.topology import SERVICES

ROOT = Path(__file__).parents[3]
SQUAWK = Path(sys.executable).with_name("squawk")
FORGIVEN = (
    "require-lock-timeout",  # a service migrates before it serves, in one transaction, one process at a time
    "require-statement-timeout",
    "prefer-robust-stmts",
    "require-concurrent-index-creation",
    "prefer-bigint-over-int",
    "prefer-text-field",
    "identifier-too-long",
)
"""What squawk warns of and no version is broken by."""
FILES = sorted(
    file
    for folder in (
        Path(shared.database.migrations.versions.__path__[0]),
        *(ROOT / "services" / each / "migrations" for each in SERVICES),
    )
    for file in folder.glob("*_[0-9]*.py")
)


class Recorder:
    """Stands for Alembic's operations, and keeps what is executed."""

    def __init__(self):
        self.statements = []

    def execute(self, statement):
        self.statements.append(str(statement).strip().rstrip(";") + ";")


def loaded(file):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def warned_of(sql):
    """Which of squawk's rules does this SQL break?"""
    ran = subprocess.run(
        [SQUAWK, "--reporter", "json", "--pg-version", "16.0", "--assume-in-transaction", f"--exclude={','.join(FORGIVEN)}"],
        input=sql, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode in (0, 1), ran.stderr
    return sorted({each["rule_name"] for each in json.loads(ran.stdout or "[]")})


EXPANDING = [file for file in FILES if getattr(loaded(file), "EXPANDS", False)]


@pytest.mark.parametrize("file", EXPANDING, ids=lambda file: file.stem)
def test_it_only_adds(file, monkeypatch):
    module, recorder = loaded(file), Recorder()
    monkeypatch.setattr(module, "op", recorder)
    module.upgrade()
    assert recorder.statements
    assert warned_of("\n".join(recorder.statements)) == []


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("ALTER TABLE agency DROP COLUMN email;", "ban-drop-column"),
        ("DROP TABLE agency;", "ban-drop-table"),
        ("ALTER TABLE agency RENAME COLUMN email TO mail;", "renaming-column"),
        ("ALTER TABLE agency RENAME TO office;", "renaming-table"),
        ("ALTER TABLE agency ADD COLUMN needed text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE agency ALTER COLUMN email TYPE int USING 1;", "changing-column-type"),
    ],
)
def test_what_breaks_the_version_before_is_found(sql, rule):
    assert rule in warned_of(sql)
