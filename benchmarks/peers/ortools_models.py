"""Textbook models in OR-Tools' ModelBuilder, as a user would write them, on HiGHS or SCIP."""

from __future__ import annotations

from typing import Any

import numpy as np

KINDS = (
    "p_median",
    "p_center",
    "max_cover",
    "set_cover",
    "fixed_charge",
    "capacitated",
    "single_source",
    "capacitated_median",
)
SPLIT = ("capacitated",)


def load(_peer: str) -> None:
    """Import what takes long, before the clock starts."""
    from ortools.linear_solver.python import model_builder  # noqa: F401


def answer(peer: str, data: dict[str, Any]) -> dict[str, Any]:
    """Build y (and x or z), solve, and tell objective, bound and what is open."""
    from ortools.linear_solver.python import model_builder as mb

    model = mb.Model()
    kind, sites = str(data["kind"]), data["cost"].shape[1]
    opened = [model.new_bool_var(f"y{j}") for j in range(sites)]
    if data["at_most"] >= 0:
        model.add(sum(opened) <= int(data["at_most"]))
    build = _cover if "cover" in kind else _assign
    served = build(model, data, opened)
    solver = mb.Solver(peer.removeprefix("ortools-"))
    solver.set_time_limit_in_seconds(float(data["time_s"]))
    status = solver.solve(model)
    if status not in {mb.SolveStatus.OPTIMAL, mb.SolveStatus.FEASIBLE}:
        return {"open": None, "objective": None, "proof": "none", "bound": None}
    told = {
        "open": [j for j in range(sites) if solver.value(opened[j]) > 0.5],
        "objective": solver.objective_value,
        "bound": solver.best_objective_bound,
        "proof": "optimal" if status == mb.SolveStatus.OPTIMAL else "none",
    }
    if served:
        share = np.array(
            [[solver.value(x) if x is not None else 0.0 for x in row] for row in served]
        )
        told["share"] = share.tolist()
    return told


def _assign(model: Any, data: dict[str, Any], opened: list[Any]) -> list[list[Any]]:
    cost, weight, demand = data["cost"], data["weight"], data["demand"]
    kind, capacity = str(data["kind"]), data["capacity"]
    continuous = kind in SPLIT
    served: list[list[Any]] = []
    for i in range(cost.shape[0]):
        row = []
        for j, y in enumerate(opened):
            if not np.isfinite(cost[i, j]):
                row.append(None)
                continue
            name = f"x{i}_{j}"
            x = model.new_num_var(0, 1, name) if continuous else model.new_bool_var(name)
            model.add(x <= y)
            row.append(x)
        model.add(sum(x for x in row if x is not None) == 1)
        served.append(row)
    if np.isfinite(capacity).all():
        for j, y in enumerate(opened):
            pairs = [(i, row[j]) for i, row in enumerate(served) if row[j] is not None]
            model.add(sum(float(demand[i]) * x for i, x in pairs) <= float(capacity[j]) * y)
    terms = [
        (i, float(weight[i] * cost[i, j]), x)
        for i, row in enumerate(served)
        for j, x in enumerate(row)
        if x is not None
    ]
    if kind == "p_center":
        largest = model.new_num_var(0, float(np.nanmax(cost[np.isfinite(cost)])), "z")
        for i in range(cost.shape[0]):
            model.add(sum(value * x for customer, value, x in terms if customer == i) <= largest)
        model.minimize(largest)
    else:
        fixed = sum(float(f) * y for f, y in zip(data["fixed_cost"], opened, strict=True))
        model.minimize(fixed + sum(value * x for _, value, x in terms))
    return served if np.isfinite(capacity).all() else []


def _cover(model: Any, data: dict[str, Any], opened: list[Any]) -> list[list[Any]]:
    cost, weight = data["cost"], data["weight"]
    within = cost <= float(data["radius"])
    near = [[opened[j] for j in np.flatnonzero(row)] for row in within]
    if str(data["kind"]) == "set_cover":
        for row in near:
            model.add(sum(row) >= 1)
        model.minimize(sum(float(f) * y for f, y in zip(data["fixed_cost"], opened, strict=True)))
        return []
    covered = [model.new_bool_var(f"z{i}") for i in range(len(near))]
    for z, row in zip(covered, near, strict=True):
        model.add(z <= sum(row))
    model.maximize(sum(float(w) * z for w, z in zip(weight, covered, strict=True)))
    return []
