"""Constraint family 15, mix: sector targets over the let area, jobs by skill.

share_min * let <= members' area <= share_max * let    over covered hotels, or in each of them
area_min_m2 <= members' area <= area_max_m2            over covered hotels
sum of jobs_by_skill >= jobs_min                       over covered hotels
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder


def covered(problem: Problem, houses: Houses, covers: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which houses a rule with `covers` (g,) counts, shape (h,)."""
    found: NDArray[np.bool_] = covers[problem.sites.jurisdiction[houses.site]]
    return found


def add_mix_of_sectors_and_jobs(
    builder: Builder, problem: Problem, houses: Houses, places: Places
) -> None:
    """Add the rows of every target; those over all hotels only where all are here."""
    hotels = problem.hotels
    if hotels is None:
        return
    mix = hotels.mix
    column, tenant, house = places.mains()
    area = houses.area_m2[tenant].astype(float)
    for rule in range(mix.count):
        mine = covered(problem, houses, mix.covers[rule])[house]
        member = mix.members[rule][tenant]
        each = bool(mix.each_hotel[rule])
        count = len(houses.option) if each else 1
        row = house[mine] if each else np.zeros(int(mine.sum()), dtype=np.int64)
        if each or places.whole:
            for share, sign in ((mix.share_min[rule], 1.0), (mix.share_max[rule], -1.0)):
                if (share > 0.0 and sign > 0) or (share < 1.0 and sign < 0):
                    use = sign * area[mine] * (member[mine] - share)
                    builder.add_rows(count, (row, column[mine], use), lower=0.0)
        of_members = mine & member
        least = int(mix.area_min_m2[rule]) if places.whole and places.minima else 0
        most = np.inf if mix.area_max_m2[rule] < 0 else float(mix.area_max_m2[rule])
        if least > 0 or np.isfinite(most):
            entries = (0, column[of_members], area[of_members])
            builder.add_rows(1, entries, lower=least, upper=most)
    if not (places.whole and places.minima):
        return
    for rule in range(len(mix.jobs_name)):
        mine = covered(problem, houses, mix.jobs_covers[rule])[house]
        jobs = houses.skill_jobs[tenant[mine], mix.jobs_skill[rule]]
        builder.add_rows(1, (0, column[mine], jobs), lower=mix.jobs_min[rule])
