"""Alerts and dashboards ask only for metrics that the services export, and labels are bounded."""

import json
import re
import subprocess
import sys

import pytest

from deploy.grafana.boards import BOARDS
from deploy.grafana.dashboards import json_of, main
from shared.events import EVENTS
from tests.unit.operators.exported import SERVICES, all_series, families_of, made
from tests.unit.operators.prometheus import HOUSE, RULES

OURS = re.compile(r"\bpulih_[a-z_]+")
PERSONAL = ("worker", "nik", "name", "agency", "key", "id", "path")


def asked_for() -> set[str]:
    texts = [(RULES / "alerts.yml").read_text()]
    texts += [
        query.expr for board in BOARDS for row in board.rows.values() for picture in row for query in picture.queries
    ]
    return set(OURS.findall("\n".join(texts)))


def test_every_metric_that_is_asked_for_is_exported():
    assert asked_for() - all_series() == set()


def test_every_metric_of_the_chain_and_the_programme_is_looked_at():
    unseen = {name for name in all_series() if name.startswith("pulih_")} - asked_for()
    assert {name for name in unseen if not name.endswith(("_sum", "_count"))} <= {"pulih_consumer_position"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_exports_each_family_once(service):
    names = [family.name for family in families_of(made(service))]
    assert sorted(names) == sorted(set(names))
    assert {"pulih_ready", "pulih_consumer_lag", "pulih_journal_backlog_age_seconds", "pulih_build"} <= set(names)


@pytest.mark.parametrize("service", SERVICES)
def test_no_label_names_a_person_or_an_agency(service):
    observed = [label for figure in made(service).observer.gauges for label in figure.labels]
    assert not set(observed) & set(PERSONAL)
    counted = {label for family in families_of(made(service)) for sample in family.samples for label in sample.labels}
    assert not counted & set(PERSONAL)


def test_a_type_that_is_not_in_the_contract_is_no_label():
    program = """
from prometheus_client import REGISTRY
from shared.telemetry.metrics import DEAD_LETTERED, count
count(DEAD_LETTERED, ["pulih.worker.registered.v1", "Siti Aminah 3306", None, "pulih.worker.registered.v1"])
for type in ("pulih.worker.registered.v1", "unknown"):
    print(REGISTRY.get_sample_value("pulih_events_dead_lettered_total", {"type": type}))
print(sum(len(family.samples) for family in REGISTRY.collect() if family.name == "pulih_events_dead_lettered"))
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["2.0", "2.0", "2"]
    assert "pulih.worker.registered.v1" in EVENTS


def test_dashboards_are_written_for_grafana_to_find(tmp_path):
    main(tmp_path)
    for board in BOARDS:
        written = json.loads((tmp_path / f"{board.uid}.json").read_text())
        assert written["uid"] == board.uid
        pictures = [panel for panel in written["panels"] if panel["type"] != "row"]
        assert len(pictures) == sum(map(len, board.rows.values()))
        assert all(panel["datasource"]["uid"] == "prometheus" for panel in pictures)
        assert all(panel["description"] and panel["targets"] for panel in pictures)
        assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in written["panels"])


def test_dashboards_come_out_the_same_each_time():
    assert [json_of(board) for board in BOARDS] == [json_of(board) for board in BOARDS]
