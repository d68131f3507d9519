"""How a caller's mistake is answered: one sentence that says what to mend, as RFC 9457 problem JSON.

Refusal                 a caller's mistake; carries its own sentence and status
anything else           a fault; rolled back, retried, and answered with 500 without details
"""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from shared.faults import will_pass

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Refusal(Exception):
    """What a caller asked for cannot be; `detail` says what to mend and `pointer` (RFC 6901) says where."""

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
        """Give the refusal as an RFC 9457 problem object."""
        problem: dict[str, Any] = {
            "type": f"urn:pulih:problem:{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.pointer is not None:
            problem["pointer"] = self.pointer
        return problem


FAULT = Refusal("Something failed here; nothing was taken in. Try again.", kind="fault", status=500)
AWAY = Refusal(
    "The database is out of reach for the moment; nothing was taken in. Try again.",
    kind="unavailable",
    status=503,
    headers={"Retry-After": "2"},
)


def respond(refusal: Refusal) -> JSONResponse:
    """Answer with a refusal."""
    return JSONResponse(
        refusal.problem(), status_code=refusal.status, media_type=MEDIA_TYPE, headers=refusal.headers or None
    )


def speak_problem_json(app: FastAPI) -> None:
    """Make every error of an application an RFC 9457 problem."""

    @app.exception_handler(Refusal)
    async def refuse(_: Request, refusal: Refusal) -> JSONResponse:
        return respond(refusal)

    @app.exception_handler(RequestValidationError)
    async def refuse_parameters(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        return respond(Refusal(f"{where}: {first['msg']}.", kind="bad-parameter", status=422, pointer="/" + where))

    @app.exception_handler(HTTPException)
    async def refuse_http(request: Request, error: HTTPException) -> JSONResponse:
        detail = (
            f"There is nothing at {request.url.path}." if error.status_code == HTTPStatus.NOT_FOUND else error.detail
        )
        return respond(Refusal(detail, kind="http", status=error.status_code, headers=dict(error.headers or {})))

    @app.exception_handler(SQLAlchemyError)
    @app.exception_handler(OSError)
    async def ask_to_wait(_: Request, fault: Exception) -> JSONResponse:
        if not will_pass(fault):
            log.error("a request failed", exc_info=fault)
            return respond(FAULT)
        log.warning("a request met a fault that will pass", extra={"fault": type(fault).__name__})
        return respond(AWAY)

    @app.exception_handler(Exception)
    async def admit_fault(_: Request, __: Exception) -> JSONResponse:
        return respond(FAULT)
