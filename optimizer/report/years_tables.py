"""Tables that only a programme has: openings, decisions, ledgers and cash by period, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.decisions import decisions
from optimizer.core.kinds import Kind
from optimizer.core.programme import CASH_LINES
from optimizer.core.result_io import told_programme
from optimizer.core.timeline import horizon_of
from optimizer.report.years import OTHER_USE, decision_sentence, held, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Result
    from optimizer.report.years import Stretch

Row = dict[str, Any]
COLUMNS: dict[str, tuple[str, ...]] = {
    "periods": (
        "period", "first_year", "years", "weight", "objective_eur_per_year", "cost_eur_per_year",
        "co2e_kg_per_year", "served_share", "jobs_hosted", "floor_area_let_m2",
    ),
    "openings": (
        "site", "name", "kind", "design", "held", "subject", "first_period", "last_period",
        "first_year", "last_year", "decide_by", "now", "words", "ends",
    ),
    "decisions": (
        "what", "subject", "site", "origin", "design", "tenure", "period", "year", "decide_by",
        "now", "words", "sentence",
    ),
    "land_ledgers": (
        "name", "metric", "basis", "temporary", "jurisdictions", "first_year", "last_year",
        "budget_m2", "transfer_m2", "period", "in_force", "used_m2", "restored_m2", "left_m2",
        "source",
    ),
    "cash": (
        "purse", "jurisdictions", "period", *(f"{line}_eur" for line in CASH_LINES),
        "debt_eur", "balance_eur", "reserve_eur", "subsidy_eur_year", "source",
    ),
    "purses": (
        "purse", "borrow_max_eur", "debt_end_max_eur", "interest_rate", "gamma",
        "subsidy_max_eur_year", "npv_eur", "residual_eur", "source",
    ),
    "renaturation": (
        "project", "jurisdiction", "period", "area_m2", "eur", "done_year", "source",
    ),
    "firms": (
        "firm", "name", "site", "area_m2", "jobs", "fate", "period", "premises", "move_m", "eur",
    ),
    "uses": (
        "use", "jurisdiction", "first_year", "area_min_m2", "period", "area_m2", "source",
    ),
    "pavilions": ("pavilion", "design", "moves", "moves_max", "period", "site"),
    "alliance": (
        "member", "alone_bound", "alone_value", "joint_eur", "payment_eur", "gain_eur", "proven",
    ),
}  # fmt: skip
"""Columns by table; "eur" in a name becomes the currency of the problem."""


def years_rows(problem: Problem, result: Result) -> dict[str, list[Row]]:
    """Return the rows of every table over years by its name; none without a programme."""
    programme = result.solution.programme
    if programme is None:
        return {}
    block = told_programme(problem, result) or {}
    purses = [{**purse, "purse": purse["name"]} for purse in block["purses"]]
    alliance = block["alliance"] or {"members": [], "proven": None}
    rows = {
        "periods": [_period(one) for one in block["periods"]],
        "openings": [_opening(problem, one) for one in stretches(problem, programme)],
        "decisions": list(_decisions(problem, programme, block["decisions"])),
        "land_ledgers": [
            {**ledger, **period} for ledger in block["land"] for period in ledger["periods"]
        ],
        "cash": [
            {**purse, **period, **{f"{line}_eur": eur for line, eur in period["lines"].items()}}
            for purse in purses
            for period in purse["periods"]
        ],
        "purses": purses,
        "renaturation": block["renaturation"],
        "firms": block["firms"],
        "uses": [{**use, **period} for use in block["uses"] for period in use["periods"]],
        "pavilions": [{**one, **period} for one in block["pavilions"] for period in one["periods"]],
        "alliance": [{**row, "proven": alliance["proven"]} for row in alliance["members"]],
    }
    unit = problem.prices.currency.lower()
    return {
        name: [
            {_named(column, unit): _cell(row[column]) for column in COLUMNS[name]} for row in told
        ]
        for name, told in rows.items()
    }


def columns_of(problem: Problem, name: str) -> tuple[str, ...]:
    """Return the columns of a table as its file names them."""
    unit = problem.prices.currency.lower()
    return tuple(_named(column, unit) for column in COLUMNS[name])


def _named(column: str, unit: str) -> str:
    return "_".join(unit if word == "eur" else word for word in column.split("_"))


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else value


def _period(block: Row) -> Row:
    criteria = block["criteria"]
    return {
        **criteria,
        **block,
        "period": block["name"],
        "objective_eur_per_year": criteria["objective"],
    }


def _opening(problem: Problem, one: Stretch) -> Row:
    periods = horizon_of(problem).periods
    design = problem.options.design[one.option] if one.option >= 0 else -1
    return {
        "site": problem.sites.id[one.site],
        "name": problem.sites.name[one.site],
        "kind": "other_use" if one.kind == OTHER_USE else Kind(one.kind).key,
        "design": problem.designs.id[design] if design >= 0 else "",
        "held": held(problem, one.option) if one.option >= 0 else "",
        "subject": one.subject,
        "first_period": periods.name[one.first],
        "last_period": periods.name[one.last],
        "first_year": int(periods.first_year[one.first]),
        "last_year": int(periods.first_year[one.last] + periods.years[one.last]) - 1,
        "decide_by": None if one.begins is None else one.begins.decide_by,
        "now": one.begins is None or one.begins.now,
        "words": "" if one.begins is None else one.begins.words,
        "ends": "" if one.ends is None else one.ends.what,
    }


def _decisions(problem: Problem, programme: Programme, told: list[Row]) -> Iterator[Row]:
    for row, one in zip(told, decisions(problem, programme), strict=True):
        yield {**row, "sentence": decision_sentence(problem, programme, one)}
