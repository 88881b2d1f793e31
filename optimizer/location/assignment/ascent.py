"""Raises the Lagrangian bound by deflected subgradients, and fixes what cannot be in a better plan.

Steps follow Polyak; directions are smoothed after Camerini, Fratta, Maffioli 1975,
doi:10.1007/BFb0120697. Fixing by reduced cost keeps every plan that is better than the best known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.data import column_site, reduced
from optimizer.location.assignment.dual import Work, dual_value, work_space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record

SMOOTH = 0.3  # share of the newest subgradient in the direction
PATIENCE = 20  # steps without a better bound before the step shrinks
SHRINK = 0.66
SMALLEST = 2e-3  # step factor at which the climb has converged
PAIRS_PER_WORK = 25_000.0  # pairs looked at in about a millisecond


@dataclass
class Ascent:
    """Multipliers of one instance.

    best : where the bound was highest. often : share of late steps that chose each site, (m,).
    """

    instance: Instance
    multiplier: NDArray[np.float64]
    work: Work
    best: NDArray[np.float64] = field(init=False)
    bound: float = -np.inf
    direction: NDArray[np.float64] = field(init=False)
    step: float = 1.0
    stalled: int = 0
    steps: int = 0
    often: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Start at the given multipliers."""
        self.best = self.multiplier.copy()
        self.direction = np.zeros(len(self.multiplier))
        self.often = np.zeros(self.instance.sites)


def begin(instance: Instance, multiplier: NDArray[np.float64] | None = None) -> Ascent:
    """Return an ascent from multipliers, by default from what serving each customer must cost."""
    start = first_multiplier(instance) if multiplier is None else multiplier
    return Ascent(instance, np.minimum(start, instance.ceiling), work_space(instance))


def first_multiplier(instance: Instance) -> NDArray[np.float64]:
    """Return a start: cost at the rank of a site that is likely open, and a share of its size."""
    pairs = instance.pairs
    count = np.diff(pairs.row_start)
    opened = max(instance.at_least, 1)
    usable = max(int(instance.usable.sum()), 1)
    rank = np.minimum(usable // opened, np.maximum(count - 1, 0))
    share = pairs.fixed / np.maximum(pairs.capacity, 1e-12)
    least = float(share.min()) if len(share) else 0.0
    if least > 0.0:
        rank = np.zeros_like(rank)
    entry = np.minimum(pairs.row_start[:-1] + rank, max(len(pairs.row_cost) - 1, 0))
    near = pairs.row_cost[entry] if len(pairs.row_cost) else np.zeros(instance.customers)
    start = np.where(count > 0, near, 0.0) + max(least, 0.0) * pairs.demand
    return np.asarray(start, dtype=np.float64)


def evaluate(ascent: Ascent, multiplier: NDArray[np.float64], *, sharp: bool = False) -> float:
    """Return L(multiplier); the work of the ascent holds its solution.

    sharp : also bound sites that are not chosen as well as continuous knapsacks can.
    """
    instance = ascent.instance
    return float(
        dual_value(
            instance.pairs,
            multiplier,
            instance.required,
            instance.at_least,
            instance.at_most,
            sharp,
            ascent.work,
        )
    )


def climb(
    ascent: Ascent, steps: int, target: float, record: Record, *, enough: float = np.inf
) -> bool:
    """Make up to `steps` steps towards `target`; return whether the climb has ended.

    It has when it converged, or when the bound reached `enough`.

    Notes
    -----
    Stops early at a limit, and where no plan can meet the counts (the bound is inf then).
    """
    spent = 1.0 + len(ascent.instance.pairs.row_cost) / PAIRS_PER_WORK
    for _ in range(steps):
        value = evaluate(ascent, ascent.multiplier)
        record.budget.spend(spent)
        ascent.steps += 1
        ascent.often += 0.05 * (ascent.work.chosen - ascent.often)
        gradient = 1.0 - ascent.work.served
        if value > ascent.bound:
            good = value > ascent.bound + 1e-6 * abs(ascent.bound)
            ascent.bound, ascent.best = value, ascent.multiplier.copy()
            ascent.stalled = 0 if good else ascent.stalled + 1
        else:
            ascent.stalled += 1
        if not np.isfinite(value) or not gradient.any() or ascent.bound >= enough:
            return True
        if ascent.stalled >= PATIENCE:
            ascent.stalled, ascent.step = 0, ascent.step * SHRINK
            ascent.multiplier = ascent.best.copy()
        ascent.direction = SMOOTH * gradient + (1.0 - SMOOTH) * ascent.direction
        length = float(ascent.direction @ ascent.direction)
        short = max(target - value, 1e-3 * abs(target), 1e-9)
        move = ascent.step * short / max(length, 1e-9)
        ascent.multiplier = np.minimum(
            ascent.multiplier + move * ascent.direction, ascent.instance.ceiling
        )
        if ascent.step < SMALLEST:
            return True
        if record.stop_reason() is not None:
            return False
    return False


def forced(ascent: Ascent) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return bounds with each site open, and with each site closed, at the best multipliers.

    Leaves the solution at the best multipliers in the work of the ascent.
    """
    instance, work = ascent.instance, ascent.work
    value = evaluate(ascent, ascent.best, sharp=True)
    free = np.flatnonzero(instance.usable & ~instance.required)
    must = int(instance.required.sum())
    fewest, most = max(instance.at_least - must, 0), instance.at_most - must
    opened = np.full(instance.sites, np.inf)
    closed = np.where(instance.required, np.inf, value)
    opened[instance.required] = value
    ladder = np.sort(work.value[free])
    rest = value - _best_sum(ladder, fewest, most)
    rank = np.searchsorted(ladder, work.value[free])
    for site, place in zip(free, rank, strict=True):
        others = np.delete(ladder, place)
        mine = work.value[site]
        opened[site] = rest + mine + _best_sum(others, max(fewest - 1, 0), most - 1)
        closed[site] = rest + _best_sum(others, fewest, most)
    return opened, closed


def _best_sum(ladder: NDArray[np.float64], fewest: int, most: int) -> float:
    """Return the least sum of between `fewest` and `most` of rising values, inf if too few."""
    if len(ladder) < fewest or most < 0:
        return np.inf
    count = min(max(int(np.searchsorted(ladder, 0.0)), fewest), most)
    return float(ladder[:count].sum())


def shrink(ascent: Ascent, cutoff: float) -> Instance:
    """Return the instance without what every plan below `cutoff` does without."""
    instance, work = ascent.instance, ascent.work
    pairs = instance.pairs
    opened, closed = forced(ascent)
    site = column_site(pairs)
    price = np.maximum(pairs.column_cost - ascent.best[pairs.column_customer], -np.inf)
    demand = pairs.demand[pairs.column_customer]
    least = np.full(len(price), np.inf)  # value of the site when it serves the pair
    counts = np.diff(pairs.size_start)
    for rank in range(int(counts.max(initial=0))):
        has = counts[site] > rank
        size = pairs.size_start[site[has]] + rank
        extra = np.maximum(price[has] + work.slope[size] * demand[has], 0.0)
        extra[demand[has] > pairs.capacity[size] * (1.0 + 1e-9)] = np.inf
        least[has] = np.minimum(least[has], work.relaxed[size] + extra)
    bound = opened[site] + np.maximum(least - work.value[site], 0.0)
    left = reduced(instance, bound < cutoff, opened < cutoff, (closed >= cutoff) & instance.usable)
    elsewhere = ascent.bound + instance.ceiling - ascent.best
    return replace(left, ceiling=np.where(elsewhere >= cutoff, np.inf, instance.ceiling))
