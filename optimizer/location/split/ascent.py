"""Climb on the multipliers of the demand rows by the volume algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.location.split.choice import choose
from optimizer.location.split.relaxation import serve, site_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PATIENCE = 7
SHORTER, LONGER = 0.66, 1.1
BOUND, FACTOR, MISSES, BLEND, BEFORE, STEPS = range(6)  # places in `state`


def fresh(factor: float = 0.1) -> Floats:
    """Return the state of an ascent that starts: no bound, nothing averaged yet."""
    return np.array([-np.inf, factor, 0.0, 0.3, -np.inf, 0.0])


@inner_kernel
def average(slope: Floats, pick: Ints, slack: Floats, share: Floats, state: Floats) -> None:
    """Blend the new slope and choice into the averages, as the shortest mean asks for."""
    blend = 1.0
    if state[STEPS] > 0:
        top, bottom = 0.0, 0.0
        for i in range(len(slack)):
            change = slope[i] - slack[i]
            top -= slack[i] * change
            bottom += change * change
        most = state[BLEND]
        blend = top / bottom if bottom > 0.0 else most
        blend = min(max(blend, 0.1 * most), most)
    for i in range(len(slack)):
        slack[i] += blend * (slope[i] - slack[i])
    for k in range(len(share)):
        share[k] *= 1.0 - blend
    for j in range(len(pick)):
        if pick[j] >= 0:
            share[pick[j]] += blend


@inner_kernel
def judge(
    bound: float, trial: Floats, slope: Floats, u: Floats, slack: Floats, state: Floats
) -> None:
    """Keep better multipliers; lengthen the step on a gain, shorten it after long patience."""
    if bound > state[BOUND]:
        along = 0.0
        for i in range(len(slack)):
            along += slack[i] * slope[i]
        if along > 0.0 and state[STEPS] > 0:
            state[FACTOR] = min(state[FACTOR] * LONGER, 2.0)
        state[BOUND] = bound
        for i in range(len(u)):
            u[i] = trial[i]
        state[MISSES] = 0
        return
    state[MISSES] += 1
    if state[MISSES] >= PATIENCE:
        state[FACTOR] = max(state[FACTOR] * SHORTER, 1e-4)
        state[BLEND] = max(state[BLEND] * 0.8, 0.01)
        state[MISSES] = 0


@inner_kernel
def step_from(u: Floats, slack: Floats, target: float, state: Floats, trial: Floats) -> None:
    """Write the next multipliers to try: from the best ones along the averaged slope."""
    norm = 0.0
    for i in range(len(u)):
        norm += slack[i] * slack[i]
    distance = max(target - state[BOUND], 1e-6 * abs(target))
    step = state[FACTOR] * distance / max(norm, 1e-12) if state[STEPS] > 0 else 0.0
    for i in range(len(u)):
        trial[i] = u[i] + step * slack[i]


@kernel
def climb(  # noqa: PLR0913, PLR0917 - kernels take arrays
    start: Ints,
    customer: NDArray[np.int32],
    cost: Floats,
    demand: Floats,
    base: Floats,
    reference: Floats,
    ceiling: Floats,
    size_start: Ints,
    fixed: Floats,
    least: Floats,
    most: Floats,
    must: NDArray[np.bool_],
    closed: NDArray[np.bool_],
    at_least: int,
    at_most: int,
    target: float,
    steps: int,
    u: Floats,
    slack: Floats,
    share: Floats,
    state: Floats,
    pick: Ints,
) -> float:
    """Take `steps` steps from the best multipliers; return the best bound.

    Parameters
    ----------
    closed : bool, sizes that may not be built. target : value to step towards (the best plan's).
    u : best multipliers, updated. slack : averaged 1 - served share, updated. share : averaged y,
    updated. state : see `fresh`, updated. pick : last choice, written.
    """
    n, sizes = len(demand), len(fixed)
    value, served, trial = np.empty(sizes), np.empty(n), u.copy()
    need, nothing = demand.sum(), np.empty(0)
    for _ in range(steps):
        step_from(u, slack, target, state, trial)
        for i in range(n):
            trial[i] = min(trial[i], ceiling[i])
        site_values(
            start,
            customer,
            cost,
            demand,
            base,
            reference,
            trial,
            size_start,
            fixed,
            least,
            most,
            closed,
            value,
        )
        bound = choose(value, size_start, most, must, need, at_least, at_most, pick) + trial.sum()
        if bound == np.inf:
            state[BOUND] = np.inf
            return np.inf
        serve(
            start,
            customer,
            cost,
            demand,
            base,
            reference,
            trial,
            least,
            most,
            pick,
            served,
            nothing,
        )
        slope = 1.0 - served
        average(slope, pick, slack, share, state)
        judge(bound, trial, slope, u, slack, state)
        state[STEPS] += 1
    return float(state[BOUND])


@kernel
def probe(  # noqa: PLR0913, PLR0917 - kernels take arrays
    start: Ints,
    customer: NDArray[np.int32],
    cost: Floats,
    demand: Floats,
    base: Floats,
    reference: Floats,
    size_start: Ints,
    fixed: Floats,
    least: Floats,
    most: Floats,
    must: NDArray[np.bool_],
    closed: NDArray[np.bool_],
    at_least: int,
    at_most: int,
    u: Floats,
    inside: Floats,
    outside: Floats,
) -> float:
    """Return the bound at `u`, and the bounds with each size built and each site left empty.

    inside : shape (sizes,), written; inf at closed sizes. outside : shape (m,), written.
    """
    value = np.empty(len(fixed))
    site_values(
        start,
        customer,
        cost,
        demand,
        base,
        reference,
        u,
        size_start,
        fixed,
        least,
        most,
        closed,
        value,
    )
    need, base, forced = demand.sum(), u.sum(), must.copy()
    pick = np.empty(len(must), dtype=np.int64)
    bound = choose(value, size_start, most, must, need, at_least, at_most, pick) + base
    trial = pick.copy()
    for j in range(len(must)):
        first, last = size_start[j], size_start[j + 1]
        own = value[first:last].copy()
        outside[j] = np.inf
        if not must[j]:
            outside[j] = bound
            if pick[j] >= 0:
                value[first:last] = np.inf
                outside[j] = base + choose(
                    value, size_start, most, must, need, at_least, at_most, trial
                )
        forced[j] = True
        for k in range(first, last):
            inside[k] = np.inf
            if own[k - first] < np.inf:
                inside[k] = bound
                if pick[j] != k:
                    value[first:last] = np.inf
                    value[k] = own[k - first]
                    inside[k] = base + choose(
                        value, size_start, most, forced, need, at_least, at_most, trial
                    )
        forced[j] = must[j]
        value[first:last] = own
    return float(bound)
