"""Synthetic workers, made from a scenario's seed: no name, birth date or number here was taken from anyone.

Their NIKs are well formed: six digits of place, the birth date with 40 added to a woman's day, a serial number. They
belong to nobody: digits five and six are the district, districts are numbered from 01, and here they are 00.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scenarios.model import Scenario, Workers
from scenarios.shares import mix

NO_DISTRICT = "00"
YOUNGEST, OLDEST = 18, 55
"""Ages in years on the day of the report."""
# names that many bear; nobody who is named in the articles
WOMEN = (
    "Anisa Ayu Citra Dewi Dian Eka Endah Fitri Hesti Ika Kartika Laras Lestari Mega Melati Nia Nur Puji Putri Ratna "
    "Retno Rina Sekar Tari Widya Wulan Yuni"
)
MEN = (
    "Adi Agus Bagus Bambang Budi Cahyo Eko Fajar Gilang Hadi Hendra Imam Joko Kurnia Lukman Mulyadi Nugroho Pandu "
    "Rahmat Rudi Slamet Taufik Teguh Tono Wahyu Wawan Yanto Yusuf"
)
LAST = (
    "Firmansyah Gunawan Handoko Hidayat Kusuma Maulana Nugraha Prasetyo Pratama Purnama Ramadhan Santoso Saputra "
    "Subagyo Suryana Wibowo Wijaya"
)


@dataclass(frozen=True)
class Person:
    """Someone who exists in a scenario only."""

    nik: str
    name: str
    sex: str
    birth_date: date
    region: str
    email: str


def people_of(scenario: Scenario) -> dict[str, list[Person]]:
    """Make everyone of a scenario, by group, in the order in which they are reported. The same seed, the same people."""
    serials: Counter[str] = Counter()
    found: dict[str, list[Person]] = {}
    for name, group in scenario.workers.items():
        same = found.get(group.same_as) if group.same_as else None
        found[name] = _same_people(same, group, serials) if same else _people(scenario, name, group, serials)
    return found


def _same_people(people: list[Person], group: Workers, serials: Counter[str]) -> list[Person]:
    """Give the first people of an earlier group as this one has them: where they live now, and with another NIK if it was mistyped."""
    regions = mix(group.regions, group.count) if group.regions else [one.region for one in people]
    return [
        replace(one, region=region, nik=_another(one.nik, serials) if group.mistyped else one.nik)
        for one, region in zip(people[: group.count], regions, strict=False)
    ]


def _another(nik: str, serials: Counter[str]) -> str:
    before = nik[:-4]
    serials[before] += 1
    return f"{before}{serials[before]:04d}"


def _people(scenario: Scenario, name: str, group: Workers, serials: Counter[str]) -> list[Person]:
    regions = mix(group.regions or {scenario.region: 1}, group.count)
    return [_person(scenario, f"{name}/{nth}", group, region, serials) for nth, region in enumerate(regions)]


def _person(scenario: Scenario, who: str, group: Workers, region: str, serials: Counter[str]) -> Person:
    # a hash, because what `random` draws may change from one Python to the next
    lot = int.from_bytes(hashlib.sha256(f"{scenario.seed}/{who}".encode()).digest())
    lot, is_woman = divmod(lot, 2)
    given, family = (WOMEN if is_woman else MEN).split(), LAST.split()
    lot, first = divmod(lot, len(given))
    lot, last = divmod(lot, len(family))
    youngest = group.reported.first - timedelta(days=YOUNGEST * 366)
    birth = youngest - timedelta(days=lot % ((OLDEST - YOUNGEST) * 365))
    serials[before := nik_before_serial(region, birth, is_woman=bool(is_woman))] += 1
    name = f"{given[first]} {family[last]}"
    return Person(
        nik=f"{before}{serials[before]:04d}",
        name=name,
        sex="female" if is_woman else "male",
        birth_date=birth,
        region=region,
        email=f"{name.lower().replace(' ', '.')}.{who.replace('/', '.')}@example.invalid",
    )


def nik_before_serial(region: str, birth: date, *, is_woman: bool) -> str:
    """Give the first twelve digits of a NIK that nobody can have: a woman's day is +40."""
    day = birth.day + (40 if is_woman else 0)
    return f"{region.replace('.', '')}{NO_DISTRICT}{day:02d}{birth:%m%y}"
