"""What agencies say, each time under an event id of their own; an event that was accepted before is not new."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from uuid_utils.compat import uuid7

from services.registration.identity.person import Correction
from services.registration.identity.worker import Statement
from services.registration.posting.mistakes import DataLocation, refused
from services.registration.posting.receipts import Receipt, receipt_of_refusal
from shared.events import Fact
from shared.http.auth import Caller
from shared.refusals import Refusal

Key = tuple[UUID, str, str]
"""What makes an event the same event: the agency that posted it, its source, its id."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one agency (`by`) said, readable and within its role. `poster` posted it: the agency itself, or an office for it.

    `fact` has no worker yet: `statement`, `nik` or `worker` says who is meant. `content` is what the agency typed, as JSON.
    `digest` is its fingerprint, and `digest_before` the one that an earlier release gave it, where that was another.
    `row` is the id under which it is kept; `other` and `other_nik` name a second worker. `walked_in` is the print of the NIK of whoever
    was taken on without a referral, whom it does not name otherwise.
    """

    by: Caller
    poster: Caller
    source: str
    id: str
    fact: Fact
    digest: bytes
    content: bytes
    location: DataLocation
    statement: Statement | None = None
    nik: bytes | None = None
    worker: UUID | None = None
    warnings: tuple[str, ...] = ()
    trace: str | None = None
    correction: Correction | None = None
    digest_before: bytes | None = None
    other_nik: bytes | None = None
    other: UUID | None = None
    walked_in: bytes | None = None
    row: UUID = field(default_factory=uuid7)

    @property
    def key(self) -> Key:
        """The poster, its source and its id."""
        return self.poster.id, self.source, self.id


@dataclass(frozen=True, slots=True)
class Accepted:
    """An assertion that was accepted before: the fingerprint of its content, and its worker."""

    digest: bytes
    worker: UUID | None


def separate_new(
    assertions: Iterable[Assertion], accepted: dict[Key, Accepted]
) -> tuple[list[Assertion], dict[int, Receipt]]:
    """Separate new assertions from those that were accepted before. Gives receipts for the latter, by index.

    The same event twice in one batch is new once; `in_order` writes its second receipt when the first is known.
    """
    new: list[Assertion] = []
    receipts: dict[int, Receipt] = {}
    digests: dict[Key, bytes] = {}
    for index, assertion in enumerate(assertions):
        known = accepted.get(assertion.key)
        digest = known.digest if known else digests.get(assertion.key)
        if digest is not None and digest not in (assertion.digest, assertion.digest_before):
            receipts[index] = receipt_of_refusal(assertion.source, assertion.id, _other_content())
        elif known:
            receipts[index] = Receipt(assertion.source, assertion.id, "duplicate", worker=known.worker)
        elif digest is None:
            digests[assertion.key] = assertion.digest
            new.append(assertion)
    return new, receipts


def in_order(
    assertions: Iterable[Assertion],
    new: Iterable[Assertion],
    receipts_of_new: Iterable[Receipt],
    receipts_of_others: dict[int, Receipt],
) -> list[Receipt]:
    """Put receipts in the order of the assertions. A second copy of an accepted event is a duplicate of the first."""
    first = {assertion.key: receipt for assertion, receipt in zip(new, receipts_of_new, strict=True)}
    seen: set[Key] = set()
    receipts: list[Receipt] = []
    for index, assertion in enumerate(assertions):
        receipt = receipts_of_others.get(index) or first[assertion.key]
        if index not in receipts_of_others and assertion.key in seen and receipt.outcome == "accepted":
            receipt = Receipt(receipt.source, receipt.id, "duplicate", worker=receipt.worker)
        seen.add(assertion.key)
        receipts.append(receipt)
    return receipts


def _other_content() -> Refusal:
    return refused(
        "This source and id were used for another content before; give a new event a new id.",
        None,
        kind="conflict",
        status=409,
    )
