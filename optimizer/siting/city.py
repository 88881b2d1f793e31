"""A siting problem as the decomposition sees it: links per parcel, and combinations per site.

Units: volumes in parcels per mean day, gains and handling in EUR per year for one parcel a day.
A combination is a hub, a hotel and a delivery point (any of them may be missing) that may stand on
one site together. Rows are the land ledgers, purses and quotas, all written as use <= limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.core.kinds import Kind
from optimizer.siting.stacking.houses import build_houses
from optimizer.siting.stacking.pricing import alike

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import Links, SitingData
    from optimizer.siting.stacking.houses import Houses

NONE = -1


class Reach(NamedTuple):
    """Links of one kind by site: start (s + 1,), and per link point, gain, need and most.

    need : 1 / acceptance (1 for bikes): what one share takes from the point's share limit.
    most : parcels per day at most. time_s : way of the link.
    """

    start: NDArray[np.int64]
    point: NDArray[np.int32]
    gain: NDArray[np.float64]
    need: NDArray[np.float64]
    most: NDArray[np.float64]
    time_s: NDArray[np.int32]


class Choice(NamedTuple):
    """Options as flat arrays of shape (o,), and the usable ones of a kind by site.

    hub_start, hub_option: options hub_option[hub_start[s]:hub_start[s + 1]] stand on site s.
    """

    site: NDArray[np.int64]
    kind: NDArray[np.int64]
    capacity: NDArray[np.float64]
    minimum: NDArray[np.float64]
    handling: NDArray[np.float64]
    fixed: NDArray[np.float64]
    always: NDArray[np.bool_]
    hub_start: NDArray[np.int64]
    hub_option: NDArray[np.int64]
    point_start: NDArray[np.int64]
    point_option: NDArray[np.int64]


class HotelType(NamedTuple):
    """What tenants see of a hotel: design, whether noise is allowed, floor and docks lost to a hub.

    house : row of `stacking.houses.Houses` where the problem has a block of hotels, the first of
    those that are alike to tenants; else NONE. services : the hotel has all the services that it
    can, with as many tenants as that takes (`stacking.pricing`); else it has few or none.
    """

    design: int
    noisy: bool
    inside_m2: int
    house: int = NONE
    inside_docks: int = 0
    services: bool = False


class Combos(NamedTuple):
    """Combinations sorted by site; site s owns start[s]:start[s + 1], at least one each.

    hub, hotel, point : options or NONE. type : index into the hotel types, or NONE.
    use : CSR, (combinations, rows). fixed : EUR per year.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int64]
    hub: NDArray[np.int64]
    hotel: NDArray[np.int64]
    point: NDArray[np.int64]
    type: NDArray[np.int64]
    fixed: NDArray[np.float64]
    use: sparse.csr_matrix


class Rows(NamedTuple):
    """Land ledgers, purses, quotas; `family` is "land", "money" or "quotas"."""

    family: tuple[str, ...]
    limit: NDArray[np.float64]


class City(NamedTuple):
    """What the decomposition reads; `possible` is False where a site has no combination.

    houses : None exactly where the problem has no block of hotels.
    """

    point_count: int
    site_count: int
    parcels: NDArray[np.float64]
    bike_most: NDArray[np.float64]
    pickup_most: NDArray[np.float64]
    nearest: bool
    bike: Reach
    pickup: Reach
    choice: Choice
    combos: Combos
    rows: Rows
    option_use: sparse.csr_matrix
    site_use: sparse.csr_matrix
    consumes: NDArray[np.bool_]
    types: tuple[HotelType, ...]
    constant: float
    possible: bool
    houses: Houses | None = None


def build_city(problem: Problem, data: SitingData) -> City:
    """Turn `data` into links per parcel and combinations per site."""
    days = float(problem.rules.delivery_days_per_year)
    parcels = np.array(data.parcels_per_day, dtype=float)
    bike_most = np.clip(data.bike_share_max, 0.0, 1.0)
    pickup_most = np.clip(data.pickup_share_max, 0.0, None)
    bike = _reach(data.bike, parcels, bike_most)
    pickup = _reach(data.pickup, parcels, pickup_most)
    usable = _usable(data, bike, pickup)
    rows, option_use, site_use = _rows(problem, data)
    houses = None if problem.hotels is None else build_houses(problem, data)
    house = _house_of(problem, data, houses)
    combos, types, possible = _combos(problem, data, (usable, house), option_use, site_use)
    combos, affordable = within_rows(combos, rows)
    return City(
        point_count=data.point_count,
        site_count=problem.sites.count,
        parcels=parcels,
        bike_most=bike_most,
        pickup_most=pickup_most,
        nearest=str(problem.rules.pickup_choice) == "nearest",
        bike=bike,
        pickup=pickup,
        choice=_choice(problem, data, usable, days),
        combos=combos,
        rows=rows,
        option_use=option_use,
        site_use=site_use,
        consumes=np.array(data.consumes, dtype=bool),
        types=types,
        constant=data.constant_eur,
        possible=possible and affordable,
        houses=houses,
    )


