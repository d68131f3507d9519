"""The version before runs on the database of a later one where that only added something; else it says why it does not."""

import shutil
from pathlib import Path

import asyncpg
import pytest

from shared.database import migrating
from shared.faults import Misconfigured

LATER = """
from alembic import op

revision = "shared_{number}"
down_revision = "shared_{before}"
branch_labels = None
depends_on = None
{expands}

def upgrade() -> None:
    op.execute("ALTER TABLE agency ADD COLUMN later_{number} text")


def downgrade() -> None:
    op.execute("ALTER TABLE agency DROP COLUMN later_{number}")
"""
HERE = migrating._folders("training")
LAST = max(int(file.stem.rpartition("_")[2]) for file in HERE[0].glob("shared_[0-9]*.py"))


@pytest.fixture
async def training(database):
    made = await database("training")
    url = made.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    await made.close()
    return url


@pytest.fixture
def version(tmp_path, monkeypatch):
    """Let another version migrate: the present one, or one with more migrations, each of which only `adds` or `changes` something."""

    def becomes(*later: str) -> None:
        folder = tmp_path / "-".join(("with", *later))
        if not folder.exists():
            shutil.copytree(HERE[0], folder, ignore=shutil.ignore_patterns("__pycache__"))
            for nth, kind in enumerate(later, LAST + 1):
                text = LATER.format(number=nth, before=nth - 1, expands="EXPANDS = True\n" if kind == "adds" else "")
                Path(folder, f"shared_{nth}.py").write_text(text)
        monkeypatch.setattr(migrating, "_folders", lambda _: (folder, HERE[1]))

    return becomes


async def columns(url):
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT column_name FROM information_schema.columns WHERE column_name LIKE 'later%'")
    await connection.close()
    return sorted(row[0] for row in found)


async def test_what_only_adds_lets_the_versions_before_run(training, version, caplog):
    version("adds")
    await migrating.migrate(training, "training")
    version("adds", "adds")
    await migrating.migrate(training, "training")
    for before in ((), ("adds",)):
        version(*before)
        await migrating.migrate(training, "training")
        assert "the database is of a later version that accepts this one" in caplog.messages
        caplog.clear()
    assert await columns(training) == [f"later_{LAST + 1}", f"later_{LAST + 2}"]
    version("adds", "adds")
    await migrating.migrate(training, "training")
    assert caplog.messages == []


async def test_what_changes_more_keeps_them_away_with_a_sentence(training, version):
    version("adds")
    await migrating.migrate(training, "training")
    version("adds", "changes")
    await migrating.migrate(training, "training")
    for before in ((), ("adds",)):
        version(*before)
        with pytest.raises(Misconfigured, match="its database is of a later version, and this version cannot use it"):
            await migrating.migrate(training, "training")


async def test_a_later_version_that_knows_nothing_of_this_keeps_it_away(training):
    connection = await asyncpg.connect(training)
    await connection.execute(
        f"UPDATE alembic_version SET version_num = 'shared_99' WHERE version_num = 'shared_{LAST}'"
    )
    await connection.execute("DROP TABLE schema_accepts")
    await connection.close()
    with pytest.raises(Misconfigured):
        await migrating.migrate(training, "training")
