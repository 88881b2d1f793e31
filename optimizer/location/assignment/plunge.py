"""A plunge: round the bound's choice of sites step by step, the multipliers following."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.ascent import begin, climb
from optimizer.location.assignment.data import reduced
from optimizer.location.assignment.plans import impossible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.ascent import Ascent
    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record

STEPS = 40  # of the multipliers after each rounding
STEP = 0.2
SURE = 0.9  # share of late steps that makes a site sure to be open, or closed
PORTION = 0.15  # of the undecided sites that are decided at least


def plunge(ascent: Ascent, target: float, record: Record) -> Ascent | None:
    """Return an ascent in which every site is open or closed, None where rounding fails."""
    node = ascent
    while record.stop_reason() is None:
        free = node.instance.usable & ~node.instance.required
        if not free.any():
            return node
        left = _rounded(node, free)
        if left is None:
            return None
        often = node.often
        node = begin(left, node.best)
        node.step, node.often = STEP, often
        climb(node, STEPS, target, record)
        if not np.isfinite(node.bound):
            return None
    return None


def _rounded(node: Ascent, free: NDArray[np.bool_]) -> Instance | None:
    """Decide the sure sites, and at least the surest share of the free ones."""
    instance, often = node.instance, node.often
    keep = np.ones(len(instance.pairs.column_cost), dtype=bool)
    doubt = np.where(free, 0.5 - np.abs(often - 0.5), np.inf)
    decided = max(int(PORTION * free.sum()), 1)
    limit = max(1.0 - SURE, float(np.partition(doubt, decided - 1)[decided - 1]))
    up, down = (doubt <= limit) & (often >= 0.5), (doubt <= limit) & (often < 0.5)
    room = instance.at_most - int(instance.required.sum())
    if int(up.sum()) > room:
        up &= np.isin(np.arange(len(up)), np.argsort(-np.where(up, often, -1.0))[:room])
    if room == 0:
        down = free
    surest = np.zeros_like(up)
    surest[np.argmax(np.where(free, often, -1.0))] = True
    nobody = np.zeros_like(up)
    for opened, closed in ((up, down), (up, nobody), (surest, nobody)):
        if (opened | closed).any():
            left = reduced(instance, keep, ~closed, opened)
            if not impossible(left):
                return left
    return None
