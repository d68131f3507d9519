from tests.unit.registration.posting import DeskUnderTest, application, nik

CARD = "pulih.jobseeker-card.issued.v1"


async def test_a_jobseeker_who_asks_gets_a_card_for_two_years(desk: DeskUnderTest):
    (receipt,) = await desk.receipts("office", application(nik(), "2024-02-29"))
    ((_, card),) = await desk.announced(CARD)
    assert card["number"].startswith("3306/2024/")
    assert (card["worker"], card["issued_on"], card["valid_until"]) == (receipt["worker"], "2024-02-29", "2026-02-28")
    assert await desk.rows("SELECT number, current FROM jobseeker_card") == [(card["number"], True)]


async def test_while_a_card_is_good_no_other_is_issued(desk: DeskUnderTest):
    number = nik()
    await desk.post("office", application(number))
    (again, later) = await desk.receipts("office", application(number, "2023-09-06"), application(number, "2023-09-07"))
    assert again["warnings"] == ["`card`: this worker's jobseeker's card is still good; no other was issued."]
    assert "warnings" not in later
    assert await desk.rows("SELECT current FROM jobseeker_card ORDER BY issued_on") == [(False,), (True,)]


async def test_two_who_ask_in_one_batch_get_two_numbers_and_one_who_asks_twice_gets_one(desk: DeskUnderTest):
    first, second = nik(), nik()
    await desk.post("office", application(first), application(second), application(first))
    numbers = [card["number"] for _, card in await desk.announced(CARD)]
    assert len(set(numbers)) == len(numbers) == 2
