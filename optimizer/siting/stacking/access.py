"""Constraint family 16, access: workers within reach, support near start-ups.

sum of jobs_by_skill[f,k] x[f,h] <= skill_max[h,k]
needs[f], h not supported: x[f,h] <= sum of x[g,h'] over g != f that give, h' near h
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.places import able_tenants, most_use

if TYPE_CHECKING:
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder


def add_people_can_come(builder: Builder, houses: Houses, places: Places) -> None:
    """Add workers by house and skill, and support where no support place is near."""
    column, tenant, house = places.mains()
    able = able_tenants(houses, places)
    for skill in range(houses.skill_jobs.shape[1]):
        limit = houses.skill_max[:, skill]
        tight = np.flatnonzero(most_use(houses, able, houses.skill_jobs[:, skill]) > limit)
        mine = np.isin(house, tight)
        jobs = houses.skill_jobs[tenant[mine], skill]
        row = np.searchsorted(tight, house[mine])
        builder.add_rows(len(tight), (row, column[mine], jobs), upper=limit[tight])
    if places.whole:
        _add_support(builder, houses, places)


def _add_support(builder: Builder, houses: Houses, places: Places) -> None:
    column, tenant, house = places.mains()
    alone = np.flatnonzero(houses.needs[tenant] & ~houses.supported[house])
    span = max(len(houses.option), 1)
    pairs, row = np.unique(tenant[alone] * span + house[alone], return_inverse=True)
    backing = np.flatnonzero(houses.gives[tenant])
    near = houses.support_near[(pairs % span)[:, None], house[backing][None, :]]
    near &= (pairs // span)[:, None] != tenant[backing][None, :]
    where, which = np.nonzero(near)
    builder.add_rows(
        len(pairs),
        (row, column[alone], 1.0),
        (where, column[backing[which]], -1.0),
        upper=0.0,
    )
