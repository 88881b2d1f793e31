"""Street costs are searched again by the checker, and agree with every way that they are told."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.streets import Arcs
from optimizer.travel.costs import StreetCosts
from optimizer.verify.location.prices import TablePrices, prices_of
from optimizer.verify.location.streets import StreetPrices

NODES = 40


def costs_of(seed, **changes):
    rng = np.random.default_rng(seed)
    tail, head = rng.integers(0, NODES, (2, 120)).astype(np.int32)
    arcs = Arcs(
        tail,
        head,
        rng.integers(1, 60, 120).astype(np.int32),
        rng.integers(0, 500, 120).astype(np.int32),
    )
    customers = rng.integers(-1, NODES, 25).astype(np.int32)
    sites = rng.integers(-1, NODES, 9).astype(np.int32)
    return StreetCosts(arcs, NODES, customers, sites, **changes)


VARIANTS = [
    {},
    {"direction": "from_customer"},
    {"direction": "round_trip"},
    {"unit": "m"},
    {"unit": "m", "direction": "round_trip", "cutoff": 900},
    {"cutoff": 70},
    {"power": 2.0},
    {"power": 0.5, "direction": "from_customer"},
    {"decay": 0.01},
]


@pytest.mark.parametrize("changes", VARIANTS, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_own_searches_agree_with_the_travel_engine(changes, seed):
    costs = costs_of(seed, **changes)
    ours, table = prices_of(costs), TablePrices(costs)
    assert isinstance(ours, StreetPrices)
    customers, sites = (grid.ravel() for grid in np.indices((25, 9)))
    exact = table.pairs(customers, sites)
    assert np.allclose(ours.pairs(customers, sites), exact, rtol=1e-12)
    chosen = np.array([1, 4, 7], dtype=np.int32)
    assert np.allclose(ours.nearest(chosen), table.nearest(chosen), rtol=1e-12)
    assert np.allclose(ours.added(chosen), table.added(chosen), rtol=1e-12)
    for radius in (0.0, 1.0, 40.0, 90.0, 1e4, np.inf):
        assert np.array_equal(ours.reached(chosen, radius), table.reached(chosen, radius))


def test_a_place_without_a_street_reaches_nothing():
    costs = costs_of(0).replace(site_node=np.full(9, -1, dtype=np.int32))
    ours = prices_of(costs)
    everyone = np.arange(25, dtype=np.int32)
    assert np.isinf(ours.pairs(everyone, np.zeros(25, dtype=np.int32))).all()
    assert ours.reached(np.arange(9, dtype=np.int32), 1e9).tolist() == [0] * 25
