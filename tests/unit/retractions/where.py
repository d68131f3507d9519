"""Where everybody is, person by person: what the three services say, and the place in line."""

from dataclasses import dataclass, field, replace
from typing import Any

from tests.unit.retractions.story import Story
from tests.world import World


@dataclass
class Where:
    """Where one person is. `spell` is the state of the registration, `None` where there is none."""

    spell: str | None = None
    training: str | None = None
    placement: str | None = None
    certified: list[str] = field(default_factory=list)
    outcome: str | None = None
    grade: str | None = None
    ended: bool = False
    """Whether the job has ended again."""
    grants: int = 0
    was_referred_before: bool = field(default=False, compare=False)
    """Whether a referral ended with what the worker sought: nobody is sent to a vacancy twice."""

    def agrees(self, then: "Where") -> bool:
        """Whether this is where somebody is who was `then` there.

        A vacancy to which the worker was sent before is left out; and who works again and had a result that was retracted keeps the
        seat until the right one is said.
        """
        if (self.spell, self.training, then.training) == ("placed", "in-training", None):
            return replace(self, training=None).agrees(then)
        if self.was_referred_before and self.placement == "looking" and then.placement == "referred":
            return replace(self, placement="referred") == then
        return self == then


async def where(story: Story) -> list[Where]:
    """Say where each person of a story is once everybody has heard all; the balance holds then."""
    await story.world.settle()
    balance = await story.world.balance()
    assert [finding for check in balance.checks for finding in check.findings] == []
    return await where_everybody_is(story.world, story.niks)


async def where_everybody_is(world: World, niks: list[str]) -> list[Where]:
    """Say where each person is, in the order of their NIKs."""
    return [await _where(world, nik) for nik in niks]


async def lines_of(world: World, niks: list[str]) -> tuple[list[int], list[int]]:
    """Give the persons who wait for a seat, and those who look for work, each list in the order of the places in line."""
    ids = {await world.id_of(nik): nth for nth, nik in enumerate(niks)}
    waiting = await world.services["training"].rows(
        "SELECT worker FROM application WHERE state = 'waiting' ORDER BY applied_on, position, worker"
    )
    looking = await world.services["placement"].rows(
        "SELECT worker FROM candidate WHERE state IN ('looking', 'referred') ORDER BY since, position, worker"
    )
    return [ids[str(row.worker)] for row in waiting], [ids[str(row.worker)] for row in looking]


async def _where(world: World, nik: str) -> Where:
    id = await world.id_of(nik)
    if id is None:
        return Where()
    spell = await _one(
        world, "registration", "SELECT number, state, placed_on FROM spell WHERE worker = :id ORDER BY number", id
    )
    if spell is None or spell.state == "withdrawn":
        return Where(spell=None, grants=await _grants(world, id), certified=await _certified(world, id))
    application = await _one(
        world, "training", "SELECT state FROM application WHERE worker = :id AND spell = :spell", id, spell=spell.number
    )
    candidate = await _one(world, "placement", "SELECT state FROM candidate WHERE worker = :id", id)
    placement = await _one(
        world,
        "placement",
        "SELECT outcome, grade, ended_on FROM placement WHERE worker = :id AND spell = :spell",
        id,
        spell=spell.number,
    )
    state = application.state if application else None
    return Where(
        spell=spell.state,
        training=None if state in ("withdrawn", "gone") else state,
        placement=candidate.state if candidate else None,
        certified=await _certified(world, id),
        outcome=placement.outcome if placement else None,
        grade=placement.grade if placement else None,
        ended=placement is not None and placement.ended_on is not None,
        grants=await _grants(world, id),
        was_referred_before=await _was_referred_before(world, id),
    )


async def _was_referred_before(world: World, id: str) -> bool:
    sql = "SELECT 1 FROM referral WHERE worker = :id AND reason IN ('withdrawn', 'new-spell')"
    return await _one(world, "placement", sql, id) is not None


async def _certified(world: World, id: str) -> list[str]:
    rows = await world.services["placement"].rows("SELECT certified FROM candidate WHERE worker = :id", id=id)
    return sorted(rows[0].certified) if rows else []


async def _grants(world: World, id: str) -> int:
    rows = await world.desk.rows(
        "SELECT 1 FROM assertion WHERE worker = :id AND type = 'pulih.grant.recorded.v1' AND retracted_on IS NULL",
        id=id,
    )
    return len(rows)


async def _one(world: World, service: str, sql: str, id: str, **values: Any) -> Any:
    rows = await world.services[service].rows(sql, id=id, **values)
    return rows[-1] if rows else None
