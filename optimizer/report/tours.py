"""A delivery day as people read it: every tour with its trips, visits, loads, metres and money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.routing import Plane, Visit
from optimizer.core.tours_io import day_figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Day, DayPlan, DayRecord, Ways
    from optimizer.core.problem import Problem
    from optimizer.core.routing import RoutingProblem, Tours, Travel
    from optimizer.core.tours_io import Reasons

HOUR_S = 3600.0
SUPPLY = -1
"""Hub of the tours that bring goods to hubs, delivery points and doors."""


@dataclass(frozen=True)
class Echelon:
    """Tours of one routing problem of the day; hub is `SUPPLY` or the hub they leave from."""

    hub: int
    problem: RoutingProblem
    tours: Tours
    ways: Ways
    node: dict[str, NDArray[np.int32]]
    order: NDArray[np.int32]


@dataclass(frozen=True)
class TourRow:
    """One tour.

    vehicle : profile of prices ("van"). first, last : `DayTold.visits` first:last are its own.
    stops : visits where something is handed over. cost_eur : of hours and kilometres alone.
    """

    id: str
    hub: int
    vehicle: str
    type_name: str
    begin_s: float
    end_s: float
    metres: int
    parcels: int
    kg: float
    stops: int
    trips: int
    cost_eur: float
    co2e_kg: float
    first: int
    last: int

    @property
    def hours(self) -> float:
        """From the begin of the tour to its end, waiting and breaks included."""
        return (self.end_s - self.begin_s) / HOUR_S


@dataclass(frozen=True)
class Visits:
    """All visits of the day, tour after tour; arrays have shape (q,).

    kind : `Visit` codes. number : 1, 2, ... of the stops of a tour; 0 elsewhere. trip : 1, 2, ...
    metres : of the way to it. parcels, kg : handed over. on_board, kg_on_board : when it leaves.
    name : of the place in people's words. stop : id of the stop, "" elsewhere. what : "hub",
    "delivery point", "door", "" elsewhere. target : hub, or demand point at doors, else -1.
    """

    tour: NDArray[np.int64]
    kind: NDArray[np.int8]
    number: NDArray[np.int64]
    trip: NDArray[np.int64]
    arrive_s: NDArray[np.float64]
    begin_s: NDArray[np.float64]
    leave_s: NDArray[np.float64]
    metres: NDArray[np.int64]
    parcels: NDArray[np.int64]
    kg: NDArray[np.float64]
    on_board: NDArray[np.int64]
    kg_on_board: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    name: tuple[str, ...]
    stop: tuple[str, ...]
    what: tuple[str, ...]
    target: NDArray[np.int64]


@dataclass(frozen=True)
class DayTold:
    """A day with its tours in one list: supply first, then hub by hub.

    figures : of the tours, as `core.tours_io.day_figures` sums them. told : the figures beside
    them ("estimate", "held_back", ...). reasons : why stops are not visited, by stop.
    """

    problem: Problem
    day: Day
    plan: DayPlan
    figures: dict[str, Any]
    told: dict[str, Any]
    reasons: Reasons
    tours: tuple[TourRow, ...]
    visits: Visits


def echelons(day: Day, plan: DayPlan) -> list[Echelon]:
    """Return supply, then the last mile of every hub."""
    found = [
        Echelon(
            SUPPLY, day.supply, plan.supply, plan.supply_ways, day.supply_node, day.supply_order
        )
    ]
    for h, problem in enumerate(day.last_mile):
        found.append(
            Echelon(
                h,
                problem,
                plan.last_mile[h],
                plan.last_mile_ways[h],
                day.last_mile_node[h],
                day.last_mile_order[h],
            )
        )
    return found


def told_day(
    problem: Problem,
    record: DayRecord,
    figures: dict[str, Any] | None = None,
    reasons: Reasons | None = None,
) -> DayTold:
    """Return the day as one list of tours and one of visits.

    Parameters
    ----------
    figures
        Figures beside those of the tours; see `optimizer.report.tours_figures`.
    reasons
        By stop that is not visited: why, and what could be done.
    """
    day, plan = record.day, record.plan
    parts = []
    rows: list[TourRow] = []
    first = 0
    for one in echelons(day, plan):
        visits = _visits(problem, day, one)
        parts.append(visits)
        rows += _tours(problem, day, one, visits, first)
        first += len(visits.kind)
    sums = day_figures(problem, day, plan)
    return DayTold(
        problem, day, plan, sums, figures or {}, reasons or {}, tuple(rows), _joined(parts)
    )


def tour_id(day: Day, hub: int, rank: int) -> str:
    """Return the name of a tour as tours.json has it."""
    return f"{'supply' if hub == SUPPLY else day.hubs.id[hub]} {rank + 1}"


def hub_name(problem: Problem, day: Day, hub: int) -> str:
    """Return the name of a hub's site."""
    return problem.sites.name[int(problem.options.site[day.hubs.option[hub]])]


