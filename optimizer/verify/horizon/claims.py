"""Compare every claim of result.json with what a problem and its programme over years say.

What cannot be recomputed is held to be consistent, as for one period (`verify.claims`); and the
bounds and values of partners alone, which other solves have found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.programme import Alliance
from optimizer.core.timeline import horizon_of
from optimizer.verify import outcome
from optimizer.verify.claims import BOUND, frame
from optimizer.verify.compare import Free, compare
from optimizer.verify.expected import criteria
from optimizer.verify.horizon import expected
from optimizer.verify.horizon.alliance import check_alliance
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.challenge import check as challenge
from optimizer.verify.horizon.check import check_programme
from optimizer.verify.horizon.recompute import recompute_programme
from optimizer.verify.outcome import is_number
from optimizer.verify.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Violation

COLUMNS = ("alone_bound", "alone_value", "joint_eur", "payment_eur")


def check_programme_claims(
    problem: Problem,
    programme: Programme | None,
    baseline: Programme,
    result: dict[str, Any],
    *,
    paths: Paths | None = None,
) -> tuple[Violation, ...]:
    """Return every claim of `result` (the content of result.json) that does not hold.

    Both programmes must be well formed (`check_programme` finds nothing about "programme").
    """
    paths = paths or Paths(problem.streets)
    base = recompute_programme(problem, baseline, paths=paths).criteria
    free_baseline = not check_programme(problem, baseline, paths=paths)
    right: dict[str, Any] = {
        **frame(problem, result),
        "baseline": criteria(base, problem),
        "criteria": None,
        "open": [],
        "tenants": [],
        "unserved": expected.unserved_list(Years(problem, baseline, paths))[
            : len(problem.unserved)
        ],
        "programme": None,
        "objective": {
            "value": None,
            "bound": BOUND,
            "gap": None,
            "gap_of_saving": None,
            "terms": {},
        },
    }
    if programme is not None:
        right |= _told(Years(problem, programme, paths), result)
    found = list(compare(right, result, ""))
    found += outcome.check(result, base.objective if free_baseline else None)
    if programme is not None and not found:
        found += _alliance(problem, programme, result["programme"]["alliance"], paths)
        bound = result["objective"]["bound"]
        if is_number(bound):
            years = Years(problem, programme, paths)
            found += challenge(years, result["objective"]["value"], bound)
    return tuple(found)


def _told(years: Years, result: dict[str, Any]) -> dict[str, Any]:
    """Return what must be told of a programme that is a result."""
    course = recompute_programme(years.problem, years.programme, paths=years.paths)
    gap, gap_of_saving = outcome.gaps(result)
    figures = course.criteria
    return {
        "status": "plan",
        "verified": True,
        "violations": [],
        "conflicts": [],
        "criteria": criteria(figures, years.problem),
        "open": expected.open_list(years),
        "tenants": expected.tenant_list(years),
        "unserved": expected.unserved_list(years),
        "programme": {
            **expected.programme_block(years, course),
            "alliance": _alliance_form(years),
        },
        "objective": {
            "value": figures.objective,
            "bound": BOUND,
            "gap": gap,
            "gap_of_saving": gap_of_saving,
            "terms": figures.terms,
        },
    }


def _alliance_form(years: Years) -> Free | None:
    """Return what an alliance has to look like; there is none without cooperation."""
    cooperation = years.horizon.cooperation
    if cooperation is None:
        return None
    names = list(cooperation.member)
    return Free(lambda claim: claim is None or _is_alliance(claim, names), "an alliance or null")


def _is_alliance(claim: Any, names: list[str]) -> bool:
    if not isinstance(claim, dict) or set(claim) != {"proven", "members"}:
        return False
    rows = claim["members"]
    return (
        isinstance(claim["proven"], bool)
        and isinstance(rows, list)
        and all(isinstance(row, dict) for row in rows)
        and all(set(row) == {"member", *COLUMNS, "gain_eur"} for row in rows)
        and [row["member"] for row in rows] == names
        and all(is_number(row[key]) for row in rows for key in (*COLUMNS, "gain_eur"))
    )


def _alliance(
    problem: Problem, programme: Programme, claim: dict[str, Any] | None, paths: Paths
) -> Iterator[Violation]:
    if claim is None or horizon_of(problem).cooperation is None:
        return
    rows = claim["members"]
    table = {key: np.array([float(row[key]) for row in rows]) for key in COLUMNS}
    alliance = Alliance(**table, proven=claim["proven"])
    yield from check_alliance(problem, programme, alliance, paths=paths)
    for c, row in enumerate(rows):
        gain = table["alone_bound"][c] - table["joint_eur"][c] - table["payment_eur"][c]
        where = f"programme.alliance.members[{c}].gain_eur"
        scale = 1e-6 * float(np.abs([table[key][c] for key in COLUMNS]).max())
        if abs(gain - row["gain_eur"]) > scale:
            yield from compare(float(gain), row["gain_eur"], where)
