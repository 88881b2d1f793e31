"""What the report draws: gap against time, time and memory against size, ours against peers."""

from __future__ import annotations

import statistics
from html import escape
from typing import TYPE_CHECKING

from benchmarks.plots import Axis, Plot, key_of, spread
from benchmarks.words import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.rows import Row

Figure = tuple[str, str, str]
"""Heading, key or remark, SVG."""

OURS = "faubourg"
LEAST_S, MOST_S = 0.01, 1e4
LEAST_GAP, MOST_GAP = 1e-6, 1.0
MOST_PEER_ROWS = 40
ROW_NAMES = 240.0
"""Room for names left of a plot with a row for each instance."""


def gap_against_time(rows: Sequence[Row]) -> list[Figure]:
    """Draw, for each family, the proven gap of every instance as time goes by, and the median."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row["solver"] == OURS and any(_gap(point) is not None for point in row["trace"]):
            groups.setdefault(row["family"], []).append(row)
    return [_gap_plot(family, group) for family, group in groups.items()]


def _gap_plot(family: str, rows: list[Row]) -> Figure:
    curves = {row["instance"]: _curve(row) for row in rows}
    last = max([row["time_s"] or 0.0 for row in rows] + [1.0])
    x = Axis("seconds", LEAST_S, spread([last], 0.1, MOST_S)[1])
    y = Axis("proven gap", LEAST_GAP, MOST_GAP)
    plot = Plot(family, x, y, 360.0, 250.0, as_percent=True, left=82.0)
    style = "thin" if len(curves) > 2 else "single"
    for instance, curve in curves.items():
        plot.steps([*curve, (x.high, curve[-1][1])], style, instance)
    if len(curves) > 2:
        times = sorted({time_s for curve in curves.values() for time_s, _ in curve})
        step = max(len(times) // 80, 1)
        median = [(t, statistics.median(_at(c, t) for c in curves.values())) for t in times[::step]]
        plot.steps([*median, (x.high, median[-1][1])], "median", "median")
    proven = sum(row["proof"] == "optimal" for row in rows)
    return family, f'<p class="soft">{proven} of {len(rows)} proven</p>', plot.svg()


def _curve(row: Row) -> list[tuple[float, float]]:
    """Return (seconds, gap), falling, from the first plan with a bound on."""
    curve: list[tuple[float, float]] = []
    for point in row["trace"]:
        gap = _gap(point)
        if gap is not None:
            time_s = max(point[0], LEAST_S)
            low = min([gap, *(value for _, value in curve[-1:])])
            curve.append((time_s, max(low, LEAST_GAP)))
    return curve


def _at(curve: list[tuple[float, float]], time_s: float) -> float:
    return min([gap for when, gap in curve if when <= time_s], default=MOST_GAP)


def _gap(point: Sequence[float | None]) -> float | None:
    _, objective, bound = point
    if objective is None or bound is None:
        return None
    return abs(objective - bound) / max(abs(objective), 1e-9)


def against_size(rows: Sequence[Row], field: str, label: str, title: str) -> list[Figure]:
    """Draw a field of the rows against customers x sites, a series for each kind of family."""
    points = [row for row in rows if row["solver"] == OURS and row["n"] and row["m"] and row[field]]
    points = [row for row in points if row["ratio"] is None]
    if not points:
        return []
    names = list(dict.fromkeys(_series(row) for row in points))
    sizes = spread([row["n"] * row["m"] for row in points], 10.0, 1e12)
    values = spread([row[field] for row in points], LEAST_S, 1e6)
    plot = Plot(title, Axis("customers x sites", *sizes), Axis(label, *values), 760.0, 400.0)
    for row in points:
        size = row["n"] * row["m"]
        done = row["proof"] == "optimal"
        words = f"{row['family']} {row['instance']}: {row[field]:.4g}, {row['proof']}"
        plot.mark(size, row[field], names.index(_series(row)), words, hollow=not done)
    remark = '<p class="soft">Filled: proven optimal. Hollow: a gap is left.</p>'
    return [(title, key_of(names) + remark, plot.svg())]


def _series(row: Row) -> str:
    family = str(row["family"])
    return family.partition("_")[0] if not family.startswith("scale_") else family


def ours_against_peers(rows: Sequence[Row]) -> list[Figure]:
    """Draw seconds of every solver on each instance that some peer was asked."""
    asked = {(row["family"], row["instance"]) for row in rows if row["solver"] != OURS}
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        name = (row["family"], row["instance"])
        if name in asked and row["suite"] == "peers":
            groups.setdefault(name, []).append(row)
    if not groups:
        return []
    names = [OURS, *sorted({row["solver"] for row in rows if row["solver"] != OURS})]
    kept = list(groups.items())[:MOST_PEER_ROWS]
    limit = max((_limit_s(row) for _, group in kept for row in group), default=60.0)
    axis = Axis("seconds to the end (hollow: no proof in time, or no answer)", LEAST_S, 2 * limit)
    height = 70.0 + 22.0 * len(kept)
    rows_axis = Axis("", 0.0, float(len(kept)), log=False)
    plot = Plot("ours against peers", axis, rows_axis, 900.0, height, left=ROW_NAMES)
    plot.parts.append(_names([name for name, _ in kept], plot))
    for rank, (name, group) in enumerate(kept):
        y = len(kept) - rank - 0.5
        for row in sorted(group, key=lambda row: row["solver"] == OURS):
            done = row["proof"] == "optimal" or row["status"] == "measured"
            time_s = row["time_s"] if row["time_s"] is not None else _limit_s(row)
            what = row["error"] or f"{time_s:.3g} s, {row['proof']}, gap {percent(row['gap'])}"
            words = f"{' '.join(name)}, {row['solver']}: {what}"
            plot.mark(time_s, y, names.index(row["solver"]), words, hollow=not done)
    return [("Ours against peers", key_of(names), plot.svg())]


def _limit_s(row: Row) -> float:
    return float((row["limits"] or {}).get("time_s") or 60.0)


def _names(names: list[tuple[str, str]], plot: Plot) -> str:
    """Return the names of the rows, written left of the axis."""
    parts = []
    for rank, (family, instance) in enumerate(names):
        _, down = plot.at(plot.x.low, len(names) - rank - 0.5)
        words = escape(f"{family} {instance}")
        across = plot.left - 7
        parts.append(f'<text class="tick end" x="{across}" y="{down + 4:.1f}">{words}</text>')
    return "".join(parts)


def speed_ratios(rows: Sequence[Row]) -> list[Figure]:
    """Draw how many times faster than its twin each fixed work is, all five runs and the median."""
    measured = [row for row in rows if row["ratio"] is not None]
    if not measured:
        return []
    high = spread([max(row["ratios"] or [row["ratio"]]) for row in measured], 1.0, 1e6)[1]
    axis = Axis("times as fast as the twin (marks: five runs; square: median)", 0.1, high)
    rows_axis = Axis("", 0.0, float(len(measured)), log=False)
    height = 70.0 + 26.0 * len(measured)
    plot = Plot("speed at fixed work", axis, rows_axis, 900.0, height, left=ROW_NAMES)
    plot.parts.append(_names([(row["family"], row["instance"]) for row in measured], plot))
    for rank, row in enumerate(measured):
        y = len(measured) - rank - 0.5
        for ratio in row["ratios"] or []:
            plot.mark(ratio, y, 0, f"{ratio:.2f}", hollow=True)
        plot.mark(row["ratio"], y, 1, f"{row['instance']}: {row['ratio']:.2f}")
    return [("Speed at fixed work", "", plot.svg())]
