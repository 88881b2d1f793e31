"""The value from which on plans are of no interest, and what follows once none is below it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.core.location import OPTIMAL_GAP

if TYPE_CHECKING:
    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated

WHOLE_MARGIN = 1e-3  # how far below the next better whole number a bound may end the search
LARGEST_WHOLE = 1e9  # above it float64 sums may err by more than that


def cutoff_of(record: Record, data: Uncapacitated) -> float:
    """Return the value from which on plans are of no interest; inf without a plan.

    The next better whole number where all plans are whole; else what closes the gap asked for.
    """
    if record.plan is None:
        return math.inf
    value = record.plan.objective
    margin = max(record.limits.gap, 0.9 * OPTIMAL_GAP) * max(abs(value), 1e-9)
    if data.whole and abs(value) < LARGEST_WHOLE:
        margin = max(margin, 1.0 - WHOLE_MARGIN)
    return value - margin


def exhausted(record: Record, data: Uncapacitated, phase: str) -> None:
    """Tell the record that no plan is better than the cutoff."""
    if record.plan is None or (data.whole and record.limits.gap < OPTIMAL_GAP):
        record.proven(phase)
    else:
        record.raise_bound(cutoff_of(record, data), phase)
