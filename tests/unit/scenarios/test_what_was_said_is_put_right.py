"""Steps of a programme that take back what was said, say it anew, and count what the services make of it."""

from datetime import date

import pytest

from scenarios import loading
from scenarios.agency_clients import PlayFailed
from scenarios.events import offers, reports
from scenarios.mistakes import Mistake
from scenarios.offerings import courses_of
from scenarios.outcome import expected_on_the_way, since
from scenarios.people import people_of
from scenarios.play_state import PlayState, Seated
from scenarios.step_events import events_of
from shared.events import facts
from tests.unit.scenarios.programme import written

STEP = "  - results: {courses: welding, graduated: 8, failed: 1}\n"
REPORTED = "urn:pulih:scenario:contoh-2022"
GROUP = "    wishes: {welding: 1}\n"
PROVIDER = "  blk: {name: BLK Contoh, role: training-provider}\n"


def with_steps(folder, *steps, agencies="", **groups):
    others = "".join(f"  {name.replace('_', '-')}: {group}\n" for name, group in groups.items())
    changes = [(STEP, STEP + "".join(f"  - {step}\n" for step in steps))]
    return loading.load(written(folder, *changes, (GROUP, GROUP + others), (PROVIDER, PROVIDER + agencies)))


async def events_of_last(scenario, said=None):
    state = PlayState(scenario, None, people_of(scenario), said=said or {})
    return await events_of(state, "then/2", scenario.then[-1].action)


async def test_who_reported_somebody_takes_the_report_back(tmp_path):
    scenario = with_steps(tmp_path, "retract: {reports_of: laid-off, after: 2, first: 1, on: 2022-01-18}")
    (event,) = await events_of_last(scenario)
    assert (event.agency, event.type, event.refused) == ("disnaker", facts.FactRetracted, False)
    assert event.data["retracts"] == {"source": REPORTED, "id": "1/report/laid-off/2"}
    assert (event.data["on"], event.data["reason"]) == (date(2022, 1, 18), "typed-wrongly")


async def test_the_office_names_who_said_it(tmp_path):
    scenario = with_steps(
        tmp_path, "retract: {offers_of: welding, on: 2022-01-18, by: disnaker, reason: said-twice, refused: true}"
    )
    (event,) = await events_of_last(scenario)
    assert (event.agency, event.refused) == ("disnaker", True)
    assert event.data["retracts"] == {"agency": "blk", "source": REPORTED, "id": "1/offer/welding-001"}


async def test_it_is_said_again_under_a_new_id_and_otherwise_where_the_step_says_so(tmp_path):
    scenario = with_steps(tmp_path, "say_again: {offers_of: welding, seats: 12}")
    (before,) = offers(scenario, "welding")
    (event,) = await events_of_last(scenario)
    assert (event.agency, event.type) == (before.agency, before.type)
    assert event.id != before.id
    assert event.data == {**before.data, "seats": 12}


async def test_what_was_said_in_steps_is_taken_in_their_order(tmp_path):
    steps = "retract: {said_in: [late, early], after: 1, first: 2, on: 2022-01-18}"
    named = STEP + "    called: early\n" + STEP + "    called: late\n"
    scenario = loading.load(written(tmp_path, (STEP, f"{named}  - {steps}\n")))
    first, second, third, *_ = reports(scenario, "laid-off", people_of(scenario)["laid-off"])
    events = await events_of_last(scenario, {"early": [first], "late": [second, third]})
    assert [event.data["retracts"]["id"] for event in events] == ["1/report/laid-off/2", "1/report/laid-off/0"]


async def test_more_than_was_said_cannot_be_taken_back(tmp_path):
    scenario = with_steps(tmp_path, "retract: {reports_of: laid-off, after: 9, first: 2, on: 2022-01-18}")
    with pytest.raises(PlayFailed, match="2 facts were to be chosen after the first 9; there are 10"):
        await events_of_last(scenario)


async def test_two_registrations_are_merged_each_with_the_one_at_its_place(tmp_path):
    twice = "{count: 2, are: laid-off, reported_by: disnaker, reported: 2022-01-03, wants: [work], same_as: laid-off, mistyped: true}"
    merge = "merge: {workers: laid-off, others: twice, after: 1, first: 1, on: 2022-01-18, by: disnaker}"
    scenario = with_steps(tmp_path, merge, twice=twice)
    people = people_of(scenario)
    known = PlayState(scenario, None, people, workers={"laid-off": ["a", "b", "c"], "twice": ["A", "B"]})
    (event,) = await events_of(known, "then/2", scenario.then[-1].action)
    assert (event.type, event.data["worker"], event.data["other"]) == (facts.IdentitiesMerged, "b", "B")
    for one, again in zip(people["laid-off"][:2], people["twice"], strict=True):
        assert (again.name, again.birth_date, again.nik[:12]) == (one.name, one.birth_date, one.nik[:12])
        assert again.nik != one.nik


async def test_an_employer_names_whom_it_hired_at_its_door_and_knows_no_id(tmp_path):
    walk_in = "walk_in: {workers: laid-off, after: 1, first: 1, employer: PT Baru, vocation: welding, on: 2022-02-01, by: pt-baru}"
    scenario = with_steps(tmp_path, walk_in, agencies="  pt-baru: {name: PT Baru, role: employer}\n")
    (event,) = await events_of_last(scenario)
    person = people_of(scenario)["laid-off"][1]
    assert (event.agency, event.type) == ("pt-baru", facts.HireConfirmed)
    assert event.data["person"]["nik"] == person.nik
    assert (event.data["employer"], event.data["vocation"], event.data["region"]) == ("PT Baru", "welding", "33.10")
    assert "worker" not in event.data


