"""The wording of an event: templates.yaml filled with the event's values, in Indonesian and in English. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from services.notification.domain import WORKER
from services.notification.readers import state_after
from services.notification.templates import TEMPLATES, Bilingual, EventText, Phrases, ReceiverText
from shared.events import Event
from shared.regions import province_of

Language = Literal["id", "en"]
AGENCIES: Final = ("agency", "provider", "referred_by", "approved_by", "said_by")
"""The fields of events that hold an agency's slug."""

_MONTHS: Final = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_AND: Final = {"id": "dan", "en": "and"}
_NAME = re.compile(r"\{(\w+)\}")
_GAP_BEFORE_STOP = re.compile(r" +([.,;])")
_GAPS = re.compile(r" {2,}")


class Text(NamedTuple):
    """A message as somebody reads it."""

    subject: str
    body: str


def text_of(
    event: Event,
    receiver: str,
    language: Language,
    *,
    whole: bool,
    agencies: Mapping[str, str],
    name: str | None = None,
) -> Text:
    """Write what a receiver reads of an event: the event `whole`, or the worker's state alone (see `readers.py`).

    `agencies` are full names by slug (a slug that is not there stands for itself); `name` is the worker's, where it is
    known for the moment of sending.
    """
    told = TEMPLATES.told[type(event).__name__]
    text = _text_for(told, event, receiver) if whole else _state_text(event)
    words = _EventWords(event, language, agencies, _with(told.phrases, text.phrases))
    frame = TEMPLATES.frame
    body = words.fill(getattr(text.body, language))
    if receiver == WORKER:
        known = getattr(frame.named if name else frame.unnamed, language)
        framed = getattr(frame.worker, language).replace("{name}", known.replace("{name}", name or ""))
    else:
        framed = getattr(frame.agency, language).replace("{receiver}", agencies.get(receiver, receiver))
        if event.about == WORKER:
            body += "\n\n" + getattr(frame.reference, language).replace("{worker}", str(event.key))
    subject = " ".join(words.fill(getattr(text.subject, language)).split())
    return Text(subject, framed.replace("{body}", body))


def erased_text(language: Language) -> Text:
    """Write what is read in the place of a message about a worker who was erased."""
    return Text(getattr(TEMPLATES.erased.subject, language), getattr(TEMPLATES.erased.body, language))


def agencies_in(event: Event) -> set[str]:
    """Name the agencies that an event's text may mention."""
    return {slug for field in AGENCIES if (slug := getattr(event, field, None))}


def _text_for(told: EventText, event: Event, receiver: str) -> ReceiverText:
    host = getattr(event, "provider", None) or getattr(event, "agency", None)
    found = told.worker if receiver == WORKER else told.host if told.host and receiver == host else told.agency
    if found is None:
        raise LookupError(f"{type(event).__name__} is nothing that {receiver} is told")
    return found


def _state_text(event: Event) -> ReceiverText:
    """Give the text that tells a worker's state in one word."""
    news, state = TEMPLATES.state, TEMPLATES.state.words[state_after(event)]
    return ReceiverText(
        news.subject, Bilingual(news.body.id.replace("{state}", state.id), news.body.en.replace("{state}", state.en))
    )


def _with(phrases: Phrases, own: Phrases) -> Phrases:
    """Put a text's own phrases before those of all texts, value by value."""
    return phrases | {field: phrases.get(field, {}) | own[field] for field in own}


@dataclass(frozen=True, slots=True)
class _EventWords:
    """One event in one language, with what its values are called there."""

    event: Event
    language: Language
    agencies: Mapping[str, str]
    phrases: Phrases

    def fill(self, template: str, inside: str = "") -> str:
        """Put the event's values into a template; `inside` is the field whose phrase this template is."""
        filled = _NAME.sub(lambda found: self._filled(found[1], inside), template)
        return _GAP_BEFORE_STOP.sub(r"\1", _GAPS.sub(" ", filled)).strip()

    def _filled(self, field: str, inside: str) -> str:
        value = getattr(self.event, field)
        phrases = self.phrases.get(field, {}) if field != inside else {}
        phrase = phrases.get(_key(value)) or (phrases.get("some") if value else None)
        return self.fill(getattr(phrase, self.language), field) if phrase else self._plain(field, value)

    def _plain(self, field: str, value: Any) -> str:  # noqa: ANN401  whatever a field holds
        if isinstance(value, list):
            *most, last = [self._plain(field, each) for each in value]
            return f"{', '.join(most)} {_AND[self.language]} {last}" if most else last
        if isinstance(value, date):
            return f"{value.day} {_MONTHS[self.language][value.month - 1]} {value.year}"
        if field in AGENCIES:
            return self.agencies.get(value, value)
        if field == "amount":
            return f"Rp{value:,}".replace(",", ".") if self.language == "id" else f"IDR {value:,}"
        if field == "region" and (province := province_of(value)):
            return self._in_words("province", province)
        if value is None:
            raise LookupError(f"{type(self.event).__name__} has no {field}, and no phrase says what to write then")
        return self._in_words(field, str(value))

    def _in_words(self, kind: str, value: str) -> str:
        words = TEMPLATES.words.get(kind, {}).get(value)
        return getattr(words, self.language) if words else value


def _key(value: Any) -> str:  # noqa: ANN401  whatever a field holds
    """Give the name under which phrases know a value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(sorted(set(map(str, value)))) or "none"
    return "none" if value is None else str(value)
