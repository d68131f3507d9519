"""What is watched of the programme: each figure is what the service's tables hold, and none costs more than it may."""

from importlib import import_module
from time import monotonic

import pytest
from sqlalchemy import text

from shared import clock
from shared.audit import SqlGauge
from shared.telemetry import observing
from tests.unit.operators.exported import SERVICES

COURSES = """
INSERT INTO course (id, code, agency, title, vocation, reach, mode, funding, venue, seats, taken, handed_out, given_back,
    starts_on, ends_on, entry_until, state, was_resumed)
SELECT gen_random_uuid(), state || n, 'blk', 't', 'sewing', 'national', 'onsite', 'apbn', 'centre', 16, taken, taken, '{}',
    current_date, current_date, current_date, state, false
FROM (VALUES (1, 'open', 3), (2, 'paused', 4), (3, 'cancelled', 5)) AS c(n, state, taken)
"""
APPLICATIONS = """
INSERT INTO application (worker, spell, applied_on, position, reach, wishes, concerns, state)
SELECT gen_random_uuid(), 1, current_date - n, n, 'national', '{}', '{}', CASE WHEN n > 7 THEN 'graduated' ELSE 'waiting' END
FROM generate_series(1, 10) AS n
""".replace("current_date", f"DATE '{clock.today()}'")
CANDIDATES = """
INSERT INTO candidate (worker, spell, state, reach, wishes, certified, concerns, position)
SELECT gen_random_uuid(), 1, CASE WHEN n > 7 THEN 'placed' ELSE 'looking' END, 'national', '{}', '{}', '{}', n
FROM generate_series(1, 10) AS n
"""
VACANCIES = """
INSERT INTO vacancy (id, code, agency, title, vocation, employer, country, posted_on, openings, offered, approved, hired,
    referred, state, calling)
SELECT gen_random_uuid(), state, 'pt', 't', 'sewing', 'PT', 'ID', current_date, openings, offered, 0, hired, referred, state, false
FROM (VALUES ('open', 90, 50, 8, 12), ('closed', 90, 50, 6, 0), ('filled', 5, 5, 5, 0)) AS v(state, openings, offered, hired, referred)
"""
PLACEMENTS = """
INSERT INTO placement (worker, spell, outcome, placed_on, agency, grade)
SELECT gen_random_uuid(), 1, 'recalled', current_date, 'pt', CASE WHEN n > 3 THEN 'confirmed' ELSE 'employer-says' END
FROM generate_series(1, 5) AS n
"""
TALLY = "INSERT INTO tally VALUES ('worker', 'delivered', 9), ('blk', 'delivered', 2), ('blk', 'failed', 1)"


def gauges_of(service):
    return import_module(f"services.{service}.gauges").GAUGES


async def figures_after(watched, service, *statements):
    seen = await watched(service, gauges_of(service))
    for statement in statements:
        async with seen.database.work() as work:
            await work.run(statement)
    await seen.ask_figures()
    own = {figure.name for figure in seen.observer.gauges}
    return {key: value for key, value in seen.shown().items() if key[0] in own}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_without_anybody_answers_every_question(watched, service):
    figures = await figures_after(watched, service)
    assert all(value == 0 for value in figures.values())


async def test_training_shows_who_waits_since_when_and_what_is_free(watched):
    figures = await figures_after(watched, "training", COURSES, APPLICATIONS)
    assert figures["pulih_workers", "waiting"] == 7
    assert figures["pulih_workers", "graduated"] == 3
    assert figures["pulih_waiting_list_workers",] == 7
    assert figures["pulih_waiting_list_oldest_seconds",] == 7 * 86_400
    assert (figures["pulih_seats", "taken"], figures["pulih_seats", "free"]) == (7, 25)


async def test_placement_shows_who_looks(watched):
    figures = await figures_after(watched, "placement", CANDIDATES)
    assert (figures["pulih_workers", "looking"], figures["pulih_workers", "placed"]) == (7, 3)


async def test_placement_shows_what_is_filled_of_every_vacancy_and_the_rest_of_those_that_are_open(watched):
    figures = await figures_after(watched, "placement", VACANCIES)
    shown = {state: figures["pulih_openings", state] for state in ("left", "held", "filled", "waiting")}
    assert shown == {"left": 30, "held": 12, "filled": 19, "waiting": 40}


async def test_placement_shows_placements_by_their_evidence(watched):
    figures = await figures_after(watched, "placement", PLACEMENTS)
    assert (figures["pulih_placements", "employer-says"], figures["pulih_placements", "confirmed"]) == (3, 2)


async def test_notification_shows_messages_from_its_tally(watched):
    figures = await figures_after(watched, "notification", TALLY)
    shown = {state: figures["pulih_messages", state] for state in ("pending", "delivered", "failed")}
    assert shown == {"pending": 0, "delivered": 11, "failed": 1}


async def test_a_question_that_takes_too_long_is_cut_off_and_its_figure_not_shown(watched, monkeypatch):
    monkeypatch.setattr(observing, "LONGEST_QUERY", "50ms")
    figure = SqlGauge("pulih_slow", "A question.", "SELECT 1 FROM (SELECT pg_sleep(5)) AS s")
    seen = await watched("training", [figure])
    seen.observer._seen["pulih_slow"] = [((), 1.0)]
    await seen.ask_figures()
    assert ("pulih_slow",) not in seen.shown()


async def test_a_slow_question_is_asked_less_often(watched):
    slow = SqlGauge("pulih_slow", "A question.", "SELECT 1 FROM (SELECT pg_sleep(1)) AS s")
    quick = SqlGauge("pulih_quick", "A question.", "SELECT 1")
    seen = await watched("training", [slow, quick])
    await seen.ask_figures()
    now = monotonic()
    assert 18 < seen.observer._due["pulih_slow"] - now < 30
    assert 14 < seen.observer._due["pulih_quick"] - now <= 15


async def test_every_label_of_a_figure_has_its_column(watched):
    for service in SERVICES:
        seen = await watched(service, gauges_of(service))
        for figure in seen.observer.gauges:
            async with seen.database.work() as work:
                columns = (await work.connection.execute(text(figure.sql), {"today": clock.today()})).keys()
            assert len(columns) == len(figure.labels) + 1, figure.name
