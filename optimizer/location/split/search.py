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

from optimizer.location.split.evaluation import CELL_WORK, evaluate, plan_of
from optimizer.location.split.relaxation import site_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.split.evaluation import Table, Value
    from optimizer.location.split.layout import Layout

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DROPS = 30  # open sites whose exchanges are ranked in one round
TRIES = 40  # exact evaluations in one round
GAIN = 1e-9  # relative gain that counts
ENTRY_WORK = 1e-5  # work units per pair of one evaluation of the relaxation


@dataclass
class Search:
    """A walk over choices of sizes, with the best one seen."""

    record: Record
    layout: Layout
    table: Table
    random: np.random.Generator
    evaluations: int = 0
    known: dict[bytes, float] = field(default_factory=dict)

    def value(self, chosen: Ints, price: Floats) -> Value | None:
        """Evaluate exactly, and offer what is feasible and better than the best plan."""
        self.evaluations += 1
        self.record.budget.spend(CELL_WORK * len(self.table.demand) * (len(chosen) + 1) + 0.05)
        answer = evaluate(self.table, self.layout, chosen, price)
        best = self.record.plan
        if answer is not None and (best is None or answer.cost < best.objective):
            plan = plan_of(self.record.problem, self.layout, self.table, chosen, answer)
            if plan is not None:
                self.record.offer(plan, "search")
        return answer

    def descend(self, chosen: Ints) -> tuple[Ints, Value | None]:
        """Improve a choice until no ranked move gains, or the limits stop it."""
        value = self.value(chosen, np.zeros(self.layout.shape[1]))
        while value is not None and self.record.stop_reason() is None:
            better = self.step(chosen, value)
            if better is None:
                break
            chosen, value = better
        return chosen, value

    def step(self, chosen: Ints, value: Value) -> tuple[Ints, Value] | None:
        """Return the first evaluated move that gains."""
        for bound, move in self.moves(chosen, value)[:TRIES]:
            if bound >= value.cost * (1.0 - GAIN) or self.record.stop_reason() is not None:
                break
            other = self.value(move, value.price)
            if other is not None and other.cost < value.cost * (1.0 - GAIN):
                return move, other
        return None

    def moves(self, chosen: Ints, value: Value) -> list[tuple[float, Ints]]:
        """Return (bound, choice) of neighbours, most promising first."""
        layout, site = self.layout, self.layout.size_site
        first, second = _prices(self.table, layout, chosen, value)
        is_open = np.zeros(layout.shape[1], dtype=bool)
        is_open[site[chosen]] = True
        free = np.flatnonzero(~is_open[site] & (self.table.place[site] >= 0))
        moves: list[tuple[float, Ints]] = []
        if len(chosen) < layout.at_most:
            worth, base = self._worth(chosen, first)
            moves += [(base + worth[k], np.append(chosen, k)) for k in _best(worth, free)]
        for rank in self._droppable(chosen, value, second - first):
            rest = np.delete(chosen, rank)
            mine = value.amount[:, rank] > 0.0
            worth, base = self._worth(rest, np.where(mine, second, first))
            dropped = site[chosen[rank]]
            same = np.arange(layout.size_start[dropped], layout.size_start[dropped + 1])
            same = same[same != chosen[rank]]
            enter = same if layout.must[dropped] else np.append(free, same)
            moves += [(base + worth[k], np.append(rest, k)) for k in _best(worth, enter)]
            if len(rest) >= layout.at_least and not layout.must[dropped]:
                moves.append((base, rest))
        moves.sort(key=lambda item: item[0])
        return moves

    def _worth(self, rest: Ints, unit_price: Floats) -> tuple[Floats, float]:
        """Return v_k(u) of all sizes, and sum u + the values of the sizes that stay."""
        layout, table = self.layout, self.table
        u = np.zeros(layout.shape[0])
        u[table.busy] = unit_price * table.demand
        np.minimum(u, layout.ceiling, out=u)
        worth = np.zeros(len(layout.fixed))
        site_values(
            layout.start,
            layout.customer,
            layout.cost,
            layout.demand,
            u,
            layout.size_start,
            layout.fixed,
            layout.least,
            layout.most,
            worth,
        )
        self.record.budget.spend(ENTRY_WORK * len(layout.cost))
        return worth, float(u.sum() + worth[rest].sum())

    def _droppable(self, chosen: Ints, value: Value, rise: Floats) -> Ints:
        """Return the open sites whose customers lose least by a drop, against what it saves."""
        layout = self.layout
        loss = (value.amount[:, :-1] * np.minimum(rise, self.table.penalty)[:, None]).sum(axis=0)
        order = np.argsort(loss - layout.fixed[chosen], kind="stable")
        return order[:DROPS].astype(np.int64)


def _prices(
    table: Table, layout: Layout, chosen: Ints, value: Value
) -> tuple[Floats, Floats]:
    """Return the cheapest and second-cheapest delivered price of each busy customer."""
    sites = layout.size_site[chosen]
    columns = np.append(table.place[sites], len(table.sites))
    price = table.unit[:, columns] + np.append(value.price[sites], 0.0)
    if price.shape[1] == 1:
        return price[:, 0], price[:, 0]
    two = np.partition(price, 1, axis=1)
    return two[:, 0], two[:, 1]


def _best(worth: Floats, sizes: Ints, count: int = TRIES) -> Ints:
    """Return the `count` sizes of least worth."""
    if len(sizes) <= count:
        return sizes
    return sizes[np.argpartition(worth[sizes], count)[:count]]
