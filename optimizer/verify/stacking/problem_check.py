"""Is the block of hotels of a stored problem sound: shapes, codes, number ranges, indices."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import (
    Access,
    Annexes,
    Apart,
    Businesses,
    Equipment,
    Growth,
    Mix,
    Neighbours,
    RoofUses,
    Services,
    Space,
    Symbiosis,
    Units,
)
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.frozen import Frozen
    from optimizer.core.hotels import Hotels
    from optimizer.core.problem import Problem

PARTS: dict[str, type[Frozen]] = {
    "units": Units,
    "equipment": Equipment,
    "businesses": Businesses,
    "annexes": Annexes,
    "apart": Apart,
    "neighbours": Neighbours,
    "mix": Mix,
    "access": Access,
    "symbiosis": Symbiosis,
    "services": Services,
    "roofs": RoofUses,
    "growth": Growth,
}
BANDS = 3
HOURS = 24
BOOLEAN = {
    "units.wet", "units.vented", "businesses.wet", "businesses.vented", "apart.first",
    "apart.second", "apart.same_hours", "mix.members", "mix.covers", "mix.each_hotel",
    "mix.jobs_covers", "services.designs", "businesses.needs_support", "businesses.gives_support",
}  # fmt: skip
REAL = {
    "units.position_m", "businesses.noise_db", "businesses.jobs_by_skill", "annexes.share",
    "apart.distance_m", "neighbours.lon", "neighbours.lat", "neighbours.limit_db",
    "neighbours.background_db", "neighbours.attenuation_db", "mix.share_min", "mix.share_max",
    "mix.jobs_min", "access.workers", "symbiosis.value_eur", "symbiosis.loss_per_km",
    "symbiosis.reach_m", "symbiosis.link_eur_m_year", "symbiosis.gives", "symbiosis.takes",
    "symbiosis.partner_lon", "symbiosis.partner_lat", "symbiosis.partner_gives",
    "symbiosis.partner_takes", "services.eur_year", "services.eur_tenant_year",
    "roofs.net_eur_m2_year", "roofs.share_min",
}  # fmt: skip
"""Columns of numbers with a fraction; all others hold whole numbers."""
INFINITE = {
    "businesses.noise_db": -np.inf,
    "neighbours.background_db": -np.inf,
    "neighbours.attenuation_db": np.inf,
    "apart.distance_m": np.inf,
    "symbiosis.reach_m": np.inf,
}
"""The one value beside finite ones that a column may hold."""
SMALLEST: dict[str, float | None] = {
    **dict.fromkeys(INFINITE, None),
    "apart.distance_m": 0,
    "symbiosis.reach_m": 0,
    "neighbours.limit_db": None,
    "neighbours.lon": None,
    "neighbours.lat": None,
    "symbiosis.partner_lon": None,
    "symbiosis.partner_lat": None,
    "symbiosis.value_eur": None,
    "services.eur_tenant_year": None,
    "roofs.net_eur_m2_year": None,
    "units.position_m": None,
    "units.tenants_max": -1,
    "equipment.lift_trips_max": -1,
    "annexes.levels_apart_max": -1,
    "apart.levels": 1,
    "mix.area_max_m2": -1,
    "roofs.total_max_m2": -1,
    "access.node_walk": -1,
    "access.node_bike": -1,
    "access.stop_node": -1,
    "access.support_node": -1,
    "access.ride_s": -1,
}
"""The least value where it is not 0; None where there is none."""
SHARES = ("annexes.share", "mix.share_min", "mix.share_max", "roofs.share_min")
UNIQUE = (
    "neighbours.id",
    "mix.skill",
    "access.worker_id",
    "access.stop_id",
    "symbiosis.partner_id",
)
WAYS = {"walk", "bike", "transit"}


def check_hotels(problem: Problem) -> tuple[Violation, ...]:
    """Return what is unsound about the hotels of `problem`; empty if it tells none in full."""
    hotels = problem.hotels
    if hotels is None:
        return ()
    broken = [
        _fault(name, f"it is not a {kind.__name__}")
        for name, kind in PARTS.items()
        if not isinstance(getattr(hotels, name), kind)
    ]
    for check in (_shapes, _numbers, _indices, _tenants, _access, _growth):
        if not broken:
            broken = list(check(problem, hotels))
    return tuple(broken)


def _fault(where: str, words: str) -> Violation:
    return Violation("problem", f"hotels.{where}", words)


def _columns(hotels: Hotels) -> dict[str, Any]:
    return {
        f"{name}.{field.name}": getattr(getattr(hotels, name), field.name)
        for name in PARTS
        for field in fields(getattr(hotels, name))
    }


def _lengths(problem: Problem, hotels: Hotels) -> dict[str, int]:
    """Return the number of rows of each part; of `mix` and `access` that of the first table."""
    return {
        "units": problem.levels.count,
        "equipment": problem.designs.count,
        "businesses": problem.tenants.count,
        "annexes": hotels.annexes.count,
        "apart": hotels.apart.count,
        "neighbours": hotels.neighbours.count,
        "mix": hotels.mix.count,
        "access": len(hotels.access.worker_id),
        "symbiosis": hotels.symbiosis.count,
        "services": hotels.services.count,
        "roofs": hotels.roofs.count,
        "growth": len(hotels.growth.area_m2),
    }


def _own_shapes(problem: Problem, hotels: Hotels) -> dict[str, tuple[int, ...]]:
    """Return the shapes of columns that are not as long as their part."""
    tenants, places = problem.tenants.count, len(problem.rules.jurisdiction)
    jobs, skills = len(hotels.mix.jobs_name), len(hotels.mix.skill)
    workers, stops = len(hotels.access.worker_id), len(hotels.access.stop_id)
    resources, partners = hotels.symbiosis.count, len(hotels.symbiosis.partner_id)
    rows = _lengths(problem, hotels)
    return {
        "businesses.noise_db": (tenants, BANDS),
        "businesses.jobs_by_skill": (tenants, skills),
        "apart.first": (rows["apart"], tenants),
        "apart.second": (rows["apart"], tenants),
        "neighbours.limit_db": (rows["neighbours"], BANDS),
        "neighbours.background_db": (rows["neighbours"], BANDS),
        "neighbours.attenuation_db": (problem.sites.count, rows["neighbours"]),
        "mix.members": (rows["mix"], tenants),
        "mix.covers": (rows["mix"], places),
        "mix.skill": (skills,),
        **{f"mix.jobs_{name}": (jobs,) for name in ("name", "source", "skill", "min")},
        "mix.jobs_covers": (jobs, places),
        "access.workers": (workers, skills if workers else hotels.access.workers.shape[-1]),
        "access.by": (len(hotels.access.by),),
        "access.stop_id": (stops,),
        "access.stop_node": (stops,),
        "access.ride_s": (stops, stops),
        "access.support_id": (len(hotels.access.support_id),),
        "access.support_node": (len(hotels.access.support_id),),
        "symbiosis.gives": (tenants, resources),
        "symbiosis.takes": (tenants, resources),
        **{f"symbiosis.partner_{name}": (partners,) for name in ("id", "lon", "lat")},
        "symbiosis.partner_gives": (partners, resources),
        "symbiosis.partner_takes": (partners, resources),
        "services.designs": (rows["services"], problem.designs.count),
        "growth.area_m2": (rows["growth"], tenants),
    }


def _shapes(problem: Problem, hotels: Hotels) -> Iterator[Violation]:
    lengths, own = _lengths(problem, hotels), _own_shapes(problem, hotels)
    for where, value in _columns(hotels).items():
        shape = own.get(where, (lengths[where.partition(".")[0]],))
        if isinstance(value, np.ndarray):
            kinds = "b" if where in BOOLEAN else "f" if where in REAL else "iu"
            if value.shape != shape:
                yield _fault(where, f"it has the shape {value.shape} and not {shape}")
            elif value.dtype.kind not in kinds:
                yield _fault(where, f"it holds values of the type {value.dtype}")
        elif isinstance(value, tuple) and len(value) != shape[0]:
            yield _fault(where, f"it has {len(value)} entries and not {shape[0]}")


def _numbers(_: Problem, hotels: Hotels) -> Iterator[Violation]:
    """Check that figures are finite and within their range."""
    columns = _columns(hotels)
    for where, value in columns.items():
        if not isinstance(value, np.ndarray) or value.dtype.kind == "b":
            continue
        odd = value[~np.isfinite(value)]
        if (odd != INFINITE.get(where, 0.0)).any():
            yield _fault(where, "it holds figures that are not finite")
        least = SMALLEST.get(where, 0)
        if least is not None and (value < least).any():
            yield _fault(where, f"it holds figures below {least:g}")
    for where in SHARES:
        if (columns[where] > 1).any():
            yield _fault(where, "it holds shares above 1")
    for where in UNIQUE:
        names = columns[where]
        if len(set(names)) != len(names):
            repeated = sorted({one for one in names if names.count(one) > 1})
            yield _fault(where, f"{repeated[0]!r} stands more than once")


def _indices(problem: Problem, hotels: Hotels) -> Iterator[Violation]:
    """Check every number that points into another table, or into a list of codes."""
    nodes, columns = problem.streets.node_count, _columns(hotels)
    limits = {
        "units.space": len(Space),
        "businesses.space": int(Space.HYBRID),
        "annexes.space": int(Space.HYBRID),
        "annexes.tenant": problem.tenants.count,
        "mix.jobs_skill": len(hotels.mix.skill),
        "access.node_walk": nodes,
        "access.node_bike": nodes,
        "access.stop_node": nodes,
        "access.support_node": nodes,
    }
    for where, limit in limits.items():
        if (columns[where] >= limit).any():
            yield _fault(where, f"it holds numbers above {limit - 1}")
    names = list(zip(problem.levels.design.tolist(), hotels.units.id, strict=True))
    if len(set(names)) != len(names):
        yield _fault("units.id", "a design has two units of one name")


def _tenants(_: Problem, hotels: Hotels) -> Iterator[Violation]:
    """Check hours, and annexes that leave a main part."""
    one, annexes = hotels.businesses, hotels.annexes
    by_minutes = one.dock_minutes > 0
    odd = (one.dock_from >= one.dock_until) | (one.dock_until > HOURS)
    if (by_minutes & odd).any():
        yield _fault("businesses.dock_until", "hours at a dock do not lie in a day")
    if (one.work_until < one.work_from).any() or (one.work_until > one.work_from + HOURS).any():
        yield _fault("businesses.work_until", "hours of work end before they begin, or last days")
    if (np.diff(annexes.tenant) < 0).any():
        yield _fault("annexes.tenant", "tenants do not ascend")
    shares = np.bincount(annexes.tenant, weights=annexes.share) if annexes.count else np.zeros(1)
    if (annexes.share <= 0).any() or (shares >= 1).any():
        yield _fault("annexes.share", "annexes leave a tenant no main part, or are nothing")


def _access(_: Problem, hotels: Hotels) -> Iterator[Violation]:
    access = hotels.access
    if set(access.by) - WAYS:
        yield _fault("access.by", "it holds a way that is unknown")
    if not 0.0 <= access.capture_share <= 1.0:
        yield _fault("access.capture_share", "it is no share")
    if min(access.limit_s, access.stop_walk_s) < 0 or access.support_limit_s < -1:
        yield _fault("access.limit_s", "a limit is below zero")


def _growth(problem: Problem, hotels: Hotels) -> Iterator[Violation]:
    growth = hotels.growth
    periods = 0 if problem.horizon is None else problem.horizon.periods.count
    if len(growth.area_m2) not in {0, periods}:
        words = f"it tells {len(growth.area_m2)} periods, the horizon has {periods}"
        yield _fault("growth.area_m2", words)
    if len(growth.area_m2) and (problem.tenants.area_m2 <= 0).any():
        yield _fault("growth.area_m2", "a tenant without area cannot grow from it")
    if any(len(row) != problem.tenants.count for row in growth.stage):
        yield _fault("growth.stage", "it does not tell one stage a tenant")
    if not min(growth.move_within_eur_m2, growth.move_between_eur_m2) >= 0:
        yield _fault("growth.move_within_eur_m2", "a move costs less than nothing")
