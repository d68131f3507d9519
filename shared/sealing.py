"""How personal data is closed: sealed so that only a key opens it, and found again without being readable."""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Final, TypedDict
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES = 32
NONCE_BYTES = 12
MARK: Final = "2."
"""Begins each text that is bound to worker, field and purpose; older texts begin with base64, and are bound to a worker."""


class Use(TypedDict):
    """In which field a sealed text stands, and for whom it is sealed."""

    field: str
    purpose: str


CONTACT: Final[Use] = {"field": "contact", "purpose": "notification"}
"""A worker's name and addresses, which registration seals and notification opens."""


class BrokenSeal(ValueError):
    """What was sealed was changed, belongs to someone or somewhere else, or was sealed with another key."""


class Cipher:
    """AES-256-GCM under one key of 32 random bytes. Each text is bound to its worker, its field and its purpose."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes, not {len(key)}")
        self._aes = AESGCM(key)

    def seal(self, plain: bytes, *, about: UUID, field: str, purpose: str) -> str:
        """Close a text about a worker; gives a mark, and urlsafe base64 of nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        closed = self._aes.encrypt(nonce, plain, _bound_to(about, field, purpose))
        return MARK + base64.urlsafe_b64encode(nonce + closed).decode()

    def open(self, sealed: str, *, about: UUID, field: str, purpose: str) -> bytes:
        """Open what was sealed about this worker, in this field, for this purpose. Raises `BrokenSeal`."""
        is_marked = sealed.startswith(MARK)
        bound_to = _bound_to(about, field, purpose) if is_marked else about.bytes
        try:
            raw = base64.urlsafe_b64decode(sealed[len(MARK) :] if is_marked else sealed)
            return self._aes.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):
            raise BrokenSeal("the seal is broken, or it is of another worker, field, purpose or key") from None


class Seal(Cipher):
    """The seal of a key from a setting, which makes fingerprints too: for each it derives a key of its own."""

    def __init__(self, key: bytes) -> None:
        super().__init__(_derived(key, b"pulih seal"))
        self._fingerprints = hmac.new(_derived(key, b"pulih find"), digestmod=hashlib.sha256)

    def fingerprint(self, text: bytes) -> bytes:
        """Give a keyed HMAC-SHA-256, 32 bytes: equal texts are found again, and none can be guessed without the key.

        A plain hash of a NIK is reversed in hours: 16 digits are few.
        """
        made = self._fingerprints.copy()  # half the time of a new one
        made.update(text)
        return made.digest()


def key_from(text: str) -> bytes:
    """Read a key from a setting: urlsafe base64 of 32 bytes."""
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as wrong:
        raise ValueError("a sealing key is urlsafe base64 of 32 bytes") from wrong
    if len(key) != KEY_BYTES:
        raise ValueError(f"a sealing key is urlsafe base64 of {KEY_BYTES} bytes, and this one has {len(key)}")
    return key


def _bound_to(about: UUID, field: str, purpose: str) -> bytes:
    """Write the additional data: an id has 16 bytes, and no name of a field or a purpose holds a zero byte."""
    return about.bytes + _written(field, purpose)


@lru_cache(maxsize=64)
def _written(field: str, purpose: str) -> bytes:
    return f"{field}\0{purpose}".encode()


def _derived(key: bytes, purpose: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a sealing key has {KEY_BYTES} bytes, not {len(key)}")
    return HKDFExpand(algorithm=hashes.SHA256(), length=KEY_BYTES, info=purpose).derive(key)
