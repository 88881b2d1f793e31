"""A site on its way into the problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from optimizer.core.problem import AuditLine

if TYPE_CHECKING:
    from optimizer.core.kinds import LandStatus


@dataclass(frozen=True)
class Draft:
    """A candidate site before it is numbered; `shape` is a polygon or point, projected CRS.

    area_m2 : usable land. parcel_m2 : the whole parcel. None from `jurisdiction` on: nothing is
    stated, so that the map, the zone or `land.prices` says it. Amounts are whole EUR.
    """

    id: str
    name: str
    what: str
    origin: str
    zone: str
    shape: Any
    area_m2: float
    parcel_m2: float
    status: LandStatus
    jurisdiction: str | None = None
    price_eur_m2: int | None = None
    rent_eur_m2_year: float | None = None
    height_max_m: float | None = None
    noisy: bool | None = None
    homes_m: float | None = None
    long_lease_eur_m2: int | None = None
    long_lease_rent_eur_m2_year: float | None = None
    free_from_year: int | None = None
    free_until_year: int | None = None
    clean_up_eur: int | None = None
    clean_up_deviation_eur: int | None = None
    clean_up_years: int | None = None
    price_deviation_eur_m2: int | None = None


@dataclass
class Audit:
    """Collects what was mended or left out, with a few examples each."""

    lines: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    totals: list[AuditLine] = field(default_factory=list)

    def note(self, what: str, identity: str, unit: str = "sites") -> None:
        """Count one case."""
        self.lines.setdefault((what, unit), []).append(identity)

    def finish(self) -> tuple[AuditLine, ...]:
        """Return one line per kind of case with three ids, then the totals."""
        cases = (
            AuditLine("land", what, len(ids), unit, _some(ids))
            for (what, unit), ids in self.lines.items()
        )
        return (*cases, *self.totals)


def _some(ids: list[str], count: int = 3) -> str:
    more = ", ..." if len(ids) > count else ""
    return ", ".join(sorted(ids)[:count]) + more