async def test_a_list_of_who_came_is_of_the_first_day_where_nothing_is_said(tmp_path):
    (event,) = await events_of_last(with_steps(tmp_path, "attendance: {courses: welding, present: 9}"))
    assert (event.agency, event.type) == ("blk", facts.AttendanceRecorded)
    assert event.data == {"on": date(2022, 1, 17), "code": "welding-001", "present": 9}


def test_those_who_moved_are_the_same_people_elsewhere(tmp_path):
    moved = "{count: 2, are: jobseeker, reported_by: disnaker, reported: 2022-01-03, wants: [work], same_as: laid-off, regions: 33.06}"
    people = people_of(with_steps(tmp_path, moved=moved))
    assert [one.nik for one in people["moved"]] == [one.nik for one in people["laid-off"][:2]]
    assert {one.region for one in people["moved"]} == {"33.06"}


def test_what_must_be_counted_by_now_is_beside_what_the_services_count(tmp_path):
    scenario = with_steps(tmp_path, "expect: {when: all is said, training.graduated: 8, training.waiting: 1}")
    added = since({"training": {"graduated": 2}}, {"training": {"graduated": 10, "waiting": 0}})
    results = expected_on_the_way(scenario.then[-1].action, added)
    assert [(one.name, one.expected, one.actual, one.holds, one.assumed) for one in results] == [
        ("all is said: training.graduated", 8, 8, True, True),
        ("all is said: training.waiting", 1, 0, False, True),
    ]


MISTAKES = [
    ("retract: {on: 2022-01-18}", "exactly one of `said_in`, `reports_of`, `offers_of` and `postings_of` was expected"),
    ("retract: {said_in: reslts, on: 2022-01-18}", "then.1.retract.said_in: `reslts` is not known here"),
    ("retract: {reports_of: laid-of, on: 2022-01-18}", "did you mean `laid-off`?"),
    ("retract: {reports_of: laid-off, on: 2022-01-18, by: disnakr}", "did you mean `disnaker`?"),
    ("retract: {reports_of: laid-off, on: 2022-01-18, reason: wrong}", "one of 'typed-wrongly', 'wrong-worker'"),
    ("contest: {workers: laid-off, claimant: blk, on: 2022-01-18, by: disnaker}", "`blk` is training-provider"),
    ("contest: {workers: laid-off, claimant: disnaker, on: 2022-01-18, by: blk}", "then.1.contest.by: an agency"),
    ("correct: {workers: laid-off, on: 2022-01-18, by: disnaker}", "`name` or `region`, what is corrected"),
    ("merge: {workers: laid-off, others: laidoff, on: 2022-01-18, by: disnaker}", "then.1.merge.others: `laidoff`"),
    ("expect: {when: all is said, training.graduatd: 8}", "did you mean `training.graduated`?"),
    ("expect: {training.graduated: 8}", "then.1.expect.when: it is missing"),
    ("walk_in: {workers: laid-off, employer: PT, on: 2022-01-18, by: blk}", "then.1.walk_in.by: an agency of the role"),
    ("walk_in: {workers: laid-of, employer: PT, on: 2022-01-18, by: blk}", "did you mean `laid-off`?"),
    ("attendance: {courses: weldin, present: 9}", "then.1.attendance.courses: `weldin`"),
    ("{later: 3 days, called: A week}", "then.1.called: a short name"),
]


@pytest.mark.parametrize(("step", "sentence"), MISTAKES)
def test_a_mistake_in_such_a_step_is_named(tmp_path, step, sentence):
    with pytest.raises(Mistake) as mistake:
        with_steps(tmp_path, step)
    assert sentence in str(mistake.value)


def test_two_steps_of_one_name_are_a_mistake(tmp_path):
    with pytest.raises(Mistake, match=r"then\.2\.called: a name that no step before has"):
        with_steps(tmp_path, "{later: 3 days, called: weeks}", "{later: 4 days, called: weeks}")


SAME = "reported_by: disnaker, reported: 2022-01-03, wants: [work]"
GROUPS = [
    (f"{{count: 11, are: laid-off, {SAME}, same_as: laid-off}}", "a group of 11 or more was expected"),
    (f"{{count: 1, are: laid-off, {SAME}, same_as: again}}", "a group that stands above was expected, not `again`"),
    (f"{{count: 1, are: laid-off, {SAME}, mistyped: true}}", "`mistyped` belongs beside `same_as`"),
]


@pytest.mark.parametrize(("group", "sentence"), GROUPS)
def test_a_mistake_about_who_is_the_same_is_named(tmp_path, group, sentence):
    with pytest.raises(Mistake) as mistake:
        with_steps(tmp_path, again=group)
    assert sentence in str(mistake.value)


async def test_who_did_not_come_is_named_by_seat_on_the_first_day(tmp_path, monkeypatch):
    scenario = with_steps(tmp_path, "no_show: {courses: welding, after: 1, first: 1}")
    (course,) = courses_of(scenario, "welding")
    states = ["in-training", "not-completed", "in-training", "in-training"]

    async def seated(_, __):
        return [Seated(f"worker-{nth}", course, nth, state) for nth, state in enumerate(states)]

    monkeypatch.setattr(PlayState, "seated", seated)
    (event,) = await events_of_last(scenario)
    assert (event.agency, event.type) == ("blk", facts.NoShowRecorded)
    assert event.data == {"on": date(2022, 1, 17), "worker": "worker-2", "code": "welding-001"}
