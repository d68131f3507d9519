"""The alert rules are what Prometheus can read; each fires when it must and stays silent otherwise."""

import subprocess
from itertools import chain

import pytest
import yaml

from tests.unit.operators.prometheus import HOUSE, RULES, command_of, folder_of

pytestmark = pytest.mark.slow  # promtool may be in a container

ALERTS = [rule for group in yaml.safe_load((RULES / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
CASES = [case for file in sorted(RULES.glob("tests/*.yml")) for case in yaml.safe_load(file.read_text())["tests"]]
JUDGED = list(chain.from_iterable(case["alert_rule_test"] for case in CASES))
HEADINGS = {
    line[3:].strip().lower().replace(" ", "-")
    for line in (HOUSE / "docs" / "runbook.md").read_text().splitlines()
    if line.startswith("## ")
}


def promtool(*words: str) -> str:
    command = command_of("promtool", RULES)
    here = folder_of(command, RULES)
    ran = subprocess.run(
        [*command, *(word.replace("FOLDER", here) for word in words)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_prometheus_reads_the_configuration_and_its_rules():
    assert f"{len(ALERTS)} rules found" in promtool("check", "config", "FOLDER/prometheus.yml")


def test_each_alert_fires_when_it_must_and_only_then():
    files = [f"FOLDER/tests/{file.name}" for file in sorted(RULES.glob("tests/*.yml"))]
    assert promtool("test", "rules", *files).count("SUCCESS") == len(files)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_each_alert_is_tested_firing_and_silent(alert):
    judged = [each for each in JUDGED if each["alertname"] == alert["alert"]]
    assert any(each["exp_alerts"] for each in judged), "no case in which it fires"
    silent = any(not each["exp_alerts"] for each in judged)
    others = any(
        len(case["input_series"]) > len(each["exp_alerts"])
        for case in CASES
        for each in judged
        if each in case["alert_rule_test"]
    )
    assert silent or others, "no case in which it stays silent"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_each_alert_says_what_to_do(alert):
    notes = alert["annotations"]
    assert notes["summary"]
    assert notes["description"].endswith(".")
    file, _, anchor = notes["runbook"].partition("#")
    assert (HOUSE / file).exists()
    assert anchor in HEADINGS
    assert alert["labels"]["severity"] in {"page", "ticket"}
