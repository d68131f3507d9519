"""Every message is filled, in both languages, in plain words: no braces, no codes of ours, nothing missing."""

import re
from datetime import date

import msgspec
import pytest

from services.notification.domain import TOLD, TOLD_TO_ALL, TOLD_TO_WORKERS, WORKER, who_is_told
from services.notification.templates import TEMPLATES, read_templates
from services.notification.wording import text_of
from shared.events import (
    ApplicationAmended,
    GrantRecorded,
    IdentityQuestioned,
    InterviewNeeded,
    JobseekerCardIssued,
    OpeningsReleased,
    PlacementEnded,
    PlacementVoided,
    ReferralLapsed,
    RegistrationWithdrawn,
    VacancyApprovalNeeded,
    WorkerEnrolled,
    WorkerGraduated,
    WorkerPlaced,
    WorkerReferred,
    WorkerRegistered,
    WorkerWaitlisted,
)
from tests.unit.notification.examples import CENTRE, EMPLOYER, OFFICE, SITI, UNION, all_examples, enum_words, example

NAMES = {OFFICE: "Disnaker Purworejo", CENTRE: "BLK Purworejo", UNION: "Serikat Pekerja Garmen"}
ROUTES = {"AKL", "AKAD", "AKAN"}
"""The field's own names of routes, which are written out beside them."""


def read(event, receiver, language="en", *, whole=True):
    return text_of(event, receiver, language, whole=whole, agencies=NAMES)


def every_text(kind):
    for event in all_examples(kind):
        for receiver in who_is_told(event):
            for language in ("id", "en"):
                yield language, read(event, receiver, language)


def test_every_event_that_is_told_has_its_sentences_and_no_other_has():
    assert set(TEMPLATES.told) == {kind.__name__ for kind in TOLD}
    for kind in TOLD:
        told = TEMPLATES.told[kind.__name__]
        assert (told.worker is None) == (kind not in TOLD_TO_ALL + TOLD_TO_WORKERS)
        assert (told.agency is None) == (kind in TOLD_TO_WORKERS)


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_every_place_is_filled_whatever_the_event_holds(kind):
    for _, text in every_text(kind):
        whole = f"{text.subject}\n{text.body}"
        assert not re.search(r"[{}]|\bNone\b|  | [.,;]|\[|\]|True|False", whole), whole
        assert "\n" not in text.subject
        assert not re.search(r"\d{4}-\d{2}-\d{2}", whole.replace(str(SITI), "")), whole


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_no_word_of_the_contract_leaks_into_a_sentence(kind):
    for language, text in every_text(kind):
        words = enum_words(kind) - ROUTES
        if language == "en":  # a plain English word may be one of the contract's too
            words = {word for word in words if "-" in word or "_" in word}
        for word in words:
            assert not re.search(rf"(?<![\w-]){word}(?![\w-])", f"{text.subject} {text.body}"), (word, text)


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_each_value_that_makes_a_difference_makes_one(kind):
    for field, phrases in TEMPLATES.told[kind.__name__].phrases.items():
        known = {value for value in phrases if value not in ("none", "some", "yes", "no") and " and " not in value}
        fields = {f.name: f.type for f in msgspec.structs.fields(kind)}
        assert field in fields
        assert known <= enum_words(kind), f"{kind.__name__}.{field} never is {known - enum_words(kind)}"


def test_what_an_agency_typed_is_never_taken_for_a_place_to_fill():
    text = read(example(WorkerEnrolled, title="{worker} {concerns}\nBcc: all"), WORKER)
    assert text.subject == "You have a training seat: {worker} {concerns} Bcc: all"


def test_dates_are_written_out():
    event = example(WorkerEnrolled, starts_on=date(2021, 2, 3), ends_on=date(2021, 12, 31))
    assert "3 Februari 2021 sampai 31 Desember 2021" in read(event, WORKER, "id").body
    assert "3 February 2021 to 31 December 2021" in read(event, WORKER, "en").body


