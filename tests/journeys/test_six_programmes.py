"""Programmes played to their end, on each stack. Purworejo and Denpasar are played by `make demo` and by hand."""

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from cli.client import Services
from cli.playing.funnel import Funnel
from cli.playing.programme import play_on
from deploy.embedded.stack import Stack
from scenarios import measures
from scenarios.agency_clients import AgencyClients
from scenarios.loading import find, load
from scenarios.watching import Watch
from tests.journeys.programmes import FROM_AN_OFFICE

ROOT = Path(__file__).parents[2]


def demo(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "demo", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("name", ["serang-2020", "bekasi-2021", "purwakarta-2020", "an-office-s-errors"])
async def test_every_figure_comes_out_and_the_audit_holds(name, stacks):
    scenario = load(find(name))

    async with stacks.open() as stack:
        services = Services(stack.urls, stack.operator_key)
        with Funnel(Console(quiet=True), name) as funnel:
            run = (await play_on(services, scenario, funnel, began=time.monotonic())).run
        async with AgencyClients(stack.urls, stack.operator_key, patience=20) as clients:
            look = await Watch(clients).look()

    assert [line for line in run.results if not line.holds] == []
    on_the_way = [step.action for step in scenario.then if step.verb == "expect"]
    assert len(run.results) == len(scenario.figures) + sum(len(each.figures) for each in on_the_way)
    assert [check.name for check in run.balance.checks if not check.holds] == []
    assert run.why_not is None
    assert _not_known(look, scenario) == []


def _not_known(look, scenario):
    """List figures that a service keeps and that no scenario could name."""
    vocations = {"any"} | {vocation for group in scenario.workers.values() for vocation in group.wishes}
    return [
        f"{service}.{name}"
        for service, figures in look.figures.items()
        for name in figures
        if not measures.is_known(f"{service}.{name}", vocations=vocations, agencies=set(scenario.admitted))
    ]


def test_a_programme_that_an_office_wrote_itself_is_played(folder):
    played = demo("--scenario", FROM_AN_OFFICE, "--json", "--data", folder)

    assert played.returncode == 0, played.stderr
    told = json.loads(played.stdout)
    assert told["scenario"] == "programme-of-an-office"
    assert told["balance"]["balanced"]
    assert {figure["name"]: figure["actual"] for figure in told["figures"]}["Lapsed"] == 2
    assert {"name", "expected", "actual", "source"} <= set(told["figures"][0])
    assert told["seconds"] > 0
    assert told["events"] > 0


def test_a_figure_that_does_not_come_out_is_named(folder):
    wrong = folder / "wrong.yaml"
    text = FROM_AN_OFFICE.read_text().replace("expected: 7", "expected: 8")
    wrong.write_text(text)

    played = demo("--scenario", wrong, "--data", folder / "data")

    assert played.returncode == 1
    assert "Graduated (training.graduated): expected 8, got 7" in played.stderr
    assert "NOT EQUAL" in played.stdout


def test_cut_off_in_the_middle_it_goes_on_to_the_same_figures(folder):
    _cut_off_when_workers_are_registered("purwakarta-2020", folder)

    played = demo("--scenario", "purwakarta-2020", "--json", "--data", folder)

    assert played.returncode == 0, played.stderr
    assert json.loads(played.stdout)["holds"]


def _cut_off_when_workers_are_registered(name, folder):
    """kill -9 as soon as the desk knows somebody, which is long before the programme's end."""
    cut = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "demo", "--scenario", name, "--data", str(folder)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not _workers(folder):
        assert time.monotonic() < deadline, "nobody was registered"
        time.sleep(0.05)
    assert cut.poll() is None
    cut.kill()
    cut.wait()


def _workers(folder) -> int:
    """Count whom the desk of the stack in a folder knows; 0 while there is none."""
    found = Stack.find(folder)
    if found is None:
        return 0
    headers = {"Authorization": f"Bearer {found.operator_key}"}
    try:
        answer = httpx.get(f"{found.urls['registration']}/audit?audited=false", headers=headers, timeout=5)
        return int(answer.json()["figures"]["workers"]) if answer.is_success else 0
    except httpx.HTTPError:
        return 0


def test_a_folder_of_another_programme_is_left_alone(folder):
    (folder / "scenario.sha256").write_text("of another")

    played = demo("--scenario", "serang-2020", "--data", folder)

    assert played.returncode == 2
    assert "holds another scenario" in played.stderr
    assert [path.name for path in folder.iterdir()] == ["scenario.sha256"]


def test_a_typing_error_is_one_sentence_with_file_and_line(folder):
    wrong = folder / "wrong.yaml"
    wrong.write_text(FROM_AN_OFFICE.read_text().replace("seats: 10", "seets: 10"))

    played = demo("--scenario", wrong)

    assert played.returncode == 2
    assert played.stderr.startswith(f"{wrong}:")
    assert played.stderr.count("\n") == 1
    assert "did you mean `seats`?" in played.stderr
    assert played.stdout == ""


def test_six_stacks_are_not_kept():
    played = demo("--scenario", "all", "--keep")

    assert played.returncode == 2
    assert "--keep leaves one stack running" in played.stderr
