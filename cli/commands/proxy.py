"""`pulih proxy`: a TCP proxy that gives each service one stable port, however many instances it has."""

import asyncio
import random
import socket
from collections.abc import Sequence
from contextlib import suppress

import click

from cli.errors import UsageFault
from cli.stop_signals import STOP, on_signals

CHUNK = 65_536
CONNECT_SECONDS = 3.0


@click.command(hidden=True, epilog="Example: pulih proxy 8701=registration:8701 8711=training:8701")
@click.argument("routes", nargs=-1, required=True, metavar="PORT=HOST:PORT…")
def proxy(routes: Sequence[str]) -> None:
    """Pass each connection on to one of the instances behind a host name; used in docker-compose.yml.

    Docker gives a restarted container another port of its range: agencies need one that stays.
    """
    asyncio.run(_serve([_route(text) for text in routes]))


def _route(text: str) -> tuple[int, str, int]:
    here, _, there = text.partition("=")
    host, _, port = there.rpartition(":")
    if not (here.isdigit() and host and port.isdigit()):
        raise UsageFault(f"{text} is no route: it reads PORT=HOST:PORT.")
    return int(here), host, int(port)


async def _serve(routes: Sequence[tuple[int, str, int]]) -> None:
    stop = asyncio.Event()
    on_signals(stop.set, *STOP)
    servers = [await listen(here, host, port) for here, host, port in routes]
    await stop.wait()
    for server in servers:
        server.close()


async def listen(here: int, host: str, port: int) -> asyncio.Server:
    """Pass on every connection to this port. Gives the server that listens."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await connect(host, port)
        except OSError:
            writer.close()  # no instance is there: the caller sees a closed connection
            return
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))

    return await asyncio.start_server(pass_on, port=here)


async def connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to one of the addresses of a host name, the first that accepts. Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(address[4][0]) for address in found]
    random.shuffle(addresses)
    fault: OSError = OSError(f"{host} has no address")
    for address in addresses:
        try:
            return await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_SECONDS)
        except OSError as refused:  # TimeoutError is one
            fault = refused
    raise fault


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy bytes one way until they end."""
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        if writer.can_write_eof() and not reader.exception():
            writer.write_eof()
        else:
            writer.close()
