"""A small problem of every kind with a truthful answer, worked out by plain loops."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from optimizer.core.costs import DenseCosts
from optimizer.core.location import (
    KINDS,
    Flows,
    Hubs,
    LocationProblem,
    LocationResult,
    Sizes,
)

# four sites on a line at 0, 10, 20, 30; six customers at 1, 4, 11, 19, 22, 30
SITES = (0, 10, 20, 30)
CUSTOMERS = (1, 4, 11, 19, 22, 30)
WEIGHT = (3.0, 1.0, 2.0, 2.0, 1.0, 5.0)
BASE = {
    "p_median": {"at_most": 2},
    "p_center": {"at_most": 2},
    "set_cover": {"radius": 4.0},
    "partial_cover": {"radius": 4.0, "share": 0.6},
    "max_cover": {"radius": 4.0, "at_most": 2},
    "backup_cover": {"radius": 12.0, "at_most": 3},
    "fixed_charge": {},
    "capacitated": {},
    "single_source": {},
    "capacitated_median": {"at_most": 3},
    "dispersion": {"at_least": 3},
    "max_capture": {"at_most": 2, "rival": (2.0, 4.0, 1.0, 1.0, 9.0, 3.0)},
    "huff": {"at_most": 2, "rival": (2.0, 4.0, 1.0, 1.0, 9.0, 3.0)},
    "two_level": {},
}


def make(kind: str, **changes) -> LocationProblem:
    """Return the problem of a kind; site 1 comes in two sizes."""
    places = SITES if kind == "dispersion" else CUSTOMERS
    cost = np.abs(np.subtract.outer(places, SITES)).astype(float)
    if kind == "huff":
        cost = 1.0 / (1.0 + cost)
    fields = {
        "kind": kind,
        "costs": DenseCosts(cost),
        "weight": np.array(WEIGHT[: len(places)]),
        "demand": np.arange(1.0, len(places) + 1),
        "sizes": Sizes(
            np.array([0, 1, 1, 2, 3], dtype=np.int32),
            np.array([10.0, 8.0, 16.0, 11.0, 9.0]),
            np.array([12.0, 6.0, 12.0, 12.0, 12.0]),
            np.array([0.0, 0.0, 0.0, 1.0, 0.0]),
        ),
        "required": np.zeros(4, dtype=bool),
        "forbidden": np.zeros(4, dtype=bool),
        **BASE[kind],
        **changes,
    }
    if fields.get("rival") is not None:
        fields["rival"] = np.array(fields["rival"])
    if kind == "two_level":
        fields["hubs"] = Hubs(
            np.array([[1.0, 5.0], [2.0, 2.0], [5.0, 1.0], [9.0, np.inf]]),
            np.array([30.0, 4.0]),
            np.array([40.0, 40.0]),
        )
    return LocationProblem(**fields)


def truth(problem: LocationProblem) -> LocationResult:
    """Return the best answer whose sites are two or three (or what the kind allows)."""
    best = None
    for count in (1, 2, 3, 4):
        for sites in combinations(range(4), count):
            found = answer(problem, sites)
            if found is None:
                continue
            better = best is None or (found.objective > best.objective) == problem.maximised
            if better and (best is None or found.objective != best.objective):
                best = found
    assert best is not None
    return best


def answer(problem: LocationProblem, sites: tuple[int, ...]) -> LocationResult | None:
    """Return an answer that opens these sites in their largest size, or None."""
    kind, cost = problem.kind, problem.costs.cost
    most = 4 if problem.at_most is None else problem.at_most
    if not problem.at_least <= len(sites) <= most:
        return None
    value, assign, extra = VALUE[kind](problem, cost, sites)
    if value is None:
        return None
    return LocationResult(
        status="plan",
        proof="optimal",
        stopped_by="proof",
        open=np.array(sites, dtype=np.int32),
        size=np.array([[0, 2, 3, 4][site] for site in sites], dtype=np.int32),
        assign=np.array(assign, dtype=np.int32),
        objective=value,
        bound=value,
        statistics={},
        **extra,
    )


def fixed(sites) -> float:
    return sum((10.0, 16.0, 11.0, 9.0)[site] for site in sites)


def nearest(cost, sites):
    return [min(sites, key=lambda j: row[j]) for row in cost]


def median(problem, cost, sites):
    assign = nearest(cost, sites)
    return sum(w * cost[i, assign[i]] for i, w in enumerate(problem.weight)), assign, {}


def center(problem, cost, sites):
    assign = nearest(cost, sites)
    return max(w * cost[i, assign[i]] for i, w in enumerate(problem.weight)), assign, {}


def charge(problem, cost, sites):
    value, assign, extra = median(problem, cost, sites)
    return value + fixed(sites), assign, extra


def covers(problem, cost, sites):
    times = [sum(row[j] <= problem.radius for j in sites) for row in cost]
    near = nearest(cost, sites)
    return times, [j if count else -1 for j, count in zip(near, times, strict=True)]


def set_cover(problem, cost, sites):
    times, assign = covers(problem, cost, sites)
    return (fixed(sites) if min(times) >= 1 else None), assign, {}


def partial(problem, cost, sites):
    times, assign = covers(problem, cost, sites)
    got = sum(w for w, count in zip(problem.weight, times, strict=True) if count)
    return (fixed(sites) if got >= 0.6 * sum(problem.weight) else None), assign, {}


def max_cover(problem, cost, sites):
    times, assign = covers(problem, cost, sites)
    return sum(w for w, count in zip(problem.weight, times, strict=True) if count), assign, {}


def backup(problem, cost, sites):
    times, assign = covers(problem, cost, sites)
    got = sum(w for w, count in zip(problem.weight, times, strict=True) if count >= 2)
    return (got if min(times) >= 1 else None), assign, {}


def by_room(problem, cost, sites):
    """Assign whole customers in turn to the nearest site with room."""
    room = dict.fromkeys(sites, 12.0)
    assign = []
    for i, demand in enumerate(problem.demand):
        fits = [j for j in sites if room[j] >= demand]
        if not fits:
            return None, None
        j = min(fits, key=lambda j: cost[i, j])
        room[j] -= demand
        assign.append(j)
    return sum(w * cost[i, assign[i]] for i, w in enumerate(problem.weight)), assign


def single(problem, cost, sites):
    value, assign = by_room(problem, cost, sites)
    return (None if value is None else value + fixed(sites)), assign, {}


def capacitated_median(problem, cost, sites):
    value, assign = by_room(problem, cost, sites)
    return value, assign, {}


def split(problem, cost, sites):
    value, assign = by_room(problem, cost, sites)
    if value is None:
        return None, None, {}
    customer = np.arange(6, dtype=np.int32)
    flows = Flows(customer, np.array(assign, dtype=np.int32), np.ones(6))
    return value + fixed(sites), [-1] * 6, {"flows": flows}


def two_level(problem, cost, sites):
    value, unassigned, extra = split(problem, cost, sites)
    if value is None or 3 in sites:
        return None, None, {}
    flows = extra["flows"]
    load = [sum(problem.demand[flows.site == j]) for j in sites]
    flows = flows.__class__(
        flows.customer,
        flows.site,
        flows.share,
        hub_site=np.array(sites, dtype=np.int32),
        hub=np.ones(len(sites), dtype=np.int32),
        hub_flow=np.array(load),
    )
    link = sum(problem.hubs.link[j, 1] * amount for j, amount in zip(sites, load, strict=True))
    opened = np.array([1], dtype=np.int32)
    return value + link + 4.0, unassigned, {"flows": flows, "open_hubs": opened}


def dispersion(problem, cost, sites):
    apart = [cost[j, k] for j in sites for k in sites if j != k]
    return (min(apart) if apart else None), [-1] * 4, {}


def capture(problem, cost, sites):
    near = [min(row[j] for j in sites) for row in cost]
    part = [
        1.0 if c < r else 0.5 if c == r else 0.0 for c, r in zip(near, problem.rival, strict=True)
    ]
    assign = [j if p else -1 for j, p in zip(nearest(cost, sites), part, strict=True)]
    return math.fsum(w * p for w, p in zip(problem.weight, part, strict=True)), assign, {}


def huff(problem, cost, sites):
    ours = [sum(row[j] for j in sites) for row in cost]
    rows = zip(problem.weight, ours, problem.rival, strict=True)
    return math.fsum(w * a / (a + r) for w, a, r in rows), [-1] * 6, {}


VALUE = {
    "p_median": median,
    "p_center": center,
    "set_cover": set_cover,
    "partial_cover": partial,
    "max_cover": max_cover,
    "backup_cover": backup,
    "fixed_charge": charge,
    "capacitated": split,
    "single_source": single,
    "capacitated_median": capacitated_median,
    "dispersion": dispersion,
    "max_capture": capture,
    "huff": huff,
    "two_level": two_level,
}
assert tuple(VALUE) == KINDS
