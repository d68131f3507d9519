"""Checks that a scenario file fits together: what it names is there, and each agency may post what it is to post."""

from collections.abc import Iterable, Iterator

from scenarios import measures
from scenarios.field_types import wished
from scenarios.mistakes import FieldPath, unknown
from scenarios.model import Courses, Scenario, Vacancies, Workers
from scenarios.steps import FACT_OF, Approve, Chosen, Results
from services.registration.posting.roles import MAY_SAY
from shared.events import facts

Found = Iterator[tuple[FieldPath, str]]
"""Fields of the file, each with what was expected there."""

MAY_REPORT = {
    "jobseeker": MAY_SAY[facts.JobseekerApplied],
    "laid-off": MAY_SAY[facts.LayoffReported],
    "furloughed": MAY_SAY[facts.LayoffReported],
}


def mistakes(scenario: Scenario) -> Found:
    """Find what does not fit together."""
    for name, workers in scenario.workers.items():
        yield from _agency(scenario, ("workers", name, "reported_by"), workers.reported_by, MAY_REPORT[workers.are])
    for name, courses in scenario.courses.items():
        yield from _courses(scenario, ("courses", name), courses)
    for name, vacancies in scenario.vacancies.items():
        yield from _agency(
            scenario, ("vacancies", name, "posted_by"), vacancies.posted_by, MAY_SAY[facts.VacancyPosted]
        )
    for nth in range(len(scenario.then)):
        yield from _step(scenario, nth)
    yield from _figures(scenario)


def _agency(scenario: Scenario, where: FieldPath, slug: str, may: Iterable[str]) -> Found:
    """Check that an agency is there, is a single one, and has a role that may post this."""
    if slug not in scenario.admitted:
        yield where, unknown(slug, scenario.admitted)
    elif (role := scenario.admitted[slug].role) not in may:
        yield where, f"an agency of the role {' or '.join(may)} was expected; `{slug}` is {role}"


def _courses(scenario: Scenario, where: FieldPath, courses: Courses) -> Found:
    for nth, key in enumerate(courses.providers):
        for slug in scenario.slugs(key)[:1]:
            yield from _agency(scenario, (*where, "providers", nth), slug, MAY_SAY[facts.CourseOffered])


def _step(scenario: Scenario, nth: int) -> Found:
    action = scenario.then[nth].action
    where = ("then", nth, scenario.then[nth].verb)
    groups: dict[str, dict[str, Workers] | dict[str, Courses] | dict[str, Vacancies]] = {
        "workers": scenario.workers,
        "courses": scenario.courses,
        "participants_of": scenario.courses,
        "graduates_of": scenario.courses,
        "vacancies": scenario.vacancies,
    }
    for field, known in groups.items():
        for name in getattr(action, field, None) or []:
            if name not in known:
                yield (*where, field), unknown(name, known)
            elif isinstance(action, Results):
                yield from _results(scenario.courses[name], (*where, field), name, action)
    if isinstance(action, Chosen):
        yield from _poster(scenario, where, action)
    if isinstance(action, Approve):
        yield from _agency(scenario, (*where, "by"), action.by, MAY_SAY[facts.VacancyApproved])


def _poster(scenario: Scenario, where: FieldPath, action: Chosen) -> Found:
    """Check the agency that posts: the one that is named, or those that reported the groups."""
    may = MAY_SAY[FACT_OF[type(action)]]
    if action.by is not None:
        yield from _agency(scenario, (*where, "by"), action.by, may)
        return
    for name in action.workers or []:
        if name in scenario.workers:
            yield from _agency(scenario, where, scenario.workers[name].reported_by, may)


def _results(courses: Courses, where: FieldPath, name: str, action: Results) -> Found:
    counted = (
        action.after + action.failed + action.left + (action.graduated if isinstance(action.graduated, int) else 0)
    )
    if counted > courses.seats:
        yield where, f"at most {courses.seats} results were expected, the seats of a course of `{name}`, not {counted}"
    if action.graduated == "all" and action.failed + action.left:
        yield where, "`graduated: all` leaves nobody who failed or left: a number was expected"


def _figures(scenario: Scenario) -> Found:
    vocations = {wish for group in scenario.workers.values() for wishes in group.wishes for wish in wished(wishes)}
    vocations |= {vocation for courses in scenario.courses.values() for vocation in courses.vocations}
    for nth, figure in enumerate(scenario.figures):
        if figure.source is not None and figure.source not in scenario.sources:
            yield ("figures", nth, "source"), unknown(figure.source, scenario.sources)
        for term in measures.terms(figure.measure):
            if not measures.is_known(term, vocations=vocations, agencies=set(scenario.admitted)):
                yield ("figures", nth, "measure"), unknown(term, measures.names())
    twice = {figure.name for figure in scenario.figures}
    for nth, figure in enumerate(scenario.figures):
        if figure.name not in twice:
            yield ("figures", nth, "name"), "a name that no other figure has was expected"
        twice.discard(figure.name)
