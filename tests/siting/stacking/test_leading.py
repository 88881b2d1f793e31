"""Which hotels both threads search with, and how a walk goes on from what another has met."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Budget, Limits
from optimizer.siting.pursuit import Solve, alike, distinct, follow, lead, other_walk, publish
from optimizer.siting.walks import begin_walk, make_moves
from tests.siting.stacking.test_insides import start_of
from tests.siting.stacking.town import bounding_of


@pytest.fixture(scope="module")
def bounding():
    return bounding_of(1)


@pytest.fixture
def solve(bounding):
    budget = Budget(Limits(time_s=600.0))
    return Solve(bounding.problem, bounding.data, budget, lambda _: None, bounding)


@pytest.fixture
def walks(bounding):
    """Return walks from the first two single hotels that can be let."""
    data, moves = bounding.data, []
    combos = bounding.city.combos
    for hotel in np.unique(combos.hotel[combos.hotel >= 0]).tolist():
        start = start_of(bounding, np.array([hotel]))
        if start is not None and len(moves) < 2:
            pools = make_moves(bounding.problem, data, bounding.city, data.fixed_eur * 0.0, 0)
            moves.append(begin_walk(bounding.problem, data, bounding.city, start, pools))
    return moves


def improve(walk, by):
    """Let a walk meet another state that is worth more."""
    walk.best.hub[:] = -1
    walk.best.value[0] += by


def test_the_walk_that_comes_furthest_leads(solve, walks):
    first, second = sorted(walks, key=lambda walk: -walk.saving)
    lead(solve, second)
    lead(solve, first)
    assert solve.leader.walk is first
    lead(solve, second)
    assert solve.leader.walk is first
    improve(second, first.saving - second.saving + 1.0)
    lead(solve, second)
    assert solve.leader.walk is second
    assert solve.leader.saving == pytest.approx(second.saving)


def test_states_are_shared_by_walks_with_the_same_hotels_alone(solve, walks):
    first, second = walks
    mine = other_walk(solve, first, 1)
    assert alike(solve, mine, first)
    assert not alike(solve, first, second)
    lead(solve, first)
    improve(mine, first.saving - mine.saving + 5.0)
    publish(solve, mine)
    improve(second, 1e9)
    publish(solve, second)
    assert solve.leader.walk is first
    assert solve.leader.saving == pytest.approx(mine.saving)
    before = second.best.value[0]
    follow(solve, second)
    assert second.best.value[0] == before
    follow(solve, first)
    assert first.saving == pytest.approx(mine.saving)
    assert np.array_equal(first.opened.hub, mine.best.hub)


def test_what_leads_does_not_change_with_the_walk_that_met_it(solve, walks):
    lead(solve, walks[0])
    met = solve.leader.saving
    improve(walks[0], 1e6)
    assert solve.leader.saving == met


def test_starts_with_the_same_hotels_are_tried_once(solve, walks):
    first, second = (walk.start for walk in walks)
    again = first._replace(hub=first.hub.copy(), hotel=first.hotel.copy())
    assert distinct(solve, [first, again, second]) == [first, second]
