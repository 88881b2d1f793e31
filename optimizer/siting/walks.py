"""One annealed walk from a start: its ground, its moves, and its state between two chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from optimizer.core.kinds import Kind
from optimizer.siting.city import Reach
from optimizer.siting.estimate import serve_all, settle_prices
from optimizer.siting.flows import Flows
from optimizer.siting.local import Around, make_around
from optimizer.siting.proposals import Ground, Moves
from optimizer.siting.search import Best, anneal, worth
from optimizer.siting.ways import HUB, LANES, POINT, Lanes, Open, Town, make_lanes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.insides import Insides
    from optimizer.siting.starts import Start

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NEIGHBOURS = 8
POOL = 4096
MORE = 128  # of it, for each hub inside a hotel of the start
UNIFORM_SHARE = 0.15  # of the pool: options without any promise
PRICE_ROUNDS = 2
FIRST_ROUNDS, FIRST_STEP = 30, 0.05
PENALTY = 3.0  # typical gains per parcel that a minimum use lacks


class _OwnFlows(NamedTuple):
    """Links the estimate uses, parcels a day on each, their saving, and parcels uses lack."""

    bike: Ints
    biked: Floats
    pickup: Ints
    picked_up: Floats
    saving: float
    short: float


@dataclass
class Walk:
    """A start, the best state met from it, and everything the kernel needs.

    inside : hubs that may open inside hotels of the start.
    """

    start: Start
    town: Town
    ground: Ground
    moves: Moves
    inside: Ints
    opened: Open
    best: Best
    lanes: tuple[Lanes, Lanes]
    around: Around
    typical: float
    insides: Insides | None = None
    chunks: int = 0

    @property
    def saving(self) -> float:
        """What the best state saves by the estimate, hotels included, EUR per year."""
        return self.saving_of(self.best)

    def saving_of(self, best: Best) -> float:
        """Return what another state with the hotels of this walk saves."""
        hotels = self.start.hotel_value
        if self.insides is not None:
            mine = self.insides.of(best.hub)
            hotels = self.insides.value(mine) + self.insides.lost(mine)
        return float(best.value[0]) + hotels

    def renew(self, moves: Moves) -> None:
        """Draw moves from other pools; hubs that may go inside come as often as promising ones."""
        more = np.repeat(self.inside, MORE)
        self.moves = moves._replace(hub_pool=np.concatenate([moves.hub_pool, more]))

    def housed(self) -> Start | None:
        """Return the start with tenants for the best state; None where there are none."""
        if self.insides is None:
            return self.start
        return self.insides.start(self.insides.of(self.best.hub))

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
            anneal(
                self.town,
                self.ground,
                self.moves,
                self.opened,
                self.best,
                (*self.lanes, self.around),
                control,
            )
        )

    def settle(self, chunks: int) -> None:
        """Look longer for prices of the best state: as good as exact flows but for some tenths."""
        self.back_to_best()
        for _ in range(chunks):
            settle_prices(self.town, self.opened, self.lanes[0], FIRST_ROUNDS, self.typical)
            value = worth(self.town, self.opened, self.lanes[0], PENALTY * self.typical)
            if value > self.best.value[0]:
                self.best.value[0] = value
                self.best.price[:] = self.opened.price
        self.back_to_best()

    def back_to_best(self) -> None:
        """Continue from the best state met."""
        self.opened.hub[:], self.opened.point[:] = self.best.hub, self.best.point
        self.opened.price[:] = self.best.price

    def useful_links(self, ways: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return bike and pick-up links among the best `ways` of each point at the best prices.

        Those the estimate uses are among them, and for facilities near their minimum use all are.
        """
        own = self._own_flows()
        bike = _best_links(self, self.town.bike, self.best.hub, self.best.price[0], ways)
        pickup = _best_links(self, self.town.pickup, self.best.point, self.best.price[1], ways)
        bike[own.bike], pickup[own.pickup] = True, True
        return bike, pickup

    def served(self, parcels: Floats) -> Flows | None:
        """Return the estimate's own flows for the best state; None where a minimum use lacks."""
        own, bike, pickup = self._own_flows(), self.town.bike, self.town.pickup
        if own.short > 0.0:
            return None
        return Flows(
            own.bike,
            self.best.hub[_sites(bike)[own.bike]],
            own.biked / parcels[bike.point[own.bike]],
            own.pickup,
            self.best.point[_sites(pickup)[own.pickup]],
            own.picked_up / parcels[pickup.point[own.pickup]],
            -own.saving,
        )

    def _own_flows(self) -> _OwnFlows:
        self.back_to_best()
        lanes, points = self.lanes[0], len(self.town.parcels)
        settle_prices(self.town, self.opened, lanes, 0, self.typical)
        saving, short = serve_all(self.town, self.opened, lanes)
        parts: list[tuple[Ints, Floats]] = []
        for first, end, reach in ((HUB, POINT, self.town.bike), (POINT, LANES, self.town.pickup)):
            lane, point = np.nonzero(lanes.amount[:, first:end].T > 0.0)
            key = reach.point + _sites(reach) * points
            link = np.searchsorted(key, lanes.site[point, first + lane] * points + point)
            parts.append((link, lanes.amount[point, first + lane]))
        return _OwnFlows(*parts[0], *parts[1], float(saving), float(short))

    def open_option(self, options: int) -> NDArray[np.bool_]:
        """Return the best state as openings, hotels included."""
        opened = np.zeros(options, dtype=bool)
        for part in (self.best.hub, self.best.point, self.start.hotel):
            opened[part[part >= 0]] = True
        return opened


