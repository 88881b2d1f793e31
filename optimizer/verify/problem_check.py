"""Is the stored problem itself sound? Shapes, number ranges, ids, connected streets."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.facilities import Designs, Levels, Options, Zoning
from optimizer.core.fit import TourConstants, TourFit
from optimizer.core.kinds import (
    CARGO_BIKE,
    LORRY,
    PROFILES,
    VAN,
    WALK,
    Kind,
    LandBasis,
    LandStatus,
    Noise,
    OptionStatus,
    PickupChoice,
    Tenure,
)
from optimizer.core.prices import Prices, Vehicle
from optimizer.core.result import Violation
from optimizer.core.rules import Ledgers, Quotas, Rules
from optimizer.core.streets import Arcs, Streets
from optimizer.core.world import DemandPoints, Gateways, Sites, Tenants
from optimizer.verify.horizon.problem_check import check_horizon
from optimizer.verify.paths import adjacency
from optimizer.verify.stacking.problem_check import check_hotels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.frozen import Frozen
    from optimizer.core.problem import Problem

PARTS: dict[str, type[Frozen]] = {
    "streets": Streets,
    "demand": DemandPoints,
    "gateways": Gateways,
    "sites": Sites,
    "designs": Designs,
    "levels": Levels,
    "zoning": Zoning,
    "options": Options,
    "tenants": Tenants,
    "rules": Rules,
    "prices": Prices,
}
PLACED = {
    "demand": (VAN, CARGO_BIKE, WALK),
    "gateways": (LORRY, VAN),
    "sites": (LORRY, VAN, CARGO_BIKE, WALK),
}
"""Profiles by which every row has a street node, or -1."""
OWN_LENGTH = {"acceptance_walk_s", "acceptance_share", "covers", "permits"}
MAY_BE_INFINITE = {"height_max_m", "homes_m"}
ABOVE_ZERO = {
    "demand": ("parcels_per_day", "parcels_per_stop", "stops_per_km2"),
    "sites": ("stops_per_km2",),
    "designs": ("lifetime_years",),
}
AT_LEAST_ZERO = {
    "demand": ("bike_share_max", "pickup_share_max"),
    "gateways": ("line_haul_s", "line_haul_m"),
    "sites": (
        "area_m2",
        "parcel_m2",
        "floor_area_max_m2",
        "price_eur_m2",
        "rent_eur_m2_year",
        "long_lease_eur_m2",
        "long_lease_rent_eur_m2_year",
    ),
    "designs": (
        "footprint_m2",
        "inside_hotel_m2",
        "capacity_parcels_per_day",
        "minimum_parcels_per_day",
        "build_eur",
        "docks",
        "embodied_co2e_kg",
        "productive_share_min",
        "let_share_min",
    ),
    "levels": ("area_m2", "number"),
    "tenants": ("area_m2", "jobs"),
}


def check_problem(problem: Problem) -> tuple[Violation, ...]:
    """Return what is unsound about `problem`; every other check takes a sound one for granted."""
    broken = [
        Violation("problem", name, f"it is not a {kind.__name__}")
        for name, kind in PARTS.items()
        if not isinstance(getattr(problem, name), kind)
    ]
    if broken:
        return tuple(broken)
    checks = (_shapes, _ids, _indices, _numbers, _rules, _prices, _tour_fit)
    try:
        broken = [violation for check in checks for violation in check(problem)]
        if not broken:
            broken = [*_streets(problem), *check_horizon(problem), *check_hotels(problem)]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        broken.append(Violation("problem", "problem", f"it is malformed: {error!r}"))
    return tuple(broken)


def _arrays(part: Any) -> Iterator[tuple[str, np.ndarray]]:
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            yield field.name, value
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, np.ndarray):
                    yield f"{field.name}.{key}", item


def _parts(problem: Problem) -> Iterator[tuple[str, Any]]:
    for name in PARTS:
        yield name, getattr(problem, name)
    yield from (("rules.land", problem.rules.land), ("rules.money", problem.rules.money))
    yield "rules.quotas", problem.rules.quotas
    yield from ((f"streets.arcs.{key}", arcs) for key, arcs in problem.streets.arcs.items())


def _shapes(problem: Problem) -> Iterator[Violation]:
    """Check that columns of one table are equally long, and free of NaN."""
    for name, part in _parts(problem):
        length = part.node_count if isinstance(part, Streets) else getattr(part, "count", None)
        for column, array in _arrays(part):
            where = f"{name}.{column}"
            if column not in OWN_LENGTH and array.shape != (length,):
                words = f"it has the shape {array.shape} and not ({length},)"
                yield Violation("problem", where, words)
            finite = array.dtype.kind != "f" or np.isfinite(array).all()
            if not finite and (column not in MAY_BE_INFINITE or np.isnan(array).any()):
                yield Violation("problem", where, "it holds figures that are not finite")
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, tuple) and length is not None and len(value) != length:
                words = f"it has {len(value)} entries and not {length}"
                yield Violation("problem", f"{name}.{field.name}", words)


def _ids(problem: Problem) -> Iterator[Violation]:
    tables = {
        "demand": problem.demand.id,
        "gateways": problem.gateways.id,
        "sites": problem.sites.id,
        "designs": problem.designs.id,
        "tenants": problem.tenants.id,
        "rules.jurisdiction": problem.rules.jurisdiction,
    }
    for name, ids in tables.items():
        if len(set(ids)) != len(ids):
            repeated = sorted({one for one in ids if ids.count(one) > 1})
            yield Violation("problem", name, f"the id {repeated[0]!r} stands more than once")
    options, levels = problem.options, problem.levels
    pairs_of = [("options", options.site, options.design)]
    if problem.hotels is None:  # otherwise a level may have several units
        pairs_of.append(("levels", levels.design, levels.number))
    for name, first, second in pairs_of:
        pairs = set(zip(first.tolist(), second.tolist(), strict=True))
        if len(pairs) != len(first):
            yield Violation("problem", name, "a pair stands more than once")


def _indices(problem: Problem) -> Iterator[Violation]:
    """Check every number that points into another table, or into a list of codes."""
    nodes, places = problem.streets.node_count, len(problem.rules.jurisdiction)
    designs, quotas = problem.designs, problem.rules.quotas
    ranges: list[tuple[str, np.ndarray, int, int]] = [
        ("options.site", problem.options.site, 0, problem.sites.count),
        ("options.design", problem.options.design, 0, designs.count),
        ("levels.design", problem.levels.design, 0, designs.count),
        ("sites.zone", problem.sites.zone, 0, len(problem.zoning.zone)),
        ("sites.jurisdiction", problem.sites.jurisdiction, 0, places),
        ("rules.quotas.jurisdiction", quotas.jurisdiction, -1, places),
        ("rules.quotas.kind", quotas.kind, 0, len(Kind)),
        ("designs.kind", designs.kind, 0, len(Kind)),
        ("sites.land_status", problem.sites.land_status, 0, len(LandStatus)),
        ("options.status", problem.options.status, 0, len(OptionStatus)),
        ("tenants.noise", problem.tenants.noise, min(Noise), max(Noise) + 1),
    ]
    for name, profiles in PLACED.items():
        found = getattr(problem, name).node
        for profile in profiles:
            if profile not in found:
                yield Violation("problem", f"{name}.node.{profile}", "it is missing")
        for profile, array in found.items():
            ranges.append((f"{name}.node.{profile}", array, -1, nodes))
    for profile, arcs in problem.streets.arcs.items():
        ranges.append((f"streets.arcs.{profile}.tail", arcs.tail, 0, nodes))
        ranges.append((f"streets.arcs.{profile}.head", arcs.head, 0, nodes))
    for where, array, low, high in ranges:
        if array.dtype.kind not in "iu" or ((array < low) | (array >= high)).any():
            yield Violation("problem", where, f"it holds numbers outside {low}..{high - 1}")
    if set(designs.tenure) - set(Tenure):
        yield Violation("problem", "designs.tenure", "it holds a tenure that is unknown")


def _numbers(problem: Problem) -> Iterator[Violation]:
    for name, columns in ABOVE_ZERO.items():
        for column in columns:
            if (getattr(getattr(problem, name), column) <= 0).any():
                yield Violation("problem", f"{name}.{column}", "it holds figures of zero or less")
    for name, columns in AT_LEAST_ZERO.items():
        for column in columns:
            if (getattr(getattr(problem, name), column) < 0).any():
                yield Violation("problem", f"{name}.{column}", "it holds figures below zero")
    for profile, arcs in problem.streets.arcs.items():
        if (arcs.time_s < 1).any() or (arcs.length_m < 0).any():
            words = "an arc takes less than a second or has a length below zero"
            yield Violation("problem", f"streets.arcs.{profile}", words)


def _rules(problem: Problem) -> Iterator[Violation]:
    rules, places = problem.rules, len(problem.rules.jurisdiction)
    for name, ledgers in (("land", rules.land), ("money", rules.money)):
        if not isinstance(ledgers, Ledgers) or ledgers.covers.shape != (ledgers.count, places):
            yield Violation("problem", f"rules.{name}", "covers does not fit names and places")
    if not isinstance(rules.quotas, Quotas):
        yield Violation("problem", "rules.quotas", "they are no quotas")
    if problem.zoning.permits.shape != (len(problem.zoning.zone), problem.designs.count):
        yield Violation("problem", "zoning.permits", "it does not fit zones and designs")
    walk, share = rules.acceptance_walk_s, rules.acceptance_share
    if walk.shape != share.shape or (np.diff(walk) <= 0).any() or ((share < 0) | (share > 1)).any():
        yield Violation("problem", "rules.acceptance", "it is no curve of shares over walking time")
    if rules.land_basis not in set(LandBasis) or rules.pickup_choice not in set(PickupChoice):
        yield Violation("problem", "rules", "land basis or pick-up choice is unknown")
    if rules.peak_day_factor < 1 or rules.delivery_days_per_year <= 0:
        yield Violation("problem", "rules", "peak day factor or delivery days are out of range")


def _prices(problem: Problem) -> Iterator[Violation]:
    prices = problem.prices
    for name in ("lorry", "van", "cargo_bike"):
        vehicle = prices.vehicles.get(name)
        if not isinstance(vehicle, Vehicle):
            yield Violation("problem", f"prices.vehicles.{name}", "it is missing")
            continue
        above = (vehicle.parcels_per_tour, vehicle.tour_speed_kph, vehicle.density_share)
        rest = [getattr(vehicle, field.name) for field in fields(vehicle)]
        if not (np.isfinite(rest).all() and min(above) > 0 and min(rest) >= 0):
            yield Violation("problem", f"prices.vehicles.{name}", "a figure is out of range")
    figures = [
        getattr(prices, field.name)
        for field in fields(prices)
        if field.name not in {"currency", "vehicles", "unserved_eur_per_parcel"}
    ]
    left = prices.unserved_eur_per_parcel
    if not np.isfinite([*figures, 0.0 if left is None else left]).all() or prices.discount_rate < 0:
        yield Violation("problem", "prices", "a figure is out of range")


def _tour_fit(problem: Problem) -> Iterator[Violation]:
    """Check that every fitted constant is a number from 0 up, one for each area."""
    fit = problem.tour_fit
    if fit is None:
        return
    if not isinstance(fit, TourFit) or fit.own.shape != (problem.sites.count,):
        yield Violation("problem", "tour_fit", "it does not fit the sites")
        return
    for name, known in fit.constants.items():
        if name not in problem.prices.vehicles or not isinstance(known, TourConstants):
            yield Violation("problem", f"tour_fit.{name}", "it is of no vehicle")
            continue
        values = [np.asarray(getattr(known, field.name)) for field in fields(known)]
        if any(value.shape != (fit.areas(name),) for value in values):
            yield Violation("problem", f"tour_fit.{name}", "it has not one constant for each area")
        elif any(not np.isfinite(value).all() or (value < 0).any() for value in values):
            yield Violation("problem", f"tour_fit.{name}", "a constant is out of range")


def _streets(problem: Problem) -> Iterator[Violation]:
    """Check that each profile's arcs are one strongly connected part."""
    for profile in PROFILES:
        arcs = problem.streets.arcs.get(profile)
        if not isinstance(arcs, Arcs):
            yield Violation("problem", f"streets.arcs.{profile}", "it is missing")
            continue
        used = set(arcs.tail.tolist()) | set(arcs.head.tolist())
        for reverse in (False, True):
            if used and len(_reached(arcs, problem.streets.node_count, reverse=reverse)) < len(
                used
            ):
                words = "its arcs do not connect every node with every other"
                yield Violation("problem", f"streets.arcs.{profile}", words)
                break


def _reached(arcs: Arcs, node_count: int, *, reverse: bool) -> set[int]:
    graph = adjacency(arcs, node_count, reverse=reverse)
    start = int(arcs.tail[0])
    found, stack = {start}, [start]
    while stack:
        for after, _ in graph[stack.pop()]:
            if after not in found:
                found.add(after)
                stack.append(after)
    return found
