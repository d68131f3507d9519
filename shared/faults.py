"""Faults: which pass by themselves. Those are retried, and make no dead letter."""

import asyncio

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.kafka.errors import KafkaError

PASSING = ("08", "40", "53", "55", "57", "25006", "25P0")
"""SQLSTATE classes of connection loss, serialisation and deadlock, want of room, locks, shutdown, read-only, time-outs."""


class Misconfigured(Exception):
    """Work cannot go on until an operator mends a setting; it is retried, and nothing becomes a dead letter meanwhile."""


class Overtaken(Exception):
    """Another transaction changed what this one stands on; done again, it sees what is so now."""


def will_pass(fault: BaseException) -> bool:
    """Say whether the same work can succeed later, unchanged."""
    if isinstance(fault, Misconfigured | Overtaken):
        return True
    if isinstance(fault, DBAPIError):
        return fault.connection_invalidated or (fault.orig is not None and will_pass(fault.orig))
    if isinstance(fault, PostgresError):
        return str(fault.sqlstate or "08").startswith(PASSING)
    state = getattr(fault, "sqlstate", None)  # SQLAlchemy's translation of an asyncpg error keeps it
    if isinstance(state, str):
        return state.startswith(PASSING)
    cause = fault.__cause__
    if cause is not None and cause is not fault and type(fault).__module__.startswith("sqlalchemy"):
        return will_pass(cause)
    return isinstance(fault, OSError | asyncio.TimeoutError | PoolTimeout | KafkaError | InterfaceError)
