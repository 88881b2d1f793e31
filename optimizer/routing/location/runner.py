"""One configuration (which sites may open) under annealing, in slices that watch the budget."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.routing.location.state import (
    ABSENT,
    BEST,
    COST,
    OVER,
    SUNK,
    UPPER,
    State,
    make_state,
)
from optimizer.routing.location.steps import anneal
from optimizer.routing.location.tables import make_data

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from optimizer.routing.location.state import Data
    from optimizer.routing.location.tables import Tables

    Plan = list[tuple[int, list[int]]]

SLICE = 1000
"""Steps between two looks at the clock."""
CYCLE = 5000
"""Steps per customer after which a run is warmed up again."""
STEPS_PER_S = 150_000
"""About what one core does; only the number of warm-ups hangs on it."""
COLD = 0.01
"""Last heat of a run, in mean lengths of a way between neighbours."""


@dataclass(frozen=True)
class Ration:
    """What one run may spend: seconds, or steps where work decides."""

    seconds: float | None
    steps: int | None
    stop: Callable[[], bool]


@dataclass
class Runner:
    """A configuration and its plan; runs as often as asked, going on from where it was.

    unit : mean length of a way between neighbours, in which heat is told. paid : the search takes
    opening costs as paid, so that no site is given up; plans are judged with them.
    """

    tables: Tables
    sites: tuple[int, ...]
    seed: int
    unit: float
    paid: bool = True
    data: Data = field(init=False)
    state: State = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        """Begin with nobody served; the first step serves all."""
        self.data = make_data(self.tables, self.sites, paid=self.paid)
        self.state = make_state(self.data, (), self.seed)

    @property
    def best(self) -> float:
        """Cost of the best complete plan, inf where there is none."""
        return float(self.state.figures[BEST])

    @property
    def value(self) -> float:
        """Cost of the best plan; where there is none, of what there is, the absent priced."""
        figures = self.state.figures
        if self.state.counters[ABSENT] == 0 and figures[OVER] == 0.0:
            return min(self.best, float(figures[[COST, UPPER, SUNK]].sum()))
        return self.best if self.best < float("inf") else float(figures[[COST, UPPER, SUNK]].sum())

    def run(self, ration: Ration, heat: float) -> None:
        """Anneal from a heat (in units) down to `COLD`, again and again where there is time."""
        begin, done = time.monotonic(), 0
        steps = STEPS_PER_S * (ration.seconds or 0.0) if ration.steps is None else ration.steps
        cycles = max(round(steps / (CYCLE * max(len(self.data.demand), 1))), 1)
        while not ration.stop():
            if ration.steps is not None:
                share = done / max(ration.steps, 1)
            else:
                share = (time.monotonic() - begin) / max(ration.seconds or 0.0, 1e-9)
            if share >= 1.0:
                return
            count = SLICE if ration.steps is None else min(SLICE, ration.steps - done)
            now = heat * (COLD / heat) ** (share * cycles % 1.0) * self.unit
            anneal(self.data, self.state, now, count)
            done += count
            self.steps += count

    @property
    def best_routes(self) -> int:
        """Routes of the best plan."""
        return int((self.state.best_head >= 0).sum())

    def plan(self) -> Plan:
        """Return the best plan: the site and the customers of each route."""
        return plan_of(self.state, self.best_routes)

    @property
    def used(self) -> tuple[int, ...]:
        """Sites of the best plan, or those that may open where there is none."""
        count = self.best_routes
        if count == 0:
            return self.sites
        return tuple(sorted({int(site) for site in self.state.best_site[:count]}))


def plan_of(state: State, count: int) -> Plan:
    """Return the best plan of a state."""
    return [
        (int(state.best_site[rank]), _chain(state.best_after, int(state.best_head[rank])))
        for rank in range(count)
    ]


def _chain(after: NDArray[np.int32], first: int) -> list[int]:
    found = []
    while first >= 0:
        found.append(first)
        first = int(after[first])
    return found
