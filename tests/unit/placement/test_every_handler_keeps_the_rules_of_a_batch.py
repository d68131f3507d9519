"""What holds for each handler alike: its cost, a repeat, a failure."""

import pytest

from contract.examples import OFFICE, UNION, worker
from shared.database.unit_of_work import UnitOfWork
from shared.events import AgencyAdmitted, AgencyRevoked, type_of
from tests.counting import FEW, MORE, counting
from tests.unit.placement.examples import (
    HANDLERS,
    amended,
    claim_added,
    claim_ended,
    closed,
    declined,
    graduated,
    hired,
    in_business,
    left_training,
    posted,
    recalled,
    refused,
    registered,
    withdrawn,
)


def admitted(n):
    hashed = f"{n:064}"
    return AgencyAdmitted(id=worker(n), agency=f"lpk-{n}", name="LPK", role="training-provider", key_hash=hashed)


def nothing(_):
    return []


def looking(n):
    return [registered(n)]


def training_first(n):
    return [registered(n, wants=["training"])]


def referred(n):
    return [posted(f"V{n}"), registered(n)]


CASES = {
    "AgencyAdmitted": (nothing, admitted),
    "AgencyRevoked": (
        lambda n: [admitted(n)],
        lambda n: AgencyRevoked(id=worker(n), agency=f"lpk-{n}"),
    ),
    "WorkerRegistered": (lambda n: [posted(f"V{n}")], registered),
    "ApplicationAmended": (
        lambda n: [posted(f"V{n}", vocation="welding"), registered(n)],
        lambda n: amended(n, wishes=["welding"]),
    ),
    "ClaimAdded": (referred, lambda n: claim_added(n, OFFICE, UNION)),
    "ClaimEnded": (referred, lambda n: claim_ended(n, UNION)),
    "WorkerGraduated": (lambda n: [posted(f"V{n}"), *training_first(n)], graduated),
    "TrainingNotCompleted": (lambda n: [posted(f"V{n}"), *training_first(n)], left_training),
    "ApplicationRefused": (lambda n: [posted(f"V{n}"), *training_first(n)], refused),
    "RegistrationWithdrawn": (referred, withdrawn),
    "VacancyPosted": (looking, lambda n: posted(f"V{n}")),
    "VacancyClosed": (referred, lambda n: closed(f"V{n}")),
    "HireConfirmed": (referred, lambda n: hired(n, f"V{n}")),
    "HireDeclined": (referred, lambda n: declined(n, f"V{n}")),
    "WorkerRecalled": (referred, recalled),
    "BusinessStarted": (referred, in_business),
}
each_handler = pytest.mark.parametrize(("before", "said"), CASES.values(), ids=CASES)
EVERYTHING = (
    "SELECT 'c', CAST(c AS text) FROM candidate AS c UNION ALL SELECT 's', CAST(s AS text) FROM seeking AS s "
    "UNION ALL SELECT 'v', CAST(v AS text) FROM vacancy AS v UNION ALL SELECT 'r', CAST(r AS text) FROM referral AS r "
    "UNION ALL SELECT 'p', CAST(p AS text) FROM placement AS p UNION ALL SELECT 'a', CAST(a AS text) FROM agency AS a "
    "UNION ALL SELECT 'j', CAST(j AS text) FROM (SELECT position, type FROM journal) AS j ORDER BY 1, 2"
)


def test_every_handler_is_tested_here():
    assert {type_of(type(said(1))) for _, said in CASES.values()} == HANDLERS.types


@each_handler
async def test_two_hundred_events_cost_as_many_statements_as_six_hundred(placement, before, said):
    counts = []
    for numbers in (range(100, 100 + FEW), range(300, 300 + MORE)):
        for nth in range(
            len(before(0))
        ):  # one kind after the other, so that each worker gets the vacancy of that number
            await placement.hear(*(before(n)[nth] for n in numbers))
        with counting(placement.database) as statements:
            await placement.hear(*(said(n) for n in numbers))
        counts.append(len(statements))
    assert counts[0] == counts[1]


@each_handler
async def test_a_repeat_changes_nothing(placement, before, said):
    for event in before(1):
        await placement.hear(event)
    records = placement.records([said(1)])
    await placement.deliver(*records)
    after_the_first = await placement.rows(EVERYTHING)
    assert await placement.deliver(*records, *records) == []
    assert await placement.rows(EVERYTHING) == after_the_first
    assert await placement.buried() == []


@each_handler
async def test_a_failure_leaves_nothing_behind(placement, before, said):
    for event in before(1):
        await placement.hear(event)
    untouched = await placement.rows(EVERYTHING)
    bookmarks = await placement.rows("SELECT * FROM bookmark ORDER BY 1, 2")
    async with placement.database.engine.connect() as connection:
        await HANDLERS.handle([said(1)], UnitOfWork(connection))
        # the connection goes away without a commit, as when the process is killed here
    assert await placement.rows(EVERYTHING) == untouched
    assert await placement.rows("SELECT * FROM bookmark ORDER BY 1, 2") == bookmarks
