"""Orders of a day: drawn by the plan's shares, cut into stops that fit, the same for a seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.day import Orders
from optimizer.core.kinds import Channel
from optimizer.core.refusal import Refusal
from optimizer.routing.day import day_base, draw_orders
from optimizer.routing.day.orders import flows_of
from optimizer.routing.day.pieces import ANY_TIME, cut
from tests.routing.day.towns import rules_for, town


def orders_of(rows):
    """Return orders from (parcels, stops)."""
    parcels, stops = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    zeros = np.zeros(len(rows), dtype=np.int32)
    return Orders(zeros, zeros.astype(np.int8), zeros - 1, parcels, stops)


def test_the_same_seed_draws_the_same_day():
    problem, plan = town()
    first, second, other = (draw_orders(problem, plan, seed) for seed in (4, 4, 5))
    assert np.array_equal(first.parcels, second.parcels)
    assert np.array_equal(first.point, second.point)
    assert not np.array_equal(first.parcels[:20], other.parcels[:20])


def test_many_days_have_the_parcels_and_stops_of_the_plan():
    problem, plan = town()
    parcels, stops = np.zeros(3), 0
    days = 200
    for seed in range(days):
        orders = draw_orders(problem, plan, seed)
        parcels += np.bincount(orders.channel, orders.parcels, 3)
        stops += orders.stops.sum()
    demand = problem.demand
    total = demand.parcels_per_day.sum()
    mean = {Channel.VAN: 0.2, Channel.BIKE: 0.7, Channel.PICKUP: 0.1}
    for channel, share in mean.items():
        assert parcels[channel] / days == pytest.approx(share * total, rel=0.04)
    wanted = (demand.parcels_per_day / demand.parcels_per_stop).sum()
    assert stops / days == pytest.approx(wanted, rel=0.03)


def test_nobody_is_served_but_as_the_plan_says():
    problem, plan = town()
    flows = flows_of(plan.replace(van_share=np.zeros(problem.demand.count)))
    assert Channel.VAN not in flows.channel
    orders = draw_orders(problem, plan, 3)
    known = set(zip(*(column.tolist() for column in flows_of(plan)[:3]), strict=True))
    rows = (orders.point.tolist(), orders.channel.tolist(), orders.option.tolist())
    assert set(zip(*rows, strict=True)) <= known
    assert (orders.stops >= 1).all()
    assert (orders.parcels >= orders.stops).all()


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=8),
    most=st.integers(1, 40),
    seed=st.integers(0, 99),
)
def test_pieces_add_up_to_their_orders_and_fit(rows, most, seed):
    orders = orders_of([(max(pair), min(pair)) for pair in rows])
    problem, _ = town()
    rules = rules_for(problem, windows=[(9, 12, 0.3), (17, 19, 0.2)])
    pieces = cut(orders, np.arange(len(rows)), rules, most, seed)
    assert np.array_equal(np.bincount(pieces.order, pieces.parcels), orders.parcels)
    assert (np.bincount(pieces.order, pieces.stops) >= orders.stops).all()
    assert (pieces.parcels >= 1).all()
    assert (pieces.parcels <= most).all()
    assert set(pieces.window.tolist()) <= {ANY_TIME, 0, 1}


def test_windows_are_promised_to_their_share_of_stops():
    problem, _ = town()
    rules = rules_for(problem, windows=[(9, 12, 0.25)])
    pieces = cut(orders_of([(8, 8)] * 500), np.arange(500), rules, 50, 0)
    promised = pieces.stops[pieces.window == 0].sum() / pieces.stops.sum()
    assert promised == pytest.approx(0.25, abs=0.02)


def test_a_problem_without_rules_of_a_day_has_no_tours():
    problem, plan = town()
    with pytest.raises(Refusal, match="F780"):
        day_base(problem.replace(day=None), plan)
