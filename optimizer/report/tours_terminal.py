"""What the terminal says of a day's tours."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from optimizer.report.terminal import console_of
from optimizer.report.tours_figures import (
    CRITERION_WORDS,
    VEHICLE_WORDS,
    beside,
    bound_of,
    vehicles_of,
)
from optimizer.report.tours_hubs import hub_days
from optimizer.report.tours_words import day_sentence, missed_rows
from optimizer.report.words import counted, plain, spaced

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from optimizer.report.tours import DayTold

SHOWN = 8
CONSIGNMENTS, TRIPS = ("consignment", "consignments"), ("trip", "trips")


def print_tours(
    told: DayTold,
    folder: Path | None,
    *,
    as_json: bool = False,
    console: Console | None = None,
) -> None:
    """Print the day in plain words, or as one JSON object.

    folder : result folder to point to, None if none was written.
    """
    if as_json:
        sys.stdout.write(json.dumps(tours_summary(told, folder), indent=2, allow_nan=False) + "\n")
        return
    console = console or console_of(sys.stdout)
    console.print(plain(day_sentence(told)), style="bold", markup=False)
    console.print()
    _print_beside(console, told)
    bound = bound_of(told)
    if bound is not None:
        words = bound_sentence(bound["value"], bound["bound"], told.problem.prices.currency)
        console.print(f"A year of this plan with its tours: {words}", markup=False)
        console.print()
    _print_hubs(console, told)
    _print_missed(console, told)
    if folder is not None:
        console.print(f"the map and all tables: {folder / 'report.html'}", markup=False)


def bound_sentence(value: float | None, bound: float, currency: str = "") -> str:
    """Return in words what a proven bound says of a value; None: there is no value."""
    unit = f" {currency}" if currency else ""
    below = f"nothing below {plain(spaced(bound))}{unit} is possible (proven)"
    if value is None:
        return below
    gap = f", a gap of {100 * (value - bound) / value:.1f} %" if value > 0 else ""
    return f"{plain(spaced(value))}{unit}; {below}{gap}"


def tours_summary(told: DayTold, folder: Path | None) -> dict[str, Any]:
    """Return what scripts read: figures, differences to the estimate, hubs, what is left out."""
    return {
        "words": plain(day_sentence(told)),
        "figures": {**told.told, "tours": told.figures},
        "beside": [
            {
                "criterion": row.criterion,
                "vehicle": row.vehicle or "all",
                "tours": row.tours,
                "estimate": row.estimate,
                "error": row.error,
            }
            for row in beside(told)
        ],
        "hubs": [
            {
                "hub": one.id,
                "parcels": one.parcels,
                "consignments": len(one.consignments),
                "trips": len(one.trips),
                "stored_max": one.peak,
                "storage_parcels": one.storage if math.isfinite(one.storage) else None,
            }
            for one in hub_days(told)
        ],
        "not_brought": missed_rows(told),
        "folder": None if folder is None else str(folder),
    }


def _print_beside(console: Console, told: DayTold) -> None:
    from rich.table import Table

    rows = beside(told)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for title in ("estimate", "tours", "estimate is"):
        table.add_column(title, justify="right")
    currency = told.problem.prices.currency
    many = len(vehicles_of(told)) > 1
    for row in rows:
        if row.vehicle == "" and not many:
            continue
        words = plain(CRITERION_WORDS[row.criterion].format(currency=currency))
        who = (
            VEHICLE_WORDS.get(row.vehicle, (row.vehicle, row.vehicle))[1] if row.vehicle else "all"
        )
        table.add_row(
            f"{words}, {who}",
            "" if row.estimate is None else _figure(row.estimate),
            _figure(row.tours),
            "" if row.error is None else _off(row.error),
        )
    console.print(table)
    console.print()


def _figure(value: float) -> str:
    return plain(spaced(value, 1 if 0 < abs(value) < 9.95 else 0))


def _off(error: float) -> str:
    if abs(error) < 0.0005:
        return "the same"
    return f"{plain(spaced(100 * abs(error), 1))} % {'more' if error > 0 else 'less'}"


def _print_hubs(console: Console, told: DayTold) -> None:
    for one in hub_days(told)[:SHOWN]:
        room = plain(spaced(one.storage)) if math.isfinite(one.storage) else "unlimited"
        console.print(
            plain(
                f"hub {one.name}: {spaced(one.parcels)} parcels in "
                f"{counted(len(one.consignments), CONSIGNMENTS)}, "
                f"{counted(len(one.trips), TRIPS)}, at most {spaced(one.peak)} stored of {room}"
            ),
            markup=False,
        )
    more = len(told.day.hubs.id) - SHOWN
    if more > 0:
        console.print(f"and {more} more hubs: tables/hub_loads.csv", markup=False)


def _print_missed(console: Console, told: DayTold) -> None:
    reasons: dict[tuple[str, str], int] = {}
    for row in missed_rows(told):
        key = (row["reason"], row["action"])
        reasons[key] = reasons.get(key, 0) + int(row["parcels"])
    for (reason, action), parcels in sorted(reasons.items(), key=lambda item: -item[1])[:SHOWN]:
        words = f"  not brought: {parcels} parcels: {reason}"
        console.print(words + (f"; {action}" if action else ""), markup=False)
