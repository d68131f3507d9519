"""Random vacancies, workers and answers, in random batches, from two topics that race: the rules hold after each batch."""

import random
from datetime import date, timedelta

import pytest

from contract.examples import EMPLOYER, OFFICE, PURWOREJO, example, id_of, worker
from services.placement import duties, referrals
from services.placement.domain import matching
from services.placement.domain.terms import Terms
from shared.events import HireConfirmed, HireDeclined
from tests.service_under_test import kinds
from tests.unit.placement.examples import (
    BALIKPAPAN,
    BEKASI,
    KEBUMEN,
    TODAY,
    YOGYAKARTA,
    admitted,
    amended,
    approved,
    carded,
    closed,
    graduated,
    in_business,
    left_training,
    posted,
    recalled,
    refused,
    registered,
    withdrawn,
)

VOCATIONS = ["sewing", "welding", "barista"]
REGIONS = [PURWOREJO, KEBUMEN, YOGYAKARTA, BALIKPAPAN, BEKASI, "Kampung Baru", None]


POSTERS = [OFFICE, EMPLOYER, "pt-lain"]
OFFICES = {OFFICE: PURWOREJO, "disnaker-jateng": "33", "disnaker-balikpapan": BALIKPAPAN, "kemnaker": None}
FEW_WITHOUT_APPROVAL = 5


@pytest.fixture
def life(seed):
    return Life(seed)


@pytest.fixture
def terms_of_referral(life):
    """The terms, on a day that the test moves."""
    return Terms(most_unapproved=FEW_WITHOUT_APPROVAL, today=lambda: life.today)


class Life:
    """Makes events that could be: spells only ever grow, and a worker is registered before an agency answers for them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.today = TODAY
        self.spells: dict[int, int] = {}
        self.referrals: list = []
        self.posted = [("V1", EMPLOYER)]

    def of_registration(self):
        n, dice = self.dice.randrange(30), self.dice
        spell = self.spells.get(n, 0)
        if spell == 0 or dice.random() < 0.15:
            self.spells[n] = spell + 1
            day = date(2021, 1, 1) + timedelta(dice.randrange(5))
            return registered(n, spell=spell + 1, applied_on=day, **self._application())
        makers = {
            lambda: self._answer(n): 12,
            lambda: self._about_a_vacancy(f"V{dice.randrange(6)}", dice.choice(POSTERS)): 7,
            self._approval: 3,
            self._admission: 1,
            lambda: amended(n, spell=spell, applied_on=TODAY, **self._application()): 3,
            lambda: recalled(n): 1,
            lambda: in_business(n): 1,
            lambda: withdrawn(n, spell=spell): 2,
            lambda: carded(n, valid_until=self.today + timedelta(dice.choice([-1, 0, 1, 40, 400]))): 3,
        }
        return dice.choices(list(makers), list(makers.values()))[0]()

    def _answer(self, n):
        dice = self.dice
        whom = {"worker": worker(n), "vacancy": id_of("V1", OFFICE), "agency": OFFICE}
        if self.referrals and dice.random() < 0.8:
            whom = dice.choice(self.referrals)
        by = dice.choice(["nobody", "employer", "worker"])
        return example(HireConfirmed, **whom) if by == "nobody" else example(HireDeclined, by=by, **whom)

    def _about_a_vacancy(self, code, agency):
        dice = self.dice
        if dice.random() < 0.15:
            return closed(code, agency=agency)
        where = {"region": dice.choice(REGIONS), "country": dice.choice(["ID", "ID", "ID", "SG"])}
        self.posted.append((code, agency))
        openings = dice.choice([1, 2, 3, 4, 9, 40])
        asks = {"certificate": dice.random() < 0.3}
        return posted(code, agency=agency, vocation=dice.choice(VOCATIONS), openings=openings, **where, **asks)

    def _approval(self):
        dice = self.dice
        code, poster = dice.choice(self.posted)
        return approved(code, of=poster, agency=dice.choice(list(OFFICES)), openings=dice.choice([None, 2, 6]))

    def _admission(self):
        """An office is admitted at last, or an agency again, perhaps in another role."""
        dice = self.dice
        return admitted(dice.choice(POSTERS), dice.choice(["office", "employer"]), region=PURWOREJO)

    def of_training(self):
        n, dice = self.dice.randrange(30), self.dice
        spell = max(1, self.spells.get(n, 0) + dice.choice([-1, 0, 0, 1]))
        kind = dice.randrange(3)
        if kind == 0:
            return graduated(n, spell=spell, vocation=dice.choice(VOCATIONS))
        if kind == 1:
            return left_training(n, spell=spell, wishes=[])
        return refused(n, spell=spell)

    def _application(self):
        dice = self.dice
        return {
            "wants": dice.choice([["work"], ["training"], ["training", "work"]]),
            "wishes": dice.sample(VOCATIONS, dice.randint(0, 2)),
            "region": dice.choice(REGIONS),
            "reach": dice.choice(["province", "national", "abroad", "abroad"]),
            "birth_year": dice.choice([1990, 1990, 2003, 2004, None]),
            "sex": dice.choice(["female", "male", None]),
        }


@pytest.mark.parametrize("seed", range(6))
async def test_no_sequence_of_events_breaks_a_rule(placement, life, terms_of_referral, monkeypatch):
    # so small that openings are held back, and closed vacancies have more referrals than one transaction lapses
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 3)
    monkeypatch.setattr(referrals, "CANDIDATES_PER_OPENING", 1)
    monkeypatch.setattr(matching, "SPARE_CANDIDATES", 0)
    agreed = terms_of_referral
    await placement.hear(*(admitted(slug, "office", region=area) for slug, area in OFFICES.items()))
    await placement.hear(admitted(EMPLOYER, "employer"))
    for _ in range(12):
        life.referrals = [
            row._asdict()
            for row in await placement.rows(
                "SELECT r.worker, r.vacancy, v.agency FROM referral AS r JOIN vacancy AS v ON v.id = r.vacancy"
            )
        ]
        if life.dice.random() < 0.3:
            await placement.hear(*(life.of_training() for _ in range(life.dice.randint(1, 12))))
        else:
            await placement.hear(*(life.of_registration() for _ in range(life.dice.randint(1, 25))))
        if life.dice.random() < 0.1:
            await placement.run(
                "UPDATE referral SET respond_by = '2021-01-01' WHERE state = 'open' AND get_byte(uuid_send(worker), 15) % 3 = 0"
            )
            await duties.lapse_unanswered(placement.database, agreed)
        if life.dice.random() < 0.3:
            life.today += timedelta(life.dice.choice([1, 40, 200]))
            await duties.judge_anew(placement.database, agreed)
        await duties.lapse_for_closed_vacancies(placement.database, agreed)
        await duties.call_more_candidates(placement.database, agreed)
        assert await placement.broken() == {}
    assert await placement.buried() == []
    figures = await placement.figures()
    assert figures["placed.hired"] > 1
    assert figures["lapsed"] > 1
    said = kinds(await placement.said())
    assert {"VacancyApprovalNeeded", "OpeningsReleased"} <= set(said)
