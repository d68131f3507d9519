"""Whether a service's journal still holds everything that others have of it. A database that went back in time says nothing.

A dump, a snapshot or a promoted standby may lack the last events of the journal. Positions would be used again, and listeners
take what is new for repeats. So before anything is said or taken in, the journal is compared with what it cannot forget: the
last events on the topic, and the bookmarks of listeners where the topic has lost them.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.faults import Misconfigured
from shared.kafka import tail
from shared.kafka.records import Said
from shared.settings import Settings

log = logging.getLogger(__name__)

Known = set[tuple[int, UUID]]
"""What a journal has at some positions, and at position 0 the ids of what an operator has given up (`restoration.gone`)."""
Find = Callable[[Sequence[int]], Awaitable[Known]]
KNOWN: Final = (
    "SELECT position, id FROM journal WHERE position = ANY(CAST({0} AS bigint[])) "
    "UNION ALL SELECT 0, unnest(gone) FROM restoration"
)
_CURSOR: Final = "SELECT last_by_partition FROM cursor WHERE id = 1"


async def known(work: UnitOfWork, positions: Iterable[int]) -> Known:
    """Read what the journal has at these positions."""
    return {(row.position, row.id) for row in await work.rows(KNOWN.format(":positions"), positions=list(positions))}


def is_known(said: Said, found: Known) -> bool:
    """Whether the journal has this event, or an operator has given it up."""
    return said in found or (0, said.id) in found


class Heard(NamedTuple):
    """The last event that somebody has of a partition; `where` names who that is."""

    where: str
    partition: int
    said: Said


Ask = Callable[[], Awaitable[Sequence[Heard]]]
"""Asks the listeners for the last event that each has heard of each partition. Raises `ListenerAway`."""


class ListenerAway(ConnectionError):
    """A listener that must be asked does not answer."""


class WentBack(Misconfigured):
    """The database lacks events that others have: it went back in time. The message is a sentence for operators."""


class History:
    """Compares a service's journal with what others hold of it. `lost` says what it lacks, once that is known."""

    def __init__(self, settings: Settings, service: str, ask: Ask | None = None) -> None:
        """`ask` is None where the listeners cannot be asked: a topic that was emptied tells nothing then."""
        self.lost: str | None = None
        self._settings = settings
        self._service = service
        self.ask = ask
        self._compared: set[object] = set()
        """The marks of the databases that were compared: see `Database`."""

    async def compare(self, find: Find, last_by_partition: Sequence[int]) -> None:
        """Compare the journal of one connection. `last_by_partition` is how far it was published, as its cursor says.

        Raises `WentBack`; `KafkaError`, `TimeoutError` or `ListenerAway` where somebody who must be asked does not answer: that is no sign
        of anything.
        """
        said = await tail.last_said(self._settings, self._settings.topic(self._service))
        held = [Heard("its topic", partition, each) for partition, each in said.items()]
        forgot = any(said.get(n, _NOTHING).position < last for n, last in enumerate(last_by_partition))
        if self.ask and (forgot or not said):
            held += await self.ask()
        found = await find([each.said.position for each in held])
        lost = [each for each in held if not is_known(each.said, found)]
        self.lost = self._sentence(max(lost, key=lambda each: each.said)) if lost else None
        if self.lost:
            raise WentBack(self.lost)

    async def assure(self, work: UnitOfWork) -> None:
        """Compare the journal of this connection, unless that was done of its server as it runs now. Raises as `compare`.

        Call it before anything else: it ends the transaction, and another begins.
        """
        if self.lost is None and work.marks in self._compared:
            return
        (cursor,) = await work.rows(_CURSOR)
        await work.connection.commit()  # PostgreSQL ends whoever is idle in a transaction, and others are asked now

        await self.compare(partial(known, work), cursor.last_by_partition)
        self._compared.add(work.marks)

    def _sentence(self, held: Heard) -> str:
        return (
            f"its database went back in time: {held.where} has event {held.said.position:,} ({held.said.id}) in partition "
            f"{held.partition}, and the journal has not: pulih restore {self._service}"
        )


_NOTHING: Final = Said(0, UUID(int=0))
