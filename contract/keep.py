"""Keeps each event's schema in this folder, and says what a change would break: `make contract`, `make check`."""

import json
import sys
from pathlib import Path

from shared.events.compatibility import Shape, broken, shapes

HERE = Path(__file__).parent
BREAK = "--break"
BREAKS = "An existing listener, or a journal that is said again, could no longer be read:"
WAY_OUT = "Say it as a new type that ends in .v2, beside the old one."
GROWN = "The contract has grown, and nothing breaks: `make contract` keeps it in contract/."


def kept(folder: Path) -> dict[str, dict[str, Shape]]:
    """Read what is kept."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}


def write(folder: Path) -> None:
    """Keep the contract as it is now."""
    now = shapes()
    for file in folder.glob("*.json"):
        if file.stem not in now:
            file.unlink()
    for type, fields in now.items():
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(shape)}" for name, shape in fields.items())
        (folder / f"{type}.json").write_text(f"{{\n{lines}\n}}\n")


def main(arguments: list[str], folder: Path = HERE) -> int:
    """`check` fails on what breaks and on what is not kept yet; `write` keeps it, what breaks with `--break` alone."""
    faults = broken(kept(folder), shapes())
    if faults and BREAK not in arguments:
        return _say(BREAKS, *(f"  {fault}" for fault in faults), WAY_OUT)
    if arguments[:1] == ["write"]:
        write(folder)
    elif kept(folder) != shapes():
        return _say(GROWN)
    return 0


def _say(*lines: str) -> int:
    sys.stderr.write("\n".join([*lines, ""]))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
