"""The siting model as benchmark cases: Geneva as shipped, three seeds, and a large grid town."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.case import ROOT, Case, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from optimizer.core.limits import Limits, Listener
    from optimizer.core.problem import Problem

GENEVA_S, GRID_S = 60.0, 600.0
SEEDS = (0, 1, 2)
POINTS, SITES, FIRMS = 20_000, 1_000, 200
MARGIN_S = 600.0
"""To read the city, and to compile where nothing is cached yet."""
GAP = 1e-4


def cases(options: Options) -> Iterator[Case]:
    """Yield Geneva once for each seed, and the grid town with every rule."""
    for seed in SEEDS:
        limits = options.limits(GENEVA_S, gap=GAP, seed=seed)
        yield _case("siting_geneva", f"seed{seed}", geneva, limits)
    yield _case("siting_grid", f"{POINTS}x{SITES}", grid_town, options.limits(GRID_S, gap=GAP))


def _case(family: str, name: str, build: Callable[[], Problem], limits: Limits) -> Case:
    return Case(family, name, answer=partial(answer, build), limits=limits, margin_s=MARGIN_S)


def geneva() -> Problem:
    """Return the problem of the shipped scenario."""
    from optimizer import run

    _, assembled, _ = run.prepare(run.Request(ROOT / "instances" / "geneva" / "scenario.yaml"))
    return assembled.problem


def grid_town() -> Problem:
    """Return a seeded grid town with hubs, hotels, lockers, ledgers, tenants and a quota."""
    from tests.builders import grid_problem

    side = int((1.15 * POINTS) ** 0.5) + 1
    return grid_problem(
        columns=side,
        rows=side,
        points=POINTS,
        sites=SITES,
        firms=FIRMS,
        parcels_per_point=3.0,
        purse_eur=80_000_000,
        land_m2=6_000,
        at_least_hubs=5,
        seed=0,
    )


def answer(
    build: Callable[[], Problem],
    limits: Limits,
    listener: Listener,
    method: str | None = "decomposition",
) -> dict[str, Any]:
    """Solve a siting problem and return what the row tells."""
    from optimizer import engine

    begin = time.monotonic()
    problem = build()
    built = time.monotonic()
    result = engine.solve(problem, limits, listener=listener, method=method)
    outcome, took = result.solution.outcome, time.monotonic() - built
    compiling = float(result.solution.timing_s.get("compile", 0.0))
    return {
        "n": problem.demand.count,
        "m": problem.sites.count,
        "status": outcome.status,
        "proof": outcome.proof,
        "stopped_by": outcome.stopped_by,
        "objective": outcome.value,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "verified": result.verified,
        "violations": [violation.words for violation in result.violations],
        "build_s": built - begin,
        "time_s": took - compiling,
        "statistics": dict(result.solution.timing_s),
    }
