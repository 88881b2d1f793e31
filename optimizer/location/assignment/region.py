"""Improve a plan region by region: some open sites, their customers, and closed sites nearby.

Each region is an instance of its own, solved by the same bound, fixing and programme with the cost
of the plan at hand as cutoff (partial neighbourhoods as in Stefanello, de Araujo, Mueller 2015,
doi:10.1111/itor.12103).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.ascent import begin, climb, shrink
from optimizer.location.assignment.data import arrange, fewest_sites
from optimizer.location.assignment.plans import impossible, make_plan, pair_costs
from optimizer.location.assignment.programme import solve_rest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Plan, Record

STEPS = 80
STEP = 0.3
SLICE_S, SLICE_NODES = 1.5, 100
FIRST_WIDTH = 4  # open sites of a region
WIDEST = 24


@dataclass
class Regions:
    """Where to look next.

    width : open sites of a region. worth : value of each site at the bound, shape (m,), low is
    promising. stale : regions in a row without a better plan.
    """

    root: Instance
    multiplier: NDArray[np.float64]
    worth: NDArray[np.float64]
    dice: np.random.Generator
    width: int = FIRST_WIDTH
    tried: int = 0
    stale: int = 0


def improve(regions: Regions, record: Record, plan: Plan) -> bool:
    """Try one region of the best plan; return whether a better plan was found."""
    instance = regions.root
    inside, closed = _choose(regions, plan)
    customers = np.flatnonzero(np.isin(plan.assign, inside))
    outside = len(plan.open) - len(inside)
    sites = np.sort(np.concatenate([inside, closed]))
    sub = part(instance, customers, sites, outside)
    here = pair_costs(instance, plan.assign)[customers].sum() + _fixed(instance, plan, inside)
    cutoff = here - max(1e-7 * abs(here), 1.0 - 1e-6 if record.whole else 0.0)
    regions.tried += 1
    regions.stale += 1
    ascent = begin(sub, regions.multiplier[customers])
    ascent.step = STEP
    climb(ascent, STEPS, cutoff, record, enough=cutoff)
    if ascent.bound >= cutoff or record.stop_reason() is not None:
        return _wider(regions)
    left = shrink(ascent, cutoff)
    if impossible(left):
        return _wider(regions)
    answer, assign, opened = solve_rest(left, record, time_s=SLICE_S, nodes=SLICE_NODES)
    if assign is None or opened is None or np.any(assign < 0):
        if answer.status == "infeasible":
            return _wider(regions)
        regions.width = max(regions.width - 1, 2)
        return False
    return _put(regions, record, plan, (customers, sites, inside), (assign, opened))


def part(
    instance: Instance, customers: NDArray[np.int64], sites: NDArray[np.int32], outside: int
) -> Instance:
    """Return the instance of some customers and sites, renumbered; `outside` sites are open."""
    pairs = instance.pairs
    customer_rank = np.full(instance.customers, -1, dtype=np.int32)
    customer_rank[customers] = np.arange(len(customers))
    spans = [(pairs.column_start[site], pairs.column_start[site + 1]) for site in sites]
    entry = np.concatenate([np.arange(*span) for span in spans])
    rank = np.repeat(np.arange(len(sites), dtype=np.int32), np.diff(spans, axis=1).ravel())
    kept = customer_rank[pairs.column_customer[entry]] >= 0
    entry, rank = entry[kept], rank[kept]
    size = np.concatenate(
        [np.arange(pairs.size_start[site], pairs.size_start[site + 1]) for site in sites]
    )
    fewer = arrange(
        customer_rank[pairs.column_customer[entry]],
        rank,
        pairs.column_cost[entry],
        pairs.demand[customers],
        len(sites),
    )._replace(
        size_start=np.concatenate([[0], np.cumsum(np.diff(pairs.size_start)[sites])]),
        fixed=pairs.fixed[size],
        capacity=pairs.capacity[size],
        min_use=pairs.min_use[size],
    )
    sub = replace(
        instance,
        pairs=fewer,
        size_row=instance.size_row[size],
        required=instance.required[sites],
        at_least=max(instance.at_least - outside, 0),
        at_most=min(instance.at_most - outside, len(sites)),
        ceiling=np.full(len(customers), np.inf),
    )
    return replace(sub, at_least=max(sub.at_least, fewest_sites(sub)))


def _choose(regions: Regions, plan: Plan) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Draw a customer; return open sites around it, and the most promising closed ones."""
    pairs = regions.root.pairs
    center = int(regions.dice.integers(regions.root.customers))
    row = pairs.row_site[pairs.row_start[center] : pairs.row_start[center + 1]]
    is_open = np.isin(row, plan.open)
    inside = row[is_open][: regions.width]
    if plan.assign[center] not in inside:
        inside = np.append(inside[:-1], plan.assign[center]).astype(np.int32)
    last = int(np.flatnonzero(is_open)[: regions.width][-1]) + 1
    near = row[:last][~is_open[:last]]
    if len(near) < regions.width:
        near = row[~is_open][: regions.width]
    best = near[np.argsort(regions.worth[near], kind="stable")[: 2 * regions.width]]
    return inside, best


def _fixed(instance: Instance, plan: Plan, inside: NDArray[np.int32]) -> float:
    mine = np.isin(plan.open, inside)
    at = np.isin(instance.size_row, plan.size[mine])
    return float(instance.pairs.fixed[at].sum())


def _wider(regions: Regions) -> bool:
    if regions.stale % 8 == 0:
        regions.width = min(regions.width + 1, WIDEST)
    return False


def _put(
    regions: Regions,
    record: Record,
    plan: Plan,
    numbers: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    answer: tuple[NDArray[np.int32], NDArray[np.bool_]],
) -> bool:
    """Put the answer of a region into the plan and offer it."""
    customers, sites, inside = numbers
    assign = plan.assign.copy()
    assign[customers] = sites[answer[0]]
    opened = np.zeros(regions.root.sites, dtype=bool)
    opened[plan.open] = True
    opened[inside] = False
    opened[sites[answer[1]]] = True
    better = make_plan(record.problem, regions.root, assign, opened)
    if better is not None and record.offer(better, "region"):
        regions.stale = 0
        return True
    return _wider(regions)
