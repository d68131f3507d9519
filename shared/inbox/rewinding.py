"""Which partitions are heard again from their beginning: those of which the service's database has lost what it had taken in.

A bookmark is moved before an offset is committed for the group. So where the group's offset lies behind the bookmark, the database
went back in time; and where a gap opens, it may have done so under a running consumer. What is heard again and known is dropped as
a repeat.
"""

import logging
from collections.abc import Iterable, Sequence

from shared.inbox import bookmarks
from shared.inbox.inbox import Inbox
from shared.kafka import tail
from shared.kafka.records import TopicPartition
from shared.settings import Settings

log = logging.getLogger(__name__)


class Rewinding:
    """Chooses the partitions of one consumer that are to be heard again. It names topics as the inbox does, by their speakers.

    Where the broker forgets there is nothing to choose: every partition is heard from its beginning.
    """

    def __init__(self, inbox: Inbox, settings: Settings, *, group: str, hears: Sequence[str]) -> None:
        self._inbox = inbox
        self._settings = settings
        self._group = group
        self._speakers = {settings.topic(speaker): speaker for speaker in hears}
        self._taken: dict[TopicPartition, int] = {}
        """How far a partition was once taken in."""
        self._tried: dict[TopicPartition, int] = {}
        """The gaps for which partitions were heard again: what still lacks then, the topic has no longer."""
        self._due: set[TopicPartition] = set()
        """Those to begin anew when they are assigned the next time."""

    async def look(self) -> None:
        """Compare the bookmarks with what the group has committed. Raises `KafkaError`, `TimeoutError`."""
        if self._settings.broker_forgets:
            return
        committed = await tail.last_committed(self._settings, self._group, list(self._speakers))
        async with self._inbox.database.work() as work:
            positions = {place: position for place, (position, _) in (await bookmarks.read(work)).items()}
        for place, said in committed.items():
            known = self._known(place)
            if said.position > positions.get(known, 0):
                log.error(
                    "the database went back in time: a partition is heard again",
                    extra={"partition": list(known), "after": positions.get(known, 0), "taken_in": said.position},
                )
                self._inbox.reached.pop(known, None)  # that was before
                self._taken[known] = said.position
                self._due.add(known)

    def is_due(self) -> bool:
        """Whether a gap has opened for which its partition was not heard again."""
        if self._settings.broker_forgets:
            return False
        fresh = {place: after for place, after in self._inbox.gaps.items() if self._tried.get(place) != after}
        self._tried |= fresh
        self._due |= set(fresh)
        return bool(fresh)

    def begin_anew(self, assigned: Iterable[TopicPartition]) -> list[TopicPartition]:
        """Give those of the assigned partitions that are to be heard from their beginning, once."""
        known = {self._known(each): each for each in assigned}
        again = self._due & known.keys()
        self._due -= again
        return [known[each] for each in again]

    def why_not_ready(self) -> str | None:
        """Say what is heard again and not taken in yet, or None."""
        left = [place for place, position in self._taken.items() if self._inbox.reached.get(place, 0) < position]
        self._taken = {place: self._taken[place] for place in left}
        if not left:
            return None
        where = ", ".join(f"{place.topic}-{place.partition}" for place in sorted(left))
        return f"its database went back in time: it hears {where} again"

    def _known(self, place: TopicPartition) -> TopicPartition:
        return TopicPartition(self._speakers[place.topic], place.partition)
