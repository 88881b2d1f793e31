"""The record of one solve: limits, best plan, best bound, and what they prove."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Progress, silent
from optimizer.core.location import OPTIMAL_GAP, LocationResult, relative_gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Listener
    from optimizer.core.location import Flows, LocationProblem

SAFETY = 1e-9  # relative; what float64 sums over 1e5 terms can lose, with room to spare
WHOLE = 1e-6  # relative; a bound of integer data so close below a whole number is that number


@dataclass(frozen=True, eq=False)
class Plan:
    """A feasible answer; arrays as in `LocationResult`. objective : evaluated in full."""

    objective: float
    open: NDArray[np.int32]
    size: NDArray[np.int32]
    assign: NDArray[np.int32]
    flows: Flows | None = None
    open_hubs: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))


@dataclass
class Record:
    """Best plan and bound of one solve.

    whole : every feasible objective is a whole number, so bounds may be rounded to one.
    full : a search has stopped because its memory would exceed the limit.
    """

    problem: LocationProblem
    limits: Limits = field(default_factory=Limits)
    listener: Listener = silent
    cancel: Cancel = field(default_factory=Cancel)
    whole: bool = False
    budget: Budget = field(init=False)
    plan: Plan | None = None
    bound: float | None = None
    infeasible: bool = False
    full: bool = False
    statistics: dict[str, float] = field(default_factory=dict)
    _sign: float = 1.0

    def __post_init__(self) -> None:
        """Start the clock."""
        self.budget = Budget(self.limits, self.cancel)
        self._sign = -1.0 if self.problem.maximised else 1.0

    @property
    def gap(self) -> float | None:
        """Relative gap of the best plan, or None."""
        if self.plan is None or self.bound is None:
            return None
        return relative_gap(self.plan.objective, self.bound)

    def offer(self, plan: Plan, phase: str) -> bool:
        """Keep a plan if it is better than the best; tell the listener."""
        best = self.plan
        if best is not None and self._sign * plan.objective >= self._sign * best.objective:
            return False
        self.plan = plan
        self._meet()
        self.tell(phase)
        return True

    def raise_bound(self, bound: float, phase: str, *, exact: bool = False) -> bool:
        """Keep a bound if it is tighter, rounded in the safe direction; tell the listener.

        exact : the value is exact already (an enumeration has ended, or integer arithmetic).
        """
        if not math.isfinite(bound):
            return False
        safe = self._sign * bound
        if not exact:
            safe -= SAFETY * max(abs(safe), 1.0)
            if self.whole:
                safe = math.ceil(safe - WHOLE * max(abs(safe) * 1e-3, 1.0))
        if self.bound is not None and safe <= self._sign * self.bound:
            return False
        self.bound = self._sign * safe
        self._meet()
        self.tell(phase)
        return True

    def proven(self, phase: str) -> None:
        """State that the search is exhausted: the best plan is optimal, or there is none."""
        if self.plan is None:
            self.infeasible = True
        else:
            self.raise_bound(self.plan.objective, phase, exact=True)

    def stop_reason(self) -> str | None:
        """Return why to stop ("proof", "gap", "time", "work", "memory", "user"), or None."""
        gap = self.gap
        if self.infeasible or (gap is not None and gap <= OPTIMAL_GAP):
            return "proof"
        early = self.budget.stop_reason()
        if early is not None or self.full:
            return early or "memory"
        return "gap" if gap is not None and gap <= self.limits.gap else None

    def tell(self, phase: str) -> None:
        """Pass the state on to the listener."""
        value = None if self.plan is None else self.plan.objective
        self.listener(Progress(self.budget.elapsed_s, phase, value, self.bound, self.gap))

    def result(self) -> LocationResult:
        """Return the answer as it stands."""
        reason = self.stop_reason() or "time"
        none = np.zeros(0, dtype=np.int32)
        unserved = np.full(self.problem.costs.shape[0], -1, dtype=np.int32)
        if self.plan is None:
            status, proof = ("infeasible",) * 2 if self.infeasible else ("no_plan", "none")
            return LocationResult(
                status, proof, reason, none, none, unserved, None, self.bound, self.statistics
            )
        gap = self.gap
        proof = "none" if gap is None else "optimal" if gap <= OPTIMAL_GAP else "gap"
        plan = self.plan
        return LocationResult(
            status="plan",
            proof=proof,
            stopped_by=reason,
            open=plan.open,
            size=plan.size,
            assign=plan.assign,
            objective=plan.objective,
            bound=self.bound,
            statistics=self.statistics,
            flows=plan.flows,
            open_hubs=plan.open_hubs,
        )

    def _meet(self) -> None:
        """Let a bound that rounding put a hair beyond the plan end at the plan."""
        if self.plan is None or self.bound is None:
            return
        beyond = self._sign * (self.bound - self.plan.objective)
        if 0.0 < beyond <= OPTIMAL_GAP * max(abs(self.plan.objective), 1.0):
            self.bound = self.plan.objective
