"""The HTTP client of a service: gives what it answers, or one sentence that says why not.

ServiceAway       nobody answers there, or the service cannot answer now (502, 503, 504): try again
ServiceRefused    the service says no; the message is its own sentence
"""

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack
from urllib.parse import urlsplit

import httpx

LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_NOW = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})


class ServiceAway(Exception):
    """Nobody answers there, or not now. `retry_after` is how many seconds the service asks to wait, if it does."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after = retry_after


class ServiceRefused(Exception):
    """The service says no, with this HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class Content(TypedDict, total=False):
    """What a request may carry: a query, one body (`json`, or `content` with its type among the headers), headers."""

    params: Mapping[str, Any]
    json: object
    content: bytes
    headers: Mapping[str, str]


class HttpClient:
    """A client of one service, with one bearer key unless a request brings another. Close it by `async with` or `close`."""

    def __init__(self, service: str, url: str, key: str = "", *, timeout: float = 60) -> None:
        self.service = service
        self.url = url.rstrip("/")
        self.key = key
        self.http = httpx.AsyncClient(
            base_url=self.url,
            timeout=httpx.Timeout(timeout, connect=min(timeout, 5)),
            trust_env=urlsplit(url).hostname not in LOOPBACK,  # a proxy of the network knows nothing of this machine
        )

    async def send(self, method: str, path: str, *, key: str | None = None, **more: Unpack[Content]) -> httpx.Response:
        """Send one request and give the response, whatever its status. Raises `ServiceAway` where nobody answers."""
        bearer = self.key if key is None else key
        if bearer:
            more["headers"] = {"Authorization": f"Bearer {bearer}", **more.get("headers", {})}
        try:
            return await self.http.request(method, path, **more)
        except httpx.TransportError as fault:
            why = str(fault) or type(fault).__name__
            raise self.away(f"{self.service.capitalize()} does not answer at {self.url} ({why}).") from None

    async def ask(self, method: str, path: str, *, key: str | None = None, **more: Unpack[Content]) -> Any:  # noqa: ANN401  the caller knows what the path answers
        """Send one request and give the JSON of its answer, None for an empty one. Raises `ServiceAway`, `ServiceRefused`."""
        return self.answer_of(await self.send(method, path, key=key, **more))

    def answer_of(self, response: httpx.Response) -> Any:  # noqa: ANN401  the caller knows what the path answers
        """Give the JSON of a response. Raises `ServiceAway`, `ServiceRefused`."""
        if response.is_success:
            return response.json() if response.content else None
        sentence = sentence_of(self.service, response)
        if response.status_code in NOT_NOW:
            raise self.away(sentence, retry_after_of(response))
        raise self.refused(sentence, response.status_code)

    def away(self, sentence: str, retry_after: float | None = None) -> Exception:
        """Make the error of a service that does not answer, or not now."""
        return ServiceAway(sentence, retry_after)

    def refused(self, sentence: str, status: int) -> Exception:
        """Make the error of a service that says no."""
        return ServiceRefused(sentence, status)

    async def items(self, path: str, *, key: str | None = None, **params: Any) -> AsyncIterator[Any]:  # noqa: ANN401  the caller knows what the path lists, and takes
        """Give the items of a list, page by page, to its end. Raises what `ask` raises."""
        while True:
            page = await self.ask("GET", path, key=key, params=params)
            for item in page["items"]:
                yield item
            if page["next"] is None:
                return
            params["after"] = page["next"]

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def sentence_of(service: str, response: httpx.Response) -> str:
    """Give the sentence of a response that is no success: its problem's `detail`, where it has one."""
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{service.capitalize()} answered {response.status_code}."


def retry_after_of(response: httpx.Response) -> float | None:
    """Give the seconds that a response asks to wait, if it does."""
    try:
        return float(response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
