"""Each fact that can be retracted, as ARCHITECTURE.md lists them: before anybody heard it, after everybody did, and in a race."""

import random
from typing import Any

import pytest

from shared.database.unit_of_work import Database
from tests.unit.registration.posting import event
from tests.unit.retractions.story import Step, Story
from tests.unit.retractions.where import where
from tests.world import World, new_world

ORDERS = ["before anybody heard it", "after everybody heard it", 1, 2, 3, 4]
"""When the retraction is said; a number is the seed of a race."""
COURSE, OTHER_COURSE = ("course", 0, "sewing", 1), ("course", 1, "welding", 1)
VACANCY, OTHER_VACANCY = ("vacancy", 0, "sewing", 1), ("vacancy", 1, "welding", 1)
LEARNS = ("report", 0, "office", ["training"], ["sewing"])
WORKS = ("report", 0, "office", ["work"], ["sewing"])
BOTH = ("report", 0, "office", ["training", "work"], ["sewing"])
REPORTED = ("report", 0, "employer", ["training"], ["sewing"])
ANOTHER_WORKS = ("report", 1, "office", ["work"], ["sewing"])

ROWS: dict[str, tuple[list[Step], Step]] = {
    "a first report": ([COURSE], LEARNS),
    "another agency's report": ([COURSE, VACANCY, LEARNS], ("report", 0, "union", ["work"], ["welding"])),
    "a withdrawal by the only claimant": (
        [COURSE, ("report", 0, "union", ["training"], [])],
        ("withdrawn", 0, "union"),
    ),
    "a withdrawal by one of two": (
        [COURSE, LEARNS, ("report", 0, "union", ["training"], [])],
        ("withdrawn", 0, "union"),
    ),
    "a withdrawal by the office": ([VACANCY, WORKS], ("withdrawn", 0, "office")),
    "a withdrawal of who was trained": (
        [COURSE, VACANCY, LEARNS, ("result", 0, 0, "graduated")],
        ("withdrawn", 0, "office"),
    ),
    "a denial": ([COURSE, ("report", 0, "union", ["training"], [])], ("contested", 0, "union")),
    "a result: graduated": ([COURSE, VACANCY, LEARNS], ("result", 0, 0, "graduated")),
    "a result: failed": ([COURSE, VACANCY, LEARNS], ("result", 0, 0, "failed")),
    "a result: graduated, of who wants work too": (
        [COURSE, ("vacancy", 0, "welding", 1), ("report", 0, "office", ["training", "work"], [])],
        ("result", 0, 0, "graduated"),
    ),
    "a no-show": ([COURSE, LEARNS], ("absent", 0, 0)),
    "a declined seat": ([COURSE, LEARNS], ("seat declined", 0)),
    "a result: left early": ([COURSE, LEARNS], ("result", 0, 0, "left")),
    "a hire": ([VACANCY, WORKS], ("hired", 0, 0)),
    "a hire in mid-course": ([COURSE, VACANCY, BOTH], ("hired", 0, 0)),
    "a late hire, after another vacancy": (
        [VACANCY, ("vacancy", 1, "sewing", 1), WORKS, ("declined", 0, 0)],
        ("hired", 0, 0),
    ),
    "a recall": ([COURSE, LEARNS], ("recalled", 0)),
    "a recall of who is referred": ([VACANCY, WORKS], ("recalled", 0)),
    "a business": ([COURSE, VACANCY, BOTH], ("business", 0)),
    "an employer's word": ([COURSE, REPORTED], ("recalled", 0, "employer")),
    "a confirmation": ([COURSE, REPORTED, ("recalled", 0, "employer")], ("confirmed", 0)),
    "a denial of a placement": ([COURSE, REPORTED, ("recalled", 0, "employer")], ("denies", 0)),
    "a job that is lost": ([VACANCY, WORKS, ("hired", 0, 0)], ("out of work", 0)),
    "a decline": ([VACANCY, WORKS], ("declined", 0, 0)),
    "a grant": ([LEARNS], ("grant", 0)),
    "a cancellation": ([COURSE, LEARNS], ("course is off", 0)),
    "a pause": ([COURSE, LEARNS], ("pause", 0)),
    "a resumption": ([COURSE, LEARNS, ("pause", 0)], ("resume", 0)),
    "an offer that amends": ([COURSE, LEARNS], ("course", 0, "sewing", 5)),
    "a closing": ([VACANCY, WORKS], ("closed", 0)),
    "a posting that amends": ([VACANCY, WORKS], ("vacancy", 0, "sewing", 5)),
}
"""What was said before, and the fact: everybody is where they were when it is retracted."""


