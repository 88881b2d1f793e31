"""Live progress on stderr: a table that redraws itself on a terminal, plain lines in a pipe."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from optimizer.report.words import plain, spaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from optimizer.core.limits import Listener, Progress

SECONDS_BETWEEN_LINES = 1.0


@contextmanager
def live_progress(
    stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Listener]:
    """Give a listener that shows progress while the block runs, always on stderr.

    On a terminal one small table is redrawn; elsewhere a line is written at most once a second,
    and only when something other than the time has changed. Milestones are always
    written, and stay.
    """
    stream = stream or sys.stderr
    if not stream.isatty():
        yield _line_writer(stream, clock)
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(file=stream, highlight=False)
    with Live(console=console, refresh_per_second=4, transient=True) as live:

        def show(progress: Progress) -> None:
            if progress.is_milestone:
                live.console.print(Text(_line(progress)))
            live.update(_table(progress))

        yield show


def _line_writer(stream: TextIO, clock: Callable[[], float]) -> Listener:
    last_said: tuple[object, ...] = ()
    last_time = -SECONDS_BETWEEN_LINES

    def write(progress: Progress) -> None:
        nonlocal last_said, last_time
        said = (progress.phase, progress.value, progress.bound)
        early = clock() - last_time < SECONDS_BETWEEN_LINES
        if said == last_said or (early and not progress.is_milestone):
            return
        last_said, last_time = said, clock()
        stream.write(_line(progress) + "\n")
        stream.flush()

    return write


def _line(progress: Progress) -> str:
    parts = [f"{progress.elapsed_s:8.1f} s", progress.phase]
    parts += [
        f"{name} {text}"
        for name, text in zip(("plan", "bound", "gap"), _figures(progress), strict=True)
        if text != "-"
    ]
    return "  ".join(parts)


def _figures(progress: Progress) -> tuple[str, str, str]:
    value, bound = (
        "-" if figure is None else plain(spaced(figure))
        for figure in (progress.value, progress.bound)
    )
    gap = "-" if progress.gap is None else f"{100 * progress.gap:.2f} %"
    return value, bound, gap


def _table(progress: Progress) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("elapsed", justify="right")
    table.add_column("phase")
    for title in ("plan", "proven bound", "gap"):
        table.add_column(title, justify="right")
    table.add_row(f"{progress.elapsed_s:.0f} s", Text(progress.phase), *_figures(progress))
    return table
