"""A mixed-integer linear programme as arrays, and what a solver says about it.

minimise  offset + cost x    subject to  row_lower <= A x <= row_upper,  lower <= x <= upper
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Milp(Frozen):
    """n columns (cost, lower, upper, integer) and m rows; A as triplets sorted by row, column."""

    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_]
    entry_row: NDArray[np.int64]
    entry_column: NDArray[np.int64]
    entry: NDArray[np.float64]
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    offset: float = 0.0

    @property
    def column_count(self) -> int:
        """Number of variables."""
        return len(self.cost)

    @property
    def row_count(self) -> int:
        """Number of constraints."""
        return len(self.row_lower)

    def activity(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return A x, shape (m,)."""
        weights = self.entry * values[self.entry_column]
        total = np.bincount(self.entry_row, weights=weights, minlength=self.row_count)
        return total.astype(np.float64)


@dataclass(frozen=True, eq=False)
class MilpAnswer(Frozen):
    """What a solver returned; reason, limit, value and bound are separate.

    status : "optimal" (within the gap asked for), "feasible", "infeasible" or "unknown".
    limit : "time", "work", "user" when it stopped early, else None.
    bound : None when unknown. values : shape (n,), None without a solution.
    row_dual, reduced_cost : linear programmes only, shapes (m,) and (n,).
    """

    status: str
    limit: str | None
    objective: float | None
    bound: float | None
    values: NDArray[np.float64] | None
    row_dual: NDArray[np.float64] | None = None
    reduced_cost: NDArray[np.float64] | None = None


@dataclass
class Builder:
    """Collects blocks of columns and rows; `build` freezes them into a `Milp`."""

    offset: float = 0.0
    columns: int = 0
    rows: int = 0
    _columns: list[tuple[NDArray[np.float64], ...]] = field(default_factory=list)
    _bounds: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=list)
    _entries: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = field(
        default_factory=list
    )

    def add_columns(
        self,
        count: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = 1.0,
        integer: ArrayLike = False,
    ) -> NDArray[np.int64]:
        """Append `count` variables; return their column numbers."""
        block = tuple(
            np.broadcast_to(np.asarray(item, dtype=np.float64), (count,))
            for item in (cost, lower, upper, integer)
        )
        self._columns.append(block)
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(
        self,
        count: int,
        *parts: tuple[ArrayLike, ArrayLike, ArrayLike],
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> NDArray[np.int64]:
        """Append `count` rows; each part holds (row within the block, column, coefficient).

        Entries for the same row and column add up. Returns the row numbers.
        """
        self._bounds.append(
            (
                np.broadcast_to(np.asarray(lower, dtype=np.float64), (count,)),
                np.broadcast_to(np.asarray(upper, dtype=np.float64), (count,)),
            )
        )
        for row, column, value in parts:
            where, which, amount = np.broadcast_arrays(
                np.asarray(row, dtype=np.int64),
                np.asarray(column, dtype=np.int64),
                np.asarray(value, dtype=np.float64),
            )
            self._entries.append((where.ravel() + self.rows, which.ravel(), amount.ravel()))
        self.rows += count
        return np.arange(self.rows - count, self.rows)

    def add_model(self, model: Milp, weight: float) -> int:
        """Append a whole model with its objective times `weight`; return its first column."""
        first = self.columns
        self.offset += weight * model.offset
        self.add_columns(
            model.column_count,
            cost=weight * model.cost,
            lower=model.lower,
            upper=model.upper,
            integer=model.integer,
        )
        entries = (model.entry_row, model.entry_column + first, model.entry)
        self.add_rows(model.row_count, entries, lower=model.row_lower, upper=model.row_upper)
        return first

    def build(self) -> Milp:
        """Return the finished model, duplicate entries added up and zeros left out."""
        cost, lower, upper, integer = (
            np.concatenate([np.zeros(0)] + [block[rank] for block in self._columns])
            for rank in range(4)
        )
        row, column, entry = (
            np.concatenate([np.zeros(0)] + [block[rank] for block in self._entries])
            for rank in range(3)
        )
        key = row.astype(np.int64) * max(self.columns, 1) + column.astype(np.int64)
        distinct, back = np.unique(key, return_inverse=True)
        total = np.bincount(back, weights=entry, minlength=len(distinct))
        kept = total != 0.0
        distinct, total = distinct[kept], total[kept]
        return Milp(
            cost=cost,
            lower=lower,
            upper=upper,
            integer=integer.astype(bool),
            entry_row=distinct // max(self.columns, 1),
            entry_column=distinct % max(self.columns, 1),
            entry=total,
            row_lower=np.concatenate([np.zeros(0)] + [low for low, _ in self._bounds]),
            row_upper=np.concatenate([np.zeros(0)] + [high for _, high in self._bounds]),
            offset=self.offset,
        )
