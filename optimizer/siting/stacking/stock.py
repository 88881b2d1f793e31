"""What a search of tenants in hotels knows: all periods side by side, houses open or not.

One period is a horizon of one. Amounts of money are EUR per year of the horizon: yearly ones times
the weight of their period, one-off ones times the weight of a payment then. Sums that must reach or
stay below something over a house or all houses are lacks: m2 (or jobs, tenants) that are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.hotels import Space
from optimizer.core.kinds import Kind, Noise
from optimizer.siting.stacking.houses import HOUR_MIN, build_houses
from optimizer.siting.stacking.hybrids import fit_out_eur_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.hotels import Hotels
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.houses import Houses

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

LACK_PRICE = 4.0
"""A lack costs so many times what the best tenant pays per m2 (or job)."""
NEEDS, GIVES, LET, SENDS = range(4)
"""First amounts of a house; then what is taken (q), members' areas (m), minutes and jobs."""


class Once(NamedTuple):
    """Costs that join periods, EUR per year of the horizon; t periods, f tenants, n units.

    moving : (2, t, f), of a tenant who moves at t within a house, or from it. fitting : (2, t, n),
    of a hybrid unit that is fitted out, or switches.
    """

    moving: Floats
    fitting: Floats


class Rooms(NamedTuple):
    """t periods, h houses with n units, f tenants with p parts, main parts first.

    start (h + 1,) : units. house, number, hybrid, position_m : (n,). part_start (f + 1,), part_of
    (p,), part_apart (p,). fits : (t, p, n). part_use : (t, p, 4), m2, 1, and 1 if a workshop, an
    office. room : (t, n, 2), m2 and parts. lift (f,), lift_max (h,). pair : (f, f), bits of rules
    that keep two tenants apart; enough : (2, bits), levels or metres that suffice.
    """

    start: Ints
    house: Ints
    number: Ints
    hybrid: Flags
    position_m: Floats
    part_start: Ints
    part_of: Ints
    part_apart: Ints
    fits: Flags
    part_use: Ints
    room: Ints
    lift: Ints
    lift_max: Ints
    pair: Ints
    enough: Floats


class Demands(NamedTuple):
    """What tenants take of a house: amounts c (those that are not 0), and noise.

    use_at (f + 1,), use_col (x,), use (t, x). limit : (t, h, c), inf where only sums count.
    noise_at (h + 1,), noise_row (y,) : rows that a house counts in; noise (f, y), noise_room (m,).
    """

    use_at: Ints
    use_col: Ints
    use: Floats
    limit: Floats
    noise_at: Ints
    noise_row: Ints
    noise: Ints
    noise_room: Ints


class Worth(NamedTuple):
    """What places are worth, and what sums have to reach.

    gain (t, f, h), area (t, f). service (t, h, f + 1) : by number of tenants. value : (t, q), of
    exchanges within a house. moving, fitting : see `Once`. let_min : (t, h). share : (2, m, h),
    least and most of the let area that members have, 0 and 1 where free. Sums over houses:
    total_col (g,), counted (c,), covers (g, h), sums (2, g), least and most; pairs (2, r) : one sum
    that is a share of another, pair_share (2, r). Support: supported (h,), near (h, h), backs (f,).
    cand_start (f + 1,), cand : houses that may suit a tenant. by_size, rank (f,) : tenants from the
    smallest to the largest, and where each stands among them. price : (1,), EUR per lack.
    """

    gain: Floats
    area: Ints
    service: Floats
    value: Floats
    moving: Floats
    fitting: Floats
    let_min: Floats
    share: Floats
    total_col: Ints
    counted: Flags
    covers: Flags
    sums: Floats
    pairs: Ints
    pair_share: Floats
    supported: Flags
    near: Flags
    backs: Flags
    cand_start: Ints
    cand: Ints
    by_size: Ints
    rank: Ints
    price: Floats


class Stock(NamedTuple):
    """Everything that a search of tenants does not change."""

    rooms: Rooms
    demands: Demands
    worth: Worth


def all_houses(parts: Sequence[Problem], datas: Sequence[SitingData]) -> tuple[Houses, ...]:
    """Return the houses of every period, the same in all, whether they may be open then or not."""
    hotel = datas[0].kind == Kind.PRODUCTIVE_HOTEL
    never = hotel & np.all([data.forbidden for data in datas], axis=0)
    return tuple(
        build_houses(part, data.replace(forbidden=(data.forbidden & ~hotel) | never))
        for part, data in zip(parts, datas, strict=True)
    )


