"""What the tables of tours must say, recomputed from problem, day and tours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.routing import Visit
from optimizer.verify.routing.day.figures import tour_figures
from optimizer.verify.routing.day.hubs import arrivals_of, ready_s
from optimizer.verify.routing.day.told import hour_of_day
from optimizer.verify.tables import compare_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.result import Violation
    from optimizer.verify.routing.case import Tour
    from optimizer.verify.routing.day.case import DayCase, Part

Rows = list[dict[str, Any]]


def check_tables(folder: Path, case: DayCase) -> Iterator[Violation]:
    """Compare tours, their visits and consignments with `tables/*.csv`, where these exist.

    `hub_loads.csv` sums these up by hour and has its SHA-256 sum alone.
    """
    both = [(part, tour) for part in case.parts for tour in part.tours.all]
    right = {
        "tours": [_tour(case, part, tour) for part, tour in both],
        "tour_stops": [row for part, tour in both for row in _visits(case, part, tour)],
        "consignments": list(_consignments(case)),
    }
    for name, rows in right.items():
        path = folder / f"{name}.csv"
        if path.is_file():
            yield from compare_table(path, rows)


def _name(case: DayCase, part: Part, tour: Tour) -> str:
    return f"{'supply' if part.hub < 0 else case.day.hubs.id[part.hub]} {tour.rank + 1}"


def _tour(case: DayCase, part: Part, tour: Tour) -> dict[str, Any]:
    fleet, figures = part.tours.problem.fleet, tour_figures(case, part, tour)
    stops = [halt.stop for halt in tour.halts if halt.stop >= 0]
    grams = part.tours.problem.stops.deliver[stops, 1]
    unit = case.problem.prices.currency.lower()
    return {
        "tour": _name(case, part, tour),
        "echelon": "supply" if part.hub < 0 else "last_mile",
        "hub": "" if part.hub < 0 else case.day.hubs.id[part.hub],
        "vehicle": fleet.profile[tour.vehicle_type],
        "type": fleet.id[tour.vehicle_type],
        "begins": hour_of_day(tour.halts[0].begin_s),
        "ends": hour_of_day(tour.halts[-1].leave_s),
        "hours": round(figures["hours"], 4),
        "km": figures["km"],
        "trips": len(tour.trips),
        "stops": len(stops),
        "parcels": sum(part.parcels[stop] for stop in stops),
        "kg": round(int(grams.sum()) / 1000.0, 3),
        f"cost_{unit}": round(figures["cost_eur"], 2),
        "co2e_kg": round(figures["co2e_kg"], 4),
    }


def _visits(case: DayCase, part: Part, tour: Tour) -> Iterator[dict[str, Any]]:
    problem, number = part.tours.problem, 0
    for rank, trip in enumerate(tour.trips, start=1):
        aboard = sum(part.parcels[halt.stop] for halt in trip if halt.stop >= 0)
        for halt in trip:
            parcels = part.parcels[halt.stop] if halt.stop >= 0 else 0
            aboard -= parcels
            number += halt.stop >= 0
            yield {
                "tour": _name(case, part, tour),
                "trip": rank,
                "number": number if halt.stop >= 0 else None,
                "kind": Visit(halt.kind).name.lower(),
                "stop": problem.stops.id[halt.stop] if halt.stop >= 0 else "",
                "arrives": hour_of_day(halt.arrive_s),
                "begins": hour_of_day(halt.begin_s),
                "leaves": hour_of_day(halt.leave_s),
                "parcels": parcels,
                "parcels_on_board": aboard,
                "lon_deg": round(float(problem.lon[halt.place]), 6),
                "lat_deg": round(float(problem.lat[halt.place]), 6),
            }


def _consignments(case: DayCase) -> Iterator[dict[str, Any]]:
    came = arrivals_of(case)
    brings = {halt.stop: tour for tour in case.supply.tours.all for halt in tour.halts}
    for hub, name in enumerate(case.day.hubs.id):
        arrivals = sorted(came.get(hub, []))
        ready = ready_s(arrivals, float(case.day.hubs.handling_parcels_per_hour[hub]))
        for one in arrivals:
            yield {
                "hub": name,
                "site": case.problem.sites.id[case.site(int(case.day.hubs.option[hub]))],
                "stop": case.supply.tours.problem.stops.id[one.stop],
                "tour": _name(case, case.supply, brings[one.stop]),
                "parcels": one.parcels,
                "handed_over": hour_of_day(one.leave_s),
                "ready": hour_of_day(ready[one.stop]),
            }
