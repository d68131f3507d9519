"""The topology: every place that names the services, or who hears whom, names what `shared/topology.py` says."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from shared.events import EVENTS, speaker_of
from shared.topology import HEARD_BY, HEARS, SERVICES
from tests.unit.operators.exported import made

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_speakers_and_listeners_are_two_views_of_one_table():
    assert {(speaker, listener) for speaker, all_of_them in HEARD_BY.items() for listener in all_of_them} == {
        (speaker, listener) for listener, speakers in HEARS.items() for speaker in speakers
    }
    assert set(HEARS) == set(HEARD_BY) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_handles_events_of_those_alone_whom_it_hears_and_of_each_of_them(service):
    handled = {speaker_of(EVENTS[type]) for type in made(service).handlers.types}
    assert handled == set(HEARS[service])


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_a_program(service):
    assert callable(import_module(f"services.{service}.app").create)


def test_compose_serves_each_and_nothing_else():
    served = {name: each["command"][1] for name, each in COMPOSE.items() if each.get("command", [""])[0] == "serve"}
    assert served == {service: service for service in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_compose_gives_each_a_database_and_a_role_of_its_own(service):
    url = COMPOSE[service]["environment"]["PULIH_DATABASE_URL"]
    assert re.match(rf"postgresql://{service}:.*@postgres/{service}$", url)
    assert f"PULIH_{service.upper()}_PASSWORD" in COMPOSE["postgres"]["environment"]


@pytest.mark.parametrize("service", SERVICES)
def test_compose_lets_each_ask_those_who_hear_it(service):
    environment = COMPOSE[service]["environment"]
    assert environment["PULIH_LISTENERS"].split(",") == [f"http://{listener}:8701" for listener in HEARD_BY[service]]
    assert environment["PULIH_SERVICE_KEY"] == f"${{PULIH_{service.upper()}_SERVICE_KEY:-}}"


def test_composes_proxy_leads_to_each():
    ways = [way for way in COMPOSE["proxy"]["command"] if "=" in way]
    assert [way.partition("=")[2] for way in ways] == [f"{service}:8701" for service in SERVICES]


def test_composes_command_knows_where_each_is():
    told = {name for name in COMPOSE["topics"]["environment"] if name.endswith("_URL")}
    assert told == {f"PULIH_{service.upper()}_URL" for service in SERVICES}


def test_prometheus_asks_each():
    jobs = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    (names,) = [job["dns_sd_configs"][0]["names"] for job in jobs if job["job_name"] == "pulih"]
    assert names == list(SERVICES)


def test_postgres_makes_a_database_for_each():
    (script,) = (ROOT / "deploy/postgres").glob("*.sh")
    (names,) = re.findall(r"^for \w+ in ([\w ]+); do$", script.read_text(), re.MULTILINE)
    assert names.split() == list(SERVICES)
