"""Two levels: which hubs supply the open sites; search over both, bound by `upper`, exact end.

Small problems end in the mixed-integer programme of `exact`; larger ones go on with the ascent and
with exchanges of hubs and sites in turn until the limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.split.ascent import fresh
from optimizer.location.split.evaluation import Supply
from optimizer.location.split.search import CALL_WORK, ENTRY_WORK, GAIN
from optimizer.location.split.upper import climb_two

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import Hubs
    from optimizer.location.split.layout import Layout
    from optimizer.location.split.search import Search

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CHUNK = 10  # steps between looks at the limits


@dataclass
class Ascent:
    """Multipliers of both levels, their bound and averages."""

    layout: Layout
    hubs: Hubs
    both: Floats
    state: Floats = field(default_factory=fresh)
    slack: Floats = field(init=False)
    share: Floats = field(init=False)
    pick: Ints = field(init=False)
    hub_pick: Ints = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        """Begin without averages."""
        layout, hubs = self.layout, len(self.hubs.fixed_cost)
        self.slack = np.zeros(len(self.both))
        self.share = np.zeros(len(layout.fixed) + hubs)
        self.pick = np.full(layout.shape[1], -1, dtype=np.int64)
        self.hub_pick = np.full(hubs, -1, dtype=np.int64)

    @property
    def bound(self) -> float:
        """Best bound so far."""
        return float(self.state[0])

    def climb(self, search: Search, steps: int) -> None:
        """Take steps, and raise the bound of the record."""
        layout, hubs, record = self.layout, self.hubs, search.record
        none = np.zeros(len(hubs.fixed_cost), dtype=bool)
        for _ in range(0, steps, CHUNK):
            plan = record.plan
            target = 1.1 * max(self.bound, self.both[: layout.shape[0]].sum())
            climb_two(
                layout.start,
                layout.customer,
                layout.cost,
                layout.demand,
                layout.size_start,
                layout.fixed,
                layout.least,
                layout.most,
                layout.must,
                search.closed,
                layout.at_least,
                layout.at_most,
                np.ascontiguousarray(hubs.link.T),
                hubs.fixed_cost,
                hubs.capacity,
                none,
                none,
                target if plan is None else plan.objective,
                CHUNK,
                self.both,
                self.slack,
                self.share,
                self.state,
                self.pick,
                self.hub_pick,
            )
            self.steps += CHUNK
            pair_work = ENTRY_WORK * (3.0 + 0.5 * len(none))
            record.budget.spend(CHUNK * pair_work * len(layout.cost) + CALL_WORK)
            record.raise_bound(self.bound, "bound")
            if record.stop_reason() is not None:
                return


def begin(layout: Layout, hubs: Hubs, u: Floats) -> Ascent:
    """Return the ascent at the cheapest supply of each site, added to the multipliers `u`."""
    use = np.where(np.isfinite(hubs.capacity), hubs.capacity, max(layout.total, 1e-9))
    rate = hubs.link + hubs.fixed_cost / np.maximum(use, 1e-12)
    supply = np.min(rate, axis=1, initial=np.inf)
    supply[np.isinf(supply)] = 0.0
    paid = layout.demand[layout.customer] * supply[layout.site]
    lift = np.full(layout.shape[0], np.inf)
    np.minimum.at(lift, layout.customer, paid)
    lift[np.isinf(lift)] = 0.0
    return Ascent(layout, hubs, np.concatenate([u + lift, paid]))


def supply_of(hubs: Hubs, chosen: Ints) -> Supply:
    """Return the supply by some hubs."""
    return Supply(
        chosen,
        np.ascontiguousarray(hubs.link[:, chosen]),
        hubs.fixed_cost[chosen],
        hubs.capacity[chosen],
        np.zeros(len(chosen)),
    )


def improve(search: Search, hubs: Hubs, chosen: Ints, open_hubs: Ints) -> None:
    """Descend over sites and hubs in turn from a choice of both."""
    search.supply = supply_of(hubs, open_hubs)
    search.current = None
    search.descend(chosen)
    while search.current is not None and search.record.stop_reason() is None:
        better = exchange(search, hubs)
        if better is None:
            return
        search.supply = better
        here = search.current[0]
        search.current = None
        search.descend(here)


def exchange(search: Search, hubs: Hubs) -> Supply | None:
    """Return the supply after the best drop, addition or exchange of a hub, None without a gain."""
    if search.current is None or search.supply is None:
        return None
    chosen, value = search.current
    held, best, found = search.supply, value.cost - GAIN * abs(value.cost), None
    inside = held.hub
    outside = np.setdiff1d(np.arange(len(hubs.fixed_cost)), inside)
    moves = [np.setdiff1d(inside, [h]) for h in inside]
    moves += [np.append(inside, h) for h in outside]
    moves += [np.append(np.setdiff1d(inside, [g]), h) for g in inside for h in outside]
    for move in moves:
        if search.record.stop_reason() is not None:
            break
        search.supply = supply_of(hubs, move)
        other = search.value(chosen, value.price)
        if other is not None and other.cost < best:
            best, found = other.cost, search.supply
    search.supply = held
    return found
