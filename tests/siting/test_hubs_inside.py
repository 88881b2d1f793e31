"""Hubs inside hotels: a walk may open and close them where the tenants leave room."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.kinds import Kind
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.city import build_city
from optimizer.siting.data import build_data
from optimizer.siting.starts import Start
from optimizer.siting.walks import begin_walk, inside_hubs, make_moves
from optimizer.verify import check_plan
from tests.builders import grid_problem

PROBLEM = grid_problem(points=40, sites=14, firms=120, purse_eur=10**9, land_m2=10**6, seed=8)
DATA = build_data(PROBLEM)
CITY = build_city(PROBLEM, DATA)
HOTELS = np.flatnonzero((DATA.kind == Kind.PRODUCTIVE_HOTEL) & ~DATA.forbidden)
INSIDE = np.flatnonzero(DATA.inside_m2 > 0)
FIRMS = PROBLEM.tenants
QUIET = np.flatnonzero((FIRMS.noise == 0) & ~FIRMS.dock & FIRMS.productive)


def start_with(hotels, tenants):
    """Return a start with these hotels, and tenants {firm: (hotel, level)}."""
    none = np.full(CITY.site_count, -1, dtype=np.int64)
    hotel = none.copy()
    hotel[DATA.site[hotels]] = hotels
    option = np.full(PROBLEM.tenants.count, -1, dtype=np.int64)
    level = option.copy()
    for firm, (where, floor) in tenants.items():
        option[firm], level[firm] = where, floor
    empty = np.zeros(0, dtype=np.int64)
    return Start(none.copy(), hotel, none.copy(), option, level, 0.0, empty)


def breaks_floors(start, more):
    """Return whether the checker finds a broken rule of floors with one more hub inside."""
    opened = np.zeros(DATA.option_count, dtype=bool)
    opened[start.hotel[start.hotel >= 0]] = True
    opened[more] = True
    plan = baseline_plan(PROBLEM, DATA).replace(
        open_option=opened,
        tenant_option=start.tenant_option.astype(np.int32),
        tenant_level=start.tenant_level.astype(np.int32),
    )
    return any(found.family == "floors" for found in check_plan(PROBLEM, plan))


@given(seed=st.integers(0, 10_000), share=st.floats(0.3, 1.0))
@settings(deadline=None, max_examples=40)
def test_a_hub_may_come_and_go_exactly_where_the_floors_bear_both(seed, share):
    rng = np.random.default_rng(seed)
    hotel = int(rng.choice(HOTELS[np.isin(DATA.site[HOTELS], DATA.site[INSIDE])]))
    levels = np.flatnonzero(PROBLEM.levels.design == DATA.design[hotel])
    left = (share * PROBLEM.levels.area_m2[levels]).tolist()
    tenants = {}
    for firm in rng.permutation(QUIET).tolist():
        for rank, level in enumerate(levels.tolist()):
            if DATA.fits[firm, level] and PROBLEM.tenants.area_m2[firm] <= left[rank]:
                left[rank] -= PROBLEM.tenants.area_m2[firm]
                tenants[firm] = (hotel, level)
                break
    start = start_with(np.array([hotel]), tenants)
    mine = INSIDE[DATA.site[INSIDE] == DATA.site[hotel]]
    may = inside_hubs(PROBLEM, DATA, start)
    assert not may[np.setdiff1d(np.arange(DATA.option_count), mine)].any()
    if breaks_floors(start, np.zeros(0, dtype=int)):
        return  # filled too little, and perhaps only without a hub
    assert [bool(may[hub]) for hub in mine] == [not breaks_floors(start, hub) for hub in mine]


def test_no_hub_goes_inside_where_no_hotel_stands():
    assert not inside_hubs(PROBLEM, DATA, start_with(np.zeros(0, dtype=int), {})).any()


def test_a_walk_opens_a_hub_inside_a_hotel_with_room():
    hotel = int(HOTELS[np.isin(DATA.site[HOTELS], DATA.site[INSIDE])][0])
    problem = PROBLEM.replace(
        designs=PROBLEM.designs.replace(let_share_min=np.zeros(PROBLEM.designs.count))
    )
    start = start_with(np.array([hotel]), {})
    mine = INSIDE[DATA.site[INSIDE] == DATA.site[hotel]]
    nothing = np.zeros(DATA.option_count)
    nothing[mine] = 1.0
    walk = begin_walk(problem, DATA, CITY, start, make_moves(problem, DATA, CITY, nothing, 0))
    hubs = walk.moves.hub_pool
    walk.ground.free[np.setdiff1d(np.arange(DATA.option_count), mine)] = False
    walk.moves = walk.moves._replace(
        hub_pool=hubs[np.isin(hubs, mine)], point_pool=np.zeros(0, dtype=np.int64)
    )
    for seed in range(20):
        walk.step(50, 1.0, seed)
    assert np.isin(walk.best.hub[DATA.site[hotel]], mine)
