"""Random offices, workers and answers, in random batches, from two topics that race: the rules hold after each batch."""

import random
from datetime import date, timedelta

import pytest

from services.placement import duties, handlers, referring
from shared.events import (
    ApplicationAmended,
    ApplicationRefused,
    BusinessStarted,
    HireConfirmed,
    HireDeclined,
    RegistrationWithdrawn,
    TrainingNotCompleted,
    VacancyClosed,
    WorkerGraduated,
    WorkerRecalled,
)
from tests.unit.placement.office import (
    BALIKPAPAN,
    BEKASI,
    KEBUMEN,
    PURWOREJO,
    TODAY,
    YOGYAKARTA,
    posted,
    registered,
    vacancy_id,
    worker,
)

VOCATIONS = ["sewing", "welding", "barista"]
REGIONS = [PURWOREJO, KEBUMEN, YOGYAKARTA, BALIKPAPAN, BEKASI, "Kampung Baru", None]
TRAINING = dict(course=worker(0), code="P-1", provider="blk-purworejo", title="Sewing")


class Life:
    """Makes events that could be: spells only ever grow, and a worker is registered before an agency answers for them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.spells: dict[int, int] = {}
        self.referrals: list = []

    def of_registration(self):
        n, dice = self.dice.randrange(30), self.dice
        spell = self.spells.get(n, 0)
        code = f"V{dice.randrange(12)}"
        answer = {"worker": worker(n), "vacancy": vacancy_id(code), "code": code, "agency": "disnaker-purworejo"}
        if spell == 0 or dice.random() < 0.15:
            self.spells[n] = spell + 1
            return registered(n, spell=spell + 1, **self._application())
        if self.referrals and dice.random() < 0.8:
            answer |= dice.choice(self.referrals)
        kind = dice.choices(range(8), [3, 6, 1, 7, 5, 1, 1, 2])[0]
        if kind == 0:
            return ApplicationAmended(
                worker=worker(n), spell=spell, applied_on=TODAY, **self._application(also=("wants",))
            )
        if kind == 1:
            return posted(
                code,
                vocation=dice.choice(VOCATIONS),
                region=dice.choice(REGIONS),
                country=dice.choice(["ID", "ID", "ID", "SG"]),
                openings=dice.randint(1, 4),
            )
        if kind == 2:
            return VacancyClosed(agency="disnaker-purworejo", on=TODAY, vacancy=vacancy_id(code), code=code)
        if kind == 3:
            return HireConfirmed(on=TODAY, **answer)
        if kind == 4:
            return HireDeclined(on=TODAY, by=dice.choice(["employer", "worker"]), **answer)
        if kind == 5:
            return WorkerRecalled(agency="pt-garmen", on=TODAY, worker=worker(n))
        if kind == 6:
            return BusinessStarted(agency="disnaker-purworejo", on=TODAY, worker=worker(n), business="barista")
        return RegistrationWithdrawn(worker=worker(n), spell=spell, on=TODAY, reason="mediation", agency="pt-garmen")

    def of_training(self):
        n, dice = self.dice.randrange(30), self.dice
        about = {"worker": worker(n), "spell": max(1, self.spells.get(n, 0) + dice.choice([-1, 0, 0, 1]))}
        kind = dice.randrange(3)
        if kind == 0:
            vocation = dice.choice(VOCATIONS)
            return WorkerGraduated(vocation=vocation, certificate="C", on=TODAY, region=PURWOREJO, **TRAINING, **about)
        if kind == 1:
            return TrainingNotCompleted(result="left", on=TODAY, region=PURWOREJO, **TRAINING, **about)
        return ApplicationRefused(reason="already-certified", **about)

    def _application(self, also=()):
        dice = self.dice
        known = {
            "wants": dice.choice([["work"], ["training"], ["training", "work"]]),
            "wishes": dice.sample(VOCATIONS, dice.randint(0, 2)),
            "region": dice.choice(REGIONS),
            "reach": dice.choice(["province", "national", "abroad"]),
        }
        return known if also else known | {"applied_on": date(2021, 1, 1) + timedelta(dice.randrange(5))}


@pytest.mark.parametrize("seed", range(6))
async def test_no_sequence_of_events_breaks_a_rule(office, seed, monkeypatch):
    monkeypatch.setattr(referring, "PAGE", 3)  # so small that openings are held back and doors close on many
    monkeypatch.setattr(duties, "PAGE", 3)
    monkeypatch.setattr(handlers, "PAGE", 3)
    monkeypatch.setattr(referring, "FIRST_ASK", 1)
    monkeypatch.setattr(referring, "SPARE", 0)
    life = Life(seed)
    for _ in range(12):
        life.referrals = [row._asdict() for row in await office.rows("SELECT worker, vacancy FROM referral")]
        if life.dice.random() < 0.3:
            await office.hear(*(life.of_training() for _ in range(life.dice.randint(1, 12))), by="training")
        else:
            await office.hear(*(life.of_registration() for _ in range(life.dice.randint(1, 25))))
        if life.dice.random() < 0.1:
            await office.run("UPDATE referral SET respond_by = '2021-01-01' WHERE state = 'open' AND random() < 0.3")
            await duties.lapse_unanswered(office.database)
        await duties.lapse_at_closed_doors(office.database)
        await duties.call_further(office.database)
        assert await office.broken() == []
    assert await office.buried() == []
    figures = await office.figures()
    assert figures["placed.hired"] > 2
    assert figures["lapsed"] > 2
