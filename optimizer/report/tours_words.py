"""Sentences about a day of tours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.tours_io import SUPPLY, not_brought
from optimizer.report.tours import echelons
from optimizer.report.tours_figures import VEHICLE_WORDS, vehicles_of
from optimizer.report.words import THIN, counted, listed, spaced

if TYPE_CHECKING:
    from optimizer.report.tours import DayTold

TOURS = ("tour", "tours")
REASONS = 3


def customers(told: DayTold) -> int:
    """Return how many visits hand parcels to receivers or delivery points; hubs do not count."""
    return sum(what in {"door", "delivery point"} for what in told.visits.what)


def day_sentence(told: DayTold, mark: str = THIN) -> str:
    """Return the sentence that says the day."""
    vehicles, total = told.figures["vehicles"], told.figures["total"]
    parcels = told.figures["parcels"]
    parts = [
        f"{spaced(vehicles[name]['tours'], 0, mark)} by {VEHICLE_WORDS.get(name, (name,))[0]}"
        for name in vehicles_of(told)
    ]
    kinds = f" ({listed(parts)})" if len(parts) > 1 else ""
    start = (
        f"{counted(total['tours'], TOURS)}{kinds} bring{'s' if total['tours'] == 1 else ''} "
        f"{spaced(parcels['brought'], 0, mark)} parcels to {spaced(customers(told), 0, mark)} "
        f"stops: {spaced(total['km'], 0, mark)}{mark}km, {spaced(total['hours'], 0, mark)}{mark}"
        f"{'hour' if round(total['hours']) == 1 else 'hours'}, "
        f"{_weight(total['co2e_kg'], mark)} of CO2e, "
        f"{spaced(total['cost_eur'], 0, mark)}{mark}{told.problem.prices.currency}."
    )
    return f"{start[0].upper()}{start[1:]}{_left_behind(told, mark)}"


def _left_behind(told: DayTold, mark: str) -> str:
    """Return what is not brought, with its reasons, those of most parcels first."""
    parcels = told.figures["parcels"]
    missed = parcels["not_brought"]
    if not missed:
        return " Every parcel of the day is brought."
    words = f" {spaced(missed, 0, mark)} of {spaced(parcels['ordered'], 0, mark)} parcels are not "
    reasons: dict[str, int] = {}
    for row in missed_rows(told):
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["parcels"]
    most = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:REASONS]
    if len(most) == 1:
        return f"{words}brought: {most[0][0]}."
    parts = [f"{reason} ({spaced(count, 0, mark)})" for reason, count in most]
    return f"{words}brought: {'; '.join(parts)}."


def _weight(kg: float, mark: str) -> str:
    if kg < 1000:
        return f"{spaced(kg, 0, mark)}{mark}kg"
    return f"{spaced(kg / 1000, 1, mark)}{mark}t"


def missed_rows(told: DayTold) -> list[dict[str, Any]]:
    """Return what was not brought and why; a consignment is told by the stops that wait for it."""
    spots = _spots(told)
    hub_stops = zip(told.day.supply.stops.id, told.day.supply_hub, strict=True)
    hubs = {name for name, hub in hub_stops if hub >= 0}
    rows = []
    for row in not_brought(told.day, told.plan):
        if row["echelon"] == SUPPLY and row["stop"] in hubs:
            continue
        reason, action = told.reasons.get(row["stop"], ("no tour visits it", ""))
        lon, lat = spots[row["hub"], row["stop"]]
        rows.append({**row, "reason": reason, "action": action, "lon": lon, "lat": lat})
    return rows


def _spots(told: DayTold) -> dict[tuple[str | None, str], tuple[float, float]]:
    """Return where each stop is, by the hub that serves it (None: supply) and its name."""
    found: dict[tuple[str | None, str], tuple[float, float]] = {}
    for one in echelons(told.day, told.plan):
        hub = None if one.hub < 0 else told.day.hubs.id[one.hub]
        stops, lon, lat = one.problem.stops, one.problem.lon, one.problem.lat
        for name, place in zip(stops.id, stops.place.tolist(), strict=True):
            found[hub, name] = (float(lon[place]), float(lat[place]))
    return found
