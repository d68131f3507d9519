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
TRAINING = {"course": worker(0), "code": "P-1", "provider": "blk-purworejo", "title": "Sewing"}


class Life:
    """Makes events that could be: spells only ever grow, and a worker is registered before an agency answers for them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.spells: dict[int, int] = {}
        self.referrals: list = []

    def of_registration(self):
        n, dice = self.dice.randrange(30), self.dice
        spell = self.spells.get(n, 0)
        if spell == 0 or dice.random() < 0.15:
            self.spells[n] = spell + 1
            day = date(2021, 1, 1) + timedelta(dice.randrange(5))
            return registered(n, spell=spell + 1, applied_on=day, **self._application())
        makers = {
            lambda: self._answer(n): 12,
            lambda: self._about_a_vacancy(f"V{dice.randrange(12)}"): 7,
            lambda: ApplicationAmended(worker=worker(n), spell=spell, applied_on=TODAY, **self._application()): 3,
            lambda: WorkerRecalled(agency="pt-garmen", on=TODAY, worker=worker(n)): 1,
            lambda: BusinessStarted(agency="disnaker", on=TODAY, worker=worker(n), business="barista"): 1,
            lambda: RegistrationWithdrawn(
                worker=worker(n), spell=spell, on=TODAY, reason="mediation", agency="pt-garmen"
            ): 2,
        }
        return dice.choices(list(makers), list(makers.values()))[0]()

    def _answer(self, n):
        dice = self.dice
        whom = {"worker": worker(n), "vacancy": vacancy_id("V1")}
        if self.referrals and dice.random() < 0.8:
            whom = dice.choice(self.referrals)
        said = {"code": "V", "agency": "disnaker-purworejo", "on": TODAY} | whom
        by = dice.choice(["nobody", "employer", "worker"])
        return HireConfirmed(**said) if by == "nobody" else HireDeclined(by=by, **said)

    def _about_a_vacancy(self, code):
        dice = self.dice
        if dice.random() < 0.15:
            return VacancyClosed(agency="disnaker-purworejo", on=TODAY, vacancy=vacancy_id(code), code=code)
        where = {"region": dice.choice(REGIONS), "country": dice.choice(["ID", "ID", "ID", "SG"])}
        return posted(code, vocation=dice.choice(VOCATIONS), openings=dice.randint(1, 4), **where)

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

    def _application(self):
        dice = self.dice
        return {
            "wants": dice.choice([["work"], ["training"], ["training", "work"]]),
            "wishes": dice.sample(VOCATIONS, dice.randint(0, 2)),
            "region": dice.choice(REGIONS),
            "reach": dice.choice(["province", "national", "abroad"]),
        }


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
            await office.run(
                "UPDATE referral SET respond_by = '2021-01-01' WHERE state = 'open' AND get_byte(uuid_send(worker), 15) % 3 = 0"
            )
            await duties.lapse_unanswered(office.database)
        await duties.lapse_at_closed_doors(office.database)
        await duties.call_further(office.database)
        assert await office.broken() == []
    assert await office.buried() == []
    figures = await office.figures()
    assert figures["placed.hired"] > 1
    assert figures["lapsed"] > 1
