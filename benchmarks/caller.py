"""A caller that costs little itself: one connection, one request at a time, HTTP/1.1 as far as our services speak it.

Load that is made on the machine that is measured is part of what is measured: httpx takes longer over a request than the
desk does.
"""

import asyncio
from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit


class Caller(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        where = urlsplit(url)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._head = f"Host: {where.netloc}\r\n{lines}".encode()
        self._host, self._port = where.hostname or "", where.port or 80
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    @classmethod
    async def at(cls, url: str, headers: Mapping[str, str]) -> Self:
        """Connect."""
        caller = cls(url, headers)
        await caller._connect()
        return caller

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Post a body; gives the status and the answer's body. Connects again where the service hung up meanwhile."""
        loop = asyncio.get_running_loop()
        if self._transport is None:
            await self._connect()
        if self._transport is None:
            raise ConnectionError("the service hung up at once")
        self._answer = loop.create_future()
        length = len(body)
        self._transport.write(
            b"POST %b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n%b" % (path.encode(), self._head, length, body)
        )
        return await self._answer

    async def _connect(self) -> None:
        self._buffer.clear()
        await asyncio.get_running_loop().create_connection(lambda: self, self._host, self._port)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the line."""
        self._transport = transport  # type: ignore[assignment]  # asyncio gives a Transport here

    def connection_lost(self, fault: Exception | None) -> None:
        """Whoever waits is told."""
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(fault or ConnectionError("the service hung up"))

    def data_received(self, data: bytes) -> None:
        """Put an answer together."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(self._buffer) >= end + 4 + length and self._answer is not None:
            body = bytes(self._buffer[end + 4 : end + 4 + length])
            del self._buffer[: end + 4 + length]
            self._answer.set_result((int(head[9:12]), body))