def test_an_agency_is_called_by_its_name_and_by_its_slug_until_the_name_is_known():
    assert read(example(WorkerEnrolled), CENTRE).body.startswith("To BLK Purworejo,")
    assert text_of(example(WorkerEnrolled), CENTRE, "en", whole=True, agencies={}).body.startswith("To blk-purworejo,")


def test_a_worker_is_called_by_name_only_where_it_is_known():
    event = example(WorkerEnrolled)
    assert read(event, WORKER, "id").body.startswith("Yth. Bapak/Ibu,")
    assert text_of(event, WORKER, "id", whole=True, agencies=NAMES, name="Siti").body.startswith("Yth. Bapak/Ibu Siti,")
    assert text_of(event, WORKER, "en", whole=True, agencies=NAMES, name="Siti").body.startswith("Dear Siti,")


@pytest.mark.parametrize("kind", [kind for kind in TOLD if kind.about == WORKER], ids=lambda kind: kind.__name__)
def test_an_agency_with_a_claim_alone_reads_the_state_in_a_word(kind):
    for event in all_examples(kind):
        for language, begins in (
            ("id", "Pekerja yang Anda laporkan kini "),
            ("en", "The worker whom you reported is now "),
        ):
            text = read(event, UNION, language, whole=False)
            _, sentence, reference, _ = text.body.split("\n\n")
            assert re.fullmatch(rf"{begins}[a-zA-Z ]+\.", sentence), sentence
            assert str(event.key) in reference
            assert text.subject in ("Kabar tentang seorang pekerja", "News of a worker")


def test_an_agency_learns_which_worker_by_number():
    assert f"Worker's number: {SITI}" in read(example(WorkerEnrolled), OFFICE).body
    assert str(SITI) not in read(example(WorkerEnrolled), WORKER).body


def test_the_agency_whose_course_it_is_learns_what_to_do():
    event = example(WorkerEnrolled)
    assert "record the result when the course is over" in read(event, CENTRE).body
    assert "record the result" not in read(event, UNION).body


def test_a_seat_says_why_it_is_theirs():
    event = example(WorkerEnrolled, seat=3, seats=16, applied_on=date(2021, 2, 3))
    assert "kursi 3 dari 16" in read(event, WORKER, "id").body
    assert "tanggal pendaftaran Anda 3 Februari 2021" in read(event, WORKER, "id").body
    passed_on = example(WorkerEnrolled, from_waiting_list=True)
    assert "you were next on the waiting list" in read(passed_on, WORKER).body


def test_a_place_is_named_by_its_province_or_as_it_was_typed():
    assert "di Jawa Tengah" in read(example(WorkerEnrolled, region="33.06"), WORKER, "id").body
    assert "in Desa Cikolelet" in read(example(WorkerEnrolled, region="Desa Cikolelet"), WORKER).body


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("hired", "you have been taken on with PT Garmen Jateng from 1 April 2021"),
        ("recalled", "you are back at work with PT Garmen Jateng from 1 April 2021"),
        ("self-employed", "you have been running your own business since 1 April 2021"),
    ],
)
def test_who_works_again_is_told_how_and_that_the_registration_ends(outcome, expected):
    body = read(example(WorkerPlaced, outcome=outcome), WORKER).body
    assert expected in body
    assert "your registration ends here" in body
    assert "goes to the next person" in body


@pytest.mark.parametrize("receiver", [WORKER, OFFICE])
def test_both_are_told_why_a_registration_was_withdrawn(receiver):
    body = read(example(RegistrationWithdrawn, reason="mediation"), receiver).body
    assert "averted by mediation" in body
    assert "goes to the next person" in body


def test_a_letters_own_phrase_comes_before_the_common_one():
    event = example(ReferralLapsed, reason="declined-by-worker")
    assert "because you did not take the job" in read(event, WORKER).body
    assert "The reason: the worker did not take the job" in read(event, UNION).body
    assert "because there was no answer in time" in read(example(ReferralLapsed, reason="no-answer"), WORKER).body


def test_a_questioned_identity_names_fields_and_no_values():
    body = read(example(IdentityQuestioned, fields=["name", "birth_date"]), OFFICE, "id").body
    assert "nama dan tanggal lahir" in body


