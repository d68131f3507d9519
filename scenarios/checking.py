"""Checks that a scenario file fits together: what it names is there, and each agency may post what it is to post."""

from collections.abc import Iterable, Iterator

from scenarios import measures
from scenarios.actions import Chosen
from scenarios.corrections import Contest, Expect, Pair, Retract, SaidBefore
from scenarios.field_types import wished
from scenarios.mistakes import FieldPath, unknown
from scenarios.model import Courses, Scenario, Vacancies, Workers
from scenarios.steps import FACT_OF, Approve, Results, WalkIn
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
        yield from _same_people(scenario, name, workers)
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


def _same_people(scenario: Scenario, name: str, workers: Workers) -> Found:
    """Check that a group whose people these are stands above, and has as many."""
    if workers.same_as is None:
        return
    where = ("workers", name, "same_as")
    above = list(scenario.workers)[: list(scenario.workers).index(name)]
    if workers.same_as not in above:
        yield where, f"a group that stands above was expected, not `{workers.same_as}`"
    elif scenario.workers[workers.same_as].count < workers.count:
        yield where, f"a group of {workers.count} or more was expected; `{workers.same_as}` has fewer"


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
        "reports_of": scenario.workers,
        "offers_of": scenario.courses,
        "postings_of": scenario.vacancies,
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
    if isinstance(action, WalkIn):
        yield from _agency(scenario, (*where, "by"), action.by, MAY_SAY[facts.HireConfirmed])
    yield from _name(scenario, nth)
    yield from _correction(scenario, nth, where)


def _name(scenario: Scenario, nth: int) -> Found:
    called = scenario.then[nth].called
    if called is not None and called in _called(scenario, nth):
        yield ("then", nth, "called"), "a name that no step before has was expected"


def _called(scenario: Scenario, nth: int) -> list[str]:
    """Give the names of the steps before one."""
    return [step.called for step in scenario.then[:nth] if step.called]


def _correction(scenario: Scenario, nth: int, where: FieldPath) -> Found:
    """Check what only the steps have that put something right."""
    action = scenario.then[nth].action
    if isinstance(action, SaidBefore):
        for name in action.said_in or []:
            if name not in (before := _called(scenario, nth)):
                yield (*where, "said_in"), unknown(name, before)
    if isinstance(action, Retract) and action.by is not None:
        yield from _agency(scenario, (*where, "by"), action.by, MAY_SAY[facts.FactRetracted])
    if isinstance(action, Contest):
        yield from _agency(scenario, (*where, "claimant"), action.claimant, MAY_SAY[facts.LayoffReported])
    if isinstance(action, Pair) and action.others not in scenario.workers:
        yield (*where, "others"), unknown(action.others, scenario.workers)
    if isinstance(action, Expect):
        for measure in action.figures:
            yield from _measure(scenario, (*where, measure), measure)


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


def _measure(scenario: Scenario, where: FieldPath, measure: str) -> Found:
    """Check that the services keep each figure of a measure."""
    vocations = {wish for group in scenario.workers.values() for wishes in group.wishes for wish in wished(wishes)}
    vocations |= {vocation for courses in scenario.courses.values() for vocation in courses.vocations}
    for term in measures.terms(measure):
        if not measures.is_known(term, vocations=vocations, agencies=set(scenario.admitted)):
            yield where, unknown(term, measures.names())


def _figures(scenario: Scenario) -> Found:
    for nth, figure in enumerate(scenario.figures):
        if figure.source is not None and figure.source not in scenario.sources:
            yield ("figures", nth, "source"), unknown(figure.source, scenario.sources)
        yield from _measure(scenario, ("figures", nth, "measure"), figure.measure)
    twice = {figure.name for figure in scenario.figures}
    for nth, figure in enumerate(scenario.figures):
        if figure.name not in twice:
            yield ("figures", nth, "name"), "a name that no other figure has was expected"
        twice.discard(figure.name)
