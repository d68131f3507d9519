import pytest

from scenarios import events
from scenarios.loading import PROGRAMMES, find, load, names
from scenarios.offerings import courses_of
from scenarios.people import people_of

SEATS = {
    "purworejo-2021": 960,
    "purwakarta-2020": 600,
    "bekasi-2021": 80,
    "serang-2020": 47,
    "denpasar-2020": 302,
    "an-office-s-errors": 10,
}


def test_there_are_six():
    assert set(names()) == set(SEATS)


@pytest.mark.parametrize("name", SEATS)
def test_each_is_well_formed_and_named_as_its_file(name):
    assert load(find(name)).name == name


@pytest.mark.parametrize(("name", "seats"), SEATS.items())
def test_its_seats_add_up(name, seats):
    scenario = load(find(name))

    assert sum(course.seats for group in scenario.courses for course in courses_of(scenario, group)) == seats


@pytest.mark.parametrize("name", SEATS)
def test_every_vocation_is_wished_for_by_more_than_can_learn_it_or_by_just_as_many(name):
    scenario = load(find(name))
    people = people_of(scenario)
    wished: dict[str, int] = {}
    for group in scenario.workers:
        for report in events.reports(scenario, group, people[group]):
            for vocation in report.data["wishes"][:1]:
                wished[vocation] = wished.get(vocation, 0) + 1
    seats: dict[str, int] = {}
    for group in scenario.courses:
        for course in courses_of(scenario, group):
            seats[course.vocation] = seats.get(course.vocation, 0) + course.seats

    assert {vocation: n for vocation, n in seats.items() if wished.get(vocation, 0) < n} == {}


@pytest.mark.parametrize("name", SEATS)
def test_every_figure_is_quoted_or_its_assumption_explained(name):
    scenario = load(find(name))

    for figure in scenario.figures:
        quote = scenario.quote(figure)
        assert quote.startswith(("assumed: ", *map(str, scenario.sources.values())))


def test_purworejo_links_no_graduate_to_a_placement():
    scenario = load(find("purworejo-2021"))
    taught = {vocation for courses in scenario.courses.values() for vocation in courses.vocations}
    openings = {vacancies.vocation for vacancies in scenario.vacancies.values()}

    assert taught.isdisjoint(openings)


def test_an_office_takes_back_every_kind_of_fact_and_all_its_figures_are_assumed():
    scenario = load(find("an-office-s-errors"))
    verb_of = {step.called: step.verb for step in scenario.then if step.called}
    retractions = [step.action for step in scenario.then if step.verb == "retract"]
    taken_back = {verb_of[name] for action in retractions for name in action.said_in or []}
    reported = {scenario.workers[name].are for action in retractions for name in action.reports_of or []}

    assert taken_back >= (
        {"withdraw", "contest", "results", "hire", "recall", "business", "decline", "grant", "no_show", "decline_seat"}
        | {"cancel", "pause", "resume", "close", "approve"}
        | {"correct", "merge", "keep_apart", "answer_move", "retract"}
    )
    assert reported == {"laid-off", "jobseeker"}
    assert any(action.offers_of for action in retractions)
    assert any(action.postings_of for action in retractions)
    assert {figure.source for figure in scenario.figures} == {None}


def test_nothing_but_the_numbers_of_the_articles_is_on_the_shelf():
    texts = "".join(path.read_text().lower() for path in PROGRAMMES.glob("*.yaml"))

    for person in ("gantini", "dita", "herman", "surya", "krishna", "anom", "setiawan", "ardhianty", "irfan"):
        assert person not in texts
