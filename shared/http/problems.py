"""How a refusal or a fault is answered over HTTP: RFC 9457 problem JSON."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from shared.faults import will_pass
from shared.refusals import AWAY, FAULT, Refusal

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


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
