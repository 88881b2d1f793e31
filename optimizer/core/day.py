"""A delivery day of a plan: what was ordered, how it came to hubs, and how it left them.

Two echelons. Supply: lorries and vans from gateways bring consignments to hubs, resupply delivery
points, and hand over parcels directly. Last mile: riders from each open hub. Both are routing
problems of `optimizer.core.routing`; this is what ties them together.

    ready      a consignment can be taken along from leave_s of its supply stop
               + parcels / hub handling rate; a hub handles one consignment after another,
               in the order of leave_s (equal: of supply stops)
    in time    a trip of the last mile begins loading no earlier than all consignments of its
               stops are ready
    storage    parcels that came (leave_s of the supply stop) and have not left (leave_s of the
               start or reload that takes them) never exceed the hub's storage
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours


@dataclass(frozen=True, eq=False)
class Crew(Frozen):
    """One kind of vehicle with its driver or rider, as tours need it (cf. `prices.Vehicle`).

    capacity_kg, capacity_l : beside the parcels_per_tour of `Vehicle`. shift_from_s,
    shift_until_s : earliest begin and latest end; shift_max_s : longest tour. break_s after
    work_max_s at the latest. load_s : at each start and reload. reloads_max : of one tour.
    pace : (24,), pace of travel in each hour; 1 = as in the streets' arcs.
    """

    capacity_kg: float
    capacity_l: float
    shift_from_s: float
    shift_until_s: float
    shift_max_s: float
    break_s: float
    work_max_s: float
    load_s: float
    reloads_max: int
    pace: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DayRules(Frozen):
    """What tours need to know beyond the siting model; see `optimizer.scenario.tours`.

    crews : by vehicle name (lorry, van, cargo_bike). parcel_kg, parcel_l : of a mean parcel.
    window_from_s, window_until_s, window_share : (w,), share of stops that were promised each
    window; the rest of them any time. storage_parcels, handling_parcels_per_hour : (d,), by
    design, of hubs. drop_parcels_max : largest consignment of one supply stop.
    penalty_eur_per_parcel : of not bringing a parcel; inf = must be brought.
    """

    crews: dict[str, Crew]
    parcel_kg: float
    parcel_l: float
    window_from_s: NDArray[np.float64]
    window_until_s: NDArray[np.float64]
    window_share: NDArray[np.float64]
    storage_parcels: NDArray[np.float64]
    handling_parcels_per_hour: NDArray[np.float64]
    drop_parcels_max: int
    penalty_eur_per_parcel: float


@dataclass(frozen=True, eq=False)
class Hubs(Frozen):
    """Open hubs of the day; shape (h,).

    option : index into `Options`. place : in the places of supply.
    """

    id: tuple[str, ...]
    option: NDArray[np.int32]
    place: NDArray[np.int32]
    storage_parcels: NDArray[np.float64]
    handling_parcels_per_hour: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Orders(Frozen):
    """Parcels of the day, by demand point and channel; shape (c,).

    point : index into `DemandPoints`. channel : `Channel` codes of `core.kinds`. option : of the
    hub or delivery point; -1 by van. parcels, stops : of that point by that channel today.
    """

    point: NDArray[np.int32]
    channel: NDArray[np.int8]
    option: NDArray[np.int32]
    parcels: NDArray[np.int64]
    stops: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Day(Frozen):
    """One day of a plan.

    seed : of the draw of orders. supply_hub : int32, stop of supply -> hub whose consignment it
    is; -1 = direct or resupply. supply_order : int32, stop of supply -> order; -1 for
    consignments and for resupplies. supply_option : int32, stop of supply -> index into `Options`
    of the hub or delivery point that it supplies; -1 = direct. supply_node : by profile, street
    node of each place, -1 where that profile cannot go there. Several stops may belong to one
    order (promised windows, large orders). Legs from and to the place of a gateway hold its line
    haul on top of the streets. Loads are "parcels", "g", "ml".
    last_mile, last_mile_order, last_mile_node : likewise, one for each hub, in the order of hubs.
    """

    seed: int
    orders: Orders
    hubs: Hubs
    supply: RoutingProblem
    supply_hub: NDArray[np.int32]
    supply_order: NDArray[np.int32]
    supply_option: NDArray[np.int32]
    supply_node: dict[str, NDArray[np.int32]]
    last_mile: tuple[RoutingProblem, ...]
    last_mile_order: tuple[NDArray[np.int32], ...]
    last_mile_node: tuple[dict[str, NDArray[np.int32]], ...]


@dataclass(frozen=True, eq=False)
class Ways(Frozen):
    """Street nodes on the way to each visit of some tours; shape (q,) rows.

    The way to visit q is node[first[q]:first[q + 1]], from the node of the visit before it to its
    own, both included; empty at START, and where both lie on one node. In metres and seconds it
    is the leg of the problem's travel matrix, without the line haul of a gateway.
    """

    first: NDArray[np.int64]
    node: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class DayPlan(Frozen):
    """Tours of a day.

    supply_ways, last_mile_ways : the streets that they take.

    consignment : one array per hub: stop of the last mile -> stop of supply that brings its
    parcels; -1 where neither is visited.
    """

    supply: Tours
    last_mile: tuple[Tours, ...]
    consignment: tuple[NDArray[np.int32], ...]
    supply_ways: Ways
    last_mile_ways: tuple[Ways, ...]


@dataclass(frozen=True, eq=False)
class DayRecord(Frozen):
    """A day and its plan together, as `day.npz` of a result folder holds them."""

    day: Day
    plan: DayPlan
