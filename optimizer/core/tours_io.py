"""`tours.json`: a day's tours for people and machines; `day.npz`: day and plan, exactly.

Clock times are told to the second, lengths to the metre. Nothing here decides or prices anything
anew: rates are those of `core.prices`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core import store
from optimizer.core.day import DayRecord
from optimizer.core.documents import RESTORE, sealed
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.routing import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.day import Day, DayPlan
    from optimizer.core.problem import Problem
    from optimizer.core.routing import RoutingProblem, Tours

FORMAT = "faubourg-tours-1"
DAY, TOURS = "day.npz", "tours.json"
SUPPLY, LAST_MILE = "supply", "last_mile"
PARCELS = "parcels"
"""Name of the load that every routing problem of a day has."""

Reasons = dict[str, tuple[str, str]]
"""By stop: why it is not visited, and what could be done."""


class Echelon(NamedTuple):
    """One routing problem of a day with its tours; hub : rank among the hubs, -1 = supply."""

    hub: int
    problem: RoutingProblem
    tours: Tours


def save_day(path: Path, day: Day, plan: DayPlan) -> str:
    """Write a day and its plan into one file; return the digest."""
    with path.open("wb") as file:
        return store.save(file, DayRecord(day, plan))


def load_day(path: Path) -> tuple[DayRecord, str]:
    """Read what `save_day` wrote; return it with the digest that the file claims.

    Raises
    ------
    Refusal
        F901 if the file is missing, damaged, or holds something else.
    """
    record, mark = store.load(path)
    if not isinstance(record, DayRecord):
        raise Refusal(Fault(str(path), "F901", "does not hold a day", RESTORE))
    return record, mark


def tours_document(
    problem: Problem,
    problem_digest: str,
    record: DayRecord,
    figures: dict[str, Any] | None = None,
    reasons: Reasons | None = None,
) -> dict[str, Any]:
    """Return the content of tours.json.

    Parameters
    ----------
    problem_digest
        What `core.store.digest` says of `problem`.
    figures
        Figures beside those of the tours ("estimate", "bound", ...); "tours" is computed here.
    reasons
        Why stops are not visited; every stop that is not must have one.
    """
    day, plan = record.day, record.plan
    return sealed(
        {
            "format": FORMAT,
            "problem_digest": problem_digest,
            "day_digest": store.digest(record),
            "seed": day.seed,
            "hubs": [_hub(problem, day, hub) for hub in range(len(day.hubs.id))],
            "tours": [
                _tour(problem, day, echelon, tour)
                for echelon in echelons(day, plan)
                for tour in range(echelon.tours.count)
            ],
            "not_brought": [
                {**row, **_reason(reasons or {}, row["stop"])} for row in not_brought(day, plan)
            ],
            "figures": {**(figures or {}), "tours": day_figures(problem, day, plan)},
        }
    )


def echelons(day: Day, plan: DayPlan) -> list[Echelon]:
    """Return supply and the last mile of each hub, in this order."""
    miles = zip(day.last_mile, plan.last_mile, strict=True)
    return [
        Echelon(-1, day.supply, plan.supply),
        *(Echelon(hub, *mile) for hub, mile in enumerate(miles)),
    ]


def parcels_of(problem: RoutingProblem) -> list[int]:
    """Return the parcels that each stop takes."""
    column = problem.load.index(PARCELS)
    return [int(value) for value in problem.stops.deliver[:, column]]


def clock(moment_s: float) -> str:
    """Return a moment as hours, minutes and seconds since midnight ("25:00:00" is 1 at night)."""
    whole = math.floor(moment_s + 0.5)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def what_of(problem: Problem, day: Day, echelon: Echelon, stop: int) -> dict[str, Any]:
    """Return what a stop is there for: consignment, resupply, or a delivery to a demand point."""
    if echelon.hub < 0:
        hub, order = int(day.supply_hub[stop]), int(day.supply_order[stop])
        if hub >= 0:
            return {"what": "consignment", "for": day.hubs.id[hub]}
        if order < 0:
            site = int(problem.options.site[int(day.supply_option[stop])])
            return {"what": "resupply", "for": problem.sites.id[site]}
    else:
        order = int(day.last_mile_order[echelon.hub][stop])
    return {"what": "delivery", "order": order}


def not_brought(day: Day, plan: DayPlan) -> Iterator[dict[str, Any]]:
    """Yield every stop that no tour visits."""
    for echelon in echelons(day, plan):
        visited = set(echelon.tours.stop.tolist())
        parcels = parcels_of(echelon.problem)
        for stop, name in enumerate(echelon.problem.stops.id):
            if stop not in visited:
                hub = None if echelon.hub < 0 else day.hubs.id[echelon.hub]
                yield {
                    "stop": name,
                    "echelon": SUPPLY if hub is None else LAST_MILE,
                    "hub": hub,
                    "parcels": parcels[stop],
                }


def day_figures(problem: Problem, day: Day, plan: DayPlan) -> dict[str, Any]:
    """Return what a day's tours come to: parcels of the orders, and figures by vehicle.

    Returns
    -------
    dict
        `parcels`: {ordered, brought, not_brought}; `vehicles`: by vehicle, and `total`: {tours,
        trips, visits, km, hours, driving_hours, waiting_hours, co2e_kg, cost_eur, carbon_eur}.
        Hours run from the begin to the end of each tour; cost is that of hours and kilometres;
        carbon is the price of co2e, which is not in it.
    """
    sums: dict[str, dict[str, list[float]]] = {}
    for echelon in echelons(day, plan):
        for tour in range(echelon.tours.count):
            vehicle, row = _sums(problem, echelon, tour)
            for key, value in row.items():
                sums.setdefault(vehicle, {}).setdefault(key, []).append(value)
    vehicles = {
        vehicle: {key: _total(key, values) for key, values in sums[vehicle].items()}
        for vehicle in sorted(sums)
    }
    total = {key: _total(key, [row[key] for row in vehicles.values()]) for key in COUNTS + AMOUNTS}
    ordered = int(day.orders.parcels.sum())
    brought = _brought(day, plan)
    parcels = {"ordered": ordered, "brought": brought, "not_brought": ordered - brought}
    return {PARCELS: parcels, "vehicles": vehicles, "total": total}


COUNTS = ("tours", "trips", "visits")
AMOUNTS = ("km", "hours", "driving_hours", "waiting_hours", "co2e_kg", "cost_eur", "carbon_eur")


def _total(key: str, values: list[float]) -> float:
    return int(sum(values)) if key in COUNTS else math.fsum(values)


def _brought(day: Day, plan: DayPlan) -> int:
    """Return the parcels that reach their receiver's door or delivery point."""
    brought = 0
    for echelon in echelons(day, plan):
        parcels = parcels_of(echelon.problem)
        for stop in set(echelon.tours.stop.tolist()) - {-1}:
            if echelon.hub >= 0 or day.supply_hub[stop] < 0:
                brought += parcels[stop]
    return brought


