"""The peer: what a good developer would take instead: FastStream, SQLModel and `faststream-outbox`, batching where it can.

As its documentation advises: rows and outbox in one transaction (`publish_batch(session=…)`), and a relay to Kafka by a
publisher stacked on an outbox subscriber, with `fetch_batch_size` and `terminal_flush_batch_size` for throughput and its
autovacuum settings. One relay worker, the default, keeps the order of a worker's events; `peer_queues` and
`peer_unordered` have more.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage, KafkaResponse
from faststream_outbox import OutboxBroker, make_outbox_table, outbox_autovacuum_ddl
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.hop.arguments import Arguments, begin
from benchmarks.hop.models import Application, Course, WorkerRegistered, envelope, fits, judge

BATCH, FETCHED, FLUSHED = 5_000, 1_000, 500


async def main(arguments: Arguments, *, queues: int = 1, workers: int = 1) -> None:
    """Answer and relay until ended: through so many queues of the outbox, with so many relay workers for each."""
    engine = create_async_engine(arguments.sqlalchemy_url, pool_size=queues * (workers + 1) + 4, pool_pre_ping=False)
    metadata = MetaData()
    table = make_outbox_table(metadata, table_name="outbox")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(text(outbox_autovacuum_ddl("outbox")))
    outbox = OutboxBroker(engine, outbox_table=table, logger=None)
    kafka = KafkaBroker(arguments.kafka, logger=None, acks="all", enable_idempotence=True)

    for queue in range(queues):

        @kafka.publisher(arguments.topic("training"))
        @outbox.subscriber(
            f"training-{queue}",
            max_workers=workers,
            fetch_batch_size=FETCHED,
            min_fetch_interval=0.01,
            max_fetch_interval=0.5,
            terminal_flush_batch_size=FLUSHED,
        )
        async def relay(body: dict[str, Any]) -> KafkaResponse:
            return KafkaResponse(body["data"], key=body["key"].encode(), headers=body["headers"])

    @kafka.subscriber(
        arguments.topic("registration"),
        batch=True,
        group_id=arguments.topic("peer"),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="earliest",
        max_records=BATCH,
        batch_timeout_ms=30,
    )
    async def seat(events: list[WorkerRegistered], message: KafkaMessage) -> None:
        when = datetime.now(UTC).isoformat()
        async with AsyncSession(engine) as session, session.begin():
            ids = [event.worker for event in events]
            known = set(await session.exec(select(Application.worker).where(col(Application.worker).in_(ids))))
            wishes = {wish for event in events for wish in event.wishes}
            found = await session.exec(
                select(Course)
                .where(col(Course.vocation).in_(wishes), Course.state == "open", col(Course.taken) < col(Course.seats))
                .order_by(col(Course.starts_on))
                .with_for_update()
            )
            courses: dict[Any, list[Course]] = {}
            for course in found:
                courses.setdefault((course.vocation, course.region), []).append(course)
            applications, others = [], []
            said: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for event, headers in zip(events, message.batch_headers, strict=True):
                if event.worker in known:
                    continue
                near = [course for wish in event.wishes for course in courses.get((wish, event.region), ())]
                chosen = next((course for course in near if fits(course, event)), None)
                (application, *rows), answer = judge(event, int(headers["ce_sequence"]), chosen)
                applications.append(application)
                others += rows
                said[answer.worker.int % queues].append(
                    {
                        "key": str(answer.worker),
                        "headers": envelope(answer, when),
                        "data": answer.model_dump(mode="json"),
                    }
                )
            session.add_all(applications)
            await session.flush()  # their rows come before those that name them
            session.add_all(others)
            await session.flush()
            for queue, bodies in said.items():
                await outbox.publish_batch(*bodies, queue=f"training-{queue}", session=session)

    app = FastStream(outbox, on_startup=[kafka.start], on_shutdown=[kafka.stop])
    await app.run()


if __name__ == "__main__":
    begin(main)
