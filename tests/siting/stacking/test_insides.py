"""Hubs inside the hotels of a start: what they cost the tenants, and who stays with them."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.kinds import Kind
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.insides import look_inside
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.starts import filled_start
from optimizer.siting.walks import begin_walk, make_moves
from optimizer.verify import check_plan
from tests.siting.stacking.town import bounding_of


def start_of(bounding, hotels):
    """Return a start with these hotels alone."""
    none = np.full(bounding.city.site_count, -1, dtype=np.int64)
    hotel = none.copy()
    hotel[bounding.data.site[hotels]] = hotels
    return filled_start(bounding, (none.copy(), hotel, none.copy()), 20_000)


def looked_at(seed, many=2):
    """Return the town of a seed, and the hubs inside some of its hotels that may hold one."""
    bounding = bounding_of(seed)
    data, combos = bounding.data, bounding.city.combos
    both = (combos.hub >= 0) & (combos.hotel >= 0)
    both[both] = data.inside_m2[combos.hub[both]] > 0
    _, first = np.unique(combos.site[both], return_index=True)
    for begin in range(0, len(first), many):
        start = start_of(bounding, combos.hotel[both][first[begin : begin + many]])
        if start is not None:
            insides = look_inside(bounding, start)
            if insides.may.any():
                return bounding, insides
    raise AssertionError


def plan_with(bounding, start):
    """Return a plan that opens what a start does and serves nobody by it."""
    opened = np.zeros(bounding.data.option_count, dtype=bool)
    for part in (start.hub, start.hotel):
        opened[part[part >= 0]] = True
    tenants = start.tenant_option.astype(np.int32), start.tenant_level.astype(np.int32)
    inside = interiors_of(bounding.problem, bounding.data, opened, *tenants, start.annex_level)
    return baseline_plan(bounding.problem, bounding.data).replace(
        open_option=opened,
        tenant_option=tenants[0],
        tenant_level=tenants[1],
        interiors=inside,
    )


@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_tenants_leave_room_and_docks_to_the_hubs_they_are_told_with(seed):
    bounding, insides = looked_at(seed)
    problem, data = bounding.problem, bounding.data
    assert len(insides.known) > 1
    for mine, start in insides.known.items():
        assert sorted(start.hub[start.hub >= 0].tolist()) == list(mine)
        broken = {found.family for found in check_plan(problem, plan_with(bounding, start))}
        assert not broken & {"floors", "stacking", "docks", "nuisance", "mix"}
        assert np.all(data.kind[np.array(mine, dtype=int)] == Kind.MICRO_HUB)


@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_a_hub_costs_what_the_tenants_are_worth_less(seed):
    _, insides = looked_at(seed)
    for option, may, loss in zip(insides.options, insides.may, insides.loss, strict=True):
        if may and not insides.begun:
            here = insides.value(()) - insides.value((int(option),))
            assert loss == pytest.approx(here)
    two = tuple(insides.options[insides.may].tolist())
    if two not in insides.known:
        assert insides.value(two) == pytest.approx(insides.value(()) - insides.lost(two))


@pytest.mark.parametrize(("loss", "opens"), [(-1e9, True), (1e9, False)])
def test_a_walk_opens_hubs_inside_where_their_room_is_cheap(loss, opens):
    bounding, insides = looked_at(0)
    insides.loss[insides.may] = loss
    data, city = bounding.data, bounding.city
    promise = np.zeros(data.option_count)
    moves = make_moves(bounding.problem, data, city, promise, 0)
    walk = begin_walk(
        bounding.problem, data, city, insides.known[insides.begun], moves, insides=insides
    )
    for seed in range(20):
        walk.step(50, 1.0, seed)
    hub = walk.best.hub[walk.best.hub >= 0]
    mine = hub[data.inside_m2[hub] > 0]
    assert (len(mine) > 0) == opens
    start = walk.housed()
    assert start is not None
    assert insides.of(start.hub) == tuple(sorted(mine.tolist()))
    assert walk.saving == pytest.approx(
        walk.best.value[0] + insides.lost(insides.of(start.hub)) + start.hotel_value
    )


def test_looking_longer_never_makes_tenants_worse():
    _, insides = looked_at(2)
    before = {mine: start.hotel_value for mine, start in insides.known.items()}
    insides.search_longer()
    assert {mine: insides.known[mine].hotel_value >= value for mine, value in before.items()} == (
        dict.fromkeys(before, True)
    )
