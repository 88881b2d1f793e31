"""Pavilions that move and partners that trade, by hand, with the rule on and off."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import Cooperation
from tests.horizon import ints, land_ledger, purse, whole, with_horizon
from tests.siting.horizon.cases import (
    ONE_HUB,
    VANS,
    moving_sites,
    optimum,
    stock,
    two_sites,
    value,
    with_purse,
)
from tests.siting.village import HUB, ruled, sited, village

HALF = (VANS + ONE_HUB) / 2


def single(**parts):
    """Return the village with a hub for "near" alone."""
    return with_horizon(village(), 2, 5, **parts)


def test_a_pavilion_moves_with_the_sites_that_are_free():
    problem = two_sites(ground=moving_sites(), pavilions=stock())
    found, programme = optimum(problem)
    assert found == pytest.approx(ONE_HUB + 5)
    assert programme.pavilion_option.tolist() == [[0, 1]]
    still = two_sites(ground=moving_sites(), pavilions=stock(moves_max=ints(0)))
    assert value(still) == pytest.approx(HALF)


def test_a_move_costs_days_of_use():
    half = stock(move_days=np.array([2.5 * 365]))
    # 5 parcels from node 4 are left: 100 - 40 + 7
    expected = (ONE_HUB + 67) / 2 + 5
    assert value(two_sites(ground=moving_sites(), pavilions=half)) == pytest.approx(expected)


def test_the_stock_limits_how_many_stand():
    assert value(two_sites(pavilions=stock())) == pytest.approx(ONE_HUB)


def test_a_pavilion_is_built_once():
    moved = two_sites(ground=moving_sites(), pavilions=stock(move_eur=whole(0)))
    assert value(with_purse(moved, 20)) == pytest.approx(ONE_HUB)
    built_twice = two_sites(ground=moving_sites())
    assert value(with_purse(built_twice, 20)) == pytest.approx(HALF)
    paid = two_sites(ground=moving_sites(), pavilions=stock())
    assert value(with_purse(paid, 69)) == pytest.approx(HALF)


def partners(**trades):
    """Return two communes, each with a purse of 20 EUR and a ledger of 50 m2; both wild."""
    towns = ruled(village(designs=(HUB,), sites=(0, 1)), jurisdiction=("here", "there"))
    towns = sited(towns, jurisdiction=[0, 1], land_status=np.array([1, 1], np.int8))
    each = np.eye(2, dtype=bool)
    ledger = land_ledger(towns, 0).replace(
        name=("a", "b"),
        metric=("enaf_consumption",) * 2,
        basis=("footprint",) * 2,
        temporary=("counts",) * 2,
        source=("by hand",) * 2,
        covers=each,
        budget_m2=whole(50, 50),
        first_year=ints(0, 0),
        last_year=ints(9999, 9999),
    )
    two = purse(towns, 0).replace(
        name=("a", "b"),
        source=("by hand",) * 2,
        covers=each.copy(),
        opening_eur=whole(10, 10),
        grant_eur=np.zeros((2, 2), dtype=np.int64),
        **{
            name: whole(0, 0) if name != "subsidy_max_eur_year" else whole(-1, -1)
            for name in ("borrow_max_eur", "debt_end_max_eur", "subsidy_max_eur_year")
        },
        interest_rate=np.zeros(2),
        gamma=ints(0, 0),
        pays_running=np.zeros(2, dtype=bool),
        gets_rents=np.zeros(2, dtype=bool),
    )
    together = Cooperation(("here", "there"), each.copy(), **trades, demand_jurisdiction=ints(0, 1))
    return with_horizon(towns, 2, 5, land=ledger, purses=two, cooperation=together)


def test_partners_build_what_none_can_alone():
    found, programme = optimum(partners(trades_land=True, trades_money=True))
    assert found == pytest.approx(ONE_HUB)
    assert sorted(programme.land_transfer_m2.tolist()) == [-50, 50]
    assert sorted(programme.purse_transfer_eur[:, 0].tolist()) == [-10, 10]
    assert not programme.purse_transfer_eur[:, 1].any()
    assert value(partners(trades_land=True, trades_money=False)) == pytest.approx(VANS)
    assert value(partners(trades_land=False, trades_money=True)) == pytest.approx(VANS)
