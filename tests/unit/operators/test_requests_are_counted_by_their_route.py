"""Requests are counted by route template, method and status: never by what was typed."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from shared.http.request_metrics import RequestMetrics


@pytest.fixture
async def doors():
    app = FastAPI()

    @app.get("/workers-of-this-test/{id}")
    async def show(id: str) -> dict[str, str]:
        if id == "nobody":
            raise RuntimeError
        return {"id": id}

    app.add_middleware(RequestMetrics)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


def counted(route="/workers-of-this-test/{id}", **labels):
    return REGISTRY.get_sample_value("pulih_http_requests_total", {"route": route, **labels}) or 0


async def test_two_workers_are_one_route(doors):
    for _ in range(2):
        await doors.get(f"/workers-of-this-test/{uuid4()}")
    assert counted(method="GET", status="200") == 2
    seconds = {"route": "/workers-of-this-test/{id}", "method": "GET"}
    assert REGISTRY.get_sample_value("pulih_http_request_seconds_count", seconds) == 2


async def test_a_fault_is_counted_as_500(doors):
    await doors.get("/workers-of-this-test/nobody")
    assert counted(method="GET", status="500") == 1


async def test_a_path_that_is_nobody_s_is_elsewhere(doors):
    before = counted("elsewhere", method="GET", status="404")
    await doors.get("/3306000101900001/secret")
    assert counted("elsewhere", method="GET", status="404") == before + 1


async def test_a_method_that_nobody_knows_is_other(doors):
    await doors.request("BREW-3306000101900001", "/workers-of-this-test/x")
    assert counted(method="other", status="405") == 1
    series = [sample.labels for family in REGISTRY.collect() for sample in family.samples]
    assert not [labels for labels in series if "3306000101900001" in str(labels)]
