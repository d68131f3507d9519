"""Reads a scenario: one of the five by its name, or any file that an office wrote itself."""

from pathlib import Path

from pydantic import ValidationError

from scenarios import checking, sentences
from scenarios.model import Scenario
from scenarios.page import Mistake, Page

SHELF = Path(__file__).parent
"""Where the five programmes stand."""


def names() -> list[str]:
    """Give the names of the programmes that come with Pulih."""
    return sorted(path.stem for path in SHELF.glob("*.yaml"))


def find(name_or_file: str) -> Path:
    """Find a scenario's file. Raises `Mistake` for a name that is not on the shelf and no file either."""
    if name_or_file in names():
        return SHELF / f"{name_or_file}.yaml"
    path = Path(name_or_file)
    if path.is_file():
        return path
    raise Mistake(f"`{name_or_file}` is no file, and none of the programmes {', '.join(names())}")


def load(path: Path) -> Scenario:
    """Read and check a scenario file. Raises `Mistake`, which names every mistake with file, line and what was expected."""
    page = Page(path)
    try:
        scenario = Scenario.model_validate(page.content())
    except ValidationError as found:
        errors = sentences.of(found.errors(), Scenario)
        raise Mistake(
            "\n".join(page.mistake(*error) for error in sorted(errors, key=lambda it: page.line(it[0])))
        ) from None
    if mistakes := [page.mistake(*found) for found in checking.mistakes(scenario)]:
        raise Mistake("\n".join(mistakes))
    return scenario
