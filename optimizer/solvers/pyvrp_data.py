"""A routing problem in the words of PyVRP: its locations, clients, shipments, depots, vehicles.

PyVRP (Wouda, Lan, Kool 2024, DOI 10.1287/ijoc.2023.0055) counts in whole numbers: times are
rounded up, lengths and money to the nearest unit of a scale fine enough that nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.routing import Plane, Rounding
from optimizer.travel.legs import leg_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem

FINE = 100  # units of a second or metre where data are not whole numbers
TENTH = 10
NO_WAY = 1 << 40  # beyond every shift; PyVRP allows 1 << 44
USUAL_LEG = 1_000.0  # mean cost of a leg in the instances that PyVRP was tuned on
DEAREST_PENALTY = 1e11
SAMPLED = 1_000  # places that the mean leg is taken over
DEAREST = 100_000  # a unit cost of so many units keeps five digits


class Scales(NamedTuple):
    """Units of PyVRP in a second, in a metre, and in a euro."""

    time: int
    length: int
    money: float


class Index(NamedTuple):
    """What PyVRP's numbers mean: clients and shipments to stops, depots to places.

    client : by stop, -1 where the stop is an end of a pair. depot : by place and seconds of
    loading in PyVRP's units. load : by vehicle type, likewise.
    """

    client_stop: NDArray[np.int32]
    client: NDArray[np.int32]
    pickup: NDArray[np.int32]
    delivery: NDArray[np.int32]
    depot_place: list[int]
    depot: dict[tuple[int, int], int]
    load: list[int]


def scales_of(problem: RoutingProblem) -> Scales:
    """Return units that lose nothing of whole data, and little of others."""
    fleet, stops = problem.fleet, problem.stops
    planes = [travel for travel in problem.travel.values() if isinstance(travel, Plane)]
    real = any(plane.rounding == Rounding.REAL for plane in planes)
    tenths = any(plane.rounding == Rounding.FLOOR_TENTH for plane in planes)
    times = [stops.service_s, stops.from_s, stops.until_s, stops.released_s, fleet.load_s]
    times += [fleet.from_s, fleet.until_s, fleet.duration_max_s]
    fine = real or any(np.any(item[np.isfinite(item)] % 1.0) for item in times)
    length = FINE if real else TENTH if tenths else 1
    unit = max(FINE, length) if fine and not tenths else length
    costs = np.concatenate([fleet.eur_per_m / length, fleet.eur_per_s / unit])
    costs = costs[costs > 0.0]
    if not len(costs):
        return Scales(unit, length, 1.0)
    for power in range(10):
        money = 10.0**power
        if np.all(np.abs(np.rint(costs * money) - costs * money) <= 1e-9 * costs * money):
            return Scales(unit, length, money)
    return Scales(unit, length, DEAREST / float(costs.max()))


def _whole(values: NDArray[np.float64], scale: float, *, up: bool = False) -> NDArray[np.int64]:
    """Return values in PyVRP's units; what is not finite is beyond every limit."""
    scaled = np.where(np.isfinite(values), values * scale, NO_WAY)
    rounded = np.ceil(scaled - 1e-9 * np.abs(scaled)) if up else np.rint(scaled)
    return np.minimum(rounded, NO_WAY).astype(np.int64)


