"""Optima of small instances by a textbook model and HiGHS: values that our solvers never saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from optimizer.formats import Row, read_instance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem

TIME_LIMIT_S = 900.0
SOURCE = "computed for this collection (textbook model, HiGHS of scipy"
CASES: tuple[tuple[str, str, tuple[dict[str, str], ...]], ...] = (
    ("pmedian_seeded", "town150.tsp", ({"p": "10"}, {"p": "30"})),
    ("pmedian_seeded", "town300.tsp", ({"p": "15"}, {"p": "60"})),
    ("sscflp_seeded", "s15x60.txt", ({},)),
    ("sscflp_seeded", "s25x100.txt", ({},)),
    ("sscflp_seeded", "s30x150.txt", ({},)),
    ("cpmp_seeded", "c50.dat", ({},)),
    ("cpmp_seeded", "c80.dat", ({},)),
    ("mclp_seeded", "m300.txt", ({"p": "5", "S": "800"}, {"p": "12", "S": "800"})),
    ("mclp_seeded", "m700.txt", ({"p": "8", "S": "700"}, {"p": "25", "S": "500"})),
    ("lscp_seeded", "m300.txt", ({"S": "1200"},)),
    ("lscp_seeded", "m700.txt", ({"S": "900"},)),
    ("mclp_globe", "g400.txt", ({"p": "6", "S": "600"}, {"p": "20", "S": "600"})),
)


def rows(folder: Path) -> Iterator[str]:
    """Yield the lines of `best_known.csv` for the seeded instances of a folder."""
    for family, file, choices in CASES:
        room = family.replace("lscp", "mclp")
        for params in choices:
            told = "".join(f"_{name}{value}" for name, value in params.items())
            joined = ";".join(f"{name}={value}" for name, value in params.items())
            instance = file.partition(".")[0] + told
            row = Row(
                family, instance, f"{room}/{file}", None, "optimal", "", params, "", "", "here"
            )
            problem = read_instance(folder, row)
            value, proven = optimum(problem)
            status, checked = ("optimal", "proved") if proven else ("best-known", "bounded")
            source = f"{SOURCE}, {'closed gap' if proven else 'stopped by time'})"
            customers, sites = problem.costs.shape
            note = f"{customers} customers {sites} sites; seeded: benchmarks/seeded.py"
            yield (
                f"{family},{instance},{room}/{file},{value},{status},"
                f'"{source}",{joined},{checked},{note}'
            )


def optimum(problem: LocationProblem) -> tuple[str, bool]:
    """Return the value of the best plan of HiGHS as written in a table, and whether it is proven.

    y opens, x assigns (or z covers), as every textbook has it.
    """
    cost = problem.costs.columns(np.arange(problem.costs.shape[1], dtype=np.int32))
    model = _cover(problem, cost) if "cover" in problem.kind else _assign(problem, cost)
    objective, constraints = model
    answer = milp(
        objective,
        constraints=constraints,
        integrality=np.ones(len(objective)),
        bounds=Bounds(0, 1),
        options={"time_limit": TIME_LIMIT_S, "mip_rel_gap": 0.0},
    )
    value = abs(float(answer.fun))
    whole = abs(value - round(value)) < 1e-6 and bool(np.all(objective % 1 == 0))
    return (str(round(value)) if whole else f"{value:.4f}"), answer.status == 0


def _assign(
    problem: LocationProblem, cost: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[LinearConstraint]]:
    customers, sites = cost.shape
    fixed = problem.sizes.fixed_cost
    objective = np.concatenate([fixed, (cost * problem.weight[:, None]).ravel()])
    pair = np.arange(customers * sites)
    customer, site = pair // sites, pair % sites
    once = _rows(customer, sites + pair, np.ones(len(pair)), customers, len(objective))
    one = np.ones(len(pair))
    linked = _rows(pair, sites + pair, one, len(pair), len(objective)) - _rows(
        pair, site, one, len(pair), len(objective)
    )
    constraints = [LinearConstraint(once, 1, 1), LinearConstraint(linked, -np.inf, 0)]
    if np.isfinite(problem.sizes.capacity).all():
        amount = problem.demand[customer]
        load = _rows(site, sites + pair, amount, sites, len(objective))
        every = np.arange(sites)
        held = _rows(every, every, problem.sizes.capacity, sites, len(objective))
        constraints.append(LinearConstraint(load - held, -np.inf, 0))
    return objective, constraints + _count(problem, sites, len(objective))


def _cover(
    problem: LocationProblem, cost: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[LinearConstraint]]:
    customers, sites = cost.shape
    within = np.isfinite(cost) & (cost <= (problem.radius or 0.0))
    customer, site = np.nonzero(within)
    if problem.kind == "set_cover":
        rows = _rows(customer, site, np.ones(len(site)), customers, sites)
        return problem.sizes.fixed_cost, [LinearConstraint(rows, 1, np.inf)]
    size = sites + customers
    covered = _rows(customer, site, np.ones(len(site)), customers, size) - _rows(
        np.arange(customers), sites + np.arange(customers), np.ones(customers), customers, size
    )
    objective = np.concatenate([np.zeros(sites), -problem.weight])
    return objective, [LinearConstraint(covered, 0, np.inf), *_count(problem, sites, size)]


def _count(problem: LocationProblem, sites: int, size: int) -> list[LinearConstraint]:
    if problem.at_most is None:
        return []
    every = np.arange(sites)
    row = _rows(np.zeros(sites, dtype=np.int64), every, np.ones(sites), 1, size)
    return [LinearConstraint(row, -np.inf, problem.at_most)]


def _rows(
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    value: NDArray[np.float64],
    row_count: int,
    columns: int,
) -> csr_array:
    return coo_array((value, (row, column)), shape=(row_count, columns)).tocsr()
