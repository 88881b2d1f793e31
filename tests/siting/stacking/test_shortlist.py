"""Programmes of tenants of some hotel types alone: prices for all, and bounds as good."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.siting.bounding import price_tenants
from optimizer.siting.stacking import columns, shortlist
from optimizer.siting.stacking.shortlist import losses, prices_for_all
from optimizer.siting.tenancy import tenancy_at
from tests.siting.stacking.town import bounding_of


def priced(seed):
    """Return the bound after one programme of tenants, and how many types it held at the end."""
    bounding = bounding_of(seed)
    leaf = bounding.worst
    price_tenants(bounding, leaf)
    held = 0
    while leaf.programme is not None:
        held = int(leaf.programme.chosen.sum())
        price_tenants(bounding, leaf)
    return leaf.ascent.best_saving, held, len(bounding.city.types)


@pytest.mark.parametrize("seed", [0, 2])
def test_some_types_prove_as_much_as_all(seed, monkeypatch):
    monkeypatch.setattr(shortlist, "FIRST_TYPES", 2)
    monkeypatch.setattr(shortlist, "MORE_TYPES", 2)
    some, held, types = priced(seed)
    monkeypatch.setattr(columns, "first_types", lambda _city, loss: np.ones(len(loss), dtype=bool))
    every, _, _ = priced(seed)
    assert 0 < held < types
    assert some <= every + 5e-3 * abs(every)


@pytest.mark.parametrize("seed", [0, 2, 5, 6])
def test_no_flow_beyond_the_chosen_types_brings_anything(seed):
    bounding = bounding_of(seed)
    relaxed, rng = bounding.relaxed, np.random.default_rng(seed)
    exchange = relaxed.exchange
    assert len(exchange.origin)
    chosen = rng.random(len(bounding.city.types)) < 0.4
    loss = rng.random(len(chosen))
    at = shortlist.Multipliers(
        rows=relaxed.own,
        own=rng.uniform(0.0, 2.0, len(relaxed.own)),
        shared=np.zeros(len(relaxed.shared.limit)),
        roof=np.zeros(len(relaxed.roofs.net_eur_m2)),
        supply=rng.uniform(0.0, 20.0, exchange.limit_gives.shape),
        demand=rng.uniform(0.0, 20.0, exchange.limit_takes.shape),
    )
    found = prices_for_all(bounding.city, relaxed, chosen, loss, at)
    left = (
        exchange.worth
        - found.supply[exchange.origin, exchange.resource]
        - exchange.kept * found.demand[exchange.target, exchange.resource]
    )
    inside = np.ones(len(exchange.limit_gives), dtype=bool)
    inside[exchange.node] = False
    inside[exchange.node[chosen]] = True
    beyond = ~(inside[exchange.origin] & inside[exchange.target])
    assert beyond.any()
    assert np.all(left[beyond] <= 1e-9)
    assert np.isfinite(tenancy_at(relaxed, found).value).all()
    groups = {kind._replace(house=-1) for kind in bounding.city.types}
    assert {bounding.city.types[row.type]._replace(house=-1) for row in found.rows} <= groups


def test_losing_nothing_is_being_best_on_the_own_site():
    bounding = bounding_of(1)
    city = bounding.city
    worth = np.random.default_rng(0).uniform(0.0, 100.0, len(city.combos.type))
    loss = losses(city, worth)
    for kind in range(len(city.types)):
        mine = np.flatnonzero(city.combos.type == kind)
        top = [
            worth[city.combos.start[site] : city.combos.start[site + 1]].max()
            for site in city.combos.site[mine]
        ]
        assert loss[kind] == pytest.approx(min(np.array(top) - worth[mine]))
