"""The command line: arguments -> `optimizer.run` -> exit code. Heavy imports stay inside.

Exit codes: 0 done, and what was asked holds; 1 it does not hold; 2 input refused; 3 proven
infeasible; 4 no plan within the limits; 130 interrupted, best plan saved; 70 a defect of ours.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.bench import bench
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.limits import Cancel
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result, Violation
    from optimizer.run import Request

DONE, DOES_NOT_HOLD, REFUSED, INFEASIBLE, NO_PLAN, DEFECT, INTERRUPTED = 0, 1, 2, 3, 4, 70, 130
STATUS_CODES = {"plan": DONE, "infeasible": INFEASIBLE, "no_plan": NO_PLAN}
EXPLAIN_S = 60.0
"""Seconds of each solve that an explanation needs, unless said otherwise."""
ROUTE_S = 120.0
"""Seconds of planning the tours of a day, likewise."""
FIT_ROUNDS = 3

app = typer.Typer(
    name="faubourg",
    help="Decide where micro-hubs, productive hotels and delivery points go in a real city.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


app.add_typer(bench, name="bench")


class Format(StrEnum):
    """How the answer is printed."""

    TEXT = "text"
    JSON = "json"


ScenarioFile = Annotated[Path, typer.Argument(help="Scenario file (YAML or JSON).")]
OutFolder = Annotated[
    Path | None, typer.Option("--out", help="Result folder (default: results/<scenario>).")
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="Change a value: rules.purses.0.budget_eur=1e6.")
]
TimeLimit = Annotated[
    float | None, typer.Option("--time-limit", min=0.1, help="Seconds of solving.")
]
Gap = Annotated[float | None, typer.Option("--gap", min=0, help="Stop at this proven gap.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of the search.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Threads.")]
Work = Annotated[
    int | None,
    typer.Option("--work", min=1, help="Deterministic limit (about 1 ms a unit) instead of time."),
]
Output = Annotated[Format, typer.Option("--format", help="What to print.")]


@app.callback(invoke_without_command=True)
def front(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Decide where micro-hubs, productive hotels and delivery points go in a real city."""
    if version:
        typer.echo(f"faubourg {VERSION}")
        raise typer.Exit(DONE)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    osm: Annotated[Path | None, typer.Option(help="OSM extract (.osm.pbf, .osm, .osm.gz).")] = None,
    place: Annotated[str | None, typer.Option(help='Place name: "Avignon, France".')] = None,
) -> None:
    """Derive a ready-to-solve scenario for any city."""
    from optimizer.prepare.init import init_scenario

    for path in init_scenario(folder, osm=osm, place=place):
        typer.echo(str(path))


@app.command()
def validate(scenario: ScenarioFile, changes: Set = None) -> None:
    """Report every fault of a scenario at once."""
    from optimizer.scenario.reader import read_scenario

    read_scenario(scenario, changes or ())
    typer.echo(f"{scenario}: no faults")


@app.command()
def solve(
    scenario: ScenarioFile,
    out: OutFolder = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    seed: Seed = None,
    threads: Threads = None,
    work: Work = None,
    changes: Set = None,
    output: Output = Format.TEXT,
) -> None:
    """Solve a scenario: the best plan found, with a proven bound."""
    from optimizer import run
    from optimizer.report import live_progress

    request = run.Request(
        scenario, changes or (), _out(out, scenario), time_limit, gap, seed, threads, work
    )
    with _interruptible() as cancel, live_progress() as listener:
        problem, result = run.solve(request, listener=listener, cancel=cancel)
    with _reader_may_leave():
        _print_result(problem, result, request, output)
    raise typer.Exit(_exit_code(result))