async def hear_some(story: Story, order: str | int) -> None:
    if order == "after everybody heard it":
        await story.world.settle()
    elif isinstance(order, int):
        dice = random.Random(order)
        for _ in range(dice.randint(1, 6)):
            if queues := await story.world.waiting():
                await story.world.hear(dice.choice(queues))


async def things(world: World) -> Any:
    """What courses and vacancies are: who holds what, apart."""
    courses = await world.services["training"].rows("SELECT code, seats, taken, state FROM course ORDER BY code")
    vacancies = await world.services["placement"].rows(
        "SELECT code, openings, offered, hired, referred, state FROM vacancy ORDER BY code"
    )
    return courses, vacancies


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("row", ROWS)
async def test_retracted_it_leaves_everybody_where_they_were(story: Story, row: str, order: str | int) -> None:
    before, fact = ROWS[row]
    for step in before:
        await story.play(step)
        await story.world.settle()
    was, were = await where(story), await things(story.world)
    for again in range(2):  # retracted and said anew, it is retracted again
        await story.play(fact)
        await hear_some(story, order)
        await story.retract(story.facts[-1])
        assert [each.spell for each in await where(story)] == [each.spell for each in was], again
        assert await where(story) == was
        assert await things(story.world) == were


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_an_offer_retracted_is_as_cancelled_and_said_anew_it_is_open(story: Story, order: str | int) -> None:
    for step in (COURSE, LEARNS):
        await story.play(step)
        await hear_some(story, order)
    await story.retract(story.facts[0])
    assert (await where(story))[0].training == "waiting"
    await story.play(COURSE)
    assert (await where(story))[0].training == "in-training"


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_a_posting_retracted_is_as_closed_and_said_anew_it_is_open(story: Story, order: str | int) -> None:
    for step in (VACANCY, WORKS):
        await story.play(step)
        await hear_some(story, order)
    await story.retract(story.facts[0])
    assert (await where(story))[0].placement == "looking"
    await story.play(("vacancy", 0, "sewing", 2))
    await story.play(ANOTHER_WORKS)
    assert [each.placement for each in await where(story)][:2] == ["referred", "referred"]


async def test_a_seat_that_went_to_somebody_else_stays_theirs_and_the_worker_is_first_for_the_next(
    story: Story,
) -> None:
    learns = [("report", n, "office", ["training", "work"], ["sewing"]) for n in range(3)]
    for step in (COURSE, VACANCY, *learns, ("hired", 0, 0)):
        await story.play(step)
        await story.world.settle()
    assert [each.training for each in await where(story)][:3] == [None, "in-training", "waiting"]
    await story.retract(story.facts[-1])
    assert [each.training for each in await where(story)][:3] == ["waiting", "in-training", "waiting"]
    await story.play(("course", 0, "sewing", 2))
    assert [each.training for each in await where(story)][:3] == ["in-training", "in-training", "waiting"]


async def test_an_opening_that_went_to_somebody_else_stays_theirs(story: Story) -> None:
    for step in (VACANCY, WORKS, ANOTHER_WORKS, ("declined", 0, 0)):
        await story.play(step)
        await story.world.settle()
    await story.retract(story.facts[-1])
    assert [each.placement for each in await where(story)][:2] == ["looking", "referred"]


async def test_a_certificate_is_revoked_and_the_right_result_gives_another(story: Story) -> None:
    for step in (COURSE, VACANCY, LEARNS, ("result", 0, 0, "graduated")):
        await story.play(step)
        await story.world.settle()
    assert (await where(story))[0].placement == "referred"
    await story.retract(story.facts[-1])
    now = (await where(story))[0]
    assert (now.training, now.placement, now.certified) == ("in-training", "training-first", [])
    await story.play(("result", 0, 0, "graduated"))
    now = (await where(story))[0]
    assert (now.training, now.certified) == ("graduated", ["sewing"])
    said = await story.world.services["training"].said()
    certificates = [each.certificate for each in said if type(each).__name__ == "WorkerGraduated"]
    assert certificates == ["blk/C0/1", "blk/C0/1-2"]


