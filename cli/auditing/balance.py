"""Judges whether the audits of the four services agree with themselves and with one another; asks no service."""

from collections.abc import Iterable, Mapping
from typing import Any

from cli.auditing.findings import Balance, Check, Finding
from cli.auditing.whereabouts import MERGED, Whereabouts, fallen_between, out_of_place
from shared.topology import HEARD_BY

Audits = Mapping[str, Mapping[str, Any]]
"""For each service, what its `/audit` gives."""

SUMS = (
    (
        "registration.spells",
        ("registration.spells.open", "registration.spells.withdrawn", "registration.spells.placed"),
    ),
    (
        "training.applied",
        ("training.enrolled", "training.waiting", "training.withdrawn", "training.refused", "training.absent"),
    ),
    ("training.enrolled", ("training.in-training", "training.graduated", "training.not-completed")),
    ("training.seats", ("training.seats.taken", "training.seats.free", "training.seats.unused")),
    ("placement.placed", ("registration.spells.placed",)),
)
"""A figure, and the figures whose sum it must be."""


def judge(audits: Audits, whereabouts: Whereabouts) -> Balance:
    """Judge the audits of a moment at which nothing moves (see `at_rest`)."""
    workers = len({worker for worker, _, state in whereabouts["registration"] if state != MERGED})
    events = sum(audit["journal"]["rows"] for audit in audits.values())
    return Balance(
        [
            Check("each service's own rules hold", f"{len(audits)} services", list(_broken_rules(audits))),
            Check("the sums come out", f"{len(SUMS)} sums", list(_wrong_sums(audits, workers))),
            Check("every event is published", f"{events:,} events", list(_unpublished(audits))),
            Check("every event is heard by all its listeners", f"{events:,} events", list(_unheard(audits))),
            Check("every worker is somewhere", f"{workers:,} workers", list(fallen_between(whereabouts))),
            Check("nobody is where they should not be", f"{workers:,} workers", list(out_of_place(whereabouts))),
            Check("no dead letter waits", f"{len(audits)} services", list(_dead_letters(audits))),
        ]
    )


def at_rest(audits: Audits) -> bool:
    """Whether every event is published, and heard by all its listeners."""
    return not any(_unpublished(audits)) and not any(_unheard(audits))


def _broken_rules(audits: Audits) -> Iterable[Finding]:
    for service, audit in audits.items():
        for broken in audit["broken_rules"]:
            yield Finding(f"{service}: {broken['rule']}", list(broken["ids"]))


def _wrong_sums(audits: Audits, workers: int) -> Iterable[Finding]:
    figures = {f"{service}.{name}": n for service, audit in audits.items() for name, n in audit["figures"].items()}
    for whole, parts in SUMS:
        if missing := [name for name in (whole, *parts) if name not in figures]:
            yield Finding(f"no service gives {', '.join(missing)}")
        elif figures[whole] != sum(figures[part] for part in parts):
            terms = " + ".join(f"{part} {figures[part]:,}" for part in parts)
            yield Finding(f"{whole} {figures[whole]:,} is not {terms}")
    if figures.get("registration.workers") != workers:
        yield Finding(
            f"registration.workers {figures.get('registration.workers')} is not {workers:,}, the workers that it lists"
        )


def _unpublished(audits: Audits) -> Iterable[Finding]:
    for service, audit in audits.items():
        journal = audit["journal"]
        if journal["published"] < journal["position"]:
            yield Finding(f"{service} has published up to {journal['published']:,} of {journal['position']:,}")


def _unheard(audits: Audits) -> Iterable[Finding]:
    for speaker, listeners in HEARD_BY.items():
        journal = audits[speaker]["journal"]
        for listener in listeners:
            bookmarks = audits[listener]["heard"].get(speaker, {})
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


def _dead_letters(audits: Audits) -> Iterable[Finding]:
    for service, audit in audits.items():
        if waiting := audit["dead_letters"]:
            yield Finding(f"{service} has {waiting:,} dead letters: `pulih dlq list --service {service}`")
