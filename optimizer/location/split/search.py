"""Local search over the open sizes: add, drop, exchange, resize, ranked by Lagrangian bounds.

For any multipliers u the value of a set S of sizes is at least sum u + sum over S of v_k(u), and
equals it at the multipliers of its own flows. Raising u for the customers of a dropped site to
their second-best price therefore bounds all exchanges with that site at once; only those whose
bound is below the value at hand are evaluated, the most promising first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.split.evaluation import CELL_WORK, Supply, evaluate, plan_of
from optimizer.location.split.relaxation import site_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.location.record import Plan, Record
    from optimizer.location.split.evaluation import Table, Value
    from optimizer.location.split.layout import Layout

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DROPS = 40  # open sites whose exchanges are tried in one round
TRIES = 5  # exact evaluations a site
KICK = 3  # most sites that leave and that enter in a kick
UNLIKELY = 0.02  # chance of a size that the relaxation does not want, beside its averages
HINTED = 0.3  # share of the kicks that start at the hint, where there is one
WANDER = 0.002  # how far above the best value the walk may stand, relative
GAIN = 1e-9  # relative gain that counts
ENTRY_WORK = 1e-5  # work units per pair of one evaluation of the relaxation
CALL_WORK = 0.4  # work units of anything, however small


@dataclass
class Search:
    """A walk over choices of sizes.

    keep : what takes a plan that is better than the best of this walk. guide : shape (sizes,), how
    likely each size is to be built (averages of the relaxation). closed : sizes not to be tried.
    supply : the open hubs of a two-level problem. best : value of the best plan. current : where
    the walk stands. hint : a choice of the relaxation to descend from.
    halt : shape (1,), set where evaluations must end at once.
    """

    record: Record
    layout: Layout
    table: Table
    random: np.random.Generator
    keep: Callable[[Plan], object]
    guide: Floats
    closed: NDArray[np.bool_]
    evaluations: int = 0
    supply: Supply | None = None
    best: float = np.inf
    current: tuple[Ints, Value] | None = None
    hint: Ints | None = None
    halt: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    def value(self, chosen: Ints, price: Floats) -> Value | None:
        """Evaluate exactly, and keep what is feasible and better than the best plan."""
        self.evaluations += 1
        self.record.budget.spend(CELL_WORK * len(self.table.demand) * (len(chosen) + 1) + CALL_WORK)
        answer = evaluate(self.table, self.layout, chosen, price, self.supply, self.halt)
        counted = self.layout.at_least <= len(chosen) <= self.layout.at_most
        if answer is not None and counted and answer.cost < self.best:
            plan = plan_of(
                self.record.problem, self.layout, self.table, chosen, answer, self.supply
            )
            if plan is not None:
                self.best = answer.cost
                self.keep(plan)
        return answer

    def descend(self, chosen: Ints, price: Floats | None = None) -> Value | None:
        """Improve a choice until no ranked move gains, or the limits stop it.

        price : shape (m,), guess of the worth of capacity.
        """
        chosen = self.counted(chosen)
        value = self.value(chosen, np.zeros(self.layout.shape[1]) if price is None else price)
        while value is not None and self.record.stop_reason() is None:
            better = self.step(chosen, value)
            if better is None:
                break
            chosen, value = better
        if value is not None and self._accepts(value):
            self.current = chosen, value
        return value

    def counted(self, chosen: Ints) -> Ints:
        """Return the choice with as many sites as counts and demand ask for, if there are."""
        layout, site = self.layout, self.layout.size_site
        missing = layout.total - layout.most[chosen].sum()
        if missing > 0.0:  # the relaxation rounds capacities up
            enter = np.flatnonzero(~self.closed & ~np.isin(site, site[chosen]))
            rate = layout.fixed[enter] / np.clip(layout.most[enter], 1e-12, missing)
            enter = enter[np.argsort(rate, kind="stable")]
            enter = enter[np.sort(np.unique(site[enter], return_index=True)[1])]
            held = np.cumsum(layout.most[enter])
            chosen = np.append(chosen, enter[: np.searchsorted(held, missing) + 1])
        if len(chosen) > layout.at_most:
            order = np.lexsort((-layout.most[chosen], ~layout.must[site[chosen]]))
            return chosen[order[: layout.at_most]]
        while len(chosen) < layout.at_least:
            enter = np.flatnonzero(~self.closed & ~np.isin(site, site[chosen]))
            if not len(enter):
                return chosen
            chosen = np.append(chosen, enter[np.argmin(layout.fixed[enter])])
        return chosen

    def kick(self) -> None:
        """Exchange a few sites at random, or take up the hint; then descend."""
        if self.current is None:
            return
        if self.hint is not None and self.random.random() < HINTED:
            hint, self.hint = self.hint, None
            self.descend(hint)
            return
        layout, site = self.layout, self.layout.size_site
        chosen = self.current[0]
        free_to_go = np.flatnonzero(~layout.must[site[chosen]])
        count = min(int(self.random.integers(1, KICK + 1)), len(free_to_go))
        rest = np.delete(chosen, self.random.permutation(free_to_go)[:count])
        enter = np.flatnonzero(~self.closed & ~np.isin(site, site[rest]))
        count = min(int(self.random.integers(1, KICK + 1)), layout.at_most - len(rest), len(enter))
        if count > 0:
            like = np.clip(self.guide[enter], 0.0, 1.0) + UNLIKELY
            drawn = self.random.choice(enter, count, replace=False, p=like / like.sum())
            drawn = drawn[np.unique(site[drawn], return_index=True)[1]]  # one size a site
            rest = np.append(rest, drawn)
        if len(rest) >= layout.at_least:
            self.descend(rest)

    def step(self, chosen: Ints, value: Value) -> tuple[Ints, Value] | None:
        """Return the first evaluated move that gains: additions first, then site by site."""
        layout, site = self.layout, self.layout.size_site
        delivered = self._follow(value)
        first, second = _prices(self.table, layout, chosen, value.price + delivered)
        is_open = np.zeros(layout.shape[1], dtype=bool)
        is_open[site[chosen]] = True
        free = np.flatnonzero(~is_open[site] & ~self.closed)
        if len(chosen) < layout.at_most:
            better = self._try(chosen, free, value, first, delivered)
            if better is not None:
                return better
        for rank in self._droppable(chosen, value, second - first):
            if self.record.stop_reason() is not None:
                return None
            rest = np.delete(chosen, rank)
            dropped = site[chosen[rank]]
            same = np.arange(layout.size_start[dropped], layout.size_start[dropped + 1])
            same = same[(same != chosen[rank]) & ~self.closed[same]]
            enter = same if layout.must[dropped] else np.append(free, same)
            if len(rest) >= layout.at_least and not layout.must[dropped]:
                enter = np.append(enter, -1)
            price = np.where(value.amount[:, rank] > 0.0, second, first)
            better = self._try(rest, enter, value, price, delivered)
            if better is not None:
                return better
        return None

    def _try(
        self, rest: Ints, enter: Ints, value: Value, price: Floats, delivered: Floats
    ) -> tuple[Ints, Value] | None:
        """Return the first gain of adding one of `enter` (-1 = none) to `rest`."""
        if not len(enter):
            return None
        worth, base = self._worth(rest, price, delivered)
        bound = base + np.append(worth, 0.0)[enter]
        goal = value.cost - GAIN * abs(value.cost)
        order = np.argsort(bound, kind="stable")[:TRIES]
        for rank in order:
            if bound[rank] >= goal or self.record.stop_reason() is not None:
                return None
            k = enter[rank]
            move = np.append(rest, k) if k >= 0 else rest
            other = self.value(move, value.price)
            if other is not None and other.cost < goal:
                return move, other
        return None

    def _accepts(self, value: Value) -> bool:
        """Return whether the walk goes on from here: near the best, or better than it stands."""
        here = self.current
        return here is None or value.cost < max(here[1].cost, self.best * (1.0 + WANDER))

    def _follow(self, value: Value) -> Floats:
        """Start later flows at the hub rents of `value`; return the price of supply, shape (m,)."""
        if self.supply is None:
            return np.zeros(self.layout.shape[1])
        self.supply = self.supply._replace(rent=value.rent)
        delivered = np.min(self.supply.link + value.rent, axis=1, initial=np.inf)
        return np.where(np.isfinite(delivered), delivered, self.table.penalty)

    def _worth(self, rest: Ints, unit_price: Floats, delivered: Floats) -> tuple[Floats, float]:
        """Return v_k(u) of all sizes, and sum u + the values of the sizes and hubs that stay."""
        layout, table, supply = self.layout, self.table, self.supply
        u = np.zeros(layout.shape[0])
        u[table.busy] = unit_price * table.demand
        np.minimum(u, layout.ceiling, out=u)
        worth = np.zeros(len(layout.fixed))
        if supply is None:
            cost, base, kept = layout.cost, layout.base, 0.0
        else:
            paid = delivered[layout.site] * layout.demand[layout.customer]
            cost, base = layout.cost + paid, np.full(len(layout.cost), -np.inf)
            held = np.where(supply.rent > 0.0, supply.capacity, 0.0) @ supply.rent
            kept = float(supply.fixed.sum() - held)
        site_values(
            layout.start,
            layout.customer,
            cost,
            layout.demand,
            base,
            layout.reference,
            u,
            layout.size_start,
            layout.fixed,
            layout.least,
            layout.most,
            self.closed,
            worth,
        )
        self.record.budget.spend(ENTRY_WORK * len(layout.cost) + CALL_WORK)
        return worth, float(u.sum() + worth[rest].sum()) + kept

    def _droppable(self, chosen: Ints, value: Value, rise: Floats) -> Ints:
        """Return the open sites whose customers lose least by a drop, against what it saves."""
        layout = self.layout
        loss = (value.amount[:, :-1] * np.minimum(rise, self.table.penalty)[:, None]).sum(axis=0)
        order = np.argsort(loss - layout.fixed[chosen], kind="stable")
        return order[:DROPS].astype(np.int64)


def _prices(table: Table, layout: Layout, chosen: Ints, worth: Floats) -> tuple[Floats, Floats]:
    """Return the cheapest and second-cheapest delivered price of each busy customer."""
    sites = layout.size_site[chosen]
    columns = np.append(table.place[sites], len(table.sites))
    price = table.unit[:, columns] + np.append(worth[sites], 0.0)
    if price.shape[1] == 1:
        return price[:, 0], price[:, 0]
    two = np.partition(price, 1, axis=1)
    return two[:, 0], two[:, 1]
