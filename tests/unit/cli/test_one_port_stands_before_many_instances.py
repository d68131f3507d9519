"""`pulih proxy`: a stable port before instances that come and go."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from cli.commands import proxy
from cli.errors import UsageFault
from deploy.embedded.ports import LOOPBACK, free_port


@asynccontextmanager
async def instance(name: bytes, port: int):
    async def answer(reader, writer):
        request = await reader.read()
        writer.write(name + b" got " + str(len(request)).encode())
        writer.close()

    async with await asyncio.start_server(answer, LOOPBACK, port):
        yield


async def ask(port: int, what: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(what)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


async def test_whole_requests_and_answers_pass_both_ways():
    here, there = free_port(), free_port()
    async with await proxy.listen(here, LOOPBACK, there), instance(b"one", there):
        assert await ask(here, b"x" * 1_000_000) == b"one got 1000000"


async def test_an_instance_that_starts_again_is_found_again():
    here, there = free_port(), free_port()
    async with await proxy.listen(here, LOOPBACK, there):
        assert await ask(here, b"anyone?") == b""
        for name in (b"one", b"two"):
            async with instance(name, there):
                assert await ask(here, b"x") == name + b" got 1"


async def test_an_address_that_takes_no_connection_is_passed_over(monkeypatch):
    there, loop = free_port(), asyncio.get_running_loop()

    async def two_addresses(host, port, **_):
        return [(2, 1, 6, "", ("127.0.0.2", port)), (2, 1, 6, "", (LOOPBACK, port))]

    monkeypatch.setattr(loop, "getaddrinfo", two_addresses)
    async with instance(b"one", there):
        for _ in range(8):
            _, writer = await proxy.connect("training", there)
            assert writer.get_extra_info("peername")[0] == LOOPBACK
            writer.close()


@pytest.mark.parametrize("wrong", ["8701", "8701=registration", "registration:8701=8701", "8701=:1"])
def test_what_is_no_route_is_refused(wrong):
    with pytest.raises(UsageFault, match="PORT=HOST:PORT"):
        proxy._route(wrong)
