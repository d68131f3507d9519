import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings import http
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1.conversion import to_binary as old_to_binary
from cloudevents.v1.conversion import to_dict
from cloudevents.v1.conversion import to_structured as old_to_structured
from cloudevents.v1.http import CloudEvent as OldCloudEvent

from tests.unit.registration.posting import DeskUnderTest, layoff, nik

BATCH = "application/cloudevents-batch+json"


def sdk_event(**attributes: Any) -> CloudEvent:
    sent = layoff(nik())
    return CloudEvent(
        {
            "id": sent["id"],
            "source": "https://employer.example/buku kas/%41",
            "type": sent["type"],
            "specversion": "1.0",
            "time": datetime(2021, 9, 6, 8, tzinfo=UTC),
            "datacontenttype": "application/json",
            "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            **attributes,
        },
        sent["data"],
    )


async def send(desk: DeskUnderTest, headers: dict[str, str], body: bytes | str) -> list[dict[str, Any]]:
    answer = await desk.client.post("/events", content=body, headers={**desk.bearer("employer"), **headers})
    assert answer.status_code == 202, answer.text
    assert answer.headers["content-type"] == "application/json"
    receipts: list[dict[str, Any]] = answer.json()["receipts"]
    return receipts


@pytest.mark.parametrize("to", [http.to_binary_event, http.to_structured_event])
async def test_the_sdk_posts_in_binary_and_in_structured_mode(desk: DeskUnderTest, to: Any):
    event = sdk_event()
    message = to(event)
    (receipt,) = await send(desk, message.headers, message.body)
    assert (receipt["source"], receipt["id"]) == (event.get_source(), event.get_id())
    assert receipt["outcome"] == "accepted"
    assert await desk.rows("SELECT source, event_id FROM assertion") == [(event.get_source(), event.get_id())]


@pytest.mark.parametrize("to", [old_to_binary, old_to_structured])
async def test_the_older_sdk_posts_too(desk: DeskUnderTest, to: Any):
    sent = layoff(nik())
    headers, body = to(OldCloudEvent({key: sent[key] for key in ("id", "source", "type")}, sent["data"]))
    (receipt,) = await send(desk, headers, body)
    assert receipt["outcome"] == "accepted"


async def test_the_sdks_events_make_a_batch(desk: DeskUnderTest):
    sent = [layoff(nik()) for _ in range(3)]
    events = [
        to_dict(OldCloudEvent({key: each[key] for key in ("id", "source", "type")}, each["data"])) for each in sent
    ]
    receipts = await send(desk, {"content-type": BATCH}, json.dumps(events))
    assert [receipt["id"] for receipt in receipts] == [each["id"] for each in sent]
    assert await desk.rows("SELECT count(*) FROM worker") == [(3,)]


async def test_binary_and_structured_say_the_same(desk: DeskUnderTest):
    event = sdk_event()
    binary, structured = http.to_binary_event(event), http.to_structured_event(event)
    await send(desk, binary.headers, binary.body)
    (again,) = await send(desk, structured.headers, structured.body)
    assert again["outcome"] == "duplicate"


async def test_a_header_is_unquoted_and_decoded_once(desk: DeskUnderTest):
    sent = layoff(nik())
    headers = {
        "ce-specversion": "1.0",
        "ce-id": '"with \\"quotes\\""',
        "ce-source": "/caf%C3%A9/%2541",
        "ce-type": sent["type"],
        "content-type": "application/json; charset=UTF-8",
    }
    (receipt,) = await send(desk, headers, json.dumps(sent["data"]))
    assert (receipt["source"], receipt["id"]) == ("/café/%41", 'with "quotes"')


@pytest.mark.parametrize(
    "content_type",
    [
        "application/cloudevents+json; charset=utf-8",
        "Application/CloudEvents+JSON",
        'application/cloudevents+json;charset="UTF-8"',
    ],
)
async def test_a_media_type_may_have_parameters_and_capitals(desk: DeskUnderTest, content_type: str):
    (receipt,) = await send(desk, {"content-type": content_type}, json.dumps(layoff(nik())))
    assert receipt["outcome"] == "accepted"


async def test_data_may_come_in_base64(desk: DeskUnderTest):
    sent = layoff(nik())
    sent["data_base64"] = base64.b64encode(json.dumps(sent.pop("data")).encode()).decode()
    (receipt,) = await send(desk, {"content-type": "application/cloudevents+json"}, json.dumps(sent))
    assert receipt["outcome"] == "accepted"


async def test_attributes_that_are_null_are_not_given(desk: DeskUnderTest):
    sent = {**layoff(nik()), "time": None, "datacontenttype": None, "subject": None, "data_base64": None}
    (receipt,) = await send(desk, {"content-type": "application/cloudevents+json"}, json.dumps(sent))
    assert receipt["outcome"] == "accepted"


async def test_an_empty_batch_is_taken_in_and_says_nothing(desk: DeskUnderTest):
    assert await send(desk, {"content-type": BATCH}, "[]") == []
