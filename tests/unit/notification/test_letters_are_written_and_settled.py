"""A letter carries both languages and one Message-ID; what the channel says of it decides what becomes of it."""

from datetime import UTC, datetime

import pytest

from services.notification.channels.emails import usable, write_email
from services.notification.channels.protocol import Delivered, PutOff, Refused
from services.notification.channels.smtp import outcome_of
from services.notification.domain import WORKER, message_id
from services.notification.letters import Contact, Letter, read_contact
from services.notification.settlements import Settlement, put_off, settlement_of, wait_after
from shared.events import WorkerEnrolled
from tests.unit.notification.examples import CENTRE, OFFICE, SITI, example

KEPT_AT = datetime(2021, 9, 6, 8, tzinfo=UTC)
NAMES = {CENTRE: "BLK Purworejo", OFFICE: "Disnaker Purworejo"}
SENDER = "Pulih <kabar@pulih.example>"


def letter_to(receiver=WORKER, *, name="Siti", email="siti@example.org", attempts=0, **event):
    told = example(WorkerEnrolled, **event)
    return Letter(
        message_id(told.envelope.id, receiver), told, receiver, email, name, NAMES, KEPT_AT, attempts, whole=True
    )


def test_a_letter_says_it_in_both_languages():
    mail = write_email(letter_to(), sender=SENDER)
    assert mail["To"] == "Siti <siti@example.org>"
    assert mail["Subject"] == "Anda mendapat kursi pelatihan: Menjahit / You have a training seat: Menjahit"
    text = mail.get_content()
    assert text.index("Yth. Bapak/Ibu Siti,") < text.index("Dear Siti,")
    assert mail["Auto-Submitted"] == "auto-generated"


def test_an_agencys_letter_goes_to_it_by_name_and_names_no_worker():
    mail = write_email(letter_to(CENTRE, name=NAMES[CENTRE], email="blk@example.org"), sender=SENDER)
    assert mail["To"] == "BLK Purworejo <blk@example.org>"
    assert str(SITI) in mail.get_content()


def test_the_message_id_is_the_same_whenever_it_is_written():
    one, again = (write_email(letter_to(attempts=n), sender=SENDER) for n in (0, 5))
    assert one["Message-ID"] == again["Message-ID"] == f"<{letter_to().message}@pulih.example>"
    assert one.as_bytes() == again.as_bytes()


@pytest.mark.parametrize(
    "name", ["Siti\r\nBcc: all@example.org", 'Siti "Bos" <x@y>', "Siti\x00\x1b[31m", "Sīti ابن 李"]
)
def test_a_name_cannot_write_headers(name):
    mail = write_email(letter_to(name=name), sender=SENDER)
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["siti@example.org"]
    assert b"\nBcc:" not in mail.as_bytes()


def test_a_title_cannot_write_headers():
    mail = write_email(letter_to(title="Menjahit\nBcc: all@example.org"), sender=SENDER)
    assert b"\nBcc:" not in mail.as_bytes().partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("email", ["siti@example.org", " siti@example.org ", "s.t+pulih@mail.example.co.id"])
def test_an_address_is_usable(email):
    assert usable(email) == email.strip()


@pytest.mark.parametrize(
    "email",
    [
        None,
        "",
        "siti",
        "siti@",
        "@example.org",
        "a@b, c@d",
        "siti@example.org\nBcc: x@y",
        "<siti@example.org>",
        "s i@x",
    ],
)
def test_what_is_no_address_is_not_asked_of_the_server(email):
    assert usable(email) is None


def test_a_contact_is_read_and_an_unreadable_one_is_as_good_as_none():
    assert read_contact(b'{"name": "Siti", "email": "siti@example.org", "phone": "08"}') == Contact(
        name="Siti", email="siti@example.org"
    )
    assert read_contact(b'{"phone": "08"}') == Contact()
    assert read_contact(b"\xff") == read_contact(b"[]") == read_contact(b'{"email": 7}') == Contact()


@pytest.mark.parametrize("code", [500, 550, 552, 554])
def test_refused_for_good_is_failed(code):
    letter = letter_to()
    assert outcome_of(code) == Refused(f"refused with {code}")
    assert settlement_of(letter, outcome_of(code), too_old=False) == Settlement(
        letter.message, "failed", f"refused with {code}", tried=True
    )


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_not_now_is_tried_again_until_it_has_been_long_enough(code):
    letter = letter_to(attempts=2)
    assert outcome_of(code) == PutOff(f"refused with {code}")
    assert settlement_of(letter, outcome_of(code), too_old=False) == Settlement(
        letter.message, "pending", wait=240, tried=True
    )
    assert settlement_of(letter, outcome_of(code), too_old=True) == Settlement(
        letter.message, "failed", f"refused with {code}", tried=True
    )


def test_taken_is_delivered():
    letter = letter_to()
    assert settlement_of(letter, Delivered(), too_old=True) == Settlement(letter.message, "delivered", tried=True)


def test_each_wait_is_twice_the_one_before_up_to_an_hour():
    assert [wait_after(n) for n in range(8)] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert wait_after(10_000) == 3600


def test_what_is_put_off_for_too_long_has_failed_for_that_reason():
    letter = letter_to()
    assert put_off(letter.message, "no address", wait=15, too_old=True) == Settlement(
        letter.message, "failed", "no address"
    )
    assert put_off(letter.message, "no address", wait=15, too_old=False) == Settlement(
        letter.message, "pending", wait=15
    )
