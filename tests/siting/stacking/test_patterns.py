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
    """Return one hybrid unit or another, some parts of four tenants, and what each is worth."""
    tenant = np.concatenate([np.arange(4), rng.integers(0, 4, parts - 4)])
    m2 = rng.integers(10, 60, parts)
    fits = np.flatnonzero(rng.random(parts) < 0.9)
    clash = np.triu(rng.random((4, 4)) < 0.2, 1)
    spaces = (Space.ANY, Space.WORKSHOP, Space.OFFICE)
    units = Units(
        type=np.zeros(1, dtype=np.int64),
        room=rng.integers(60, 140, 1),
        most=rng.choice([-1, 2, 3], 1).astype(np.int64),
        charge=rng.uniform(0.0, 60.0, 1),
        hybrid=rng.random(1) < 0.6,
        number=np.zeros(1, dtype=np.int64),
        start=np.array([0, len(fits)]),
        part=fits,
        unit=np.zeros_like(fits),
        m2=m2,
        tenant=tenant,
        space=rng.choice([int(space) for space in spaces], parts).astype(np.int64),
        main=np.arange(parts) < 4,
        clash=clash | clash.T,
    )
    return units, np.append(rng.uniform(-20.0, 100.0, parts), 0.0)[fits]


def may_share(units, some):
    """Return whether these parts may be in the unit together."""
    mains = [units.tenant[p] for p in some if units.main[p]]
    apart = any(units.clash[f, g] for f, g in combinations(mains, 2))
    spaces = {int(units.space[p]) for p in some}
    mixed = units.hybrid[0] and {int(Space.WORKSHOP), int(Space.OFFICE)} <= spaces
    over = 0 <= units.most[0] < len(some)
    return not (apart or mixed or over) and sum(units.m2[p] for p in some) <= units.room[0]


def by_hand(units, value):
    """Return the most that any set of parts is worth."""
    best = 0.0
    worth_of = dict(zip(units.part.tolist(), value.tolist(), strict=True))
    for size in range(len(units.part) + 1):
        for some in combinations(units.part.tolist(), size):
            if may_share(units, some):
                shop = any(units.space[p] == Space.WORKSHOP for p in some) and units.hybrid[0]
                worth = sum(worth_of[p] for p in some)
                best = max(best, worth - shop * units.charge[0])
    return best


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 100_000), parts=st.integers(4, 9))
def test_a_unit_is_worth_its_best_parts_and_says_which_they_are(seed, parts):
    units, value = unit(np.random.default_rng(seed), parts)
    worth, taken = np.array([5.0]), np.zeros(len(value), dtype=bool)
    unit_values(units, value, np.array([True]), worth, taken)
    best = by_hand(units, value)
    assert worth[0] == pytest.approx(5.0 + best, abs=1e-6)
    paid = float(value[taken].sum())
    assert paid == pytest.approx(best, abs=1e-6) or paid == pytest.approx(
        best + units.charge[0], abs=1e-6
    )
    assert best <= 0.0 or may_share(units, units.part[taken].tolist())
