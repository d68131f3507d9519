"""Edits a key file: whole or not at all, one editor at a time. Comments stay."""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from shared.key_file import Holder, holder_in, holders_in, line_of, text_of


def add(path: Path, holder: Holder, key_hash: str) -> bool:
    """Add a key; makes the file where there is none. Gives False where the holder has one. Raises `WrongKeyFile`, `OSError`."""
    return _edit(path, lambda text: None if _has(text, holder) else _with(text, holder, key_hash))


def put(path: Path, holder: Holder, key_hash: str) -> bool:
    """See that a holder has this key and no other. Gives whether that was not so. Raises `WrongKeyFile`, `OSError`."""

    def change(text: str) -> str | None:
        is_so = holders_in(text).get(key_hash) == holder
        return None if is_so else _with(_without(text, holder), holder, key_hash)

    return _edit(path, change)


def remove(path: Path, holder: Holder) -> bool:
    """Remove a holder's key. Gives False where there is none. Raises `WrongKeyFile`, `OSError`."""
    return _edit(path, lambda text: _without(text, holder) if _has(text, holder) else None)


def _has(text: str, holder: Holder) -> bool:
    return holder in holders_in(text).values()


def _with(text: str, holder: Holder, key_hash: str) -> str:
    end = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{end}{line_of(holder, key_hash)}"


def _without(text: str, holder: Holder) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if (holder_in(line) or ("", ""))[0] != holder)


def _edit(path: Path, change: Callable[[str], str | None]) -> bool:
    """Change the text; None changes nothing. Gives whether it was changed."""
    path = path.resolve()  # a link stays one
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        changed = change(text_of(path) if path.exists() else "")
        if changed is not None:
            _replace(path, changed)
    finally:
        os.close(folder)
    return changed is not None


def _replace(path: Path, text: str) -> None:
    """Write the file anew, with the owner and the mode that it had; a new one is for its owner alone."""
    new = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        if path.exists():
            had = path.stat()
            with suppress(PermissionError):  # only root may give a file away
                os.fchown(file.fileno(), had.st_uid, had.st_gid)
            os.fchmod(file.fileno(), had.st_mode & 0o777)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
