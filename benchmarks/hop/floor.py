"""The floor: consume, COPY the same rows, publish the same events; no rule, no check, nothing remembered.

Nothing that is done here can be left out by anybody who has to end with the same rows, so no hop can be faster by much.
What it leaves out is the point: a repeat would be taken in twice, and a crash between the commit and the publishing, or
the offsets, loses or doubles a batch.
"""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

import asyncpg
import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.structs import TopicPartition
from uuid_utils.compat import uuid7

from benchmarks.hop.arguments import Arguments, begin
from benchmarks.hop.workload import PROVIDER, UNTAUGHT
from shared.events import WorkerEnrolled, WorkerRegistered, WorkerWaitlisted, type_of
from shared.regions import province_of

BATCH = 5_000
Course = dict[str, object]
_decode = msgspec.json.Decoder(WorkerRegistered).decode
_encode = msgspec.json.Encoder().encode
APPLICATION = ("worker", "spell", "applied_on", "position", "region", "reach", "wishes", "concerns", "state")
WISH = ("worker", "vocation", "spell", "applied_on", "position", "region", "province", "certified")
ENROLMENT = ("id", "worker", "spell", "course", "vocation", "seat", "basis", "from_waiting_list", "passed_on", "state")


class Floor:
    """One consumer, one connection, one producer."""

    def __init__(self, arguments: Arguments, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> None:
        self.topic = arguments.topic("training")
        self.connection = connection
        self.producer = producer
        self.courses: dict[tuple[str, str], asyncpg.Record] = {}
        self.seats: dict[tuple[str, str], int] = defaultdict(int)

    async def remember_courses(self) -> None:
        """Read once which course each wish and home lead to."""
        found = await self.connection.fetch("SELECT * FROM course")
        self.courses = {(row["vocation"], row["region"]): row for row in found}

    async def take(self, batches: dict[TopicPartition, list[ConsumerRecord]]) -> None:
        """Pass one batch on."""
        applications, wishes, enrolments = [], [], []
        taken: dict[object, int] = defaultdict(int)
        by_partition: dict[int, list[tuple[bytes, bytes, list[tuple[str, bytes]]]]] = defaultdict(list)
        time = datetime.now(UTC).isoformat().encode()
        for place, records in batches.items():
            for record in records:
                event = _decode(record.value)
                position = int(dict(record.headers)["ce_sequence"])
                wish, region = event.wishes[0], event.region or ""
                waits = wish == UNTAUGHT
                state = "waiting" if waits else "in-training"
                common = (event.worker, 1, event.applied_on, position, region)
                applications.append((*common, event.reach, event.wishes, event.concerns, state))
                if waits:
                    wishes.append((event.worker, wish, 1, event.applied_on, position, region, province_of(region), ()))
                    said: WorkerWaitlisted | WorkerEnrolled = WorkerWaitlisted(
                        worker=event.worker,
                        spell=1,
                        concerns=event.concerns,
                        applied_on=event.applied_on,
                        wishes=event.wishes,
                    )
                else:
                    course = self.courses[wish, region]
                    self.seats[wish, region] = seat = self.seats[wish, region] + 1
                    taken[course["id"]] += 1
                    said = _enrolled(event, course, seat)
                    enrolments.append(
                        (uuid7(), event.worker, 1, course["id"], wish, seat, said.order, False, False, "in-training")
                    )
                headers = [
                    ("ce_specversion", b"1.0"),
                    ("ce_id", str(uuid7()).encode()),
                    ("ce_source", b"/training"),
                    ("ce_type", type_of(type(said)).encode()),
                    ("ce_time", time),
                    ("content-type", b"application/json"),
                ]
                by_partition[place.partition].append(
                    (record.key, _encode(said), headers)
                )  # the same key, the same partition
        async with self.connection.transaction():
            copy = self.connection.copy_records_to_table
            await copy("application", records=applications, columns=APPLICATION)
            await copy("enrolment", records=enrolments, columns=ENROLMENT)
            await copy("wish", records=wishes, columns=WISH)
            await self.connection.execute(
                "UPDATE course SET taken = taken + n, handed_out = handed_out + n "
                "FROM unnest($1::uuid[], $2::int[]) AS r(course, n) WHERE id = course",
                list(taken),
                list(taken.values()),
            )
        await asyncio.gather(*(self._publish(partition, records) for partition, records in by_partition.items()))

    async def _publish(self, partition: int, records: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> None:
        batch = self.producer.create_batch()
        for key, value, headers in records:
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                await (await self.producer.send_batch(batch, self.topic, partition=partition))
                batch = self.producer.create_batch()
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        await (await self.producer.send_batch(batch, self.topic, partition=partition))


def _enrolled(event: WorkerRegistered, course: asyncpg.Record, seat: int) -> WorkerEnrolled:
    return WorkerEnrolled(
        worker=event.worker,
        spell=1,
        concerns=event.concerns,
        course=course["id"],
        code=course["code"],
        provider=PROVIDER,
        title=course["title"],
        vocation=course["vocation"],
        reach=course["reach"],
        region=course["region"],
        mode=course["mode"],
        starts_on=course["starts_on"],
        ends_on=course["ends_on"],
        seat=seat,
        seats=course["seats"],
        applied_on=event.applied_on,
        order=f"{seat} of {course['seats']}; applied {event.applied_on}",
    )


async def main(arguments: Arguments) -> None:
    """Pass everything on, until ended."""
    connection = await asyncpg.connect(arguments.database)
    producer = AIOKafkaProducer(
        bootstrap_servers=arguments.kafka, acks="all", enable_idempotence=True, linger_ms=5, max_batch_size=512 * 1024
    )
    consumer = AIOKafkaConsumer(
        arguments.topic("registration"),
        bootstrap_servers=arguments.kafka,
        group_id=arguments.topic("floor"),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=BATCH,
        fetch_max_wait_ms=50,
    )
    await producer.start()
    await consumer.start()
    floor = Floor(arguments, connection, producer)
    await floor.remember_courses()
    while True:
        batches = await consumer.getmany(timeout_ms=50, max_records=BATCH)
        if batches:
            await floor.take(batches)
            await consumer.commit()


if __name__ == "__main__":
    begin(main)
