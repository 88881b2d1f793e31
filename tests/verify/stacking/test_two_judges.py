"""Random plans of random hotels: the checker says what a slow and literal judge says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from optimizer.core.hotels import noise_millionths, noise_room
from optimizer.core.kinds import Kind
from optimizer.core.plan import Interiors
from optimizer.core.rules import FAMILIES
from optimizer.verify import check_plan
from tests.builders import grid_problem
from tests.hotels import busy_hotels
from tests.verify.makers import vans_alone
from tests.verify.stacking.judge import Judge

NEW = FAMILIES[FAMILIES.index("stacking") :]
PLANS = 100


def town(seed):
    """Return a town with every rule, units that share levels, one dock a hotel, few workers."""
    problem = grid_problem(columns=4, rows=4, points=4, sites=6, firms=8, seed=seed)
    levels = problem.levels
    number = np.array([0, 0, 1, 0, 1, 1, 2, 3], dtype=np.int32)
    problem = problem.replace(levels=levels.replace(number=number))
    problem = busy_hotels(problem, seed, apart=2, annexes=0.3)
    access = problem.hotels.access
    return problem.replace(
        designs=problem.designs.replace(docks=np.minimum(problem.designs.docks, 1)),
        hotels=problem.hotels.replace(access=access.replace(workers=access.workers / 5)),
    )


def random_plan(problem, rng):
    """Return some hotels and hubs inside them, some tenants anywhere in them, and the rest."""
    options, designs, hotels = problem.options, problem.designs, problem.hotels
    kind = designs.kind[options.design]
    hotel = np.flatnonzero(kind == Kind.PRODUCTIVE_HOTEL)
    opened = np.zeros(options.count, dtype=bool)
    if len(hotel):
        opened[rng.choice(hotel, min(len(hotel), rng.integers(1, 3)), replace=False)] = True
    hub = (designs.inside_hotel_m2[options.design] > 0) & (rng.random(options.count) < 0.3)
    opened |= hub & np.isin(options.site, options.site[opened])
    houses = np.flatnonzero(opened & (kind == Kind.PRODUCTIVE_HOTEL))
    option, level = np.full((2, problem.tenants.count), -1, dtype=np.int32)
    annex = np.full(hotels.annexes.count, -1, dtype=np.int32)
    often = rng.choice([0.15, 0.4, 0.9]) if len(houses) else 0
    for f in np.flatnonzero(rng.random(problem.tenants.count) < often):
        option[f] = rng.choice(houses)
        units = np.flatnonzero(problem.levels.design == options.design[option[f]])
        level[f] = rng.choice(units)
        mine = hotels.annexes.tenant == f
        annex[mine] = rng.choice(units, mine.sum())
    return vans_alone(problem).replace(
        open_option=opened,
        tenant_option=option,
        tenant_level=level,
        interiors=furniture(problem, rng, opened, option, annex),
    )


def furniture(problem, rng, opened, option, annex):
    """Return interiors: mostly sound roofs, services and exchanges."""
    hotels, count = problem.hotels, problem.options.count
    is_hotel = problem.designs.kind[problem.options.design] == Kind.PRODUCTIVE_HOTEL
    roof = np.zeros((count, 2), dtype=np.int64)
    used = opened & is_hotel
    roof[used, 0] = rng.choice([150, 160, 149, 300], p=[0.5, 0.3, 0.1, 0.1])
    roof[used, 1] = rng.choice([0, 200, 350, 100, 201], p=[0.4, 0.3, 0.1, 0.1, 0.1])
    service = np.zeros((count, hotels.services.count), dtype=bool)
    service[used] = rng.random((used.sum(), hotels.services.count)) < 0.3
    who = [*np.flatnonzero(option >= 0), *(problem.tenants.count + np.arange(3))]
    if rng.random() < 0.1:
        who.append(0)
    rows = {(*rng.choice(who, 2), rng.integers(0, 2)) for _ in range(rng.integers(0, 3))}
    giver, taker, resource = np.array(sorted(rows), dtype=np.int32).reshape(-1, 3).T
    symbiosis = hotels.symbiosis
    gives = np.concatenate([symbiosis.gives, symbiosis.partner_gives])[giver, resource]
    takes = np.concatenate([symbiosis.takes, symbiosis.partner_takes])[taker, resource]
    amount = np.minimum(gives, takes) / 2 + rng.choice([0, 0, 30], len(giver))
    some = amount > 0
    return Interiors(
        annex_level=annex,
        roof_m2=roof,
        service=service,
        giver=giver[some],
        taker=taker[some],
        resource=resource[some],
        amount=amount[some],
    )


def test_both_judges_name_the_same_families():
    """Every family is broken by some plans and kept by others that hold tenants."""
    seen = Counter()
    for seed in range(PLANS):
        rng = np.random.default_rng(seed)
        problem = town(seed % 25)
        plan = random_plan(problem, rng)
        right = Judge(problem, plan).broken()
        found = {one.family for one in check_plan(problem, plan)}
        assert found & set(NEW) == right, seed
        seen.update((family, family in right) for family in NEW if plan.tenant_option.max() >= 0)
    assert [
        key for family in NEW for key in ((family, True), (family, False)) if seen[key] < 3
    ] == []


@pytest.mark.parametrize("sources", [1, 2, 7])
def test_whole_millionths_never_understate_a_sum_of_sounds(sources):
    """As many equal sources as the limit bears: one hundredth of a decibel more is too much."""
    limit, background, less = 50.0, 40.0, 35.0
    left = 10 ** (limit / 10) - 10 ** (background / 10)
    power = 10 * np.log10(left / sources) + less
    room = noise_room(limit, background)
    assert sources * noise_millionths(power + 0.01, less, limit) > room
    assert sources * noise_millionths(power - 0.01, less, limit) <= room
