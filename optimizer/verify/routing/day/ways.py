"""The streets that tours take: arcs of the profile, one after another, as long as the leg says."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation
from optimizer.core.routing import Hourly, Plane, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.problem import Problem
    from optimizer.verify.routing.case import Halt, Tour
    from optimizer.verify.routing.day.case import DayCase, Part

Arc = tuple[int, int]
Cost = tuple[int, int]


def check(case: DayCase) -> Iterator[Violation]:
    """Check the ways of supply and of each last mile."""
    arcs = {profile: best_arcs(case.problem, profile) for profile in _profiles(case)}
    for part in case.parts:
        homes = _homes(part)
        for tour in part.tours.all:
            profile = part.tours.problem.fleet.profile[tour.vehicle_type]
            hauls = {place: _hauls(case, profile, part, place) for place in homes}
            for before, halt in pairwise(tour.halts):
                yield from _leg(part, tour, (before, halt), arcs[profile], hauls)
        for tour in part.tours.all:
            if part.ways.first[tour.halts[0].row] != part.ways.first[tour.halts[0].row + 1]:
                yield Violation("ways", part.name, "there is a way to the start of a tour")


def best_arcs(problem: Problem, profile: str) -> dict[Arc, Cost]:
    """Return the best (seconds, metres) of each pair of neighbouring nodes."""
    arcs, found = problem.streets.arcs[profile], dict[Arc, Cost]()
    columns = (arcs.tail, arcs.head, arcs.time_s, arcs.length_m)
    for tail, head, time_s, length_m in zip(*(one.tolist() for one in columns), strict=True):
        cost = (time_s, length_m)
        found[tail, head] = min(cost, found.get((tail, head), cost))
    return found


def _profiles(case: DayCase) -> set[str]:
    return {profile for part in case.parts for profile in part.tours.problem.fleet.profile}


def _homes(part: Part) -> set[int]:
    """Return places where line haul may begin: those where supply starts and ends."""
    fleet = part.tours.problem.fleet
    return set() if part.hub >= 0 else {*fleet.start_place.tolist(), *fleet.end_place.tolist()}


def _hauls(case: DayCase, profile: str, part: Part, place: int) -> set[Cost]:
    """Return the line hauls of gateways that lie on the place's node."""
    gateways, node = case.problem.gateways, int(part.node[profile][place]) if place >= 0 else -1
    columns = (gateways.node.get(profile, np.zeros(0)), gateways.line_haul_s, gateways.line_haul_m)
    rows = zip(*(one.tolist() for one in columns), strict=False)
    found = {(haul_s, haul_m) for there, haul_s, haul_m in rows if there == node >= 0}
    return found or {(0, 0)}


def _leg(
    part: Part,
    tour: Tour,
    ends: tuple[Halt, Halt],
    arcs: dict[Arc, Cost],
    hauls: dict[int, set[Cost]],
) -> Iterator[Violation]:
    before, halt = ends
    profile = part.tours.problem.fleet.profile[tour.vehicle_type]
    where = f"{part.name}, {part.tours.where(tour, halt)}"
    first = part.ways.first
    nodes = part.ways.node[int(first[halt.row]) : int(first[halt.row + 1])].tolist()
    still = halt.kind == Visit.BREAK or before.place == halt.place
    there = part.node[profile]
    origin, target = int(there[before.place]), int(there[halt.place])
    if min(origin, target) < 0:
        yield Violation("ways", where, f"no street of {profile} leads there")
        return
    if origin == target:
        if len(nodes) > 1:
            yield Violation("ways", where, "a way leads round to where one is")
        nodes = [origin]
    elif not nodes or (nodes[0], nodes[-1]) != (origin, target):
        yield Violation("ways", where, "its way does not lead there from the visit before")
        return
    steps = [arcs.get(step) for step in pairwise(nodes)]
    if None in steps:
        words = f"there is no arc for {profile} between two nodes of its way"
        yield Violation("ways", where, words)
        return
    if still:
        return
    time_s, length_m = (sum(step[k] for step in steps if step is not None) for k in (0, 1))
    none = {(0, 0)}
    allowed = {
        (time_s + one[0] + other[0], length_m + one[1] + other[1])
        for one in hauls.get(before.place, none)
        for other in hauls.get(halt.place, none)
    }
    told = _matrix(part, profile, before.place, halt.place)
    if told not in allowed:
        words = f"the leg says {told[0]} s and {told[1]} m, its way {time_s} s and {length_m} m"
        yield Violation("ways", where, words)


def _matrix(part: Part, profile: str, origin: int, target: int) -> Cost:
    travel = part.tours.problem.travel[profile]
    if isinstance(travel, Plane | Hourly):
        return (-1, -1)  # a day travels on streets: `day.form` has told it
    return int(travel.time_s[origin, target]), int(travel.length_m[origin, target])
