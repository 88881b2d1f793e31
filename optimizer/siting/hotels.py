"""Tenants packed into hotels exactly, by a small integer programme.

Sets: hotels h with levels l, tenants f. place[f, h, l] in {0, 1}.
maximise sum (rent + jobs weight - price[f]) place
(1) each tenant at most once                     (2) area of a level, less a hub inside
(3) dock tenants on the ground floor, `docks`    (4) noisy[h, l] in {0, 1} parts noise and quiet
(5) productive share of the let area             (6) let share of all area
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import Noise
from optimizer.siting.stacking.houses import build_houses
from optimizer.siting.stacking.housing import SOLVER_SLACK, Effort, packed_types
from optimizer.siting.tenancy import level_table
from optimizer.solvers import Builder, solve_milp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import HotelType
    from optimizer.siting.data import SitingData
    from optimizer.solvers import MilpAnswer

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["SOLVER_SLACK", "Effort", "Packing", "pack", "pack_in_turn"]


class Packing(NamedTuple):
    """Tenants of some hotels: `hotel` and `level` (index into `Levels`) per tenant, or -1.

    value : EUR per year. upper : no packing is worth more at the prices it was asked for.
    annex : with `Problem.hotels`, the unit (index into `Levels`) of each annex, or -1.
    """

    hotel: Ints
    level: Ints
    value: float
    upper: float
    annex: Ints | None = None


class _Places(NamedTuple):
    """Possible places as parallel arrays, and the (hotel, level) floors they lie on."""

    firm: Ints
    floor: Ints
    hotel: Ints
    gain: Floats
    floor_level: Ints
    floor_hotel: Ints
    floor_area: Floats


def pack(
    problem: Problem,
    data: SitingData,
    kinds: Sequence[HotelType],
    price: Floats,
    effort: Effort,
) -> Packing | None:
    """Return the best tenants for these hotels together; None when none is allowed (let share).

    price : EUR per year by tenant; those at inf are not to be had.
    """
    if problem.hotels is not None:
        return _pack_units(problem, data, kinds, price, effort)
    firms = problem.tenants.count
    nobody = np.full(firms, -1, dtype=np.int64)
    places = _places(problem, data, kinds, price)
    build = Builder()
    column = build.add_columns(len(places.firm), cost=-places.gain, integer=True)
    _once_and_area(problem, build, places, column)
    _docks(problem, build, kinds, places, column)
    _noise(problem, build, places, column)
    _shares(problem, build, kinds, places, column)
    model = build.build()
    answer = solve_milp(
        model,
        time_s=effort.time_s,
        nodes=effort.nodes,
        gap=effort.gap,
        seed=effort.seed,
        cancel=effort.cancel,
    )
    if answer.status == "infeasible":
        return None
    most = float(np.sum(np.maximum(places.gain, 0.0)))
    upper = most if answer.bound is None else min(-answer.bound + SOLVER_SLACK * most, most)
    if answer.values is None:
        return Packing(nobody, nobody, -np.inf, upper)
    return _read(data, kinds, places, answer, upper, firms)


def _pack_units(
    problem: Problem,
    data: SitingData,
    kinds: Sequence[HotelType],
    price: Floats,
    effort: Effort,
) -> Packing | None:
    """Pack by the rules of `Problem.hotels` as far as they concern these hotels alone."""
    firms = problem.tenants.count
    asked = [(kind.house, kind.inside_m2, kind.inside_docks) for kind in kinds]
    houses = build_houses(problem, data)
    found, some = packed_types(problem, data, houses, asked, price, effort)
    if found is None:
        return None
    unit = np.append(some.unit, -1)[found.place]
    hotel = np.append(some.house, -1)[found.place[:firms]]
    return Packing(hotel, unit[:firms], found.value, found.upper, unit[firms:])


def pack_in_turn(
    problem: Problem, data: SitingData, kinds: Sequence[HotelType], price: Floats, effort: Effort
) -> Packing | None:
    """Pack one hotel after the other, each with the tenants that are left; None: one stays empty.

    price : what tenants are worth elsewhere, EUR per year, so that the first hotels leave enough
    for the last. Then each hotel is packed once more with its own tenants and those left over.
    """
    nobody = np.full(problem.tenants.count, -1, dtype=np.int64)
    hotel, level = nobody.copy(), nobody.copy()
    annexes = np.zeros(0, int) if problem.hotels is None else problem.hotels.annexes.tenant
    annex = np.full(len(annexes), -1, dtype=np.int64)
    worth = np.zeros(len(kinds))
    for turn in range(2 * len(kinds) - 1):
        rank = turn % len(kinds)
        others = (hotel >= 0) & (hotel != rank)
        free = price if turn < len(kinds) - 1 else np.zeros(len(nobody))
        found = pack(problem, data, [kinds[rank]], np.where(others, np.inf, free), effort)
        if found is None or not np.isfinite(found.value):
            if turn < len(kinds):
                return None
            continue
        if turn >= len(kinds) and found.value <= worth[rank]:
            continue
        worth[rank] = found.value
        mine, old = found.hotel >= 0, hotel == rank
        hotel[old], level[old] = -1, -1
        hotel[mine], level[mine] = rank, found.level[mine]
        if found.annex is not None:
            annex = np.where(old[annexes] | mine[annexes], found.annex, annex)
    return Packing(hotel, level, float(worth.sum()), np.inf, annex)


def _read(
    data: SitingData,
    kinds: Sequence[HotelType],
    places: _Places,
    answer: MilpAnswer,
    upper: float,
    firms: int,
) -> Packing:
    hotel, level = np.full(firms, -1, dtype=np.int64), np.full(firms, -1, dtype=np.int64)
    if answer.values is None:  # pragma: no cover - looked at before
        return Packing(hotel, level, -np.inf, upper)
    taken = np.flatnonzero(answer.values[: len(places.firm)] > 0.5)
    hotel[places.firm[taken]] = places.hotel[taken]
    level[places.firm[taken]] = places.floor_level[places.floor[taken]]
    design = np.array([kind.design for kind in kinds], dtype=np.int64)
    value = float(data.tenant_eur[places.firm[taken], design[places.hotel[taken]]].sum())
    return Packing(hotel, level, value, upper)


def _places(
    problem: Problem, data: SitingData, kinds: Sequence[HotelType], price: Floats
) -> _Places:
    firm, floor, hotel, gain = [], [], [], []
    floor_level, floor_hotel, floor_area = [], [], []
    floors = 0
    for rank, kind in enumerate(kinds):
        level, area, fits = level_table(problem, data, kind)
        who, where = np.nonzero(fits & np.isfinite(price)[:, None])
        firm.append(who)
        floor.append(where + floors)
        hotel.append(np.full(len(who), rank))
        gain.append(data.tenant_eur[who, kind.design] - price[who])
        floor_level.append(level)
        floor_hotel.append(np.full(len(level), rank))
        floor_area.append(area)
        floors += len(level)

    def ints(parts: list[Ints]) -> Ints:
        return np.concatenate([np.zeros(0), *parts]).astype(np.int64)

    return _Places(
        firm=ints(firm),
        floor=ints(floor),
        hotel=ints(hotel),
        gain=np.concatenate([np.zeros(0), *gain]),
        floor_level=ints(floor_level),
        floor_hotel=ints(floor_hotel),
        floor_area=np.concatenate([np.zeros(0), *floor_area]),
    )


def _once_and_area(problem: Problem, build: Builder, places: _Places, column: Ints) -> None:
    build.add_rows(problem.tenants.count, (places.firm, column, 1.0), upper=1.0)
    area = problem.tenants.area_m2[places.firm]
    room = np.maximum(places.floor_area, 0.0)
    build.add_rows(len(room), (places.floor, column, area), upper=room)


def _docks(
    problem: Problem, build: Builder, kinds: Sequence[HotelType], places: _Places, column: Ints
) -> None:
    """Rows per hotel; level 0 only is already in who fits where."""
    docks = problem.designs.docks[[kind.design for kind in kinds]]
    mine = np.flatnonzero(problem.tenants.dock[places.firm])
    build.add_rows(len(kinds), (places.hotel[mine], column[mine], 1.0), upper=docks)


def _noise(problem: Problem, build: Builder, places: _Places, column: Ints) -> None:
    floors = len(places.floor_area)
    noisy = build.add_columns(floors, integer=True)
    noise = problem.tenants.noise[places.firm]
    for kind, sign, limit in ((Noise.NOISY, -1.0, 0.0), (Noise.SENSITIVE, 1.0, 1.0)):
        mine = np.flatnonzero(noise == kind)
        row = np.arange(len(mine))
        build.add_rows(
            len(mine),
            (row, column[mine], 1.0),
            (row, noisy[places.floor[mine]], sign),
            upper=limit,
        )


def _shares(
    problem: Problem, build: Builder, kinds: Sequence[HotelType], places: _Places, column: Ints
) -> None:
    design = np.array([kind.design for kind in kinds], dtype=np.int64)
    area = problem.tenants.area_m2[places.firm].astype(float)
    least = problem.designs.productive_share_min[design][places.hotel]
    surplus = area * (problem.tenants.productive[places.firm] - least)
    build.add_rows(len(kinds), (places.hotel, column, surplus), lower=0.0)
    total = np.array([problem.levels.area_m2[problem.levels.design == d].sum() for d in design])
    inside = np.array([kind.inside_m2 for kind in kinds])
    wanted = problem.designs.let_share_min[design] * total - inside
    build.add_rows(len(kinds), (places.hotel, column, area), lower=wanted)
