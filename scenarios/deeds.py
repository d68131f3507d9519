"""What each step of a programme makes the agencies say, about the workers whom the services name."""

from collections.abc import Callable, Coroutine
from typing import Any

from scenarios import said, steps
from scenarios.doors import PlayFailed
from scenarios.said import Saying
from scenarios.stage import Seated, Stage
from shared.events import Event, facts


async def sayings(stage: Stage, step: str, deed: steps.Deed) -> list[Saying]:
    """Give what is said in a step. `step` goes before every id. Raises `PlayFailed` where too few are there."""
    if isinstance(deed, steps.Chosen):
        return await _about_chosen(stage, step, deed)
    return await _ANSWERS[type(deed)](stage, step, deed)


async def _report(stage: Stage, _: str, deed: steps.Report) -> list[Saying]:
    return [one for name in deed.workers for one in said.reports(stage.scenario, name, stage.people[name])]


async def _offer(stage: Stage, _: str, deed: steps.Offer) -> list[Saying]:
    return [one for name in deed.courses for one in said.offers(stage.scenario, name)]


async def _post(stage: Stage, _: str, deed: steps.Post) -> list[Saying]:
    return [one for name in deed.vacancies for one in said.postings(stage.scenario, name)]


async def _results(stage: Stage, step: str, deed: steps.Results) -> list[Saying]:
    """Seat by seat: the first of a course graduate, the next fail, the next leave; the rest stay in training."""
    by_course: dict[str, list[Seated]] = {}
    for one in await stage.seated(deed.courses):
        by_course.setdefault(one.course.code, []).append(one)
    found = []
    for course in stage.courses(deed.courses):
        seated = by_course.get(course.code, [])[deed.after :]
        graduated = len(seated) if deed.graduated == "all" else deed.graduated
        results = ["graduated"] * graduated + ["failed"] * deed.failed + ["left"] * deed.left
        if len(results) > len(seated) or not seated:
            raise PlayFailed(
                f"{course.code} has {len(seated)} participants; {len(results) or 'some'} results are to come"
            )
        for one, result in zip(seated, results, strict=False):
            data = {"on": deed.on or course.ends_on, "worker": one.worker, "code": course.code, "result": result}
            found.append(
                Saying(course.provider, facts.TrainingResultRecorded, f"{step}/{course.code}/{one.seat}", data)
            )
    return found


def _of_courses(fact: type[Event], *more: str) -> Callable[[Stage, str, Any], Coroutine[Any, Any, list[Saying]]]:
    """Say something of each course, with the step's own particulars."""

    async def say(stage: Stage, step: str, deed: Any) -> list[Saying]:  # noqa: ANN401  one of the deeds about courses
        particulars = _particulars(deed, more)
        return [
            Saying(course.provider, fact, f"{step}/{course.code}", {"on": deed.on, "code": course.code, **particulars})
            for course in stage.courses(deed.courses)
        ]

    return say


async def _close(stage: Stage, step: str, deed: steps.Close) -> list[Saying]:
    return [
        Saying(
            one.agency,
            facts.VacancyClosed,
            f"{step}/{one.code}",
            {"on": deed.on, "code": one.code, "reason": deed.reason},
        )
        for one in stage.vacancies(deed.vacancies)
    ]


async def _hire(stage: Stage, step: str, deed: steps.Hire) -> list[Saying]:
    return await _answers(stage, step, deed, facts.HireConfirmed, but_not=("lapsed",))


async def _decline(stage: Stage, step: str, deed: steps.Decline) -> list[Saying]:
    return await _answers(stage, step, deed, facts.HireDeclined, by=deed.declined_by)


async def _answers(
    stage: Stage,
    step: str,
    deed: steps.Hire | steps.Decline,
    fact: type[Event],
    *,
    but_not: tuple[str, ...] = (),
    **more: object,
) -> list[Saying]:
    """Answer the first referrals of each vacancy, as the agency that posted it."""
    found = []
    all_of: dict[str, list[dict[str, Any]]] = {}
    for vacancy in stage.vacancies(deed.vacancies):
        wanted = deed.first or vacancy.openings
        referred = [one for one in await stage.referred(vacancy, all_of) if one.state not in but_not]
        if len(referred) < wanted:
            raise PlayFailed(
                f"{vacancy.code} is to answer {wanted} referrals; only {len(referred)} workers were referred"
            )
        for nth, one in enumerate(referred[:wanted]):
            data = {"on": deed.on, "worker": one.worker, "code": vacancy.code, **more}
            found.append(Saying(vacancy.agency, fact, f"{step}/{vacancy.code}/{nth}", data))
    return found


async def _about_chosen(stage: Stage, step: str, deed: steps.Chosen) -> list[Saying]:
    """Say something of each chosen worker."""
    everyone = await _everyone(stage, deed)
    chosen = everyone[deed.after :][: deed.first]
    if not chosen or (deed.first and len(chosen) < deed.first):
        raise PlayFailed(
            f"{deed.first or 'some'} workers were to be chosen after the first {deed.after}; there are {len(everyone)}"
        )
    particulars = _particulars(deed, ("reason", "employer", "business", "kind", "amount", "item"))
    return [
        Saying(agency, steps.FACT_OF[type(deed)], f"{step}/{nth}", {"on": deed.on, "worker": worker, **particulars})
        for nth, (worker, agency) in enumerate(chosen)
    ]


async def _everyone(stage: Stage, deed: steps.Chosen) -> list[tuple[str, str]]:
    """List those to choose from: each worker, and the agency that speaks of them."""
    if deed.workers:
        reporter = {name: stage.scenario.workers[name].reported_by for name in deed.workers}
        return [(worker, deed.by or reporter[name]) for name in deed.workers for worker in stage.workers[name]]
    seated = await stage.seated(deed.participants_of or deed.graduates_of or [])
    return [(one.worker, str(deed.by)) for one in seated if deed.participants_of or one.state == "graduated"]


def _particulars(deed: steps.Deed, fields: tuple[str, ...]) -> dict[str, Any]:
    """Take what the step says of these fields; what it leaves out is left out."""
    said_of = ((field, getattr(deed, field, None)) for field in fields)
    return {field: value for field, value in said_of if value is not None}


_ANSWERS: dict[type[steps.Deed], Callable[[Stage, str, Any], Coroutine[Any, Any, list[Saying]]]] = {
    steps.Report: _report,
    steps.Offer: _offer,
    steps.Post: _post,
    steps.Results: _results,
    steps.Pause: _of_courses(facts.CoursePaused, "reason"),
    steps.Resume: _of_courses(facts.CourseResumed, "mode"),
    steps.Cancel: _of_courses(facts.CourseCancelled, "reason"),
    steps.Hire: _hire,
    steps.Decline: _decline,
    steps.Close: _close,
}
