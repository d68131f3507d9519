"""The clients of the four services: their addresses come from settings, or else from the running `pulih up`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from cli.errors import Failed, Unreachable, UsageFault
from shared.http.client import HttpClient

OPERATOR_KEY = "PULIH_OPERATOR_KEY"


@dataclass(frozen=True)
class Services:
    """The services' addresses, and an operator's key where one is known."""

    urls: Mapping[str, str]
    operator_key: str

    def client(self, service: str, key: str | None = None, *, timeout: float = 60) -> "ServiceClient":
        """Make a client of one service, with this key or the operator's. Raises `UsageFault` for what is no address."""
        url = check_address(self.urls[service])
        return ServiceClient(service, url, self.operator_key if key is None else key, timeout=timeout)


class ServiceClient(HttpClient):
    """A client of one service that raises the command's own errors: see `cli/errors.py`."""

    def away(self, sentence: str, retry_after: float | None = None) -> Unreachable:  # noqa: ARG002  the command does not wait
        """Make the error of a service that does not answer, or not now."""
        return Unreachable(sentence)

    def refused(self, sentence: str, status: int) -> UsageFault | Failed:
        """Make the error of a service that says no: a wrong key is a mistake in the command's use."""
        return (UsageFault if status == httpx.codes.UNAUTHORIZED else Failed)(sentence)


def check_address(url: str) -> str:
    """Give the address back. Raises `UsageFault` for what is no address of a service."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # it is parsed only here
    except ValueError:
        parts = None
    if not parts or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageFault(f"{url} is no address of a service: it reads http://host:port.")
    return url


def find(folder: Path, wanted: Sequence[str], given: Mapping[str, str | None], *, as_operator: bool) -> Services:
    """Find the services that are wanted: `given` addresses and the environment's first, else the stack in a folder.

    The operator's key is `PULIH_OPERATOR_KEY`, or else the one that the stack was made with, which is never sent to a
    given address: that may be somebody else's. Raises `UsageFault` where settings
    are missing and `Unreachable` where nothing runs.
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
            f"Set {' and '.join(missing)} too: without a running `pulih up`, this command needs each of them."
        )
    return Services({service: url for service, url in urls.items() if url}, key)


def url_variable(service: str) -> str:
    """Name the environment variable that says where a service is."""
    return f"PULIH_{service.upper()}_URL"


def _running_in(folder: Path, wanted: Sequence[str]) -> Services:
    names = ", ".join(url_variable(service) for service in wanted)
    try:
        from deploy.embedded import running  # noqa: PLC0415  it needs the extra `embedded`
    except ImportError:
        raise UsageFault(f"Set {names} and {OPERATOR_KEY}: no `pulih up` can run here.") from None
    try:
        stack = running.find(folder.resolve())
    except OSError as fault:
        raise UsageFault(
            f"{folder} cannot be read ({fault.strerror}): use --data, or the user who ran `pulih up`."
        ) from None
    if stack is None:
        raise Unreachable(
            f"No Pulih runs in {folder}: start one with `pulih up`, name its folder by --data, or set {names}."
        )
    key = os.environ.get(OPERATOR_KEY) or stack.operator_key
    return Services({service: stack.urls[service] for service in wanted}, key)
