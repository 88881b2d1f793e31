"""Rule 15, mix: sector targets over the let area, and jobs by skill."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of, placed
from optimizer.verify.tolerance import above, as_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check shares, areas and jobs; the baseline need not let or employ a least amount."""
    mix = hotels_of(case).mix
    for m in range(mix.count):
        tenants = covered(case, mix.covers[m])
        groups = {f"mix {mix.name[m]}": tenants}
        if mix.each_hotel[m]:
            groups = {}
            for f in tenants:
                hotel = case.name(int(case.plan.tenant_option[f]))
                groups.setdefault(f"mix {mix.name[m]} in {hotel}", []).append(f)
        for where, group in groups.items():
            yield from _shares(case, m, where, group)
        yield from _areas(case, m, tenants)
    if not case.baseline:
        yield from _jobs(case)


def covered(case: Case, covers: NDArray[np.bool_]) -> list[int]:
    """Return the tenants of hotels in the jurisdictions that a row of `covers` marks."""
    place = case.problem.sites.jurisdiction
    return [f for f in placed(case) if covers[place[case.site(int(case.plan.tenant_option[f]))]]]


def _m2(case: Case, tenants: list[int]) -> int:
    return sum(int(case.problem.tenants.area_m2[f]) for f in tenants)


def _shares(case: Case, m: int, where: str, tenants: list[int]) -> Iterator[Violation]:
    mix = hotels_of(case).mix
    let = _m2(case, tenants)
    mine = _m2(case, [f for f in tenants if mix.members[m, f]])
    least, most = as_written(mix.share_min[m]), as_written(mix.share_max[m])
    if mine < least * let:
        words = f"{mine} m2 of {let} m2 let are of it, less than {float(least):g} of it"
        yield Violation("mix", where, words)
    if mine > most * let:
        words = f"{mine} m2 of {let} m2 let are of it, more than {float(most):g} of it"
        yield Violation("mix", where, words)


def _areas(case: Case, m: int, tenants: list[int]) -> Iterator[Violation]:
    mix = hotels_of(case).mix
    mine = _m2(case, [f for f in tenants if mix.members[m, f]])
    least, most = int(mix.area_min_m2[m]), int(mix.area_max_m2[m])
    where = f"mix {mix.name[m]}"
    if mine < least and not case.baseline:
        yield Violation("mix", where, f"{mine} m2 are let to it, at least {least} m2 are asked for")
    if 0 <= most < mine:
        yield Violation("mix", where, f"{mine} m2 are let to it, at most {most} m2 are allowed")


def _jobs(case: Case) -> Iterator[Violation]:
    mix, jobs = hotels_of(case).mix, hotels_of(case).businesses.jobs_by_skill
    for w, name in enumerate(mix.jobs_name):
        skill, least = int(mix.jobs_skill[w]), float(mix.jobs_min[w])
        total = math.fsum(float(jobs[f, skill]) for f in covered(case, mix.jobs_covers[w]))
        if above(least, total):
            words = f"{total:g} jobs of the skill {mix.skill[skill]}, at least {least:g} are wanted"
            yield Violation("mix", f"jobs {name}", words)
