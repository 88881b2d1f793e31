"""Adapter to OR-Tools MathOpt: HiGHS and SCIP for integers, GLOP for linear programmes.

Declared features (OR-Tools 9.15). HiGHS: no interruption, no hints, no callbacks, threads set only
process-wide; long runs therefore go into a process of their own (`apart`), short ones are left
behind when cancelled. SCIP: interruption (it prints two harmless lines on stderr when armed).
GLOP: duals, interruption.
"""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.refusal import Fault, Refusal
from optimizer.solvers.apart import LOOK_S, solve_apart
from optimizer.solvers.milp import Milp, MilpAnswer
from optimizer.solvers.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.limits import Cancel

SOLVERS = {"highs": "HIGHS", "scip": "GSCIP", "glop": "GLOP"}
GAP = 1e-7  # default relative gap of a proof: a tenth of what the engine calls optimal
LEFT_BEHIND_S = 3.0  # a cancelled run that ends by itself within so long is not waited for
CANCELLED = MilpAnswer("unknown", "user", None, None, None)
WORDS_OF_LIMIT = {
    "TIME": "time",
    "NODE": "work",
    "ITERATION": "work",
    "INTERRUPTED": "user",
}


def solve_milp(  # noqa: PLR0913 - all but the model are keywords with defaults
    model: Milp,
    *,
    solver: str = "highs",
    time_s: float | None = None,
    nodes: int | None = None,
    gap: float = GAP,
    seed: int = 0,
    cancel: Cancel | None = None,
    apart: bool = False,
    presolve: bool = True,
) -> MilpAnswer:
    """Minimise a mixed-integer programme.

    Parameters
    ----------
    solver : "highs" or "scip".
    time_s : wall time. nodes : deterministic limit on branch-and-bound nodes; give no time with it.
    gap : relative gap at which the solver may call its plan optimal.
    cancel : looked at ten times a second; a cancelled run answers with limit "user". HiGHS heeds it
        only where `apart` or a short time is given; otherwise it is waited for.
    apart : run HiGHS in a process of its own, which takes about a second to start.
    presolve : off pays for packings with dense rows, whose probing takes longer than the rest; not
        together with `apart`.

    Raises
    ------
    Refusal
        F591 when this build of OR-Tools lacks the solver.
    """
    if model.column_count == 0:
        return _without_columns(model)
    options: dict[str, Any] = {"relative_gap_tolerance": gap, "random_seed": seed % 2**31}
    if nodes is not None:
        options["node_limit"] = max(nodes, 1)
    if not presolve:
        options["presolve"] = "OFF"
    if apart and solver == "highs" and cancel is not None and not cancel.cancelled:
        request = {"time_s": time_s, "nodes": nodes, "gap": gap, "seed": seed}
        return solve_apart(model, request, cancel)
    return _run(model, solver, options, time_s, cancel)


def solve_lp(
    model: Milp, *, time_s: float | None = None, cancel: Cancel | None = None
) -> MilpAnswer:
    """Minimise a linear programme by GLOP (integrality is ignored); duals come with the answer."""
    if model.column_count == 0:
        return _without_columns(model)
    relaxed = model.replace(integer=np.zeros(model.column_count, dtype=bool))
    # the dual simplex took half the time of the primal one on the flows of a city
    answer = _run(relaxed, "glop", {"lp_algorithm": "DUAL_SIMPLEX"}, time_s, cancel)
    if answer.status == "unknown" and answer.limit is None:  # GLOP calls its result imprecise
        answer = _run(relaxed, "highs", {}, time_s, cancel)
    return answer


def solve_lp_inside(
    model: Milp, *, time_s: float | None = None, cancel: Cancel | None = None
) -> MilpAnswer:
    """Minimise a linear programme by the interior point method of HiGHS, without a vertex.

    Values and duals are precise to about 1e-7: for whoever reads prices from it and proves anew.
    """
    from ortools.math_opt.solvers import highs_pb2

    if model.column_count == 0:
        return _without_columns(model)
    relaxed = model.replace(integer=np.zeros(model.column_count, dtype=bool))
    words = {"solver": "ipm", "run_crossover": "off"}
    inside = highs_pb2.HighsOptionsProto(string_options=words)
    return _run(relaxed, "highs", {"highs": inside}, time_s, cancel)


def solver_versions() -> str:
    """Return the solvers and their version, for the record of a result."""
    from importlib.metadata import version

    return f"OR-Tools {version('ortools')} (HiGHS, GLOP)"


def _without_columns(model: Milp) -> MilpAnswer:
    feasible = np.all(model.row_lower <= 0.0) and np.all(model.row_upper >= 0.0)
    if not feasible:
        return MilpAnswer("infeasible", None, None, None, None)
    empty = np.zeros(0)
    dual = np.zeros(model.row_count)
    return MilpAnswer("optimal", None, model.offset, model.offset, empty, dual, empty)


