"""The key file: which operators and services may ask, one line for each key, by its SHA-256.

    operator siti 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    service training 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752

`#` begins a comment. Each service reads the file again when it has changed, so that a key is revoked alone, without a
restart, and while Kafka is away. `pulih operator` edits it.
"""

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

log = logging.getLogger(__name__)

IN_DATA_FOLDER: Final = "operators"
"""What the file is called in the data folder of `pulih up`."""
LOOK_SECONDS = 1.0
"""How long what was read is believed without looking whether the file has changed."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who runs Pulih."""

    name: str


@dataclass(frozen=True, slots=True)
class PeerService:
    """A service of Pulih that asks another."""

    name: str


Holder = Operator | PeerService
KINDS: Final[dict[str, type[Operator | PeerService]]] = {"operator": Operator, "service": PeerService}
"""A line's first word -> whose key it is."""


class WrongKeyFile(ValueError):
    """The file cannot be read, or a line of it is wrong; the message says which and why, and quotes nothing of it."""


def hash_of(key: str) -> str:
    """Give the SHA-256 of a key in hexadecimal; a key is 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def line_of(holder: Holder, key_hash: str) -> str:
    """Write one line of the file."""
    kind = next(word for word, kind in KINDS.items() if isinstance(holder, kind))
    return f"{kind} {holder.name} {key_hash}\n"


def holder_in(line: str) -> tuple[Holder, str] | None:
    """Read one line: who holds the key, and its hash; None for an empty line. Raises `WrongKeyFile`."""
    words = line.partition("#")[0].split()
    if not words:
        return None
    if len(words) != _WORDS or words[0] not in KINDS:
        raise WrongKeyFile("it reads `operator NAME HASH` or `service NAME HASH`")
    if not NAME.fullmatch(words[1]):
        raise WrongKeyFile("a name is made of a-z, 0-9 and -, at most 63 of them")
    if not _HASH.fullmatch(words[2]):
        raise WrongKeyFile("the third word is no SHA-256 of a key: it has 64 of 0-9 and a-f")
    return KINDS[words[0]](words[1]), words[2]


def holders_in(text: str) -> dict[str, Holder]:
    """Read the file's text: hash -> who holds that key. Raises `WrongKeyFile` with the number of the first wrong line."""
    lines: dict[Holder | str, int] = {}
    holders: dict[str, Holder] = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found = holder_in(line)
        except WrongKeyFile as wrong:
            raise WrongKeyFile(f"line {number} is wrong: {wrong}") from None
        if found is None:
            continue
        for each, what in zip(found, ("name", "key"), strict=True):
            if each in lines:
                raise WrongKeyFile(f"line {number} is wrong: it has the {what} of line {lines[each]}")
            lines[each] = number
        holder, key_hash = found
        holders[key_hash] = holder
    return holders


def text_of(path: Path) -> str:
    """Read the file. Raises `WrongKeyFile` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise WrongKeyFile(f"the file {path} cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise WrongKeyFile(f"the file {path} is not UTF-8") from None


class KeyFile:
    """The file as a service knows it. A file that is wrong later leaves what was known before, and is logged."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises `WrongKeyFile`."""
        self._path = path
        self._stamp = self._look()
        self._holders = holders_in(text_of(path))
        self._looked = monotonic()

    def holder_of(self, key_hash: str) -> Holder | None:
        """Find who holds the key of this hash."""
        if monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = monotonic()
            self._read_again()
        return self._holders.get(key_hash)

    def _read_again(self) -> None:
        stamp = self._look()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._holders = holders_in(text_of(self._path))
        except WrongKeyFile as wrong:
            log.error("the key file is wrong; the keys of before hold", extra={"why": str(wrong)})  # noqa: TRY400  the sentence says it all

    def _look(self) -> tuple[int, int, int] | None:
        """Give what tells one content from another; None where there is no file."""
        try:
            seen = self._path.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_ino, seen.st_size
