"""The HTTP client of a service: what it gives, and the one sentence that says why not."""

import httpx
import pytest

from shared.http.client import HttpClient, ServiceAway, ServiceRefused


def client_of(answer):
    client = HttpClient("training", "http://training.example/", "the-key")
    client.http = httpx.AsyncClient(base_url=client.url, transport=httpx.MockTransport(answer))
    return client


async def test_it_gives_the_json_and_sends_its_key():
    async def answer(request):
        assert request.headers["authorization"] == "Bearer the-key"
        return httpx.Response(200, json={"path": request.url.path})

    async with client_of(answer) as client:
        assert await client.ask("GET", "/standing") == {"path": "/standing"}


async def test_a_request_may_bring_a_key_of_its_own():
    async with client_of(lambda request: httpx.Response(200, json=request.headers["authorization"])) as client:
        assert await client.ask("GET", "/", key="another") == "Bearer another"


async def test_an_empty_answer_is_none():
    async with client_of(lambda _: httpx.Response(204)) as client:
        assert await client.ask("POST", "/journal/halt") is None


async def test_a_refusal_has_the_services_own_sentence_and_its_status():
    async with client_of(lambda _: httpx.Response(404, json={"detail": "There is no such worker."})) as client:
        with pytest.raises(ServiceRefused, match="There is no such worker") as refused:
            await client.ask("GET", "/workers/1/journey")
    assert refused.value.status == 404


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"title": "no"}'])
async def test_an_answer_without_a_sentence_gets_one(content):
    async with client_of(lambda _: httpx.Response(400, content=content)) as client:
        with pytest.raises(ServiceRefused, match=r"Training answered 400\."):
            await client.ask("GET", "/")


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_not_now_is_away_and_says_how_long_to_wait(status):
    async with client_of(lambda _: httpx.Response(status, headers={"Retry-After": "7"})) as client:
        with pytest.raises(ServiceAway) as away:
            await client.ask("GET", "/")
    assert away.value.retry_after == 7


async def test_nobody_there_is_away():
    def refuse(request):
        raise httpx.ConnectError("connection refused", request=request)

    async with client_of(refuse) as client:
        with pytest.raises(
            ServiceAway, match=r"Training does not answer at http://training.example \(connection refused\)"
        ):
            await client.ask("GET", "/")


async def test_a_list_is_read_to_its_end_page_by_page():
    pages = {None: {"items": [1, 2], "next": "b"}, "b": {"items": [3], "next": None}}

    async with client_of(lambda request: httpx.Response(200, json=pages[request.url.params.get("after")])) as client:
        assert [item async for item in client.items("/courses", limit=2)] == [1, 2, 3]
