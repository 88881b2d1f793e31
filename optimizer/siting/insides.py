"""Hubs inside the hotels of a start: what they cost the tenants, who then have less room and docks.

A walk may open and close them at that price, and the tenants that go with what it ends at are
looked up. The prices of several hotels are added up: each is found with the others as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.period_search import LONG_MOVES
from optimizer.siting.starts import START_MOVES, filled_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.bounding import Bounding
    from optimizer.siting.starts import Start

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]

FILLS = 4  # ways to fill a start that get all moves; where there are more, they share them


@dataclass(frozen=True)
class Insides:
    """Starts by the hubs that are open inside their hotels.

    options : all such hubs, ascending. may : which of them may come and go. loss : what each costs
    the tenants, EUR per year, below zero where they gain. empty : worth of the hotels without those
    that may go. begun : the hubs of the start. known : starts by the hubs inside; it grows.
    """

    bounding: Bounding
    options: Ints
    may: Bools
    loss: Floats
    empty: float
    begun: tuple[int, ...]
    known: dict[tuple[int, ...], Start]

    def of(self, hub: Ints) -> tuple[int, ...]:
        """Return which of the hubs, one per site, they are."""
        return tuple(np.intersect1d(self.options, hub).tolist())

    def value(self, mine: tuple[int, ...]) -> float:
        """Return the worth of the hotels with those hubs inside, EUR per year; perhaps a guess."""
        if mine in self.known:
            return self.known[mine].hotel_value
        return self.empty - self.lost(mine)

    def lost(self, mine: tuple[int, ...]) -> float:
        """Return what a walk pays for those hubs beside their own cost, EUR per year."""
        return float(self.loss[np.searchsorted(self.options, mine)].sum())

    def start(self, mine: tuple[int, ...]) -> Start | None:
        """Return hotels and tenants with those hubs inside; None where none were found."""
        if mine not in self.known:
            found = _fill(self.bounding, self.known[self.begun], self.options, mine, START_MOVES)
            if found is None:
                return None
            self.known[mine] = found
        return self.known[mine]

    def search_longer(self) -> None:
        """Look longer for the tenants of what is known."""
        for mine, start in list(self.known.items()):
            found = _fill(self.bounding, start, self.options, mine, LONG_MOVES)
            if found is not None and found.hotel_value > start.hotel_value:
                self.known[mine] = found


def look_inside(bounding: Bounding, start: Start) -> Insides | None:
    """Return what hubs inside the hotels of a start cost; None without a block of hotels.

    There they take docks and whole units; else see `walks.inside_hubs`.
    """
    if bounding.problem.hotels is None or not np.any(start.hotel >= 0):
        return None
    sites = _choices(bounding, start)
    options = np.sort(np.concatenate([*sites, np.zeros(0, dtype=np.int64)]))
    begun = tuple(np.intersect1d(options, start.hub).tolist())
    moves = START_MOVES * FILLS // max(len(options) + len(sites), FILLS)
    known, empty = {begun: start}, start.hotel_value
    may, loss = np.zeros(len(options), dtype=bool), np.zeros(len(options))
    for here in sites:
        others = np.setdiff1d(begun, here)
        values = {}
        for mine in ([], *([option] for option in here.tolist())):
            key = tuple(np.union1d(others, mine).astype(np.int64).tolist())
            found = known.get(key) or _fill(bounding, start, options, key, moves)
            if found is not None:
                known[key] = found
                values[tuple(mine)] = found.hotel_value
        bare = values.pop((), None)
        if bare is None:  # the hub stays
            continue
        empty += bare - start.hotel_value
        at = np.searchsorted(options, [option for option, *_ in values])
        may[at], loss[at] = True, bare - np.array(list(values.values()))
    return Insides(bounding, options, may, loss, empty, begun, known)


def _choices(bounding: Bounding, start: Start) -> list[Ints]:
    """Return the hubs that may be inside the hotel of each site that has one."""
    data, combos = bounding.data, bounding.city.combos
    found = []
    for site in np.flatnonzero(start.hotel >= 0).tolist():
        mine = np.arange(combos.start[site], combos.start[site + 1])
        hub = np.unique(combos.hub[mine[combos.hotel[mine] == start.hotel[site]]])
        hub = hub[hub >= 0]
        hub = hub[(data.inside_m2[hub] > 0) & ~data.forbidden[hub] & ~data.open_always[hub]]
        now = start.hub[site]
        if len(hub) and not (now >= 0 and data.inside_m2[now] > 0 and now not in hub):
            found.append(hub.astype(np.int64))
    return found


def _fill(
    bounding: Bounding, start: Start, options: Ints, mine: tuple[int, ...], moves: int
) -> Start | None:
    """Return a start with other hubs inside its hotels, and tenants for them."""
    hub = start.hub.copy()
    hub[np.isin(hub, options)] = -1
    for option in mine:
        hub[bounding.data.site[option]] = option
    found = filled_start(bounding, (hub, start.hotel, start.point), moves)
    if found is None:
        return None
    return found._replace(hub=hub, hotel=start.hotel, point=start.point)
