"""spopt (PySAL): p-median, p-center, maximal covering and set covering through PuLP."""

from __future__ import annotations

from typing import Any

KINDS = ("p_median", "p_center", "max_cover", "set_cover")


def load(_peer: str) -> None:
    """Import what takes long, before the clock starts."""
    import pulp  # noqa: F401
    import spopt.locate  # noqa: F401


def answer(peer: str, data: dict[str, Any]) -> dict[str, Any]:
    """Solve as the documentation of spopt shows."""
    import pulp
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    cost, weight = data["cost"], data["weight"]
    most, radius = int(data["at_most"]), float(data["radius"])
    kind = str(data["kind"])
    if kind == "p_median":
        model = PMedian.from_cost_matrix(cost, weight, p_facilities=most)
    elif kind == "p_center":
        model = PCenter.from_cost_matrix(cost, p_facilities=most)
    elif kind == "max_cover":
        model = MCLP.from_cost_matrix(cost, weight, radius, p_facilities=most)
    else:
        model = LSCP.from_cost_matrix(cost, radius)
    time_s = float(data["time_s"])
    engine = pulp.HiGHS if peer == "spopt" else pulp.PULP_CBC_CMD
    model = model.solve(engine(msg=False, timeLimit=time_s), results=False)
    opened = [j for j, variable in enumerate(model.fac_vars) if (variable.varValue or 0) > 0.5]
    proven = model.problem.sol_status == pulp.LpSolutionOptimal
    return {
        "open": opened if model.problem.sol_status > 0 else None,
        "objective": model.problem.objective.value(),
        "proof": "optimal" if proven else "none",
    }
