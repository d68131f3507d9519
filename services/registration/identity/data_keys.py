"""Data keys: each worker has one of 32 random bytes that seals what is kept about the worker, itself wrapped by a master key."""

import os
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.faults import Misconfigured
from shared.key_rings import KeyRing, UnknownKey
from shared.sealing import KEY_BYTES, Cipher, Use

WRAPPED: Final[Use] = {"field": "data-key", "purpose": "registration"}


@dataclass(slots=True)
class DataKey:
    """A worker's data key, `wrapped` as it is kept; `cipher` is there once it was unwrapped."""

    wrapped: str
    cipher: Cipher | None = None


class DataKeys:
    """Makes, wraps and unwraps data keys with a ring of master keys."""

    def __init__(self, masters: KeyRing) -> None:
        self.masters = masters

    def new(self, worker: UUID) -> DataKey:
        """Make a worker's data key."""
        key = os.urandom(KEY_BYTES)
        return DataKey(self.masters.seal(key, about=worker, **WRAPPED), Cipher(key))

    def cipher_of(self, worker: UUID, key: DataKey) -> Cipher:
        """Give the cipher of a data key. Raises `Misconfigured` where its master key is not set, and `BrokenSeal`."""
        if key.cipher is None:
            try:
                key.cipher = Cipher(self.masters.open(key.wrapped, about=worker, **WRAPPED))
            except UnknownKey as unknown:
                raise Misconfigured(lacks(unknown.id)) from None
        return key.cipher

    def wrap_again(self, worker: UUID, wrapped: str) -> str:
        """Wrap a data key with the first master key. Raises `UnknownKey`, `BrokenSeal`."""
        return self.masters.seal_again(wrapped, about=worker, **WRAPPED)


def lacks(id: str) -> str:
    """Say that a master key is needed."""
    return f"data keys are wrapped by the master key {id}, which PULIH_MASTER_KEYS does not name"
