"""How a worker's spell opens, is amended and ends, and which events say so."""

from services.registration import announcements
from services.registration.domain.decisions import Decisions
from services.registration.identity.worker import Worker
from services.registration.spells import Report, opened
from shared.events import LayoffWithdrawn, WorkerPlaced


def register(worker: Worker, report: Report, decisions: Decisions, *, also_changed: bool = False) -> None:
    """Open a spell, or amend the open one. `also_changed` says that the worker's region or contacts changed too."""
    spell = worker.spell
    if spell is None or not spell.is_open:
        worker.changed = worker.changed or spell is not None  # a new worker's row says already that it is the first
        worker.spell = spell = opened(worker.id, spell.number + 1 if spell else 1, report)
        decisions.events.append(announcements.registered(worker, spell))
    elif spell.add(report) or also_changed:
        decisions.events.append(announcements.amended(worker, spell))
    decisions.keep(spell)


def withdraw(worker: Worker, fact: LayoffWithdrawn, decisions: Decisions) -> None:
    """End the spell whose layoff was withdrawn. Reports of a later day open the next one."""
    spell = worker.spell
    if spell is None:
        return
    later = spell.end("withdrawn", fact.on)
    decisions.keep(spell)
    decisions.events.append(announcements.withdrawn(spell, fact))
    for report in later:
        register(worker, report, decisions)


def end_placed(worker: Worker, placed: WorkerPlaced, decisions: Decisions) -> None:
    """End the spell in which the worker was placed. If it was open, reports of a later day open the next one."""
    spell = worker.spell
    if spell is None or spell.number != placed.spell or spell.state == "placed":
        return
    was_open = spell.is_open
    later = spell.end("placed", placed.on)
    decisions.keep(spell)
    for report in later if was_open else ():
        register(worker, report, decisions)
