"""The sentence for settings that are missing or wrong: names each environment variable, never its value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def what_to_set(who: str, errors: "Sequence[ErrorDetails]") -> str:
    """Say in one sentence which environment variables are missing or wrong, so that `who` cannot start."""
    missing = [_variable(error) for error in errors if error["type"] == "missing"]
    complaints = [f"set {' and '.join(missing)}"] if missing else []
    complaints += [f"mend {_variable(error)} ({_reason(error)})" for error in errors if error["type"] != "missing"]
    return f"{who} cannot start: {'; '.join(complaints)}."


def _variable(error: "ErrorDetails") -> str:
    return f"PULIH_{error['loc'][0]}".upper() if error["loc"] else "the PULIH_ variables"


def _reason(error: "ErrorDetails") -> str:
    reason = error["msg"].removeprefix("Value error, ").rstrip(".")
    return reason[:1].lower() + reason[1:]
