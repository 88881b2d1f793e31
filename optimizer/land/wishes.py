"""What the rules say about single sites: required, existing, forbidden; by id or position."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.refusal import Fault
from optimizer.land.designs import find_variants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.facilities import Designs
    from optimizer.core.world import Sites
    from optimizer.land.options import Obstacles
    from optimizer.scenario.rules import RulesBlock, SiteRule

EARTH_M_PER_DEGREE = 111_195.0
"""Metres per degree of latitude on a sphere of 6,371 km."""


@dataclass(frozen=True)
class Wish:
    """One rule about one (site, design) pair, and where the scenario states it."""

    place: str
    site: int
    design: int
    status: OptionStatus


def read_wishes(
    rules: RulesBlock,
    sites: Sites,
    designs: Designs,
    obstacles: Obstacles,
    snap_max_m: float,
) -> tuple[list[Wish], list[Fault]]:
    """Return the rules about single pairs, and every fault among them.

    A position means the nearest site where the design is possible, within `snap_max_m`; with
    `forbidden` and no design, the nearest site of all.
    """
    wishes: list[Wish] = []
    faults: list[Fault] = []
    for place, rule, status in _stated(rules):
        chosen = _designs(place, rule, status, designs, faults)
        if not chosen:
            continue
        design = chosen[0]
        blocked = _blocked(obstacles, design, status)
        site = _site(place, rule, sites, blocked, snap_max_m, faults)
        if site is None:
            continue
        if status is OptionStatus.FORBIDDEN:
            wishes += [Wish(place, site, one, status) for one in chosen]
        elif blocked[site]:
            faults.append(_impossible(place, site, design, sites, designs, obstacles, status))
        else:
            wishes.append(Wish(place, site, design, status))
    return wishes, faults


def _stated(rules: RulesBlock) -> Iterator[tuple[str, SiteRule, OptionStatus]]:
    for name, items, status in (
        ("required", rules.required, OptionStatus.REQUIRED),
        ("existing", rules.existing, OptionStatus.EXISTING),
        ("forbidden", rules.forbidden, OptionStatus.FORBIDDEN),
    ):
        for rank, rule in enumerate(items):
            yield f"rules.{name}.{rank}", rule, status


def _designs(
    place: str, rule: SiteRule, status: OptionStatus, designs: Designs, faults: list[Fault]
) -> tuple[int, ...]:
    """Return the designs that are meant (one, unless forbidden); none after a fault."""
    if rule.design is None:
        if status is OptionStatus.FORBIDDEN:
            return tuple(range(designs.count))
        faults.append(Fault(place, "F507", "names no design", "add design: with the id of one"))
        return ()
    found = find_variants(rule.design, designs)
    if not found:
        cause = f"no design is called {rule.design!r}"
        faults.append(Fault(place, "F503", cause, _suggest(rule.design, designs.id)))
    elif len(found) > 1 and status is not OptionStatus.FORBIDDEN:
        cause = f"{rule.design!r} may be held in several ways"
        names = " or ".join(designs.id[rank] for rank in found)
        faults.append(Fault(place, "F508", cause, f"say which: {names}"))
        return ()
    return found


def _blocked(obstacles: Obstacles, design: int, status: OptionStatus) -> NDArray[np.bool_]:
    if status is OptionStatus.FORBIDDEN:
        return np.zeros(len(obstacles.zoning), dtype=bool)
    return obstacles.any(existing=status is OptionStatus.EXISTING)[:, design]


def _site(
    place: str,
    rule: SiteRule,
    sites: Sites,
    blocked: NDArray[np.bool_],
    snap_max_m: float,
    faults: list[Fault],
) -> int | None:
    """Return the site's index, or None after a fault."""
    if rule.site is not None:
        if rule.site in sites.id:
            return sites.id.index(rule.site)
        cause = f"no site is called {rule.site!r} (or it was left out: see the audit)"
        faults.append(Fault(place, "F502", cause, _suggest(rule.site, sites.id)))
        return None
    if rule.lon is None or rule.lat is None:
        faults.append(Fault(place, "F507", "names no site", "add site:, or lon: and lat:"))
        return None
    distance = distance_m(rule.lon, rule.lat, sites)
    near = np.flatnonzero(distance <= snap_max_m)
    if len(near) == 0:
        cause = f"no site lies within {snap_max_m:.0f} m of {rule.lon:g}, {rule.lat:g}"
        if sites.count:
            best = int(np.argmin(distance))
            cause += f"; the nearest, {sites.id[best]}, is {distance[best]:.0f} m away"
        action = "move the position, or add the site to land.sites"
        faults.append(Fault(place, "F506", cause, action))
        return None
    order = near[np.lexsort([near, distance[near], blocked[near]])]
    return int(order[0])


