"""Plans from above and Lagrangian bounds from below, in turn or side by side, until both stall."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.problem import make_problem
from optimizer.location.uncapacitated import lagrangian, swap
from optimizer.location.uncapacitated.cover import covering_sites
from optimizer.location.uncapacitated.data import full_plan, uncapacitated
from optimizer.location.uncapacitated.swap import open_sites
from optimizer.location.uncapacitated.tables import MOST, WORK, Pairs, Search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated

OPERATIONS_PER_WORK = 200_000  # entries of lists read in about a millisecond
SLICE = 5_000_000  # operations between two looks at the clock
STALLED, PATIENT = 150, 600  # iterations in which the bound has to rise, first and later on
RISE = 0.05  # of the gap; a bound that rises less in so many iterations has stalled
STRENGTH = 4  # most swaps of a kick
ROUNDS_WORK = 200_000  # operations of the kicks between two looks at the clock
MOST_ROUNDS = 20  # of these kicks
MOVES = 16  # of a descent between two looks at the clock
MOST_ITERATIONS = 50  # of the ascent in a slice
MOST_MOVES = 1000  # of a descent from the sites that the relaxation opens


@dataclass
class Squeeze:
    """What stands when neither side moves much: arrays numbered as in `data`.

    u : shape (n,), multipliers of the best bound; None where the limits came first. rho : shape
    (m,), reduced costs there. share : shape (m,), near the linear relaxation's y.
    """

    data: Uncapacitated
    pairs: Pairs
    search: Search
    ascent: lagrangian.Ascent | None = None

    @property
    def u(self) -> NDArray[np.float64] | None:
        """Multipliers of the best bound."""
        return None if self.ascent is None else self.ascent.best

    @property
    def rho(self) -> NDArray[np.float64] | None:
        """Reduced costs of the best bound."""
        return None if self.ascent is None else self.ascent.best_rho


def squeeze(record: Record, data: Uncapacitated) -> Squeeze:
    """Find plans and raise the bound until the limits say stop or the ascent has stalled.

    The problem is infeasible where `record.infeasible` is set in the end.
    """
    pairs = swap.pairs_of(data)
    state = Squeeze(data, pairs, swap.begin(data, pairs, record.limits.seed))
    _first_plan(record, state)
    if record.plan is None or record.stop_reason() is not None:
        return state
    relaxed = lagrangian.relaxed_of(data, record.plan.objective)
    middle = 0.5 * (state.search.near + state.search.next)
    state.ascent = lagrangian.ascent_from(data, np.clip(middle, relaxed.floor, relaxed.cap))
    resume(record, state)
    return state


def resume(record: Record, state: Squeeze) -> None:
    """Go on from where both sides stalled, the ascent with longer steps again."""
    if state.ascent is None:
        return
    patience = STALLED
    if state.ascent.tally[lagrangian.DONE] > 0:
        patience = PATIENT
        lagrangian.reheat(state.ascent)
    if record.limits.work is not None or record.limits.threads < 2:
        _meet(record, state, patience, None)
    else:
        with ThreadPoolExecutor(max_workers=1) as pool:
            _meet(record, state, patience, pool)


@cache
def warm_up() -> None:
    """Compile the kernels (or load them), once in a process: nobody's solving time."""
    problem = make_problem("p_median", 1.0 - np.eye(3), at_least=1, at_most=2)
    data = uncapacitated(problem)
    pairs = swap.pairs_of(data)
    search = swap.begin(data, pairs)
    swap.construct(pairs, search, 1)
    swap.descend(pairs, search, 1)
    swap.perturb(pairs, search, 1, 1)
    swap.move_to(pairs, search, np.ones(3, dtype=np.bool_))
    relaxed = lagrangian.relaxed_of(data, 3.0)
    ascent = lagrangian.ascent_from(data, np.ones(3))
    lagrangian.climb(lagrangian.trimmed(relaxed, ascent.u), ascent, 3.0, 1)
    full_plan(problem, data, open_sites(search))


