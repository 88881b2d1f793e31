"""Sentences about a day of tours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.tours_io import SUPPLY, not_brought
from optimizer.report.tours_figures import VEHICLE_WORDS, vehicles_of
from optimizer.report.words import THIN, counted, listed, spaced

if TYPE_CHECKING:
    from optimizer.report.tours import DayTold

TOURS = ("tour", "tours")


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
    missed = parcels["not_brought"]
    end = (
        f" {spaced(missed, 0, mark)} of {spaced(parcels['ordered'], 0, mark)} parcels are not "
        "brought."
        if missed
        else " Every parcel of the day is brought."
    )
    return f"{start[0].upper()}{start[1:]}{end}"


def _weight(kg: float, mark: str) -> str:
    if kg < 1000:
        return f"{spaced(kg, 0, mark)}{mark}kg"
    return f"{spaced(kg / 1000, 1, mark)}{mark}t"


def missed_rows(told: DayTold) -> list[dict[str, Any]]:
    """Return what was not brought and why; a consignment is told by the stops that wait for it."""
    hub_stops = zip(told.day.supply.stops.id, told.day.supply_hub, strict=True)
    hubs = {name for name, hub in hub_stops if hub >= 0}
    rows = []
    for row in not_brought(told.day, told.plan):
        if row["echelon"] == SUPPLY and row["stop"] in hubs:
            continue
        reason, action = told.reasons.get(row["stop"], ("no tour visits it", ""))
        rows.append({**row, "reason": reason, "action": action})
    return rows
