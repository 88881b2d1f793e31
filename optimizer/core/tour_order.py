"""Tours before they are timed: who goes where, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from optimizer.core.routing import Visit

if TYPE_CHECKING:
    from optimizer.core.routing import Tours


class TourOrder(NamedTuple):
    """One tour without its start and end.

    kind : `Visit` codes STOP and RELOAD, and BREAK where breaks are fixed (else they come as late
    as they may). target : the stop, or the place of the reload; -1 for a break.
    """

    vehicle_type: int
    kind: tuple[int, ...]
    target: tuple[int, ...]


def order_of(tours: Tours) -> list[TourOrder]:
    """Return the order of timed tours, without breaks."""
    orders = []
    for rank in range(tours.count):
        visits = range(tours.first[rank], tours.first[rank + 1])
        kept = [q for q in visits if tours.kind[q] in {Visit.STOP, Visit.RELOAD}]
        stops = [tours.kind[q] == Visit.STOP for q in kept]
        orders.append(
            TourOrder(
                int(tours.vehicle_type[rank]),
                tuple(int(tours.kind[q]) for q in kept),
                tuple(
                    int(tours.stop[q] if is_stop else tours.place[q])
                    for q, is_stop in zip(kept, stops, strict=True)
                ),
            )
        )
    return orders


def without_breaks(order: TourOrder) -> TourOrder:
    """Return the order with its breaks left to the schedule."""
    kept = [rank for rank, kind in enumerate(order.kind) if kind != Visit.BREAK]
    return TourOrder(
        order.vehicle_type,
        tuple(order.kind[rank] for rank in kept),
        tuple(order.target[rank] for rank in kept),
    )
