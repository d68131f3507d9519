"""How personal data is closed: sealed so that only a key opens it, and found again without being readable."""

import base64
import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES = 32
NONCE_BYTES = 12


class BrokenSeal(ValueError):
    """What was sealed was changed, belongs to someone else, or was sealed with another key."""


class Seal:
    """AES-256-GCM under one 32-byte key; each text is bound to the worker it is about."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes, not {len(key)}")
        self._aes = AESGCM(_derived(key, b"pulih seal"))
        self._finding = _derived(key, b"pulih find")

    def seal(self, plain: bytes, *, about: UUID) -> str:
        """Close a text about a worker; gives urlsafe base64 of nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        return base64.urlsafe_b64encode(nonce + self._aes.encrypt(nonce, plain, about.bytes)).decode()

    def open(self, sealed: str, *, about: UUID) -> bytes:
        """Open what was sealed about this worker. Raises `BrokenSeal`."""
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return self._aes.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.bytes)
        except (InvalidTag, ValueError):
            raise BrokenSeal("the seal is broken, or it is another worker's or another key's") from None

    def fingerprint(self, text: bytes) -> bytes:
        """Give a keyed HMAC-SHA-256, 32 bytes: equal texts are found again, and none can be guessed without the key.

        A plain hash of a NIK is reversed in hours: 16 digits are few.
        """
        return hmac.new(self._finding, text, hashlib.sha256).digest()


def key_from(text: str) -> bytes:
    """Read a key from a setting: urlsafe base64 of 32 bytes."""
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as wrong:
        raise ValueError("a sealing key is urlsafe base64 of 32 bytes") from wrong
    if len(key) != KEY_BYTES:
        raise ValueError(f"a sealing key is urlsafe base64 of {KEY_BYTES} bytes, and this one has {len(key)}")
    return key


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=hashes.SHA256(), length=KEY_BYTES, info=purpose).derive(key)
