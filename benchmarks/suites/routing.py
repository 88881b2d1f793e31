"""Tours on the literature: vehicle routing, location with routes, travel that changes by hour."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.case import Case, Options

ROOMS = ("vehicles", "location", "hours")


def cases(options: Options) -> Iterator[Case]:
    """Yield every case of tours, peers beside ours where they are asked for."""
    for name in ROOMS:
        try:
            room = import_module(f"benchmarks.routing.{name}")
        except ModuleNotFoundError:  # until it is written
            continue
        yield from room.cases(options)