def _house_of(problem: Problem, data: SitingData, houses: Houses | None) -> NDArray[np.int64]:
    """Return for every option the first house that is alike to tenants, NONE without one, (o,)."""
    found = np.full(data.option_count, NONE, dtype=np.int64)
    if houses is not None:
        found[houses.option] = alike(problem, data, houses)
    return found


def _reach(links: Links, parcels: NDArray[np.float64], most: NDArray[np.float64]) -> Reach:
    point = np.array(links.point, dtype=np.int32)
    accepted = np.array(links.acceptance, dtype=float)
    share = np.minimum(accepted * most[point], 1.0)
    return Reach(
        start=np.array(links.start, dtype=np.int64),
        point=point,
        gain=links.gain_eur / parcels[point],
        need=1.0 / accepted,
        most=share * parcels[point],
        time_s=np.array(links.time_s, dtype=np.int32),
    )


def _usable(data: SitingData, bike: Reach, pickup: Reach) -> NDArray[np.bool_]:
    """Return options that may be open: not forbidden, and with demand for their minimum use."""
    within = np.zeros(data.option_count)
    for kind, reach in ((Kind.MICRO_HUB, bike), (Kind.DELIVERY_POINT, pickup)):
        total = np.concatenate([[0.0], np.cumsum(reach.most)])
        by_site = total[reach.start[1:]] - total[reach.start[:-1]]
        mine = data.kind == kind
        within[mine] = by_site[data.site[mine]]
    starved = (data.kind != Kind.PRODUCTIVE_HOTEL) & (
        (data.minimum > within * (1 + 1e-9) + 1e-9) | (data.minimum > data.capacity_mean + 1e-9)
    )
    usable: NDArray[np.bool_] = ~data.forbidden & ~(starved & ~data.open_always)
    return usable


