"""The data folder of an embedded stack: its lock, its keys, and its JSON files that only the owner can read."""

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any

from deploy.embedded.faults import FolderInUse, StackFailed

KEY_BYTES = 32


class Lock:
    """The lock of the one stack that uses a folder; the system releases it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None

    def take(self) -> None:
        """Take the folder. Raises `FolderInUse`, and `StackFailed` where it cannot be written to."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise StackFailed(f"the folder {self.folder} cannot be used: {fault.strerror}") from fault
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode() or "unknown"
            os.close(file)
            raise FolderInUse(
                f"the folder {self.folder} is in use by another Pulih (process {holder}): stop that one, "
                "or choose another folder"
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file

    def give_back(self) -> None:
        """Release the folder for another stack."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def key() -> str:
    """Make a new key: urlsafe base64 of 32 random bytes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def keys_in(path: Path, *names: str) -> dict[str, str]:
    """Give the keys of these names from a file that only its owner can read; makes and keeps those that are missing."""
    kept: dict[str, str] = read(path) or {}
    if missing := [name for name in names if name not in kept]:
        kept |= {name: key() for name in missing}
        write(path, kept)
    return {name: kept[name] for name in names}


def read(path: Path) -> Any | None:  # noqa: ANN401  JSON is what it is
    """Read a JSON file; None where there is none."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def write(path: Path, content: object) -> None:
    """Write a JSON file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
