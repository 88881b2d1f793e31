"""How far workers, support and partners are from the sites of hotels: found once per problem.

Periods share these arrays: streets, workers, support and partners are the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE, WALK, Kind
from optimizer.travel import many_to_many

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.hotels import Access, Hotels
    from optimizer.core.problem import Problem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

EARTH_M = 6_371_000.0
ROUNDING = 1e-9
"""What float arithmetic may take off a product that is a whole number."""


@dataclass(frozen=True, eq=False)
class Nearness(Frozen):
    """What sites of hotels reach; c sites with a hotel option, e partners.

    site : (c,), ascending. jobs_max : (c, k), jobs by skill that workers in reach can fill; inf
    where there is no rule. supported : (c,), a support place is near; near : (c, c), a supporter
    on the second site is near enough for a tenant on the first. distance_m : (c + e, c + e),
    great circle between sites and partners, whole m.
    """

    site: Ints
    jobs_max: Floats
    supported: Flags
    near: Flags
    distance_m: Ints

    def rank(self, site: NDArray[np.integer]) -> Ints:
        """Return the positions of sites among `self.site`."""
        return np.searchsorted(self.site, site)


def find_nearness(problem: Problem, hotels: Hotels) -> Nearness:
    """Measure everything once; see `optimizer.siting.stacking`, rules 16 and 17."""
    option = problem.options
    mine = problem.designs.kind[option.design] == Kind.PRODUCTIVE_HOTEL
    site = np.unique(option.site[mine]).astype(np.int64)
    supported, near = _support(problem, hotels.access, site)
    symbiosis = hotels.symbiosis
    return Nearness(
        site=site,
        jobs_max=jobs_in_reach(problem, hotels, site),
        supported=supported,
        near=near,
        distance_m=great_circle_m(
            np.concatenate([problem.sites.lon[site], symbiosis.partner_lon]),
            np.concatenate([problem.sites.lat[site], symbiosis.partner_lat]),
        ),
    )


def jobs_in_reach(problem: Problem, hotels: Hotels, site: Ints) -> Floats:
    """Return the jobs by skill that workers in reach of each site can fill, shape (c, k)."""
    access = hotels.access
    skills = hotels.businesses.jobs_by_skill.shape[1]
    if access.capture_share <= 0:
        return np.full((len(site), skills), np.inf)
    reached = np.zeros((len(site), len(access.worker_id)), dtype=bool)
    if "walk" in access.by:
        reached |= _times(problem, WALK, access.node_walk, site, access.limit_s) <= access.limit_s
    if "bike" in access.by:
        times = _times(problem, CARGO_BIKE, access.node_bike, site, access.limit_s)
        reached |= times <= access.limit_s
    if "transit" in access.by and len(access.stop_id):
        reached |= _transit(problem, access, site) <= access.limit_s
    most: Floats = np.floor(access.capture_share * (reached @ access.workers) + ROUNDING)
    return most


def great_circle_m(lon: Floats, lat: Floats) -> Ints:
    """Return distances between all places on a sphere, whole m, by the haversine formula."""
    east, north = np.radians(lon), np.radians(lat)
    half = np.sin((north[:, None] - north[None, :]) / 2.0) ** 2
    half = half + np.cos(north)[:, None] * np.cos(north)[None, :] * (
        np.sin((east[:, None] - east[None, :]) / 2.0) ** 2
    )
    distance: Ints = np.rint(2.0 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1.0)))).astype(
        np.int64
    )
    return distance


def _times(
    problem: Problem, profile: str, nodes: NDArray[np.int32], site: Ints, limit_s: int
) -> Floats:
    """Return seconds from nodes to sites, shape (c, nodes); inf beyond the limit."""
    return _matrix(problem, profile, problem.sites.node[profile][site], nodes, limit_s).T


def _matrix(
    problem: Problem,
    profile: str,
    target: NDArray[np.int32],
    source: NDArray[np.int32],
    limit_s: int,
) -> Floats:
    """Return seconds from each source to each target, shape (sources, targets)."""
    found = np.full((len(source), len(target)), np.inf)
    if limit_s < 0 or not len(source) or not len(target):
        return found
    lists = many_to_many(
        problem.streets.arcs[profile],
        problem.streets.node_count,
        source.astype(np.int32),
        target.astype(np.int32),
        cutoff_s=limit_s,
    )
    found[lists.source, lists.target] = lists.time_s
    return found


def _transit(problem: Problem, access: Access, site: Ints) -> Floats:
    """Return seconds from workers to sites by one ride, shape (c, w)."""
    stops, walk_s = access.stop_node, access.stop_walk_s
    board = _matrix(problem, WALK, stops, access.node_walk, walk_s)
    leave = _matrix(problem, WALK, problem.sites.node[WALK][site], stops, walk_s)
    ride = np.where(access.ride_s >= 0, access.ride_s.astype(float), np.inf)
    np.fill_diagonal(ride, np.inf)
    arrive = np.full_like(board, np.inf)
    for stop in range(len(stops)):
        np.minimum(arrive, board[:, stop, None] + ride[None, stop, :], out=arrive)
    total = np.full((len(access.node_walk), len(site)), np.inf)
    for stop in range(len(stops)):
        np.minimum(total, arrive[:, stop, None] + leave[None, stop, :], out=total)
    return total.T


def _support(problem: Problem, access: Access, site: Ints) -> tuple[Flags, Flags]:
    """Return which sites have support near, and which sites are near each other on foot."""
    limit, count = access.support_limit_s, len(site)
    if limit < 0:
        return np.ones(count, dtype=bool), np.ones((count, count), dtype=bool)
    node = problem.sites.node[WALK][site]
    places = _matrix(problem, WALK, access.support_node, node, limit)
    near = np.isfinite(_matrix(problem, WALK, node, node, limit)) | np.eye(count, dtype=bool)
    supported = np.array(np.isfinite(places).any(axis=1), dtype=bool)
    return supported, near
