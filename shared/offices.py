"""Which offices look after a region: the nearest to it."""

from collections.abc import Iterable, Mapping

from shared.database.unit_of_work import UnitOfWork
from shared.events.vocabulary import Slug
from shared.regions import PROVINCE_DIGITS, covers


class Offices:
    """The offices that a service knows, by their slugs, each with the area in which it acts."""

    def __init__(self, areas: Mapping[Slug, str | None]) -> None:
        self._areas = areas

    @classmethod
    async def read(cls, work: UnitOfWork) -> "Offices":
        """Read those that are not revoked."""
        found = await work.rows("SELECT slug, region FROM agency WHERE role = 'office' AND NOT revoked ORDER BY slug")
        return cls({row.slug: row.region for row in found})

    def nearest(self, region: str | None) -> list[Slug]:
        """Name the offices nearest to a region: a regency's own, else the province's, else all Indonesia's."""
        near = {slug: _width(area) for slug, area in self._areas.items() if covers(area, region)}
        narrowest = max(near.values(), default=0)
        return [slug for slug, width in near.items() if width == narrowest]

    def widest(self) -> list[Slug]:
        """Name the offices with the widest area, for what is in no known region: all Indonesia's, else the provinces'."""
        widths = {slug: _width(area) for slug, area in self._areas.items()}
        widest = min(widths.values(), default=0)
        return [slug for slug, width in widths.items() if width == widest]


async def offices_in(work: UnitOfWork, regions: Iterable[str | None]) -> dict[str | None, list[Slug]]:
    """Name the nearest offices of each region."""
    offices = await Offices.read(work)
    return {region: offices.nearest(region) for region in set(regions)}


def _width(area: str | None) -> int:
    """Say how narrow an area is: 0 for all of Indonesia, 1 for a province, 2 for a regency."""
    return 0 if area is None else 1 if len(area) == PROVINCE_DIGITS else 2