def lengths(travel: Travel) -> NDArray[np.int32]:
    """Return metres between places; a day is never drawn in the plane."""
    if isinstance(travel, Plane):
        message = "a day travels on streets"
        raise TypeError(message)
    return travel.length_m


def _load(problem: RoutingProblem, name: str, unit: float = 1.0) -> NDArray[np.float64]:
    """Return what each stop takes of a load; zeros where the problem does not count it."""
    if name not in problem.load:
        return np.zeros(problem.stops.count)
    return np.multiply(problem.stops.deliver[:, problem.load.index(name)], unit, dtype=np.float64)


def _visits(problem: Problem, day: Day, one: Echelon) -> Visits:
    tours, stops = one.tours, one.problem.stops
    count = len(tours.kind)
    tour = np.repeat(np.arange(tours.count), np.diff(tours.first))
    starts = (tours.kind == Visit.START) | (tours.kind == Visit.RELOAD)
    trip = np.cumsum(starts)
    at_stop = tours.stop >= 0
    number = np.cumsum(at_stop)
    per_tour = np.zeros(tours.count + 1, dtype=np.int64)
    per_tour[1:] = np.cumsum(np.bincount(tour[at_stop], minlength=tours.count))
    before = np.cumsum(np.bincount(tour[starts], minlength=tours.count))
    trips_before = np.concatenate([[0], before])[:-1]
    handed, boarded = {}, {}
    for name, unit in (("parcels", 1.0), ("g", 0.001)):
        amount = np.zeros(count)
        amount[at_stop] = _load(one.problem, name, unit)[tours.stop[at_stop]]
        total = np.bincount(trip, weights=amount, minlength=int(trip.max(initial=0)) + 1)
        running = np.cumsum(amount)
        done = np.concatenate([[0], np.cumsum(total)])[:-1]
        handed[name] = amount
        boarded[name] = np.where(tours.kind == Visit.END, 0.0, total[trip] - (running - done[trip]))
    names, what, target = _names(problem, day, one)
    return Visits(
        tour=tour,
        kind=tours.kind,
        number=np.where(at_stop, number - per_tour[tour], 0),
        trip=trip - trips_before[tour],
        arrive_s=tours.arrive_s,
        begin_s=tours.begin_s,
        leave_s=tours.leave_s,
        metres=_metres(one, tour),
        parcels=handed["parcels"].astype(np.int64),
        kg=handed["g"],
        on_board=np.rint(boarded["parcels"]).astype(np.int64),
        kg_on_board=boarded["g"],
        lon=one.problem.lon[tours.place],
        lat=one.problem.lat[tours.place],
        name=names,
        stop=tuple(stops.id[s] if s >= 0 else "" for s in tours.stop.tolist()),
        what=what,
        target=target,
    )


