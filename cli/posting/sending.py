"""Posts rows at the front desk as CloudEvents: in batches, in the file's order. Posting a row twice does no harm."""

import asyncio
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx

from cli.client import ServiceClient
from cli.errors import Unreachable
from shared.backoff import Backoff
from shared.http.client import retry_after_of, sentence_of

BATCH = 500
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds between two tries, unless the desk says how long to wait."""
RELATION_PATIENCE = 60.0
"""Seconds for which what lacks a relation is posted again."""
BATCH_TYPE = "application/cloudevents-batch+json"
Event = dict[str, Any]


@dataclass(frozen=True)
class Posting:
    """One event, and the line that it came from."""

    line: int
    event: Event


@dataclass(frozen=True)
class Verdict:
    """What became of one line.

    `worker` is the id of the worker; `field` is the field that is wrong (`person.nik`), where the desk names one.
    `retry_after` is after how many seconds the desk may take it in, where it says so.
    """

    line: int
    outcome: str
    field: str = ""
    sentence: str = ""
    warnings: tuple[str, ...] = ()
    worker: str = ""
    retry_after: float | None = None


def event(type: str, data: Mapping[str, Any], *, source: str, key: str) -> Event:
    """Make an event whose id follows from its content, so that the desk recognises the same row.

    The id is keyed by the agency's key: from a plain hash the digits of a NIK could be found by trying.
    """
    content = json.dumps([type, data], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    id = hmac.digest(key.encode(), content.encode(), "sha256").hex()[:32]
    return {"specversion": "1.0", "id": id, "source": source, "type": type, "data": dict(data)}


async def send(
    desk: ServiceClient, postings: Sequence[Posting], *, patience: float, done: Callable[[int], object]
) -> list[Verdict]:
    """Post everything, one batch after another, and give what became of each line. `done` gets the size of each batch.

    Never two batches at once: seats are given in the order of arrival, and the file has an order.
    What the desk does not take within `patience` seconds is `unsent`. What it refuses for lack of a relation is posted again
    at the end, for up to `RELATION_PATIENCE` seconds: another service may have named the worker just now. Raises what
    `ServiceClient.answer_of` raises.
    """
    verdicts = await _send_all(desk, postings, patience, done)
    deadline = monotonic() + RELATION_PATIENCE
    while early := {nth: one.retry_after for nth, one in enumerate(verdicts) if one.retry_after is not None}:
        pause = max(early.values())
        if monotonic() + pause > deadline:
            break
        await asyncio.sleep(pause)
        again = await _send_all(desk, [postings[nth] for nth in early], patience, lambda _: None)
        if any(one.outcome == "unsent" for one in again):
            break
        for nth, verdict in zip(early, again, strict=True):
            verdicts[nth] = verdict
    return verdicts


async def _send_all(
    desk: ServiceClient, postings: Sequence[Posting], patience: float, done: Callable[[int], object]
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for start in range(0, len(postings), BATCH):
        batch = postings[start : start + BATCH]
        try:
            verdicts += await _send_batch(desk, batch, patience)
        except Unreachable as away:
            return verdicts + [Verdict(one.line, "unsent", sentence=away.message) for one in postings[start:]]
        done(len(batch))
    return verdicts


async def _send_batch(desk: ServiceClient, batch: Sequence[Posting], patience: float) -> list[Verdict]:
    response = await _patiently(desk, batch, patience)
    if response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE and len(batch) > 1:
        middle = len(batch) // 2
        return [
            *await _send_batch(desk, batch[:middle], patience),
            *await _send_batch(desk, batch[middle:], patience),
        ]
    receipts = _receipts(response)
    if receipts is None:
        desk.answer_of(response)
        raise Unreachable(f"{desk.url} is no front desk: its answer holds no receipts.")
    return [_verdict(posting.line, receipt) for posting, receipt in zip(batch, receipts, strict=True)]


async def _patiently(desk: ServiceClient, batch: Sequence[Posting], patience: float) -> httpx.Response:
    """Post a batch, again and again while the desk is full, starting or away. Raises `Unreachable` in the end."""
    content = json.dumps([posting.event for posting in batch]).encode()
    backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE)
    deadline = monotonic() + patience
    while True:
        pause = backoff.next()
        try:
            response = await desk.send("POST", "/events", content=content, headers={"Content-Type": BATCH_TYPE})
        except Unreachable as fault:
            away = fault
        else:
            if not response.is_server_error or _receipts(response):
                return response
            away, pause = Unreachable(sentence_of(desk.service, response)), retry_after_of(response) or pause
        if monotonic() + pause > deadline:
            raise away
        await asyncio.sleep(pause)


def _receipts(response: httpx.Response) -> list[dict[str, Any]] | None:
    try:
        receipts = response.json()["receipts"]
    except (ValueError, KeyError, TypeError):
        return None
    return receipts if isinstance(receipts, list) else None


def _verdict(line: int, receipt: Mapping[str, Any]) -> Verdict:
    problem = receipt.get("problem") or {}
    field, sentence = field_of(problem.get("pointer", "")), problem.get("detail", "")
    warnings = tuple(map(_sentence, receipt.get("warnings", ())))
    return Verdict(
        line,
        receipt["outcome"],
        field,
        sentence,
        warnings,
        worker=receipt.get("worker") or "",
        retry_after=problem.get("retry_after"),
    )


def _sentence(warning: str | Mapping[str, str]) -> str:
    return warning if isinstance(warning, str) else warning["detail"]


def field_of(pointer: str) -> str:
    """Give the field that a JSON pointer into a batch leads to: `/17/data/person/nik` is `person.nik`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if "data" in steps[:2]:
        steps = steps[steps.index("data") + 1 :]
    elif steps and steps[0].isdigit():
        steps = steps[1:]
    return ".".join(step for step in steps if not step.isdigit())
