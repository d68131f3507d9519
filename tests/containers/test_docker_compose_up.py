"""`docker compose up`: from nothing to a programme that comes out, scaled and taken down again without a trace."""

import json
import subprocess
import time

import httpx
import pytest

from shared.topology import SERVICES
from tests.containers.composed import Composed

pytestmark = pytest.mark.containers


@pytest.fixture(scope="module")
def composed(docker_engine, session_folder):
    """A project that was brought up from nothing; the tests of this file use it one after the other."""
    project = Composed(docker_engine, session_folder)
    try:
        project("up", "--detach", "--wait", "--build", seconds=600)
        yield project
    finally:
        project("down", "--volumes", "--remove-orphans")


def metric(text: str, name: str) -> float:
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def test_every_service_is_ready_and_nothing_asks_for_more_than_it_needs(composed):
    there = {each["Service"]: each for each in composed.containers()}
    assert {*SERVICES, "kafka", "postgres", "topics", "prometheus"} <= set(there)
    assert (there["topics"]["State"], there["topics"]["ExitCode"]) == ("exited", 0)
    assert {there[service]["Health"] for service in (*SERVICES, "kafka", "postgres")} == {"healthy"}
    assert "10001" in composed("exec", "-T", "training", "python", "-c", "import os; print(os.getuid())")
    refused = composed("exec", "-T", "training", "python", "-c", "open('/opt/pulih/x', 'w')", code=1)
    assert refused == ""
    shown = composed("run", "--rm", "--no-deps", "-T", "topics", "topics", "show")
    assert shown.count("4 partitions, as declared") == len(SERVICES)


def test_a_role_enters_its_own_database_and_no_other(composed):
    for service in SERVICES:
        assert composed.ask("SELECT current_user", role=service, database=service) == (0, service)
    for closed in ("placement", "notification", "registration", "postgres", "template1"):
        code, said = composed.ask("SELECT 1", role="training", database=closed)
        assert code != 0
        assert "permission denied for database" in said


def test_a_programme_comes_out_and_the_audit_holds(composed):
    told = json.loads(composed.pulih("demo", "--scenario", "serang-2020", "--json", *against(composed)))
    assert told["holds"], told["why_not"]
    assert told["balance"]["balanced"]
    composed.pulih("demo", "--scenario", "serang-2020", *against(composed), code=2)  # its agencies have keys now
    again = json.loads(composed.pulih("demo", "--scenario", "serang-2020", "--json", "--new-keys", *against(composed)))
    assert again["holds"], again["why_not"]
    assert again["events"] - told["events"] < 50  # its agencies' new keys, and nothing else
    assert json.loads(composed.pulih("verify", "--json"))["balanced"]


def test_the_topics_grow_and_two_instances_of_training_share_the_work(composed):
    """As the runbook has it. Figures are differences: the programme before left its people here."""
    said = composed("run", "--rm", "--no-deps", "-T", "topics", "topics", "grow", "6")
    assert "Done. Now set PULIH_PARTITIONS=6" in said
    composed.environment["PULIH_PARTITIONS"] = "6"
    composed("up", "--detach", "--wait", "--scale", "training=2")
    told = json.loads(composed.pulih("demo", "--scenario", "purwakarta-2020", "--json", *against(composed)))
    assert told["holds"], told["why_not"]
    counted = [composed.metrics("training", nth) for nth in (1, 2)]
    heard = [metric(each, "pulih_events_heard_total") for each in counted]
    leads = [metric(each, "pulih_relay_leader") for each in counted]
    assert all(heard), heard
    assert sorted(leads) == [0, 1]
    assert json.loads(composed.pulih("verify", "--json"))["balanced"]


def test_an_instance_that_dies_is_started_again_behind_the_same_address(composed):
    """Asked from within: what Docker itself was told to stop stays stopped."""
    died = composed("exec", "-T", "--index", "1", "training", "python", "-c", "import os; os.kill(1, 15)")
    assert died == ""
    composed("restart", "registration")
    deadline = time.monotonic() + 40
    while not all(answers(composed.url(service)) for service in SERVICES):
        assert time.monotonic() < deadline
        time.sleep(0.5)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).is_success
    except httpx.TransportError:
        return False


def test_the_demo_needs_nothing_but_the_image(composed):
    """From within the network, where the hosts are named after the services."""
    words = ["--against", "http://registration:8701", "--key", composed.operator_key]
    ran = ["run", "--rm", "--no-deps", "-T", "topics"]
    told = json.loads(composed(*ran, "demo", "--scenario", "bekasi-2021", "--json", "--new-keys", *words))
    assert told["holds"], told["why_not"]


def test_an_address_that_is_another_service_s_is_refused(composed):
    swapped = f"training={composed.url('placement')}"
    composed.pulih("demo", *against(composed), "--url", swapped, code=2)


def test_taken_down_it_leaves_nothing(composed, docker_engine):
    composed("down", "--volumes")
    assert composed.containers() == []
    volumes = subprocess.run(
        ["docker", "volume", "ls", "-q", "--filter", f"label=com.docker.compose.project={docker_engine.project}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert volumes.stdout == ""


def against(composed: Composed) -> list[str]:
    return ["--against", composed.url("registration"), "--key", composed.operator_key]
