"""Candidate sites for hubs and hotels, derived from mapped land, car parks and buildings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.demand.files import clean
from optimizer.demand.places import first_number, text_column, within
from optimizer.land.drafts import Audit, Draft
from optimizer.land.shapes import Obstacles, largest_part, without_overlaps
from optimizer.land.sources import (
    M2_PER_CAR,
    PLOT_M2,
    POINT_STRUCTURE_M2,
    SOURCES,
    Ground,
    Source,
    having,
    selected,
)

if TYPE_CHECKING:
    from optimizer.network import Network
    from optimizer.scenario.city import LandBlock

NEAR_M = 40.0
"""Points of car park buildings closer than this to another one are the same (assumption)."""
Shaped = tuple[Source, Draft, Any]
STRUCTURES = {"multi-storey": "multi-storey car park", "underground": "underground car park"}


def derive_sites(block: LandBlock, network: Network, taken: list[Any], audit: Audit) -> list[Draft]:
    """Return candidates in order of precedence, without overlap among themselves or with `taken`.

    Parameters
    ----------
    taken : shapes of sites that the scenario states; they win.
    """
    zones = {zone.zone for zone in block.zones}
    obstacles = Obstacles(network)
    shapely.prepare(network.boundary)
    found: list[tuple[Source, Draft]] = []
    seen: set[str] = set()
    for source in SOURCES:
        drafts = _drafts_of(source, network, seen)
        if source.zone in zones:
            found += [(source, draft) for draft in drafts]
            continue
        for draft in drafts:
            audit.note(f"of zone {source.zone}, which land.zones does not list", draft.id)
    shaped = [
        (source, draft, _carve(source, draft, obstacles, network, audit)) for source, draft in found
    ]
    hidden = {Ground.BELOW, Ground.BRIDGE}
    below = [item for item in shaped if item[0].ground in hidden]
    above = [item for item in shaped if item[0].ground not in hidden]
    drafts = [*_settle(above, block, taken, audit), *_settle(below, block, [], audit)]
    if "parking_structure" in zones:
        mapped = [draft.shape for draft in drafts if draft.zone == "parking_structure"]
        drafts += _point_structures(network, block, mapped)
    return drafts


def _drafts_of(source: Source, network: Network, seen: set[str]) -> list[Draft]:
    """Return the features of one source as drafts by falling area; a feature counts once."""
    areas = network.features.areas
    chosen = areas[selected(areas, source)]
    shapes = np.asarray(chosen.geometry.array)
    names = text_column(chosen, "name")
    drafts = []
    for identity, shape, name in zip(chosen["id"], shapes, names, strict=True):
        if identity in seen or not network.boundary.intersects(shape):
            continue
        seen.add(identity)
        drafts.append(
            Draft(
                id=f"osm-{identity}",
                name=clean(name) or source.what,
                what=source.what,
                origin=f"OpenStreetMap {identity}",
                zone=source.zone,
                shape=shape,
                area_m2=0.0,
                parcel_m2=0.0,
                status=source.status,
            )
        )
    return sorted(drafts, key=lambda draft: (-round(draft.shape.area), draft.id))


def _settle(shaped: list[Shaped], block: LandBlock, taken: list[Any], audit: Audit) -> list[Draft]:
    """Share a surface out: stated sites first, then by precedence."""
    some = [item for item in shaped if not shapely.is_empty(item[2])]
    left, duplicate = without_overlaps([*taken, *(shape for _, _, shape in some)])
    kept = []
    for rank, (source, draft, shape) in enumerate(some, start=len(taken)):
        if duplicate[rank]:
            audit.note("overlapping another site, left out", draft.id)
            continue
        if left[rank] is not shape:
            audit.note("overlapping another site, cut back", draft.id)
        kept += _sized(source, draft, left[rank], block, audit)
    return kept


def _carve(
    source: Source, draft: Draft, obstacles: Obstacles, network: Network, audit: Audit
) -> Any:
    """Return the part of the shape that can be offered; empty after a note when there is none."""
    if not shapely.is_valid(draft.shape):
        audit.note("invalid shape, mended", draft.id)
    inside = largest_part(draft.shape)
    if inside.area >= source.least_m2 and not network.boundary.contains(inside):
        inside = largest_part(shapely.intersection(inside, network.boundary))
    if inside.area < source.least_m2:
        audit.note(f"{draft.what} below {source.least_m2:.0f} m2, left out", draft.id)
        return shapely.Polygon()
    rest = obstacles.carve(inside, source.ground)
    if shapely.is_empty(rest):
        audit.note("built up, under water or too narrow, left out", draft.id)
    return rest


def _sized(source: Source, draft: Draft, shape: Any, block: LandBlock, audit: Audit) -> list[Draft]:
    share = block.usable_share * source.share
    usable = shape.area * share
    if usable < block.area_min_m2:
        audit.note("smaller than land.area_min_m2, left out", draft.id)
        return []
    if usable > PLOT_M2:
        audit.note(f"larger than {PLOT_M2:.0f} m2, offered as one plot of that size", draft.id)
    area, parcel = _plot(shape.area, share)
    return [replace(draft, shape=shape, area_m2=area, parcel_m2=parcel)]


def _plot(surface_m2: float, share: float) -> tuple[float, float]:
    """Return usable land and parcel; of a large surface what `PLOT_M2` of usable land take."""
    if surface_m2 * share <= PLOT_M2:
        return surface_m2 * share, surface_m2
    return PLOT_M2, PLOT_M2 / share


def _point_structures(network: Network, block: LandBlock, shapes: list[Any]) -> list[Draft]:
    """Return car park buildings that are mapped as a point only; their surface is assumed."""
    points = network.features.points
    kinds = {"parking": frozenset(STRUCTURES)}
    chosen = points[having(points, kinds) & having(points, {"amenity": frozenset({"parking"})})]
    chosen, at = within(chosen.sort_values("id"), network.boundary)
    capacity = [first_number(text) for text in text_column(chosen, "capacity")]
    kind, names = text_column(chosen, "parking"), text_column(chosen, "name")
    occupied = shapely.STRtree(shapes)
    kept: list[Draft] = []
    for rank, identity in enumerate(chosen["id"]):
        spot = shapely.Point(at[rank])
        near = occupied.query(spot, predicate="dwithin", distance=NEAR_M / 2)
        if len(near) or any(spot.distance(other.shape) < NEAR_M for other in kept):
            continue
        known = capacity[rank] >= 1
        surface = capacity[rank] * M2_PER_CAR if known else POINT_STRUCTURE_M2
        area, parcel = _plot(surface, block.usable_share)
        what = STRUCTURES[kind[rank]]
        kept.append(
            Draft(
                id=f"osm-{identity}",
                name=clean(names[rank]) or what,
                what=what if known else f"{what} (area assumed)",
                origin=f"OpenStreetMap {identity}",
                zone="parking_structure",
                shape=spot,
                area_m2=area,
                parcel_m2=parcel,
                status=SOURCES[0].status,
            )
        )
    return kept
