"""Plots as SVG text: axes, marks and lines that take their colours from the page."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RIGHT, TOP, BOTTOM = 14.0, 12.0, 44.0
SHAPES = ("circle", "square", "diamond", "triangle", "cross", "plus", "wedge")
"""Shape tells apart what colour tells apart as well."""
COLOURS = 7
"""Classes c0..c6 of the page's palette (Okabe & Ito 2008)."""


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`; log where `log`."""

    label: str
    low: float
    high: float
    log: bool = True

    def place(self, value: float) -> float:
        """Return where a value stands, 0 at the low end and 1 at the high one."""
        value = min(max(value, self.low), self.high)
        if not self.log:
            return (value - self.low) / ((self.high - self.low) or 1.0)
        width = math.log(self.high / self.low) or 1.0
        return math.log(value / self.low) / width

    def ticks(self) -> list[float]:
        """Return round values to name."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.log10(self.high) + 1e-9
            decades = [10.0**power for power in range(first, math.floor(last) + 1)]
            step = max(math.ceil(len(decades) / 7), 1)
            return decades[::step]
        width = self.high - self.low
        step = 10.0 ** math.floor(math.log10(width or 1.0))
        step *= next(part for part in (0.2, 0.5, 1.0, 2.0) if width / (step * part) <= 6)
        first = math.ceil(self.low / step - 1e-9)
        return [rank * step for rank in range(first, math.floor(self.high / step + 1e-9) + 1)]


@dataclass
class Plot:
    """A plot that grows by marks and lines and ends as SVG."""

    title: str
    x: Axis
    y: Axis
    width: float = 560.0
    height: float = 340.0
    parts: list[str] = field(default_factory=list)
    as_percent: bool = False
    left: float = 62.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point on the paper."""
        across = self.left + self.x.place(x) * (self.width - self.left - RIGHT)
        down = self.height - BOTTOM - self.y.place(y) * (self.height - TOP - BOTTOM)
        return across, down

    def line(self, points: Sequence[tuple[float, float]], style: str, words: str = "") -> None:
        """Draw a line through points."""
        path = " ".join("{:.1f},{:.1f}".format(*self.at(*point)) for point in points)
        self.parts.append(f'<polyline class="{style}" points="{path}">{_title(words)}</polyline>')

    def steps(self, points: Sequence[tuple[float, float]], style: str, words: str = "") -> None:
        """Draw what holds until the next point."""
        path: list[tuple[float, float]] = []
        for point in points:
            if path:
                path.append((point[0], path[-1][1]))
            path.append(point)
        self.line(path, style, words)

    def mark(self, x: float, y: float, style: int, words: str, *, hollow: bool = False) -> None:
        """Draw a mark; hollow = it did not hold."""
        across, down = self.at(x, y)
        kind = f"c{style % COLOURS}" + (" hollow" if hollow else "")
        shape = symbol(shape_of(style), across, down)
        self.parts.append(f'<g class="{kind}">{shape}{_title(words)}</g>')

    def svg(self) -> str:
        """Return the plot."""
        inner = "".join((*self._grid(), *self.parts))
        return (
            f'<svg viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-label="{escape(self.title)}">{inner}</svg>'
        )

    def _grid(self) -> list[str]:
        right, low = self.width - RIGHT, self.height - BOTTOM
        parts = []
        for value in self.x.ticks():
            across, _ = self.at(value, self.y.low)
            parts.append(_grid_line(across, TOP, across, low))
            words = tick_words(value)
            parts.append(f'<text class="tick mid" x="{across:.1f}" y="{low + 16}">{words}</text>')
        for value in self.y.ticks() if self.y.label else ():
            _, down = self.at(self.x.low, value)
            parts.append(_grid_line(self.left, down, right, down))
            words = f"{100 * value:g} %" if self.as_percent else tick_words(value)
            place = f'x="{self.left - 7}" y="{down + 4:.1f}"'
            parts.append(f'<text class="tick end" {place}>{words}</text>')
        middle, foot = (self.left + right) / 2, self.height - 8
        words = escape(self.x.label)
        parts.append(f'<text class="label mid" x="{middle:.1f}" y="{foot}">{words}</text>')
        height = (TOP + low) / 2
        parts.append(
            f'<text class="label mid" transform="translate(12 {height:.1f}) rotate(-90)">'
            f"{escape(self.y.label)}</text>"
        )
        return parts


def shape_of(rank: int) -> str:
    """Return the shape of a series; where colours come round again, shapes are others."""
    return SHAPES[(rank + rank // COLOURS) % len(SHAPES)]


def symbol(shape: str, x: float, y: float, size: float = 4.5) -> str:
    """Return a mark centred at x, y."""
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size * 0.9:.1f}"/>'
    if shape == "square":
        side = 1.6 * size
        return (
            f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" height="{side}"/>'
        )
    corners = {
        "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "wedge": ((0, 1.2), (1.15, -0.9), (-1.15, -0.9)),
        "triangle": ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
        "cross": (
            (-1.1, -0.7), (-0.7, -1.1), (0, -0.4), (0.7, -1.1), (1.1, -0.7), (0.4, 0),
            (1.1, 0.7), (0.7, 1.1), (0, 0.4), (-0.7, 1.1), (-1.1, 0.7), (-0.4, 0),
        ),
        "plus": (
            (-0.3, -1.2), (0.3, -1.2), (0.3, -0.3), (1.2, -0.3), (1.2, 0.3), (0.3, 0.3),
            (0.3, 1.2), (-0.3, 1.2), (-0.3, 0.3), (-1.2, 0.3), (-1.2, -0.3), (-0.3, -0.3),
        ),
    }[shape]  # fmt: skip
    path = " ".join(f"{x + size * a:.1f},{y + size * b:.1f}" for a, b in corners)
    return f'<polygon points="{path}"/>'


def key_of(names: Sequence[str]) -> str:
    """Return the key of a plot: mark and name of each series."""
    entries = []
    for rank, name in enumerate(names):
        shape = symbol(shape_of(rank), 8, 8)
        entries.append(
            f'<span class="key"><svg class="chip" viewBox="0 0 16 16" aria-hidden="true">'
            f'<g class="c{rank % COLOURS}">{shape}</g></svg>{escape(name)}</span>'
        )
    return f'<p class="keys">{"".join(entries)}</p>'


def spread(values: Sequence[float], least: float, most: float) -> tuple[float, float]:
    """Return the decades that hold all values, no wider than least..most."""
    inside = [min(max(value, least), most) for value in values if value > 0]
    if not inside:
        return least, most
    low = 10.0 ** math.floor(math.log10(min(inside)) + 1e-9)
    high = 10.0 ** math.ceil(math.log10(max(inside)) - 1e-9)
    return low, high if high > low else 10.0 * low


def tick_words(value: float) -> str:
    """Return a value as an axis tells it: 0.01, 10, 1 000, 1e6."""
    if value >= 1e6:
        return f"10<tspan dy='-4' font-size='8'>{round(math.log10(value))}</tspan>"
    return f"{value:,g}".replace(",", " ") if value >= 1e-4 or value == 0 else f"{value:g}"


def _grid_line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _title(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""
