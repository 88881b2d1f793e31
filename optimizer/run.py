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
    from optimizer.study.route_file import RoutedFile
    from optimizer.study.tours import DaysAsked, Routed


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


def route(
    folder: Path,
    asked: DaysAsked,
    limits: Limits,
    *,
    out: Path | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Routed:
    """Plan real tours for days of a stored result, and write the first day into its folder.

    out : another folder for the result with its tours. Nothing is written that the checker refuses.
    """
    from optimizer.report import write_tours
    from optimizer.report.tours import told_day
    from optimizer.study.tours import route_stored

    routed = route_stored(folder, asked, limits, listener=listener, cancel=cancel)
    if routed.violations:
        return routed
    backdrop, source = stored_backdrop(folder), folder
    target = folder if out is None else out
    if asked.fit:
        write(target, routed.problem, routed.result, backdrop)
        source = target
    told = told_day(routed.problem, routed.record, routed.figures, routed.reasons)
    write_tours(target, routed.result, told, backdrop, source)
    return routed


def stored_backdrop(folder: Path) -> Backdrop | None:
    """Return the background of the map that a result folder holds; None where it has none."""
    from optimizer.core import store
    from optimizer.core.backdrop import Backdrop

    path = folder / "backdrop.npz"
    if not path.is_file():
        return None
    backdrop, _ = store.load(path)
    return backdrop if isinstance(backdrop, Backdrop) else None


def route_file(
    path: Path,
    limits: Limits,
    *,
    out: Path | None = None,
    bound_s: float = 0.0,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutedFile:
    """Plan the tours of a routing problem in a file; write the answer in the file's own shape."""
    from optimizer.study.route_file import route_file as plan

    routed = plan(path, limits, bound_s=bound_s, listener=listener, cancel=cancel)
    if out is not None and not routed.violations and routed.result.tours is not None:
        out.write_text(routed.text, encoding="utf-8", newline="\n")
    return routed


def write(folder: Path, problem: Problem, result: Result, backdrop: Backdrop | None) -> None:
    """Write the result folder: JSON, tables, GeoPackage, map."""
    from optimizer.report import write_result

    write_result(folder, problem, result, backdrop)


def _with_time(result: Result, step: str, seconds: float) -> Result:
    timing = {step: round(seconds, 3), **result.solution.timing_s}
    return result.replace(solution=result.solution.replace(timing_s=timing))
