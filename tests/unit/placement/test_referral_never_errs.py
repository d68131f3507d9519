"""Whatever the candidates and the vacancies are: the quick rule does what the slow one would, and nobody loses out by it."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.placement.domain.areas import queues_called, queues_of, route_of
from services.placement.domain.entities import INDONESIA, Candidate, Vacancy
from services.placement.domain.matching import order_of_posting, rank, read_deep_enough, refer

REGIONS = st.sampled_from(["33.06", "33.05", "34.71", "32.75", "Kampung Baru", "33", None])
VOCATIONS = st.sampled_from(["sewing", "welding", "barista"])
TODAY = date(2021, 9, 6)
WITHIN = {"province": {"AKL"}, "national": {"AKL", "AKAD"}, "abroad": {"AKL", "AKAD", "AKAN"}}


@st.composite
def candidates_and_vacancies(draw):
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
            certificate=draw(st.sampled_from([False, False, True])),
            posted_on=date(2021, 3, 1) + timedelta(draw(st.integers(0, 2))),
            openings=4,
            offered=draw(st.integers(1, 3)),
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
            birth_year=draw(st.sampled_from([1990, 1990, 2002, 2003, None])),
            card_until=draw(st.sampled_from([None, date(2021, 8, 31), TODAY, date(2023, 1, 1)])),
            tried=set(draw(st.lists(st.sampled_from([v.id for v in vacancies]), max_size=3))) if vacancies else set(),
        )
        for n in range(draw(st.integers(0, 12)))
    ]
    return candidates, vacancies


def may_go(candidate):
    """Certainly 18, with a card that is good today."""
    is_of_age = candidate.birth_year is not None and TODAY.year - candidate.birth_year > 18
    return is_of_age and candidate.card_until is not None and candidate.card_until >= TODAY


def fits(candidate, vacancy):
    if vacancy.certificate and vacancy.vocation not in candidate.certified:
        return False
    if vacancy.country != INDONESIA and not may_go(candidate):
        return False
    return (
        (not candidate.wishes and not candidate.certified)
        or vacancy.vocation in {*candidate.wishes, *candidate.certified}
    ) and (route_of(candidate.region, vacancy) in WITHIN[candidate.reach] and vacancy.id not in candidate.tried)


def called_queues(candidate):
    """The queues in which a vacancy finds the candidate: who is certified is in that of all, too."""
    return {each for queue in queues_of(candidate, TODAY) for each in (queue, queue._replace(certified=False))}


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
    for candidate in sorted(candidates, key=rank):
        free = [v for v in vacancies if room[v.id] and fits(candidate, v)]
        if free:
            best = min(free, key=lambda v: how_good(candidate, v))
            room[best.id] -= 1
            sent.append((candidate.worker, best.id))
    return sent


@given(candidates_and_vacancies())
@settings(max_examples=300, deadline=None)
def test_the_quick_rule_is_the_rule_as_it_is_written_down(drawn):
    candidates, vacancies = drawn
    assert [(c.worker, v.id) for c, v in refer(candidates, vacancies, TODAY)] == slowly(candidates, vacancies)


@given(candidates_and_vacancies())
@settings(max_examples=200, deadline=None)
def test_no_opening_is_given_twice_and_nobody_is_overlooked(drawn):
    candidates, vacancies = drawn
    sent = refer(candidates, vacancies, TODAY)
    taken = Counter(vacancy.id for _, vacancy in sent)
    assert all(taken[vacancy.id] <= vacancy.room for vacancy in vacancies)
    left = {candidate.worker for candidate in candidates} - {candidate.worker for candidate, _ in sent}
    assert len(left) == len(candidates) - len(sent)
    for candidate in candidates:
        if candidate.worker in left:
            assert not any(fits(candidate, v) and taken[v.id] < v.room for v in vacancies)


@given(candidates_and_vacancies())
@settings(max_examples=200, deadline=None)
def test_whom_a_vacancy_fits_is_in_a_queue_that_it_calls(drawn):
    candidates, vacancies = drawn
    for candidate in candidates:
        for vacancy in vacancies:
            if fits(candidate, vacancy):
                assert called_queues(candidate) & set(queues_called(vacancy))


@given(candidates_and_vacancies(), st.integers(1, 4))
@settings(max_examples=400, deadline=None)
def test_queues_that_were_read_deep_enough_give_what_whole_queues_would(drawn, depth):
    candidates, vacancies = drawn
    queues: dict = {}
    for candidate in sorted(candidates, key=rank):
        for queue in called_queues(candidate):
            queues.setdefault(queue, []).append(candidate)
    called = {queue for vacancy in vacancies for queue in queues_called(vacancy)}
    read = {c.worker: c for queue in called for c in queues.get(queue, [])[:depth]}
    last_read = {queue: rank(queues[queue][depth - 1]) for queue in called if len(queues.get(queue, [])) >= depth}
    sent = refer(read.values(), vacancies, TODAY)
    if read_deep_enough(sent, vacancies, last_read):
        assert [(c.worker, v.id) for c, v in sent] == slowly(candidates, vacancies)
