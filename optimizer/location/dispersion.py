"""p-dispersion: open p sites so that the two nearest of them are as far apart as possible.

Sets        sites j, k
Data        d[j,k] distance, the lesser of both directions; p
Variables   y[j] in {0, 1} opens site j
Objective   max  D
(1)  D <= d[j,k]  wherever y[j] = y[k] = 1
(2)  sum_j y[j] >= p

At a given D this asks for a packing of p nodes in the graph of pairs that are too near, so the
answer lies between two neighbours in the sorted list of distances:
D. Sayah, S. Irnich, "A new compact formulation for the discrete p-dispersion problem", EJOR 256
(2017), doi:10.1016/j.ejor.2016.06.036; Sayyady, Fathi, EJOR 253 (2016), see `dispersing.packing`.
Method: farthest insertion and exchanges from below; clique covers, then reduced packings solved
exactly, from above. Every level refused is an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import CostLists
from optimizer.core.limits import silent
from optimizer.core.refusal import Fault, Refusal
from optimizer.location import PROVE, solve
from optimizer.location.covering.stating import plan_of
from optimizer.location.dispersing.packing import (
    Packing,
    clique_cover,
    edge_cliques,
    model_of,
    nearness,
    packing_at,
    reduced,
)
from optimizer.location.dispersing.search import exchange, farthest
from optimizer.location.problem import make_problem, require_memory
from optimizer.solvers.mathopt import solve_milp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationProblem, LocationResult
    from optimizer.location.record import Record

BYTES_PER_PAIR = 40
STARTS = 6  # starts of the search before the first proof is tried
MOVES, MOVES_PER_SITE = 20_000, 100
MOVE_MS = 1.2e-5  # work of one exchange, per site
REDUCE_MS = 2e-8  # work of a reduction, per triple of sites
FIRST_S, FIRST_NODES, MORE = 2.0, 25, 4
NODE_MS = 12.0
SHORT_S = 3.0  # longer runs of the solver go into a process of their own, to be cancelled


def p_dispersion(  # noqa: PLR0913 - the options of the model
    distance: ArrayLike | Costs,
    p: int,
    *,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Open `p` sites as far from each other as possible.

    Parameters
    ----------
    distance : table of shape (m, m), or any `Costs` whose customers are its sites; of two
        directions the lesser counts; the diagonal does not matter. p : at least 2; required and
        existing sites count.

    Raises
    ------
    Refusal
        F701-F705; F751 for fewer than two sites, or without the distance between two of them.
    """
    problem = make_problem(
        "dispersion",
        distance,
        at_least=p,
        required=required,
        forbidden=forbidden,
        existing=existing,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


@dataclass
class Dispersion:
    """State of one solve. low : best level of a plan, high : least level known not to be feasible.

    site : int32, shape (k,), sites that are not forbidden. value : float64, distances by level.
    level : int32, shape (k, k). fixed : bool, shape (k,), required.
    """

    record: Record
    site: NDArray[np.int32]
    value: NDArray[np.float64]
    level: NDArray[np.int32]
    fixed: NDArray[np.bool_]
    size: int
    low: int = -1
    high: int = 0
    chosen: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def offer(self, chosen: NDArray[np.bool_], phase: str) -> bool:
        """Keep a set of sites if its least distance is larger than the best."""
        rank = np.flatnonzero(chosen)
        level = int(self.level[np.ix_(rank, rank)].min())
        if level <= self.low:
            return False
        self.low, self.chosen = level, chosen.copy()
        sites = self.site[rank]
        nobody = np.full(self.record.problem.costs.shape[0], -1, dtype=np.int32)
        plan = plan_of(self.record.problem, sites, float(self.value[level]), nobody)
        self.record.offer(plan, phase)
        return True

    def refuse(self, level: int, phase: str) -> None:
        """State that no set reaches a level."""
        self.high = min(self.high, level)
        self.record.raise_bound(float(self.value[self.high - 1]), phase, exact=True)

    @property
    def settled(self) -> bool:
        """Whether nothing better than the best plan is left."""
        return self.low >= self.high - 1


def run(record: Record) -> None:
    """Solve the problem of the record.

    Raises
    ------
    Refusal
        F705, F751.
    """
    problem = record.problem
    size = max(problem.at_least, int(problem.required.sum()))
    most = len(problem.required) if problem.at_most is None else problem.at_most
    if size > most or size > int((~problem.forbidden).sum()):
        record.proven("counts")
        return
    state = _stated(record, size)
    with record.budget.pause():
        _warm()
    state.refuse(len(state.value), "largest distance")
    within = np.flatnonzero(state.fixed)
    if len(within) > 1:
        state.refuse(int(state.level[np.ix_(within, within)].min()) + 1, "required sites")
    search(state, STARTS, record.limits.seed)
    cover(state)
    prove(state)
    if state.settled:
        record.proven("packing")


def search(state: Dispersion, rounds: int, seed: int) -> None:
    """Look for better plans: from the best one, and from new starts."""
    record, sites = state.record, len(state.site)
    for turn in range(rounds):
        early = record.stop_reason() if state.low >= 0 else None
        if early is not None or state.settled:
            return
        random = np.random.default_rng([record.limits.seed, seed, turn])
        again = turn % 2 == 1 and state.low >= 0
        chosen = state.chosen.copy() if again else state.fixed.copy()
        if not again:
            farthest(state.level, chosen, state.size, int(random.integers(sites)))
            state.offer(chosen, "farthest insertion")
        number = int(random.integers(2**31))
        goal = state.high - 1
        moves = min(MOVES, MOVES_PER_SITE * sites)
        _, best = exchange(state.level, chosen, state.fixed, goal, number, moves)
        record.budget.spend(moves * sites * MOVE_MS)
        state.offer(best, "exchange")


def cover(state: Dispersion) -> None:
    """Bisect with clique covers: a level at which too few cliques hold all sites is refused."""
    below, above = state.low, state.high
    while above - below > 1 and state.record.stop_reason() is None:
        asked = (below + above) // 2
        packing = _reduced(state, asked)
        few = packing is None or (
            packing.wanted > 0
            and clique_cover(packing.conflict, nearness(packing.conflict)) < packing.wanted
        )
        if few:
            above = asked
            state.refuse(asked, "clique cover")
        else:
            below = asked


def prove(state: Dispersion) -> None:
    """Bisect with exact packings; a level that takes too long is left for a higher, easier one."""
    effort, above_open = 0, state.low
    while not state.settled and state.record.stop_reason() is None:
        below = max(above_open, state.low)
        if below >= state.high - 1:  # every level was tried with this effort
            effort, above_open = effort + 1, state.low
            search(state, 2, effort)
            continue
        asked = (below + state.high) // 2
        verdict = _decide(state, asked, effort)
        if verdict is None:
            above_open = asked
        elif not verdict:
            state.refuse(asked, "packing")
        state.record.statistics["packings"] = state.record.statistics.get("packings", 0.0) + 1.0


def _decide(state: Dispersion, asked: int, effort: int) -> bool | None:
    """Return whether a level can be reached (the plan is then offered), or None = not known."""
    record = state.record
    packing = _reduced(state, asked)
    if packing is None:
        return False
    chosen = np.zeros(len(state.site), dtype=bool)
    chosen[packing.taken] = True
    if packing.wanted > 0:
        work = record.limits.work is not None
        left = record.budget.remaining_s()
        time_s = None if work else min(FIRST_S * MORE**effort, 1e9 if left is None else left)
        nodes = FIRST_NODES * MORE**effort if work else None
        answer = solve_milp(
            model_of(packing),
            time_s=time_s,
            nodes=nodes,
            seed=record.limits.seed,
            cancel=record.cancel,
            apart=time_s is not None and time_s > SHORT_S,
        )
        record.budget.spend((nodes or 0) * NODE_MS)
        if answer.status == "infeasible":
            return False
        if answer.values is None:
            return None
        chosen[packing.site[answer.values > 0.5]] = True
    _trim(chosen, state)
    return state.offer(chosen, "packing") or None


def _trim(chosen: NDArray[np.bool_], state: Dispersion) -> None:
    """Leave out sites beyond the number asked for, the latest ones that are not required."""
    spare = np.flatnonzero(chosen & ~state.fixed)
    more = int(chosen.sum()) - state.size
    if more > 0:
        chosen[spare[len(spare) - more :]] = False


def _reduced(state: Dispersion, asked: int) -> Packing | None:
    """Return the packing at a level without what decides itself; None = not feasible."""
    packing = packing_at(state.level, asked, state.fixed, state.size)
    state.record.budget.spend(len(state.site) ** 3 * REDUCE_MS)
    if packing is None:
        return None
    lean = reduced(packing)
    return None if lean.wanted > len(lean.site) else lean


def _stated(record: Record, size: int) -> Dispersion:
    problem = record.problem
    site = np.flatnonzero(~problem.forbidden).astype(np.int32)
    require_memory(len(site) ** 2 * BYTES_PER_PAIR / 1e9, record.limits)
    distance = _distances(problem, site, size)
    upper = np.triu_indices(len(site), 1)
    value, rank = np.unique(distance[upper], return_inverse=True)
    level = np.full((len(site), len(site)), len(value), dtype=np.int32)
    level[upper] = rank
    level = np.minimum(level, level.T)
    state = Dispersion(record, site, value, level, problem.required[site], size)
    state.high = len(value)  # a level that no pair reaches
    record.whole = bool(np.all(value == np.rint(value)))
    return state


def _distances(problem: LocationProblem, site: NDArray[np.int32], size: int) -> NDArray[np.float64]:
    customers, sites = problem.costs.shape
    cause = ""
    if customers != sites:
        cause = f"the distances of {sites} sites are a square table, not {customers} x {sites}"
    elif size < 2:
        cause = f"{size} open sites have no distance between them"
    elif isinstance(problem.costs, CostLists) and not problem.costs.complete:
        cause = "the lists of distances are cut off"
    else:
        table = problem.costs.columns(site)[site]
        distance = np.minimum(table, table.T)
        np.fill_diagonal(distance, 0.0)
        if np.isfinite(distance).all():
            return distance
        one, other = site[np.argwhere(~np.isfinite(distance))[0]]
        cause = f"no distance between sites {one} and {other} is known"
    action = "open two sites or more; give all distances, or forbid sites that cannot be reached"
    raise Refusal(Fault("distance, p", "F751", cause, action))


def _warm() -> None:
    """Compile, or load from the cache, on three sites in a row."""
    level = np.array([[3, 0, 1], [0, 3, 0], [1, 0, 3]], dtype=np.int32)
    chosen, near = np.zeros(3, dtype=bool), nearness(level < 1)
    farthest(level, chosen, 2, 0)
    exchange(level, chosen, np.zeros(3, dtype=bool), 9, 0, 1)
    clique_cover(level < 1, near)
    edge_cliques(level < 1, near, np.empty(64, dtype=np.int32))
    packing = packing_at(level, 1, np.zeros(3, dtype=bool), 2)
    if packing is not None:
        solve_milp(model_of(packing))
