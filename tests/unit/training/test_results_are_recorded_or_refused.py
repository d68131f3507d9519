"""TrainingResultRecorded: a certificate, an end without one, or a reason why the result cannot be."""

from datetime import date

import pytest

from shared.events import TrainingNotCompleted, TrainingResultRefused, WorkerGraduated
from tests.unit.training.office import (
    BLK,
    DESK,
    PURWOREJO,
    cancelled,
    course_id,
    kinds,
    offered,
    placed,
    registered,
    result,
    withdrawn,
    worker,
)


def refused(n: int, code: str, reason: str, agency: str = BLK) -> TrainingResultRefused:
    return TrainingResultRefused(
        worker=worker(n), course=course_id(code, agency), code=code, agency=agency, reason=reason
    )


async def test_a_graduate_gets_a_certificate(office):
    await office.hear(offered("PBK 12/2021", title="Jahit"), registered(1, reach="national"))
    (said,) = await office.hear(result(1, "PBK 12/2021"))

    assert said == WorkerGraduated(
        worker=worker(1),
        spell=1,
        concerns=[DESK],
        course=course_id("PBK 12/2021"),
        code="PBK 12/2021",
        provider=BLK,
        title="Jahit",
        vocation="sewing",
        certificate="blk-purworejo/PBK 12/2021/1",
        on=date(2021, 4, 30),
        region=PURWOREJO,
        reach="national",
    )
    assert await office.states() == {1: "graduated"}
    assert (await office.figures())["certificates"] == 1


@pytest.mark.parametrize("how", ["failed", "left"])
async def test_who_fails_or_leaves_uses_the_seat_up(office, how):
    await office.hear(offered("S1", seats=1, title="Jahit"), registered(1), registered(2))
    assert await office.hear(result(1, "S1", how)) == [
        TrainingNotCompleted(
            worker=worker(1),
            spell=1,
            concerns=[DESK],
            course=course_id("S1"),
            code="S1",
            provider=BLK,
            title="Jahit",
            result=how,
            on=date(2021, 4, 30),
            region=PURWOREJO,
            wishes=["sewing"],
        )
    ]
    assert await office.states() == {1: "not-completed", 2: "waiting"}
    assert (await office.figures())[f"not-completed.{how}"] == 1


async def test_every_certificate_has_its_own_number(office):
    await office.hear(offered("S1", seats=3), *(registered(n) for n in (1, 2, 3)))
    await office.hear(withdrawn(2))
    await office.hear(registered(4))
    said = await office.hear(*(result(n, "S1") for n in (1, 3, 4)))
    assert [event.certificate for event in said] == [f"{BLK}/S1/{seat}" for seat in (1, 3, 2)]


async def test_refuses_who_never_had_the_seat(office):
    await office.hear(offered("S1", seats=1), registered(1), registered(2))
    assert await office.hear(result(2, "S1")) == [refused(2, "S1", "never-enrolled")]
    assert await office.states() == {1: "in-training", 2: "waiting"}


async def test_refuses_a_course_that_is_not_known(office):
    assert await office.hear(result(1, "S9")) == [refused(1, "S9", "never-enrolled")]


async def test_anothers_course_of_the_same_code_is_another_course(office):
    await office.hear(offered("S1"), registered(1))
    assert await office.hear(result(1, "S1", agency="lpk-kebumen")) == [
        refused(1, "S1", "never-enrolled", agency="lpk-kebumen")
    ]


async def test_refuses_who_gave_the_seat_back(office):
    await office.hear(offered("S1"), registered(1), registered(2), withdrawn(1))
    await office.hear(placed(2))
    await office.hear(cancelled("S1"))
    assert await office.hear(result(1, "S1"), result(2, "S1")) == [
        refused(1, "S1", "enrolment-cancelled"),
        refused(2, "S1", "enrolment-cancelled"),
    ]


async def test_refuses_a_second_result_even_in_the_same_batch(office):
    await office.hear(offered("S1"), registered(1))
    said = await office.hear(result(1, "S1"), result(1, "S1", "failed"))
    assert kinds(said) == ["WorkerGraduated", "TrainingResultRefused"]
    assert await office.hear(result(1, "S1", "left")) == [refused(1, "S1", "already-recorded")]
    assert await office.states() == {1: "graduated"}


async def test_who_failed_once_may_sit_there_again_in_a_new_spell(office):
    await office.hear(offered("S1"), registered(1))
    await office.hear(result(1, "S1", "failed"))
    await office.hear(registered(1, spell=2))
    (said,) = await office.hear(result(1, "S1"))
    assert (said.spell, said.certificate) == (2, f"{BLK}/S1/2")
    assert (await office.states(), await office.states(spell=2)) == ({1: "not-completed"}, {1: "graduated"})


async def test_ignores_a_repeat(office):
    await office.hear(offered("S1"), registered(1))
    await office.hear(result(1, "S1"))
    assert await office.deliver(*office.heard) == []


async def test_failure_leaves_nothing_behind(office):
    await office.hear(offered("S1"), registered(1), registered(2))
    await office.tamper("ALTER TABLE enrolment ADD CHECK (seat <> 2 OR certificate IS NULL)")
    assert kinds(await office.hear(result(1, "S1"), result(2, "S1"))) == ["WorkerGraduated"]
    assert await office.states() == {1: "graduated", 2: "in-training"}
    assert len(await office.buried()) == 1
