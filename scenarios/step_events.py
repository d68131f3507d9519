"""The events that agencies post in each step, about the workers whom the services name."""

from collections.abc import Callable, Coroutine
from typing import Any

from scenarios import correction_events, corrections, events, steps
from scenarios.actions import Action, Chosen, OfCourses
from scenarios.agency_clients import PlayFailed
from scenarios.events import ScenarioEvent, described
from scenarios.play_state import PlayState, Seated, portion_of
from shared.events import Event, facts

MakeEvents = Callable[[PlayState, str, Any], Coroutine[Any, Any, list[ScenarioEvent]]]


async def events_of(state: PlayState, step: str, action: Action) -> list[ScenarioEvent]:
    """Give the events of a step. `step` goes before every id. Raises `PlayFailed` where too few workers are there."""
    if isinstance(action, Chosen):
        return await _about_chosen(state, step, action)
    return await _EVENTS_OF[type(action)](state, step, action)


async def _report(state: PlayState, _: str, action: steps.Report) -> list[ScenarioEvent]:
    return [one for name in action.workers for one in events.reports(state.scenario, name, state.people[name])]


async def _offer(state: PlayState, _: str, action: steps.Offer) -> list[ScenarioEvent]:
    return [one for name in action.courses for one in events.offers(state.scenario, name)]


async def _post(state: PlayState, _: str, action: steps.Post) -> list[ScenarioEvent]:
    return [one for name in action.vacancies for one in events.postings(state.scenario, name)]


async def _results(state: PlayState, step: str, action: steps.Results) -> list[ScenarioEvent]:
    """Go by seat: the first of a course graduate, the next fail, the next leave; the rest stay in training."""
    by_course: dict[str, list[Seated]] = {}
    for one in await state.seated(action.courses):
        by_course.setdefault(one.course.code, []).append(one)
    found = []
    for course in state.courses(action.courses):
        seated = by_course.get(course.code, [])[action.after :]
        graduated = len(seated) if action.graduated == "all" else action.graduated
        results = ["graduated"] * graduated + ["failed"] * action.failed + ["left"] * action.left
        if len(results) > len(seated) or not seated:
            raise PlayFailed(
                f"{course.code} has {len(seated)} participants; {len(results) or 'some'} results are to come"
            )
        for one, result in zip(seated, results, strict=False):
            data = {"on": action.on or course.ends_on, "worker": one.worker, "code": course.code, "result": result}
            found.append(
                ScenarioEvent(course.provider, facts.TrainingResultRecorded, f"{step}/{course.code}/{one.seat}", data)
            )
    return found


async def _no_show(state: PlayState, step: str, action: steps.NoShow) -> list[ScenarioEvent]:
    seated = [one for one in await state.seated(action.courses) if one.state == "in-training"]
    found = []
    for course in state.courses(action.courses):
        of_it = [one for one in seated if one.course == course]
        for one in portion_of(of_it, action, f"participants of {course.code}"):
            data = {"on": action.on or course.starts_on, "worker": one.worker, "code": course.code}
            found.append(ScenarioEvent(course.provider, facts.NoShowRecorded, f"{step}/{course.code}/{one.seat}", data))
    return found


async def _attendance(state: PlayState, step: str, action: steps.Attendance) -> list[ScenarioEvent]:
    return [
        ScenarioEvent(
            course.provider,
            facts.AttendanceRecorded,
            f"{step}/{course.code}",
            {"on": action.on or course.starts_on, "code": course.code, "present": action.present},
        )
        for course in state.courses(action.courses)
    ]


def _of_courses(fact: type[Event]) -> MakeEvents:
    """Make a function that posts the same fact about each course, with what the step says beside."""

    async def about_each(state: PlayState, step: str, action: OfCourses) -> list[ScenarioEvent]:
        data = {"on": action.on, **action.beside(OfCourses)}
        return [
            ScenarioEvent(course.provider, fact, f"{step}/{course.code}", {"code": course.code, **data})
            for course in state.courses(action.courses)
        ]

    return about_each


async def _approve(state: PlayState, step: str, action: steps.Approve) -> list[ScenarioEvent]:
    vacancies = state.vacancies(action.vacancies)
    ids = await state.ids_of(vacancies)
    return [
        ScenarioEvent(action.by, facts.VacancyApproved, f"{step}/{one.code}", {"on": action.on, "vacancy": ids[one]})
        for one in vacancies
    ]


