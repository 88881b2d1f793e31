"""Do the tables beside a result say the same as its programme? Only tables that exist."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.result import Violation
from optimizer.verify import tables
from optimizer.verify.expected import stages
from optimizer.verify.horizon import expected
from optimizer.verify.stacking.tables import interior_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.programme import Course
    from optimizer.core.result import Criteria
    from optimizer.verify.horizon.case import Years

Rows = list[dict[str, Any]]


def check(
    folder: Path, years: Years, course: Course, base: Criteria, alliance: dict[str, Any] | None
) -> Iterator[Violation]:
    """Compare decisions and sums in `tables/*.csv`; numbers there keep six decimals.

    Parameters
    ----------
    base : criteria of the baseline. alliance : as result.json tells it.
    """
    unit = years.problem.prices.currency.lower()
    block = expected.programme_block(years, course)
    told = {**_by_period(years), **_of_block(block, alliance)}
    told["cost_terms"] = tables.term_rows(unit, course.criteria, base)
    told["unserved"] = [{"period": None, **row} for row in expected.unserved_list(years)]
    for name, rows in told.items():
        path = folder / f"{name}.csv"
        if path.is_file():
            yield from tables.compare_table(path, [_in_currency(row, unit) for row in rows])
    path = folder / "openings.csv"
    if path.is_file():
        yield from _openings(path, years)


def _by_period(years: Years) -> dict[str, Rows]:
    """Return what each period's plan decides, all periods one after another."""
    makers = {
        "flows": tables.flow_rows,
        "demand_points": tables.point_rows,
        "tenants": tables.tenant_rows,
    }
    names = years.horizon.periods.name
    found = {
        table: [
            {"period": name, **row}
            for name, case in zip(names, years.cases, strict=True)
            for row in rows(case)
        ]
        for table, rows in makers.items()
    }
    for t, (name, case) in enumerate(zip(names, years.cases, strict=True)):
        for table, inside in interior_rows(case, stages(years.problem, t)).items():
            found.setdefault(table, []).extend({"period": name, **row} for row in inside)
    return {**found, "open_facilities": expected.open_list(years)}


def _of_block(block: dict[str, Any], alliance: dict[str, Any] | None) -> dict[str, Rows]:
    """Return what the block `programme` of result.json tells, row by row."""
    members = [] if alliance is None else alliance["members"]
    return {
        "periods": [
            {
                **row["criteria"],
                **row,
                "period": row["name"],
                "objective_eur_per_year": row["criteria"]["objective"],
            }
            for row in block["periods"]
        ],
        "decisions": block["decisions"],
        "land_ledgers": _unfolded(block["land"]),
        "cash": [
            {
                **row,
                "purse": row["name"],
                **{f"{line}_eur": eur for line, eur in row["lines"].items()},
            }
            for row in _unfolded(block["purses"])
        ],
        "purses": [{**row, "purse": row["name"]} for row in block["purses"]],
        "renaturation": block["renaturation"],
        "firms": block["firms"],
        "uses": _unfolded(block["uses"]),
        "pavilions": _unfolded(block["pavilions"]),
        "alliance": [{**row, "proven": alliance and alliance["proven"]} for row in members],
    }


def _unfolded(rows: Rows) -> Rows:
    """Return one row per thing and period."""
    return [{**row, **period} for row in rows for period in row["periods"]]


def _in_currency(row: dict[str, Any], unit: str) -> dict[str, Any]:
    """Return the cells of a row by the names of their columns."""
    return {
        "_".join(unit if word == "eur" else word for word in column.split("_")): _cell(value)
        for column, value in row.items()
        if not isinstance(value, dict)
    }


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return value


def _openings(path: Path, years: Years) -> Iterator[Violation]:
    """Compare what stands from when to when, in whatever order the rows are told."""
    columns = ("site", "design", "subject", "first_period", "last_period")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        yield Violation("file", f"tables/{path.name}", f"cannot be read: {error}")
        return
    told = Counter(tuple((row.get(key) or "").removeprefix("'") for key in columns) for row in rows)
    right: Counter[tuple[str, ...]] = Counter(_stretches(years))
    for stretch in (told - right) + (right - told):
        words = f"{' '.join(one for one in stretch if one)} is not told as often as it is so"
        yield Violation("claim", f"tables/{path.name}", words)


def _stretches(years: Years) -> Iterator[tuple[str, ...]]:
    """Yield site, design, subject, first and last period of all that stands without a break."""
    uses, pavilions = years.horizon.uses, years.horizon.pavilions
    for option in np.flatnonzero(years.stands.any(axis=0) & ~years.of_pavilion).tolist():
        for _, ends in _runs(years, years.stands[:, option].astype(int) - 1):
            yield (*_place(years, option), "", *ends)
    for v, path in enumerate(years.programme.pavilion_option):
        for option, ends in _runs(years, path):
            yield (*_place(years, option), pavilions.id[v], *ends)
    for j in range(years.problem.sites.count):
        for use, ends in _runs(years, years.programme.use[:, j]):
            yield (years.site_name(j), "", uses.name[use], *ends)


def _place(years: Years, option: int) -> tuple[str, str]:
    design = years.problem.designs.id[years.design(option)]
    return years.site_name(years.site(option)), design


def _runs(years: Years, path: Any) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield value, and names of the first and the last period, of runs that are not negative."""
    names, values = years.horizon.periods.name, [int(value) for value in path]
    for t, value in enumerate(values):
        if value >= 0 and (t == 0 or values[t - 1] != value):
            last = t
            while last + 1 < len(values) and values[last + 1] == value:
                last += 1
            yield value, (names[t], names[last])
