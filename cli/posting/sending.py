"""Posts rows at the front desk as CloudEvents: in batches, in the file's order, patiently, and twice without harm."""

import asyncio
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx

from cli.client import ServiceClient, answer_of, why_of
from cli.errors import Unreachable

BATCH = 500
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds between two tries, unless the desk says how long to wait."""
BATCH_TYPE = "application/cloudevents-batch+json"
Event = dict[str, Any]


@dataclass(frozen=True)
class Posting:
    """One event, and the line that it came from."""

    line: int
    event: Event


@dataclass(frozen=True)
class Verdict:
    """What became of one line. `worker` is the id to name the worker by from now on; `field` is the field that is wrong (`person.nik`), where the desk names one."""

    line: int
    outcome: str
    field: str = ""
    sentence: str = ""
    warnings: tuple[str, ...] = ()
    worker: str = ""


def event(type: str, data: Mapping[str, Any], *, source: str, key: str) -> Event:
    """Make an event whose id follows from its content, so that the same row is known again.

    The agency's key goes into it: digits of a NIK could be found again from a plain hash.
    """
    content = json.dumps([type, data], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    id = hmac.digest(key.encode(), content.encode(), "sha256").hex()[:32]
    return {"specversion": "1.0", "id": id, "source": source, "type": type, "data": dict(data)}


async def send(
    desk: ServiceClient, postings: Sequence[Posting], *, patience: float, done: Callable[[int], object]
) -> list[Verdict]:
    """Post everything, one batch after another, and say what became of each line. `done` is told how many are through.

    Never two batches at once: seats are given in the order of arrival, and an office's list has an order.
    What the desk would not take within so many seconds is `unsent`. Raises what `answer_of` raises.
    """
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
        answer_of(desk.service, response)
        raise Unreachable(f"{desk.url} answers, but not as a front desk does: it gives no receipts.")
    return [_verdict(posting.line, receipt) for posting, receipt in zip(batch, receipts, strict=True)]


async def _patiently(desk: ServiceClient, batch: Sequence[Posting], patience: float) -> httpx.Response:
    """Post a batch again for as long as the desk is full, opening or away."""
    content = json.dumps([posting.event for posting in batch]).encode()
    deadline = monotonic() + patience
    for backing_off in _pauses():
        pause = backing_off
        try:
            response = await desk.send("POST", "/events", content=content, headers={"Content-Type": BATCH_TYPE})
            if not response.is_server_error or _receipts(response):
                return response
            away, pause = Unreachable(why_of(desk.service, response)), _retry_after(response) or backing_off
        except Unreachable as fault:
            away = fault
        if monotonic() + pause > deadline:
            raise away
        await asyncio.sleep(pause)
    raise AssertionError  # pauses never end


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return float(response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None


def _receipts(response: httpx.Response) -> list[dict[str, Any]] | None:
    try:
        receipts = response.json()["receipts"]
    except (ValueError, KeyError, TypeError):
        return None
    return receipts if isinstance(receipts, list) else None


def _verdict(line: int, receipt: Mapping[str, Any]) -> Verdict:
    problem = receipt.get("problem") or {}
    field, sentence = field_of(problem.get("pointer", "")), problem.get("detail", "")
    warnings = tuple(map(_said, receipt.get("warnings", ())))
    return Verdict(line, receipt["outcome"], field, sentence, warnings, worker=receipt.get("worker") or "")


def _said(warning: str | Mapping[str, str]) -> str:
    return warning if isinstance(warning, str) else warning["detail"]


def field_of(pointer: str) -> str:
    """Give the field that a JSON pointer into a batch leads to: `/17/data/person/nik` is `person.nik`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if "data" in steps[:2]:
        steps = steps[steps.index("data") + 1 :]
    elif steps and steps[0].isdigit():
        steps = steps[1:]
    return ".".join(step for step in steps if not step.isdigit())