async def _close(state: PlayState, step: str, action: steps.Close) -> list[ScenarioEvent]:
    return [
        ScenarioEvent(
            one.agency,
            facts.VacancyClosed,
            f"{step}/{one.code}",
            {"on": action.on, "code": one.code, "reason": action.reason},
        )
        for one in state.vacancies(action.vacancies)
    ]


async def _hire(state: PlayState, step: str, action: steps.Hire) -> list[ScenarioEvent]:
    return await _about_referrals(state, step, action, facts.HireConfirmed, but_not=("lapsed",))


async def _decline(state: PlayState, step: str, action: steps.Decline) -> list[ScenarioEvent]:
    return await _about_referrals(state, step, action, facts.HireDeclined, by=action.declined_by)


async def _walk_in(state: PlayState, step: str, action: steps.WalkIn) -> list[ScenarioEvent]:
    """Name each by who they are: an employer knows no worker's id."""
    everyone = [person for name in action.workers for person in state.people[name]]
    return [
        ScenarioEvent(
            action.by,
            facts.HireConfirmed,
            f"{step}/{nth}",
            {"on": action.on, "person": described(person), "region": person.region, **action.job},
        )
        for nth, person in enumerate(portion_of(everyone, action, "workers"))
    ]


async def _about_referrals(
    state: PlayState,
    step: str,
    action: steps.Hire | steps.Decline,
    fact: type[Event],
    *,
    but_not: tuple[str, ...] = (),
    **more: object,
) -> list[ScenarioEvent]:
    """Answer the first referrals of each vacancy, as the agency that posted it."""
    found = []
    all_of: dict[str, list[dict[str, Any]]] = {}
    for vacancy in state.vacancies(action.vacancies):
        wanted = action.first or vacancy.openings
        referred = [one for one in await state.referred(vacancy, all_of) if one.state not in but_not]
        if len(referred) < wanted:
            raise PlayFailed(
                f"{vacancy.code} is to answer {wanted} referrals; only {len(referred)} workers were referred"
            )
        for nth, one in enumerate(referred[:wanted]):
            data = {"on": action.on, "worker": one.worker, "code": vacancy.code, **more}
            found.append(ScenarioEvent(vacancy.agency, fact, f"{step}/{vacancy.code}/{nth}", data))
    return found


async def _about_chosen(state: PlayState, step: str, action: Chosen) -> list[ScenarioEvent]:
    """Post a fact about each chosen worker."""
    everyone = await _everyone(state, action)
    others = state.workers[action.others] if isinstance(action, corrections.Pair) else [None] * len(everyone)
    chosen = portion_of(list(zip(everyone, others, strict=False)), action, "workers")
    return [
        ScenarioEvent(
            agency,
            steps.FACT_OF[type(action)],
            f"{step}/{nth}",
            {"on": action.on, "worker": worker, **({"other": other} if other else {}), **action.particulars},
        )
        for nth, ((worker, agency), other) in enumerate(chosen)
    ]


async def _everyone(state: PlayState, action: Chosen) -> list[tuple[str, str]]:
    """List those to choose from: each worker, and the agency that posts about them."""
    if action.workers:
        reporter = {name: state.scenario.workers[name].reported_by for name in action.workers}
        return [(worker, action.by or reporter[name]) for name in action.workers for worker in state.workers[name]]
    seated = await state.seated(action.participants_of or action.graduates_of or [])
    return [(one.worker, str(action.by)) for one in seated if action.participants_of or one.state == "graduated"]


_EVENTS_OF: dict[type[Action], MakeEvents] = {
    steps.Report: _report,
    steps.Offer: _offer,
    steps.Post: _post,
    steps.Results: _results,
    steps.NoShow: _no_show,
    steps.Attendance: _attendance,
    steps.Pause: _of_courses(facts.CoursePaused),
    steps.Resume: _of_courses(facts.CourseResumed),
    steps.Cancel: _of_courses(facts.CourseCancelled),
    steps.Approve: _approve,
    steps.Hire: _hire,
    steps.WalkIn: _walk_in,
    steps.Decline: _decline,
    steps.Close: _close,
    corrections.Retract: correction_events.retract,
    corrections.SayAgain: correction_events.say_again,
}