def data_of(problem: RoutingProblem, scales: Scales) -> tuple[Any, Index]:
    """Return PyVRP's data and what its numbers mean."""
    import pyvrp

    locations, distances, durations, profiles = _travel(problem, scales)
    stops, fleet = problem.stops, problem.fleet
    paired = np.zeros(stops.count, dtype=bool)
    paired[problem.pairs.pickup] = paired[problem.pairs.delivery] = True
    client_stop = np.flatnonzero(~paired).astype(np.int32)
    place = np.arange(stops.count) if _apart(problem) else stops.place
    service = _whole(stops.service_s, scales.time, up=True).tolist()
    early = _whole(stops.from_s, scales.time, up=True).tolist()
    late = _latest(stops.until_s, scales.time).tolist()
    waits = np.where(stops.deliver.any(axis=1), stops.released_s, 0.0)
    released = _whole(waits, scales.time, up=True).tolist()
    prize = _whole(stops.penalty_eur, scales.money).tolist()
    required = np.isinf(stops.penalty_eur).tolist()
    clients = [
        pyvrp.Client(
            int(place[s]),
            delivery=stops.deliver[s].tolist(),
            pickup=stops.collect[s].tolist(),
            service_duration=service[s],
            tw_early=early[s],
            tw_late=late[s],
            release_time=released[s],
            prize=0 if required[s] else prize[s],
            required=required[s],
        )
        for s in client_stop.tolist()
    ]
    shipments = [
        pyvrp.Shipment(
            int(place[a]),
            int(place[b]),
            pickup_tw_early=early[a],
            pickup_tw_late=late[a],
            pickup_service_duration=service[a],
            delivery_tw_early=early[b],
            delivery_tw_late=late[b],
            delivery_service_duration=service[b],
            amount=load.tolist(),
            prize=0 if required[a] else prize[a] + (0 if required[b] else prize[b]),
            required=required[a] or required[b],
        )
        for a, b, load in zip(
            problem.pairs.pickup.tolist(),
            problem.pairs.delivery.tolist(),
            problem.pairs.load,
            strict=True,
        )
    ]
    depots, depot_of = _depots(problem, scales)
    data = pyvrp.ProblemData(
        locations=locations,
        clients=clients,
        depots=[depot for depot, _ in depots],
        vehicle_types=[
            _vehicle_type(problem, v, scales, depot_of, profiles[v]) for v in range(fleet.count)
        ],
        distance_matrices=distances,
        duration_matrices=durations,
        shipments=shipments,
    )
    client = np.full(stops.count, -1, dtype=np.int32)
    client[client_stop] = np.arange(len(client_stop))
    load = _whole(fleet.load_s, scales.time, up=True).tolist()
    pairs, at = problem.pairs, [place for _, place in depots]
    return data, Index(client_stop, client, pairs.pickup, pairs.delivery, at, depot_of, load)


def _latest(until_s: NDArray[np.float64], scale: int) -> NDArray[np.int64]:
    """Return ends of windows, rounded down: keeping them keeps the real ones."""
    scaled = np.where(np.isfinite(until_s), until_s * scale + 1e-6, NO_WAY)
    return np.minimum(np.floor(scaled), NO_WAY).astype(np.int64)


def _apart(problem: RoutingProblem) -> bool:
    """Return whether each stop needs a location of its own: some vehicles may not go there."""
    return problem.fleet.serves is not None


def _travel(
    problem: RoutingProblem, scales: Scales
) -> tuple[list[Any], list[Any], list[Any], list[int]]:
    """Return locations, matrices, and the profile of each vehicle type."""
    import pyvrp

    fleet, stops = problem.fleet, problem.stops
    places = np.arange(len(problem.place), dtype=np.int32)
    if _apart(problem):
        places = np.concatenate([stops.place, places]).astype(np.int32)
    open_end = bool(np.any(fleet.end_place < 0))
    locations = [pyvrp.Location(problem.lon[p], problem.lat[p]) for p in places.tolist()]
    locations += [pyvrp.Location(0, 0)] * open_end
    distances: list[Any] = []
    durations: list[Any] = []
    profiles: list[int] = []
    known: dict[tuple[str, bytes | None], int] = {}
    for v in range(fleet.count):
        key = (fleet.profile[v], None if fleet.serves is None else fleet.serves[v].tobytes())
        if key not in known:
            time_s, length_m = leg_table(problem.travel[fleet.profile[v]], places)
            length = _whole(length_m, scales.length)
            alike = length_m is time_s and scales.length == scales.time and not np.any(time_s % 1)
            duration = length if alike else _whole(time_s, scales.time, up=True)
            if fleet.serves is not None:
                duration = duration.copy()
                duration[:, : stops.count][:, ~fleet.serves[v]] = NO_WAY
                length = np.where(duration >= NO_WAY, NO_WAY, length)
            np.fill_diagonal(length, 0)
            np.fill_diagonal(duration, 0)
            if open_end:
                length, duration = _with_nowhere(length), _with_nowhere(duration)
            known[key] = len(distances)
            distances.append(length)
            durations.append(duration)
        profiles.append(known[key])
    return locations, distances, durations, profiles


