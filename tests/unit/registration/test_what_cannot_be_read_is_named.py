import base64
import json
from typing import Any

import pytest

from services.registration import routes
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


async def raw(desk: DeskUnderTest, body: bytes | str, content_type: str | None, **headers: str) -> Any:
    sent = {**desk.bearer("employer"), **({"content-type": content_type} if content_type else {}), **headers}
    return await desk.client.post("/events", content=body, headers=sent)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in layoff(nik()).items() if key != name}


@pytest.mark.parametrize(
    ("sent", "pointer", "said"),
    [
        (without("id"), "/id", "`id` is missing or empty"),
        (without("source"), "/source", "`source` is missing"),
        (without("type"), "/type", "`type` is missing"),
        (without("specversion"), "/specversion", "missing"),
        (without("data"), "/data", "`data` is missing"),
        ({**layoff(nik()), "data": None}, "/data", "`data` is missing"),
        ({**layoff(nik()), "id": ""}, "/id", "empty"),
        ({**layoff(nik()), "id": 7}, "/id", "`id` is text"),
        ({**layoff(nik()), "id": "a\nb"}, "/id", "printable"),
        ({**layoff(nik()), "source": "x" * 513}, "/source", "512"),
        ({**layoff(nik()), "specversion": "0.3"}, "/specversion", "not 1.0"),
        ({**layoff(nik()), "time": "yesterday"}, "/time", "RFC 3339"),
        ({**layoff(nik()), "time": "2021-09-06T08:00:00"}, "/time", "RFC 3339"),
        ({**layoff(nik()), "datacontenttype": "text/xml"}, "/datacontenttype", "not JSON"),
        ({**layoff(nik()), "datacontenttype": "application/json; charset=latin-1"}, "/datacontenttype", "UTF-8"),
        ({**layoff(nik()), "type": "pulih.layoff.dreamt.v1"}, "/type", "GET /events/types"),
        ({**layoff(nik()), "data": "{}"}, "/data", "expected an object, not text"),
        ({**layoff(nik()), "data_base64": "e30="}, "/data_base64", "exclude"),
        ({**without("data"), "data_base64": "%%"}, "/data_base64", "not base64"),
        ({**without("data"), "data_base64": base64.b64encode(b'{"on": 5}').decode()}, "/data_base64", "does not fit"),
    ],
)
async def test_a_bad_event_is_refused_with_a_pointer(
    desk: DeskUnderTest, sent: dict[str, Any], pointer: str, said: str
):
    answer = await raw(desk, json.dumps(sent), STRUCTURED)
    assert answer.status_code == 422
    (receipt,) = answer.json()["receipts"]
    assert receipt["outcome"] == "refused"
    assert receipt["problem"]["pointer"] == pointer
    assert said in receipt["problem"]["detail"]
    assert await desk.announced() == []


async def test_a_bad_event_of_a_batch_refuses_only_itself(desk: DeskUnderTest):
    batch: list[Any] = [layoff(nik()) for _ in range(19)]
    batch[17]["data"]["person"]["nik"] = "33"
    batch[3] = "not an event"
    answer = await raw(desk, json.dumps(batch), BATCH)
    assert answer.status_code == 207
    receipts = answer.json()["receipts"]
    assert [index for index, receipt in enumerate(receipts) if receipt["outcome"] == "refused"] == [3, 17]
    assert receipts[17]["problem"]["pointer"] == "/17/data/person/nik"
    assert receipts[3] | {"problem": None} == {"source": None, "id": None, "outcome": "refused", "problem": None}
    assert receipts[3]["problem"]["pointer"] == "/3"
    assert await desk.rows("SELECT count(*) FROM worker") == [(17,)]


async def test_in_binary_mode_the_pointer_goes_into_the_body(desk: DeskUnderTest):
    sent = layoff(nik(), person={"nik": "33", "name": "A"})
    headers = {f"ce-{name}": sent[name] for name in ("specversion", "id", "source", "type")}
    answer = await raw(desk, json.dumps(sent["data"]), "application/json", **headers)
    assert answer.json()["receipts"][0]["problem"]["pointer"] == "/person/nik"


async def test_in_binary_mode_a_bad_attribute_is_named_by_its_header(desk: DeskUnderTest):
    sent = layoff(nik())
    answer = await raw(desk, json.dumps(sent["data"]), "application/json", **{"ce-id": "1", "ce-specversion": "1.0"})
    problem = answer.json()["receipts"][0]["problem"]
    assert "`ce-source` is missing" in problem["detail"]
    assert "pointer" not in problem


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", STRUCTURED, 400),
        ("", STRUCTURED, 400),
        (b"\xff", STRUCTURED, 400),
        ("[", BATCH, 400),
        ("{}", BATCH, 400),
        ("{}", "application/json", 400),
        ("{}", None, 400),
        ("{}", "text/plain", 415),
        ("{}", "application/cloudevents+avro", 415),
        ("{}", "application/cloudevents", 415),
        ("{}", STRUCTURED + "; charset=utf-16", 415),
        ("{}", "application/json; charset=latin-1", 415),
        ("[" * 200_000, BATCH, 400),
        ("[" + ",".join(["{}"] * 1_001) + "]", BATCH, 413),
    ],
)
async def test_what_is_no_cloudevents_request_is_a_problem(
    desk: DeskUnderTest, body: Any, content_type: str | None, status: int
):
    answer = await raw(desk, body, content_type)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"].endswith(".")


async def test_a_batch_of_a_thousand_is_taken(desk: DeskUnderTest):
    answer = await desk.post("employer", *(layoff(nik()) for _ in range(1_000)))
    assert answer.status_code == 202
    assert len(answer.json()["receipts"]) == 1_000


async def test_a_body_over_the_limit_is_refused_even_if_its_length_is_not_told(desk: DeskUnderTest):
    async def parts():
        for _ in range(9):
            yield b" " * (1024 * 1024)

    told = await raw(desk, b" " * (routes.LARGEST_BODY + 1), STRUCTURED)
    untold = await raw(desk, parts(), STRUCTURED)  # type: ignore[arg-type]  # httpx takes an iterator
    assert told.status_code == untold.status_code == 413


async def test_an_id_that_holds_a_percent_sign_wrongly_is_still_text(desk: DeskUnderTest):
    sent = layoff(nik())
    headers = {f"ce-{name}": sent[name] for name in ("specversion", "source", "type")}
    answer = await raw(desk, json.dumps(sent["data"]), "application/json", **{**headers, "ce-id": "100%"})
    assert answer.json()["receipts"][0]["id"] == "100%"


async def test_no_personal_data_is_in_any_refusal(desk: DeskUnderTest, caplog: pytest.LogCaptureFixture):
    number, name = nik(), "Rahasia Sekali"
    who = {"nik": number, "name": name, "phone": "+62 811 1111 111", "email": "rahasia@example.com"}
    spoilt = [
        layoff(number, person={**who, "nik": number + "1"}),
        layoff(number, person={**who, "birth_date": number}),
        layoff(number, person={**who, "email": name}),
        layoff(number, person={**who, "sex": name}),
        layoff(number, person={**who, "name": [name]}),
        layoff(number, kind=name),
        event("LayoffWithdrawn", {"on": "2021-09-06", "nik": number, "reason": "mediation"}),
    ]
    answer = await desk.post("employer", *spoilt)
    assert answer.status_code == 422
    for secret in (number, name, "811 1111", "rahasia@"):
        assert secret not in answer.text
        assert secret not in caplog.text
