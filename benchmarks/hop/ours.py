"""Ours: training as it is served, its real handler behind its real consumer, journal and relay."""

import os
import sys

from benchmarks.hop.arguments import Arguments, begin


async def main(arguments: Arguments) -> None:
    """Become `pulih serve training`."""
    settings = {
        "PULIH_DATABASE_URL": arguments.database,
        "PULIH_KAFKA": arguments.kafka,
        "PULIH_TOPIC_PREFIX": arguments.prefix,
        "PULIH_OPERATORS": os.devnull,  # nobody asks
        "PULIH_PORT": "0",
    }
    os.execve(sys.executable, [sys.executable, "-m", "cli.main", "serve", "training"], os.environ | settings)  # noqa: S606  the process becomes the service; no shell is wanted


if __name__ == "__main__":
    begin(main)