def _sites(reach: Reach) -> Ints:
    """Return the site of every link."""
    return np.repeat(np.arange(len(reach.start) - 1), np.diff(reach.start))


def _best_links(walk: Walk, reach: Reach, now: Ints, price: Floats, ways: int) -> NDArray[np.bool_]:
    """Keep the best links by what a parcel gains, and by what all gain who may take them."""
    keep = np.zeros(len(reach.point), dtype=bool)
    links, nets = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    choice = walk.town.choice
    for site in np.flatnonzero(now >= 0):
        mine = np.arange(reach.start[site], reach.start[site + 1])
        net = reach.gain[mine] - choice.handling[now[site]] - price[site]
        order = np.argsort(-net, kind="stable")
        enough = np.cumsum(reach.most[mine[order]]) <= 1.5 * choice.minimum[now[site]]
        keep[mine[order[: int(enough.sum()) + 1]]] = True
        links.append(mine)
        nets.append(net)
    link, net = np.concatenate(links), np.concatenate(nets)
    for gained in (net, net * reach.most[link]):
        order = np.lexsort((-gained, reach.point[link]))
        point = reach.point[link[order]]
        first = np.searchsorted(point, point)
        keep[link[order[np.arange(len(point)) - first < ways]]] = True
    return keep


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
        _by_point(city.pickup, city.point_count),
    )


def _by_point(reach: Reach, points: int) -> Reach:
    """Return the links by demand point: where those of each begin, and their site as `point`."""
    link = np.argsort(reach.point, kind="stable")
    site = _sites(reach)
    start = np.searchsorted(reach.point[link], np.arange(points + 1))
    return Reach(
        start.astype(np.int64),
        site[link].astype(np.int32),
        reach.gain[link],
        reach.need[link],
        reach.most[link],
        reach.time_s[link],
    )


def typical_gain(city: City) -> float:
    """Return a typical gain per parcel a day: the size of a facility's price."""
    gain = np.concatenate([city.bike.gain, city.pickup.gain, [1e-3]])
    gain = gain[gain > 0]
    return float(np.median(gain)) if len(gain) else 1.0


