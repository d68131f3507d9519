"""Which faults pass by themselves: those are waited for, and bury nothing."""

import asyncio

from aiokafka.errors import KafkaError
from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PASSING = ("08", "40", "53", "55", "57", "25006", "25P0")
"""SQLSTATE classes of connection loss, serialisation and deadlock, want of room, locks, shutdown, read-only, time-outs."""


class Halted(Exception):
    """Work cannot go on until an operator mends a setting; it is waited for, and nothing is buried meanwhile."""


def will_pass(fault: BaseException) -> bool:
    """Say whether the same work can succeed later without anybody mending the work itself."""
    if isinstance(fault, Halted):
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
