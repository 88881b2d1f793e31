"""Stops of a routing problem, from pieces of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Pairs, Stops
from optimizer.routing.day.fleets import LOADS, loads_of
from optimizer.routing.day.pieces import windows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.day.base import DayBase
    from optimizer.routing.day.pieces import Pieces


def no_pairs() -> Pairs:
    """Return no goods from stop to stop."""
    empty = np.zeros(0, dtype=np.int32)
    return Pairs(empty, empty.copy(), np.zeros((0, len(LOADS)), dtype=np.int64))


def stops_of(
    base: DayBase,
    names: list[str],
    place: NDArray[np.int32],
    pieces: Pieces,
    service_s: NDArray[np.float64],
) -> Stops:
    """Return pieces as stops; names are told apart where one stands several times."""
    early, late = windows_of(pieces, base.rules)
    deliver = loads_of(pieces.parcels, base.rules)
    return Stops(
        id=numbered(names),
        place=place,
        deliver=deliver,
        collect=np.zeros_like(deliver),
        service_s=np.ceil(service_s - 1e-9),
        from_s=early,
        until_s=late,
        released_s=np.zeros(len(names)),
        penalty_eur=pieces.parcels.astype(np.float64) * base.rules.penalty_eur_per_parcel,
    )


def numbered(names: list[str]) -> tuple[str, ...]:
    """Return the names, with a number where one has been there before."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(told)
