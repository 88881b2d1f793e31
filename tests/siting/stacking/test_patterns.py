"""Whole parts on single units are worth what trying every set of parts says."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.hotels import Space
from optimizer.siting.stacking.patterns import Units, unit_values


def unit(rng, parts):
    """Return one hybrid unit or another, some parts of four tenants, and what those are worth."""
    tenant = np.concatenate([np.arange(4), rng.integers(0, 4, parts - 4)])
    m2 = rng.integers(10, 60, parts)
    whole = np.bincount(tenant, m2, 4)
    fits = np.flatnonzero(rng.random(parts) < 0.9)
    clash = np.triu(rng.random((4, 4)) < 0.2, 1)
    spaces = (Space.ANY, Space.WORKSHOP, Space.OFFICE)
    units = Units(
        type=np.zeros(1, dtype=np.int64),
        room=rng.integers(60, 140, 1),
        most=rng.choice([-1, 2, 3], 1).astype(np.int64),
        charge=rng.uniform(0.0, 60.0, 1),
        hybrid=rng.random(1) < 0.6,
        start=np.array([0, len(fits)]),
        part=fits,
        m2=m2,
        tenant=tenant,
        space=rng.choice([int(space) for space in spaces], parts).astype(np.int64),
        share=m2 / whole[tenant],
        main=np.arange(parts) < 4,
        clash=clash | clash.T,
    )
    return units, rng.uniform(-20.0, 100.0, (1, 4))


def may_share(units, some):
    """Return whether these parts may be in the unit together."""
    mains = [units.tenant[p] for p in some if units.main[p]]
    apart = any(units.clash[f, g] for f, g in combinations(mains, 2))
    spaces = {int(units.space[p]) for p in some}
    mixed = units.hybrid[0] and {int(Space.WORKSHOP), int(Space.OFFICE)} <= spaces
    over = 0 <= units.most[0] < len(some)
    return not (apart or mixed or over) and sum(units.m2[p] for p in some) <= units.room[0]


def by_hand(units, net):
    """Return the most that any set of parts is worth."""
    best = 0.0
    for size in range(len(units.part) + 1):
        for some in combinations(units.part.tolist(), size):
            if may_share(units, some):
                shop = any(units.space[p] == Space.WORKSHOP for p in some) and units.hybrid[0]
                worth = sum(net[0, units.tenant[p]] * units.share[p] for p in some)
                best = max(best, worth - shop * units.charge[0])
    return best


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 100_000), parts=st.integers(4, 9))
def test_a_unit_is_worth_its_best_parts_and_says_whose_they_are(seed, parts):
    units, net = unit(np.random.default_rng(seed), parts)
    worth, placed = np.array([5.0]), np.zeros((1, 4))
    unit_values(units, net, np.array([True]), worth, placed)
    best = by_hand(units, net)
    assert worth[0] == pytest.approx(5.0 + best, abs=1e-6)
    paid = float((placed * net).sum())
    assert paid == pytest.approx(best, abs=1e-6) or paid == pytest.approx(
        best + units.charge[0], abs=1e-6
    )
    assert placed.max() <= 1.0 + 1e-9
