"""What agencies say, each time under an event id of their own: the same event said again is no new one."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.registration.identity.people import Claim
from services.registration.posting.mistakes import Place, refused
from services.registration.posting.receipts import Receipt, refusal_of
from shared.events import Fact
from shared.http.auth import Caller
from shared.refusals import Refusal

Key = tuple[UUID, str, str]
"""What makes an event the same event: the agency, its source, its id."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one agency said, readable and within its role. `fact` has no worker yet: `claim`, `nik` or `worker` tells whom."""

    by: Caller
    source: str
    id: str
    fact: Fact
    digest: bytes
    typed: bytes
    place: Place
    claim: Claim | None = None
    nik: bytes | None = None
    worker: UUID | None = None
    warnings: tuple[str, ...] = ()
    trace: str | None = None

    @property
    def key(self) -> Key:
        """Agency, source and id."""
        return self.by.id, self.source, self.id


@dataclass(frozen=True, slots=True)
class Heard:
    """An assertion that was accepted before."""

    digest: bytes
    worker: UUID | None


def sift(assertions: Iterable[Assertion], heard: dict[Key, Heard]) -> tuple[list[Assertion], dict[int, Receipt]]:
    """Tell what is new from what was heard before. Answers the rest by its place among the assertions.

    The same event twice in one batch is new once; its second receipt is written when the first is known.
    """
    fresh: list[Assertion] = []
    settled: dict[int, Receipt] = {}
    firsts: dict[Key, bytes] = {}
    for place, assertion in enumerate(assertions):
        known = heard.get(assertion.key)
        digest = known.digest if known else firsts.get(assertion.key)
        if digest is not None and digest != assertion.digest:
            settled[place] = refusal_of(assertion.source, assertion.id, _said_otherwise())
        elif known:
            settled[place] = Receipt(assertion.source, assertion.id, "duplicate", worker=known.worker)
        elif digest is None:
            firsts[assertion.key] = assertion.digest
            fresh.append(assertion)
    return fresh, settled


def in_order(
    assertions: Iterable[Assertion], fresh: Iterable[Assertion], judged: Iterable[Receipt], settled: dict[int, Receipt]
) -> list[Receipt]:
    """Put receipts in the order of the assertions. A second copy of an accepted event is a duplicate of the first."""
    first = {assertion.key: receipt for assertion, receipt in zip(fresh, judged, strict=True)}
    seen: set[Key] = set()
    receipts: list[Receipt] = []
    for place, assertion in enumerate(assertions):
        receipt = settled.get(place) or first[assertion.key]
        if place not in settled and assertion.key in seen and receipt.outcome == "accepted":
            receipt = Receipt(receipt.source, receipt.id, "duplicate", worker=receipt.worker)
        seen.add(assertion.key)
        receipts.append(receipt)
    return receipts


def _said_otherwise() -> Refusal:
    return refused(
        "This source and id were used for another content before; give a new event a new id.",
        None,
        kind="conflict",
        status=409,
    )
