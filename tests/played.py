"""A whole embedded stack for a test, and a programme played on it from start to end."""

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from cli.auditing.audit import audit
from cli.auditing.findings import Balance
from cli.client import Services
from deploy.embedded.plan import PRACTICE
from deploy.embedded.stack import Stack
from scenarios import loading
from scenarios.agency_clients import AgencyClients
from scenarios.outcome import FigureResult, first_that_fails, outcome
from scenarios.player import play
from scenarios.watching import Watch


@asynccontextmanager
async def stack_in(folder: Path, **settings):
    """Run a stack at free ports; its services' logs are in `folder`/logs."""
    async with Stack(folder, ports="free", extra_env=PRACTICE | settings) as stack:
        yield stack


async def figures_of(name: str, stack: Stack, *, patience: float = 90) -> list[FigureResult]:
    """Play a programme; give its figures beside its source's."""
    scenario = loading.load(loading.find(name))
    async with AgencyClients(stack.urls, stack.operator_key, patience=patience) as clients:
        state = await play(scenario, clients)
        look = await Watch(clients).look()
    return [*state.results, *outcome(scenario, look.figures)]


async def balance_of(stack: Stack) -> Balance:
    return await audit(Services(stack.urls, stack.operator_key))


async def assert_comes_out(name: str, stack: Stack, *, patience: float = 90) -> list[FigureResult]:
    """Play a programme, and assert that every figure is its source's and every check of the audit holds."""
    lines = await figures_of(name, stack, patience=patience)
    assert lines
    assert first_that_fails(lines) is None
    balance = await balance_of(stack)
    assert [(check.name, check.findings) for check in balance.checks if not check.holds] == []
    return lines


def topic_of(stack: Stack, speaker: str) -> str:
    """Name a speaker's topic on the stack's broker."""
    return f"{getattr(stack, 'topic_prefix', '')}{speaker}"


async def pulih(*words: str, folder: Path | None = None, stack: Stack | None = None, code: int = 0) -> str:
    """Run the `pulih` command as a user would, and give what it printed.

    A data folder tells it where the stack is, or the addresses in its environment do.
    """
    where = {} if stack is None else {f"PULIH_{service.upper()}_URL": url for service, url in stack.urls.items()}
    if stack is not None:
        where["PULIH_OPERATOR_KEY"] = stack.operator_key
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli.main",
        *words,
        *(("--data", str(folder)) if folder else ()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "COLUMNS": "200", **where},
    )
    out, err = await program.communicate()
    assert program.returncode == code, (words, program.returncode, out.decode(), err.decode())
    return out.decode() + err.decode()
