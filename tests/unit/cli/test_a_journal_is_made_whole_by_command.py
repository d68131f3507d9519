"""`pulih restore SERVICE` says what is back, what waits behind it, and what nobody has any more."""

import httpx
import pytest
from click.testing import CliRunner

from cli.main import pulih
from shared.http.client import HttpClient

DONE = {"first": 1_201, "last": 1_670, "taken_back": 468, "renumbered": 12, "unknown": [], "forgotten": []}
UNKNOWN = {"where": "the listener at http://placement:8701", "partition": 2, "position": 1_670, "id": "0190-7"}


@pytest.fixture
def run(monkeypatch):
    """Run the command against a service that gives one answer."""
    monkeypatch.setenv("PULIH_TRAINING_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("PULIH_OPERATOR_KEY", "the-operator")

    def run(status, answer):
        async def send(client, method, path, **_):
            assert (method, path, client.key) == ("POST", "/journal/restore", "the-operator")
            return httpx.Response(status, json=answer)

        monkeypatch.setattr(HttpClient, "send", send)
        return CliRunner().invoke(pulih, ["restore", "training"])

    return run


def test_it_says_what_was_done(run):
    ran = run(200, DONE)
    assert ran.exit_code == 0
    assert ran.output == (
        "Training's journal lacked events from position 1,201 to 1,670: 468 are back from its topic, and 12 that it said "
        "since wait behind them.\n"
    )


def test_it_names_what_nobody_has_any_more(run):
    last = run(200, {**DONE, "unknown": [UNKNOWN]}).output.splitlines()[-1]
    assert last == (
        "Nobody has any more what came up to event 1,670 (0190-7) in partition 2, as the listener at http://placement:8701 has heard."
    )


def test_it_names_what_the_topic_forgot(run):
    last = run(200, {**DONE, "forgotten": [{"partition": 3, "position": 1_199}]}).output.splitlines()[-1]
    assert last == "Nobody has any more what came up to position 1,199 in partition 3: the topic forgot it."


@pytest.mark.parametrize(
    ("status", "detail", "code"),
    [(409, "Its journal has everything that others have of it.", 1), (503, "Nothing was changed: not everybody …", 3)],
)
def test_where_nothing_was_done_it_says_why(run, status, detail, code):
    ran = run(status, {"detail": detail})
    assert ran.exit_code == code
    assert detail in ran.output
