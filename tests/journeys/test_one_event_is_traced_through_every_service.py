"""A layoff posted with a W3C traceparent leaves spans of one trace in each service that handles it."""

import asyncio
import gzip
from collections import defaultdict
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from shared import clock
from tests.played import stack_in

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NIK = "3306004101900001"
TODAY = clock.today()


class Collector(ThreadingHTTPServer):
    """Takes OTLP over HTTP, and remembers which services sent spans of which trace."""

    def __init__(self) -> None:
        self.names: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Taker)

    def take(self, body: bytes) -> None:
        self.bodies.append(body)
        said = ExportTraceServiceRequest.FromString(body)
        for resource in said.resource_spans:
            (service,) = [a.value.string_value for a in resource.resource.attributes if a.key == "service.name"]
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.names[span.trace_id.hex()].add((service, span.name))


class Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector():
    made = Collector()
    Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()


async def post(http: httpx.AsyncClient, name: str, key: str, data: dict, traceparent: str) -> None:
    answer = await http.post(
        "/events",
        json=data,
        headers={
            "Authorization": f"Bearer {key}",
            "traceparent": traceparent,
            "ce-specversion": "1.0",
            "ce-id": name,
            "ce-source": "/cards",
            "ce-type": f"pulih.{name}.v1",
        },
    )
    assert answer.status_code == 202, answer.text


async def key_of(http: httpx.AsyncClient, operator_key: str, slug: str, role: str) -> str:
    form = {"slug": slug, "name": slug, "role": role}
    answer = await http.post("/agencies", json=form, headers={"Authorization": f"Bearer {operator_key}"})
    return answer.json()["key"]


async def courses_known(stack) -> int:
    """Count the courses that training has heard of."""
    headers = {"Authorization": f"Bearer {stack.operator_key}"}
    async with httpx.AsyncClient(base_url=stack.urls["training"], headers=headers) as http:
        return (await http.get("/audit?audited=false")).json()["figures"]["courses"]


async def test_a_layoff_is_followed_to_the_message_about_the_seat(folder, collector):
    endpoint = f"http://127.0.0.1:{collector.server_address[1]}"
    async with (
        stack_in(folder, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_BSP_SCHEDULE_DELAY="200") as stack,
        httpx.AsyncClient(base_url=stack.urls["registration"]) as http,
    ):
        office = await key_of(http, stack.operator_key, "disnaker", "office")
        centre = await key_of(http, stack.operator_key, "blk", "training-provider")
        course = {
            "on": TODAY.isoformat(),
            "code": "C-1",
            "title": "Sewing",
            "vocation": "sewing",
            "reach": "national",
            "funding": "APBN",
            "seats": 16,
            "starts_on": (TODAY + timedelta(days=7)).isoformat(),
            "ends_on": (TODAY + timedelta(days=37)).isoformat(),
        }
        await post(http, "course.offered", centre, course, f"00-{'1' * 32}-{'2' * 16}-01")
        async with asyncio.timeout(20):
            while not await courses_known(stack):
                await asyncio.sleep(0.1)
        person = {"nik": NIK, "name": "Contoh Pekerja"}
        layoff = {"on": TODAY.isoformat(), "kind": "laid-off", "person": person, "wants": ["training"]}
        await post(http, "layoff.reported", office, layoff, f"00-{TRACE}-00f067aa0ba902b7-01")
        due = {
            ("pulih-registration", "POST /events"),
            ("pulih-training", "hear WorkerRegistered"),
            ("pulih-notification", "hear WorkerRegistered"),
            ("pulih-notification", "hear WorkerEnrolled"),
            ("pulih-registration", "hear WorkerEnrolled"),
        }
        async with asyncio.timeout(20):
            while not due <= collector.names[TRACE]:
                await asyncio.sleep(0.1)
    everything = b"".join(collector.bodies)
    assert NIK.encode() not in everything
    assert b"Contoh" not in everything
