"""Bounds by Lagrangian relaxation of the assignment, on lists that may be cut off.

    L(u) = sum_i u[i] + min { sum_j rho[j] y[j] : counts, required sites }
    rho[j] = fixed[j] - sum_i max(0, u[i] - c[i,j])

is a lower bound for every u. A list that ends early stays valid while u[i] <= beyond[i]: what is
not listed would add max(0, u[i] - c[i,j]) = 0. An iteration reads only entries with c[i,j] < u[i].

The ascent begins with deflected subgradients (Camerini, Fratta, Maffioli 1975,
doi:10.1007/BFb0120697), which rise fast, and goes on as the volume algorithm (Barahona, Anbil 2000,
doi:10.1007/s101070050002), which steps from the best multipliers along a running mean of
subgradients; the mean of the opened sites tends to the linear relaxation's y.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.uncapacitated.data import Uncapacitated

SUBGRADIENTS = 200  # iterations of the first phase
MEMORY = 0.9  # share of the last direction kept in the first phase
PATIENCE = 20  # iterations without progress before the step shrinks
SHRINK = 0.7  # of the step after iterations without progress, first phase
SLOW, GROW = 0.75, 1.1  # the same in the second phase, and after a rise along the direction
MEAN = 0.1  # greatest weight of a new subgradient in the mean
LEAST_STEP = 1e-4
REHEATED = 0.02  # step with which an ascent that has stalled goes on
REACH = 0.5  # share by which multipliers may rise above their floor before lists are trimmed anew
PROGRESS = 1e-3  # of the gap; a smaller rise is none in the first phase
BOUND, STEP, MIX, CHECKED = range(4)  # places in `control`
DONE, STALE, WORK, LEAST, MOST = range(5)  # places in `tally`


class Relaxed(NamedTuple):
    """Data of the ascent; arrays as in `Uncapacitated`.

    floor, cap : float64, shape (n,), range of each multiplier.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    floor: NDArray[np.float64]
    cap: NDArray[np.float64]
    fixed: NDArray[np.float64]
    required: NDArray[np.bool_]


class Ascent(NamedTuple):
    """State of the ascent.

    u, best, direction, slope : float64, shape (n,): multipliers tried last, those of the best
        bound, direction (a mean of subgradients) and last subgradient.
    rho, best_rho : float64, shape (m,), reduced costs at `u` and at `best`.
    chosen, best_chosen : float64 0 or 1, shape (m,), sites opened at `u` and at `best`.
    share : float64, shape (m,), running mean of `chosen`.
    control : float64, tally : int64; see BOUND and DONE and the names beside them.
    """

    u: NDArray[np.float64]
    best: NDArray[np.float64]
    direction: NDArray[np.float64]
    slope: NDArray[np.float64]
    rho: NDArray[np.float64]
    best_rho: NDArray[np.float64]
    chosen: NDArray[np.float64]
    best_chosen: NDArray[np.float64]
    share: NDArray[np.float64]
    control: NDArray[np.float64]
    tally: NDArray[np.int64]


def relaxed_of(data: Uncapacitated, upper: float) -> Relaxed:
    """Return what the ascent reads of `data`; upper : value of a plan.

    A multiplier above the value of a plan cannot help: leaving that customer to a phantom site at
    this cost would not pay.
    """
    _, sites = data.shape
    count = np.diff(data.start)
    some = count > 0
    floor = np.minimum(data.beyond, upper)
    floor[some] = data.cost[data.start[:-1][some]]
    last = np.full(len(count), upper)
    whole = some & (count == sites)
    last[whole] = data.cost[data.start[1:][whole] - 1]
    cap = np.maximum(np.where(np.isinf(data.beyond), last, data.beyond), floor)
    cap.flags.writeable = floor.flags.writeable = False
    return Relaxed(data.start, data.site, data.cost, floor, cap, data.fixed, data.required)


def ascent_from(data: Uncapacitated, u: NDArray[np.float64]) -> Ascent:
    """Return an ascent that begins at `u`, shape (n,)."""
    customers, sites = data.shape
    ascent = Ascent(
        u=np.array(u, dtype=np.float64),
        best=np.array(u, dtype=np.float64),
        direction=np.zeros(customers),
        slope=np.zeros(customers),
        rho=np.zeros(sites),
        best_rho=np.zeros(sites),
        chosen=np.zeros(sites),
        best_chosen=np.zeros(sites),
        share=np.zeros(sites),
        control=np.array([-np.inf, 1.0, MEAN, -np.inf]),
        tally=np.zeros(5, dtype=np.int64),
    )
    ascent.tally[LEAST] = data.at_least
    ascent.tally[MOST] = data.at_most
    return ascent


