"""A real Prometheus, configured as it is deployed, sees a running stack: every panel has data, and a frozen service is
reported within a minute."""

import asyncio
import shutil
import signal
import subprocess
import time
from uuid import uuid4

import httpx
import pytest
import yaml
from aiokafka import AIOKafkaProducer
from aiosmtpd.controller import Controller

from deploy.embedded.ports import free_port
from deploy.grafana.boards import BOARDS
from tests.played import figures_of, pulih, stack_in
from tests.unit.operators.prometheus import RULES, command_of, folder_of

QUERIES = [query for board in BOARDS for row in board.rows.values() for picture in row for query in picture.queries]
WITHIN_A_MINUTE = 60


class Anybody:
    """A mail server that takes every letter."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        return "250 OK"


@pytest.fixture
def mail():
    server = Controller(Anybody(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield server
    server.stop()


class Prometheus:
    """The program as it is deployed; only where the services are is told to it instead of looked up by name."""

    def __init__(self, folder, urls):
        config = yaml.safe_load((RULES / "prometheus.yml").read_text())
        (job,) = (job for job in config["scrape_configs"] if job["job_name"] == "pulih")
        del job["dns_sd_configs"], job["relabel_configs"]
        job["static_configs"] = [
            {"targets": [url.removeprefix("http://")], "labels": {"service": service}} for service, url in urls.items()
        ]
        config["scrape_configs"] = [job]
        folder.mkdir()
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        shutil.copy(RULES / "alerts.yml", folder)
        self.name = f"pulih-test-{uuid4().hex[:8]}"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/api/v1"
        command = command_of("prometheus", folder, name=self.name)
        here = folder_of(command, folder)
        data = f"/tmp/{self.name}" if command[0] == "docker" else f"{folder}/data"  # noqa: S108  within its container
        self.in_container = command[0] == "docker"
        words = [f"--config.file={here}/prometheus.yml", f"--storage.tsdb.path={data}"]
        self.process = subprocess.Popen(
            [*command, *words, f"--web.listen-address=127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    async def ask(self, path, **params):
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            answer = await http.get(f"{self.url}/{path}", params=params)
            answer.raise_for_status()
            return answer.json()["data"]

    async def without_data(self, queries):
        """Which of these have no answer yet?"""
        empty = []
        for query in queries:
            found = await self.ask("query", query=query.expr.replace("$__rate_interval", "1m"))
            if not found["result"]:
                empty.append(query)
        return empty

    async def firing(self):
        alerts = (await self.ask("alerts"))["alerts"]
        return {
            (alert["labels"]["alertname"], alert["labels"].get("service"))
            for alert in alerts
            if alert["state"] == "firing"
        }

    def stop(self):
        if self.in_container:
            subprocess.run(["docker", "rm", "--force", self.name], capture_output=True, check=False)
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def prometheus(tmp_path):
    command_of("prometheus", tmp_path)  # where there is none the test is skipped here, before a stack is started
    made = []

    def make(urls):
        made.append(Prometheus(tmp_path / "etc", urls))
        return made[-1]

    yield make
    for each in made:
        each.stop()


async def post_what_is_refused(stack):
    desk = stack.urls["registration"]
    operator = {"Authorization": f"Bearer {stack.operator_key}"}
    async with httpx.AsyncClient(trust_env=False) as http:
        form = {"slug": "typist", "name": "Typist", "role": "office"}
        key = (await http.post(f"{desk}/agencies", json=form, headers=operator)).json()["key"]
        event = {"specversion": "1.0", "id": "1", "source": "/x", "type": "pulih.layoff.reported.v1", "data": {}}
        headers = {"Authorization": f"Bearer {key}"}
        answer = await http.post(f"{desk}/events", json=event, headers=headers | {"content-type": "application/json"})
        assert answer.status_code >= 400
        structured = headers | {"content-type": "application/cloudevents+json"}
        answer = await http.post(f"{desk}/events", json=event, headers=structured)
        assert answer.json()["receipts"][0]["outcome"] == "refused"


async def say_what_nobody_can_read(stack):
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka)
    await producer.start()
    await producer.send_and_wait("registration", b"{", key=b"somebody")
    await producer.stop()


async def until(is_so, seconds):
    """Wait until something is so; answers how many seconds that took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while True:
            try:
                if await is_so():
                    return time.monotonic() - began
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.5)


@pytest.mark.containers
async def test_every_panel_has_data_and_a_frozen_service_is_reported_within_a_minute(folder, prometheus, mail):
    post = {"PULIH_SMTP_HOST": "127.0.0.1", "PULIH_SMTP_PORT": str(mail.port), "PULIH_SMTP_TLS": "none"}
    by_mail = {"PULIH_CHANNEL": "smtp", "PULIH_SMTP_FROM": "pulih@example.invalid", "PULIH_ADDRESS_PATIENCE": "1"}
    async with stack_in(folder, **post, **by_mail) as stack:
        observer = prometheus(stack.urls)
        await figures_of("serang-2020", stack)
        await post_what_is_refused(stack)
        await say_what_nobody_can_read(stack)

        left = QUERIES

        async def all_have_data():
            nonlocal left
            left = await observer.without_data(left)
            return not left

        try:
            await until(all_have_data, 90)
        except TimeoutError:
            pytest.fail(f"no data: {[query.expr for query in left]}")
        assert {name for name, _ in await observer.firing()} <= {"DeadLettersWaiting"}

        frozen = stack.processes["notification"]
        frozen.send_signal(signal.SIGSTOP)

        async def reported():
            return ("ServiceDown", "notification") in await observer.firing()

        took = await until(reported, WITHIN_A_MINUTE)
        assert took < WITHIN_A_MINUTE
        told = await pulih("status", folder=folder, code=1)
        assert "Notification does not answer" in told
        assert {service for name, service in await observer.firing() if name == "ServiceDown"} == {"notification"}

        frozen.send_signal(signal.SIGCONT)

        async def over():
            return ("ServiceDown", "notification") not in await observer.firing()

        await until(over, WITHIN_A_MINUTE)
