"""Prices of purses tried out, one period after the other.

The linear programme of `purseprices` takes the prices of service as they are, at which nearly every
option is worth nothing: from some point on it sees no use in other prices of purses. The bound is
concave in them where the prices of service follow, so each is raised and lowered in turn, and all
together, by steps that grow where they are of use (Hooke, Jeeves 1961, DOI 10.1145/321062.321069).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.horizon.bounding import climb_years, start_beside
from optimizer.siting.horizon.purseprices import PursePrices, moved_eur

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.siting.horizon.bounding import YearsBounding
    from optimizer.siting.horizon.whole import Years

    Floats = NDArray[np.float64]

FIRST_STEP, LEAST_STEP, MOST_STEP = 0.25, 0.02, 1.0  # of the highest price
GAIN = 2e-5  # of the bound: what counts as better
FARTHER, SHORTER = 2.0, 0.5  # how a step changes once it was of use, or neither way was


@dataclass
class Trials:
    """Where the trials stand: a step for each price and for all together, and what is next.

    Those of late periods come first: early ones can only rise where later ones did.

    way : 1.0 higher, -1.0 lower. used : whether the present turn has found something better.
    left : ways that the present turn may still try.
    """

    steps: Floats
    turn: int = 0
    way: float = 1.0
    used: bool = False
    left: int = 2

    @property
    def ended(self) -> bool:
        """Return whether all steps have become too short."""
        return bool(np.all(self.steps < LEAST_STEP))


def start_trials(prices: PursePrices) -> Trials:
    """Return trials of all prices."""
    return Trials(np.full(prices.spent[:, :-1].size + 1, FIRST_STEP))


def other_prices(trials: Trials, prices: PursePrices) -> PursePrices:
    """Return prices with one of them higher or lower, or all; they go on to fall in time."""
    spent = prices.spent.copy()
    rank, step = trials.turn % len(trials.steps), trials.way * trials.steps[trials.turn]
    if rank == len(trials.steps) - 1:
        return PursePrices(spent * (1.0 + step))
    purse, back = divmod(rank, spent.shape[1] - 1)
    line, period = spent[purse, :-1], spent.shape[1] - 2 - back
    line[period] = max(line[period] + step * float(line.max()), 0.0)
    if trials.way < 0.0:
        line[period:] = np.minimum(line[period:], line[period])
    else:
        line[: period + 1] = np.maximum(line[: period + 1], line[period])
    return PursePrices(spent)


def try_prices(
    years: Years,
    known: tuple[YearsBounding, YearsBounding, PursePrices],
    trials: Trials,
    stopped: Callable[[], bool],
) -> tuple[YearsBounding, PursePrices] | None:
    """Let the bound settle at other prices of purses; return them if it is better there.

    known : the bounding without prices of purses, the present one, and its prices.
    """
    plain, old, prices = known
    fresh, before = other_prices(trials, prices), abs(old.cost or 0.0)
    if moved_eur(years, prices, fresh) <= GAIN * before:
        _note(trials, better=False)
        return None
    bounding = start_beside(years, plain, old, fresh)
    while not bounding.settled:
        if stopped():
            return None
        climb_years(bounding, [0.0] * len(bounding.parts))
    better = (bounding.cost or -np.inf) > (old.cost or -np.inf) + GAIN * before
    _note(trials, better=better)
    return (bounding, fresh) if better else None


def _note(trials: Trials, *, better: bool) -> None:
    """Decide what is next: farther the same way, the other way, or another price."""
    step = trials.steps[trials.turn]
    if better:
        trials.used, trials.left = True, 1
        trials.steps[trials.turn] = min(FARTHER * step, MOST_STEP)
        return
    trials.left -= 1
    if trials.left and not trials.used:
        trials.way = -trials.way
        return
    trials.steps[trials.turn] = SHORTER * step
    trials.way = trials.way if trials.used else -trials.way
    trials.turn, trials.used, trials.left = (trials.turn + 1) % len(trials.steps), False, 2
    for _ in range(len(trials.steps)):
        if trials.steps[trials.turn] >= LEAST_STEP:
            break
        trials.turn = (trials.turn + 1) % len(trials.steps)
