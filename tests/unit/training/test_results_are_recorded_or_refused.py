"""TrainingResultRecorded: a certificate, an end without one, or a reason why the result cannot be."""

from datetime import date

import pytest

from contract.examples import OFFICE, PROVIDER, PURWOREJO, worker
from shared.events import TrainingNotCompleted, TrainingResultRefused, WorkerGraduated
from tests.service_under_test import kinds
from tests.unit.training.examples import (
    KEBUMEN,
    cancelled,
    course_id,
    offered,
    placed,
    registered,
    result,
    retracted,
    said,
    withdrawn,
)


def refused(n: int, code: str, reason: str, agency: str = PROVIDER) -> TrainingResultRefused:
    return TrainingResultRefused(
        worker=worker(n), course=course_id(code, agency), code=code, agency=agency, reason=reason
    )


async def test_a_graduate_gets_a_certificate(training):
    await training.hear(offered("PBK 12/2021", title="Jahit"), registered(1, reach="national"))
    (said,) = await training.hear(result(1, "PBK 12/2021"))

    assert said == WorkerGraduated(
        worker=worker(1),
        spell=1,
        concerns=[OFFICE],
        course=course_id("PBK 12/2021"),
        code="PBK 12/2021",
        provider=PROVIDER,
        title="Jahit",
        vocation="sewing",
        certificate="blk-purworejo/PBK 12/2021/1",
        on=date(2021, 4, 30),
        region=PURWOREJO,
        reach="national",
    )
    assert await training.states() == {1: "graduated"}
    assert (await training.figures())["certificates"] == 1


@pytest.mark.parametrize("how", ["failed", "left"])
async def test_who_fails_or_leaves_uses_the_seat_up(training, how):
    await training.hear(offered("S1", seats=1, title="Jahit"), registered(1), registered(2))
    assert await training.hear(result(1, "S1", how)) == [
        TrainingNotCompleted(
            worker=worker(1),
            spell=1,
            concerns=[OFFICE],
            course=course_id("S1"),
            code="S1",
            provider=PROVIDER,
            title="Jahit",
            result=how,
            on=date(2021, 4, 30),
            region=PURWOREJO,
            wishes=["sewing"],
        )
    ]
    assert await training.states() == {1: "not-completed", 2: "waiting"}
    assert (await training.figures())[f"not-completed.{how}"] == 1


async def test_every_certificate_has_its_own_number(training):
    await training.hear(offered("S1", seats=3), *(registered(n) for n in (1, 2, 3)))
    await training.hear(withdrawn(2))
    await training.hear(registered(4))
    said = await training.hear(*(result(n, "S1") for n in (1, 3, 4)))
    assert [event.certificate for event in said] == [f"{PROVIDER}/S1/{seat}" for seat in (1, 3, 2)]


async def test_refuses_who_never_had_the_seat(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    assert await training.hear(result(2, "S1")) == [refused(2, "S1", "never-enrolled")]
    assert await training.states() == {1: "in-training", 2: "waiting"}


async def test_refuses_a_course_that_is_not_known(training):
    assert await training.hear(result(1, "S9")) == [refused(1, "S9", "never-enrolled")]


async def test_anothers_course_of_the_same_code_is_another_course(training):
    await training.hear(offered("S1"), registered(1))
    assert await training.hear(result(1, "S1", agency="lpk-kebumen")) == [
        refused(1, "S1", "never-enrolled", agency="lpk-kebumen")
    ]


async def test_refuses_who_gave_the_seat_back(training):
    await training.hear(offered("S1"), registered(1), registered(2), withdrawn(1))
    await training.hear(placed(2))
    await training.hear(cancelled("S1"))
    assert await training.hear(result(1, "S1"), result(2, "S1")) == [
        refused(1, "S1", "enrolment-cancelled"),
        refused(2, "S1", "enrolment-cancelled"),
    ]


async def test_refuses_a_second_result_even_in_the_same_batch(training):
    await training.hear(offered("S1"), registered(1))
    said = await training.hear(result(1, "S1"), result(1, "S1", "failed"))
    assert kinds(said) == ["WorkerGraduated", "TrainingResultRefused"]
    assert await training.hear(result(1, "S1", "left")) == [refused(1, "S1", "already-recorded")]
    assert await training.states() == {1: "graduated"}


async def test_who_failed_once_may_sit_there_again_in_a_new_spell(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(result(1, "S1", "failed"))
    await training.hear(registered(1, spell=2))
    (said,) = await training.hear(result(1, "S1"))
    assert (said.spell, said.certificate) == (2, f"{PROVIDER}/S1/2")
    assert (await training.states(), await training.states(spell=2)) == ({1: "not-completed"}, {1: "graduated"})


async def test_ignores_a_repeat(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(result(1, "S1"))
    assert await training.deliver(*training.heard) == []


async def test_failure_leaves_nothing_behind(training):
    await training.hear(offered("S1"), registered(1), registered(2))
    await training.tamper("ALTER TABLE enrolment ADD CHECK (seat <> 2 OR certificate IS NULL)")
    assert kinds(await training.hear(result(1, "S1"), result(2, "S1"))) == ["WorkerGraduated"]
    assert await training.states() == {1: "graduated", 2: "in-training"}
    assert len(await training.buried()) == 1


@pytest.mark.parametrize(
    ("wishes", "state", "left"), [(["sewing", "barista"], "waiting", {"barista"}), (["sewing"], "refused", set())]
)
async def test_who_graduates_late_and_waits_since_waits_for_what_is_new_until_it_is_retracted(
    training, wishes, state, left
):
    async def listed() -> set[str]:
        return {row.vocation for row in await training.rows("SELECT vocation FROM wish")}

    await training.hear(offered("S1"), registered(1))
    await training.hear(placed(1), registered(1, spell=2, region=KEBUMEN, wishes=wishes))
    assert await listed() == set(wishes)
    await training.hear(said(result(1, "S1", on=date(2021, 3, 1)), 1))
    assert (await training.states(), await training.states(spell=2)) == ({1: "graduated"}, {1: state})
    assert await listed() == left
    await training.hear(retracted(1, "S1", 1))
    assert await training.states(spell=2) == {1: "waiting"}
    assert await listed() == set(wishes)
