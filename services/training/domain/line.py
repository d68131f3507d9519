"""The waiting list at one moment of the past: who stands in line, and who of those a course fits stands first."""

from collections import defaultdict
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any
from uuid import UUID

from services.training.domain.allocation import place_in_line
from services.training.domain.entities import Application, Course
from services.training.domain.fitting import why_not

Key = tuple[UUID, int]
"""A worker and the number of a spell."""


class Line:
    """Those who wait. Looking who is first costs the same however many they are."""

    def __init__(self) -> None:
        self._standing: dict[Key, Application] = {}
        self._keys: defaultdict[UUID, set[Key]] = defaultdict(set)
        self._certified: defaultdict[UUID, set[str]] = defaultdict(set)
        self._course: Course | None = None
        self._fitting: list[tuple[Any, int, Application]] = []
        """A heap; who left it since, or is certified since, is passed over."""
        self._entries = count()

    def has(self, key: Key) -> bool:
        """Whether this application is in line."""
        return key in self._standing

    def join(self, application: Application, person: UUID) -> None:
        """Let an application of a person stand in line, in the place of how it stood before."""
        application.certified = frozenset(self._certified[person])
        self._standing[application.key] = application
        self._keys[person].add(application.key)
        if self._fits(application):
            heappush(self._fitting, self._entry(application))

    def decertify(self, person: UUID, vocation: str) -> None:
        """Let a person hold no certificate in a vocation any longer."""
        self._certified[person].discard(vocation)
        for key in self._keys[person]:
            if (application := self._standing.get(key)) is not None:
                self.join(application, person)

    def leave(self, key: Key) -> None:
        """Let an application stand in line no longer."""
        self._standing.pop(key, None)

    def certify(self, person: UUID, vocation: str) -> None:
        """Let a person hold a certificate in a vocation."""
        self._certified[person].add(vocation)
        for key in self._keys[person]:
            if (application := self._standing.get(key)) is not None:
                application.certified = frozenset(self._certified[person])

    def offer(self, course: Course) -> None:
        """Let this be the course whose seats are given."""
        if course != self._course:
            self._course = course
            self._fitting = [self._entry(each) for each in self._standing.values() if self._fits(each)]
            heapify(self._fitting)

    def first(self) -> Application | None:
        """Give the first in line whom the course fits."""
        while self._fitting:
            application = self._fitting[0][-1]
            if self._standing.get(application.key) is application and self._fits(application):
                return application
            heappop(self._fitting)
        return None

    def everybody(self) -> list[Application]:
        """Give all who are in line, the first in line first."""
        return sorted(self._standing.values(), key=place_in_line)

    def _fits(self, application: Application) -> bool:
        return self._course is not None and why_not(application, self._course) is None

    def _entry(self, application: Application) -> tuple[Any, int, Application]:
        return place_in_line(application), next(self._entries), application
