"""Tables of a day's tours: tours, their stops, consignments to hubs, what hubs hold by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tours_io import clock
from optimizer.report.tours import HOUR_S, SUPPLY
from optimizer.report.tours_hubs import hub_days

if TYPE_CHECKING:
    from optimizer.report.tours import DayTold
    from optimizer.report.tours_hubs import HubDay

Row = dict[str, Any]
COLUMNS: dict[str, tuple[str, ...]] = {
    "tours": (
        "tour", "echelon", "hub", "vehicle", "type", "begins", "ends", "hours", "km", "trips",
        "stops", "parcels", "kg", "cost_eur", "co2e_kg",
    ),
    "tour_stops": (
        "tour", "trip", "number", "kind", "what", "place", "stop", "arrives", "begins", "leaves",
        "way_m", "parcels", "kg", "parcels_on_board", "kg_on_board", "lon_deg", "lat_deg",
    ),
    "consignments": (
        "hub", "site", "stop", "tour", "parcels", "arrives", "handed_over", "ready",
        "first_trip_leaves",
    ),
    "hub_loads": (
        "hub", "site", "hour", "parcels_arriving", "parcels_made_ready", "handling_per_hour",
        "parcels_leaving", "parcels_stored_max", "storage_parcels",
    ),
}  # fmt: skip
"""Columns by table; "eur" in a name becomes the currency of the problem."""


def columns_of(told: DayTold, name: str) -> tuple[str, ...]:
    """Return the columns of a table as its file names them."""
    unit = told.problem.prices.currency.lower()
    return tuple(
        "_".join(unit if word == "eur" else word for word in column.split("_"))
        for column in COLUMNS[name]
    )


def tour_tables(told: DayTold) -> dict[str, list[Row]]:
    """Return the rows of every table by its name."""
    hubs = hub_days(told)
    return {
        "tours": tour_rows(told),
        "tour_stops": stop_rows(told),
        "consignments": [row for one in hubs for row in _consignments(told, one)],
        "hub_loads": [row for one in hubs for row in _loads(one)],
    }


def tour_rows(told: DayTold) -> list[Row]:
    """Return one row per tour."""
    unit = told.problem.prices.currency.lower()
    return [
        {
            "tour": tour.id,
            "echelon": "supply" if tour.hub == SUPPLY else "last_mile",
            "hub": "" if tour.hub == SUPPLY else told.day.hubs.id[tour.hub],
            "vehicle": tour.vehicle,
            "type": tour.type_name,
            "begins": clock(tour.begin_s),
            "ends": clock(tour.end_s),
            "hours": round(tour.hours, 4),
            "km": tour.metres / 1000,
            "trips": tour.trips,
            "stops": tour.stops,
            "parcels": tour.parcels,
            "kg": round(tour.kg, 3),
            f"cost_{unit}": round(tour.cost_eur, 2),
            "co2e_kg": round(tour.co2e_kg, 4),
        }
        for tour in told.tours
    ]


def stop_rows(told: DayTold) -> list[Row]:
    """Return one row per visit, tour after tour, in the order of visits."""
    visits = told.visits
    return [
        {
            "tour": told.tours[int(visits.tour[q])].id,
            "trip": int(visits.trip[q]),
            "number": int(visits.number[q]) or None,
            "kind": Visit(int(visits.kind[q])).name.lower(),
            "what": visits.what[q],
            "place": visits.name[q],
            "stop": visits.stop[q],
            "arrives": clock(float(visits.arrive_s[q])),
            "begins": clock(float(visits.begin_s[q])),
            "leaves": clock(float(visits.leave_s[q])),
            "way_m": int(visits.metres[q]),
            "parcels": int(visits.parcels[q]),
            "kg": round(float(visits.kg[q]), 3),
            "parcels_on_board": int(visits.on_board[q]),
            "kg_on_board": round(float(visits.kg_on_board[q]), 3),
            "lon_deg": round(float(visits.lon[q]), 6),
            "lat_deg": round(float(visits.lat[q]), 6),
        }
        for q in range(len(visits.kind))
    ]


def _consignments(told: DayTold, one: HubDay) -> list[Row]:
    return [
        {
            "hub": one.id,
            "site": one.site,
            "stop": row.stop,
            "tour": told.tours[row.tour].id,
            "parcels": row.parcels,
            "arrives": clock(row.arrive_s),
            "handed_over": clock(row.came_s),
            "ready": clock(row.ready_s),
            "first_trip_leaves": None if row.first_leave_s is None else clock(row.first_leave_s),
        }
        for row in one.consignments
    ]


def _loads(one: HubDay) -> list[Row]:
    """Return one row per hour in which something happens or is stored."""
    rows = []
    for hour in range(24):
        came = sum(row.parcels for row in one.consignments if _within(row.came_s, hour))
        left = sum(trip.parcels for trip in one.trips if _within(trip.leave_s, hour))
        most = stored_most(one, hour)
        if came or left or most or one.handled[hour] > 0:
            rows.append(
                {
                    "hub": one.id,
                    "site": one.site,
                    "hour": hour,
                    "parcels_arriving": came,
                    "parcels_made_ready": round(float(one.handled[hour]), 2),
                    "handling_per_hour": _finite(one.handling_per_hour),
                    "parcels_leaving": left,
                    "parcels_stored_max": most,
                    "storage_parcels": _finite(one.storage),
                }
            )
    return rows


def _within(moment_s: float, hour: int) -> bool:
    return hour * HOUR_S <= moment_s < (hour + 1) * HOUR_S


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def stored_most(one: HubDay, hour: int) -> int:
    """Return the most that is stored within an hour of the day."""
    begin, end = hour * HOUR_S, (hour + 1) * HOUR_S
    before = one.stored[one.at_s <= begin][-1:]
    during = one.stored[(one.at_s > begin) & (one.at_s < end)]
    return int(np.concatenate([before, during]).max(initial=0))