def _by_site(
    sites: int, site: NDArray[np.int32], mine: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    option = np.flatnonzero(mine)
    option = option[np.argsort(site[option], kind="stable")]
    start = np.searchsorted(site[option], np.arange(sites + 1))
    return start.astype(np.int64), option.astype(np.int64)


def _choice(problem: Problem, data: SitingData, usable: NDArray[np.bool_], days: float) -> Choice:
    sites = problem.sites.count
    hub_start, hub = _by_site(sites, data.site, usable & (data.kind == Kind.MICRO_HUB))
    point_start, point = _by_site(sites, data.site, usable & (data.kind == Kind.DELIVERY_POINT))
    return Choice(
        site=data.site.astype(np.int64),
        kind=data.kind.astype(np.int64),
        capacity=np.array(data.capacity_mean, dtype=float),
        minimum=np.array(data.minimum, dtype=float),
        handling=data.handling_eur * days,
        fixed=np.array(data.fixed_eur, dtype=float),
        always=np.array(data.open_always, dtype=bool),
        hub_start=hub_start,
        hub_option=hub,
        point_start=point_start,
        point_option=point,
    )


def _rows(problem: Problem, data: SitingData) -> tuple[Rows, sparse.csr_matrix, sparse.csr_matrix]:
    """Return the rows, what each option uses of them, and what each site uses once (parcels)."""
    rules, sites = problem.rules, problem.sites
    where = sites.jurisdiction[data.site]
    family: list[str] = []
    limit: list[float] = []
    by_option: list[NDArray[np.float64]] = []
    by_site: list[NDArray[np.float64]] = []
    nothing = np.zeros(sites.count)
    footprint = np.zeros(data.option_count) if data.by_parcel else data.footprint_land_m2
    parcel = data.parcel_m2 if data.by_parcel else nothing
    for name, ledgers, amount, once in (
        ("land", rules.land, footprint, parcel),
        ("money", rules.money, data.capex_eur, nothing),
    ):
        for row in range(ledgers.count):
            covers = ledgers.covers[row]
            family.append(name)
            limit.append(float(ledgers.budget[row]))
            by_option.append(np.where(covers[where], amount, 0).astype(float))
            by_site.append(np.where(covers[sites.jurisdiction], once, 0).astype(float))
    quotas = rules.quotas
    for row in range(len(quotas.kind)):
        inside = (quotas.jurisdiction[row] < 0) | (where == quotas.jurisdiction[row])
        counted = (inside & (data.kind == quotas.kind[row])).astype(float)
        least, most = int(quotas.at_least[row]), int(quotas.at_most[row])
        for sign, bound in ((1.0, most), (-1.0, least)):
            if (sign > 0 and most >= 0) or (sign < 0 and least > 0):
                family.append("quotas")
                limit.append(sign * bound)
                by_option.append(sign * counted)
                by_site.append(nothing)
    shape = (len(limit), data.option_count)
    option_use = sparse.csr_matrix(np.array(by_option).reshape(shape).T)
    site_use = sparse.csr_matrix(np.array(by_site).reshape(len(limit), sites.count).T)
    return Rows(tuple(family), np.array(limit, dtype=float)), option_use, site_use


def _combos(
    problem: Problem,
    data: SitingData,
    given: tuple[NDArray[np.bool_], NDArray[np.int64]],
    option_use: sparse.csr_matrix,
    site_use: sparse.csr_matrix,
) -> tuple[Combos, tuple[HotelType, ...], bool]:
    """Enumerate what may stand on each site together; `given`: usable options and their houses."""
    usable, house = given
    docks = np.zeros(problem.designs.count, dtype=np.int64)
    if problem.hotels is not None:
        docks[:] = problem.hotels.equipment.inside_docks
    footprint = problem.designs.footprint_m2[data.design]
    types: dict[HotelType, int] = {}
    table: list[tuple[int, int, int, int, int]] = []
    possible = True
    members: list[list[list[int]]] = [[[], [], []] for _ in range(problem.sites.count)]
    for option in np.flatnonzero(usable):
        members[data.site[option]][data.kind[option]].append(int(option))
    for site, options in enumerate(members):
        area = int(problem.sites.area_m2[site])
        lists = [_alternatives(few, data.open_always) for few in options]
        before = len(table)
        for hotel in lists[Kind.PRODUCTIVE_HOTEL]:
            built = int(footprint[hotel]) if hotel >= 0 else 0
            for hub in lists[Kind.MICRO_HUB]:
                inside = int(data.inside_m2[hub]) if hub >= 0 else 0
                taken = built + (int(footprint[hub]) if hub >= 0 else 0)
                if taken > area or (inside > 0 and hotel < 0):
                    continue
                kinds = [NONE]
                if hotel >= 0:
                    noisy = bool(problem.sites.noisy_allowed[site])
                    lost = int(docks[data.design[hub]]) if inside > 0 else 0
                    design = int(data.design[hotel])
                    key = HotelType(design, noisy, inside, int(house[hotel]), lost)
                    kinds = [
                        types.setdefault(item, len(types)) for item in with_services(problem, key)
                    ]
                table.extend(
                    (site, hub, hotel, point, kind)
                    for point in lists[Kind.DELIVERY_POINT]
                    if taken + (int(footprint[point]) if point >= 0 else 0) <= area
                    for kind in kinds
                )
        if len(table) == before:
            possible = False
            table.append((site, NONE, NONE, NONE, NONE))
    column = np.array(table, dtype=np.int64).reshape(-1, 5).T
    return _combo_arrays(column, data, option_use, site_use), tuple(types), possible


def with_services(problem: Problem, kind: HotelType) -> list[HotelType]:
    """Return the hotel with few services and, where it could have some, with all of them."""
    hotels = problem.hotels
    if hotels is None or not np.any(hotels.services.designs[:, kind.design]):
        return [kind]
    return [kind, kind._replace(services=True)]


def _alternatives(options: list[int], always: NDArray[np.bool_]) -> list[int]:
    """Return the options of one kind on one site, NONE first unless one must be open."""
    forced = [option for option in options if always[option]]
    if forced:
        return forced if len(forced) == 1 else []
    return [NONE, *options]


def _combo_arrays(
    column: NDArray[np.int64],
    data: SitingData,
    option_use: sparse.csr_matrix,
    site_use: sparse.csr_matrix,
) -> Combos:
    site, hub, hotel, point, kind = (np.ascontiguousarray(part) for part in column)
    count = len(site)
    fixed = np.zeros(count)
    takes = np.zeros(count, dtype=bool)
    use = sparse.csr_matrix((count, option_use.shape[1]))
    for part in (hub, hotel, point):
        have = np.flatnonzero(part >= 0)
        fixed[have] += data.fixed_eur[part[have]]
        takes[have] |= data.consumes[part[have]]
        pick = sparse.csr_matrix(
            (np.ones(len(have)), (have, part[have])), shape=(count, data.option_count)
        )
        use = use + pick @ option_use
    once = np.flatnonzero(takes)
    if data.by_parcel and len(once):
        sites = site_use.shape[0]
        pick = sparse.csr_matrix((np.ones(len(once)), (once, site[once])), shape=(count, sites))
        use = use + pick @ site_use
    start = np.searchsorted(site, np.arange(len(data.parcel_m2) + 1)).astype(np.int64)
    return Combos(start, site, hub, hotel, point, kind, fixed, sparse.csr_matrix(use))


def within_rows(combos: Combos, rows: Rows) -> tuple[Combos, bool]:
    """Leave out combinations that break a row even if all other sites use as little as they can."""
    fits = np.ones(len(combos.site), dtype=bool)
    first = combos.start[:-1]
    for row, limit in enumerate(rows.limit):
        use = combos.use[:, [row]].toarray().ravel()
        least = np.minimum.reduceat(use, first) if len(first) else np.zeros(0)
        room = limit - (least.sum() - least)
        fits &= use <= room[combos.site] + 1e-6 * max(abs(limit), 1.0)
    kept = np.flatnonzero(fits)
    start = np.searchsorted(combos.site[kept], np.arange(len(combos.start))).astype(np.int64)
    if np.any(np.diff(start) == 0):
        return combos, False
    return Combos(
        start=start,
        site=combos.site[kept],
        hub=combos.hub[kept],
        hotel=combos.hotel[kept],
        point=combos.point[kept],
        type=combos.type[kept],
        fixed=combos.fixed[kept],
        use=sparse.csr_matrix(combos.use[kept]),
    ), True