async def test_a_hire_stays_when_the_result_before_it_is_retracted(story: Story) -> None:
    for step in (COURSE, VACANCY, LEARNS, ("result", 0, 0, "graduated"), ("hired", 0, 0)):
        await story.play(step)
        await story.world.settle()
    await story.retract(story.facts[-2])
    now = (await where(story))[0]
    assert (now.spell, now.training, now.placement, now.certified) == ("placed", "in-training", "placed", [])
    await story.play(("result", 0, 0, "failed"))
    now = (await where(story))[0]
    assert (now.training, now.placement) == ("not-completed", "placed")


async def test_a_second_result_counts_when_the_first_is_retracted(story: Story) -> None:
    for step in (COURSE, LEARNS, ("result", 0, 0, "failed"), ("result", 0, 0, "graduated")):
        await story.play(step)
        await story.world.settle()
    await story.retract(story.facts[-2])
    now = (await where(story))[0]
    assert (now.training, now.certified) == ("graduated", ["sewing"])


async def test_two_hires_that_are_retracted_at_once_leave_both_where_they_were(story: Story) -> None:
    for step in (("vacancy", 0, "sewing", 2), WORKS, ANOTHER_WORKS):
        await story.play(step)
        await story.world.settle()
    was = await where(story)
    for n in range(2):
        await story.play(("hired", n, 0))
    await story.world.settle()
    for fact in story.facts[-2:]:
        await story.retract(fact)
    assert await where(story) == was


async def test_a_recall_counts_when_the_hire_before_it_is_retracted(story: Story) -> None:
    for step in (VACANCY, WORKS, ("hired", 0, 0)):
        await story.play(step)
    await story.play(("recalled", 0))
    await story.world.settle()
    await story.retract(story.facts[-2])
    now = (await where(story))[0]
    assert (now.spell, now.outcome) == ("placed", "recalled")


async def test_a_late_hire_counts_when_the_hire_that_took_its_opening_is_retracted(story: Story) -> None:
    for step in (VACANCY, WORKS, ANOTHER_WORKS, ("declined", 0, 0), ("hired", 1, 0), ("hired", 0, 0)):
        await story.play(step)
        await story.world.settle()
    assert [each.placement for each in await where(story)][:2] == ["looking", "placed"]
    await story.retract(story.facts[-2])
    assert [each.placement for each in await where(story)][:2] == ["placed", "looking"]


async def test_who_was_moved_when_a_course_was_cancelled_stays_moved(story: Story) -> None:
    for step in (COURSE, ("report", 0, "office", ["training"], []), OTHER_COURSE, ("course is off", 0)):
        await story.play(step)
        await story.world.settle()
    await story.retract(story.facts[-1])
    assert (await where(story))[0].training == "in-training"
    assert await things(story.world) == ([("C0", 1, 0, "open"), ("C1", 1, 1, "open")], [])


async def test_an_approval_retracted_offers_no_more_than_the_limit(databases: dict[str, Database]) -> None:
    async with new_world(databases, most_unapproved=1) as world:
        story = Story(world)
        await story.admit()
        posted = {
            "on": "2021-09-01",
            "code": "V",
            "title": "X",
            "vocation": "sewing",
            "employer": "PT",
            "region": "33.06",
        }
        await story.say("employer", event("VacancyPosted", {**posted, "openings": 3}), None)
        await world.settle()
        ((vacancy,),) = await world.services["placement"].rows("SELECT id FROM vacancy")
        approval = event("VacancyApproved", {"on": "2021-09-02", "vacancy": str(vacancy)})
        await story.say("office", approval, None)
        await story.play(WORKS)
        await story.play(ANOTHER_WORKS)
        await where(story)
        assert (await things(world))[1] == [("V", 3, 3, 0, 2, "open")]
        await story.retract(story.facts[1])
        await where(story)
        await story.play(("report", 2, "office", ["work"], ["sewing"]))
        assert [each.placement for each in await where(story)][:3] == ["referred", "referred", "looking"]
        assert (await things(world))[1] == [("V", 3, 2, 0, 2, "open")]
