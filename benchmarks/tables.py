"""The tables of the report, once as cells; Markdown and the page write them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.words import how, number, percent, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.rows import Row
    from benchmarks.summary import Family, Told

MARKS = {True: "reached", False: "not reached", None: "not measured"}


@dataclass(frozen=True)
class Table:
    """Heading, names of the columns, rows of cells; columns in `right` are numbers."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


def target_table(told: Iterable[Told]) -> Table:
    """Return the figures to reach beside what was found."""
    columns = ("work", "to reach", "found", "", "anchor", "what was tried")
    rows = tuple(
        (one.work, one.reach, one.found, MARKS[one.reached], one.anchor, one.tried) for one in told
    )
    return Table("Figures to reach", columns, rows)


def family_table(families: Iterable[Family]) -> Table:
    """Return a line for each suite, family and solver."""
    columns = (
        "suite", "family", "solver", "instances", "proven", "within 0.1 %", "worst to published",
        "median gap", "worst gap", "seconds", "peak MB", "unverified",
    )  # fmt: skip
    rows = tuple(
        (
            one.suite,
            one.family,
            one.solver,
            str(one.rows),
            str(one.proven),
            "" if one.near is None else str(one.near),
            percent(one.worst_known, sign=True),
            percent(one.median_gap),
            percent(one.worst_gap),
            f"{one.total_s:,.1f}".replace(",", " "),
            number(one.peak_mb, 0),
            str(one.unverified or ""),
        )
        for one in families
    )
    return Table("Families", columns, rows, frozenset(range(3, 12)))


def row_table(rows: Sequence[Row]) -> Table:
    """Return every row."""
    columns = (
        "suite", "family", "instance", "solver", "n", "m", "objective", "bound", "gap",
        "to published", "seconds", "to 1 %", "peak MB", "how",
    )  # fmt: skip
    cells = tuple(
        (
            str(row["suite"]),
            str(row["family"]),
            str(row["instance"]),
            str(row["solver"]),
            number(row["n"], 0),
            number(row["m"], 0),
            number(row["objective"]),
            number(row["bound"]),
            percent(row["gap"]),
            percent(row["gap_to_best_known"], sign=True),
            seconds(row["time_s"]),
            seconds(row["time_to_1pct_s"]),
            number(row["peak_mb"], 0),
            how(row),
        )
        for row in rows
    )
    return Table("Every row", columns, cells, frozenset(range(4, 13)))


def markdown(table: Table) -> str:
    """Return a table as Markdown."""

    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    rule = ["---:" if rank in table.right else "---" for rank in range(len(table.columns))]
    lines = [line(table.columns), line(rule), *(line(row) for row in table.rows)]
    return f"## {table.heading}\n\n" + "\n".join(lines) + "\n"
