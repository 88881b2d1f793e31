"""What the terminal says at the end: the answer first, then the figures behind it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from optimizer.core.kinds import Kind
from optimizer.report.figures import ledger_lines
from optimizer.report.interiors_terminal import print_interiors
from optimizer.report.words import (
    NOUN,
    STOPPED,
    amount,
    at_most_percent,
    counted,
    counts_by_kind,
    headline,
    percent,
    plain,
    spaced,
)
from optimizer.report.years_terminal import print_years

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria, Result

COLOUR = {
    Kind.MICRO_HUB: "#E69F00",
    Kind.PRODUCTIVE_HOTEL: "#0072B2",
    Kind.DELIVERY_POINT: "#009E73",
}
SIGN = {Kind.MICRO_HUB: "●", Kind.PRODUCTIVE_HOTEL: "■", Kind.DELIVERY_POINT: "◆"}
SHOWN = 12
VEHICLE_WORDS = {"lorry": "lorries", "van": "vans", "cargo_bike": "cargo bikes"}


def print_summary(
    problem: Problem, result: Result, folder: Path | None, console: Console | None = None
) -> None:
    """Print the answer in plain words; colours only where the output is a terminal.

    folder : result folder to point to, None if none was written.
    """
    console = console or console_of(sys.stdout)
    console.print(plain(headline(problem, result)), style="bold", markup=False)
    console.print()
    solution = result.solution
    for conflict in solution.conflicts:
        enough = f"; enough: {conflict.relaxation}" if conflict.relaxation else ""
        _line(console, f"  {conflict.family}: {conflict.rule}: {conflict.words}{enough}")
    if solution.criteria is not None:
        print_years(console, problem, result)
        if solution.programme is None:
            _print_open(console, problem, result)
        _print_figures(console, problem, solution.criteria, solution.baseline)
        print_interiors(console, problem, result)
    _print_unserved(console, problem)
    _print_end(console, result, folder)


def print_evaluation(problem: Problem, evaluation: dict[str, Any], *, as_json: bool) -> None:
    """Print what each choice of the city costs against the best plan.

    evaluation : `words`, `choices` with their `words`, `conflicts`, and the outcomes `best` and
        `evaluated` with `value_eur_per_year`, `proof`, `gap`.
    """
    if as_json:
        sys.stdout.write(json.dumps(evaluation, indent=2, allow_nan=False) + "\n")
        return
    console = console_of(sys.stdout)
    _line(console, f"{evaluation['words']}.", "bold")
    console.print()
    for choice in evaluation["choices"]:
        _line(console, f"  {choice['words']}")
    for words in evaluation["conflicts"]:
        _line(console, f"  conflict: {words}")
    console.print()
    for name, title in (("best", "best plan known"), ("evaluated", "plan with these sites")):
        _line(console, f"{title}: {_outcome_words(evaluation[name], problem.prices.currency)}")


def _outcome_words(outcome: dict[str, Any], currency: str) -> str:
    if outcome["value_eur_per_year"] is None:
        return "proven impossible" if outcome["status"] == "infeasible" else "none was found"
    text = f"{plain(spaced(outcome['value_eur_per_year']))} {currency} a year"
    if outcome["proof"] == "optimal":
        text += ", proven to be the least"
    elif outcome["gap"] is not None:
        text += f", proven within {plain(at_most_percent(outcome['gap']))}"
    return text + (", verified" if outcome["verified"] else "")


def console_of(stream: Any) -> Console:
    """Return a console that wraps nothing where the output is no terminal."""
    from rich.console import Console

    wide = None if stream.isatty() else 120
    return Console(file=stream, highlight=False, soft_wrap=not stream.isatty(), width=wide)


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, markup=False)


def _print_open(console: Console, problem: Problem, result: Result) -> None:
    from rich.table import Table

    from optimizer.report.figures import open_order, plan_figures, tag

    plan = result.solution.plan
    if plan is None:
        return
    figures = plan_figures(problem, plan)
    counts = counts_by_kind(problem, result)
    kinds = problem.designs.kind[problem.options.design]
    order = open_order(problem, plan, figures)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True)
    for title, justify in (("", "left"), ("open", "left"), ("design", "left")):
        table.add_column(title, justify=justify)  # type: ignore[arg-type]
    table.add_column("parcels/day", justify="right")
    table.add_column("floor let m2", justify="right")
    table.add_column("use", justify="right")
    from rich.text import Text

    for kind in Kind:
        chosen = [option for option in order if kinds[option] == kind]
        for rank, o in enumerate(chosen[:SHOWN]):
            hotel = kind is Kind.PRODUCTIVE_HOTEL
            table.add_row(
                Text(f"{_sign(console, kind)} {tag(kind, rank)}", style=COLOUR[kind]),
                Text(problem.sites.name[int(problem.options.site[o])]),
                Text(problem.designs.label[int(problem.options.design[o])]),
                "" if hotel else plain(spaced(figures.parcels_per_day[o])),
                plain(spaced(figures.let_m2[o])) if hotel else "",
                plain(percent(figures.use_share[o])),
            )
        if counts.get(kind, 0) > SHOWN:
            more = f"and {counts[kind] - SHOWN} more {NOUN[kind][1]}"
            table.add_row(Text(_sign(console, kind), style=COLOUR[kind]), Text(more))
    if table.row_count:
        console.print(table)
        console.print()


def _sign(console: Console, kind: Kind) -> str:
    try:
        SIGN[kind].encode(console.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return kind.key[0].upper()
    return SIGN[kind]


def _print_figures(
    console: Console, problem: Problem, criteria: Criteria, baseline: Criteria
) -> None:
    from rich.table import Table
    from rich.text import Text

    currency = problem.prices.currency
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for title in ("plan", "today", "difference"):
        table.add_column(title, justify="right")
    rows = [
        (f"all counted, {currency} a year", criteria.objective, baseline.objective),
        (f"cost, {currency} a year", criteria.cost_eur_per_year, baseline.cost_eur_per_year),
        ("CO2e, kg a year", criteria.co2e_kg_per_year, baseline.co2e_kg_per_year),
    ]
    rows += [
        (f"{VEHICLE_WORDS.get(name, name)}, km a day", km, baseline.vehicle_km_per_day.get(name, 0))
        for name, km in criteria.vehicle_km_per_day.items()
    ]
    for name, new, old in rows:
        table.add_row(name, plain(spaced(new)), plain(spaced(old)), _difference(new, old))
    console.print(table)
    console.print()
    shares = ", ".join(
        f"{name} {plain(percent(share))}" for name, share in criteria.share_by_channel.items()
    )
    if problem.demand.count:
        _line(console, f"channels: {shares}")
    for line in ledger_lines(problem, criteria):
        _line(
            console,
            plain(
                f"{line.name}: {amount(line.used)} of {amount(line.budget)} {line.unit} used, "
                f"{amount(line.left)} left"
            ),
        )
    console.print(Text())


def _difference(new: float, old: float) -> str:
    """Return the difference in percent, as an amount where a share of it would mean nothing."""
    if old == 0:
        return ""
    sign = "+" if new > old else ""
    if old < 0 or new < 0:
        return sign + plain(spaced(new - old))
    return f"{sign}{plain(spaced(100 * (new / old - 1)))} %"


def _print_unserved(console: Console, problem: Problem) -> None:
    if problem.unserved:
        parcels = plain(spaced(sum(item.parcels_per_day for item in problem.unserved), 1))
        points = counted(len(problem.unserved), ("demand point", "demand points"))
        _line(
            console,
            f"taken out before the solve: {points}, {parcels} parcels a day; "
            "reasons in tables/unserved.csv",
        )


def _print_end(console: Console, result: Result, folder: Path | None) -> None:
    outcome = result.solution.outcome
    parts = [STOPPED.get(outcome.stopped_by, outcome.stopped_by)]
    saving = outcome.gap_of_saving(result.solution.baseline.objective)
    if outcome.gap is not None and outcome.proof != "optimal":  # a rest of rounding says nothing
        parts.append(f"proven gap {plain(at_most_percent(outcome.gap))} of the cost")
    if saving is not None and outcome.proof != "optimal":
        parts.append(f"{plain(at_most_percent(saving))} of the largest possible saving")
    if result.verified:
        parts.append("verified")
    _line(console, "; ".join(parts))
    for violation in result.violations:
        _line(console, f"  not kept: {violation.family}: {violation.where}: {violation.words}")
    if folder is not None:
        _line(console, f"the map and all tables: {folder / 'report.html'}")
