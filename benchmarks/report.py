"""Write what the rows say: a Markdown table and a page with plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import curves, drawings
from benchmarks.page import page
from benchmarks.summary import families, sentence, targets
from benchmarks.tables import family_table, markdown, row_table, target_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.rows import Row


def write_report(rows: Sequence[Row], folder: Path) -> tuple[Path, ...]:
    """Write `report.md` and `report.html` into a folder; return both."""
    told = targets(rows)
    tables = [target_table(told), family_table(families(rows)), row_table(rows)]
    answer, machine = sentence(rows, told), about(rows)
    folder.mkdir(parents=True, exist_ok=True)
    text, html = folder / "report.md", folder / "report.html"
    parts = ["# Benchmarks", answer, machine, *(markdown(table) for table in tables)]
    text.write_text("\n\n".join(parts), encoding="utf-8")
    html.write_text(page(answer, machine, tables, draw(rows)), encoding="utf-8")
    return text, html


def draw(rows: Sequence[Row]) -> list[tuple[str, list[drawings.Figure]]]:
    """Return every section of plots that the rows have something for."""
    time_s = drawings.against_size(rows, "time_s", "seconds", "Time against size")
    peak_mb = drawings.against_size(rows, "peak_mb", "MB at the peak", "Memory against size")
    return [
        ("Proven gap against time", drawings.gap_against_time(rows)),
        ("Cities of hotels as they grow", curves.growing_hotels(rows)),
        ("Time against size", time_s),
        ("Memory against size", peak_mb),
        ("Ours against peers", drawings.ours_against_peers(rows)),
        ("Speed at fixed work", drawings.speed_ratios(rows)),
    ]


def about(rows: Sequence[Row]) -> str:
    """Tell versions, machines and days of the rows."""
    versions = sorted({str(row["version"]) for row in rows if row["version"]})
    days = sorted({str(row["date"]) for row in rows if row["date"]})
    machines = []
    for row in rows:
        one = row["machine"] or {}
        words = (
            f"{one.get('cores')} cores, {one.get('memory_gb')} GB, {one.get('system')}, "
            f"Python {one.get('python')}"
        )
        if one and words not in machines:
            machines.append(words)
    parts = [f"{len(rows)} rows", f"faubourg {', '.join(versions)}" if versions else ""]
    parts += ["; ".join(machines), " to ".join(dict.fromkeys([days[0], days[-1]])) if days else ""]
    return ". ".join(part for part in parts if part) + "."
