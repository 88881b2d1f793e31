"""Vehicles and crews are those of the problem: shifts, breaks, loads, pace, time at stops."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN
from optimizer.core.result import Violation
from optimizer.core.routing import Paced
from optimizer.verify.routing.day.case import LOADS
from optimizer.verify.routing.moments import after
from optimizer.verify.tolerance import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.day import Crew, DayRules
    from optimizer.verify.routing.day.case import DayCase, Part

FAMILY = "crew"


def check(case: DayCase) -> Iterator[Violation]:
    """Check vehicle types, loads of trips, and the time that stops take."""
    rules = case.problem.day
    if rules is None:
        yield Violation(FAMILY, "day", "the problem does not say how tours are made")
        return
    for part in case.parts:
        fleet = part.tours.problem.fleet
        for kind in range(fleet.count):
            crew = rules.crews.get(fleet.profile[kind])
            if crew is None:
                words = f"there is no crew for {fleet.profile[kind]}"
                yield Violation(FAMILY, f"{part.name}, {fleet.id[kind]}", words)
            else:
                yield from _limits(part, kind, crew)
        yield from _loads(case, part, rules)
    yield from _handing_over(case)
    yield from _unloading(case)


def _limits(part: Part, kind: int, crew: Crew) -> Iterator[Violation]:
    """Check that a type asks no more of its crew than the problem allows."""
    fleet, where = part.tours.problem.fleet, f"{part.name}, {part.tours.problem.fleet.id[kind]}"
    pairs = [
        ("from_s", crew.shift_from_s, float(fleet.from_s[kind])),
        ("until_s", float(fleet.until_s[kind]), crew.shift_until_s),
        ("duration_max_s", float(fleet.duration_max_s[kind]), crew.shift_max_s),
        ("load_s", crew.load_s, float(fleet.load_s[kind])),
        ("reloads_max", float(fleet.reloads_max[kind]), float(crew.reloads_max)),
    ]
    if crew.break_s > 0 and math.isfinite(crew.work_max_s):
        pairs += [
            ("break_s", crew.break_s, float(fleet.break_s[kind])),
            ("work_max_s", float(fleet.work_max_s[kind]), crew.work_max_s),
        ]
    for name, low, high in pairs:
        if after(low, high):
            yield Violation(FAMILY, where, f"{name}: {low:g} is more than {high:g}")
    travel = part.tours.problem.travel[fleet.profile[kind]]
    wanted = [float(pace) for pace in crew.pace]
    told = [1.0] * len(wanted)
    if isinstance(travel, Paced):
        edges = travel.pace_from_s.tolist()
        hours = [max(k for k, edge in enumerate(edges) if edge <= 3600.0 * h) for h in range(24)]
        told = [float(travel.pace[k]) for k in hours]
        if any(edge % 3600.0 for edge in edges):
            yield Violation(FAMILY, where, "its pace changes within an hour")
    if told != wanted:
        yield Violation(FAMILY, where, "it does not travel at the pace of its crew")


def _loads(case: DayCase, part: Part, rules: DayRules) -> Iterator[Violation]:
    """Check parcels, weight and volume of each trip, from the mean parcel in whole g and ml."""
    unit = [1, round(1000 * rules.parcel_kg), round(1000 * rules.parcel_l)]
    problem = part.tours.problem
    told = zip(problem.stops.deliver.tolist(), problem.stops.collect.tolist(), strict=True)
    for stop, (deliver, collect) in enumerate(told):
        if deliver != [deliver[0] * one for one in unit] or any(collect):
            words = f"its loads {deliver} are not those of {deliver[0]} mean parcels"
            yield Violation("load", case.stop(part, stop), words)
    for tour in part.tours.all:
        vehicle = problem.fleet.profile[tour.vehicle_type]
        if vehicle not in rules.crews:
            continue
        crew, price = rules.crews[vehicle], case.problem.prices.vehicles[vehicle]
        limits = (price.parcels_per_tour, 1000 * crew.capacity_kg, 1000 * crew.capacity_l)
        for trip in tour.trips:
            parcels = sum(part.parcels[halt.stop] for halt in trip if halt.stop >= 0)
            for name, one, limit in zip(LOADS, unit, limits, strict=True):
                if above(float(parcels * one), limit):
                    words = f"{parcels * one} {name} are on board, {vehicle} holds {limit:g}"
                    where = f"{part.name}, {part.tours.where(tour, trip[0])}"
                    yield Violation("load", where, words)


def _handing_over(case: DayCase) -> Iterator[Violation]:
    """Check that parking and the stops of each order have their time."""
    prices, orders = case.problem.prices.vehicles, case.day.orders
    spent: defaultdict[tuple[int, str], float] = defaultdict(float)
    tables = [(case.supply, VAN, case.day.supply_order)]
    tables += [
        (mile, CARGO_BIKE, order)
        for mile, order in zip(case.miles, case.day.last_mile_order, strict=True)
    ]
    for part, vehicle, belongs in tables:
        service = part.tours.problem.stops.service_s.tolist()
        for stop, order in enumerate(belongs.tolist()):
            if order >= 0:
                beyond = service[stop] - prices[vehicle].park_s
                spent[order, vehicle] += beyond
                if after(0.0, beyond):
                    words = f"{service[stop]:g} s are too few to park"
                    yield Violation("service", case.stop(part, stop), words)
    for (order, vehicle), value in spent.items():
        right = int(orders.stops[order]) * prices[vehicle].service_s
        if above(right, value):
            where = f"order of {case.problem.demand.id[int(orders.point[order])]}"
            words = f"{value:g} s to hand over, {right:g} s are needed"
            yield Violation("service", where, words)


def _unloading(case: DayCase) -> Iterator[Violation]:
    """Check that parking and unloading have their time at hubs and delivery points."""
    prices = case.problem.prices.vehicles
    service = case.supply.tours.problem.stops.service_s.tolist()
    for stop, order in enumerate(case.day.supply_order.tolist()):
        if order < 0:
            parcels = case.supply.parcels[stop]
            needs = (
                prices[vehicle].park_s + parcels * prices[vehicle].drop_s_per_parcel
                for vehicle in (LORRY, VAN)
                if vehicle in case.supply.node
            )
            right = min(needs, default=0.0)
            if above(right, service[stop]):
                words = f"{service[stop]:g} s, but unloading takes {right:g} s"
                yield Violation("service", case.stop(case.supply, stop), words)
