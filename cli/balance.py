"""Does it balance? Judges what the four offices' books say of themselves and of one another; asks nobody anything."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from deploy.embedded.plan import HEARD_BY

Accounts = Mapping[str, Mapping[str, Any]]
"""For each service, what its `/account` answers."""
Whereabouts = Mapping[str, Sequence[tuple[str, int, str]]]
"""For each service, (worker, spell, state) for everyone it knows, as its `/whereabouts` answers."""
Places = dict[tuple[str, int], str]

LEARNING = {"waiting", "in-training"}
DONE_LEARNING = {"graduated", "not-completed", "refused"}
LOOKED_AFTER = {"looking", "referred"}

SUMS = (
    (
        "registration.spells",
        ("registration.spells.open", "registration.spells.withdrawn", "registration.spells.placed"),
    ),
    ("training.applied", ("training.enrolled", "training.waiting", "training.withdrawn", "training.refused")),
    ("training.enrolled", ("training.in-training", "training.graduated", "training.not-completed")),
    ("training.seats", ("training.enrolled", "training.seats.free")),
    ("placement.placed", ("registration.spells.placed",)),
)
"""A figure, and the figures that it must be the sum of."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not balance, and the ids of those concerned."""

    sentence: str
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Check:
    """One question to the books: what it holds for, over how many of what, and where it does not."""

    name: str
    over: str
    findings: list[Finding]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(frozen=True)
class Balance:
    """All checks."""

    checks: list[Check]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON, with every id."""
        return {"balanced": self.holds, "checks": [{"holds": check.holds, **asdict(check)} for check in self.checks]}


def judge(accounts: Accounts, whereabouts: Whereabouts) -> Balance:
    """Judge the books of a moment at which nothing moves (see `at_rest`)."""
    workers = len({worker for worker, _, _ in whereabouts["registration"]})
    said = sum(account["journal"]["rows"] for account in accounts.values())
    return Balance(
        [
            Check(
                "each office's books agree with themselves", f"{len(accounts)} offices", list(_broken_rules(accounts))
            ),
            Check("the sums come out", f"{len(SUMS)} sums", list(_wrong_sums(accounts, workers))),
            Check("all that was said is published", f"{said:,} events", list(_unpublished(accounts))),
            Check("all that is published was heard by each who hears it", f"{said:,} events", list(_unheard(accounts))),
            Check("every worker is somewhere", f"{workers:,} workers", list(_fallen_between(whereabouts))),
            Check("nobody is where they should not be", f"{workers:,} workers", list(_out_of_place(whereabouts))),
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
    for whole, parts in SUMS:
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
                for number, last in enumerate(journal["lasts"])
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


def _fallen_between(whereabouts: Whereabouts) -> Iterable[Finding]:
    training, placement = _places(whereabouts["training"]), _places(whereabouts["placement"])
    fallen: dict[str, list[str]] = defaultdict(list)
    for worker, spell in _current(whereabouts["registration"]).items():
        states = (spell[1], training.get((worker, spell[0])), placement.get((worker, spell[0])))
        if not _is_somewhere(*states):
            names = zip(("registration", "training", "placement"), states, strict=True)
            fallen[", ".join(f"{name}: {state or 'unknown'}" for name, state in names)].append(worker)
    return [Finding(sentence, workers) for sentence, workers in fallen.items()]


def _is_somewhere(registration: str, training: str | None, placement: str | None) -> bool:
    """Whether the three offices agree about a worker's current spell, so that one of them has the worker in hand."""
    match registration:
        case "seeking-training":
            return training in LEARNING or (training in DONE_LEARNING and placement in LOOKED_AFTER)
        case "seeking-work":
            return placement in LOOKED_AFTER
        case "seeking-both":
            return training in LEARNING | DONE_LEARNING and placement in LOOKED_AFTER
        case "withdrawn":
            return training not in LEARNING and placement == "withdrawn"
        case "placed":
            return training not in LEARNING and placement == "placed"
        case _:
            return False


def _out_of_place(whereabouts: Whereabouts) -> Iterable[Finding]:
    """Find whom the front desk does not know, and who is still in hand for a spell that has ended."""
    known = _current(whereabouts["registration"])
    for service, in_hand in (("training", LEARNING), ("placement", LOOKED_AFTER | {"training-first"})):
        strangers, leftovers = [], []
        for worker, spell, state in whereabouts[service]:
            if worker not in known or spell > known[worker][0]:
                strangers.append(worker)
            elif spell < known[worker][0] and state in in_hand:
                leftovers.append(worker)
        if strangers:
            yield Finding(f"{service} has workers (or spells) that registration does not know", strangers)
        if leftovers:
            yield Finding(f"{service} still has in hand whose spell has ended", leftovers)


def _dead_letters(accounts: Accounts) -> Iterable[Finding]:
    for service, account in accounts.items():
        if waiting := account["dead_letters"]:
            yield Finding(f"{service} has {waiting:,} dead letters: `pulih dlq list --service {service}`")


def _places(rows: Iterable[tuple[str, int, str]]) -> Places:
    return {(worker, spell): state for worker, spell, state in rows}


def _current(rows: Iterable[tuple[str, int, str]]) -> dict[str, tuple[int, str]]:
    """Give each worker's latest spell."""
    latest: dict[str, tuple[int, str]] = {}
    for worker, spell, state in rows:
        if worker not in latest or spell > latest[worker][0]:
            latest[worker] = (spell, state)
    return latest