def test_amounts_are_written_as_money():
    event = example(GrantRecorded, kind="business-credit", amount=25_000_000, item=None)
    assert "kredit usaha sebesar Rp25.000.000." in read(event, WORKER, "id").body
    assert "credit for a business of IDR 25,000,000." in read(event, WORKER, "en").body


def test_a_card_has_its_number_and_how_long_it_is_good_for():
    event = example(JobseekerCardIssued, number="3306-7", valid_until=date(2023, 9, 6))
    assert "dengan nomor 3306-7, dan berlaku sampai 6 September 2023" in read(event, WORKER, "id").body


def test_lists_read_as_a_sentence():
    event = example(WorkerWaitlisted, wishes=["sewing", "welding", "culinary"])
    assert "waiting list for: sewing, welding and culinary." in read(event, WORKER).body


def test_abroad_is_named_as_a_country():
    event = example(WorkerReferred, route="AKAN", country="KR", region=None)
    assert "It is abroad: South Korea (overseas placement, AKAN)." in read(event, WORKER).body


def test_what_the_worker_wants_decides_what_comes_next():
    both = read(example(WorkerRegistered, wants=["work", "training"]), WORKER).body
    assert "a training seat and for a vacancy" in both
    unasked = example(WorkerRegistered, wants=[])
    assert "Please tell your labour office; an officer will ask you, too." in read(unasked, WORKER).body
    assert "Your place in line counts from the day you say so." in read(unasked, WORKER).body
    assert "the worker stands in no line" in read(unasked, EMPLOYER).body
    assert (
        "for training, with 3 February 2021 as the day of application" in read(example(ApplicationAmended), WORKER).body
    )
    assert "post JobseekerApplied with the answer" in read(example(InterviewNeeded), OFFICE).body


def test_an_office_learns_which_vacancy_waits_and_its_employer_what_happens_next():
    event = example(VacancyApprovalNeeded, agency=EMPLOYER, openings=80, waiting=30, country="ID", region="33.06")
    office = read(event, OFFICE).body
    assert "30 of them wait for a labour office's approval" in office
    assert "(Indonesia, Central Java): 80 openings in sewing." in office
    assert f"approve it under its number, {event.vacancy}." in office
    assert str(event.vacancy) not in read(event, EMPLOYER).body
    assert "need not post the vacancy again" in read(event, EMPLOYER).body


@pytest.mark.parametrize("receiver", [OFFICE, EMPLOYER])
def test_both_learn_who_approved_and_what_still_waits(receiver):
    body = read(example(OpeningsReleased, agency=EMPLOYER, openings=80, waiting=20), receiver).body
    assert "Disnaker Purworejo approved 80 openings of that vacancy." in body
    assert "Openings that still wait: 20." in body
    unasked = read(example(OpeningsReleased, agency=EMPLOYER, approved_by=None), receiver).body
    assert "The openings of that vacancy need no approval." in unasked


@pytest.mark.parametrize("vacancy", [SITI, None], ids=["a hire", "a recall"])
def test_an_opening_is_free_again_where_there_was_one(vacancy):
    body = read(example(PlacementVoided, vacancy=vacancy, agency=OFFICE), OFFICE).body
    assert "The registration goes on" in body
    assert ("the opening is free again" in body) == (vacancy is not None)
    lost = read(example(PlacementEnded, lost=True, vacancy=vacancy, agency=OFFICE), OFFICE).body
    assert "less than three months" in lost
    assert ("the opening is free again" in lost) == (vacancy is not None)


def test_a_certificate_has_its_number():
    assert "certificate is blk-purworejo/S1/1" in read(example(WorkerGraduated), WORKER).body


def test_a_typing_error_in_the_templates_is_named(tmp_path):
    broken = tmp_path / "templates.yaml"
    broken.write_text("frame: {}\ntold: {}\nwords: {}\n")
    with pytest.raises(msgspec.ValidationError, match=r"missing required field `worker` - at `\$\.frame`"):
        read_templates(broken)
