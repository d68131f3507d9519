"""Repartitioning: `pulih topics grow` gives every topic more partitions while the services work.

Its steps: halt publishing, wait until every event is heard, raise the bookmarks, grow the topics, publish again. Each
step can be repeated, and nothing is published between the halt and the end. Cut off anywhere, the journals keep every
event, the desk still takes facts in, and the same command continues.
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
    services: Services,
    heard_by: Mapping[str, Sequence[str]],
    settings: KafkaSettings,
    partitions: int,
    *,
    patience: float,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Grow the topics of all speakers in `heard_by`. With the number that they have, halted publishing goes on.

    `report` gets a sentence after each step. Raises `UsageFault` where a topic has more partitions already, and `Failed`
    where some event is not heard within `patience` seconds.
    """
    found = {speaker: n for speaker, n in (await topics.partitions_found(settings)).items() if speaker in heard_by}
    if wrong := [speaker for speaker, n in found.items() if not 0 < n <= partitions]:
        raise UsageFault(f"{', '.join(wrong)} cannot grow to {partitions} partitions: see `pulih topics show`.")
    async with AsyncExitStack() as opened:
        clients = {service: await opened.enter_async_context(services.client(service)) for service in heard_by}
        journals = {service: audit["journal"] for service, audit in (await _audits(clients)).items()}
        to_grow = [
            each
            for each in heard_by
            if found[each] < partitions or len(journals[each]["last_by_partition"]) != partitions
        ]
        if to_grow:
            await _halt(clients, to_grow, report)
            journals |= await _until_heard(clients, heard_by, to_grow, patience, report)
            await _raise_bookmarks(clients, heard_by, journals, to_grow, partitions)
            report("every bookmark is at the end of its journal")
            await topics.grow(settings, partitions, to_grow)
            report(f"the topics have {partitions} partitions")
        for speaker in heard_by:
            await clients[speaker].ask("POST", "/journal/go-on", params={"partitions": partitions})


async def _halt(clients: Mapping[str, ServiceClient], speakers: Iterable[str], report: Callable[[str], None]) -> None:
    for speaker in speakers:
        await clients[speaker].ask("POST", "/journal/halt")
    report("publishing is halted; the desk still takes facts in")


async def _until_heard(
    clients: Mapping[str, ServiceClient],
    heard_by: Mapping[str, Sequence[str]],
    speakers: Sequence[str],
    patience: float,
    report: Callable[[str], None],
) -> dict[str, dict[str, Any]]:
    """Wait until every event before the halt is published and heard by all its listeners. Gives the journals' audits."""
    deadline = monotonic() + patience
    while True:
        try:
            audits = await _audits(clients)
            why = next(_unheard(audits, heard_by, speakers), None)
        except Unreachable as away:
            why = str(away)
        if why is None:
            report("every event is heard")
            return {speaker: audits[speaker]["journal"] for speaker in speakers}
        if monotonic() > deadline:
            raise Failed(
                f"{why} No topic has grown yet, and publishing is halted: mend that and run this again; or run it with "
                "the number that the topics have now, and publishing goes on as before."
            )
        await asyncio.sleep(LOOK_SECONDS)


def _unheard(
    audits: Mapping[str, Any], heard_by: Mapping[str, Sequence[str]], speakers: Sequence[str]
) -> Iterator[str]:
    for speaker in speakers:
        journal = audits[speaker]["journal"]
        if journal["published"] != journal["halt_at"]:
            yield f"{speaker.capitalize()} has published {journal['published']:,} of {journal['halt_at']:,} events."
        for listener in heard_by[speaker]:
            bookmarks = audits[listener]["heard"].get(speaker, {})
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


async def _audits(clients: Mapping[str, ServiceClient]) -> dict[str, dict[str, Any]]:
    asked = (client.ask("GET", "/audit", params={"audited": "false"}) for client in clients.values())
    return dict(zip(clients, await asyncio.gather(*asked), strict=True))
