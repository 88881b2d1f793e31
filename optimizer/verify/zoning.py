"""Rule 5, zoning and access: designs stand only where the land-use plan and streets allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, WALK, Kind
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check zone, height, floors and distance to homes of new options, and access of all."""
    for option in case.opened:
        if case.is_new(option):
            yield from _plan(case, option)
        for profile, purpose in _access(case, option):
            if case.problem.sites.node[profile][case.site(option)] < 0:
                words = f"no {profile} reaches the site, which {purpose} needs"
                yield Violation("zoning", case.name(option), words)
        yield from _supply(case, option)


def _plan(case: Case, option: int) -> Iterator[Violation]:
    problem, j, d = case.problem, case.site(option), case.design(option)
    zone = int(problem.sites.zone[j])
    if not problem.zoning.permits[zone, d]:
        words = f"the zone {problem.zoning.zone[zone]!r} does not permit this design"
        yield Violation("zoning", case.name(option), words)
    height, limit = float(problem.designs.height_m[d]), float(problem.sites.height_max_m[j])
    if height > limit:
        words = f"it is {height:g} m high where {limit:g} m are allowed"
        yield Violation("zoning", case.name(option), words)
    floors, most = int(problem.designs.gross_floor_m2[d]), int(problem.sites.floor_area_max_m2[j])
    if floors > most:
        words = f"it has {floors} m2 of floors where {most} m2 are allowed"
        yield Violation("zoning", case.name(option), words)
    needed, homes = float(problem.designs.homes_distance_min_m[d]), float(problem.sites.homes_m[j])
    if homes < needed:
        words = f"homes are {homes:g} m away where it has to keep {needed:g} m"
        yield Violation("zoning", case.name(option), words)


def _access(case: Case, option: int) -> list[tuple[str, str]]:
    lorry = bool(case.problem.designs.needs_lorry[case.design(option)])
    needs = [(LORRY if lorry else VAN, "the design")]
    if case.kind(option) == Kind.MICRO_HUB:
        needs.append((CARGO_BIKE, "a micro-hub"))
    if case.kind(option) == Kind.DELIVERY_POINT:
        needs += [(WALK, "a delivery point"), (VAN, "the supply of a delivery point")]
    return list(dict(needs).items())


def supply_vehicle(case: Case, option: int) -> str:
    """Return the profile that supplies an option: lorries come to hubs that they can reach."""
    by_lorry = case.problem.sites.node[LORRY][case.site(option)] >= 0
    return LORRY if by_lorry and case.kind(option) == Kind.MICRO_HUB else VAN


def _supply(case: Case, option: int) -> Iterator[Violation]:
    if case.kind(option) == Kind.PRODUCTIVE_HOTEL:
        return
    profile = supply_vehicle(case, option)
    if not (case.problem.gateways.node[profile] >= 0).any():
        words = f"no gateway lets a {profile} in to supply it"
        yield Violation("zoning", case.name(option), words)
