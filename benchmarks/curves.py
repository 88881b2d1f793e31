"""Curves over growing cities of hotels: what is proven in the time given, and how soon 2 % are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.drawings import LEAST_GAP, LEAST_S, MOST_S, Figure
from benchmarks.plots import Axis, Plot, key_of, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.rows import Row

FAMILY = "hotels_"
REACH = 0.02
WIDTH, HEIGHT = 560.0, 340.0


def growing_hotels(rows: Sequence[Row]) -> list[Figure]:
    """Draw gap and time of every family of hotels against the number of firms, as curves."""
    mine = [row for row in rows if row["family"].startswith(FAMILY) and row["n"]]
    groups: dict[str, list[Row]] = {row["family"]: [] for row in mine}
    for row in sorted(mine, key=lambda row: int(row["n"])):
        groups[row["family"]].append(row)
    if not groups:
        return []
    key = key_of([name.removeprefix(FAMILY).replace("_", " ") for name in groups])
    gaps = [row["gap"] for row in mine if row["gap"]]
    axis = Axis("proven gap", *spread([*gaps, REACH], LEAST_GAP, 1e3))
    gap = Plot("proven gap", _firms(mine), axis, WIDTH, HEIGHT, as_percent=True, left=82.0)
    gap.line([(gap.x.low, REACH), (gap.x.high, REACH)], "thin", f"{REACH:.0%}")
    _draw(gap, groups, lambda row: None if row["gap"] is None else max(row["gap"], LEAST_GAP))
    times = [row["time_s"] for row in mine if row["time_s"]]
    axis = Axis("seconds", *spread([*times, 1.0], LEAST_S, MOST_S))
    time = Plot("time", _firms(mine), axis, WIDTH, HEIGHT)
    _draw(time, groups, lambda row: reached_s(row) or row["time_s"])
    remark = f'<p class="soft">Hollow: more than {REACH:.0%} are left.</p>'
    until = f'<p class="soft">Until {REACH:.0%} are proven; hollow: never.</p>'
    return [
        ("Proven gap at the end", key + remark, gap.svg()),
        ("Time", key + until, time.svg()),
    ]


def _firms(rows: Sequence[Row]) -> Axis:
    sizes = [float(row["n"]) for row in rows]
    return Axis("firms", min(sizes) / 2, 2 * max(sizes))


def _draw(plot: Plot, groups: dict[str, list[Row]], value: Callable[[Row], float | None]) -> None:
    """Draw a line through the sizes of each family, and a mark at each."""
    for rank, group in enumerate(groups.values()):
        points = [(float(row["n"]), value(row), row) for row in group]
        known = [(n, height, row) for n, height, row in points if height is not None]
        plot.line([(n, height) for n, height, _ in known], f"curve c{rank}")
        for n, height, row in known:
            words = f"{row['family']} {row['instance']}: {height:.3g}, {row['proof']}"
            plot.mark(n, height, rank, words, hollow=reached_s(row) is None)


def reached_s(row: Row) -> float | None:
    """Return the seconds until a gap of `REACH` was proven; None where it was not."""
    for time_s, objective, bound in row["trace"]:
        if objective is not None and bound is not None:
            gap = abs(objective - bound) / max(abs(objective), 1e-9)
            if gap <= REACH:
                return max(float(time_s), LEAST_S)
    ended = row["gap"] is not None and row["gap"] <= REACH
    return float(row["time_s"]) if ended else None
