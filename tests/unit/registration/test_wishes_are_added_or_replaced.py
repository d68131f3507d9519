"""What a worker seeks is added to by each report, and replaced by the word of the worker's office."""

from typing import Any

from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik, person


def applied(number: str, wants: list[str], wishes: list[str], **more: Any) -> dict[str, Any]:
    data = {"on": "2021-09-06", "person": person(number), "wants": wants, "wishes": wishes, **more}
    return event("JobseekerApplied", data)


async def sought(desk: DeskUnderTest) -> tuple[list[str], list[str], str]:
    (row,) = await desk.rows("SELECT wants, wishes, reach FROM spell")
    return row.wants, row.wishes, row.reach


async def test_wishes_are_added(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, wants=["training"], wishes=["sewing"]))
    await desk.post("office", applied(number, ["work"], ["barista"], reach="national"))
    assert await sought(desk) == (["training", "work"], ["sewing", "barista"], "national")


async def test_the_office_replaces_them_and_the_place_in_line_is_kept(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, wants=["training"], wishes=["sewing"], reach="national"))
    before = await desk.rows("SELECT applied_on FROM spell")
    await desk.post("office", applied(number, ["work"], ["barista"], replaces=True))
    assert await sought(desk) == (["work"], ["barista"], "province")
    assert await desk.rows("SELECT applied_on FROM spell") == before
    (_, told) = (await desk.announced("pulih.application.amended.v1"))[-1]
    assert (told["wants"], told["wishes"]) == (["work"], ["barista"])


async def test_what_is_said_later_is_added_to_what_was_replaced(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, wants=["training"], wishes=["sewing"]))
    await desk.post("office", applied(number, ["work"], [], replaces=True))
    await desk.post("union", layoff(number, wants=["training"], wishes=["welding"]))
    assert await sought(desk) == (["work", "training"], ["welding"], "province")


async def test_an_office_elsewhere_adds_and_is_told_so(desk: DeskUnderTest):
    await desk.agency("disnaker-serang", "office", "36.04")
    number = nik()
    await desk.post("employer", layoff(number, wants=["training"], wishes=["sewing"]))
    (receipt,) = await desk.receipts("disnaker-serang", applied(number, ["work"], [], replaces=True))
    assert receipt["warnings"][-1] == (
        "`replaces` is for the worker's office alone: what your office says was added to what is known."
    )
    assert await sought(desk) == (["training", "work"], ["sewing"], "province")


async def test_who_comes_to_the_office_again_is_heard_though_nothing_else_changed(desk: DeskUnderTest):
    """Somebody who did not come to a course asks for another."""
    number = nik()
    await desk.post("office", applied(number, ["training"], []), applied(number, ["training"], []))
    assert len(await desk.announced("pulih.application.amended.v1")) == 1
