"""Prices of service come from the city without hotels and rows; the whole goes on from them."""

from __future__ import annotations

import numpy as np

from optimizer.siting.bare import begin_bare, climb_bare, go_on, without_hotels
from optimizer.siting.city import build_city
from optimizer.siting.data import build_data
from optimizer.siting.lagrangian import climb, start_ascent
from optimizer.siting.tenancy import build_tenancy
from tests.builders import grid_problem

PROBLEM = grid_problem(points=30, sites=12, firms=12, parcels_per_point=40.0, seed=5)
DATA = build_data(PROBLEM)
CITY = build_city(PROBLEM, DATA)
TENANCY = build_tenancy(PROBLEM, DATA, CITY)


def test_the_bare_city_has_neither_hotels_nor_rows_and_something_for_every_site():
    bare = without_hotels(CITY)
    assert np.all(bare.combos.type < 0)
    assert bare.combos.use.shape == (len(bare.combos.site), 0)
    assert np.all(np.diff(bare.combos.start) > 0)


def test_a_bare_city_saves_no_more_than_the_whole_one_is_proven_to():
    bare = begin_bare(CITY, TENANCY)
    assert bare is not None
    assert climb_bare(bare, TENANCY, 2000)
    whole = start_ascent(CITY, TENANCY)
    go_on(whole, bare, CITY, TENANCY, None)
    for _ in range(20):
        climb(CITY, TENANCY, whole, 0.0)
    # hotels only add, and rows take little here; 1 % for prices that have not settled
    assert np.isfinite(whole.best_saving)
    assert whole.best_saving >= 0.99 * bare.ascent.best_saving
