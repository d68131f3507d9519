"""Reads a scenario: one that comes with Pulih by its name, or any file that an office wrote itself."""

from pathlib import Path

from pydantic import ValidationError

from scenarios import checking
from scenarios.mistakes import Mistake, explain
from scenarios.model import Scenario
from scenarios.yaml_file import YamlFile

PROGRAMMES = Path(__file__).parent
"""The folder of the programmes that come with Pulih."""


def names() -> list[str]:
    """Give the names of the programmes that come with Pulih."""
    return sorted(path.stem for path in PROGRAMMES.glob("*.yaml"))


def find(name_or_file: str) -> Path:
    """Find a scenario's file. Raises `Mistake` for a name that is no programme's and no file either."""
    if name_or_file in names():
        return PROGRAMMES / f"{name_or_file}.yaml"
    path = Path(name_or_file)
    if path.is_file():
        return path
    raise Mistake(f"`{name_or_file}` is no file, and none of the programmes {', '.join(names())}")


def load(path: Path) -> Scenario:
    """Read and check a scenario file. Raises `Mistake`, which names every mistake with file, line and what was expected."""
    file = YamlFile(path)
    try:
        scenario = Scenario.model_validate(file.content())
    except ValidationError as found:
        errors = explain(found.errors(), Scenario)
        raise Mistake(
            "\n".join(file.mistake(*error) for error in sorted(errors, key=lambda it: file.line(it[0])))
        ) from None
    if mistakes := [file.mistake(*found) for found in checking.mistakes(scenario)]:
        raise Mistake("\n".join(mistakes))
    return scenario
