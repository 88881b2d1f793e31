"""One annealed walk from a start: its ground, its moves, and its state between two chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from optimizer.core.kinds import Kind
from optimizer.siting.estimate import Lanes, Open, Town, make_lanes
from optimizer.siting.search import Best, Ground, Moves, anneal, worth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.starts import Start

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NEIGHBOURS = 8
POOL = 4096
UNIFORM_SHARE = 0.15  # of the pool: options without any promise
PRICE_ROUNDS = 2
FIRST_ROUNDS = 30
PENALTY = 3.0  # typical gains per parcel that a minimum use lacks


@dataclass
class Walk:
    """A start, the best state met from it, and everything the kernel needs."""

    start: Start
    town: Town
    ground: Ground
    moves: Moves
    opened: Open
    best: Best
    lanes: Lanes
    typical: float
    chunks: int = 0

    @property
    def saving(self) -> float:
        """What the best state saves by the estimate, hotels included, EUR per year."""
        return float(self.best.value[0]) + self.start.hotel_value

    def step(self, count: int, temperature: float, seed: int) -> float:
        """Try `count` moves; return links looked at."""
        self.chunks += 1
        control = (
            (seed * 1_000_003 + self.chunks) % 2**31,
            count,
            temperature,
            PRICE_ROUNDS,
            self.typical,
            PENALTY * self.typical,
        )
        return float(
            anneal(self.town, self.ground, self.moves, self.opened, self.best, self.lanes, control)
        )

    def back_to_best(self) -> None:
        """Continue from the best state met."""
        self.opened.hub[:], self.opened.point[:] = self.best.hub, self.best.point
        self.opened.price[:] = self.best.price

    def open_option(self, options: int) -> NDArray[np.bool_]:
        """Return the best state as openings, hotels included."""
        opened = np.zeros(options, dtype=bool)
        for part in (self.best.hub, self.best.point, self.start.hotel):
            opened[part[part >= 0]] = True
        return opened


def make_town(city: City) -> Town:
    """Return what the estimate reads."""
    return Town(
        city.parcels,
        city.parcels * city.bike_most,
        city.parcels * city.pickup_most,
        city.nearest,
        city.bike,
        city.pickup,
        city.choice,
    )


def typical_gain(city: City) -> float:
    """Return a typical gain per parcel a day: the size of a facility's price."""
    gain = np.concatenate([city.bike.gain, city.pickup.gain, [1e-3]])
    gain = gain[gain > 0]
    return float(np.median(gain)) if len(gain) else 1.0


def begin_walk(
    problem: Problem, data: SitingData, city: City, start: Start, moves: Moves
) -> Walk:
    """Set a walk up at its start and price it."""
    town, typical = make_town(city), typical_gain(city)
    sites = city.site_count
    opened = Open(
        start.hub.copy(),
        start.point.copy(),
        np.zeros((2, sites)),
        np.full((2, sites), 0.05 * typical),
        np.zeros((2, sites)),
        np.zeros((2, sites)),
    )
    best = Best(start.hub.copy(), start.point.copy(), opened.price.copy(), np.full(1, -np.inf))
    walk = Walk(
        start=start,
        town=town,
        ground=_ground(problem, data, city, start),
        moves=moves,
        opened=opened,
        best=best,
        lanes=make_lanes(city.point_count),
        typical=typical,
    )
    value, _ = worth(town, opened, walk.lanes, FIRST_ROUNDS, (typical, PENALTY * typical))
    best.value[0] = value
    best.price[:] = opened.price
    return walk


def _ground(problem: Problem, data: SitingData, city: City, start: Start) -> Ground:
    footprint = problem.designs.footprint_m2[data.design].astype(float)
    area = problem.sites.area_m2.astype(float)
    have = np.flatnonzero(start.hotel >= 0)
    area[have] -= footprint[start.hotel[have]]
    locked = np.zeros((2, city.site_count), dtype=bool)
    for row, part in enumerate((start.hub, start.point)):
        mine = np.flatnonzero(part >= 0)
        fixed = city.choice.always[part[mine]] | (data.inside_m2[part[mine]] > 0)
        locked[row, mine[fixed]] = True
    usable = np.zeros(data.option_count, dtype=bool)
    usable[city.choice.hub_option] = True
    usable[city.choice.point_option] = True
    use, once = city.option_use, city.site_use
    return Ground(
        hotel=start.hotel,
        area=area,
        footprint=footprint,
        free=usable & (data.inside_m2 == 0) & ~data.forbidden,
        locked=locked,
        use_start=use.indptr.astype(np.int64),
        use_row=use.indices.astype(np.int64),
        use=use.data.astype(float),
        once_start=once.indptr.astype(np.int64),
        once_row=once.indices.astype(np.int64),
        once=once.data.astype(float),
        consumes=city.consumes,
        limit=city.rows.limit,
    )


def make_moves(
    problem: Problem, data: SitingData, city: City, promise: Floats, seed: int
) -> Moves:
    """Draw the pools: options by `promise` (>= 0), and some of all others."""
    rng = np.random.default_rng(seed)
    near, pools = [], []
    for kind, options in (
        (Kind.MICRO_HUB, city.choice.hub_option),
        (Kind.DELIVERY_POINT, city.choice.point_option),
    ):
        options = options[(data.inside_m2[options] == 0) & ~data.open_always[options]]
        pools.append(_pool(options, promise, rng))
        near.append(_near(problem, np.unique(data.site[data.kind == kind])))
    return Moves(pools[0], pools[1], near[0], near[1])


def _pool(options: Ints, promise: Floats, rng: np.random.Generator) -> Ints:
    if not len(options):
        return np.zeros(0, dtype=np.int64)
    weight = promise[options]
    even = np.full(len(options), 1.0 / len(options))
    share = weight / weight.sum() if weight.sum() > 0 else even
    return rng.choice(options, POOL, p=(1 - UNIFORM_SHARE) * share + UNIFORM_SHARE * even)


def _near(problem: Problem, sites: Ints) -> Ints:
    """Return for every site the nearest of `sites` (as the crow flies), -1 where there are fewer."""
    count = problem.sites.count
    near = np.full((count, NEIGHBOURS), -1, dtype=np.int64)
    if not len(sites):
        return near
    stretch = np.cos(np.radians(np.mean(problem.sites.lat)))
    place = np.column_stack([problem.sites.lon * stretch, problem.sites.lat])
    _, rank = cKDTree(place[sites]).query(place, k=np.arange(1, NEIGHBOURS + 2))
    for site in range(count):
        others = [int(sites[at]) for at in rank[site] if at < len(sites)]
        others = [other for other in others if other != site][:NEIGHBOURS]
        near[site, : len(others)] = others
    return near