def reheat(ascent: Ascent) -> None:
    """Let an ascent that has stalled take longer steps again."""
    ascent.control[STEP] = max(ascent.control[STEP], REHEATED)
    ascent.control[MIX] = MEAN
    ascent.tally[STALE] = 0


def trimmed(relaxed: Relaxed, u: NDArray[np.float64]) -> Relaxed:
    """Return the same with lists no longer than multipliers near `u` can need.

    Short lists lie close together in memory, which makes an iteration two or three times faster;
    multipliers stop at the first entry left out, until the lists are trimmed anew.
    """
    level = u + REACH * (u - relaxed.floor)
    start, site, cost, cap = _trim(relaxed, level)
    for part in (start, site, cost, cap):
        part.flags.writeable = False
    return relaxed._replace(start=start, site=site, cost=cost, cap=cap)


@kernel
def _trim(
    relaxed: Relaxed, level: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Return start, site and cost of entries below `level`, and the cost of the first above."""
    customers = len(level)
    start = np.zeros(customers + 1, dtype=np.int64)
    cap = relaxed.cap.copy()
    for i in range(customers):
        e = relaxed.start[i]
        while e < relaxed.start[i + 1] and relaxed.cost[e] <= level[i]:
            e += 1
        if e < relaxed.start[i + 1]:
            cap[i] = min(cap[i], relaxed.cost[e])
        start[i + 1] = start[i] + e - relaxed.start[i]
    site = np.empty(start[customers], dtype=np.int32)
    cost = np.empty(start[customers])
    for i in range(customers):
        shift = relaxed.start[i] - start[i]
        for e in range(start[i], start[i + 1]):
            site[e] = relaxed.site[e + shift]
            cost[e] = relaxed.cost[e + shift]
    return start, site, cost, cap


@kernel
def climb(relaxed: Relaxed, ascent: Ascent, upper: float, iterations: int) -> None:
    """Go on with the ascent; upper : value of the best plan, which scales the steps."""
    for _ in range(iterations):
        bound = _evaluate(relaxed, ascent)
        _count(relaxed, ascent)
        first = ascent.tally[DONE] < SUBGRADIENTS
        if first:
            step, base = _deflect(relaxed, ascent, bound, upper), ascent.u
        else:
            step, base = _mean(relaxed, ascent, bound, upper), ascent.best
        _keep(ascent, bound)
        ascent.tally[DONE] += 1
        if step <= 0.0:
            return
        for i in range(len(base)):
            moved = base[i] + step * ascent.direction[i]
            ascent.u[i] = min(max(moved, relaxed.floor[i]), relaxed.cap[i])


def hopeless(data: Uncapacitated, ascent: Ascent, cutoff: float) -> NDArray[np.bool_]:
    """Return the sites that no plan below `cutoff` opens, by their reduced costs; shape (m,).

    Opening one more site costs its reduced cost, less that of the chosen site which it replaces
    where the count is full or which is better left closed.
    """
    rho, chosen = ascent.best_rho, ascent.best_chosen > 0.0
    bound = float(ascent.control[BOUND])
    bound -= 1e-9 * max(abs(bound), 1.0)
    spare = chosen & ~data.required
    dearer = rho - (rho[spare].max() if spare.any() else -np.inf)
    if chosen.sum() < data.at_most:
        dearer = np.minimum(dearer, rho)
    return ~chosen & ~data.required & (bound + dearer >= cutoff)


@kernel
def bound_at(relaxed: Relaxed, ascent: Ascent) -> float:
    """Return the bound of `ascent.u`, with `rho` and `chosen` there."""
    return _evaluate(relaxed, ascent)


@kernel
def _evaluate(relaxed: Relaxed, ascent: Ascent) -> float:
    sites = len(relaxed.fixed)
    ascent.rho[:] = relaxed.fixed
    ascent.chosen[:] = 0.0
    total = 0.0
    for i in range(len(relaxed.floor)):
        level = ascent.u[i]
        total += level
        for e in range(relaxed.start[i], relaxed.start[i + 1]):
            if relaxed.cost[e] >= level:
                break
            ascent.rho[relaxed.site[e]] -= level - relaxed.cost[e]
    opened = 0
    for j in range(sites):
        if relaxed.required[j]:
            ascent.chosen[j] = 1.0
            total += ascent.rho[j]
            opened += 1
    for j in np.argsort(ascent.rho):
        if opened >= ascent.tally[MOST]:
            break
        if ascent.rho[j] >= 0.0 and opened >= ascent.tally[LEAST]:
            break
        if not relaxed.required[j]:
            ascent.chosen[j] = 1.0
            total += ascent.rho[j]
            opened += 1
    return total


@inner_kernel
def _count(relaxed: Relaxed, ascent: Ascent) -> None:
    """Work out the subgradient: one minus the number of opened sites that serve each customer."""
    for i in range(len(relaxed.floor)):
        level = ascent.u[i]
        served = 0.0
        first = relaxed.start[i]
        end = first
        while end < relaxed.start[i + 1] and relaxed.cost[end] < level:
            served += ascent.chosen[relaxed.site[end]]
            end += 1
        ascent.slope[i] = 1.0 - served
        ascent.tally[WORK] += end - first


@inner_kernel
def _deflect(relaxed: Relaxed, ascent: Ascent, bound: float, upper: float) -> float:
    """First phase: add the subgradient to the direction; return the step."""
    if bound > ascent.control[BOUND] + PROGRESS * max(upper - bound, 0.0):
        ascent.tally[STALE] = 0
    else:
        ascent.tally[STALE] += 1
    if ascent.tally[STALE] >= PATIENCE:
        ascent.tally[STALE] = 0
        ascent.control[STEP] *= SHRINK
    for i in range(len(ascent.u)):
        ascent.direction[i] = ascent.slope[i] + MEMORY * ascent.direction[i]
    for j in range(len(ascent.chosen)):
        ascent.share[j] += (1.0 - MEMORY) * (ascent.chosen[j] - ascent.share[j])
    length = _length(relaxed, ascent.u, ascent.direction)
    if ascent.tally[DONE] == SUBGRADIENTS - 1:
        for i in range(len(ascent.u)):
            ascent.direction[i] *= 1.0 - MEMORY
        step = ascent.control[STEP] * (1.0 - MEMORY) * max(upper - bound, 0.0)
        ascent.control[STEP] = 1.0 - MEMORY
        length *= (1.0 - MEMORY) ** 2
    else:
        step = ascent.control[STEP] * max(upper - bound, 0.0)
    return float(step / max(length, 1e-12))


@inner_kernel
def _mean(relaxed: Relaxed, ascent: Ascent, bound: float, upper: float) -> float:
    """Second phase: mix the subgradient into the mean and adapt the step; return the step."""
    control, tally = ascent.control, ascent.tally
    both, new, old = 0.0, 0.0, 0.0
    for i in range(len(ascent.u)):
        both += ascent.slope[i] * ascent.direction[i]
        new += ascent.slope[i] * ascent.slope[i]
        old += ascent.direction[i] * ascent.direction[i]
    spread = new - 2.0 * both + old
    weight = control[MIX]
    if spread > 0.0:
        weight = min(max((old - both) / spread, 0.1 * control[MIX]), control[MIX])
    for i in range(len(ascent.u)):
        ascent.direction[i] += weight * (ascent.slope[i] - ascent.direction[i])
    for j in range(len(ascent.chosen)):
        ascent.share[j] += weight * (ascent.chosen[j] - ascent.share[j])
    best = max(bound, control[BOUND])
    if bound > control[BOUND]:
        tally[STALE] = 0
        if both >= 0.0:
            control[STEP] = min(control[STEP] * GROW, 2.0)
    else:
        tally[STALE] += 1
        if tally[STALE] >= PATIENCE:
            tally[STALE] = 0
            control[STEP] = max(control[STEP] * SLOW, LEAST_STEP)
    if tally[DONE] % 100 == 0:
        if best - control[CHECKED] < 0.01 * (upper - best):
            control[MIX] = max(0.5 * control[MIX], 0.1 * MEAN)
        control[CHECKED] = best
    base = ascent.u if bound > control[BOUND] else ascent.best
    length = _length(relaxed, base, ascent.direction)
    return float(control[STEP] * max(upper - best, 0.0) / max(length, 1e-12))


@inner_kernel
def _length(relaxed: Relaxed, base: NDArray[np.float64], direction: NDArray[np.float64]) -> float:
    """Return the squared length of the direction as far as the ranges of multipliers let it go."""
    total = 0.0
    for i in range(len(base)):
        down = base[i] <= relaxed.floor[i] and direction[i] < 0.0
        up = base[i] >= relaxed.cap[i] and direction[i] > 0.0
        if not (down or up):
            total += direction[i] * direction[i]
    return float(total)


@inner_kernel
def _keep(ascent: Ascent, bound: float) -> None:
    """Remember the best multipliers."""
    if bound <= ascent.control[BOUND]:
        return
    ascent.control[BOUND] = bound
    for i in range(len(ascent.u)):
        ascent.best[i] = ascent.u[i]
    for j in range(len(ascent.rho)):
        ascent.best_rho[j] = ascent.rho[j]
        ascent.best_chosen[j] = ascent.chosen[j]
