"""A sealed text opens for the right worker with the right key, and for nobody else."""

import os
from uuid import UUID

import pytest

from shared.sealing import BrokenSeal, Seal, key_from

SITI, BUDI = UUID(int=1), UUID(int=2)
NAME = b"Siti, a name made up"


def test_what_was_sealed_opens_again():
    seal = Seal(os.urandom(32))
    assert seal.open(seal.seal(NAME, about=SITI), about=SITI) == NAME


def test_a_sealed_text_shows_nothing_and_is_never_the_same_twice():
    seal = Seal(os.urandom(32))
    first, second = seal.seal(NAME, about=SITI), seal.seal(NAME, about=SITI)
    assert "Siti" not in first
    assert first != second


def test_it_does_not_open_as_another_workers():
    seal = Seal(os.urandom(32))
    with pytest.raises(BrokenSeal):
        seal.open(seal.seal(NAME, about=SITI), about=BUDI)


def test_it_does_not_open_with_another_key():
    with pytest.raises(BrokenSeal):
        Seal(os.urandom(32)).open(Seal(os.urandom(32)).seal(NAME, about=SITI), about=SITI)


@pytest.mark.parametrize("mangled", ["", "####", "AAAA", "not base64 at all"])
def test_what_was_changed_on_the_way_does_not_open(mangled):
    with pytest.raises(BrokenSeal):
        Seal(os.urandom(32)).open(mangled, about=SITI)


def test_equal_texts_are_found_again_under_one_key_only():
    key = os.urandom(32)
    nik = b"3306010101900001"
    assert Seal(key).fingerprint(nik) == Seal(key).fingerprint(nik)
    assert Seal(key).fingerprint(nik) != Seal(os.urandom(32)).fingerprint(nik)


def test_a_key_of_the_wrong_length_is_named():
    with pytest.raises(ValueError, match="32 bytes, and this one has 3"):
        key_from("YWJj")
