"""Where the four services answer, and how they are asked: by settings, or else through the running `pulih up`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from cli.errors import Failed, Unreachable, UsageFault

LOOPBACK = ("127.0.0.1", "localhost", "::1")
OPERATOR_KEY = "PULIH_OPERATOR_KEY"


@dataclass(frozen=True)
class Services:
    """The services' addresses, and the operators' key where it is known."""

    urls: Mapping[str, str]
    operator_key: str

    def office(self, service: str, key: str | None = None) -> "ServiceClient":
        """Make a client of one service, with this key or the operators'."""
        return ServiceClient(service, self.urls[service], self.operator_key if key is None else key)


class ServiceClient:
    """A client of one service. What goes wrong is said in one sentence: see `cli/errors.py`."""

    def __init__(self, service: str, url: str, key: str) -> None:
        self.service = service
        self.url = url.rstrip("/")
        self.http = httpx.AsyncClient(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(60, connect=5),
            trust_env=urlsplit(url).hostname not in LOOPBACK,  # a proxy of the network knows nothing of this machine
        )

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401  httpx's own arguments
        """Send one request and give the answer, whatever it is. Raises `Unreachable`."""
        try:
            return await self.http.request(method, path, **more)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise UsageFault(f"{self.url} is no address of a service: it reads http://host:port.") from None
        except httpx.TransportError as fault:
            why = str(fault) or type(fault).__name__
            raise Unreachable(f"{self.service.capitalize()} does not answer at {self.url} ({why}).") from None

    async def ask(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401  JSON is what it is
        """Send one request and give what it answers; a refusal is raised as `Failed`, with the service's sentence."""
        return answer_of(self.service, await self.send(method, path, **more))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()


def answer_of(service: str, response: httpx.Response) -> Any:  # noqa: ANN401  JSON is what it is
    """Give what a service answered. Raises `UsageFault` (its key), `Unreachable` (not now) or `Failed` (no)."""
    if response.is_success:
        return response.json() if response.content else None
    why = why_of(service, response)
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise UsageFault(why)
    if response.status_code in {httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT}:
        raise Unreachable(why)
    raise Failed(why)


def why_of(service: str, response: httpx.Response) -> str:
    """Give the sentence of a refusal: its problem's, where it has one."""
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{service.capitalize()} answered {response.status_code}."


def find(folder: Path, wanted: Sequence[str], given: Mapping[str, str | None], *, as_operator: bool) -> Services:
    """Find the services that are wanted: `given` addresses and the environment's first, else the stack in a folder.

    The key of a stack is never sent to an address that was given: it would be somebody else's. Raises `UsageFault` where
    settings are missing and `Unreachable` where nothing runs.
    """
    urls = {service: given.get(service) or os.environ.get(url_variable(service)) for service in wanted}
    if not any(urls.values()):
        return _running_in(folder, wanted)
    missing = [url_variable(service) for service, url in urls.items() if not url]
    key = os.environ.get(OPERATOR_KEY, "")
    if as_operator and not key:
        missing.append(OPERATOR_KEY)
    if missing:
        raise UsageFault(
            f"Set {' and '.join(missing)} too: without a running `pulih up`, all that is asked must be named."
        )
    return Services({service: url for service, url in urls.items() if url}, key)


def url_variable(service: str) -> str:
    """Name the environment variable that says where a service is."""
    return f"PULIH_{service.upper()}_URL"


def _running_in(folder: Path, wanted: Sequence[str]) -> Services:
    names = ", ".join(url_variable(service) for service in wanted)
    try:
        from deploy.embedded import found  # noqa: PLC0415  the image for containers has no embedded stack
    except ImportError:
        raise UsageFault(f"Set {names} and {OPERATOR_KEY}: no `pulih up` can run here.") from None
    try:
        stack = found.find(folder.resolve())
    except OSError as fault:
        raise UsageFault(
            f"{folder} cannot be read ({fault.strerror}): use --data, or the user who ran `pulih up`."
        ) from None
    if stack is None:
        raise Unreachable(
            f"No Pulih runs in {folder}: start one with `pulih up`, name its folder by --data, or set {names}."
        )
    return Services({service: stack.urls[service] for service in wanted}, stack.operator_key)
