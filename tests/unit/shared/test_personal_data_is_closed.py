"""A sealed text opens for the right worker, field and purpose with the right key, and for nobody else."""

import base64
import os
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from shared.sealing import CONTACT, BrokenSeal, Cipher, Seal, key_from

SITI, BUDI = UUID(int=1), UUID(int=2)
NAME = b"Siti, a name made up"


@pytest.mark.parametrize("kind", [Seal, Cipher])
def test_what_was_sealed_opens_again(kind):
    seal = kind(os.urandom(32))
    assert seal.open(seal.seal(NAME, about=SITI, **CONTACT), about=SITI, **CONTACT) == NAME


def test_a_sealed_text_shows_nothing_and_is_never_the_same_twice():
    seal = Seal(os.urandom(32))
    first, second = (seal.seal(NAME, about=SITI, **CONTACT) for _ in range(2))
    assert "Siti" not in first
    assert first != second


@pytest.mark.parametrize(
    ("worker", "field", "purpose"),
    [
        (BUDI, "contact", "notification"),
        (SITI, "identity", "notification"),
        (SITI, "contact", "registration"),
        (SITI, "contactnotification", ""),
        (SITI, "", "contactnotification"),
        (SITI, "contac", "tnotification"),
    ],
)
def test_it_does_not_open_as_another_workers_field_or_purpose(worker, field, purpose):
    seal = Seal(os.urandom(32))
    with pytest.raises(BrokenSeal):
        seal.open(seal.seal(NAME, about=SITI, **CONTACT), about=worker, field=field, purpose=purpose)


def test_it_does_not_open_with_another_key():
    with pytest.raises(BrokenSeal):
        Seal(os.urandom(32)).open(Seal(os.urandom(32)).seal(NAME, about=SITI, **CONTACT), about=SITI, **CONTACT)


def sealed_by_the_first_version(key, plain, about):
    """What was written before texts were bound to a field: no mark, and the worker's id as additional data."""
    aes = AESGCM(HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"pulih seal").derive(key))
    nonce = os.urandom(12)
    return base64.urlsafe_b64encode(nonce + aes.encrypt(nonce, plain, about.bytes)).decode()


def test_what_the_first_version_sealed_still_opens_for_its_worker_alone():
    key = os.urandom(32)
    old = sealed_by_the_first_version(key, NAME, SITI)
    assert Seal(key).open(old, about=SITI, **CONTACT) == NAME
    with pytest.raises(BrokenSeal):
        Seal(key).open(old, about=BUDI, **CONTACT)


def test_a_text_that_lost_its_mark_does_not_pass_for_an_old_one():
    seal = Seal(os.urandom(32))
    sealed = seal.seal(NAME, about=SITI, **CONTACT)
    with pytest.raises(BrokenSeal):
        seal.open(sealed.partition(".")[2], about=SITI, **CONTACT)


@pytest.mark.parametrize("mangled", ["", "####", "AAAA", "2.", "2.AAAA", "not base64 at all"])
def test_what_was_changed_on_the_way_does_not_open(mangled):
    with pytest.raises(BrokenSeal):
        Seal(os.urandom(32)).open(mangled, about=SITI, **CONTACT)


def test_equal_texts_are_found_again_under_one_key_only():
    key = os.urandom(32)
    nik = b"3306010101900001"
    assert Seal(key).fingerprint(nik) == Seal(key).fingerprint(nik)
    assert Seal(key).fingerprint(nik) != Seal(os.urandom(32)).fingerprint(nik)


def test_a_key_of_the_wrong_length_is_named():
    with pytest.raises(ValueError, match="32 bytes, and this one has 3"):
        key_from("YWJj")