def build_stock(
    parts: Sequence[Problem],
    datas: Sequence[SitingData],
    houses: Sequence[Houses],
    opened: Flags,
    weight: Floats,
    once: Once | None = None,
) -> Stock:
    """Return the arrays of a search; opened : (t, o), hubs in it take floor and docks of hotels.

    weight : (t,), of a year of each period. once : None for a single period.
    """
    hotels, one = hotels_of(parts[0]), houses[0]
    inside = [
        _inside(part, data, one, row) for part, data, row in zip(parts, datas, opened, strict=True)
    ]
    floor, docks = (np.array([pair[rank] for pair in inside]) for rank in range(2))
    if once is None:
        nobody, fit = np.zeros((2, 1, len(one.area_m2))), fit_out_eur_year(parts[0])[one.unit]
        once = Once(nobody, np.stack([fit, np.zeros_like(fit)])[:, None, :])
    rooms = _rooms(parts[0], hotels, houses, floor)
    demands = _demands(parts, houses, docks)
    worth = _worth(parts, houses, floor, weight, once)
    return Stock(
        Rooms(*map(_laid_out, rooms)),
        Demands(*map(_laid_out, demands)),
        Worth(*map(_laid_out, worth)),
    )


def _laid_out(field: Any) -> Any:
    """Return an array in the one layout that kernels are compiled for."""
    return np.require(field, requirements=("C", "W"))


def hotels_of(part: Problem) -> Hotels:
    """Return the block of hotels of a problem that has one."""
    if part.hotels is None:
        message = "the problem has no block of hotels"
        raise ValueError(message)
    return part.hotels


def _inside(problem: Problem, data: SitingData, houses: Houses, opened: Flags) -> tuple[Ints, Ints]:
    """Return the floor and the docks that hubs inside houses take, (h,) each."""
    hub = np.flatnonzero(opened & (data.inside_m2 > 0) & (data.kind == Kind.MICRO_HUB))
    floor, docks = np.zeros((2, problem.sites.count), dtype=np.int64)
    floor[data.site[hub]] = data.inside_m2[hub]
    docks[data.site[hub]] = hotels_of(problem).equipment.inside_docks[data.design[hub]]
    return floor[houses.site], docks[houses.site]


def _rooms(problem: Problem, hotels: Hotels, houses: Sequence[Houses], floor: Ints) -> Rooms:
    one, periods = houses[0], len(houses)
    room = np.repeat(np.stack([one.room_m2, one.tenants_max], axis=1)[None], periods, axis=0)
    grounded = np.flatnonzero(one.ground >= 0)
    room[:, one.ground[grounded], 0] -= floor[:, grounded]
    flat = [np.ones_like(one.part_space)]
    flat += [(one.part_space == space).astype(np.int64) for space in (Space.WORKSHOP, Space.OFFICE)]
    pair, enough = _pairs(problem, hotels)
    return Rooms(
        start=one.unit_start.copy(),
        house=one.house.astype(np.int64),
        number=one.number.copy(),
        hybrid=one.space == Space.HYBRID,
        position_m=one.position_m.copy(),
        part_start=one.part_start.copy(),
        part_of=one.part_of.astype(np.int64),
        part_apart=one.part_apart.copy(),
        fits=np.stack([home.fits for home in houses]),
        part_use=np.stack([np.stack([home.part_m2, *flat], axis=1) for home in houses]),
        room=room,
        lift=one.lift_trips.copy(),
        lift_max=one.lift_max.copy(),
        pair=pair,
        enough=enough,
    )


def _pairs(problem: Problem, hotels: Hotels) -> tuple[Ints, Floats]:
    """Return who keeps apart from whom, as bits, and what suffices; NOISY and SENSITIVE last."""
    apart, needs, noise = hotels.apart, hotels.businesses, problem.tenants.noise
    pair = np.zeros((len(noise), len(noise)), dtype=np.int64)
    for rule in range(apart.count):
        mine = np.outer(apart.first[rule], apart.second[rule])
        if apart.same_hours[rule]:
            mine &= _meet(needs.work_from, needs.work_until)
        pair |= (mine | mine.T).astype(np.int64) << rule
    mine = np.outer(noise == Noise.NOISY, noise == Noise.SENSITIVE)
    pair |= (mine | mine.T).astype(np.int64) << apart.count
    enough = np.stack([np.append(apart.levels, 1.0), np.append(apart.distance_m, np.inf)])
    return pair, enough


def at_no_distance(problem: Problem) -> Flags:
    """Return whose main parts are never in one unit, (f, f)."""
    pair, enough = _pairs(problem, hotels_of(problem))
    apart: Flags = np.zeros(pair.shape, dtype=bool)
    for rule in np.flatnonzero(enough[1] > 0.0).tolist():
        apart |= (pair >> rule & 1) > 0
    return apart


def _meet(begin: NDArray[np.int32], end: NDArray[np.int32]) -> Flags:
    """Return whose hours of work share an hour of the clock, (f, f)."""
    hour = np.arange(24)[None, :]
    at_work = np.zeros((len(begin), 24), dtype=bool)
    for day in (-24, 0, 24):
        at_work |= (begin[:, None] + day <= hour) & (hour < end[:, None] + day)
    shared: Flags = (at_work.astype(np.int64) @ at_work.T.astype(np.int64)) > 0
    return shared


