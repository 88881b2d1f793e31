"""Constraint family 11, stacking (and 8, floors): parts of tenants in the units of hotels.

    x[f,u], z[a,u] in {0, 1}: main part and annexes of tenants in units u of houses h
    sum over u of x[f,u] <= 1;  sum over u in h of x[f,u] <= open[h]
    sum over u in h of z[a,u] = sum over u in h of x[f,u]             (all of f in one hotel)
    z[a,u] <= sum of x[f,u'] over u' within levels_apart_max of u
    areas in u <= room_m2 open[h] (less what a hub inside takes); parts in u <= tenants_max
    lift trips of main parts above level 0 <= lift_max
    NOISY and SENSITIVE main parts not on one level
    productive area >= productive_min * let area;  let area + inside >= let_min
Whether a part alone fits in a unit is in the columns: what does not fit has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Noise
from optimizer.siting.stacking.houses import NO_LIMIT
from optimizer.siting.stacking.places import add_presence, taken_inside

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder


def add_parts_fit_in_units(
    builder: Builder, problem: Problem, houses: Houses, places: Places
) -> None:
    """Add every row about where parts stand."""
    _add_tenants_stay_together(builder, houses, places)
    _add_units_hold_their_parts(builder, houses, places)
    _add_annexes_stay_near(builder, houses, places)
    _add_goods_lifts_suffice(builder, houses, places)
    _add_loud_and_quiet_apart(builder, problem, houses, places)
    _add_enough_is_let_and_produces(builder, houses, places)


def _add_tenants_stay_together(builder: Builder, houses: Houses, places: Places) -> None:
    count, tenants = len(houses.option), len(houses.area_m2)
    column, tenant, house = places.mains()
    builder.add_rows(tenants, (tenant, column, 1.0), upper=1.0)
    pair, row = np.unique(tenant * count + house, return_inverse=True)
    builder.add_rows(
        len(pair),
        (row, column, 1.0),
        (np.arange(len(pair)), places.opened[pair % max(count, 1)], -1.0),
        upper=0.0,
    )
    for annex in range(tenants, len(houses.part_tenant)):
        mine = places.part == annex
        whose = tenant == houses.part_tenant[annex]
        builder.add_rows(
            count,
            (places.house[mine], places.column[mine], 1.0),
            (house[whose], column[whose], -1.0),
            lower=0.0,
            upper=0.0,
        )


def _add_units_hold_their_parts(builder: Builder, houses: Houses, places: Places) -> None:
    count = len(houses.unit)
    unit = np.arange(count)
    opened = places.opened[houses.house]
    inside = taken_inside(places.hubs, places.hubs.m2, len(houses.option))
    ground = []
    for house, column, amount in inside:
        has = houses.ground[house] >= 0
        ground.append((houses.ground[house[has]], column[has], amount[has]))
    builder.add_rows(
        count,
        (places.unit, places.column, houses.part_m2[places.part]),
        (unit, opened, -houses.room_m2),
        *ground,
        upper=0.0,
    )
    asked = np.bincount(places.unit, minlength=count)
    tight = np.flatnonzero(houses.tenants_max < np.minimum(asked, NO_LIMIT))
    rank = np.full(count, -1)
    rank[tight] = np.arange(len(tight))
    mine = rank[places.unit] >= 0
    builder.add_rows(
        len(tight),
        (rank[places.unit[mine]], places.column[mine], 1.0),
        (np.arange(len(tight)), opened[tight], -houses.tenants_max[tight]),
        upper=0.0,
    )


def _add_annexes_stay_near(builder: Builder, houses: Houses, places: Places) -> None:
    tenants = len(houses.area_m2)
    column, tenant, _ = places.mains()
    main_unit = places.unit[places.main]
    for annex in range(tenants, len(houses.part_tenant)):
        apart = houses.part_apart[annex]
        mine = np.flatnonzero(places.part == annex)
        whose = np.flatnonzero(tenant == houses.part_tenant[annex])
        if apart < 0 or not len(mine):
            continue
        unit, other = places.unit[mine][:, None], main_unit[whose][None, :]
        near = houses.house[unit] == houses.house[other]
        near &= np.abs(houses.number[unit] - houses.number[other]) <= apart
        row, rank = np.nonzero(near)
        builder.add_rows(
            len(mine),
            (np.arange(len(mine)), places.column[mine], 1.0),
            (row, column[whose[rank]], -1.0),
            upper=0.0,
        )


def _add_goods_lifts_suffice(builder: Builder, houses: Houses, places: Places) -> None:
    column, tenant, house = places.mains()
    trips = houses.lift_trips[tenant]
    above = (houses.number[places.unit[places.main]] > 0) & (trips > 0)
    asked = np.bincount(house[above], trips[above], len(houses.option))
    limit = np.minimum(houses.lift_max, asked)
    builder.add_rows(
        len(houses.option),
        (house[above], column[above], trips[above]),
        (np.arange(len(houses.option)), places.opened, -limit),
        upper=0.0,
    )


def _add_loud_and_quiet_apart(
    builder: Builder, problem: Problem, houses: Houses, places: Places
) -> None:
    noise = np.where(places.main, problem.tenants.noise[places.tenant], Noise.NEUTRAL)
    span = int(np.ptp(houses.number)) + 1 if len(houses.number) else 1
    level = houses.house * span + houses.number - houses.number.min(initial=0)
    key = level[places.unit]
    mixed = np.intersect1d(key[noise == Noise.NOISY], key[noise == Noise.SENSITIVE])
    loud = np.full(int(level.max(initial=-1)) + 1, -1, dtype=np.int64)
    loud[mixed] = builder.add_columns(len(mixed), integer=True)
    for kind, only_if in ((Noise.NOISY, True), (Noise.SENSITIVE, False)):
        mine = np.flatnonzero(noise == kind)
        add_presence(builder, houses, places, mine, loud[level], only_if=only_if)


def _add_enough_is_let_and_produces(builder: Builder, houses: Houses, places: Places) -> None:
    column, tenant, house = places.mains()
    count = len(houses.option)
    area = houses.area_m2[tenant].astype(float)
    surplus = area * (houses.productive[tenant] - houses.productive_min[house])
    builder.add_rows(count, (house, column, surplus), lower=0.0)
    if not places.minima:
        return
    builder.add_rows(
        count,
        (house, column, area),
        (places.hubs.house, places.hubs.column, places.hubs.m2),
        (np.arange(count), places.opened, -houses.let_min_m2),
        lower=0.0,
    )