def distance_m(lon: float, lat: float, sites: Sites) -> NDArray[np.float64]:
    """Return the distance from a position to every site in metres, shape (s,) (plane, < 0.1 %)."""
    east = (sites.lon - lon) * np.cos(np.radians(lat)) * EARTH_M_PER_DEGREE
    north = (sites.lat - lat) * EARTH_M_PER_DEGREE
    return np.asarray(np.hypot(east, north))


def _suggest(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(repr(item) for item in near)}?"
    return (
        f"known are {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}"
        if known
        else ("there is none")
    )


def _impossible(
    place: str,
    site: int,
    design: int,
    sites: Sites,
    designs: Designs,
    obstacles: Obstacles,
    status: OptionStatus,
) -> Fault:
    reasons = []
    if status is OptionStatus.REQUIRED and obstacles.zoning[site, design]:
        reasons.append("its zone does not permit it (or offers no such lease)")
    if obstacles.area[site, design]:
        footprint, area = designs.footprint_m2[design], sites.area_m2[site]
        reasons.append(f"its footprint of {footprint} m2 exceeds the site's {area} m2")
    if status is OptionStatus.REQUIRED and obstacles.height[site, design]:
        height, limit = designs.height_m[design], sites.height_max_m[site]
        reasons.append(f"its height of {height:g} m exceeds the limit of {limit:g} m")
    if status is OptionStatus.REQUIRED and obstacles.floors[site, design]:
        gross, most = designs.gross_floor_m2[design], sites.floor_area_max_m2[site]
        reasons.append(f"its floor area of {gross} m2 exceeds the {most} m2 that the plan allows")
    if status is OptionStatus.REQUIRED and obstacles.homes[site, design]:
        needed, homes = designs.homes_distance_min_m[design], sites.homes_m[site]
        reasons.append(f"it keeps {needed:g} m from homes, the nearest is {homes:.0f} m away")
    if obstacles.access[site, design]:
        reasons.append("the site lacks the access it needs (lorry, van, bike or foot)")
    if obstacles.hotel[site, design]:
        reasons.append("it lives in a hotel, and no hotel is possible on the site")
    cause = f"{designs.id[design]} cannot stand on {sites.id[site]}: {'; '.join(reasons)}"
    return Fault(place, "F504", cause, "choose another site or design, or change the zone")


def refuse_contradictions(wishes: list[Wish], sites: Sites, designs: Designs) -> list[Fault]:
    """Return a fault for every rule that cannot hold together with an earlier one."""
    faults = []
    said: dict[tuple[int, int], Wish] = {}
    opened: dict[tuple[int, int], Wish] = {}
    room = sites.area_m2.copy()
    for wish in wishes:
        pair = f"{designs.id[wish.design]} on {sites.id[wish.site]}"
        earlier = said.setdefault((wish.site, wish.design), wish)
        if earlier.status is not wish.status:
            cause = f"{pair} is {wish.status.name.lower()} here and {earlier.status.name.lower()}"
            faults.append(Fault(wish.place, "F505", f"{cause} in {earlier.place}", "keep one"))
        if earlier is not wish or wish.status is OptionStatus.FORBIDDEN:
            continue
        kind = Kind(int(designs.kind[wish.design]))
        other = opened.setdefault((wish.site, kind), wish)
        if other is not wish:
            cause = f"{sites.id[wish.site]} has a {kind.words} already by {other.place}"
            faults.append(Fault(wish.place, "F505", cause, "a site takes one of each kind"))
            continue
        room[wish.site] -= designs.footprint_m2[wish.design]
        if room[wish.site] < 0:
            cause = f"{sites.id[wish.site]} is too small for all that the rules open there"
            faults.append(Fault(wish.place, "F505", cause, "move one of them to another site"))
    return faults
