"""Whatever the candidates and the vacancies are: the quick rule does what the slow one would, and nobody loses out by it."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.placement.domain import (
    INDONESIA,
    Candidate,
    Vacancy,
    lines_called,
    lines_of,
    order_of_posting,
    place_in_line,
    refer,
    route_of,
)
from services.placement.referring import drew_enough

REGIONS = st.sampled_from(["33.06", "33.05", "34.71", "32.75", "Kampung Baru", "33", None])
VOCATIONS = st.sampled_from(["sewing", "welding", "barista"])
WITHIN = {"province": {"AKL"}, "national": {"AKL", "AKAD"}, "abroad": {"AKL", "AKAD", "AKAN"}}


@st.composite
def offices(draw):
    vacancies = [
        Vacancy(
            id=UUID(int=n),
            code=f"V{n:02}",
            agency=draw(st.sampled_from(["pt-alfa", "pt-beta"])),
            title="",
            vocation=draw(VOCATIONS),
            employer="",
            region=draw(REGIONS),
            country=draw(st.sampled_from([INDONESIA, INDONESIA, "SG"])),
            posted_on=date(2021, 3, 1) + timedelta(draw(st.integers(0, 2))),
            openings=draw(st.integers(1, 3)),
        )
        for n in range(draw(st.integers(0, 8)))
    ]
    candidates = [
        Candidate(
            worker=UUID(int=n),
            state="looking",
            region=draw(REGIONS),
            reach=draw(st.sampled_from(["province", "national", "abroad"])),
            wishes=draw(st.lists(VOCATIONS, max_size=2, unique=True)),
            certified=draw(st.lists(VOCATIONS, max_size=1)),
            since=date(2021, 1, 1) + timedelta(draw(st.integers(0, 3))),
            position=n % 5,
            tried=set(draw(st.lists(st.sampled_from([v.id for v in vacancies]), max_size=3))) if vacancies else set(),
        )
        for n in range(draw(st.integers(0, 12)))
    ]
    return candidates, vacancies


def fits(candidate, vacancy):
    return (
        (not candidate.wishes and not candidate.certified)
        or vacancy.vocation in {*candidate.wishes, *candidate.certified}
    ) and (route_of(candidate.region, vacancy) in WITHIN[candidate.reach] and vacancy.id not in candidate.tried)


def name(region):
    return (region or "").strip().casefold()


def how_good(candidate, vacancy):
    route = route_of(candidate.region, vacancy)
    same = route == "AKL" and name(candidate.region) == name(vacancy.region)
    return (not same, ["AKL", "AKAD", "AKAN"].index(route), order_of_posting(vacancy))


def slowly(candidates, vacancies):
    """The rule as it is written down, trying everything."""
    room = {vacancy.id: vacancy.room for vacancy in vacancies}
    sent = []
    for candidate in sorted(candidates, key=place_in_line):
        free = [v for v in vacancies if room[v.id] and fits(candidate, v)]
        if free:
            best = min(free, key=lambda v: how_good(candidate, v))
            room[best.id] -= 1
            sent.append((candidate.worker, best.id))
    return sent


@given(offices())
@settings(max_examples=300, deadline=None)
def test_the_quick_rule_is_the_rule_as_it_is_written_down(office):
    candidates, vacancies = office
    assert [(c.worker, v.id) for c, v in refer(candidates, vacancies)] == slowly(candidates, vacancies)


@given(offices())
@settings(max_examples=200, deadline=None)
def test_no_opening_is_given_twice_and_nobody_looks_in_vain(office):
    candidates, vacancies = office
    sent = refer(candidates, vacancies)
    taken = Counter(vacancy.id for _, vacancy in sent)
    assert all(taken[vacancy.id] <= vacancy.room for vacancy in vacancies)
    left = {candidate.worker for candidate in candidates} - {candidate.worker for candidate, _ in sent}
    assert len(left) == len(candidates) - len(sent)
    for candidate in candidates:
        if candidate.worker in left:
            assert not any(fits(candidate, v) and taken[v.id] < v.room for v in vacancies)


@given(offices())
@settings(max_examples=200, deadline=None)
def test_whom_a_vacancy_fits_stands_in_a_line_that_it_calls(office):
    candidates, vacancies = office
    for candidate in candidates:
        for vacancy in vacancies:
            if fits(candidate, vacancy):
                assert set(lines_of(candidate)) & set(lines_called(vacancy))


@given(offices(), st.integers(1, 4))
@settings(max_examples=400, deadline=None)
def test_lines_that_were_drawn_deep_enough_give_what_whole_lines_would(office, depth):
    candidates, vacancies = office
    line_up: dict = {}
    for candidate in sorted(candidates, key=place_in_line):
        for line in lines_of(candidate):
            line_up.setdefault(line, []).append(candidate)
    called = {line for vacancy in vacancies for line in lines_called(vacancy)}
    drawn = {c.worker: c for line in called for c in line_up.get(line, [])[:depth]}
    cut = {line: place_in_line(line_up[line][depth - 1]) for line in called if len(line_up.get(line, [])) >= depth}
    sent = refer(drawn.values(), vacancies)
    if drew_enough(sent, vacancies, cut):
        assert [(c.worker, v.id) for c, v in sent] == slowly(candidates, vacancies)
