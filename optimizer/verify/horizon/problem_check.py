"""Is the horizon of a stored problem sound: shapes, number ranges, calendar, words."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.horizon import (
    CONSUMPTION,
    COUNTS,
    FREE,
    NET,
    WHILE_STANDING,
    Cooperation,
    Firms,
    Ground,
    LandLedgers,
    Pavilions,
    Periods,
    Purses,
    Renaturation,
    Rents,
    Timing,
    Uses,
)
from optimizer.core.kinds import LandBasis
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.frozen import Frozen
    from optimizer.core.horizon import Horizon
    from optimizer.core.problem import Problem

PARTS: dict[str, type[Frozen]] = {
    "periods": Periods,
    "timing": Timing,
    "ground": Ground,
    "land": LandLedgers,
    "renaturation": Renaturation,
    "purses": Purses,
    "rents": Rents,
    "uses": Uses,
    "firms": Firms,
    "pavilions": Pavilions,
}
MAY_BE_INFINITE = {"firms.move_m"}
ABOVE_ZERO = {"periods.years", "periods.demand_factor", "rents.share"}
AT_MOST_ONE = {"timing.resale_share", "rents.share"}
MAY_BE_BELOW_ZERO = {
    "purses.subsidy_max_eur_year": -1,
    "uses.jurisdiction": -1,
    "land.budget_m2": None,
    "purses.opening_eur": None,
}
"""The least value where it is not 0; None where there is none."""
WORDS: dict[str, set[str]] = {
    "land.metric": {NET, CONSUMPTION},
    "land.basis": {str(one) for one in LandBasis},
    "land.temporary": {COUNTS, WHILE_STANDING, FREE},
}
UNIQUE = ("periods.name", "renaturation.id", "firms.id", "firms.premises", "pavilions.id")


def check_horizon(problem: Problem) -> tuple[Violation, ...]:
    """Return what is unsound about the horizon of `problem`; empty if it has none."""
    horizon = problem.horizon
    if horizon is None:
        return ()
    broken = [
        _fault(name, f"it is not a {kind.__name__}")
        for name, kind in PARTS.items()
        if not isinstance(getattr(horizon, name), kind)
    ]
    if not isinstance(horizon.cooperation, Cooperation | None):
        broken.append(_fault("cooperation", "it is no cooperation"))
    checks = (_shapes, _numbers, _texts, _calendar, _indices, _rules, _partners)
    for check in checks:
        if not broken:
            broken = list(check(problem, horizon))
    return tuple(broken)


def _fault(where: str, words: str) -> Violation:
    return Violation("problem", f"horizon.{where}", words)


def _columns(horizon: Horizon) -> Iterator[tuple[str, Any]]:
    for name in PARTS:
        part = getattr(horizon, name)
        for field in fields(part):
            yield f"{name}.{field.name}", getattr(part, field.name)


def _lengths(problem: Problem, horizon: Horizon) -> dict[str, int]:
    return {
        "periods": horizon.periods.count,
        "timing": problem.designs.count,
        "ground": problem.sites.count,
        "land": horizon.land.count,
        "renaturation": horizon.renaturation.count,
        "purses": horizon.purses.count,
        "rents": len(horizon.rents.until_age),
        "uses": horizon.uses.count,
        "firms": horizon.firms.count,
        "pavilions": horizon.pavilions.count,
    }


def _shapes(problem: Problem, horizon: Horizon) -> Iterator[Violation]:
    """Check the shape and the type of every column."""
    lengths, places = _lengths(problem, horizon), len(problem.rules.jurisdiction)
    periods, premises = horizon.periods.count, len(horizon.firms.premises)
    zones = len(problem.zoning.zone)
    shapes: dict[str, tuple[int, ...]] = {
        "land.covers": (lengths["land"], places),
        "purses.covers": (lengths["purses"], places),
        "purses.grant_eur": (lengths["purses"], periods),
        "uses.permits": (lengths["uses"], zones),
        "firms.premises_area_m2": (premises,),
        "firms.move_m": (lengths["firms"], premises),
        "rents.founded_year": (problem.tenants.count,),
    }
    rows = dict(_columns(horizon))
    rows["permits"], rows["quota_first_year"] = horizon.permits, horizon.quota_first_year
    shapes["permits"] = (periods, zones, problem.designs.count)
    shapes["quota_first_year"] = (problem.rules.quotas.count,)
    for where, value in rows.items():
        shape = shapes.get(where, (lengths.get(where.partition(".")[0], 0),))
        if isinstance(value, np.ndarray) and value.shape != shape:
            yield _fault(where, f"it has the shape {value.shape} and not {shape}")
        elif isinstance(value, tuple) and where != "firms.premises" and len(value) != shape[0]:
            yield _fault(where, f"it has {len(value)} entries and not {shape[0]}")
        elif isinstance(value, np.ndarray) and value.dtype.kind not in _kinds(where):
            yield _fault(where, f"it holds values of the type {value.dtype}")
    if periods == 0:
        yield _fault("periods", "there is no period")


def _kinds(where: str) -> str:
    """Return the kinds of numbers that a column may hold, as numpy tells them."""
    name = where.rpartition(".")[2]
    if name in {"covers", "permits", "pays_running", "gets_rents", "may_stay", "artificialises"}:
        return "b"
    real = ("_factor", "_share", "_rate", "_days", "share", "jobs", "move_m", "eur_m2_year")
    return "f" if name.endswith(real) else "iu"


def _numbers(_: Problem, horizon: Horizon) -> Iterator[Violation]:
    """Check that figures are finite and within their range."""
    firms = horizon.firms
    scalars = {"move_max_m": 0.0, "jobs_lost_max": -1.0, "job_lost_eur_year": 0.0}
    for name, least in scalars.items():
        if not getattr(firms, name) >= least:
            yield _fault(f"firms.{name}", f"it is less than {least:g}")
    for where, value in _columns(horizon):
        if not isinstance(value, np.ndarray) or value.dtype.kind == "b" or not value.size:
            continue
        if np.isnan(value).any() or (np.isinf(value).any() and where not in MAY_BE_INFINITE):
            yield _fault(where, "it holds figures that are not finite")
        smallest = MAY_BE_BELOW_ZERO.get(where, 0)
        if smallest is not None and (value < smallest).any():
            yield _fault(where, f"it holds figures below {smallest}")
        if where in ABOVE_ZERO and (value <= 0).any():
            yield _fault(where, "it holds figures of zero or less")
        if where in AT_MOST_ONE and (value > 1).any():
            yield _fault(where, "it holds shares above 1")


def _texts(_: Problem, horizon: Horizon) -> Iterator[Violation]:
    columns = dict(_columns(horizon))
    for where, known in WORDS.items():
        for word in columns[where]:
            if word not in known:
                yield _fault(where, f"{word!r} is none of {', '.join(sorted(known))}")
    for where in UNIQUE:
        names = columns[where]
        if len(set(names)) != len(names):
            repeated = sorted({one for one in names if names.count(one) > 1})
            yield _fault(where, f"{repeated[0]!r} stands more than once")


def _calendar(_: Problem, horizon: Horizon) -> Iterator[Violation]:
    periods = horizon.periods
    ends = periods.first_year + periods.years
    if (periods.first_year[1:] != ends[:-1]).any():
        yield _fault("periods.first_year", "a period does not begin when the one before has ended")
    if (np.diff(horizon.rents.until_age) <= 0).any():
        yield _fault("rents.until_age", "ages do not ascend")


def _indices(problem: Problem, horizon: Horizon) -> Iterator[Violation]:
    """Check every number that points into another table."""
    places = len(problem.rules.jurisdiction)
    limits = {
        "renaturation.jurisdiction": (horizon.renaturation.jurisdiction, places),
        "uses.jurisdiction": (horizon.uses.jurisdiction, places),
        "firms.site": (horizon.firms.site, problem.sites.count),
        "pavilions.design": (horizon.pavilions.design, problem.designs.count),
    }
    for where, (array, limit) in limits.items():
        if (array >= limit).any():
            yield _fault(where, f"it holds numbers above {limit - 1}")
            return
    if not problem.designs.dismantlable[horizon.pavilions.design].all():
        yield _fault("pavilions.design", "a pavilion is of a design that is not dismantlable")


def _rules(problem: Problem, horizon: Horizon) -> Iterator[Violation]:
    """Check that ledgers stand in one place, and each counts something."""
    if problem.rules.land.count or problem.rules.money.count:
        words = "ledgers and purses of one period stand beside those over years"
        yield Violation("problem", "rules", words)
    for name, ledgers in (("land", horizon.land), ("purses", horizon.purses)):
        if not ledgers.covers.any(axis=1).all():
            yield _fault(f"{name}.covers", "one of them covers no jurisdiction")


def _partners(problem: Problem, horizon: Horizon) -> Iterator[Violation]:
    cooperation, places = horizon.cooperation, len(problem.rules.jurisdiction)
    if cooperation is None:
        return
    members, demand = len(cooperation.member), cooperation.demand_jurisdiction
    if cooperation.covers.shape != (members, places) or demand.shape != (problem.demand.count,):
        yield _fault("cooperation", "its tables do not fit members, jurisdictions and points")
        return
    if (cooperation.covers.sum(axis=0) != 1).any():
        yield _fault("cooperation.covers", "a jurisdiction is not in exactly one member")
    if demand.dtype.kind not in "iu" or ((demand < 0) | (demand >= places)).any():
        words = f"it holds numbers outside 0..{places - 1}"
        yield _fault("cooperation.demand_jurisdiction", words)