def _sums(problem: Problem, echelon: Echelon, tour: int) -> tuple[str, dict[str, float]]:
    tours, fleet = echelon.tours, echelon.problem.fleet
    begin, end = int(tours.first[tour]), int(tours.first[tour + 1])
    vehicle = fleet.profile[int(tours.vehicle_type[tour])]
    kind = tours.kind[begin:end]
    driving = math.fsum((tours.arrive_s[begin + 1 : end] - tours.leave_s[begin : end - 1]).tolist())
    waiting = math.fsum((tours.begin_s[begin + 1 : end] - tours.arrive_s[begin + 1 : end]).tolist())
    hours = float(tours.leave_s[end - 1] - tours.begin_s[begin]) / 3600.0
    km = _metres(echelon, vehicle, begin, end) / 1000.0
    price = problem.prices.vehicles[vehicle]
    co2e_kg = km * price.co2e_kg_per_km
    return vehicle, {
        "tours": 1,
        "trips": 1 + int((kind == Visit.RELOAD).sum()),
        "visits": int((kind == Visit.STOP).sum()),
        "km": km,
        "hours": hours,
        "driving_hours": driving / 3600.0,
        "waiting_hours": waiting / 3600.0,
        "co2e_kg": co2e_kg,
        "cost_eur": hours * price.eur_per_hour + km * price.eur_per_km,
        "carbon_eur": co2e_kg * problem.prices.co2e_eur_per_t / 1000.0,
    }


