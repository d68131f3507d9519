"""What every way of making the hop is told: where to hear, where to write, how its topics are called."""

import argparse
import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Arguments:
    """Where to work."""

    kafka: str
    database: str
    prefix: str

    def topic(self, name: str) -> str:
        """Name a topic, or a group."""
        return f"{self.prefix}{name}"

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address as SQLAlchemy's asyncpg dialect wants it."""
        return self.database.replace("postgresql://", "postgresql+asyncpg://", 1)


def begin(main: Callable[[Arguments], Awaitable[None]]) -> None:
    """Run one way of making the hop, from the command line, with the collector set as Pulih's services have it."""
    parser = argparse.ArgumentParser()
    for name in ("kafka", "database", "prefix"):
        parser.add_argument(f"--{name}", required=True)
    gc.freeze()
    gc.set_threshold(150_000, 50, 50)
    asyncio.run(main(Arguments(**vars(parser.parse_args()))))  # type: ignore[arg-type]  # a coroutine function's answer
