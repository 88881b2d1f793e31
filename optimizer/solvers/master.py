"""A linear programme that grows: rows and columns are added, bounds change, each solve starts warm.

Rows and columns go to MathOpt in arrays through the element storage behind its model, because
its public calls take one Python object a coefficient (some fifty times slower for cuts).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.solvers.milp import MilpAnswer
from optimizer.solvers.quiet import quiet

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

KINDS = {"glop": "GLOP", "highs": "HIGHS"}


class LinearMaster:
    """Minimise offset + cost x over rows and bounds; columns and rows keep their numbers.

    Parameters
    ----------
    solver : "glop" (warm dual simplex after new rows, primal after new columns) or "highs".
    """

    def __init__(self, solver: str = "glop", *, offset: float = 0.0) -> None:
        from ortools.math_opt.python import mathopt

        self._mathopt = mathopt
        self._model = mathopt.Model()
        self._store: Any = self._model._elemental  # noqa: SLF001 - see the head of the file
        self._offset = offset
        self._columns = np.zeros(0, dtype=np.int64)
        self._rows = np.zeros(0, dtype=np.int64)
        self._solver: Any = None
        self._kind = getattr(mathopt.SolverType, KINDS[solver])
        self._cost = np.zeros(0)

    @property
    def column_count(self) -> int:
        """Number of variables."""
        return len(self._columns)

    @property
    def row_count(self) -> int:
        """Number of rows ever added, dropped ones included (their numbers are not used again)."""
        return len(self._rows)

    def add_columns(
        self,
        count: int,
        *parts: tuple[ArrayLike, ArrayLike, ArrayLike],
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
    ) -> NDArray[np.int64]:
        """Append variables; each part holds (row, column within the block, coefficient)."""
        from ortools.math_opt.elemental.python import enums

        cost = _wide(cost, count)
        ids = self._store.add_elements(enums.ElementType.VARIABLE, count)
        self._set(enums.DoubleAttr1.VARIABLE_LOWER_BOUND, ids, _wide(lower, count))
        self._set(enums.DoubleAttr1.VARIABLE_UPPER_BOUND, ids, _wide(upper, count))
        self._set(enums.DoubleAttr1.OBJECTIVE_LINEAR_COEFFICIENT, ids, cost)
        first = len(self._columns)
        self._columns = np.concatenate([self._columns, ids])
        self._cost = np.concatenate([self._cost, cost])
        self._enter([(row, np.asarray(column) + first, value) for row, column, value in parts])
        return np.arange(first, first + count)

    def add_rows(
        self,
        count: int,
        *parts: tuple[ArrayLike, ArrayLike, ArrayLike],
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> NDArray[np.int64]:
        """Append rows; each part holds (row within the block, column, coefficient), each once."""
        from ortools.math_opt.elemental.python import enums

        ids = self._store.add_elements(enums.ElementType.LINEAR_CONSTRAINT, count)
        self._set(enums.DoubleAttr1.LINEAR_CONSTRAINT_LOWER_BOUND, ids, _wide(lower, count))
        self._set(enums.DoubleAttr1.LINEAR_CONSTRAINT_UPPER_BOUND, ids, _wide(upper, count))
        first = len(self._rows)
        self._rows = np.concatenate([self._rows, ids])
        self._enter([(np.asarray(row) + first, column, value) for row, column, value in parts])
        return np.arange(first, first + count)

    def drop_rows(self, rows: ArrayLike) -> None:
        """Delete rows by number; asking for one of them afterwards is an error of the caller."""
        from ortools.math_opt.elemental.python import enums

        which = np.atleast_1d(np.asarray(rows, dtype=np.int64))
        if len(which):
            ids = self._rows[which]
            self._store.delete_elements(enums.ElementType.LINEAR_CONSTRAINT, ids)
            self._rows[which] = -1

    def set_bounds(self, columns: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Change the bounds of variables."""
        from ortools.math_opt.elemental.python import enums

        which = np.atleast_1d(np.asarray(columns, dtype=np.int64))
        ids = self._columns[which]
        self._set(enums.DoubleAttr1.VARIABLE_LOWER_BOUND, ids, _wide(lower, len(which)))
        self._set(enums.DoubleAttr1.VARIABLE_UPPER_BOUND, ids, _wide(upper, len(which)))

    def set_row_bounds(self, rows: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Change the bounds of rows."""
        from ortools.math_opt.elemental.python import enums

        which = np.atleast_1d(np.asarray(rows, dtype=np.int64))
        ids = self._rows[which]
        self._set(enums.DoubleAttr1.LINEAR_CONSTRAINT_LOWER_BOUND, ids, _wide(lower, len(which)))
        self._set(enums.DoubleAttr1.LINEAR_CONSTRAINT_UPPER_BOUND, ids, _wide(upper, len(which)))

    def set_costs(self, columns: ArrayLike, cost: ArrayLike) -> None:
        """Change objective coefficients."""
        from ortools.math_opt.elemental.python import enums

        which = np.atleast_1d(np.asarray(columns, dtype=np.int64))
        values = _wide(cost, len(which))
        self._cost[which] = values
        ids = self._columns[which]
        self._set(enums.DoubleAttr1.OBJECTIVE_LINEAR_COEFFICIENT, ids, values)

    def solve(
        self,
        *,
        time_s: float | None = None,
        iterations: int | None = None,
        primal: bool = False,
    ) -> MilpAnswer:
        """Solve from the last basis; duals and reduced costs come with an optimal answer.

        iterations : of the simplex, a deterministic limit.
        primal : use the primal simplex (better after new columns).

        Notes
        -----
        `bound` is the solver's own floating-point dual bound: who proves with it recomputes it from
        `row_dual` with sound rounding.
        """
        mathopt = self._mathopt
        if self._solver is None:
            self._solver = mathopt.IncrementalSolver(self._model, self._kind)
        simplex = mathopt.LPAlgorithm.PRIMAL_SIMPLEX if primal else mathopt.LPAlgorithm.DUAL_SIMPLEX
        options: dict[str, Any] = {"lp_algorithm": simplex}
        if time_s is not None:
            options["time_limit"] = dt.timedelta(seconds=max(time_s, 0.01))
        if iterations is not None:
            options["iteration_limit"] = max(iterations, 1)
        try:
            with quiet():
                answer = self._solver.solve(params=mathopt.SolveParameters(**options))
        except Exception:  # noqa: BLE001 - GLOP ended abnormally, told by a bare status
            self._solver = None  # the next call starts anew
            return MilpAnswer("unknown", None, None, None, None)
        return self._read(answer)

    def _read(self, answer: Any) -> MilpAnswer:
        mathopt = self._mathopt
        reason = answer.termination.reason
        reasons = mathopt.TerminationReason
        if reason in {reasons.INFEASIBLE, reasons.INFEASIBLE_OR_UNBOUNDED}:
            return MilpAnswer("infeasible", None, None, None, None)
        primal = answer.solutions[0].primal_solution if answer.solutions else None
        if reason != reasons.OPTIMAL or primal is None:
            limit = "time" if reason in {reasons.FEASIBLE, reasons.NO_SOLUTION_FOUND} else None
            return MilpAnswer("unknown", limit, None, None, None)
        values = _dense(primal.variable_values, self._columns)
        dual = answer.solutions[0].dual_solution
        row_dual = None if dual is None else _dense(dual.dual_values, self._rows)
        reduced = None if dual is None else _dense(dual.reduced_costs, self._columns)
        objective = self._offset + float(self._cost @ values)
        return MilpAnswer("optimal", None, objective, objective, values, row_dual, reduced)

    def _enter(self, parts: list[tuple[ArrayLike, ArrayLike, ArrayLike]]) -> None:
        from ortools.math_opt.elemental.python import enums

        for row, column, value in parts:
            where, which, amount = np.broadcast_arrays(
                np.asarray(row, dtype=np.int64),
                np.asarray(column, dtype=np.int64),
                np.asarray(value, dtype=np.float64),
            )
            keys = np.stack([self._rows[where.ravel()], self._columns[which.ravel()]], axis=1)
            amounts = np.ascontiguousarray(amount.ravel())
            self._store.set_attrs(enums.DoubleAttr2.LINEAR_CONSTRAINT_COEFFICIENT, keys, amounts)

    def _set(self, attribute: Any, ids: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        if len(ids):
            self._store.set_attrs(attribute, ids[:, None], values)


def _wide(values: ArrayLike, count: int) -> NDArray[np.float64]:
    return np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), (count,)))


def _dense(values: Any, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the values of a mapping from MathOpt's objects in the order of `ids`; 0 if dropped."""
    if not len(ids):
        return np.zeros(0)
    table = np.zeros(int(ids.max()) + 1)
    for element, value in values.items():
        table[element.id] = value
    return np.where(ids >= 0, table[np.maximum(ids, 0)], 0.0)
