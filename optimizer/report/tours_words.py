"""Sentences about a day of tours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.report.tours import SUPPLY, echelons
from optimizer.report.tours_figures import VEHICLE_WORDS, tour_sums, vehicles_of
from optimizer.report.words import THIN, amount, counted, listed, spaced

if TYPE_CHECKING:
    from optimizer.report.tours import DayTold

TOURS = ("tour", "tours")


def brought(told: DayTold) -> tuple[int, int, int]:
    """Return parcels brought, stops that receive them, and parcels ordered; hubs do not count."""
    parcels = stops = 0
    for one in echelons(told.day, told.plan):
        visited = one.tours.stop[one.tours.stop >= 0]
        if one.hub == SUPPLY:
            visited = visited[told.day.supply_hub[visited] < 0]
        column = one.problem.load.index("parcels")
        parcels += int(one.problem.stops.deliver[visited, column].sum())
        stops += len(visited)
    return parcels, stops, int(told.day.orders.parcels.sum())


def left_out(told: DayTold) -> list[tuple[str, int]]:
    """Return stops that are not visited, with their parcels; of hubs, those of their riders."""
    found = []
    for one in echelons(told.day, told.plan):
        missed = np.ones(one.problem.stops.count, dtype=bool)
        missed[one.tours.stop[one.tours.stop >= 0]] = False
        if one.hub == SUPPLY:
            missed &= told.day.supply_hub < 0
        column = one.problem.load.index("parcels")
        for stop in np.flatnonzero(missed).tolist():
            parcels = int(one.problem.stops.deliver[stop, column])
            found.append((one.problem.stops.id[stop], parcels))
    return found


def day_sentence(told: DayTold, mark: str = THIN) -> str:
    """Return the sentence that says the day."""
    sums = tour_sums(told)
    total = (
        {
            key: sum(one[key] for one in sums.values())
            for key in ("tours", "km", "hours", "co2e_kg", "cost_eur")
        }
        if sums
        else dict.fromkeys(("tours", "km", "hours", "co2e_kg", "cost_eur"), 0.0)
    )
    parcels, stops, ordered = brought(told)
    parts = [
        f"{spaced(sums[name]['tours'], 0, mark)} by {VEHICLE_WORDS.get(name, (name, name))[0]}"
        for name in vehicles_of(told)
    ]
    count = counted(int(total["tours"]), TOURS)
    kinds = f", {listed(parts)}," if len(parts) > 1 else f" {parts[0][2:]}" if parts else ""
    co2e = total["co2e_kg"]
    weight = (
        f"{spaced(co2e, 0, mark)}{mark}kg"
        if co2e < 1000
        else f"{spaced(co2e / 1000, 1, mark)}{mark}t"
    )
    start = (
        f"{count}{kinds} bring{'s' if total['tours'] == 1 else ''} {spaced(parcels, 0, mark)} "
        f"parcels to {spaced(stops, 0, mark)} stops: {spaced(total['km'], 0, mark)}{mark}km, "
        f"{spaced(total['hours'], 0, mark)}{mark}hours, {weight} of CO2e, "
        f"{amount(total['cost_eur'], mark)}{mark}{told.problem.prices.currency}."
    )
    missed = ordered - parcels
    end = (
        " Nothing is left behind."
        if missed <= 0
        else f" {spaced(missed, 0, mark)} of {spaced(ordered, 0, mark)} parcels are not brought."
    )
    return f"{start[0].upper()}{start[1:]}{end}"


def unserved_rows(told: DayTold, figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was not brought and why; without reasons, the stops that no tour visits."""
    given = figures.get("unserved")
    if given:
        return [
            {
                "who": str(item.get("stop") or item.get("demand_point") or ""),
                "parcels": int(item.get("parcels", 0)),
                "reason": str(item.get("reason", "")),
                "action": str(item.get("action", "")),
            }
            for item in given
        ]
    return [
        {"who": name, "parcels": parcels, "reason": "no tour has room or time for it", "action": ""}
        for name, parcels in left_out(told)
    ]
