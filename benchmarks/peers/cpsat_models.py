"""The same textbook models in CP-SAT; costs are rounded to whole numbers where they are not."""

from __future__ import annotations

from typing import Any

import numpy as np

KINDS = (
    "p_median",
    "max_cover",
    "set_cover",
    "fixed_charge",
    "single_source",
    "capacitated_median",
)
SCALE = 100
"""Of costs that are not whole: two decimals."""


def load(_peer: str) -> None:
    """Import what takes long, before the clock starts."""
    from ortools.sat.python import cp_model  # noqa: F401


def answer(_peer: str, data: dict[str, Any]) -> dict[str, Any]:
    """Build y (and x or z), solve, and tell objective, bound and what is open."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    kind, cost = str(data["kind"]), data["cost"]
    sites = cost.shape[1]
    opened = [model.new_bool_var(f"y{j}") for j in range(sites)]
    if data["at_most"] >= 0:
        model.add(cp_model.LinearExpr.sum(opened) <= int(data["at_most"]))
    served: list[list[Any]] = []
    scale = _scale(data)
    if "cover" in kind:
        _cover(cp_model, model, data, opened)
    else:
        served = _assign(cp_model, model, data, opened, scale)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(data["time_s"])
    solver.parameters.num_workers = int(data["threads"])
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return {"open": None, "objective": None, "proof": "none", "bound": None}
    told = {
        "open": [j for j in range(sites) if solver.boolean_value(opened[j])],
        "objective": solver.objective_value / scale,
        "bound": solver.best_objective_bound / scale,
        "proof": "optimal" if status == cp_model.OPTIMAL else "none",
        "exact": scale == 1,
    }
    if served and np.isfinite(data["capacity"]).all():
        told["share"] = [
            [0.0 if x is None else float(solver.boolean_value(x)) for x in row] for row in served
        ]
    return told


def _scale(data: dict[str, Any]) -> int:
    cost = data["cost"] * data["weight"][:, None]
    whole = np.all(cost[np.isfinite(cost)] % 1 == 0) and np.all(data["fixed_cost"] % 1 == 0)
    return 1 if whole else SCALE


def _assign(
    cp_model: Any, model: Any, data: dict[str, Any], opened: list[Any], scale: int
) -> list[list[Any]]:
    cost, weight, demand = data["cost"], data["weight"], data["demand"]
    total = cp_model.LinearExpr
    served: list[list[Any]] = []
    terms: list[Any] = list(opened)
    values = [round(float(f) * scale) for f in data["fixed_cost"]]
    for i in range(cost.shape[0]):
        row = [
            model.new_bool_var(f"x{i}_{j}") if np.isfinite(cost[i, j]) else None
            for j in range(len(opened))
        ]
        pairs = [(j, x) for j, x in enumerate(row) if x is not None]
        for j, x in pairs:
            model.add_implication(x, opened[j])
            terms.append(x)
            values.append(round(float(weight[i] * cost[i, j]) * scale))
        model.add_exactly_one(x for _, x in pairs)
        served.append(row)
    if np.isfinite(data["capacity"]).all():
        for j, y in enumerate(opened):
            pairs = [(i, row[j]) for i, row in enumerate(served) if row[j] is not None]
            amounts = [int(demand[i]) for i, _ in pairs]
            load = total.weighted_sum([x for _, x in pairs], amounts)
            model.add(load <= int(data["capacity"][j]) * y)
    model.minimize(total.weighted_sum(terms, values))
    return served


def _cover(cp_model: Any, model: Any, data: dict[str, Any], opened: list[Any]) -> None:
    within = data["cost"] <= float(data["radius"])
    near = [[opened[j] for j in np.flatnonzero(row)] for row in within]
    total = cp_model.LinearExpr
    if str(data["kind"]) == "set_cover":
        for row in near:
            model.add_bool_or(row)
        model.minimize(total.weighted_sum(opened, [int(f) for f in data["fixed_cost"]]))
        return
    covered = [model.new_bool_var(f"z{i}") for i in range(len(near))]
    for z, row in zip(covered, near, strict=True):
        model.add_bool_or(row).only_enforce_if(z)
    model.maximize(total.weighted_sum(covered, [int(w) for w in data["weight"]]))
