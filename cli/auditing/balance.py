"""Does it balance? Judges what the four offices' books say of themselves and of one another; asks nobody anything."""

from collections.abc import Iterable, Mapping
from typing import Any

from cli.auditing.findings import Balance, Check, Finding
from cli.auditing.whereabouts import Whereabouts, fallen_between, out_of_place
from shared.topology import HEARD_BY

Accounts = Mapping[str, Mapping[str, Any]]
"""For each service, what its `/audit` answers."""

SUMS = (
    (
        "registration.spells",
        ("registration.spells.open", "registration.spells.withdrawn", "registration.spells.placed"),
    ),
    ("training.applied", ("training.enrolled", "training.waiting", "training.withdrawn", "training.refused")),
    ("training.enrolled", ("training.in-training", "training.graduated", "training.not-completed")),
    ("placement.placed", ("registration.spells.placed",)),
)
"""A figure, and the figures that it must be the sum of."""
SEATS = (
    "training.seats",
    ("training.in-training", "training.graduated", "training.not-completed", "training.seats.free"),
)
"""Holds unless a course was cancelled after some had graduated: its other seats are no more. Training's own books judge
each course in any case."""


def judge(accounts: Accounts, whereabouts: Whereabouts) -> Balance:
    """Judge the books of a moment at which nothing moves (see `at_rest`)."""
    workers = len({worker for worker, _, _ in whereabouts["registration"]})
    said = sum(account["journal"]["rows"] for account in accounts.values())
    return Balance(
        [
            Check(
                "each office's books agree with themselves", f"{len(accounts)} offices", list(_broken_rules(accounts))
            ),
            Check("the sums come out", f"{len(SUMS) + 1} sums", list(_wrong_sums(accounts, workers))),
            Check("all that was said is published", f"{said:,} events", list(_unpublished(accounts))),
            Check("all that is published was heard by each who hears it", f"{said:,} events", list(_unheard(accounts))),
            Check("every worker is somewhere", f"{workers:,} workers", list(fallen_between(whereabouts))),
            Check("nobody is where they should not be", f"{workers:,} workers", list(out_of_place(whereabouts))),
            Check("no dead letter waits", f"{len(accounts)} offices", list(_dead_letters(accounts))),
        ]
    )


def at_rest(accounts: Accounts) -> bool:
    """Whether everything that was said is published, and heard by each who hears it."""
    return not any(_unpublished(accounts)) and not any(_unheard(accounts))


def _broken_rules(accounts: Accounts) -> Iterable[Finding]:
    for service, account in accounts.items():
        for broken in account["broken_rules"]:
            yield Finding(f"{service}: {broken['rule']}", list(broken["ids"]))


def _wrong_sums(accounts: Accounts, workers: int) -> Iterable[Finding]:
    figures = {
        f"{service}.{name}": n for service, account in accounts.items() for name, n in account["figures"].items()
    }
    sums = SUMS if figures.get("training.courses.cancelled") else (*SUMS, SEATS)
    for whole, parts in sums:
        if unsaid := [name for name in (whole, *parts) if name not in figures]:
            yield Finding(f"nobody says {', '.join(unsaid)}")
        elif figures[whole] != sum(figures[part] for part in parts):
            terms = " + ".join(f"{part} {figures[part]:,}" for part in parts)
            yield Finding(f"{whole} {figures[whole]:,} is not {terms}")
    if figures.get("registration.workers") != workers:
        yield Finding(f"registration.workers {figures.get('registration.workers')} is not {workers:,}, those it names")


def _unpublished(accounts: Accounts) -> Iterable[Finding]:
    for service, account in accounts.items():
        journal = account["journal"]
        if journal["published"] < journal["position"]:
            yield Finding(f"{service} has published up to {journal['published']:,} of {journal['position']:,}")


def _unheard(accounts: Accounts) -> Iterable[Finding]:
    for speaker, listeners in HEARD_BY.items():
        journal = accounts[speaker]["journal"]
        for listener in listeners:
            bookmarks = accounts[listener]["heard"].get(speaker, {})
            behind = [
                f"partition {number} at {_position(bookmarks, number):,} of {last:,}"
                for number, last in enumerate(journal["last_by_partition"])
                if _position(bookmarks, number) < last
            ]
            if behind:
                yield Finding(f"{listener} is behind {speaker}", behind)
            heard = sum(bookmark["heard"] for bookmark in bookmarks.values())
            if heard != journal["rows"]:
                yield Finding(f"{listener} heard {heard:,} of the {journal['rows']:,} events of {speaker}")


def _position(bookmarks: Mapping[str, Mapping[str, int]], number: int) -> int:
    bookmark = bookmarks.get(str(number))
    return bookmark["position"] if bookmark else 0


def _dead_letters(accounts: Accounts) -> Iterable[Finding]:
    for service, account in accounts.items():
        if waiting := account["dead_letters"]:
            yield Finding(f"{service} has {waiting:,} dead letters: `pulih dlq list --service {service}`")
