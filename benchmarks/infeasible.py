"""A hundred scenarios that cannot be: is what was put in named, and does the advice help.

    python -m benchmarks.infeasible [--count 100] [--first 0]

Towns of four sizes (25 to 144 nodes, 6 to 40 sites), one period or two to four, 39 kinds of
conflict. A scenario passes when it is proven infeasible, every rule that was put in is in the
answer, at least one rule tells a relaxation, every problem with one rule loosened as told has a
verified plan, and amounts loosened by one unit less have none. Exit 1 if one fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.impossible import one_period, over_years
from optimizer import engine
from optimizer.core.limits import Limits
from optimizer.programmes import build_datas
from optimizer.siting.data import build_data
from optimizer.siting.feasibility import find_findings, findings_in_whole
from optimizer.siting.horizon.conflicts import findings_in_whole_programme, programme_findings
from optimizer.siting.horizon.whole import build_years, years_of
from optimizer.siting.mip import build_whole
from optimizer.solvers import solve_milp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.impossible.seed import Seeded
    from optimizer.core.problem import Problem
    from optimizer.core.result import Conflict
    from optimizer.siting.conflicts.search import Finding

SEEDS = (*one_period.SEEDS, *over_years.SEEDS)
LIMITS = Limits(time_s=60.0, gap=1.0, seed=0, threads=1)


class Row(NamedTuple):
    """One scenario: what was put in, what was found, and what is wrong with it."""

    name: str
    seed: int
    clash: tuple[tuple[str, str], ...]
    conflicts: tuple[Conflict, ...]
    faults: tuple[str, ...]
    seconds: float


def scenarios(count: int = 100, first: int = 0) -> Iterator[tuple[str, int, Seeded]]:
    """Yield the scenarios: every kind in turn, each time in another town."""
    for rank in range(first, first + count):
        make: Callable[[int], Seeded] = SEEDS[rank % len(SEEDS)]
        yield make.__name__, rank, make(rank)


def judge(name: str, seed: int, seeded: Seeded) -> Row:
    """Solve a scenario, look for what was put in, and try every relaxation."""
    started = time.process_time()
    result = engine.solve(seeded.problem, LIMITS)
    conflicts, faults = result.solution.conflicts, []
    if result.solution.outcome.status != "infeasible":
        faults.append(f"not proven infeasible: {result.solution.outcome.status}")
    faults += [f"not named: {family}: {title}" for family, title in missed(conflicts, seeded)]
    findings = findings_of(seeded.problem)
    if not any(item.loosened is not None for item in findings):
        faults.append("no relaxation")
    for item in findings:
        faults += _faults_of(seeded.problem, item)
    seconds = time.process_time() - started
    return Row(name, seed, seeded.clash, conflicts, tuple(faults), seconds)


def findings_of(problem: Problem) -> tuple[Finding, ...]:
    """Return the guilty rules with the problems in which each is loosened."""
    if problem.horizon is None:
        data = build_data(problem)
        return find_findings(problem, data) or findings_in_whole(problem, data)
    datas = build_datas(problem)
    found = programme_findings(problem, datas)
    return found or findings_in_whole_programme(problem, datas)


def missed(conflicts: Sequence[Conflict], seeded: Seeded) -> list[tuple[str, str]]:
    """Return what was put in and is not among the conflicts, each counted as often as put in."""
    left = list(conflicts)
    lost = []
    for family, title in seeded.clash:
        found = next((one for one in left if one.family == family and title in one.rule), None)
        if found is None:
            lost.append((family, title))
        else:
            left.remove(found)
    return lost


def _faults_of(problem: Problem, item: Finding) -> list[str]:
    """Return what is wrong with a relaxation: no plan with it, or one with less."""
    if item.loosened is None:
        return []
    told, faults = f"{item.rule.title}: {item.conflict.relaxation}", []
    if _status(item.loosened) != "plan":
        faults.append(f"does not help: {told}")
    amount, needed = item.rule.amount, item.conflict.needed
    if amount is not None and needed is not None:
        less = amount.put(problem, int(needed) - amount.step)
        if not _denied(less):
            faults.append(f"more than needed: {told}")
    return faults


def _denied(problem: Problem) -> bool:
    """Return whether the whole model is proven to have no plan."""
    if problem.horizon is None:
        model, _ = build_whole(problem, build_data(problem))
    else:
        model, _, _ = build_years(years_of(problem, build_datas(problem)))
    free = model.replace(cost=0.0 * model.cost)
    return solve_milp(free, nodes=5_000, gap=1.0).status == "infeasible"


def _status(problem: Problem) -> str:
    return engine.solve(problem, LIMITS).solution.outcome.status


def main() -> None:
    """Judge all scenarios and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    failed = 0
    for name, seed, seeded in scenarios(asked.count, asked.first):
        row = judge(name, seed, seeded)
        helps = sum(1 for conflict in row.conflicts if conflict.relaxation)
        told = "ok" if not row.faults else "; ".join(row.faults)
        print(
            f"{row.seed:>4} {row.name:<34} {len(row.conflicts):>2} rules {helps:>2} relaxations "
            f"{row.seconds:>6.1f} s  {told}",
            flush=True,
        )
        failed += bool(row.faults)
    print(f"{asked.count - failed} of {asked.count} conflicts named, with relaxations that hold")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