def _demands(parts: Sequence[Problem], houses: Sequence[Houses], docks: Ints) -> Demands:
    hotels, one = hotels_of(parts[0]), houses[0]
    tables = []
    for part, home in zip(parts, houses, strict=True):
        exchange, area = hotels_of(part).symbiosis, home.area_m2[:, None]
        flags = np.stack([one.needs, one.gives & ~one.needs], axis=1)
        made = area * one.productive[:, None], area * hotels.mix.members.T
        tables.append(
            np.hstack(
                [flags, area, exchange.gives, exchange.takes, *made, home.dock_use, home.skill_jobs]
            )
        )
    table = np.stack(tables).astype(float)
    firm, column = np.nonzero(np.any(table != 0.0, axis=0))
    hours = (one.hours[:, 1] - one.hours[:, 0]).astype(float)
    limit = np.full((len(parts), len(one.option), table.shape[2]), np.inf)
    last = table.shape[2] - one.skill_max.shape[1]
    limit[:, :, last:] = one.skill_max
    taken = HOUR_MIN * docks[:, :, None] * hours
    limit[:, :, last - len(hours) : last] = one.dock_room - taken
    heard = one.noise_use.any(axis=0)
    house, row = np.nonzero(heard)
    return Demands(
        use_at=np.searchsorted(firm, np.arange(table.shape[1] + 1)).astype(np.int64),
        use_col=column.astype(np.int64),
        use=np.ascontiguousarray(table[:, firm, column]),
        limit=limit,
        noise_at=np.searchsorted(house, np.arange(len(one.option) + 1)).astype(np.int64),
        noise_row=row.astype(np.int64),
        noise=np.ascontiguousarray(one.noise_use[:, house, row]),
        noise_room=one.noise_room.copy(),
    )


def _worth(
    parts: Sequence[Problem], houses: Sequence[Houses], floor: Ints, weight: Floats, once: Once
) -> Worth:
    hotels, one = hotels_of(parts[0]), houses[0]
    mix, resources, count = hotels.mix, hotels.symbiosis.count, len(one.option)
    place = parts[0].sites.jurisdiction[one.site]
    covers = mix.covers[:, place]
    bound = covers & mix.each_hotel[:, None]
    members = SENDS + 2 * resources + 1 + np.arange(mix.count)
    minutes = SENDS + 2 * resources + 1 + mix.count
    skills = minutes + len(one.hours) + mix.jobs_skill
    columns = minutes + len(one.hours) + one.skill_max.shape[1]
    shared = np.flatnonzero(~mix.each_hotel & ((mix.share_min > 0.0) | (mix.share_max < 1.0)))
    most = np.where(mix.area_max_m2 < 0, np.inf, mix.area_max_m2.astype(float))
    free = np.full(mix.count + len(mix.jobs_name), np.inf)
    suits = np.zeros((len(one.area_m2), count), dtype=bool)
    for home in houses:
        np.logical_or.at(suits.T, one.house, home.fits[: len(one.area_m2)].T)
    firm, cand = np.nonzero(suits)
    gain = np.stack([w * home.gain_eur for w, home in zip(weight, houses, strict=True)])
    area = np.stack([home.area_m2 for home in houses])
    by_size = np.argsort(area.max(axis=0, initial=0), kind="stable")
    dearest = gain.sum(axis=0) / np.maximum(area.max(axis=0, initial=0), 1)[:, None]
    least = np.vstack([one.productive_min, np.where(bound, mix.share_min[:, None], 0.0)])
    top = np.vstack([np.ones(count), np.where(bound, mix.share_max[:, None], 1.0)])
    total_col = np.concatenate([members, np.full(mix.count, LET), skills]).astype(np.int64)
    return Worth(
        gain=gain,
        area=area,
        service=_services(hotels, one, weight),
        value=np.outer(weight, hotels.symbiosis.value_eur),
        moving=once.moving,
        fitting=once.fitting,
        let_min=np.stack([home.let_min_m2 for home in houses]) - floor,
        share=np.stack([least, top]),
        total_col=total_col,
        counted=np.isin(np.arange(columns), total_col),
        covers=np.concatenate([covers, covers, mix.jobs_covers[:, place]]),
        sums=np.stack(
            [
                np.concatenate([mix.area_min_m2, np.zeros(mix.count), mix.jobs_min]),
                np.concatenate([most, free]),
            ]
        ),
        pairs=np.stack([shared, shared + mix.count]).astype(np.int64),
        pair_share=np.stack([mix.share_min[shared], mix.share_max[shared]]),
        supported=one.supported.copy(),
        near=one.support_near.copy(),
        backs=one.gives & ~one.needs,
        cand_start=np.searchsorted(firm, np.arange(len(one.area_m2) + 1)).astype(np.int64),
        cand=cand.astype(np.int64),
        by_size=by_size,
        rank=np.argsort(by_size),
        price=np.array([LACK_PRICE * np.max(dearest, initial=1.0)]),
    )


def _services(hotels: Hotels, houses: Houses, weight: Floats) -> Floats:
    services, number = hotels.services, np.arange(len(houses.area_m2) + 1)
    worth = np.zeros((len(houses.option), len(number)))
    for v in range(services.count):
        pays = services.eur_tenant_year[v] * number - services.eur_year[v]
        pays = np.where(number >= services.tenants_min[v], np.maximum(pays, 0.0), 0.0)
        worth += np.outer(services.designs[v][houses.design], pays)
    return weight[:, None, None] * worth[None]
