"""A story of one office's people: agencies say things, take them back and say them anew, and the services hear of it."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.unit.registration.posting import NAMES, event, layoff, nik, person, retraction
from tests.world import World

PEOPLE = 4
VOCATIONS = ["sewing", "welding"]
AGENCIES = {
    "employer": "employer",
    "pt-baru": "employer",
    "union": "union",
    "office": "office",
    "blk": "training-provider",
}
EMPLOYERS = ["employer", "pt-baru"]
REPORTERS = ["employer", "union", "office"]

Step = tuple[Any, ...]
people, codes, hundreds = st.integers(0, PEOPLE - 1), st.integers(0, 1), st.integers(0, 999)
wants = st.sampled_from([["training"], ["work"], ["training", "work"]])
wishes = st.lists(st.sampled_from(VOCATIONS), unique=True, max_size=2)
about_people = (
    st.tuples(st.just("report"), people, st.sampled_from(REPORTERS), wants, wishes),
    st.tuples(st.just("result"), people, codes, st.sampled_from(["graduated", "failed"])),
    st.tuples(st.just("absent"), people, codes),
    st.tuples(st.just("seat declined"), people),
    st.tuples(st.just("hired"), people, codes),
    st.tuples(st.just("declined"), people, codes),
    st.tuples(st.just("recalled"), people, st.sampled_from(["office", *EMPLOYERS])),
    st.tuples(st.just("came to the door"), people, st.sampled_from(EMPLOYERS)),
    st.tuples(st.just("confirmed"), people),
    st.tuples(st.just("denies"), people),
    st.tuples(st.just("does not work there"), people),
    st.tuples(st.just("out of work"), people),
    st.tuples(st.just("business"), people),
    st.tuples(st.just("withdrawn"), people, st.sampled_from(REPORTERS)),
    st.tuples(st.just("contested"), people, st.sampled_from(["employer", "union"])),
    st.tuples(st.just("grant"), people),
)
about_things = (
    st.tuples(st.just("course"), codes, st.sampled_from(VOCATIONS), st.integers(1, 2)),
    st.tuples(st.just("course is off"), codes),
    st.tuples(st.just("pause"), codes),
    st.tuples(st.just("resume"), codes),
    st.tuples(st.just("vacancy"), codes, st.sampled_from(VOCATIONS), st.integers(1, 2)),
    st.tuples(st.just("closed"), codes),
)
retract, anew = st.tuples(st.just("retract"), hundreds), st.tuples(st.just("anew"), hundreds)
hearing = st.tuples(st.just("hear"), hundreds, st.sampled_from([1, 1, 2, 20]))


@dataclass
class Fact:
    """What an agency said and the desk accepted."""

    slug: str
    posted: dict[str, Any]
    person: int | None
    retracted: bool = False

    @property
    def at_the_door(self) -> bool:
        """Whether the desk does not know of whom it is said: only who said it takes it back."""
        return self.type == "HireConfirmed" and "person" in self.posted["data"]

    @property
    def type(self) -> str:
        """The name of what was said."""
        return NAMES[self.posted["type"]]


@dataclass
class Story:
    """Plays steps in one world. `facts` are those that the desk accepted, in order, retractions left out."""

    world: World
    niks: list[str] = field(default_factory=lambda: [nik() for _ in range(PEOPLE)])
    facts: list[Fact] = field(default_factory=list)
    retracts_things: bool = True
    """Whether what is said of courses and vacancies is retracted, too."""

    async def admit(self) -> None:
        """Let the agencies speak."""
        for slug, role in AGENCIES.items():
            await self.world.desk.agency(slug, role)

    async def begin(self, seats: int = 1, *, heard_at_once: bool = False) -> None:
        """Everybody is reported, and there is something to be given. With `heard_at_once` all hear of each step before the next."""
        await self.admit()
        things: list[Step] = []
        for code, vocation in enumerate(VOCATIONS):
            things += [("course", code, vocation, seats), ("vacancy", code, vocation, seats)]
        reports = [("report", n, REPORTERS[n % 3], [["training"], ["work"]][n % 2], []) for n in range(PEOPLE)]
        for step in (*things, *reports):
            await self.play(step)
            if heard_at_once:
                await self.world.settle()

    async def play(self, step: Step) -> None:
        kind, *rest = step
        if kind == "hear":
            await self._hear(*rest)
        elif kind == "hear everything":
            await self.world.settle()
        elif kind == "retract":
            await self._retract(*rest)
        elif kind == "anew":
            if gone := [fact for fact in self.facts if fact.retracted]:
                fact = gone[rest[0] % len(gone)]
                await self.say(fact.slug, event(fact.type, fact.posted["data"]), fact.person)
        else:
            await self.say(*_said(kind, self.niks, *rest))

    async def say(self, slug: str, posted: dict[str, Any], person: int | None) -> bool:
        """Let an agency say something. Says whether the desk accepted it."""
        (receipt,) = await self.world.desk.receipts(slug, posted)
        assert receipt.get("problem", {}).get("status") in (None, 403, 409, 422), receipt
        assert await self.world.desk.broken() == {}
        if receipt["outcome"] == "accepted":
            self.facts.append(Fact(slug, posted, person))
        return receipt["outcome"] == "accepted"

    async def retract(self, fact: Fact) -> None:
        """The speaker takes back what it said of its course or vacancy; the office takes back what was said of a worker."""
        by = fact.slug if fact.person is None or fact.at_the_door else "office"
        (receipt,) = await self.world.desk.receipts(by, retraction(fact.posted, agency=fact.slug))
        assert receipt["outcome"] == "accepted", (fact, receipt)
        assert await self.world.desk.broken() == {}
        fact.retracted = True

    async def _retract(self, nth: int) -> None:
        standing = [
            fact
            for fact in self.facts
            if not fact.retracted
            and fact.type != "PlacementDenied"
            and (self.retracts_things or fact.person is not None)
        ]
        if standing:
            await self.retract(standing[nth % len(standing)])

    async def _hear(self, nth: int, most: int) -> None:
        if queues := await self.world.waiting():
            queue = queues[nth % len(queues)]
            await self.world.hear(queue, most)
            assert await self.world.services[queue[0]].broken() == {}, queue


def _said(kind: str, niks: list[str], *rest: Any) -> tuple[str, dict[str, Any], int | None]:
    if kind in ("course", "vacancy"):
        code, vocation, number = rest
        what = {"on": "2021-09-01", "vocation": vocation, "title": "Sesuatu", "region": "33.06"}
        if kind == "vacancy":
            posted = {**what, "code": f"V{code}", "employer": "PT", "openings": number}
            return "office", event("VacancyPosted", posted), None
        when = {"starts_on": "2021-09-13", "ends_on": "2021-10-08", "entry_until": "2021-10-08"}
        posted = {**what, **when, "code": f"C{code}", "funding": "APBN", "seats": number}
        return "blk", event("CourseOffered", posted), None
    if kind in ("course is off", "pause", "resume", "closed"):
        name = {"course is off": "CourseCancelled", "pause": "CoursePaused", "resume": "CourseResumed"}.get(kind)
        if name is None:
            return "office", event("VacancyClosed", {"on": "2021-09-12", "code": f"V{rest[0]}"}), None
        return "blk", event(name, {"on": "2021-09-12", "code": f"C{rest[0]}"}), None
    n, *rest = rest
    if kind == "report":
        slug, wanted, wished = rest
        who = {"nik": niks[n], "name": f"Orang {chr(97 + n)}"}
        return slug, layoff(niks[n], person=who, wants=wanted, wishes=wished), n
    said = _of_work if kind in ("hired", "declined", "recalled", "came to the door") else _of_a_worker
    slug, posted = said(kind, {"on": "2021-09-15", "nik": niks[n]}, *rest)
    return slug, posted, n


def _of_work(kind: str, about: dict[str, Any], who: Any = "office") -> tuple[str, dict[str, Any]]:
    """`who` is an employer or the office, or the number of a vacancy."""
    if kind == "came to the door":
        said = {"on": about["on"], "person": person(about["nik"]), "employer": f"PT {who}", "region": "33.06"}
        return who, event("HireConfirmed", said)
    if kind == "recalled":
        return who, event("WorkerRecalled", about)
    return "office", event("HireConfirmed" if kind == "hired" else "HireDeclined", {**about, "code": f"V{who}"})


def _of_a_worker(kind: str, about: dict[str, Any], *rest: Any) -> tuple[str, dict[str, Any]]:
    if kind == "withdrawn":
        return rest[0], event("LayoffWithdrawn", {**about, "reason": "mediation"})
    if kind == "result":
        code, result = rest
        return "blk", event("TrainingResultRecorded", {**about, "code": f"C{code}", "result": result})
    if kind == "absent":
        return "blk", event("NoShowRecorded", {**about, "code": f"C{rest[0]}"})
    name, more = {
        "contested": ("ClaimContested", {"claimant": rest[0] if rest else None}),
        "business": ("BusinessStarted", {"business": "tailoring"}),
        "grant": ("GrantRecorded", {"kind": "tools"}),
        "seat declined": ("SeatDeclined", {}),
        "confirmed": ("PlacementConfirmed", {}),
        "denies": ("PlacementContested", {}),
        "does not work there": ("PlacementDenied", {}),
        "out of work": ("EmploymentEnded", {}),
    }[kind]
    return "office", event(name, {**about, **more})
