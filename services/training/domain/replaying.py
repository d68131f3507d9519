"""Replays a course's selection from what the journal says: who stood first in line each time a seat was given.

The line is made again as it was at each position of the journal, by the same order (`place_in_line`) and the same fit (`why_not`).
"""

from collections import defaultdict
from datetime import datetime
from itertools import groupby
from typing import Final

from services.training.domain.allocation import place_in_line
from services.training.domain.entities import Application, Course
from services.training.domain.fitting import why_not
from services.training.domain.line import Key, Line
from services.training.domain.selection import Difference, Former, GivenSeat, Records, Selection, Word

JOINS: Final = ("enrolled", "waitlisted")
"""What is said of those who were just judged: until then they were in line."""


def replay(records: Records) -> Selection:
    """Give the seats of a course once more, at each position of the journal at which one was given."""
    return _Replay(records).run()


class _Replay:
    def __init__(self, records: Records) -> None:
        self._records = records
        self._words = sorted(records.words)
        self._former: dict[Key, list[Former]] = defaultdict(list)
        for each in sorted(records.former, key=lambda former: former.until):
            self._former[each.key].append(each)
        self._coming: dict[Key, list[Word]] = defaultdict(list)
        """What is still to be said of each, the next last."""
        for word in reversed(self._words):
            self._coming[word.key].append(word)
        self._certificates = sorted(records.certificates, reverse=True)
        self._line = Line()
        self._last = max((word.position for word in self._words if _course_of(word)), default=0)
        self._found = Selection()

    def run(self) -> Selection:
        changes = sorted(self._records.former, key=lambda former: former.until)[::-1]
        for _, transaction in groupby(self._words, key=lambda word: word.at):
            said = list(transaction)
            self._change(changes, said[0].position)
            for key in dict.fromkeys(word.key for word in said):
                self._let_join(key, said[0].position, said[0].at)
            for word in said:
                if word.position > self._last:
                    return self._found
                self._change(changes, word.position)
                self._hear(word)
        return self._found

    def _change(self, changes: list[Former], position: int) -> None:
        """Let those stand otherwise, or leave, of whom something was changed before this position."""
        while self._certificates and self._certificates[-1].position < position:
            _, person, vocation, is_good = self._certificates.pop()
            (self._line.certify if is_good else self._line.decertify)(person, vocation)
        while changes and changes[-1].until < position:
            former = changes.pop()
            self._set(former.key, position=former.until + 1, waits=former.waits)

    def _let_join(self, key: Key, position: int, at: datetime) -> None:
        """Let those be in line who are judged in this transaction, unless it is known that they came later in it.

        Who has a seat again was not judged.
        """
        coming = self._coming[key]
        is_judged = coming and coming[-1].at == at and coming[-1].what in JOINS and not coming[-1].again
        if is_judged and not self._line.has(key):
            came_later = any(each.waits and position <= each.until < coming[-1].position for each in self._former[key])
            if not came_later:
                self._set(key, position=coming[-1].position, waits=True)

    def _hear(self, word: Word) -> None:
        self._coming[word.key].pop()
        application = self._as_of(word.key, word.position)
        if word.applied_on is not None and application is not None and application.applied_on != word.applied_on:
            self._found.moved.append(word.key)
        if course := _course_of(word):
            self._give(word, course, application)
        self._set(word.key, position=word.position, waits=word.what == "waitlisted")
        if word.what == "ended":
            self._let_join(word.key, word.position + 1, word.at)
        if word.position == self._last and word.course is not None:
            self._look_who_is_left(word, word.course)

    def _give(self, word: Word, course: Course, application: Application | None) -> None:
        self._line.offer(course)
        first = self._line.first()
        differs: Difference | None = None
        misfit = application and why_not(application, course)
        if application is None or not self._line.has(word.key):
            differs = "did-not-wait"
        elif application.applied_on != word.applied_on:
            differs = "applied-on-another-day"
        elif misfit:
            differs = "does-not-fit"
        elif first is not None and place_in_line(first) < place_in_line(application):
            differs = "another-stood-first"
        self._found.seats.append(GivenSeat(word, first.key if first else None, differs, misfit or None))

    def _look_who_is_left(self, last: Word, course: Course) -> None:
        """Find who was next when the last seat was given; who got a seat elsewhere in the same transaction was not left."""
        for application in self._line.everybody():
            coming = self._coming[application.key]
            if coming and coming[-1].at == last.at and coming[-1].what == "enrolled":
                continue
            misfit = why_not(application, course)
            if misfit is None:
                self._found.first_not_in = application
                return
            self._found.nearer.setdefault(misfit, []).append(application)

    def _set(self, key: Key, *, position: int, waits: bool) -> None:
        application = self._as_of(key, position) if waits else None
        if application is None or application.restricted:
            self._line.leave(key)
        else:
            self._line.join(application, self._records.persons.get(key[0], key[0]))

    def _as_of(self, key: Key, position: int) -> Application | None:
        """Give an application as it stood at a position of the journal; its own certificates are not looked up."""
        now = self._records.standings.get(key)
        if now is None:
            return None
        standing = next((each.standing for each in self._former[key] if each.until >= position), now)
        worker, spell = key
        return Application(worker=worker, spell=spell, **standing._asdict())


def _course_of(word: Word) -> Course | None:
    """Give the course if a seat of it was given by this word to somebody in line; one that the worker had before was not."""
    return None if word.again else word.course
