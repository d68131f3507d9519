"""The naive way: FastStream and SQLModel as their first pages show them, one message and one commit at a time."""

from datetime import UTC, datetime

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.hop.arguments import Arguments, begin
from benchmarks.hop.models import Application, Course, WorkerRegistered, envelope, judge


async def main(arguments: Arguments) -> None:
    """Answer until ended."""
    engine = create_async_engine(arguments.sqlalchemy_url)
    broker = KafkaBroker(arguments.kafka, logger=None)
    answers = broker.publisher(arguments.topic("training"))

    @broker.subscriber(
        arguments.topic("registration"),
        group_id=arguments.topic("naive"),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="earliest",
    )
    async def seat(event: WorkerRegistered, message: KafkaMessage) -> None:
        async with AsyncSession(engine) as session:
            if await session.get(Application, (event.worker, event.spell)):
                return
            courses = await session.exec(
                select(Course)
                .where(col(Course.vocation).in_(event.wishes), Course.region == event.region)
                .where(Course.state == "open", col(Course.taken) < col(Course.seats))
                .order_by(col(Course.starts_on))
                .limit(1)
                .with_for_update()
            )
            course = courses.first()
            (application, *rows), answer = judge(event, int(message.headers["ce_sequence"]), course)
            session.add(application)
            await session.flush()  # its row comes before those that name it
            session.add_all(rows)
            await session.commit()
        headers = envelope(answer, datetime.now(UTC).isoformat())
        await answers.publish(answer, key=str(answer.worker).encode(), headers=headers)

    await FastStream(broker).run()


if __name__ == "__main__":
    begin(main)
