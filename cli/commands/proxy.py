"""`pulih proxy`: one address for each service, however many instances it has and wherever they start again."""

import asyncio
import random
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress

import click

from cli.errors import UsageFault

CHUNK = 65_536
CONNECT_SECONDS = 3.0


@click.command(hidden=True, epilog="Example: pulih proxy 8701=registration:8701 8711=training:8701")
@click.argument("ways", nargs=-1, required=True, metavar="PORT=HOST:PORT…")
def proxy(ways: Sequence[str]) -> None:
    """Pass connections on to the instances that a host name stands for, by turns; used in docker-compose.yml.

    Docker gives a container that starts again another port of its range: agencies need one that stays.
    """
    asyncio.run(_stand_open([_read(way) for way in ways]))


def _read(way: str) -> tuple[int, str, int]:
    here, _, there = way.partition("=")
    host, _, port = there.rpartition(":")
    if not (here.isdigit() and host and port.isdigit()):
        raise UsageFault(f"{way} reads PORT=HOST:PORT.")
    return int(here), host, int(port)


async def _stand_open(ways: Sequence[tuple[int, str, int]]) -> None:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    servers = [await _open(here, host, port) for here, host, port in ways]
    await told.wait()
    for server in servers:
        server.close()


async def _open(here: int, host: str, port: int) -> asyncio.Server:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await connect(host, port)
        except OSError:
            writer.close()  # nobody is there: the caller sees what it would see at a closed port
            return
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))

    return await asyncio.start_server(pass_on, port=here)


async def connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to one of the addresses that a name stands for, whichever takes the call. Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(address[4][0]) for address in found]
    random.shuffle(addresses)
    fault: OSError = OSError(f"nobody is named {host}")
    for address in addresses:
        try:
            return await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_SECONDS)
        except OSError as refused:  # TimeoutError is one
            fault = refused
    raise fault


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way, to their end."""
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        if writer.can_write_eof() and not reader.exception():
            writer.write_eof()
        else:
            writer.close()
