"""Challenge the bound over years: simple changes that give a cheaper programme must not beat it.

What no facility serves takes the cheaper of the van and being left unserved, in every period; or
tenants share every service that pays; or one facility never opens, its parcels going to vans. A
change counts only where the changed programme keeps every rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.result import Violation
from optimizer.verify.challenge import NEAR, cheaper_rest, closed
from optimizer.verify.horizon.check import check_programme
from optimizer.verify.horizon.recompute import recompute_programme
from optimizer.verify.stacking.services import where_they_pay
from optimizer.verify.tolerance import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.programme import Programme
    from optimizer.verify.horizon.case import Years

CLOSINGS = 8
"""So many facilities, those that parcels use least, are closed in turn: each costs a check of all
periods."""


def check(years: Years, value: float, bound: float) -> Iterator[Violation]:
    """Yield a violation for the first change that gives a programme below `bound`."""
    problem, paths = years.problem, years.paths
    near = value - bound <= NEAR * abs(value)
    for words, changed in _changes(years, closings=near):
        cost = recompute_programme(problem, changed, paths=paths).criteria.objective
        if above(bound, cost) and not check_programme(problem, changed, paths=paths):
            text = f"{words}, the programme costs {cost:.6f}, less than the bound {bound:.6f}"
            yield Violation("claim", "objective.bound", text)
            return


def _changes(years: Years, *, closings: bool) -> Iterator[tuple[str, Programme]]:
    programme = years.programme
    rest = tuple(cheaper_rest(case) for case in years.cases)
    words = "with what no facility serves left to the cheaper way"
    yield words, programme.replace(plans=rest)
    if years.problem.hotels is not None:
        shared = tuple(where_they_pay(case) for case in years.cases)
        yield "with services where they pay", programme.replace(plans=shared)
    for option in _least_used(years) if closings else ():
        plans = tuple(
            closed(case, option) if case.plan.open_option[option] else case.plan
            for case in years.cases
        )
        yield f"without {years.name(option)}", programme.replace(plans=plans)


def _least_used(years: Years) -> list[int]:
    """Return facilities that need not open, those with the fewest parcels first."""
    parcels = np.zeros(years.problem.options.count)
    for case in years.cases:
        for flows in (case.bike, case.pickup):
            np.add.at(parcels, flows.option, flows.parcels)
    kinds = years.problem.designs.kind[years.problem.options.design]
    free = years.stands.any(axis=0) & (kinds != Kind.PRODUCTIVE_HOTEL) & ~years.of_pavilion
    free &= years.problem.options.status == OptionStatus.CANDIDATE
    found = np.flatnonzero(free)
    return [int(option) for option in found[np.argsort(parcels[found], kind="stable")][:CLOSINGS]]
