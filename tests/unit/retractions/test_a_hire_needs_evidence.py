"""A hire through the four services: an employer's word frees no seat, and a hire at the door is none until the office confirms it."""

from typing import Any

import pytest

from tests.unit.registration.posting import event, person, retraction
from tests.unit.retractions.story import Story
from tests.unit.retractions.where import Where, where

COURSE, SITS, WAITS = (
    ("course", 0, "sewing", 1),
    ("report", 0, "employer", ["training"], ["sewing"]),
    ("report", 1, "office", ["training"], ["sewing"]),
)


@pytest.fixture
async def story(story: Story) -> Story:
    """Person 0 sits in the one seat of a course, and person 1 waits for it."""
    for step in (COURSE, SITS, WAITS):
        await story.play(step)
        await story.world.settle()
    return story


async def where_both_are(story: Story) -> list[Where]:
    return (await where(story))[:2]


async def walk_in(story: Story) -> dict[str, Any]:
    data = {"on": "2021-09-15", "person": person(story.niks[0]), "employer": "PT Baru", "region": "33.06"}
    posted = event("HireConfirmed", data)
    (receipt,) = await story.world.desk.receipts("pt-baru", posted)
    assert receipt["outcome"] == "accepted"
    return posted


async def test_an_employer_s_word_frees_the_seat_once_it_is_confirmed(story: Story) -> None:
    await story.play(("recalled", 0, "employer"))
    first, second = await where_both_are(story)
    assert (first.spell, first.training, first.grade) == ("placed", "in-training", "employer-says")
    assert second.training == "waiting"
    await story.play(("confirmed", 0))
    first, second = await where_both_are(story)
    assert (first.training, first.grade, second.training) == (None, "confirmed", "in-training")


async def test_who_denies_it_sits_on_and_is_registered_again(story: Story) -> None:
    await story.play(("recalled", 0, "employer"))
    await story.play(("denies", 0))
    await where_both_are(story)
    await story.say("office", event("PlacementDenied", {"on": "2021-09-20", "nik": story.niks[0]}), 0)
    first, second = await where_both_are(story)
    assert (first.spell, first.training, first.outcome, second.training) == ("open", "in-training", None, "waiting")


async def test_a_hire_at_the_door_changes_nothing_until_the_office_confirms_it(story: Story) -> None:
    before = await where_both_are(story)
    await walk_in(story)
    assert await where_both_are(story) == before
    await story.play(("confirmed", 0))
    first, second = await where_both_are(story)
    assert (first.spell, first.outcome, first.grade, first.training) == ("placed", "hired", "confirmed", None)
    assert second.training == "in-training"


async def test_a_hire_at_the_door_is_taken_back_after_it_was_confirmed(story: Story) -> None:
    posted = await walk_in(story)
    await where_both_are(story)
    await story.play(("confirmed", 0))
    await where_both_are(story)
    (receipt,) = await story.world.desk.receipts("pt-baru", retraction(posted))
    assert receipt["outcome"] == "accepted"
    first, second = await where_both_are(story)
    assert (first.spell, first.outcome, first.training) == ("open", None, "waiting")
    assert second.training == "in-training", "the seat went to another, and stays theirs"


async def test_an_employer_s_word_of_a_day_before_another_report_frees_no_seat(story: Story) -> None:
    who = {"nik": story.niks[0], "name": "Orang a"}
    applied = {"on": "2021-09-18", "person": who, "wants": ["training"], "wishes": ["sewing"]}
    await story.say("office", event("JobseekerApplied", applied), 0)
    await where_both_are(story)
    await story.say("employer", event("WorkerRecalled", {"on": "2021-09-15", "nik": story.niks[0]}), 0)
    first, second = await where_both_are(story)
    assert (first.training, second.training) == ("in-training", "waiting")