def _metres(one: Echelon, tour: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the metres to each visit from the one before it."""
    found = np.zeros(len(tour), dtype=np.int64)
    place, fleet = one.tours.place, one.problem.fleet
    for name, travel in one.problem.travel.items():
        drives = np.array([profile == name for profile in fleet.profile], dtype=bool)
        rows = np.flatnonzero((tour[1:] == tour[:-1]) & drives[one.tours.vehicle_type[tour[1:]]])
        found[rows + 1] = lengths(travel)[place[rows], place[rows + 1]]
    return found


def _names(
    problem: Problem, day: Day, one: Echelon
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.int64]]:
    """Return the name of each visit's place, what it is, and the hub or point behind it."""
    found: list[tuple[str, str, int]] = []
    gateways = problem.gateways
    gates = {f"gateway {key}": name for key, name in zip(gateways.id, gateways.name, strict=True)}
    for stop, place in zip(one.tours.stop.tolist(), one.tours.place.tolist(), strict=True):
        order = int(one.order[stop]) if stop >= 0 else -1
        hub = int(day.supply_hub[stop]) if one.hub == SUPPLY and stop >= 0 else -1
        if hub >= 0:
            found.append((hub_name(problem, day, hub), "hub", hub))
        elif order >= 0:
            point = int(day.orders.point[order])
            found.append((problem.demand.id[point], "door", point))
        elif stop >= 0:
            site = int(problem.options.site[day.supply_option[stop]])
            found.append((problem.sites.name[site], "delivery point", -1))
        elif one.hub != SUPPLY and place == one.problem.fleet.start_place[0]:
            found.append((hub_name(problem, day, one.hub), "", one.hub))
        else:
            named = one.problem.place[place]
            found.append((gates.get(named, named), "", -1))
    target = np.array([row[2] for row in found], dtype=np.int64)
    return tuple(row[0] for row in found), tuple(row[1] for row in found), target


def _tours(problem: Problem, day: Day, one: Echelon, visits: Visits, offset: int) -> list[TourRow]:
    rows = []
    tours, fleet = one.tours, one.problem.fleet
    for rank in range(tours.count):
        part = slice(int(tours.first[rank]), int(tours.first[rank + 1]))
        kind = int(tours.vehicle_type[rank])
        vehicle = fleet.profile[kind]
        rate = problem.prices.vehicles[vehicle]
        begin, end = float(tours.begin_s[part][0]), float(tours.leave_s[part][-1])
        metres = int(visits.metres[part].sum())
        hours, km = (end - begin) / HOUR_S, metres / 1000
        rows.append(
            TourRow(
                id=tour_id(day, one.hub, rank),
                hub=one.hub,
                vehicle=vehicle,
                type_name=fleet.id[kind],
                begin_s=begin,
                end_s=end,
                metres=metres,
                parcels=int(visits.parcels[part].sum()),
                kg=float(visits.kg[part].sum()),
                stops=int((visits.number[part] > 0).sum()),
                trips=int(visits.trip[part].max(initial=0)),
                cost_eur=rate.eur_per_hour * hours + rate.eur_per_km * km,
                co2e_kg=rate.co2e_kg_per_km * km,
                first=offset + part.start,
                last=offset + part.stop,
            )
        )
    return rows


def _joined(parts: list[Visits]) -> Visits:
    """Return the visits of all echelons one after another, tours numbered through."""
    columns: dict[str, list[NDArray[np.generic]]] = {}
    texts: dict[str, list[str]] = {"name": [], "stop": [], "what": []}
    before = 0
    for part in parts:
        for name, value in vars(part).items():
            if name in texts:
                texts[name] += value
            else:
                columns.setdefault(name, []).append(value + before if name == "tour" else value)
        before += int(part.tour.max(initial=-1)) + 1
    joined = {name: np.concatenate(values) for name, values in columns.items()}
    told = {name: tuple(values) for name, values in texts.items()}
    return Visits(**joined, **told)  # type: ignore[arg-type]
