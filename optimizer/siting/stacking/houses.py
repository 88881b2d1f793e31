"""Hotels as arrays that every way of solving shares: units one after another, parts of tenants.

A house is a hotel option that is not forbidden. Its units are rows of `Levels`; place n of the
arrays below is one unit of one house. Which rules of `optimizer.siting.stacking` an array carries
stands beside it. Without an array of their own: `Problem.hotels` has apart, mix, services, roofs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import MILLION, Space, annex_m2, main_m2, noise_millionths, noise_room
from optimizer.core.kinds import Kind, Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.hotels import Hotels, Neighbours
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

NO_LIMIT = 1 << 40
HOUR_MIN = 60


class Houses(NamedTuple):
    """h houses with n units in all, f tenants with p parts (main parts first, then annexes).

    option, design, site : (h,). unit_start : (h + 1,); unit : (n,), row of `Levels`; house : (n,).
    room_m2, number, position_m, space, tenants_max (`NO_LIMIT`: any number) : (n,). ground : (h,),
    place of the first unit of level 0, or -1; a hub inside takes its floor from it.
    part_tenant, part_m2, part_space, part_apart (levels from the main part, -1 = any) : (p,).
    part_start (f + 1,), part_of (p,) : parts of each tenant, the main part first.
    fits : (p, n), by rules 8 and 11 as far as they look at part, unit and site alone, and the noise
    of the tenant by itself. gain_eur : (f, h), EUR per year, rent and weight of jobs.
    hours : (k, 2), dock intervals that can bind; dock_use (f, k), dock_room (h, k) : minutes.
    lift_trips (f,), lift_max (h,) : only main parts above level 0 count.
    skill_jobs (f, k), skill_max (h, k; inf = no rule).
    noise_use : (f, h, m), noise_room : (m,), millionths, at (neighbour, band) rows that can bind.
    needs, gives : (f,), support; supported (h,); support_near (h, h): a supporter in the second
    house serves the first. productive, area_m2 : (f,), whole tenants.
    let_min_m2 (what a hub inside takes counts as let), productive_min (share) : (h,).
    """

    option: Ints
    design: Ints
    site: Ints
    unit_start: Ints
    unit: Ints
    house: Ints
    room_m2: Ints
    number: Ints
    position_m: Floats
    space: Ints
    tenants_max: Ints
    ground: Ints
    part_tenant: Ints
    part_m2: Ints
    part_space: Ints
    part_apart: Ints
    part_start: Ints
    part_of: Ints
    fits: Flags
    gain_eur: Floats
    hours: Ints
    dock_use: Ints
    dock_room: Ints
    lift_trips: Ints
    lift_max: Ints
    skill_jobs: Floats
    skill_max: Floats
    noise_use: Ints
    noise_room: Ints
    needs: Flags
    gives: Flags
    supported: Flags
    support_near: Flags
    productive: Flags
    area_m2: Ints
    let_min_m2: Floats
    productive_min: Floats


def build_houses(problem: Problem, data: SitingData) -> Houses:
    """Return the arrays of a problem with `hotels`."""
    hotels, nearness = problem.hotels, data.nearness
    if hotels is None or nearness is None:
        message = "the problem has no block of hotels"
        raise ValueError(message)
    option = np.flatnonzero((data.kind == Kind.PRODUCTIVE_HOTEL) & ~data.forbidden)
    design, site = data.design[option].astype(np.int64), data.site[option].astype(np.int64)
    house, unit = np.nonzero(design[:, None] == problem.levels.design[None, :])
    start = np.searchsorted(house, np.arange(len(option) + 1)).astype(np.int64)
    number = problem.levels.number[unit].astype(np.int64)
    ground = [
        next((n for n in range(a, b) if number[n] == 0), -1)
        for a, b in zip(start[:-1].tolist(), start[1:].tolist(), strict=True)
    ]
    parts = _parts(problem, hotels)
    quiet, noise_use, room = _noise(hotels, problem, site)
    hours, dock_use = _dock_intervals(problem, hotels)
    businesses, designs = hotels.businesses, problem.designs
    trips = hotels.equipment.lift_trips_max[design].astype(np.int64)
    at = nearness.rank(site)
    total = np.bincount(problem.levels.design, problem.levels.area_m2, designs.count)
    return Houses(
        option=option,
        design=design,
        site=site,
        unit_start=start,
        unit=unit,
        house=house,
        room_m2=problem.levels.area_m2[unit],
        number=number,
        position_m=hotels.units.position_m[unit],
        space=hotels.units.space[unit].astype(np.int64),
        tenants_max=_or_no_limit(hotels.units.tenants_max[unit]),
        ground=np.array(ground, dtype=np.int64),
        part_tenant=parts[0],
        part_m2=parts[1],
        part_space=parts[2],
        part_apart=parts[3],
        part_start=np.searchsorted(np.sort(parts[0]), np.arange(problem.tenants.count + 1)).astype(
            np.int64
        ),
        part_of=np.argsort(parts[0], kind="stable"),
        fits=_fits(problem, hotels, data, (house, unit, site), quiet),
        gain_eur=data.tenant_eur[:, design],
        hours=hours,
        dock_use=dock_use,
        dock_room=HOUR_MIN * np.outer(designs.docks[design], hours[:, 1] - hours[:, 0]),
        lift_trips=businesses.lift_trips.astype(np.int64),
        lift_max=_or_no_limit(trips),
        skill_jobs=businesses.jobs_by_skill,
        skill_max=nearness.jobs_max[at],
        noise_use=noise_use,
        noise_room=room,
        needs=businesses.needs_support & (hotels.access.support_limit_s >= 0),
        gives=businesses.gives_support,
        supported=nearness.supported[at],
        support_near=nearness.near[np.ix_(at, at)],
        productive=problem.tenants.productive,
        area_m2=problem.tenants.area_m2,
        let_min_m2=(designs.let_share_min * total)[design],
        productive_min=designs.productive_share_min[design],
    )


def _or_no_limit(limit: NDArray[np.integer]) -> Ints:
    return np.where(limit < 0, NO_LIMIT, limit.astype(np.int64))


def _parts(problem: Problem, hotels: Hotels) -> tuple[Ints, Ints, Ints, Ints]:
    """Return tenant, area, space and levels apart of every part."""
    count, annexes = problem.tenants.count, hotels.annexes
    return (
        np.concatenate([np.arange(count), annexes.tenant]).astype(np.int64),
        np.concatenate([main_m2(problem), annex_m2(problem)]),
        np.concatenate([hotels.businesses.space, annexes.space]).astype(np.int64),
        np.concatenate([np.full(count, -1), annexes.levels_apart_max]).astype(np.int64),
    )


def suited(unit_space: NDArray[np.integer], part_space: NDArray[np.integer]) -> Flags:
    """Return whether a unit's space suits a part's (rule 11); arrays broadcast."""
    open_to_all = (unit_space == Space.ANY) | (unit_space == Space.HYBRID)
    found: Flags = open_to_all | (part_space == Space.ANY) | (unit_space == part_space)
    return found


def main_fits(problem: Problem, hotels: Hotels) -> Flags:
    """Return where main parts may stand by rules 8 and 11, without rules of sites, (f, l)."""
    tenants, levels, designs = problem.tenants, problem.levels, problem.designs
    units, needs = hotels.units, hotels.businesses
    fits: Flags = tenants.load_kg_m2[:, None] <= levels.load_kg_m2[None, :]
    fits &= tenants.clear_height_m[:, None] <= levels.clear_height_m[None, :]
    fits &= main_m2(problem)[:, None] <= levels.area_m2[None, :]
    paid = tenants.rent_share[:, None] * designs.rent_eur_m2_year[levels.design][None, :]
    fits &= paid <= tenants.rent_max_eur_m2_year[:, None]
    docks = (levels.number == 0) & (designs.docks[levels.design] > 0)
    fits &= docks[None, :] | ~tenants.dock[:, None]
    fits &= suited(units.space[None, :], needs.space[:, None])
    fits &= units.wet[None, :] | ~needs.wet[:, None]
    fits &= units.vented[None, :] | ~needs.vented[:, None]
    fits &= (levels.number <= 0)[None, :] | (needs.lift_kg[:, None] <= units.lift_kg[None, :])
    return fits & (tenants.area_m2 > 0)[:, None]


def _fits(
    problem: Problem,
    hotels: Hotels,
    data: SitingData,
    where: tuple[Ints, Ints, Ints],
    quiet: Flags,
) -> Flags:
    house, unit, site = where
    annexes, levels = hotels.annexes, problem.levels
    main = data.fits[:, unit] & quiet[:, house]
    banned = ~problem.sites.noisy_allowed[site[house]]
    main &= ~(banned[None, :] & (problem.tenants.noise == Noise.NOISY)[:, None])
    annex = annexes.load_kg_m2[:, None] <= levels.load_kg_m2[unit][None, :]
    annex &= annex_m2(problem)[:, None] <= levels.area_m2[unit][None, :]
    annex &= suited(hotels.units.space[unit][None, :], annexes.space[:, None])
    annex &= (problem.tenants.area_m2[annexes.tenant] > 0)[:, None]
    return np.concatenate([main, annex])


def _dock_intervals(problem: Problem, hotels: Hotels) -> tuple[Ints, Ints]:
    """Return intervals that can bind and the minutes of each tenant in them.

    An interval that could shrink without losing a window asks less than the smaller one.
    """
    needs = hotels.businesses
    minutes = needs.dock_minutes.astype(np.int64)
    timed = minutes > 0
    begin, end = needs.dock_from, needs.dock_until
    all_day = problem.tenants.dock & ~timed
    found = []
    for a in np.unique(begin[timed]).tolist():
        for b in np.unique(end[timed]).tolist():
            within = timed & (begin >= a) & (end <= b)
            if a < b and np.any(begin[within] == a) and np.any(end[within] == b):
                found.append((a, b))
    hours = np.array(found or [(0, 24)], dtype=np.int64).reshape(-1, 2)
    inside = (begin[:, None] >= hours[:, 0]) & (end[:, None] <= hours[:, 1])
    use = np.where(inside & timed[:, None], minutes[:, None], 0)
    use = np.where(all_day[:, None], HOUR_MIN * (hours[:, 1] - hours[:, 0])[None, :], use)
    return hours, use.astype(np.int64)


def _noise(hotels: Hotels, problem: Problem, site: Ints) -> tuple[Flags, Ints, Ints]:
    """Return who by itself is quiet enough in a house, (f, h), and use and room of binding rows."""
    neighbours, power = hotels.neighbours, hotels.businesses.noise_db
    quiet = np.ones((problem.tenants.count, len(site)), dtype=bool)
    rows: list[tuple[int, Ints]] = []
    for r in range(neighbours.count):
        heard = np.isfinite(neighbours.attenuation_db[site, r])
        for band in range(neighbours.limit_db.shape[1]):
            if heard.any() and np.isfinite(power[:, band]).any():
                use = energy_millionths(power[:, band], neighbours, site, r, band)
                room = room_of(neighbours, r, band)
                quiet &= use <= room
                rows.append((room, use))
    binding = [
        (room, np.where(quiet, use, 0))
        for room, use in rows
        if np.where(quiet, use, 0).max(axis=1, initial=0).sum() > room
    ]
    shape = (problem.tenants.count, len(site), 0)
    stacked = np.stack([use for _, use in binding], axis=2) if binding else np.zeros(shape)
    return quiet, stacked.astype(np.int64), np.array([room for room, _ in binding], dtype=np.int64)


def room_of(neighbours: Neighbours, r: int, band: int) -> int:
    """Return the millionths that a neighbour has left for hotels in a band."""
    limit, background = neighbours.limit_db[r, band], neighbours.background_db[r, band]
    return noise_room(float(limit), float(background))


def energy_millionths(
    power_db: Floats, neighbours: Neighbours, site: Ints, r: int, band: int
) -> Ints:
    """Return `noise_millionths` of sources on sites at neighbour r, shape (sources, sites)."""
    away, limit = neighbours.attenuation_db[site, r], float(neighbours.limit_db[r, band])
    level = (power_db[:, None] - away[None, :] - limit) / 10.0
    exact = MILLION * 10.0 ** np.minimum(level, 6.0) - 1e-6
    use = np.ceil(exact).astype(np.int64)
    # where another library's power could fall on the other side of a whole number, ask for its word
    for f, s in np.argwhere(np.abs(exact - np.rint(exact)) < 1e-9 * np.maximum(exact, 0.0)):
        use[f, s] = noise_millionths(float(power_db[f]), float(away[s]), limit)
    loudest: Ints = np.maximum(use, 0)
    return loudest


def selected(houses: Houses, ranks: NDArray[np.integer]) -> Houses:
    """Return some of the houses (a rank may come twice: two hotels that are alike)."""
    ranks = np.asarray(ranks, dtype=np.int64)
    size = houses.unit_start[ranks + 1] - houses.unit_start[ranks]
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    house = np.repeat(np.arange(len(ranks)), size)
    n = np.arange(start[-1]) - start[house] + houses.unit_start[ranks][house]
    ground = houses.ground[ranks]
    by_unit = ("unit", "room_m2", "number", "position_m", "space", "tenants_max")
    by_house = (
        "option", "design", "site", "dock_room", "lift_max", "skill_max", "supported",
        "let_min_m2", "productive_min",
    )  # fmt: skip
    fields = houses._asdict()
    return houses._replace(
        **{name: fields[name][n] for name in by_unit},
        **{name: fields[name][ranks] for name in by_house},
        unit_start=start,
        house=house,
        ground=np.where(ground >= 0, ground - houses.unit_start[ranks] + start[:-1], -1),
        fits=houses.fits[:, n],
        gain_eur=houses.gain_eur[:, ranks],
        noise_use=houses.noise_use[:, ranks],
        support_near=houses.support_near[np.ix_(ranks, ranks)],
    )
