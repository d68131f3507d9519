"""What the desk is sent, in which order, how often; and what is said of each line."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli.client import ServiceClient
from cli.errors import UsageFault
from cli.posting import sending
from cli.posting.sending import Posting, event, field_of, send

TYPE = "pulih.hire.confirmed.v1"


class Desk:
    """A front desk of a few lines: it remembers ids as the real one does, and can be full or away."""

    def __init__(self, *answers: Callable[[], httpx.Response], most: int = 1_000) -> None:
        self.answers = list(answers)
        self.most = most
        self.seen: list[dict[str, Any]] = []
        self.requests = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.answers:
            return self.answers.pop(0)()
        events = json.loads(request.content)
        if len(events) > self.most:
            return httpx.Response(413, json={"detail": "Too many."})
        return httpx.Response(202, json={"receipts": [self._receipt(one) for one in events]})

    def _receipt(self, one: dict[str, Any]) -> dict[str, Any]:
        known = one["id"] in {before["id"] for before in self.seen}
        self.seen.append(one)
        return {"source": one["source"], "id": one["id"], "outcome": "duplicate" if known else "accepted"}

    def client(self) -> ServiceClient:
        client = ServiceClient("registration", "http://desk.example", "key")
        client.http = httpx.AsyncClient(base_url="http://desk.example", transport=httpx.MockTransport(self))
        return client


def full() -> httpx.Response:
    return httpx.Response(503, headers={"Retry-After": "0.01"}, json={"detail": "The desk is full."})


def away() -> httpx.Response:
    raise httpx.ConnectError("refused")


def postings(count: int) -> list[Posting]:
    def data(n: int) -> dict[str, Any]:
        return {"worker": f"worker {n % 50}", "n": n}

    return [Posting(n + 2, event(TYPE, data(n), source="/pulih-post", key="key")) for n in range(count)]


async def posted(desk: Desk, rows: list[Posting], patience: float = 5.0) -> list[tuple[int, str]]:
    done: list[int] = []
    async with desk.client() as client:
        verdicts = await send(client, rows, patience=patience, done=done.append)
    assert sum(done) == len([one for one in verdicts if one.outcome != "unsent"])
    return [(one.line, one.outcome) for one in verdicts]


def test_a_row_has_the_same_id_whenever_it_is_posted_and_another_under_another_key() -> None:
    data = {"nik": "3306004101900001", "on": "2021-09-06"}
    first = event(TYPE, data, source="/a", key="k")
    assert first == {"specversion": "1.0", "id": first["id"], "source": "/a", "type": TYPE, "data": data}
    assert event(TYPE, dict(reversed(data.items())), source="/b", key="k")["id"] == first["id"]
    others = {
        event(TYPE, data | {"on": "2021-09-07"}, source="/a", key="k")["id"],
        event("pulih.hire.declined.v1", data, source="/a", key="k")["id"],
        event(TYPE, data, source="/a", key="another")["id"],
    }
    assert len(others | {first["id"]}) == 4


async def test_everything_arrives_once_and_in_the_order_of_the_file() -> None:
    desk = Desk()
    assert await posted(desk, postings(3_000)) == [(n + 2, "accepted") for n in range(3_000)]
    assert [one["data"]["n"] for one in desk.seen] == list(range(3_000))
    assert desk.requests == 6


async def test_the_same_file_posted_again_is_harmless() -> None:
    desk = Desk()
    await posted(desk, postings(10))
    assert await posted(desk, postings(10)) == [(n + 2, "duplicate") for n in range(10)]


async def test_a_full_or_absent_desk_is_asked_again() -> None:
    desk = Desk(full, away, full)
    assert await posted(desk, postings(10)) == [(n + 2, "accepted") for n in range(10)]
    assert desk.requests == 4
    assert len(desk.seen) == 10


def unrelated(count: int) -> Callable[[], httpx.Response]:
    problem = {"detail": "Your agency has no relation to this worker.", "status": 403, "retry_after": 0.01}
    refused = {"outcome": "refused", "problem": problem}
    receipts = [refused if n % 2 else {"outcome": "accepted"} for n in range(count)]
    return lambda: httpx.Response(207, json={"receipts": receipts})


async def test_what_lacks_a_relation_is_posted_again_alone_after_the_others() -> None:
    desk = Desk(unrelated(10), unrelated(5))
    assert await posted(desk, postings(10)) == [(n + 2, "accepted") for n in range(10)]
    assert desk.requests == 3
    assert [one["data"]["n"] for one in desk.seen] == [3, 7]


async def test_what_still_lacks_a_relation_after_a_minute_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(sending, "RELATION_PATIENCE", 0.05)
    desk = Desk(unrelated(2), *[_refused_alone] * 100)
    assert await posted(desk, postings(2)) == [(2, "accepted"), (3, "refused")]
    assert 1 < desk.requests < 20


def _refused_alone() -> httpx.Response:
    problem = {"detail": "Your agency has no relation to this worker.", "status": 403, "retry_after": 0.01}
    return httpx.Response(403, json={"receipts": [{"outcome": "refused", "problem": problem}]})


async def test_what_could_not_be_sent_is_said_so(monkeypatch) -> None:
    monkeypatch.setattr(sending, "BATCH", 4)
    first = httpx.Response(202, json={"receipts": [{"outcome": "accepted"}] * 4})
    desk = Desk(lambda: first, *[full] * 100)
    verdicts = await posted(desk, postings(10), patience=0.05)
    assert verdicts == [(n + 2, "accepted" if n < 4 else "unsent") for n in range(10)]


async def test_a_batch_that_is_too_large_is_sent_in_halves() -> None:
    desk = Desk(most=3)
    assert await posted(desk, postings(10)) == [(n + 2, "accepted") for n in range(10)]
    assert [one["data"]["n"] for one in desk.seen] == list(range(10))


async def test_a_key_that_is_not_known_stops_it() -> None:
    desk = Desk(lambda: httpx.Response(401, json={"detail": "This key is not known."}))
    with pytest.raises(UsageFault, match="This key is not known"):
        await posted(desk, postings(10))
    assert desk.seen == []


async def test_a_refusal_names_the_field() -> None:
    problem = {"detail": "`person.nik` does not fit.", "pointer": "/1/data/person/nik", "status": 422}
    receipts = [
        {"outcome": "accepted", "warnings": [{"detail": "an unknown region"}, "a plain one"]},
        {"outcome": "refused", "problem": problem},
    ]
    desk = Desk(lambda: httpx.Response(207, json={"receipts": receipts}))
    async with desk.client() as client:
        good, bad = await send(client, postings(2), patience=1, done=lambda _: None)
    assert (good.outcome, good.warnings) == ("accepted", ("an unknown region", "a plain one"))
    assert (bad.line, bad.outcome, bad.field) == (3, "refused", "person.nik")
    assert bad.sentence == "`person.nik` does not fit."


def test_a_pointer_leads_to_a_column() -> None:
    assert field_of("/17/data/person/nik") == "person.nik"
    assert field_of("/0/data/wishes/2") == "wishes"
    assert field_of("/data/on") == "on"
    assert field_of("/3/type") == "type"
    assert field_of("/0/data") == ""
    assert field_of("") == ""