@app.command()
def evaluate(
    scenario: ScenarioFile,
    choices: Annotated[
        Path, typer.Option("--open", help="CSV or GeoJSON of sites (ids or points), with designs.")
    ],
    against: Annotated[
        Path | None,
        typer.Option(
            "--result", help="Result folder with the best plan (otherwise it is solved first)."
        ),
    ] = None,
    only: Annotated[
        bool, typer.Option("--only", help="Open no other facility of the kinds in the file.")
    ] = False,
    out: OutFolder = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    seed: Seed = None,
    threads: Threads = None,
    work: Work = None,
    changes: Set = None,
    output: Output = Format.TEXT,
) -> None:
    """Score the sites a city has in mind against the best plan."""
    from optimizer import run
    from optimizer.report import live_progress, print_evaluation

    folder = out or _out(None, scenario).with_name(f"{scenario.resolve().parent.name}-evaluated")
    request = run.Request(scenario, changes or (), folder, time_limit, gap, seed, threads, work)
    with _interruptible() as cancel, live_progress() as listener:
        problem, evaluation = run.evaluate(
            request, choices, against=against, only=only, listener=listener, cancel=cancel
        )
    with _reader_may_leave():
        print_evaluation(problem, evaluation.to_dict(problem), as_json=output is Format.JSON)
    raise typer.Exit(_exit_code(evaluation.result))


@app.command()
def verify(folder: Annotated[Path, typer.Argument(help="Result folder.")]) -> None:
    """Give a second opinion on a stored result, from the folder alone."""
    from optimizer.verify import verify_folder

    violations = verify_folder(folder)
    for violation in violations:
        typer.echo(f"{violation.family}: {violation.where}: {violation.words}")
    if violations:
        count = len(violations)
        told = "1 claim does" if count == 1 else f"{count} claims do"
        typer.echo(f"{folder}: refused, {told} not hold")
        raise typer.Exit(DOES_NOT_HOLD)
    typer.echo(f"{folder}: every rule kept, every claim holds")


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(help="Result folder.")],
    site: Annotated[
        str | None, typer.Option("--site", help="Site of the problem (its id).")
    ] = None,
    time_limit: TimeLimit = EXPLAIN_S,
    gap: Gap = None,
    output: Output = Format.TEXT,
) -> None:
    """Say why: the rules that clash, or what a site is worth and what could stand in its place."""
    from optimizer import run
    from optimizer.core.limits import Limits
    from optimizer.report import live_progress
    from optimizer.study.explain import explanation_lines

    limits = Limits(time_s=time_limit, gap=0.01 if gap is None else gap)
    with _interruptible() as cancel, live_progress() as listener:
        told = run.explain(folder, site, limits, listener=listener, cancel=cancel)
    with _reader_may_leave():
        whole = json.dumps(told, indent=2, allow_nan=False)
        typer.echo(whole if output is Format.JSON else "\n".join(explanation_lines(told)))
    raise typer.Exit(STATUS_CODES[told["status"]])


