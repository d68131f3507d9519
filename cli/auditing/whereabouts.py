"""Whether every worker is somewhere: compares what registration, training and placement say of each worker."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cli.auditing.findings import Finding

Whereabouts = Mapping[str, Sequence[tuple[str, int, str]]]
"""For each service, (worker, spell, state) for everyone it knows, as its `/whereabouts` gives."""
States = dict[tuple[str, int], str]

MERGED = "merged"
"""What registration says of an id that means another worker."""
LEARNING = {"waiting", "in-training"}
DONE_LEARNING = {"graduated", "not-completed", "refused"}
ABSENT = "absent"
"""Who did not come to a course: the office asks the worker."""
LOOKED_AFTER = {"looking", "referred"}
TRAINING_FIRST = "training-first"
TO_BE_ASKED = "to-be-asked"
"""What registration and placement say of a worker of whom no report says what is wanted."""


def fallen_between(whereabouts: Whereabouts) -> Iterable[Finding]:
    """Find the workers whom no service looks after, grouped by what the services say."""
    training, placement = _states(whereabouts["training"]), _states(whereabouts["placement"])
    fallen: dict[str, list[str]] = defaultdict(list)
    for worker, spell in _current(whereabouts["registration"]).items():
        states = (spell[1], training.get((worker, spell[0])), placement.get((worker, spell[0])))
        if not _is_somewhere(*states):
            names = zip(("registration", "training", "placement"), states, strict=True)
            fallen[", ".join(f"{name}: {state or 'unknown'}" for name, state in names)].append(worker)
    return [Finding(sentence, workers) for sentence, workers in fallen.items()]


def _is_somewhere(registration: str, training: str | None, placement: str | None) -> bool:
    """Whether the three services agree about a worker's current spell, so that one of them looks after the worker."""
    match registration:
        case "seeking-training":
            in_turn = LOOKED_AFTER if training in DONE_LEARNING else LOOKED_AFTER | {TRAINING_FIRST}
            return training in LEARNING | DONE_LEARNING | {ABSENT} and placement in in_turn
        case "seeking-work":
            return placement in LOOKED_AFTER
        case "seeking-both":
            return training in LEARNING | DONE_LEARNING | {ABSENT} and placement in LOOKED_AFTER
        case "to-be-asked":  # one who was split from another may hold a seat or a referral of that time
            return training != "waiting" and placement in LOOKED_AFTER | {TO_BE_ASKED}
        case "withdrawn" | "placed":  # the result of one who works again may still come, and counts
            over = LEARNING if registration == "withdrawn" else {"waiting"}
            return training not in over and placement == registration
        case _:
            return False


def out_of_place(whereabouts: Whereabouts) -> Iterable[Finding]:
    """Find the workers whom registration does not know, and those still looked after for a spell that has ended.

    One who was merged is looked after under the id that stays, and under no other.
    """
    known = _current(whereabouts["registration"])
    merged = {worker: spell for worker, spell, state in whereabouts["registration"] if state == MERGED}
    for service, looked_after in (("training", LEARNING), ("placement", LOOKED_AFTER | {TRAINING_FIRST, TO_BE_ASKED})):
        strangers, leftovers, doubled = [], [], []
        for worker, spell, state in whereabouts[service]:
            if worker in merged and spell <= merged[worker]:
                doubled += [worker] if state in looked_after else []
            elif worker not in known or spell > known[worker][0]:
                strangers.append(worker)
            elif spell < known[worker][0] and state in looked_after:
                leftovers.append(worker)
        if strangers:
            yield Finding(f"{service} has workers (or spells) that registration does not know", strangers)
        if leftovers:
            yield Finding(f"{service} still looks after workers whose spell has ended", leftovers)
        if doubled:
            yield Finding(f"{service} looks after workers under an id that means another worker", doubled)


def _states(rows: Iterable[tuple[str, int, str]]) -> States:
    return {(worker, spell): state for worker, spell, state in rows}


def _current(rows: Iterable[tuple[str, int, str]]) -> dict[str, tuple[int, str]]:
    """Give each worker's latest spell; an id that means another worker is none."""
    latest: dict[str, tuple[int, str]] = {}
    for worker, spell, state in rows:
        if state != MERGED and (worker not in latest or spell > latest[worker][0]):
            latest[worker] = (spell, state)
    return latest
