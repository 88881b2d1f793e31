"""Show whether budgets bind: the plan at half, once and twice each budget, as a Markdown table.

Usage: python benchmarks/budgets.py instances/geneva/scenario.yaml [--time-limit 120]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer import engine, run
from optimizer.core.kinds import Kind
from optimizer.core.limits import Limits

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result

FACTORS = (0.5, 1.0, 2.0)
HEAD = (
    "| case | hubs, hotels, delivery points | land m2 | purse, M | cost, M/year | bound, M | gap |"
    "\n"
    "|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Solve every case and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--time-limit", type=float, default=120.0)
    arguments = parser.parse_args()
    _, assembled, _ = run.prepare(run.Request(arguments.scenario))
    problem = assembled.problem
    limits = Limits(time_s=arguments.time_limit)
    print(HEAD)
    for name, land, purse in [("as shipped", 1.0, 1.0)] + [
        case
        for factor in FACTORS
        if factor != 1.0
        for case in (
            (f"{factor:g} x land", factor, 1.0),
            (f"{factor:g} x purse", 1.0, factor),
        )
    ]:
        trial = scaled(problem, land, purse)
        print(row(name, trial, engine.solve(trial, limits)), flush=True)


def scaled(problem: Problem, land: float, purse: float) -> Problem:
    """Return the problem with its land budgets and purses multiplied."""
    rules = problem.rules
    return problem.replace(
        rules=rules.replace(
            land=rules.land.replace(budget=np.rint(rules.land.budget * land).astype(np.int64)),
            money=rules.money.replace(budget=np.rint(rules.money.budget * purse).astype(np.int64)),
        )
    )


def row(name: str, problem: Problem, result: Result) -> str:
    """Return one row of the table."""
    plan, criteria, outcome = (
        result.solution.plan,
        result.solution.criteria,
        result.solution.outcome,
    )
    if plan is None or criteria is None:
        return f"| {name} | {outcome.status} | | | | | |"
    kinds = problem.designs.kind[problem.options.design[plan.open_option]]
    count = ", ".join(str(int(np.sum(kinds == kind))) for kind in Kind)
    land = sum(criteria.land_consumption_m2.values())
    money = sum(criteria.acquisition_eur.values())
    bound = "" if outcome.bound is None else f"{outcome.bound / 1e6:.3f}"
    gap = "" if outcome.gap is None else f"{outcome.gap:.1%}"
    return (
        f"| {name} | {count} | {land:,.0f} of {int(problem.rules.land.budget.sum()):,} "
        f"| {money / 1e6:.2f} of {problem.rules.money.budget.sum() / 1e6:.2f} "
        f"| {criteria.objective / 1e6:.3f} | {bound} | {gap} |"
    )


if __name__ == "__main__":
    main()
