"""Areas that a plan draws on the map: catchments of hubs, walking reach of delivery points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.kinds import WALK, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.report.figures import PlanFigures

    Metres = Callable[[Any], Any]

M_PER_DEGREE = 111_195.0  # mean meridian degree of a sphere with 6371 km radius
CELL_REACH_M = 120.0  # a catchment does not reach farther from its demand points than this
STREET_REACH_M = 25.0  # how far beyond its corners a walking reach is drawn
SIMPLER_M = 6.0
HULL_RATIO = 0.2  # longest edge of a hull, between the shortest (0) and the convex one (1)


def frame(problem: Problem) -> tuple[Metres, Metres]:
    """Return functions from degrees to local metres and back (true to 0.1 % over a city)."""
    lon, lat = float(problem.streets.lon.mean()), float(problem.streets.lat.mean())
    scale = np.array([M_PER_DEGREE * np.cos(np.radians(lat)), M_PER_DEGREE])
    origin = np.array([lon, lat])

    def to_metres(points: Any) -> Any:
        return (np.asarray(points) - origin) * scale

    def to_degrees(points: Any) -> Any:
        return np.asarray(points) / scale + origin

    return to_metres, to_degrees


def cells_of_points(problem: Problem) -> tuple[NDArray[np.int64], Any]:
    """Return one demand point per place (k,), and in metres what is nearer to it than to any other.

    A cell is cut off where no demand point is near.
    """
    to_metres, _ = frame(problem)
    everyone = to_metres(np.column_stack([problem.demand.lon, problem.demand.lat]))
    places, first = np.unique(np.round(everyone, 1), axis=0, return_index=True)
    cells = shapely.buffer(shapely.points(places), CELL_REACH_M, quad_segs=4)
    if len(places) > 2:
        parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(places)))
        tree = shapely.STRtree(parts)
        point, part = tree.query(shapely.points(places), predicate="intersects")
        cell_of = np.zeros(len(places), dtype=np.int64)
        cell_of[point[::-1]] = part[::-1]
        cells = shapely.intersection(cells, parts[cell_of])
    return first, shapely.buffer(cells, 0.5)


def catchments(
    problem: Problem, figures: PlanFigures, cells: tuple[NDArray[np.int64], Any] | None = None
) -> dict[int, Any]:
    """Return, per hub option, the area in degrees where it brings most of the bike parcels.

    It is the union of the `cells_of_points`, which may be given where they are known already.
    """
    if not np.any(figures.hub >= 0):
        return {}
    _, to_degrees = frame(problem)
    first, cell = cells or cells_of_points(problem)
    hub = figures.hub[first]
    areas = {}
    for option in np.unique(hub[hub >= 0]):
        whole = shapely.union_all(cell[hub == option])
        areas[int(option)] = shapely.transform(shapely.simplify(whole, SIMPLER_M), to_degrees)
    return areas


def walking_graph(problem: Problem) -> csr_matrix:
    """Return walking seconds as a sparse matrix against the direction of the arcs, shape (n, n).

    Of parallel arcs the quickest is kept (a sparse matrix would add them up).
    """
    from scipy.sparse import csr_matrix

    arcs = problem.streets.arcs[WALK]
    n = problem.streets.node_count
    order = np.lexsort((arcs.time_s, arcs.tail, arcs.head))
    head, tail, time_s = arcs.head[order], arcs.tail[order], arcs.time_s[order]
    kept = np.ones(len(head), dtype=bool)
    kept[1:] = (head[1:] != head[:-1]) | (tail[1:] != tail[:-1])
    return csr_matrix((time_s[kept].astype(float), (head[kept], tail[kept])), shape=(n, n))


def walking_seconds(
    problem: Problem, plan: Plan, limit_s: float | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return open delivery point options (k,) and seconds on foot to each from every node (k, n).

    Beyond `limit_s` (default: the walking limit of the rules) seconds are inf.
    """
    from scipy.sparse.csgraph import dijkstra

    options = problem.options
    node = problem.sites.node[WALK][options.site]
    kind = problem.designs.kind[options.design]
    opened = np.flatnonzero(plan.open_option & (kind == Kind.DELIVERY_POINT) & (node >= 0))
    n = problem.streets.node_count
    if not len(opened) or WALK not in problem.streets.arcs:
        return opened[:0], np.zeros((0, n))
    limit = float(problem.rules.walk_limit_s if limit_s is None else limit_s)
    seconds = dijkstra(walking_graph(problem), indices=node[opened], limit=limit)
    return opened, np.atleast_2d(seconds)


def walking_reach(problem: Problem, plan: Plan) -> dict[int, Any]:
    """Return, per open delivery point option, a close hull of the corners within walking reach."""
    opened, seconds = walking_seconds(problem, plan)
    to_metres, to_degrees = frame(problem)
    place = to_metres(np.column_stack([problem.streets.lon, problem.streets.lat]))
    areas = {}
    for option, reached in zip(opened.tolist(), np.isfinite(seconds), strict=True):
        hull = shapely.concave_hull(shapely.multipoints(place[reached]), ratio=HULL_RATIO)
        area = shapely.buffer(shapely.simplify(hull, SIMPLER_M), STREET_REACH_M, quad_segs=2)
        areas[option] = shapely.transform(shapely.simplify(area, SIMPLER_M), to_degrees)
    return areas


def outer_rings(area: Any) -> list[NDArray[np.float64]]:
    """Return the outer rings of an area, each of shape (k, 2): longitude, latitude."""
    parts = shapely.get_parts(area)
    return [shapely.get_coordinates(shapely.get_exterior_ring(part)) for part in parts]
