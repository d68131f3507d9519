"""Key rings: keys with ids, so that one key takes another's place while what the other sealed still opens."""

import re
from collections.abc import Mapping
from typing import Final, Self, Unpack
from uuid import UUID

from pydantic import SecretStr

from shared.sealing import BrokenSeal, Seal, Use, key_from

NO_ID: Final = "0"
"""The id of a key that its setting names without one; a text that names no key was sealed with it."""
_ENTRY: Final = re.compile(r"([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_=-]+)")


class UnknownKey(BrokenSeal):
    """What was sealed names a key that the ring has not; `id` is that key's."""

    def __init__(self, id: str) -> None:
        super().__init__(f"it was sealed with the key {id}, which no setting names")
        self.id = id


class KeyRing:
    """Keys by their ids. The first one seals, each opens what it sealed; a sealed text begins with its key's id."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._seals = {id: Seal(key) for id, key in keys.items()}
        self.first = next(iter(keys))
        self.mark = f"{self.first}:"
        """What begins each text that the first key sealed."""

    @classmethod
    def of(cls, named: SecretStr | None, unnamed: SecretStr | None) -> Self:
        """Make a ring of two settings: `id:key,id:key`, and a key without an id, which comes last."""
        keys = keys_in(named.get_secret_value()) if named else {}
        if unnamed:
            keys.setdefault(NO_ID, key_from(unnamed.get_secret_value()))
        return cls(keys)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the first one's first."""
        return tuple(self._seals)

    def seal(self, plain: bytes, *, about: UUID, **use: Unpack[Use]) -> str:
        """Close a text with the first key."""
        return self.mark + self._seals[self.first].seal(plain, about=about, **use)

    def open(self, sealed: str, *, about: UUID, **use: Unpack[Use]) -> bytes:
        """Open a text with the key that it names. Raises `UnknownKey`, `BrokenSeal`."""
        id, has_id, closed = sealed.partition(":")
        if not has_id:
            id, closed = NO_ID, sealed
        if id not in self._seals:
            raise UnknownKey(id)
        return self._seals[id].open(closed, about=about, **use)

    def seal_again(self, sealed: str, *, about: UUID, **use: Unpack[Use]) -> str:
        """Close a text with the first key that another one sealed. Raises `UnknownKey`, `BrokenSeal`."""
        return self.seal(self.open(sealed, about=about, **use), about=about, **use)


def keys_in(text: str) -> dict[str, bytes]:
    """Read keys from a setting: `id:key,id:key`. Raises `ValueError`, which names the entry by its number."""
    keys: dict[str, bytes] = {}
    for nth, entry in enumerate(text.split(","), 1):
        found = _ENTRY.fullmatch(entry.strip())
        if found is None:
            raise ValueError(f"it reads `id:key,id:key`, and entry {nth} does not; an id has letters, digits, - and _")
        if found[1] in keys:
            raise ValueError(f"two keys have the id {found[1]}")
        try:
            keys[found[1]] = key_from(found[2])
        except ValueError as wrong:
            raise ValueError(f"entry {nth}: {wrong}") from None
    return keys
