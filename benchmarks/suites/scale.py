"""Seeded cities on a shipped street network, growing: time, gap and memory.

Demand points stand on street nodes, 85 % of them in Gaussian clusters; sites too. Costs are seconds
by van from site to customer, streamed from the travel engine: what the models ask for counts as
solving. The largest p-median has a million demand points, merged by street node. The siting model
stands at the end.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import siting
from benchmarks.case import ROOT, Case, Options
from optimizer.core.location import LocationProblem, Sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.streets import Streets
    from optimizer.travel import StreetCosts

CITY, PROFILE = "geneva", "van"
CLUSTERS, CLUSTERED, SPREAD = 25, 0.85, 1 / 30
SIZES = ((1_000, 100), (5_000, 250), (20_000, 1_000), (100_000, 2_000))
MERGED = (1_000_000, 2_000)
COVER_OPEN, COVER_S = 30, 120.0
CAPACITY = 5.0  # times all demand, over all sites
BUILD_LIMIT_S = 1800.0


def cases(options: Options) -> Iterator[Case]:
    """Yield p-median, maximal covering and capacitated location, each from small to large."""
    for kind, build in (("pmedian", p_median), ("mclp", max_cover), ("cflp", capacitated)):
        for customers, sites in SIZES:
            yield _case(kind, f"{customers}x{sites}", partial(build, customers, sites), options)
    customers, sites = MERGED
    build = partial(p_median, customers, sites, merged=True)
    yield _case("pmedian", f"{customers}x{sites}_merged", build, options)
    yield from siting.cases(options)


def _case(kind: str, name: str, build: partial[LocationProblem], options: Options) -> Case:
    return Case(
        f"{kind}_street",
        name,
        build=build,
        params=f"{CITY}, {PROFILE}",
        limits=options.limits(),
        maximised=kind == "mclp",
        build_limit_s=BUILD_LIMIT_S,
    )


def p_median(customers: int, sites: int, *, merged: bool = False) -> LocationProblem:
    """Return a tenth of the sites to open; parcels times seconds."""
    costs, weight = city(customers, sites, merged=merged)
    return _problem("p_median", costs, weight, np.zeros(sites), at_most=sites // 10)


def max_cover(customers: int, sites: int) -> LocationProblem:
    """Return 30 sites to open, which cover what they reach in two minutes."""
    costs, weight = city(customers, sites)
    return _problem("max_cover", costs, weight, np.zeros(sites), at_most=COVER_OPEN, radius=COVER_S)


def capacitated(customers: int, sites: int) -> LocationProblem:
    """Return sites that hold five times the demand together, opening for about what they save."""
    costs, weight = city(customers, sites)
    rng = np.random.default_rng(sites)
    share = weight.sum() / sites
    fixed = np.rint(rng.uniform(0.5, 1.5, sites) * 600.0 * share)
    capacity = np.rint(rng.uniform(0.5, 1.5, sites) * CAPACITY * share)
    return _problem("capacitated", costs, weight, fixed, capacity=capacity)


def _problem(
    kind: str,
    costs: StreetCosts,
    weight: NDArray[np.float64],
    fixed: NDArray[np.float64],
    *,
    at_most: int | None = None,
    radius: float | None = None,
    capacity: NDArray[np.float64] | None = None,
) -> LocationProblem:
    sites = costs.shape[1]
    nothing = np.zeros(sites, dtype=bool)
    hold = np.full(sites, np.inf) if capacity is None else capacity
    return LocationProblem(
        kind=kind,
        costs=costs,
        weight=weight,
        demand=weight,
        sizes=Sizes(np.arange(sites, dtype=np.int32), fixed, hold, np.zeros(sites)),
        required=nothing,
        forbidden=nothing,
        at_most=at_most,
        radius=radius,
    )


def city(
    customers: int, sites: int, *, merged: bool = False, streets: Streets | None = None
) -> tuple[StreetCosts, NDArray[np.float64]]:
    """Return seconds between seeded demand points and sites, and whole parcels a day.

    Parameters
    ----------
    merged : make one customer of all demand points at one street node.
    """
    from optimizer.travel import StreetCosts, merge_customers

    map_ = shipped_streets() if streets is None else streets
    arcs = map_.arcs[PROFILE]
    rng = np.random.default_rng(customers)
    here, there = (places(map_, rng, count) for count in (customers, sites))
    weight = np.ceil(rng.lognormal(1.0, 0.8, customers))
    if merged:
        merging = merge_customers(here, weight)
        here, weight = merging.node, merging.amounts[0]
    return StreetCosts(arcs, map_.node_count, here, there), weight


def places(streets: Streets, rng: np.random.Generator, count: int) -> NDArray[np.int32]:
    """Return street nodes near seeded points, 85 % of which stand in clusters."""
    from scipy.spatial import cKDTree

    node = np.unique(streets.arcs[PROFILE].tail)
    spot = np.stack([streets.x_m[node], streets.y_m[node]], axis=1)
    low, high = spot.min(axis=0), spot.max(axis=0)
    centre = spot[np.random.default_rng(0).integers(len(node), size=CLUSTERS)]
    near = centre[rng.integers(CLUSTERS, size=count)]
    near = near + rng.normal(0.0, SPREAD * (high - low).max(), (count, 2))
    point = np.where(rng.random((count, 1)) < CLUSTERED, near, rng.uniform(low, high, (count, 2)))
    return node[cKDTree(spot).query(point)[1]].astype(np.int32)


@cache
def shipped_streets() -> Streets:
    """Return the streets of the shipped city, from the cache of networks where it is there."""
    from optimizer.network import load_network
    from optimizer.scenario.city import StreetsBlock

    folder = ROOT / "instances" / CITY
    (extract,) = folder.glob("*.osm.pbf")
    return load_network(StreetsBlock(osm=extract.name), folder).streets
