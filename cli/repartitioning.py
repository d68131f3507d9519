"""Growing every topic to more partitions while the offices work: halt, let all be heard, raise the bookmarks, grow, go on.

Each step can be done again, and nothing is published between the halt and the end: wherever this is cut off, the stack
stands still safely, the desk goes on taking facts in, and the same command takes it up again.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any

from cli.client import ServiceClient, Services
from cli.errors import Failed, Unreachable, UsageFault
from shared.kafka import topics
from shared.kafka.settings import KafkaSettings

LOOK_SECONDS = 0.3


async def grow(
    offices: Services,
    heard_by: Mapping[str, Sequence[str]],
    settings: KafkaSettings,
    partitions: int,
    *,
    patience: float,
    told: Callable[[str], None] = lambda _: None,
) -> None:
    """Grow the topics of all speakers in `heard_by`. With the number they have, what was halted goes on.

    Raises `UsageFault` where a topic has more already, and `Failed` when not all is heard within `patience` seconds.
    """
    found = {speaker: n for speaker, n in (await topics.partitions_found(settings)).items() if speaker in heard_by}
    if wrong := [speaker for speaker, n in found.items() if not 0 < n <= partitions]:
        raise UsageFault(f"{', '.join(wrong)} cannot grow to {partitions} partitions: see `pulih topics show`.")
    async with AsyncExitStack() as opened:
        clients = {service: await opened.enter_async_context(offices.office(service)) for service in heard_by}
        journals = {service: account["journal"] for service, account in (await _accounts(clients)).items()}
        to_grow = [
            each
            for each in heard_by
            if found[each] < partitions or len(journals[each]["last_by_partition"]) != partitions
        ]
        if to_grow:
            await _halt(clients, to_grow, told)
            journals |= await _until_heard(clients, heard_by, to_grow, patience, told)
            await _raise_bookmarks(clients, heard_by, journals, to_grow, partitions)
            told("every bookmark stands at the end of what was said")
            await topics.grow(settings, partitions, to_grow)
            told(f"the topics have {partitions} partitions")
        for speaker in heard_by:
            await clients[speaker].ask("POST", "/journal/go-on", params={"partitions": partitions})


async def _halt(clients: Mapping[str, ServiceClient], speakers: Iterable[str], told: Callable[[str], None]) -> None:
    for speaker in speakers:
        await clients[speaker].ask("POST", "/journal/halt")
    told("publishing is halted; the desk still takes facts in")


async def _until_heard(
    clients: Mapping[str, ServiceClient],
    heard_by: Mapping[str, Sequence[str]],
    speakers: Sequence[str],
    patience: float,
    told: Callable[[str], None],
) -> dict[str, dict[str, Any]]:
    """Wait until all that was said before the halt is published, and heard by everyone; gives the journals' standing."""
    deadline = monotonic() + patience
    while True:
        try:
            accounts = await _accounts(clients)
            why = next(_unheard(accounts, heard_by, speakers), None)
        except Unreachable as away:
            why = str(away)
        if why is None:
            told("everything that was said is heard")
            return {speaker: accounts[speaker]["journal"] for speaker in speakers}
        if monotonic() > deadline:
            raise Failed(
                f"{why} Nothing has grown yet, and publishing is halted: mend that and type this again; or type the "
                "number that the topics have now, and publishing goes on as before."
            )
        await asyncio.sleep(LOOK_SECONDS)


def _unheard(
    accounts: Mapping[str, Any], heard_by: Mapping[str, Sequence[str]], speakers: Sequence[str]
) -> Iterator[str]:
    for speaker in speakers:
        journal = accounts[speaker]["journal"]
        if journal["published"] != journal["halt_at"]:
            yield f"{speaker.capitalize()} has published {journal['published']:,} of {journal['halt_at']:,} events."
        for listener in heard_by[speaker]:
            bookmarks = accounts[listener]["heard"].get(speaker, {})
            for partition, last in enumerate(journal["last_by_partition"]):
                if bookmarks.get(str(partition), {"position": 0})["position"] < last:
                    yield f"{listener.capitalize()} has not heard all of {speaker} yet."


async def _raise_bookmarks(
    clients: Mapping[str, ServiceClient],
    heard_by: Mapping[str, Sequence[str]],
    journals: Mapping[str, Mapping[str, Any]],
    speakers: Iterable[str],
    partitions: int,
) -> None:
    for speaker in speakers:
        journal = journals[speaker]
        body = {
            "position": journal["published"],
            "last_by_partition": journal["last_by_partition"],
            "partitions": partitions,
        }
        for listener in heard_by[speaker]:
            await clients[listener].ask("POST", f"/bookmarks/{speaker}/raise", json=body)


async def _accounts(clients: Mapping[str, ServiceClient]) -> dict[str, dict[str, Any]]:
    asked = (client.ask("GET", "/audit", params={"audited": "false"}) for client in clients.values())
    return dict(zip(clients, await asyncio.gather(*asked), strict=True))
