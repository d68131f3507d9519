import httpx
import pytest

from scenarios import agency_clients
from scenarios.agency_clients import AgencyClients, PlayFailed

URLS = {"training": "http://training.invalid"}


@pytest.fixture
def clients(monkeypatch):
    """Clients that find a made-up training; `answers` are its next answers, and `asked` what it was asked with."""
    monkeypatch.setattr(agency_clients, "FIRST_PAUSE", 0.001)
    made = AgencyClients(URLS, "operators-key", patience=5)
    made.answers, made.asked, made.keys["blk"] = [], [], "blks-key"

    def answer(request):
        made.asked.append(request)
        answer = made.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    made._clients["training"].http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url=URLS["training"])
    return made


def page(*items, next_=None):
    return httpx.Response(200, json={"items": list(items), "next": next_})


async def test_a_service_that_is_away_or_has_too_much_to_do_is_asked_again(clients):
    away = [httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(500), httpx.Response(429)]
    clients.answers = [*away, page("seat")]

    assert (await clients.read("training", "/participants", agency="blk"))["items"] == ["seat"]
    assert len(clients.asked) == 5


async def test_one_that_stays_away_ends_the_play_with_its_last_sentence(clients):
    clients._clients["training"].patience = 0
    clients.answers = [httpx.Response(503, json={"detail": "Not ready: it is opening."})] * 3

    with pytest.raises(PlayFailed, match=r"training did not take /participants for 0 s: Not ready: it is opening\."):
        await clients.read("training", "/participants")


async def test_a_refusal_ends_the_play_with_the_services_sentence(clients):
    clients.answers = [httpx.Response(403, json={"detail": "It is not yours to read."})]

    with pytest.raises(PlayFailed, match=r"training refused /participants: It is not yours to read\."):
        await clients.read("training", "/participants")


async def test_each_asks_with_its_own_key_and_the_operator_where_no_agency_is_named(clients):
    clients.answers = [page(), page()]
    await clients.read("training", "/courses", agency="blk")
    await clients.read("training", "/courses")

    assert [request.headers["Authorization"] for request in clients.asked] == [
        "Bearer blks-key",
        "Bearer operators-key",
    ]


async def test_a_list_is_read_to_its_end(clients):
    clients.answers = [page(1, 2, next_="two"), page(3)]

    assert await clients.items("training", "/courses", agency="blk") == [1, 2, 3]
    assert [request.url.params.get("after") for request in clients.asked] == [None, "two"]
