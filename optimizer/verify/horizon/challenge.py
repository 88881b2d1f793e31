"""Challenge the bound over years: a simple change that gives a cheaper programme must not beat it.

What no facility serves takes the cheaper of the van and being left unserved, in every period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.verify.challenge import cheaper_rest
from optimizer.verify.horizon.check import check_programme
from optimizer.verify.horizon.recompute import recompute_programme
from optimizer.verify.tolerance import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


def check(years: Years, bound: float) -> Iterator[Violation]:
    """Yield a violation if the changed programme costs less than `bound` and keeps every rule."""
    problem, paths = years.problem, years.paths
    changed = years.programme.replace(plans=tuple(cheaper_rest(case) for case in years.cases))
    cost = recompute_programme(problem, changed, paths=paths).criteria.objective
    if above(bound, cost) and not check_programme(problem, changed, paths=paths):
        words = (
            "with what no facility serves left to the cheaper way, the programme costs "
            f"{cost:.6f}, less than the bound {bound:.6f}"
        )
        yield Violation("claim", "objective.bound", words)