def _with_nowhere(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the table with one more place: where tours without an end place end."""
    grown = np.full((len(table) + 1, len(table) + 1), NO_WAY, dtype=np.int64)
    grown[:-1, :-1] = table
    grown[:, -1] = 0
    return grown


def _depots(
    problem: RoutingProblem, scales: Scales
) -> tuple[list[tuple[Any, int]], dict[tuple[int, int], int]]:
    """Return depots with their places; key (place, seconds of loading) finds them."""
    import pyvrp

    fleet = problem.fleet
    shift = problem.stops.count if _apart(problem) else 0
    nowhere = len(problem.place) + shift
    depots: list[tuple[Any, int]] = []
    known: dict[tuple[int, int], int] = {}

    def add(place: int, load: int) -> None:
        if (place, load) not in known:
            known[place, load] = len(depots)
            at = nowhere if place < 0 else place + shift
            depots.append((pyvrp.Depot(at, service_duration=load), place))

    for v in range(fleet.count):
        load = int(_whole(fleet.load_s[v : v + 1], scales.time, up=True)[0])
        add(int(fleet.start_place[v]), load)
        for place in fleet.reload_places[v]:
            add(place, load)
        add(int(fleet.end_place[v]), load if fleet.end_place[v] == fleet.start_place[v] else 0)
    return depots, known


def _vehicle_type(
    problem: RoutingProblem,
    v: int,
    scales: Scales,
    depot_of: dict[tuple[int, int], int],
    profile: int,
) -> Any:
    import pyvrp

    fleet = problem.fleet
    load = int(_whole(fleet.load_s[v : v + 1], scales.time, up=True)[0])
    end = int(fleet.end_place[v])
    limits: dict[str, Any] = {}
    if np.isfinite(fleet.duration_max_s[v]):
        limits["shift_duration"] = int(_latest(fleet.duration_max_s[v : v + 1], scales.time)[0])
    if np.isfinite(fleet.length_max_m[v]):
        limits["max_distance"] = int(_latest(fleet.length_max_m[v : v + 1], scales.length)[0])
    if fleet.reload_places[v]:
        limits["max_reloads"] = int(fleet.reloads_max[v])
    return pyvrp.VehicleType(
        num_available=max(min(int(fleet.count_max[v]), problem.stops.count), 1),
        capacity=fleet.capacity[v].tolist(),
        start_depot=depot_of[int(fleet.start_place[v]), load],
        end_depot=depot_of[end, load if end == fleet.start_place[v] else 0],
        fixed_cost=int(_whole(fleet.fixed_eur[v : v + 1], scales.money)[0]),
        tw_early=int(_whole(fleet.from_s[v : v + 1], scales.time, up=True)[0]),
        tw_late=int(_latest(fleet.until_s[v : v + 1], scales.time)[0]),
        unit_distance_cost=round(fleet.eur_per_m[v] / scales.length * scales.money),
        unit_duration_cost=round(fleet.eur_per_s[v] / scales.time * scales.money),
        profile=profile,
        reload_depots=[depot_of[place, load] for place in fleet.reload_places[v]],
        **limits,
    )


def penalties_of(data: Any) -> Any:
    """Return penalties in proportion to the data: PyVRP's own suit legs of hundreds."""
    import pyvrp

    vehicle = data.vehicle_type(0)
    step = max(data.num_locations // SAMPLED, 1)
    length = data.distance_matrix(vehicle.profile)[::step, ::step].astype(np.float64)
    seconds = data.duration_matrix(vehicle.profile)[::step, ::step].astype(np.float64)
    known = (length < NO_WAY) & (seconds < NO_WAY)
    leg_m, leg_s = float(length[known].mean()), float(seconds[known].mean())
    leg = vehicle.unit_distance_cost * leg_m + vehicle.unit_duration_cost * leg_s
    if leg <= USUAL_LEG:
        return pyvrp.PenaltyParams()

    class Proportional(pyvrp.PenaltyParams):
        def midpoint_penalties(self, data: Any) -> tuple[list[float], float, float]:
            start = self.max_penalty / 2.0
            by_time = start * USUAL_LEG / max(leg_s, 1.0)
            by_length = start * USUAL_LEG / max(leg_m, 1.0)
            loads = [start] * data.num_load_dimensions
            return loads, min(by_time, start), min(by_length, start)

    most = pyvrp.PenaltyParams().max_penalty * leg / USUAL_LEG
    return Proportional(max_penalty=min(most, DEAREST_PENALTY))