def _metres(echelon: Echelon, profile: str, begin: int, end: int) -> float:
    """Return the length of the visits of a tour, which travel on a table of metres."""
    table = getattr(echelon.problem.travel[profile], "length_m")  # noqa: B009 - no plane in a city
    moving = echelon.tours.kind[begin:end] != Visit.BREAK
    place = echelon.tours.place[begin:end][moving]
    return float(np.sum(table[place[:-1], place[1:]], dtype=np.int64))


def _hub(problem: Problem, day: Day, hub: int) -> dict[str, Any]:
    option = int(day.hubs.option[hub])
    site = int(problem.options.site[option])
    return {
        "id": day.hubs.id[hub],
        "site": problem.sites.id[site],
        "design": problem.designs.id[int(problem.options.design[option])],
        "lon": float(problem.sites.lon[site]),
        "lat": float(problem.sites.lat[site]),
        "storage_parcels": float(day.hubs.storage_parcels[hub]),
        "handling_parcels_per_hour": float(day.hubs.handling_parcels_per_hour[hub]),
    }


def _tour(problem: Problem, day: Day, echelon: Echelon, tour: int) -> dict[str, Any]:
    tours, routing = echelon.tours, echelon.problem
    begin, end = int(tours.first[tour]), int(tours.first[tour + 1])
    kind = int(tours.vehicle_type[tour])
    vehicle, row = _sums(problem, echelon, tour)
    hub = None if echelon.hub < 0 else day.hubs.id[echelon.hub]
    return {
        "id": f"{'supply' if hub is None else hub} {tour + 1}",
        "echelon": SUPPLY if hub is None else LAST_MILE,
        "hub": hub,
        "vehicle": vehicle,
        "type": routing.fleet.id[kind],
        "start": routing.place[int(tours.place[begin])],
        "end": routing.place[int(tours.place[end - 1])],
        "begins": clock(float(tours.begin_s[begin])),
        "ends": clock(float(tours.leave_s[end - 1])),
        "km": round(row["km"], 3),
        "hours": row["hours"],
        "cost_eur": row["cost_eur"],
        "trips": _trips(problem, day, echelon, begin, end),
    }


def _trips(
    problem: Problem, day: Day, echelon: Echelon, begin: int, end: int
) -> list[dict[str, Any]]:
    kinds, stops = echelon.tours.kind[begin:end], echelon.tours.stop[begin:end]
    marks = np.flatnonzero((kinds == Visit.START) | (kinds == Visit.RELOAD)).tolist()
    found = []
    for mark, after in zip(marks, [*marks[1:], end - begin], strict=True):
        there = stops[mark:after]
        load = echelon.problem.stops.deliver[there[there >= 0]].sum(axis=0)
        found.append(
            {
                "leaves": clock(float(echelon.tours.leave_s[begin + mark])),
                "load": dict(zip(echelon.problem.load, load.tolist(), strict=True)),
                "visits": [
                    _visit(problem, day, echelon, row) for row in range(begin + mark, begin + after)
                ],
            }
        )
    return found


def _visit(problem: Problem, day: Day, echelon: Echelon, row: int) -> dict[str, Any]:
    tours, routing = echelon.tours, echelon.problem
    place, stop = int(tours.place[row]), int(tours.stop[row])
    told: dict[str, Any] = {
        "kind": Visit(int(tours.kind[row])).name.lower(),
        "place": routing.place[place],
        "lon": float(routing.lon[place]),
        "lat": float(routing.lat[place]),
        "arrive": clock(float(tours.arrive_s[row])),
        "begin": clock(float(tours.begin_s[row])),
        "leave": clock(float(tours.leave_s[row])),
    }
    if stop < 0:
        return told
    what = what_of(problem, day, echelon, stop)
    if "order" in what:
        point = int(day.orders.point[what.pop("order")])
        what["for"] = problem.demand.id[point]
    column = routing.load.index(PARCELS)
    parcels = int(routing.stops.deliver[stop, column])
    return {**told, "stop": routing.stops.id[stop], **what, PARCELS: parcels}


def _reason(reasons: Reasons, stop: str) -> dict[str, str]:
    reason, action = reasons.get(stop, ("", ""))
    return {"reason": reason, "action": action}
