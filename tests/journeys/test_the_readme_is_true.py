"""Each command of the README is run as it stands there, in its order, in one shell."""

import asyncio
import os
import re
import signal
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
PRINTED = re.search(r"^```\n( figure .*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)[1]
"""What the README says that `make demo` prints."""
CHECKS = {
    "each service's own rules hold",
    "the sums come out",
    "every event is published",
    "every event is heard by all its listeners",
    "every worker is somewhere",
    "nobody is where they should not be",
    "no dead letter waits",
}
"""What `pulih verify` checks."""
LEFT_OUT = {
    "make test\n": "it is what runs this",
    "make up\n": "it runs beside the others",
    "make env\ndocker compose up --detach --wait\n": "tests/containers/test_docker_compose_up.py runs it",
}


async def shell(script: str, folder: Path) -> str:
    """Run a script as someone who pasted it: in the project's folder, with a data folder of their own."""
    program = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        script,
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": str(folder), "COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await program.communicate()
    assert program.returncode == 0, out.decode()
    return out.decode()


def needs_fixed_ports():
    for port in range(8701, 8707):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                pytest.fail(f"the README's port {port} is taken on this machine: stop what uses it")


async def test_make_demo_takes_purworejo_from_layoff_to_placement(folder):
    assert "make demo\n" in BLOCKS
    out = await shell("make demo", folder)
    assert "purworejo-2021" in out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    told = [" ".join(line.split()) for line in PRINTED.splitlines() if line]
    assert len(told) == 9
    assert [line for line in told if line not in lines] == []
    assert "does not" not in out


async def test_everything_else_works_as_pasted(folder):
    needs_fixed_ports()
    assert set(LEFT_OUT) <= set(BLOCKS)
    up = await asyncio.create_subprocess_exec(
        "make",
        "up",
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(60):
            said = ""
            while "8704" not in said:
                line = await up.stdout.readline()
                assert line, said
                said += line.decode()
        pasted = [block for block in BLOCKS if block not in {*LEFT_OUT, "make demo\n"}]
        assert len(pasted) == 3
        out = await shell(f"cd {ROOT}; trap 'rm -f layoffs.csv' EXIT\n" + "".join(pasted), folder)
    finally:
        os.killpg(up.pid, signal.SIGTERM)
        await up.wait()
    assert '"outcome":"accepted"' in out.replace(" ", "")
    assert re.search(r"accepted\W+2", out), out
    assert re.search(r"operator +\S+ +GET /workers/\{id\}/journey +asked +registration", out), out
    verdicts = re.findall(r"^ ?(\S.*?)  +(\d.*?)  +(holds|does not hold) *$", out, re.MULTILINE)
    assert {check: verdict for check, _, verdict in verdicts} == dict.fromkeys(CHECKS, "holds")
    assert "does not hold" not in out