def improve(record: Record, state: Squeeze, operations: int) -> None:
    """Kick and descend for about so many operations; offer what is better."""
    search = state.search
    begin = before = int(search.tally[WORK])
    rounds = 1
    while before - begin < operations and record.stop_reason() is None:
        if swap.perturb(state.pairs, search, rounds, STRENGTH):
            offer(record, state)
        record.statistics["kicks"] = record.statistics.get("kicks", 0) + rounds
        spend(record, search, before)
        each = (int(search.tally[WORK]) - before) // rounds + 1
        rounds = min(max(ROUNDS_WORK // each, 1), MOST_ROUNDS)
        before = int(search.tally[WORK])


def offer(record: Record, state: Squeeze) -> bool:
    """Offer the plan of the search, evaluated in full."""
    search = state.search
    best = record.plan
    guess = float(search.value[0])
    if best is not None and guess >= best.objective * (1.0 + 1e-3 * (not state.data.complete)):
        return False
    plan = full_plan(record.problem, state.data, open_sites(search))
    return plan is not None and record.offer(plan, "interchange")


def _first_plan(record: Record, state: Squeeze) -> None:
    """Greedy and interchange; where customers stay unserved, a cover, or the proof of none."""
    before = int(state.search.tally[WORK])
    swap.construct(state.pairs, state.search, state.data.shape[1])
    spend(record, state.search, before)
    if not offer(record, state) and state.data.complete:
        sites = covering_sites(record, state.data)
        if sites is None:
            return
        swap.place(state.pairs, state.search, sites)
        offer(record, state)
    moves = MOVES
    while record.stop_reason() is None and moves == MOVES:
        before = int(state.search.tally[WORK])
        moves = swap.descend(state.pairs, state.search, MOVES)
        spend(record, state.search, before)
    offer(record, state)


def _meet(record: Record, state: Squeeze, patience: int, pool: ThreadPoolExecutor | None) -> None:
    """Climb and improve until the bound stalls; at the same time where there is a pool."""
    plan, ascent = record.plan, state.ascent
    if plan is None or ascent is None:
        return
    relaxed = lagrangian.relaxed_of(state.data, plan.objective)
    marked, reached = int(ascent.tally[lagrangian.DONE]), float(ascent.control[lagrangian.BOUND])
    while record.stop_reason() is None:
        upper = record.plan.objective if record.plan is not None else plan.objective
        before = int(ascent.tally[lagrangian.WORK])
        iterations = _iterations(ascent)
        if pool is None:
            _climb(relaxed, ascent, upper, iterations)
            improve(record, state, int(ascent.tally[lagrangian.WORK]) - before)
        else:
            climbing = pool.submit(_climb, relaxed, ascent, upper, iterations)
            while not climbing.done():
                improve(record, state, ROUNDS_WORK)
            climbing.result()
        record.budget.spend((int(ascent.tally[lagrangian.WORK]) - before) / OPERATIONS_PER_WORK)
        bound, done = float(ascent.control[lagrangian.BOUND]), int(ascent.tally[lagrangian.DONE])
        record.statistics["iterations"] = done
        if record.raise_bound(bound, "Lagrangian") and record.stop_reason() is None:
            adopt(record, state, ascent.best_chosen > 0.0)
        if done >= marked + patience:
            if bound - reached < RISE * (upper - bound):
                return
            marked, reached = done, bound
        elif int(ascent.tally[lagrangian.WORK]) == before:
            return


def _climb(
    relaxed: lagrangian.Relaxed, ascent: lagrangian.Ascent, upper: float, iterations: int
) -> None:
    lagrangian.climb(lagrangian.trimmed(relaxed, ascent.u), ascent, upper, iterations)


def _iterations(ascent: lagrangian.Ascent) -> int:
    """Return how many iterations make a slice."""
    done = int(ascent.tally[lagrangian.DONE])
    if done == 0:
        return 1
    each = int(ascent.tally[lagrangian.WORK]) / done
    return int(np.clip(SLICE / max(each, 1.0), 1, MOST_ITERATIONS))


def adopt(record: Record, state: Squeeze, wanted: NDArray[np.bool_]) -> None:
    """Descend from the sites `wanted` (bool, shape (m,)); go back unless it is better."""
    search = state.search
    if wanted.sum() > search.tally[MOST]:
        return
    here, value = open_sites(search), float(search.value[0])
    before = int(search.tally[WORK])
    swap.move_to(state.pairs, search, wanted)
    swap.descend(state.pairs, search, MOST_MOVES)
    if search.value[0] < value:
        offer(record, state)
    else:
        back = np.zeros(len(wanted), dtype=np.bool_)
        back[here] = True
        swap.move_to(state.pairs, search, back)
    spend(record, search, before)


def spend(record: Record, search: Search, before: int) -> None:
    """Count the work of the search since its tally stood at `before`."""
    record.budget.spend((int(search.tally[WORK]) - before) / OPERATIONS_PER_WORK)
