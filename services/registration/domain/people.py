"""The workers whom a batch of assertions can mean: found by the id or the NIK that is named, which may mean another worker."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from services.registration.domain.refusals import not_merged, not_related, one_already, restricted_alone
from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion
from shared.events import Fact, IdentitiesKeptApart, IdentitiesMerged


class People:
    """The workers of one batch."""

    def __init__(self, workers: Iterable[Worker]) -> None:
        self.by_id: dict[UUID, Worker] = {worker.id: worker for worker in workers}
        self.by_nik: dict[bytes, Worker] = {worker.nik: worker for worker in self.by_id.values()}

    def named(self, assertion: Assertion) -> Worker | None:
        """Give the worker whom an assertion names; None where it is about a course or a vacancy. Raises `Refusal`."""
        if assertion.nik is not None:
            found = self.by_nik.get(assertion.nik)
        elif assertion.worker is not None:
            found = self.by_id.get(assertion.worker)
        else:
            return None
        if found is None or (found.spell is None and assertion.statement is None):
            raise not_related(assertion)  # a worker first reported further down in this batch is not known yet
        return found

    def meant_by(self, named: Worker) -> Worker:
        """Give the worker whom an id or a NIK means: another one where the one who is named was merged."""
        return self.by_id[named.means]

    def other(self, assertion: Assertion) -> Worker | None:
        """Give the second worker whom an assertion means, if that one is registered."""
        other = self.by_id.get(assertion.other) if assertion.other else None
        return None if other is None or other.spell is None else self.meant_by(other)

    def pair(self, fact: Fact, assertion: Assertion) -> Fact:
        """Let a decision about two workers name whom they mean. One that splits two names the pair that was merged.

        Raises `Refusal` where they are one already, or not by a merge of these two.
        """
        if not isinstance(fact, IdentitiesMerged | IdentitiesKeptApart):
            return fact
        named, other = self.by_id[fact.worker], self.by_id[fact.other]
        worker, second = self.meant_by(named), self.meant_by(other)
        if isinstance(fact, IdentitiesMerged):
            if second is worker:
                raise one_already(assertion)
            if worker.restricted != second.restricted:
                raise restricted_alone(assertion)
            return msgspec.structs.replace(fact, worker=worker.id, other=second.id)
        if second is not worker:
            return fact
        for each, into in ((named, other), (other, named)):
            if each.merged is not None and each.merged.into_worker == into.id:
                return msgspec.structs.replace(fact, worker=worker.id, other=each.id)
        raise not_merged(assertion)