def begin_walk(
    problem: Problem,
    data: SitingData,
    city: City,
    start: Start,
    moves: Moves,
    price: Floats | None = None,
    insides: Insides | None = None,
) -> Walk:
    """Set a walk up at its start and price it.

    price : prices per site of an earlier walk, (2, s): better ones than from none. insides : hubs
    inside the hotels of the start.
    """
    town, typical = make_town(city), typical_gain(city)
    if insides is not None:
        fixed = town.choice.fixed.copy()
        fixed[insides.options] += insides.loss
        town = town._replace(choice=town.choice._replace(fixed=fixed))
    sites = city.site_count
    opened = Open(
        start.hub.copy(),
        start.point.copy(),
        np.zeros((2, sites)) if price is None else price.copy(),
        np.full((2, sites), FIRST_STEP * typical),
        *np.zeros((2, 2, sites)),
    )
    best = Best(start.hub.copy(), start.point.copy(), opened.price.copy(), np.full(1, -np.inf))
    ground = _ground(problem, data, city, start, insides)
    walk = Walk(
        start=start,
        town=town,
        ground=ground,
        moves=moves,
        inside=np.flatnonzero(ground.free & (data.inside_m2 > 0)),
        opened=opened,
        best=best,
        lanes=(make_lanes(city.point_count), make_lanes(city.point_count)),
        around=make_around(city.point_count, sites),
        typical=typical,
        insides=insides,
    )
    walk.renew(moves)
    rounds = FIRST_ROUNDS if price is None else 0
    settle_prices(town, opened, walk.lanes[0], rounds, typical)
    best.value[0] = worth(town, opened, walk.lanes[0], PENALTY * typical)
    best.price[:] = opened.price
    return walk


def inside_hubs(problem: Problem, data: SitingData, start: Start) -> NDArray[np.bool_]:
    """Return hubs inside a hotel that stands, for which its tenants leave room and fill it, (o,).

    They may open and close while the tenants stay. Not in problems with a block of hotels, where
    they also take docks.
    """
    fits = np.zeros(data.option_count, dtype=bool)
    inside = np.flatnonzero((data.inside_m2 > 0) & ~data.forbidden)
    hotel = start.hotel[data.site[inside]] if len(start.hotel) else inside
    inside, hotel = inside[hotel >= 0], hotel[hotel >= 0]
    if not len(inside) or problem.hotels is not None:
        return fits
    levels, firm = problem.levels, np.flatnonzero(start.tenant_option >= 0)
    let = np.bincount(
        start.tenant_option[firm], problem.tenants.area_m2[firm], minlength=data.option_count
    )
    below = firm[levels.number[start.tenant_level[firm]] == 0]
    ground_let = np.bincount(
        start.tenant_option[below], problem.tenants.area_m2[below], minlength=data.option_count
    )
    designs = problem.designs.count
    floor = np.bincount(levels.design, levels.area_m2, minlength=designs)
    ground = np.bincount(levels.design, levels.area_m2 * (levels.number == 0), minlength=designs)
    design = data.design[hotel]
    room = ground[design] - ground_let[hotel] >= data.inside_m2[inside]
    filled = let[hotel] >= problem.designs.let_share_min[design] * floor[design]
    fits[inside[room & filled]] = True
    return fits


def _ground(
    problem: Problem, data: SitingData, city: City, start: Start, insides: Insides | None
) -> Ground:
    footprint = problem.designs.footprint_m2[data.design].astype(float)
    area = problem.sites.area_m2.astype(float)
    have = np.flatnonzero(start.hotel >= 0)
    area[have] -= footprint[start.hotel[have]]
    inside = inside_hubs(problem, data, start)
    if insides is not None:
        inside[insides.options[insides.may]] = True
    locked = np.zeros((2, city.site_count), dtype=bool)
    for row, part in enumerate((start.hub, start.point)):
        mine = np.flatnonzero(part >= 0)
        bound = (data.inside_m2[part[mine]] > 0) & ~inside[part[mine]]
        locked[row, mine[city.choice.always[part[mine]] | bound]] = True
    usable = np.zeros(data.option_count, dtype=bool)
    usable[city.choice.hub_option] = True
    usable[city.choice.point_option] = True
    use, once = city.option_use, city.site_use
    return Ground(
        hotel=start.hotel,
        area=area,
        footprint=footprint,
        free=usable & ((data.inside_m2 == 0) | inside) & ~data.forbidden,
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


def make_moves(problem: Problem, data: SitingData, city: City, promise: Floats, seed: int) -> Moves:
    """Draw the pools: options by `promise` (>= 0), and some of all others."""
    rng = np.random.default_rng(seed)
    near, pools = [], []
    for kind, options in (
        (Kind.MICRO_HUB, city.choice.hub_option),
        (Kind.DELIVERY_POINT, city.choice.point_option),
    ):
        free = (data.inside_m2[options] == 0) & ~data.open_always[options]
        pools.append(_pool(options[free], promise, rng))
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
    """Return for every site the nearest of `sites` as the crow flies, filled up with -1."""
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
