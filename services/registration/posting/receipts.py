"""The receipt that an agency gets for each event, and the HTTP status that sums them up."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.refusals import Refusal

ALONE = (HTTPStatus.FORBIDDEN, HTTPStatus.INTERNAL_SERVER_ERROR)
"""Statuses of the whole answer when every event was refused with the same one."""


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one event. `worker` is the id that names the worker from now on."""

    source: str | None
    id: str | None
    outcome: Literal["accepted", "duplicate", "refused"]
    worker: UUID | None = None
    problem: dict[str, Any] | None = None
    warnings: list[str] = []


def receipt_of_refusal(source: str | None, id: str | None, why: Refusal) -> Receipt:
    """Write the receipt of a refused event."""
    return Receipt(source, id, "refused", problem=why.problem())


def status_of(receipts: Sequence[Receipt]) -> int:
    """Sum receipts up: 202 when none is refused, 207 when some are, 422 (or 403, 500) when all are."""
    problems = [receipt.problem["status"] for receipt in receipts if receipt.problem is not None]
    if not problems:
        return HTTPStatus.ACCEPTED
    if len(problems) < len(receipts):
        return HTTPStatus.MULTI_STATUS
    return next((status for status in ALONE if set(problems) == {status}), HTTPStatus.UNPROCESSABLE_ENTITY)


def retry_after(receipts: Sequence[Receipt]) -> dict[str, str]:
    """Give the header that says when to post again what was refused for lack of a relation, if anything was."""
    seconds = [
        receipt.problem["retry_after"] for receipt in receipts if receipt.problem and "retry_after" in receipt.problem
    ]
    return {"Retry-After": str(max(seconds))} if seconds else {}
