"""One request from front to back; the only place where the world and the decision meet."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from optimizer.core.limits import Cancel, Limits, Listener, silent
from optimizer.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from optimizer.core.backdrop import Backdrop
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result
    from optimizer.prepare.assemble import Assembled
    from optimizer.scenario.schema import Scenario
    from optimizer.study.evaluate import Evaluation


@dataclass(frozen=True)
class Request:
    """What a person asks for: a scenario file, changes to it, limits, and where the answer goes.

    Limits that are None come from the scenario's `solve` block.
    """

    scenario: Path
    overrides: Sequence[str] = ()
    out: Path | None = None
    time_limit_s: float | None = None
    gap: float | None = None
    seed: int | None = None
    threads: int | None = None
    work: int | None = None


def limits_of(scenario: Scenario, request: Request | None = None) -> Limits:
    """Return the scenario's limits, changed by what the request says."""
    block = scenario.solve
    limits = Limits(
        time_s=block.time_limit_s,
        gap=block.gap,
        seed=block.seed,
        threads=block.threads,
        memory_gb=block.memory_gb,
    )
    if request is None:
        return limits
    given: dict[str, Any] = {
        "time_s": request.time_limit_s,
        "gap": request.gap,
        "seed": request.seed,
        "threads": request.threads,
        "work": request.work,
    }
    return replace(limits, **{key: value for key, value in given.items() if value is not None})


def prepare(request: Request, *, cache: bool = True) -> tuple[Scenario, Assembled, float]:
    """Read the scenario and build its problem; return both and the seconds it took."""
    from optimizer.prepare.assemble import assemble
    from optimizer.scenario.reader import read_with_places

    started = time.monotonic()
    scenario, places = read_with_places(request.scenario, request.overrides)
    try:
        assembled = assemble(scenario, cache=cache)
    except Refusal as refusal:
        raise places.located(refusal) from refusal
    return scenario, assembled, time.monotonic() - started


def solve(
    request: Request,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> tuple[Problem, Result]:
    """Solve a scenario and write the result folder, if one is named."""
    scenario, assembled, prepared_s = prepare(request)
    limits = limits_of(scenario, request)
    result = decide(assembled.problem, limits, listener=listener, cancel=cancel)
    result = _with_time(result, "prepare", prepared_s)
    if request.out is not None:
        write(request.out, assembled.problem, result, assembled.backdrop)
    return assembled.problem, result


def solve_scenario(scenario: Scenario, limits: Limits | None = None) -> Result:
    """Solve a scenario that was read already, and write nothing."""
    from optimizer.prepare.assemble import assemble

    return decide(assemble(scenario).problem, limits or limits_of(scenario))


def decide(
    problem: Problem,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Result:
    """Solve a problem; authorities that cooperate are moreover solved each on its own."""
    from optimizer import engine
    from optimizer.study.cooperation import solve_together

    together = problem.horizon is not None and problem.horizon.cooperation is not None
    solve_case = solve_together if together else engine.solve
    return solve_case(problem, limits, listener=listener, cancel=cancel)


def evaluate(
    request: Request,
    choices: Path,
    *,
    against: Path | None = None,
    only: bool = False,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> tuple[Problem, Evaluation]:
    """Score the sites that a city has in mind against the best plan; write the evaluated plan.

    against : a result folder of this scenario; without it the best plan is solved first.
    """
    from optimizer.prepare.choices import read_choices
    from optimizer.study.evaluate import evaluate as score
    from optimizer.study.stored import stored_result

    scenario, assembled, _ = prepare(request)
    problem = assembled.problem
    chosen = read_choices(choices, problem, max_m=scenario.streets.snap_max_m)
    best = None if against is None else stored_result(against, problem)
    evaluation = score(
        problem,
        chosen,
        limits_of(scenario, request),
        best=best,
        only=only,
        listener=listener,
        cancel=cancel,
    )
    if request.out is not None:
        write(request.out, problem, evaluation.result, assembled.backdrop)
    return problem, evaluation


def explain(
    folder: Path,
    site: str | None,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> dict[str, Any]:
    """Say why a stored result is what it is: what clashes, or what a site is worth to its plan."""
    from optimizer.study.explain import explain as tell

    return tell(folder, site, limits, listener=listener, cancel=cancel)


def write(folder: Path, problem: Problem, result: Result, backdrop: Backdrop | None) -> None:
    """Write the result folder: JSON, tables, GeoPackage, map."""
    from optimizer.report import write_result

    write_result(folder, problem, result, backdrop)


def _with_time(result: Result, step: str, seconds: float) -> Result:
    timing = {step: round(seconds, 3), **result.solution.timing_s}
    return result.replace(solution=result.solution.replace(timing_s=timing))
