"""`pulih subject` asks before it erases, and takes personal data from a file, never from the command line."""

import json

import httpx
import pytest

from cli import main
from shared.http.client import HttpClient

WORKER = "0190f6b0-7d5c-7a10-8f00-000000000001"


@pytest.fixture
def asked(monkeypatch):
    """What the desk is asked, and answers."""
    asked = []

    async def send(client, method, path, *, key=None, **more):
        asked.append((method, path, client.key, json.loads(more.get("content", b"null"))))
        receipts = {"receipts": [{"source": "/", "id": "1", "outcome": "accepted", "worker": WORKER}]}
        return httpx.Response(202, json=receipts) if method == "POST" and path == "/events" else httpx.Response(204)

    monkeypatch.setattr(HttpClient, "send", send)
    monkeypatch.setenv("PULIH_REGISTRATION_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("PULIH_KEY", raising=False)
    return asked


def run(*words):
    with pytest.raises(SystemExit) as ended:
        main.main(["subject", *words])
    return ended.value.code


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["restrict"], ("POST", f"/workers/{WORKER}/restrict")),
        (["unrestrict"], ("DELETE", f"/workers/{WORKER}/restrict")),
        (["erase", "--yes"], ("DELETE", f"/workers/{WORKER}")),
    ],
)
def test_each_asks_the_desk_with_the_office_s_key(asked, words, expected):
    what, *more = words
    assert run(what, WORKER, *more, "--key", "the office's") == 0
    assert asked == [(*expected, "the office's", None)]


def test_a_correction_is_posted_as_the_office_s_event(asked, tmp_path):
    (tmp_path / "correction.json").write_text('{"phone": "0811 000 111"}')
    assert run("correct", WORKER, str(tmp_path / "correction.json"), "--key", "the office's") == 0
    ((method, path, _, event),) = asked
    assert (method, path, event["type"]) == ("POST", "/events", "pulih.identity.corrected.v1")
    assert event["data"] | {"on": ""} == {"on": "", "worker": WORKER, "correction": {"phone": "0811 000 111"}}


def test_without_a_yes_nothing_is_erased(asked, monkeypatch, capsys):
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    assert run("erase", WORKER, "--key", "the office's") == 130
    assert asked == []


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [("{}", [], "a correction is the word of an office"), ("phone: 1", ["--key", "k"], "is not JSON")],
)
def test_what_cannot_be_a_correction_is_named(asked, tmp_path, capsys, text, more, said):
    (tmp_path / "correction.json").write_text(text)
    assert run("correct", WORKER, str(tmp_path / "correction.json"), *more) == 2
    assert said in capsys.readouterr().err
    assert asked == []
