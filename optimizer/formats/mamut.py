"""Vehicle routing with travel that changes with the hour, as the MAMUT project publishes it.

`NAME.vrp.json` states capacity, demands, service times, windows and horizon; a second file beside
it states the travel:

NAME.atf.json.gz    arrival-time functions: `arcs` of [i, j, departures, arrivals]. Rifki, Chiabaut,
                    Solnon 2020, DOI 10.1016/j.tre.2020.102085 (Lyon, measured, 12-minute steps)
NAME.road.json.gz   a road graph: `edges` of [origin, target, metres, speeds (m/s, one per bin)],
                    `bin_edges` (s), `node_vertices` (vertex of each place); the fastest ways of the
                    day are sought here (`optimizer.travel.hourly`)

A vehicle costs 1 EUR per second of its tour, which begins when it likes within the horizon; this is
the "Duration" objective of the authors. Where arrival jumps up at a moment (the functions are
stepwise), who leaves at that very moment still arrives early, as in the authors' checker: the jump
is drawn as a ramp of `RAMP_S`.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.routing import Fleet, Hourly, Pairs, RoutingProblem, Stops
from optimizer.formats.text import MOST_BYTES, refuse
from optimizer.travel.hourly import road_graph, travel_by_hour

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

VRP, FUNCTIONS, ROADS = ".vrp.json", ".atf.json.gz", ".road.json.gz"
PROFILE = "van"
RAMP_S = 1e-3
M_PER_DEGREE = 111_320.0


def read_mamut(path: Path) -> RoutingProblem:
    """Read `NAME.vrp.json` with the travel beside it.

    Parameters
    ----------
    path
        The `.vrp.json` file; its travel is sought under the same name.

    Raises
    ------
    Refusal
        F811 when a file cannot be read, F812 when it is not laid out as the head says.
    """
    given = _json(path)
    base = path.name.removesuffix(VRP)
    functions, roads = path.with_name(base + FUNCTIONS), path.with_name(base + ROADS)
    try:
        count = len(given["coordinates"])
        depot = int(given["depot"])
        horizon = (float(given["horizon"][0]), float(given["horizon"][1]))
        if roads.exists():
            travel = _roads(_json(roads), horizon)
        else:
            travel = _functions(_json(functions), count)
        return _problem(given, travel, depot, horizon)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        refuse(str(path), "F812", f"{type(error).__name__}: {error}")


def _json(path: Path) -> dict[str, Any]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            refuse(str(path), "F811", "the file has more than a gigabyte of text")
        given = json.loads(data)
    except (OSError, EOFError, ValueError) as error:
        refuse(str(path), "F811", f"the file cannot be read: {error}")
    if not isinstance(given, dict):
        refuse(str(path), "F812", "the file holds no JSON object")
    return given


def _problem(
    given: dict[str, Any], travel: Hourly, depot: int, horizon: tuple[float, float]
) -> RoutingProblem:
    points = np.array(given["coordinates"], dtype=np.float64).reshape(-1, 2)
    count = len(points)
    if len(travel.length_m) != count:
        raise ValueError(f"travel between {len(travel.length_m)} places, not {count}")
    load = np.array(given["demands"], dtype=np.int64)
    service = np.array(given["service_times"], dtype=np.float64)
    windows = np.tile(horizon, (count, 1))
    if "time_windows" in given:
        windows = np.array(given["time_windows"], dtype=np.float64).reshape(-1, 2)
    if not len(load) == len(service) == len(windows) == count:
        raise ValueError("demands, service_times, time_windows and coordinates differ in number")
    visited = np.flatnonzero(np.arange(count) != depot)
    names = tuple(str(place) for place in range(count))
    lon, lat = points.T.copy()
    if "reference_lla" in given:
        at = given["reference_lla"]
        lon = at["lon"] + lon / (M_PER_DEGREE * np.cos(np.deg2rad(at["lat"])))
        lat = at["lat"] + lat / M_PER_DEGREE
    return RoutingProblem(
        name=str(given["instance_name"]),
        load=("units",),
        place=names,
        lon=lon,
        lat=lat,
        stops=Stops(
            id=tuple(names[place] for place in visited),
            place=visited.astype(np.int32),
            deliver=load[visited][:, None],
            collect=np.zeros((len(visited), 1), dtype=np.int64),
            service_s=service[visited],
            from_s=windows[visited, 0],
            until_s=windows[visited, 1],
            released_s=np.zeros(len(visited)),
            penalty_eur=np.full(len(visited), np.inf),
        ),
        pairs=Pairs(
            np.empty(0, dtype=np.int32),
            np.empty(0, dtype=np.int32),
            np.empty((0, 1), dtype=np.int64),
        ),
        fleet=_fleet(given, depot, windows[depot], len(visited)),
        travel={PROFILE: travel},
    )


def _fleet(given: dict[str, Any], depot: int, window: Floats, stops: int) -> Fleet:
    count = given["num_vehicles"]

    def one(value: float) -> Floats:
        return np.array([value], dtype=np.float64)

    return Fleet(
        id=(PROFILE,),
        profile=(PROFILE,),
        count_max=np.array([stops if count is None else count], dtype=np.int32),
        capacity=np.array([[given["vehicle_capacity"]]], dtype=np.int64),
        start_place=np.array([depot], dtype=np.int32),
        end_place=np.array([depot], dtype=np.int32),
        from_s=one(window[0]),
        until_s=one(window[1]),
        duration_max_s=one(np.inf),
        length_max_m=one(np.inf),
        fixed_eur=one(0.0),
        eur_per_s=one(1.0),
        eur_per_m=one(0.0),
        load_s=one(0.0),
        reload_places=((),),
        reloads_max=np.zeros(1, dtype=np.int32),
        break_s=one(0.0),
        work_max_s=one(np.inf),
    )


def _functions(given: dict[str, Any], count: int) -> Hourly:
    """Return arrival-time functions as given; their lengths are not told, and stand as 0."""
    corners: dict[int, tuple[Floats, Floats]] = {}
    for i, j, departs, arrives in given["arcs"]:
        depart = np.array(departs, dtype=np.float64)
        arrive = np.array(arrives, dtype=np.float64)
        if not 0 <= i < count or not 0 <= j < count or depart.shape != arrive.shape:
            raise ValueError(f"arc {i} {j}: no such place, or corners without their pair")
        jump = np.flatnonzero(np.diff(depart) == 0.0) + 1
        depart[jump] += RAMP_S
        arrive[jump] = np.interp(depart[jump], departs, arrives)
        if np.any(np.diff(depart) <= 0.0) or np.any(np.diff(arrive) < 0.0):
            raise ValueError(f"arc {i} {j}: who leaves later arrives earlier")
        corners[i * count + j] = (depart, arrive)
    none = (np.empty(0), np.empty(0))
    rows = [corners.get(row, none) for row in range(count * count)]
    return Hourly(
        first=np.cumsum([0, *(len(depart) for depart, _ in rows)], dtype=np.int64),
        depart_s=np.concatenate([depart for depart, _ in rows]),
        arrive_s=np.concatenate([arrive for _, arrive in rows]),
        length_m=np.zeros((count, count), dtype=np.int32),
    )


def _roads(given: dict[str, Any], horizon: tuple[float, float]) -> Hourly:
    edges = given["edges"]
    graph = road_graph(
        np.array([edge[0] for edge in edges], dtype=np.int64),
        np.array([edge[1] for edge in edges], dtype=np.int64),
        np.array([edge[2] for edge in edges], dtype=np.float64),
        np.array([edge[3] for edge in edges], dtype=np.float64),
        np.array(given["bin_edges"], dtype=np.float64),
    )
    if np.any(graph.speed_m_s <= 0.0) or np.any(graph.length_m < 0.0):
        raise ValueError("a road has no length or no speed")
    vertex = np.array(given["node_vertices"], dtype=np.int64)
    if vertex.min() < 0 or vertex.max() >= len(graph.first) - 1:
        raise ValueError("a place stands at no vertex of the roads")
    return travel_by_hour(
        graph,
        vertex,
        horizon_s=horizon,
        step_s=float(given["sample_step"]),
        tolerance_s=float(given["simplify_tolerance"]),
    )