@app.command()
def route(
    target: Annotated[
        Path,
        typer.Argument(help="Result folder, or a file: VRPLIB (.vrp), VROOM or MAMUT (.json)."),
    ],
    days: Annotated[
        int, typer.Option("--days", min=1, help="Days to plan; the first is kept, all compared.")
    ] = 1,
    seed: Seed = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="Fit the tour estimate to tours and solve again (--out).")
    ] = False,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, help="Rounds of --fit, at most.")
    ] = FIT_ROUNDS,
    bound: Annotated[
        float,
        typer.Option(
            "--bound",
            min=0,
            help="Seconds to prove that no plan with its tours, no tours of a file, cost less.",
        ),
    ] = 0.0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder or file of the answer, if another one.")
    ] = None,
    time_limit: TimeLimit = ROUTE_S,
    threads: Threads = None,
    work: Work = None,
    output: Output = Format.TEXT,
) -> None:
    """Plan real tours: days of a stored result, or a routing problem in a file."""
    from optimizer import run
    from optimizer.core.limits import Limits
    from optimizer.report import bound_sentence, live_progress

    limits = Limits(time_s=time_limit, seed=seed or 0, threads=threads or 2, work=work)
    if not target.is_dir():
        with _interruptible() as cancel, live_progress() as listener:
            answer = run.route_file(
                target, limits, out=out, bound_s=bound, listener=listener, cancel=cancel
            )
        if not answer.violations and out is None:
            with _reader_may_leave():
                typer.echo(answer.text, nl=False)
        if answer.result.bound is not None:
            typer.echo(bound_sentence(answer.result.objective, answer.result.bound), err=True)
        status = answer.result.status
        raise typer.Exit(_routed_code(answer.violations, answer.result.stopped_by, status))
    from optimizer.report import print_tours, told_day
    from optimizer.study.tours import DaysAsked

    if fit and out is None:
        out = target.resolve().with_name(f"{target.resolve().name}-fitted")
    asked = DaysAsked(seed=seed or 0, days=days, fit=rounds if fit else 0, bound_s=bound)
    with _interruptible() as cancel, live_progress() as listener:
        routed = run.route(target, asked, limits, out=out, listener=listener, cancel=cancel)
    if not routed.violations:
        told = told_day(routed.problem, routed.record, routed.figures, routed.reasons)
        with _reader_may_leave():
            print_tours(told, out or target, as_json=output is Format.JSON)
    raise typer.Exit(_routed_code(routed.violations, routed.stopped_by, "plan"))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the scenario file."""
    from optimizer.scenario.reader import schema_json

    typer.echo(json.dumps(schema_json(), indent=2))


def _out(out: Path | None, scenario: Path) -> Path:
    return out if out is not None else Path("results") / scenario.resolve().parent.name


def _print_result(problem: Problem, result: Result, request: Request, output: Format) -> None:
    from optimizer.core.result_io import result_to_dict
    from optimizer.report import print_summary

    if output is Format.JSON:
        typer.echo(json.dumps(result_to_dict(problem, result), indent=2, allow_nan=False))
    else:
        print_summary(problem, result, request.out)


def _exit_code(result: Result) -> int:
    outcome = result.solution.outcome
    if result.violations:
        return DEFECT
    if outcome.stopped_by == "user":
        return INTERRUPTED
    return STATUS_CODES[outcome.status]


def _routed_code(violations: tuple[Violation, ...], stopped_by: str, status: str) -> int:
    """Tell what the checker does not accept of tours, and return the exit code."""
    for violation in violations:
        typer.echo(f"{violation.family}: {violation.where}: {violation.words}", err=True)
    if violations:
        typer.echo("This is a defect of faubourg: nothing was written.", err=True)
        return DEFECT
    if stopped_by == "user":
        return INTERRUPTED
    return STATUS_CODES[status]


@contextmanager
def _interruptible() -> Iterator[Cancel]:
    """Turn the first Ctrl-C (or SIGTERM) into a request to stop with the best plan."""
    from optimizer.core.limits import Cancel

    cancel = Cancel()
    names = [name for name in ("SIGINT", "SIGTERM") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}

    def stop(_number: int, _frame: object) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        cancel.cancel()

    for name in names:
        signal.signal(getattr(signal, name), stop)
    try:
        yield cancel
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """Keep the exit code of the answer when who reads it has gone (`faubourg solve ... | head`)."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich answers a broken pipe with SystemExit(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command line; every way to end has an exit code."""
    try:
        app()
    except Refusal as refusal:
        for fault in refusal.faults:
            typer.echo(str(fault), err=True)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except OSError as error:
        fault = Fault(
            str(error.filename or "-"), "F902", str(error), "check the path and the free space"
        )
        typer.echo(str(fault), err=True)
        sys.exit(REFUSED)
    except Exception:  # noqa: BLE001 - the last door: a defect of ours, told as such
        traceback.print_exc()
        typer.echo("This is a defect of faubourg, not of your input; please report it.", err=True)
        sys.exit(DEFECT)
