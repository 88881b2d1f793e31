"""The pursuit of a covering problem: plan, bound, fixing, and what is left, until they meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.covering import warming
from optimizer.location.covering.finish import MARGIN, finish
from optimizer.location.covering.lagrangian import (
    Multipliers,
    climb,
    first_multipliers,
    lagrangian_bound,
)
from optimizer.location.covering.narrowing import settled_columns
from optimizer.location.covering.parts import better_part, part_around
from optimizer.location.covering.reduce import carried, with_fixed, without_dominated
from optimizer.location.covering.starts import first_plan, improved, improved_within
from optimizer.location.covering.tree import explore
from optimizer.location.covering.volume import Steps, average_climb

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.location.covering.rows import Cover
    from optimizer.location.record import Plan, Record

    Reading = Callable[[NDArray[np.int32]], Plan]

CHUNK = 300  # subgradient iterations of one climb
CLIMBS = 3  # between two rounds of local search
PIECE = 20_000_000  # entries passed over between two looks at the limits
STEPS = 4.0  # scale of the steps a climb begins with
PROGRESS = 0.01  # of the gap; a climb that brings less is the last
ENTRY_MS = 3e-6  # work of one entry of the matrix in one iteration
OPERATION_MS = 6e-6  # work of one operation of the local search
FIRST_SEARCH = 50  # operations of the first round of local search, for each entry
SEARCH = 1e8  # operations of one round at most
SMALL = 20_000  # entries that the solver is given at once
LARGE = 60_000  # entries from which the tree takes the place of the solver
PART = 10  # open columns in a part
FEW, MANY = 4, 10_000  # parts between two climbs, and at the end
PART_MS = 200.0  # work that a part is taken for
ROUNDS = 25  # rounds of bound and search at most before the rest goes to the solver
NOISE = 1e-9  # what sums of float64 are known to
NODE_MS = 30.0  # work that one node of the solver is taken for


@dataclass
class Pursuit:
    """State of one solve. reading : makes a plan of chosen sites, evaluated in full.

    total : where objectives are maximised, total - value is the objective; else None.
    cover : what is left of the problem; value : of the best plan, as `Cover.value`.
    settled : the Lagrangian bound hardly moves any more.
    """

    record: Record
    cover: Cover
    reading: Reading
    total: float | None = None
    value: float = np.inf
    chosen: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    opened: NDArray[np.bool_] | None = None
    multipliers: Multipliers | None = None
    settled: bool = False
    steps: Steps = field(default_factory=Steps)
    seed: int = 0

    def offer(self, opened: NDArray[np.bool_], phase: str, cover: Cover | None = None) -> bool:
        """Keep a choice of columns (of `cover`, if given) if it is feasible and better."""
        cover = cover or self.cover
        least = 1e-9 * abs(self.value) if np.isfinite(self.value) else 0.0
        if not cover.value(opened) < self.value - least:
            return False
        chosen = cover.sites(opened)
        plan = self.reading(chosen)
        self.value = plan.objective if self.total is None else self.total - plan.objective
        self.chosen, self.opened = chosen, opened if cover is self.cover else None
        self.record.offer(plan, phase)
        return True

    def bound(self, value: float, phase: str) -> None:
        """State a lower bound on `Cover.value`."""
        if value >= self.value - NOISE * max(1.0, abs(self.value)):
            self.record.proven(phase)
            return
        self.record.raise_bound(value if self.total is None else self.total - value, phase)

    def exhaust(self, phase: str) -> None:
        """State that nothing is as good as the cut-off: of whole data, that the plan is optimal."""
        if self.record.whole or not np.isfinite(self.value):
            self.record.proven(phase)
        else:
            self.bound(self.cutoff, phase)

    @property
    def cutoff(self) -> float:
        """Value that a better plan has at most; inf while there is none."""
        if not np.isfinite(self.value):
            return np.inf
        objective = self.value if self.total is None else self.total - self.value
        step = 1.0 - 1e-4 if self.record.whole else 2e-7 * abs(objective) + NOISE
        return self.value - step

    def spend_entries(self, iterations: float) -> None:
        """Record the work of passes over the matrix."""
        entries = 2 * len(self.cover.matrix.row) + 20 * self.cover.matrix.column_count + 100
        self.record.budget.spend(iterations * entries * ENTRY_MS)


def pursue(
    record: Record, cover: Cover | None, reading: Reading, total: float | None = None
) -> None:
    """Solve a covering problem into the record, as far as the limits allow."""
    with record.budget.pause():
        warming.warm()
    lean = None if cover is None else without_dominated(cover)
    if lean is None:
        record.proven("reduction")
        return
    state = Pursuit(record, lean, reading, total, seed=record.limits.seed)
    state.spend_entries(10)
    state.offer(first_plan(lean), "greedy")
    state.bound(lagrangian_bound(lean, np.zeros(lean.matrix.row_count), 0.0)[0], "lagrangian")
    idle, operations = 0, float(FIRST_SEARCH * (len(lean.matrix.row) + lean.matrix.column_count))
    for turn in range(ROUNDS):
        before = state.value, state.cover.matrix.column_count
        raise_bound(state)
        search(state, min(operations, SEARCH))
        narrow(state)
        if turn >= 1 and len(state.cover.matrix.column) >= SMALL and not state.cover.price.any():
            improve_parts(state, FEW)
        if record.stop_reason() is not None:
            return
        operations *= 1.5
        idle = idle + 1 if before == (state.value, state.cover.matrix.column_count) else 0
        if turn >= 2 and not np.isfinite(state.value):
            break  # awkward or infeasible, which the solver tells
        if state.settled and (idle >= 2 or len(state.cover.matrix.column) < SMALL):
            break
    if len(state.cover.matrix.column) >= SMALL and not state.cover.price.any():
        improve_parts(state, MANY)
    if len(state.cover.matrix.column) >= LARGE and explore(state):
        return
    settle(state)


def improve_parts(state: Pursuit, tries: int) -> None:
    """Solve part after part of the plan, until none is left that was not settled."""
    size, failures = PART, 0
    for _ in range(tries):
        if state.record.stop_reason() is not None or state.opened is None:
            break
        cover, opened = state.cover, state.opened
        if failures > 2 * opened.sum() / size + 3 or 4 * size > opened.sum():
            break
        state.seed += 1
        found = better_part(
            cover,
            opened,
            part_around(cover, opened, state.seed, size),
            state.value - state.cutoff,
            deterministic=state.record.limits.work is not None,
            exact=state.record.whole,
            cancel=state.record.cancel,
        )
        state.record.budget.spend(PART_MS)
        failures = 0 if found is not None else failures + 1
        if found is not None:
            state.offer(found, "parts")


def raise_bound(state: Pursuit) -> None:
    """Climb the Lagrangian for a while: at first by subgradients, which start fast, then by volume.

    On 300,000 entries averaging took a bound that stalled 1 % above the relaxation's to 0.02 %.
    """
    cover = state.cover
    multipliers = state.multipliers or first_multipliers(cover)
    piece = int(np.clip(PIECE // max(len(cover.matrix.row), 1), 10, CHUNK))
    first = state.multipliers is None or cover.budget is not None
    for _ in range(CLIMBS):
        before, scale = multipliers.bound, STEPS
        for _ in range(0, CHUNK, piece):
            if state.record.stop_reason() is not None:
                break
            target = state.value if np.isfinite(state.value) else _guess(cover, multipliers)
            if first:
                found, scale = climb(cover, multipliers, target, piece, scale)
            else:
                found, state.steps = average_climb(cover, multipliers, target, piece, state.steps)
            state.spend_entries(piece)
            if found.bound >= multipliers.bound:
                multipliers = found
        state.settled = multipliers.bound - before < PROGRESS * (state.value - multipliers.bound)
        if state.settled and not first:
            break
        first = cover.budget is not None
    state.multipliers = multipliers
    value, _ = lagrangian_bound(cover, multipliers.row, multipliers.budget)
    state.bound(value, "lagrangian")


def _guess(cover: Cover, multipliers: Multipliers) -> float:
    """Return a target for the climb while no plan is known."""
    value, _ = lagrangian_bound(cover, multipliers.row, multipliers.budget)
    return value + 0.05 * abs(value) + 1.0


def search(state: Pursuit, operations: float) -> None:
    """Improve the plan by local search."""
    if state.record.stop_reason() is not None:
        return
    state.seed += 1
    cover, multipliers = state.cover, state.multipliers
    known = multipliers is not None and len(multipliers.share) == cover.matrix.column_count
    if known and len(cover.matrix.column) >= SMALL and not cover.price.any():
        share = multipliers.share  # type: ignore[union-attr]
        operations /= 2.0
        best, done = improved_within(cover, share, state.seed, operations)
        state.record.budget.spend(done * OPERATION_MS)
        if best is not None:
            state.offer(best, "local search")
        if state.record.stop_reason() is not None:
            return
    best, done = improved(state.cover, state.opened, state.seed, operations, state.multipliers)
    state.record.budget.spend(done * OPERATION_MS)
    if best is not None:
        state.offer(best, "local search")


def narrow(state: Pursuit) -> None:
    """Fix columns whose reduced price alone would lift the bound above the cut-off."""
    if state.multipliers is None or not np.isfinite(state.cutoff):
        return
    cover = state.cover
    opened, closed = settled_columns(cover, state.multipliers, state.cutoff)
    if opened.sum() + closed.sum() < 0.05 * cover.matrix.column_count:
        return
    rest = with_fixed(cover, opened, closed)
    lean = None if rest is None else without_dominated(rest)
    if lean is None:  # nothing is better than the plan at hand
        state.record.proven("fixing")
        return
    row = carried(state.multipliers.row, cover, lean)
    state.cover = lean
    state.multipliers = Multipliers(-np.inf, row, state.multipliers.budget, np.zeros(0))
    state.settled, state.steps = False, Steps()
    inside = np.isin(lean.site, state.chosen)
    same = len(state.chosen) == inside.sum() + len(lean.forced)
    state.opened = inside if same and lean.value(inside) < np.inf else None
    state.record.statistics["columns_left"] = float(lean.matrix.column_count)


def settle(state: Pursuit) -> None:
    """Give what is left to the solver, with a cut-off just below the plan at hand."""
    record = state.record
    if record.stop_reason() is not None:
        return
    nodes = None
    if record.limits.work is not None:
        nodes = max(int((record.limits.work - record.budget.work_done) / NODE_MS), 1)
    answer = finish(
        state.cover,
        state.cutoff,
        exact=record.whole,
        time_s=record.budget.remaining_s(),
        nodes=nodes,
        seed=record.limits.seed,
        cancel=record.cancel,
    )
    if nodes is not None:
        record.budget.spend(nodes * NODE_MS)
    if answer.values is not None:
        opened = answer.values[: state.cover.matrix.column_count] > 0.5
        state.offer(opened, "exact")
    if answer.status == "infeasible":
        state.exhaust("exact")
    elif answer.bound is not None:
        # the fixings hold only for plans below the cut-off: the plan at hand may be the best
        least = 1.0 if record.whole else 1e-3 * abs(answer.bound)
        safe = answer.bound - MARGIN * max(least, 1e-3 * abs(answer.bound))
        state.bound(min(safe, state.value), "exact")
