"""Every figure that somebody chose, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from optimizer.core.problem import Assumption
from optimizer.scenario.base import Sourced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.scenario.schema import Scenario

LABELS = ("id", "zone", "name", "kind", "site", "period")
"""Fields that name a block in a list, for keys such as `designs.micro_hubs[hub_s].build_eur`."""
UNITS = {
    "eur_per_hour": "{currency}/h",
    "eur_per_km": "{currency}/km",
    "eur_per_parcel": "{currency}/parcel",
    "eur_per_t": "{currency}/t",
    "eur_m2_year": "{currency}/m2/year",
    "eur_m2": "{currency}/m2",
    "eur_m_year": "{currency}/m/year",
    "eur_tenant_year": "{currency}/tenant/year",
    "eur_year": "{currency}/year",
    "kg_per_km": "kg/km",
    "kg_m2": "kg/m2",
    "parcels_per_day": "parcels/day",
    "parcels_per_tour": "parcels/tour",
    "parcels_per_inhabitant_day": "parcels/inhabitant/day",
    "s_per_parcel": "s/parcel",
    "per_year": "per year",
    "per_km": "per km",
    "trips_per_day": "trips/day",
    "db": "dB(A)",
    "eur": "{currency}",
    "kph": "km/h",
    "m2": "m2",
    "parcels_per_hour": "parcels/h",
    "parcels": "parcels",
    "hour": "h",
    "kg": "kg",
    "min": "min",
    "km": "km",
    "years": "years",
    "days": "days",
    "age": "years",
    "gb": "GB",
    "h": "h",
    "l": "l",
    "m": "m",
    "s": "s",
}
"""Last words of a name and the unit they mean, longest first where one ends another."""
NOT_FIGURES = ("faubourg", "solve")
CALENDAR = ("first_year", "last_year", "from_year")
"""Names of calendar years, which are written without a blank and have no unit."""


def missing_sources(scenario: Scenario) -> list[str]:
    """Return the path of every block that may carry a source and figures, and has no source."""
    return [
        path
        for path, block, _ in _blocks(scenario, "", "")
        if isinstance(block, Sourced) and not block.source.strip() and _has_figures(block)
    ]


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Return every figure of the scenario with its unit and the nearest source above it.

    A zero that nobody wrote is left out: it says that there is no such thing.
    """
    found = []
    for path, block, source in _blocks(scenario, "", ""):
        for name, value in block:
            key = f"{path}.{name}" if path else name
            stated = bool(value) or name in block.model_fields_set
            if _is_figure(value) and stated and not key.startswith(NOT_FIGURES):
                found.append(Assumption(key, _with_unit(name, value, scenario.currency), source))
    return tuple(found)


def _blocks(block: BaseModel, path: str, source: str) -> Iterator[tuple[str, BaseModel, str]]:
    """Yield every block with its path and the source that holds for it, in file order."""
    source = (block.source if isinstance(block, Sourced) else "") or source
    yield path, block, source
    for name, value in block:
        below = f"{path}.{name}" if path else name
        if isinstance(value, BaseModel):
            yield from _blocks(value, below, source)
        elif isinstance(value, tuple):
            for rank, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _blocks(item, f"{below}[{_label(item, rank)}]", source)


def _label(block: BaseModel, rank: int) -> str:
    names = (getattr(block, name, None) for name in LABELS)
    return next((name for name in names if isinstance(name, str)), str(rank))


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_figures(block: BaseModel) -> bool:
    """Whether the block, or a block without a source of its own inside it, holds a figure."""
    for _, value in block:
        inner = value if isinstance(value, tuple) else (value,)
        if any(_is_figure(item) for item in inner):
            return True
        nested = [item for item in inner if isinstance(item, BaseModel)]
        if any(not isinstance(item, Sourced) and _has_figures(item) for item in nested):
            return True
    return False


def _with_unit(name: str, value: float, currency: str) -> str:
    if name in CALENDAR:
        return f"{value:g}"
    number = f"{value:,}".replace(",", " ") if isinstance(value, int) else f"{value:g}"
    for ending, unit in UNITS.items():
        if name == ending or name.endswith(f"_{ending}"):
            return f"{number} {unit.format(currency=currency)}"
    return number
