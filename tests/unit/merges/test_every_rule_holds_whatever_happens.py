"""Reports, courses, vacancies, answers, merges and splits in any order, heard in any order: every rule of every service holds."""

from contextlib import nullcontext
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.database.unit_of_work import Database
from tests.long import stories
from tests.unit.registration.posting import event, layoff, nik, today_is
from tests.world import World, new_world

PEOPLE = 4
DAYS = [f"2021-09-{day:02}" for day in range(6, 20)]
VOCATIONS = ["sewing", "welding"]
AGENCIES = {"employer": "employer", "union": "union", "office": "office", "blk": "training-provider"}
REPORTERS = ["employer", "union", "office"]

people, codes, hundreds = st.integers(0, PEOPLE - 1), st.integers(0, 1), st.integers(0, 999)
wants = st.sampled_from([["training"], ["work"], ["training", "work"], []])
wishes = st.lists(st.sampled_from(VOCATIONS), unique=True, max_size=2)
hearing = st.tuples(st.just("hear"), hundreds, st.sampled_from([1, 1, 2, 20]))
steps = st.one_of(
    st.tuples(st.just("report"), people, st.sampled_from(REPORTERS), st.sampled_from(DAYS), wants, wishes),
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("split"), hundreds),
    st.tuples(st.just("course"), codes, st.sampled_from(VOCATIONS), st.integers(1, 2)),
    st.tuples(st.just("course is off"), codes),
    st.tuples(st.just("vacancy"), codes, st.sampled_from(VOCATIONS), st.integers(1, 2)),
    st.tuples(st.just("result"), people, codes, st.sampled_from(["graduated", "failed"])),
    st.tuples(st.just("hired"), people, codes),
    st.tuples(st.just("declined"), people, codes),
    st.tuples(st.just("recalled"), people),
    st.tuples(st.just("withdrawn"), people, st.sampled_from(REPORTERS)),
    hearing,
    hearing,
    hearing,
    hearing,
    st.tuples(st.just("hear everything")),
)


class Story:
    """Plays steps: agencies post by NIK, and services hear what they have not heard yet."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.niks = [nik() for _ in range(PEOPLE)]

    async def begin(self) -> None:
        """Everybody is reported, and there is a little to be given."""
        for slug, role in AGENCIES.items():
            await self.world.desk.agency(slug, role)
        for n in range(PEOPLE):
            await self.play(("report", n, REPORTERS[n % 3], DAYS[n], [["training"], ["work"]][n % 2], []))
        await self.play(("course", 0, "sewing", 1))
        await self.play(("vacancy", 0, "sewing", 1))

    async def play(self, step: tuple[Any, ...]) -> None:
        kind, *rest = step
        if kind == "hear":
            await self.hear(*rest)
        elif kind == "hear everything":
            await self.world.settle()
        else:
            (slug, data) = await self.pair(kind, *rest) if kind in ("merge", "split") else self.said(kind, *rest)
            with today_is(rest[2]) if kind == "report" else nullcontext():
                (receipt,) = await self.world.desk.receipts(slug, data)
            assert receipt.get("problem", {}).get("status") in (None, 403, 409, 422), receipt
            assert await self.world.desk.broken() == {}

    async def hear(self, nth: int, most: int) -> None:
        if queues := await self.world.waiting():
            queue = queues[nth % len(queues)]
            await self.world.hear(queue, most)
            assert await self.world.services[queue[0]].broken() == {}, queue

    async def pair(self, kind: str, *rest: int) -> tuple[str, dict[str, Any]]:
        """An office joins two people, or parts a pair that is one."""
        worker, other = [await self.world.id_of(self.niks[n]) for n in rest] if kind == "merge" else ["", ""]
        if kind == "split":
            pairs = await self.world.desk.rows("SELECT into_worker, worker FROM merged_worker ORDER BY worker")
            worker, other = (
                map(str, pairs[rest[0] % len(pairs)]) if pairs else (await self.world.id_of(self.niks[0]),) * 2
            )
        name = "IdentitiesMerged" if kind == "merge" else "IdentitiesKeptApart"
        return "office", event(name, {"on": "2021-09-10", "worker": worker, "other": other})

    def said(self, kind: str, *rest: Any) -> tuple[str, dict[str, Any]]:
        if kind == "report":
            n, slug, day, wanted, wished = rest
            who = {"nik": self.niks[n], "name": f"Orang {chr(97 + n)}"}
            return slug, layoff(self.niks[n], person=who, on=day, wants=wanted, wishes=wished)
        if kind in ("course", "course is off", "vacancy"):
            return self._of_an_agency(kind, *rest)
        return self._about_a_worker(kind, *rest)

    def _of_an_agency(self, kind: str, code: int, *rest: Any) -> tuple[str, dict[str, Any]]:
        if kind == "course is off":
            return "blk", event("CourseCancelled", {"on": "2021-09-12", "code": f"C{code}"})
        vocation, number = rest
        what = {"on": "2021-09-01", "vocation": vocation, "title": "Sesuatu", "region": "33.06"}
        if kind == "vacancy":
            return "office", event("VacancyPosted", {**what, "code": f"V{code}", "employer": "PT", "openings": number})
        when = {"starts_on": "2021-09-13", "ends_on": "2021-10-08", "entry_until": "2021-10-08"}
        return "blk", event("CourseOffered", {**what, **when, "code": f"C{code}", "funding": "APBN", "seats": number})

    def _about_a_worker(self, kind: str, n: int, *rest: Any) -> tuple[str, dict[str, Any]]:
        about = {"on": "2021-09-15", "nik": self.niks[n]}
        match kind, rest:
            case "result", (code, result):
                return "blk", event("TrainingResultRecorded", {**about, "code": f"C{code}", "result": result})
            case "hired", (code,):
                return "office", event("HireConfirmed", {**about, "code": f"V{code}"})
            case "declined", (code,):
                return "office", event("HireDeclined", {**about, "code": f"V{code}"})
            case "withdrawn", (slug,):
                return slug, event("LayoffWithdrawn", {**about, "reason": "mediation"})
        return "office", event("WorkerRecalled", about)


@stories
@given(played=st.lists(steps, min_size=20, max_size=60))
async def test_no_worker_is_lost_or_doubled(databases: dict[str, Database], played: list[tuple[Any, ...]]) -> None:
    async with new_world(databases) as world:
        story = Story(world)
        await story.begin()
        for step in played:
            await story.play(step)
        await world.settle()
        assert await world.deferred() == []
        balance = await world.balance()
        assert [finding for check in balance.checks for finding in check.findings] == []
