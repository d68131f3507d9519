"""A service as a running program: database, inbox, outbox and HTTP routes, opened and closed together."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, TypeVarTuple

import uvicorn
from fastapi import APIRouter, FastAPI

from shared.audit import Audit
from shared.database.migrating import migrate
from shared.database.unit_of_work import Database
from shared.erasures import Erase, Erasures, remember
from shared.faults import Misconfigured, will_pass
from shared.figures import Figures
from shared.http.access import OperatorNotes
from shared.http.auth import Authenticator
from shared.http.figures import figures_routes
from shared.http.operations import operations
from shared.http.problems import speak_problem_json
from shared.http.request_metrics import RequestMetrics
from shared.http.tasks import tasks_route
from shared.inbox import bookmarks
from shared.inbox.consumer import Consumer
from shared.inbox.handlers import Handlers
from shared.inbox.inbox import Inbox
from shared.kafka.errors import KafkaError
from shared.key_file import KeyFile
from shared.outbox.history import Heard, History, ListenerAway
from shared.outbox.pace import Pace
from shared.outbox.recovery import Recovered, recover
from shared.outbox.relay import Relay
from shared.practice import Calendar
from shared.refusals import Refusal
from shared.settings import Settings
from shared.tasks import Tasks
from shared.telemetry import tracing
from shared.telemetry.logs import write_json_lines
from shared.telemetry.observing import Observer
from shared.topology import HEARS

if TYPE_CHECKING:
    from shared.outbox.listeners import Listeners

log = logging.getLogger(__name__)

Duty = Callable[[], Awaitable[None]]
Given = TypeVarTuple("Given")


class Service:
    """What every service is made of. It consumes the topics that `shared/topology.py` names for it."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        handlers: Handlers,
        audit: Audit,
        hears: Sequence[str] | None = None,
        erase: Erase = remember,
        tasks: Tasks | None = None,
        figures: Figures | None = None,
    ) -> None:
        """`hears` names other topics than the topology does, for services that are no part of Pulih.

        `erase` erases what it knows of some workers, where it knows more than their ids. `tasks` is what agencies owe it,
        and `figures` what it counts for offices.
        """
        self.name = name
        self.settings = settings
        self.handlers = handlers
        self.hears = HEARS[name] if hears is None else tuple(hears)
        self.audit = audit
        self.database = Database(settings.sqlalchemy_url, service=name)
        self.authenticator = Authenticator(self.database, KeyFile(settings.operators))
        self.operator_notes = OperatorNotes(self.database)
        self._listeners: Listeners | None = None
        self.history = History(settings, name, self._ask_listeners if settings.can_ask_listeners else None)
        self.inbox = Inbox(self.database, handlers, prefix=settings.topic_prefix, history=self.history)
        self.consumer = Consumer(self.inbox, settings, service=name, hears=self.hears)
        wake = asyncio.Event()
        self.database.on_announced = wake.set
        self.relay = Relay(settings, service=name, wake=wake, pace=self._pace(), history=self.history)
        self.observer = Observer(
            self.database,
            self.consumer,
            self.relay,
            gauges=[*audit.gauges, *([tasks.gauge] if tasks else ())],
            why_not_ready=self.why_not_ready,
        )
        self.erasures = Erasures(self.database, settings.erased_file, erase)
        self.calendar = Calendar(self.database, practice=settings.practice)
        self.duties: list[Duty] = [self.consumer.run, self.relay.run, self.observer.run, self.erasures.run]
        """What it does beside answering requests: each runs until the service closes."""
        if settings.practice:
            self.duties.append(self.calendar.follow)
        self._on_another_day: list[Callable[[], Awaitable[object]]] = []
        """What is done at once when the clock of a practice stack was moved."""
        self.before_opening: list[Duty] = [self.calendar.open, self.erasures.apply]
        """What is done once, when the database is up to date and before it is open; `Misconfigured` says why it stays closed."""
        self._tasks = tasks
        self._figures = figures
        if tasks:
            self.when_due(tasks.look, self.database)
        self.is_open = False
        self.trouble = "it is opening"

    def app(self, *routers: APIRouter) -> FastAPI:
        """Make the HTTP application: these routes beside the operators'."""
        app = FastAPI(title=f"Pulih {self.name}", lifespan=self._lifespan, docs_url="/docs", redoc_url=None)
        app.state.service = self
        speak_problem_json(app)
        app.add_middleware(RequestMetrics)
        owed = [tasks_route(self._tasks)] if self._tasks else []
        counted = [figures_routes(self._figures)] if self._figures else []
        # routers are tried in order, and agencies post far more often than operators ask
        for router in (*routers, *owed, *counted, operations):
            app.include_router(router)
        return app

    async def why_not_ready(self) -> str | None:
        """Say why this service cannot do its work at this moment, or None when it can."""
        if not self.is_open:
            return self.trouble
        try:
            async with asyncio.timeout(2), self.database.work() as work:
                await work.rows("SELECT 1")
        except Exception as fault:
            if not will_pass(fault):
                log.exception("the database failed")
            return f"the database is out of reach: {type(fault).__name__}"
        if self.history.lost:
            return self.history.lost
        if self.relay.trouble:
            return f"nothing is published: {self.relay.trouble}"
        return self.consumer.why_not_ready()

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Serve HTTP at once, and open meanwhile: a service whose database is away can say so."""
        running = asyncio.create_task(self._run())
        try:
            yield
        finally:
            await self.consumer.stop()  # the current batch is finished first
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            if self._listeners:
                await self._listeners.close()
            await self.database.close()

    def when_due(self, job: Callable[[*Given], Awaitable[object]], *given: *Given, every: float = 60.0) -> None:
        """Do what days bring: `every` so many seconds, and at once when the clock of a practice stack was moved."""

        @wraps(job)
        async def keep_doing() -> None:
            while True:
                await job(*given)
                await asyncio.sleep(every)

        self.duties.append(keep_doing)
        self._on_another_day.append(lambda: job(*given))

    async def let_it_be(self, day: date) -> None:
        """Move the clock of a practice stack, and do what is due by then. Raises `Refusal` where it is not for practice."""
        await self.calendar.move(day)
        for job in self._on_another_day:
            await job()

    async def make_whole(self) -> Recovered:
        """Give the journal back what others have of it and it lacks. Raises `Refusal`: 409 where nothing lacks, 503 for now."""
        try:
            return await recover(self.database, self.settings, self.name, self.history.ask)
        except (KafkaError, TimeoutError, ListenerAway) as away:
            raise Refusal(
                f"Nothing was changed: not everybody could be asked ({str(away) or type(away).__name__}).",
                kind="not-ready",
                status=503,
                headers={"Retry-After": "5"},
            ) from None

    async def _run(self) -> None:
        await self._open()
        async with asyncio.TaskGroup() as group:
            for duty in self.duties:
                group.create_task(self._keep_running(duty))

    async def _open(self) -> None:
        while not self.is_open:
            try:
                await migrate(self.settings.database_url.get_secret_value(), self.name)
                async with self.database.work() as work:
                    await bookmarks.open_for(work, self.hears, self.settings.partitions)
                for duty in self.before_opening:
                    await duty()
                self.is_open = True
            except Misconfigured as lacks:
                self.trouble = str(lacks)
                log.error(self.trouble)  # noqa: TRY400  it is a sentence for an operator
                await asyncio.sleep(1)
            except Exception as fault:
                self.trouble = f"the database cannot be opened: {type(fault).__name__}"
                log.log(logging.WARNING if will_pass(fault) else logging.ERROR, self.trouble, exc_info=fault)
                await asyncio.sleep(1)

    async def _keep_running(self, duty: Duty) -> None:
        while True:
            try:
                await duty()
            except Exception as fault:
                level = logging.WARNING if will_pass(fault) else logging.ERROR
                log.log(level, "a duty failed and starts again", exc_info=fault, extra={"duty": duty.__qualname__})
            await asyncio.sleep(1)

    def _pace(self) -> Pace | None:
        if not self.settings.broker_forgets or not self.settings.can_ask_listeners:
            return None
        return Pace(self._open_listeners(), self.settings.partitions)

    async def _ask_listeners(self) -> Sequence[Heard]:
        return await self._open_listeners().last_heard()

    def _open_listeners(self) -> "Listeners":
        from shared.outbox.listeners import Listeners  # noqa: PLC0415  an HTTP client, 4 MB: few services ever ask

        if self._listeners is None:
            key = self.settings.service_key
            self._listeners = Listeners(self.name, self.settings.listeners, key.get_secret_value() if key else "")
        return self._listeners


def serve(service: Service, app: FastAPI) -> None:
    """Run a service until SIGTERM or SIGINT. The port is `PULIH_PORT`."""
    write_json_lines(service.name)
    tracing.start(service.name)
    gc.freeze()
    # two batches are nearly this many live objects; Python's default threshold costs a hop 36 %
    gc.set_threshold(150_000, 50, 50)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=service.settings.host,
            port=service.settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=10,
        )
    )
    # uvicorn raises the signal again when it has closed everything; without these a clean stop would end in -15
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    asyncio.run(_serve(server, parent=service.settings.exit_with_parent))


async def _serve(server: uvicorn.Server, *, parent: int) -> None:
    watch = asyncio.create_task(_watch(parent, server)) if parent else None
    await server.serve()
    if watch:
        watch.cancel()


async def _watch(parent: int, server: uvicorn.Server) -> None:
    while os.getppid() == parent:
        await asyncio.sleep(0.3)
    server.should_exit = True
