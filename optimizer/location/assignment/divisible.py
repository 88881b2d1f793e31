"""Sets of sites from the relaxation in which several sites may share a customer.

With customers small against capacities the best sites of that relaxation, a programme with few
integers, are those of the whole problem or nearly so. A set S that it proposes is searched apart;
then (8) of the programme asks for a site outside S, and the relaxation proposes again. Its bound
and those of the searched sets bound the problem (cut and solve: Climer, Zhang 2006,
doi:10.1016/j.artint.2006.02.005; for this problem Gadegaard, Klose, Nielsen 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.ascent import shrink
from optimizer.location.assignment.data import reduced
from optimizer.location.assignment.plans import cutoff_of, impossible
from optimizer.location.assignment.programme import solve_rest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.ascent import Ascent
    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record

WIDTH = 0.02  # of the first aspiration above the bound
NARROWEST = 1e-4
FIRST_PAIRS, MOST_PAIRS = 2000, 10_000  # of a relaxation
MORE, FEWER = 1.7, 0.5  # times as many after a programme that ended, and after one without a plan
SLICE_S, SLICE_SHARE, SLICE_NODES = 25.0, 0.35, 200  # of one programme; share of what time is left


@dataclass
class Proposals:
    """What was proposed and searched.

    searched : sets, bool, shape (m,). least : no plan within a searched set costs less.
    width : relative, of the aspiration above the bound; pairs : of a relaxation at most.
    exhausted : nothing better is outside.
    """

    searched: list[NDArray[np.bool_]] = field(default_factory=list)
    least: float = np.inf
    width: float = WIDTH
    pairs: int = FIRST_PAIRS
    exhausted: bool = False


def aspire(ascent: Ascent, cutoff: float, width: float, most: int) -> tuple[float, Instance, float]:
    """Return (aspiration, what plans below it need, its width): at most `most` pairs, if it can be.

    Every plan of the ascent's instance that costs less than the aspiration is kept.
    """
    while True:
        goal = min(cutoff, ascent.bound + width * abs(ascent.bound))
        left = shrink(ascent, goal)
        if len(left.pairs.row_cost) <= most or width <= NARROWEST:
            return goal, left, width
        width *= 0.6


def propose(proposals: Proposals, ascent: Ascent, record: Record) -> NDArray[np.bool_] | None:
    """Return the next set of sites, None where the relaxation gave none; raises the bound."""
    cutoff = cutoff_of(record)
    goal, left, proposals.width = aspire(ascent, cutoff, proposals.width, proposals.pairs)
    outside, opened = np.inf, None
    if not impossible(left):
        answer, _, opened = solve_rest(
            left,
            record,
            time_s=slice_s(record),
            nodes=SLICE_NODES,
            divisible=True,
            beyond=proposals.searched,
        )
        if answer.status != "infeasible":
            outside = -np.inf if answer.bound is None else answer.bound
            outside -= 1e-7 * max(1.0, abs(outside))
            if opened is None:
                proposals.pairs = int(FEWER * proposals.pairs)
        if answer.status in {"optimal", "infeasible"}:
            proposals.pairs = min(int(MORE * proposals.pairs), MOST_PAIRS)
            proposals.width = max(proposals.width, WIDTH)
    outside = max(min(outside, goal), ascent.bound)
    proposals.exhausted = outside >= cutoff
    if record.plan is not None:
        lowest = min(outside, proposals.least, record.plan.objective)
        record.raise_bound(lowest, "divisible")
    return opened


def within(root: Instance, sites: NDArray[np.bool_]) -> Instance:
    """Return the instance of some sites."""
    everything = np.ones(len(root.pairs.column_cost), dtype=bool)
    return reduced(root, everything, sites, np.zeros(root.sites, dtype=bool))


def slice_s(record: Record) -> float:
    """Return the time that a programme may take."""
    left = record.budget.remaining_s()
    return SLICE_S if left is None else min(SLICE_S, SLICE_SHARE * left)
