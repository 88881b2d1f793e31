"""Plans that tell how hotels are fitted out, and how to compare any two plans."""

from __future__ import annotations

import numpy as np

from optimizer.core.plan import Interiors


def assert_same_plan(new, old):
    """Every column is the same, bit by bit and by type, inside hotels too."""
    for name, column in vars(old).items():
        if isinstance(column, np.ndarray):
            assert np.array_equal(getattr(new, name), column), name
            assert getattr(new, name).dtype == column.dtype, name
        elif column is None:
            assert getattr(new, name) is None
        else:
            assert_same_plan(getattr(new, name), column)


def bare_interiors(problem):
    """Return `Interiors` in which nothing is decided."""
    hotels, options = problem.hotels, problem.options.count
    return Interiors(
        annex_level=np.full(hotels.annexes.count, -1, dtype=np.int32),
        roof_m2=np.zeros((options, hotels.roofs.count), dtype=np.int64),
        service=np.zeros((options, hotels.services.count), dtype=bool),
        giver=np.zeros(0, dtype=np.int32),
        taker=np.zeros(0, dtype=np.int32),
        resource=np.zeros(0, dtype=np.int32),
        amount=np.zeros(0),
    )


def furnished(problem, plan, seed=0):
    """Return `plan` with tenants in all hotels, drawn at random; most rules need not hold."""
    rng = np.random.default_rng(seed)
    hotels, levels, options = problem.hotels, problem.levels, problem.options
    houses = np.flatnonzero(np.isin(options.design, levels.design))
    choices = np.append(houses, -1).astype(np.int32)
    placed = rng.choice(choices, problem.tenants.count)
    level = np.full(problem.tenants.count, -1, dtype=np.int32)
    for f in np.flatnonzero(placed >= 0):
        level[f] = rng.choice(np.flatnonzero(levels.design == options.design[placed[f]]))
    opened = plan.open_option.copy()
    opened[houses] = True
    plan = plan.replace(open_option=opened, tenant_option=placed, tenant_level=level)
    places = problem.tenants.count + len(hotels.symbiosis.partner_id)
    annex = np.full(hotels.annexes.count, -1, dtype=np.int32)
    for a, tenant in enumerate(hotels.annexes.tenant.tolist()):
        if plan.tenant_option[tenant] >= 0:
            design = options.design[plan.tenant_option[tenant]]
            annex[a] = rng.choice(np.flatnonzero(levels.design == design))
    hotel = np.isin(options.design, levels.design)
    triples = [
        (q, g, t)
        for q in range(hotels.symbiosis.count)
        for g in range(places)
        for t in range(places)
    ]
    chosen = [triples[i] for i in np.flatnonzero(rng.random(len(triples)) < 0.02)]
    resource, giver, taker = np.array(chosen, dtype=np.int32).reshape(-1, 3).T.copy()
    return plan.replace(
        interiors=Interiors(
            annex_level=annex,
            roof_m2=hotel[:, None] * rng.integers(0, 200, (options.count, hotels.roofs.count)),
            service=hotel[:, None] & (rng.random((options.count, hotels.services.count)) < 0.5),
            giver=giver,
            taker=taker,
            resource=resource,
            amount=rng.uniform(0.1, 50, len(chosen)),
        )
    )