def _run(
    model: Milp,
    solver: str,
    options: dict[str, Any],
    time_s: float | None,
    cancel: Cancel | None,
) -> MilpAnswer:
    from ortools.math_opt.python import mathopt
    from ortools.util.python import solve_interrupter

    if cancel is not None and cancel.cancelled:
        return CANCELLED
    kind = getattr(mathopt.SolverType, SOLVERS[solver])
    if "lp_algorithm" in options:
        options["lp_algorithm"] = mathopt.LPAlgorithm[options["lp_algorithm"]]
    if "presolve" in options:
        options["presolve"] = mathopt.Emphasis[options["presolve"]]
    if time_s is not None:
        options["time_limit"] = dt.timedelta(seconds=max(time_s, 0.01))
    arms = cancel is not None and solver != "highs"
    interrupter = solve_interrupter.SolveInterrupter() if arms else None

    def call() -> Any:
        try:
            with quiet():
                return mathopt.solve(
                    mathopt.Model.from_model_proto(_proto(model)),
                    kind,
                    params=mathopt.SolveParameters(**options),
                    interrupter=interrupter,
                )
        except Exception as error:  # MathOpt tells a missing solver by a bare status
            raise Refusal(_missing(solver, error)) from error

    short = time_s is not None and time_s <= LEFT_BEHIND_S
    if cancel is None or (interrupter is None and not short):
        return _read(model, call())
    answer = _watched(call, interrupter, cancel)
    return CANCELLED if answer is None else _read(model, answer)


def _missing(solver: str, error: Exception) -> Fault:
    cause = f"OR-Tools could not run {SOLVERS[solver]}: {error}"
    return Fault("solver", "F591", cause, "install the ortools version that pyproject.toml names")


def _watched(call: Callable[[], Any], interrupter: Any, cancel: Cancel) -> Any:
    """Run `call` in a thread and pass the switch on to the interrupter meanwhile.

    Without an interrupter a cancelled call is left behind, and None returned: it ends by its own
    time limit, for which the interpreter waits at exit.
    """
    box: dict[str, Any] = {}

    def work() -> None:
        try:
            box["answer"] = call()
        except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread
            box["error"] = error

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        worker.join(LOOK_S)
        if cancel.cancelled and interrupter is None:
            return None
        if cancel.cancelled:
            interrupter.interrupt()
    if "error" in box:
        raise box["error"]
    return box["answer"]


def _proto(model: Milp) -> Any:
    from ortools.math_opt import model_pb2

    proto = model_pb2.ModelProto()
    columns, rows = model.column_count, model.row_count
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend(model.lower.tolist())
    proto.variables.upper_bounds.extend(model.upper.tolist())
    proto.variables.integers.extend(model.integer.tolist())
    priced = np.flatnonzero(model.cost)
    proto.objective.offset = model.offset
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(model.cost[priced].tolist())
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(model.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(model.row_upper.tolist())
    proto.linear_constraint_matrix.row_ids.extend(model.entry_row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(model.entry_column.tolist())
    proto.linear_constraint_matrix.coefficients.extend(model.entry.tolist())
    return proto


def _read(model: Milp, answer: Any) -> MilpAnswer:
    from ortools.math_opt.python import mathopt

    reason = answer.termination.reason
    limit = answer.termination.limit
    dual_bound = float(answer.termination.objective_bounds.dual_bound)
    bound = dual_bound if np.isfinite(dual_bound) else None
    reasons = mathopt.TerminationReason
    early = None if limit is None else WORDS_OF_LIMIT.get(limit.name, "time")
    closed = bool(np.all(np.isfinite(model.lower)) and np.all(np.isfinite(model.upper)))
    if reason == reasons.INFEASIBLE or (reason == reasons.INFEASIBLE_OR_UNBOUNDED and closed):
        return MilpAnswer("infeasible", None, None, None, None)
    found = bool(answer.solutions) and answer.solutions[0].primal_solution is not None
    if not found or reason not in {reasons.OPTIMAL, reasons.FEASIBLE}:
        return MilpAnswer("unknown", early, None, bound, None)
    primal = answer.solutions[0].primal_solution
    values = np.zeros(model.column_count)
    for variable, value in primal.variable_values.items():
        values[variable.id] = value
    status = "optimal" if reason == reasons.OPTIMAL else "feasible"
    objective = float(model.offset + model.cost @ values)
    row_dual, reduced_cost = _duals(model, answer)
    return MilpAnswer(status, early, objective, bound, values, row_dual, reduced_cost)


def _duals(model: Milp, answer: Any) -> tuple[Any, Any]:
    dual = answer.solutions[0].dual_solution
    if dual is None:
        return None, None
    row_dual, reduced_cost = np.zeros(model.row_count), np.zeros(model.column_count)
    for row, value in dual.dual_values.items():
        row_dual[row.id] = value
    for variable, value in dual.reduced_costs.items():
        reduced_cost[variable.id] = value
    return row_dual, reduced_cost
