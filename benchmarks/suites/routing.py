"""Tours on the literature: vehicle routing, location with routes, travel that changes by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.routing import hours, location, vehicles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.case import Case, Options


def cases(options: Options) -> Iterator[Case]:
    """Yield every case of tours, peers beside ours where they are asked for."""
    for room in (vehicles, location, hours):
        yield from room.cases(options)
