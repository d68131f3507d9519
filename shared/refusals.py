"""What a caller asked for and cannot have: one sentence that says what to mend, and an HTTP status.

Refusal                 a caller's mistake; `shared/http/problems.py` makes an RFC 9457 problem of it
anything else           a fault: rolled back, retried, and answered with 500 without details
"""

from http import HTTPStatus
from typing import Any, Final


class Refusal(Exception):
    """A caller's mistake; `detail` says what to mend and `pointer` (RFC 6901) says where."""

    def __init__(
        self,
        detail: str,
        *,
        kind: str = "bad-request",
        status: int = 400,
        pointer: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.kind = kind
        self.status = status
        self.pointer = pointer
        self.headers = headers or {}

    def problem(self) -> dict[str, Any]:
        """Give the refusal as an RFC 9457 problem object; `retry_after` is in seconds."""
        problem: dict[str, Any] = {
            "type": f"urn:pulih:problem:{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.pointer is not None:
            problem["pointer"] = self.pointer
        if "Retry-After" in self.headers:
            problem["retry_after"] = int(self.headers["Retry-After"])
        return problem


RETRY_AFTER: Final = {"Retry-After": "5"}
"""Topics race: what gives the relation may have been said and not be heard here yet."""


def not_yours(detail: str) -> Refusal:
    """Refuse for lack of a relation (403), the same for a worker who is known and for one who is not."""
    return Refusal(detail, kind="not-yours", status=HTTPStatus.FORBIDDEN, headers=RETRY_AFTER)


FAULT = Refusal("Something failed here; nothing was taken in. Try again.", kind="fault", status=500)
AWAY = Refusal(
    "The database is out of reach for the moment; nothing was taken in. Try again.",
    kind="unavailable",
    status=503,
    headers={"Retry-After": "2"},
)
