"""What a day comes to, recomputed: parcels of the orders, and figures by vehicle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from optimizer.core.kinds import Channel
from optimizer.core.routing import Visit
from optimizer.verify.routing.figures import length_m

if TYPE_CHECKING:
    from optimizer.verify.routing.case import Tour
    from optimizer.verify.routing.day.case import DayCase, Part


def expected_figures(case: DayCase) -> dict[str, Any]:
    """Return what `figures.tours` of tours.json must say."""
    rows: dict[str, list[dict[str, float]]] = {}
    for part in case.parts:
        for tour in part.tours.all:
            vehicle = part.tours.problem.fleet.profile[tour.vehicle_type]
            rows.setdefault(vehicle, []).append(tour_figures(case, part, tour))
    vehicles = {vehicle: _added(table) for vehicle, table in sorted(rows.items())}
    nothing: dict[str, float] = dict.fromkeys(("tours", "trips", "visits"), 0)
    nothing |= dict.fromkeys(AMOUNTS, 0.0)
    total = _added([*vehicles.values()]) if vehicles else nothing
    ordered = sum(case.day.orders.parcels.tolist())
    brought = sum(case.supply.parcels[stop] for stop in case.supply.visited if _ends(case, stop))
    brought += sum(mile.parcels[stop] for mile in case.miles for stop in mile.visited)
    told = {"ordered": ordered, "brought": brought, "not_brought": ordered - brought}
    return {"parcels": told, "vehicles": vehicles, "total": total}


AMOUNTS = ("km", "hours", "driving_hours", "waiting_hours", "co2e_kg", "cost_eur", "carbon_eur")


def tour_figures(case: DayCase, part: Part, tour: Tour) -> dict[str, float]:
    """Return the figures of one tour: counts, then amounts."""
    prices, halts = case.problem.prices, tour.halts
    rates = prices.vehicles[part.tours.problem.fleet.profile[tour.vehicle_type]]
    stayed = math.fsum(halt.leave_s - halt.begin_s for halt in halts)
    waited = math.fsum(halt.begin_s - halt.arrive_s for halt in halts)
    spent = halts[-1].leave_s - halts[0].begin_s
    km = length_m(part.tours, tour) / 1000.0
    return {
        "tours": 1,
        "trips": len(tour.trips),
        "visits": sum(halt.kind == Visit.STOP for halt in halts),
        "km": km,
        "hours": spent / 3600.0,
        "driving_hours": (spent - stayed - waited) / 3600.0,
        "waiting_hours": waited / 3600.0,
        "co2e_kg": rates.co2e_kg_per_km * km,
        "cost_eur": rates.eur_per_hour * (spent / 3600.0) + rates.eur_per_km * km,
        "carbon_eur": prices.co2e_eur_per_t * (rates.co2e_kg_per_km * km) / 1000.0,
    }


def _ends(case: DayCase, stop: int) -> bool:
    """Tell whether a stop of supply ends a parcel's way: at the door, or for pick-up."""
    order = int(case.day.supply_order[stop])
    direct = order >= 0 and int(case.day.orders.channel[order]) == Channel.VAN
    return direct or (order < 0 and int(case.day.supply_hub[stop]) < 0)


def _added(rows: list[dict[str, float]]) -> dict[str, float]:
    return {
        key: math.fsum(row[key] for row in rows)
        if key in AMOUNTS
        else sum(row[key] for row in rows)
        for key in rows[0]
    }
