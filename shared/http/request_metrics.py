"""Request metrics: counts requests by route, method and status, and times them."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry.metrics import REQUEST_SECONDS, REQUESTS

NO_ROUTE = "elsewhere"
"""The label of requests that match no route: paths as typed would make endless labels."""
METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))


class RequestMetrics:
    """ASGI middleware; it reads nothing of a request but its method."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        began = perf_counter()

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            method = scope["method"] if scope["method"] in METHODS else "other"
            REQUESTS.labels(route, method, status).inc()
            REQUEST_SECONDS.labels(route, method).observe(perf_counter() - began)
