"""What the terminal says of a programme: period by period, ledgers, purses, what to decide now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.horizon import NET
from optimizer.core.kinds import Kind
from optimizer.core.result_io import told_programme
from optimizer.report.words import amount, percent, plain, spaced
from optimizer.report.years import decision_sentence, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Result

SHOWN = 15


def print_years(console: Console, problem: Problem, result: Result) -> None:
    """Print the part of the answer that only a programme has."""
    programme = result.solution.programme
    if programme is None:
        return
    block = told_programme(problem, result) or {}
    _print_periods(console, problem, programme, block)
    currency = problem.prices.currency
    for lines in (
        _land(block["land"]),
        _purses(block["purses"], currency),
        _people(block),
        _alliance(block["alliance"], currency),
    ):
        for words in lines:
            console.print(plain(words), markup=False)
    _print_decisions(console, problem, programme)


def _print_periods(
    console: Console, problem: Problem, programme: Programme, block: dict[str, Any]
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("period")
    heads = ("hubs", "hotels", "delivery points", f"{problem.prices.currency} a year")
    for head in (*heads, "off vans", "CO2e t a year"):
        table.add_column(head, justify="right")
    kinds = problem.designs.kind[problem.options.design]
    for plan, period in zip(programme.plans, block["periods"], strict=True):
        criteria = period["criteria"]
        shares = criteria["share_by_channel"]
        counts = [str(int(np.sum(kinds[plan.open_option] == kind))) for kind in Kind]
        table.add_row(
            Text(period["name"]),
            *counts,
            plain(spaced(criteria["objective"])),
            plain(percent(shares.get("bike", 0.0) + shares.get("pickup", 0.0))),
            plain(spaced(criteria["co2e_kg_per_year"] / 1000, 1)),
        )
    console.print(table)
    console.print()


def _land(ledgers: list[dict[str, Any]]) -> Iterator[str]:
    for ledger in ledgers:
        for one in ledger["periods"]:
            if not one["in_force"]:
                continue
            words = f"{ledger['name']}, {one['period']}: {spaced(one['used_m2'])}"
            if ledger["metric"] == NET and one["restored_m2"]:
                words += f" - {spaced(one['restored_m2'])} given back"
            budget = ledger["budget_m2"] + ledger["transfer_m2"]
            left = one["left_m2"]
            end = f"over by {spaced(-left)}" if left < 0 else f"{spaced(left)} left"
            yield f"{words} of {spaced(budget)} m2, {end}"


def _purses(purses: list[dict[str, Any]], currency: str) -> Iterator[str]:
    for purse in purses:
        ends = []
        for one in purse["periods"]:
            debt = one["debt_eur"]
            end = f"{amount(debt)} owed" if debt else f"{amount(one['balance_eur'])} left"
            ends.append(f"{end} after {one['period']}")
        worth = f"present value {amount(purse['npv_eur'])}"
        yield f"{purse['name']} ({currency}): {', '.join(ends)}; {worth}"


def _people(block: dict[str, Any]) -> Iterator[str]:
    if block["firms"]:
        fates = [firm["fate"] for firm in block["firms"]]
        told = ", ".join(f"{fates.count(fate)} {fate}" for fate in ("kept", "moved", "lost"))
        yield f"firms on these sites: {told}; {spaced(block['jobs_lost'], 1)} jobs lost"
    for use in block["uses"]:
        areas = ", ".join(spaced(one["area_m2"]) for one in use["periods"])
        least = f", at least {spaced(use['area_min_m2'])}" if use["area_min_m2"] else ""
        yield f"{use['use']}: {areas} m2{least}"


def _alliance(block: dict[str, Any] | None, currency: str) -> Iterator[str]:
    for row in block["members"] if block is not None else ():
        if row["gain_eur"] is not None:
            verb = "pays" if row["payment_eur"] >= 0 else "receives"
            pays = f"{verb} {spaced(abs(row['payment_eur']))}"
            gain = f"gains at least {spaced(row['gain_eur'])} {currency} a year"
            yield f"{row['member']}: {pays}, {gain} against standing alone"


def _print_decisions(console: Console, problem: Problem, programme: Programme) -> None:
    listed = in_order(problem, programme)
    now = [one for one in listed if one.now]
    console.print()
    waits = f"{len(listed) - len(now)} can wait (tables/decisions.csv)"
    head = (
        f"{len(now)} to be decided now, {waits}:" if now else f"Nothing to be decided now, {waits}."
    )
    console.print(head, markup=False)
    for one in now[:SHOWN]:
        words = decision_sentence(problem, programme, one)
        console.print(plain(f"  {one.year}  {words}"), markup=False)
    if len(now) > SHOWN:
        console.print(f"  and {len(now) - SHOWN} more", markup=False)
    console.print()
