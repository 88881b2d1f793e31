"""All candidate sites of a scenario, numbered: stated ones, derived ones, delivery points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.backdrop import Shapes
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, WALK
from optimizer.core.problem import AuditLine
from optimizer.core.world import Sites
from optimizer.demand.density import stops_density
from optimizer.land.addresses import names_with_street
from optimizer.land.counters import derive_counters
from optimizer.land.derive import derive_sites
from optimizer.land.drafts import Audit, Draft
from optimizer.land.entrances import find_entrances
from optimizer.land.ground import build_ground
from optimizer.land.homes import homes_distance_m
from optimizer.land.jurisdictions import place_jurisdictions
from optimizer.land.prices import price_sites
from optimizer.land.room import measure
from optimizer.land.stated import read_sites

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.horizon import Ground
    from optimizer.core.world import DemandPoints
    from optimizer.network import Network
    from optimizer.scenario.city import LandBlock

OUTLINE_TOLERANCE_M = 1.0
DELIVERY_ZONES = frozenset({"counter", "forecourt"})


def build_sites(
    block: LandBlock,
    network: Network,
    demand: DemandPoints,
    folder: Path,
    snap_max_m: float,
) -> tuple[Sites, Ground, Shapes, tuple[str, ...], tuple[AuditLine, ...]]:
    """Return the sites sorted by id, their ground over time, outlines, jurisdictions, the audit.

    Sites of a file win over derived ones. Sites that neither lorry nor van reaches within
    `snap_max_m` of their edge are left out.

    Raises
    ------
    Refusal
        F410 for the file of sites, F420 for known prices, F430 for the file of jurisdictions.
    """
    audit = Audit()
    density = density_around(network, demand)
    drafts = read_sites(block, network, folder, audit)
    if block.derive:
        stated = {draft.id for draft in drafts}
        taken = [draft.shape for draft in drafts if draft.shape.geom_type != "Point"]
        derived = [
            *derive_sites(block, network, taken, audit),
            *derive_counters(block, network, density, audit),
        ]
        drafts += [draft for draft in derived if draft.id not in stated]
    drafts.sort(key=lambda draft: draft.id)
    outlines = [_outline(draft.shape) for draft in drafts]
    node = find_entrances(network.streets, outlines, snap_max_m)
    reached = _reached(drafts, node, audit)
    drafts = [drafts[rank] for rank in reached]
    node = {profile: nodes[reached] for profile, nodes in node.items()}
    names, jurisdiction = place_jurisdictions(
        block.jurisdictions, drafts, folder, network.streets.crs, audit
    )
    survey = _Survey(block, network, folder, audit, density)
    sites = _number(drafts, node, jurisdiction, survey)
    _count_offered(drafts, sites, audit)
    shapes = _pack([outlines[rank] for rank in reached], network.streets.crs)
    return sites, build_ground(block, drafts, sites), shapes, names, audit.finish()


def density_around(
    network: Network, demand: DemandPoints
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function from positions (k, 2) in metres to stops per km2 around them, (k,)."""
    from pyproj import Transformer

    project = Transformer.from_crs("EPSG:4326", network.streets.crs, always_xy=True).transform
    stop_xy_m = np.column_stack(project(demand.lon, demand.lat))
    stops = demand.parcels_per_day / demand.parcels_per_stop
    return lambda xy_m: stops_density(xy_m, stop_xy_m, stops, network.boundary)


def _reached(
    drafts: list[Draft], node: dict[str, NDArray[np.int32]], audit: Audit
) -> NDArray[np.int64]:
    motor = (node[LORRY] >= 0) | (node[VAN] >= 0)
    for rank, draft in enumerate(drafts):
        if not motor[rank]:
            audit.note("without a street for vans or lorries near, left out", draft.id)
        elif draft.zone in DELIVERY_ZONES:
            motor[rank] = node[VAN][rank] >= 0 and node[WALK][rank] >= 0
            if not motor[rank]:
                audit.note("delivery point places without a van or foot way, left out", draft.id)
        elif node[CARGO_BIKE][rank] < 0:
            audit.note("without a street for bikes near (no hub there)", draft.id)
    return np.flatnonzero(motor)


@dataclass(frozen=True)
class _Survey:
    """What sites are measured against."""

    block: LandBlock
    network: Network
    folder: Path
    audit: Audit
    density: Callable[[NDArray[np.float64]], NDArray[np.float64]]


def _number(
    drafts: list[Draft],
    node: dict[str, NDArray[np.int32]],
    jurisdiction: NDArray[np.int32],
    survey: _Survey,
) -> Sites:
    from pyproj import Transformer

    block, network = survey.block, survey.network
    rank_of = {zone.zone: rank for rank, zone in enumerate(block.zones)}
    zones = [block.zones[rank_of[draft.zone]] for draft in drafts]
    inner = shapely.point_on_surface(np.array([draft.shape for draft in drafts], dtype=object))
    xy_m = shapely.get_coordinates(inner).reshape(-1, 2)
    crs = network.streets.crs
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform
    lon, lat = to_degrees(xy_m[:, 0], xy_m[:, 1])
    room = measure(drafts, zones)
    prices = price_sites(block, drafts, xy_m, survey.folder, crs)
    noisy = [_or(draft.noisy, zone.noisy) for draft, zone in zip(drafts, zones, strict=True)]
    return Sites(
        id=tuple(draft.id for draft in drafts),
        name=names_with_street(drafts, network),
        what=tuple(draft.what for draft in drafts),
        origin=tuple(draft.origin for draft in drafts),
        lon=np.asarray(lon, dtype=np.float64),
        lat=np.asarray(lat, dtype=np.float64),
        node=node,
        area_m2=room.area_m2,
        parcel_m2=room.parcel_m2,
        floor_area_max_m2=room.floor_area_max_m2,
        homes_m=homes_distance_m(drafts, network, survey.audit),
        land_status=np.array([draft.status for draft in drafts], dtype=np.int8),
        zone=np.array([rank_of[draft.zone] for draft in drafts], dtype=np.int32),
        jurisdiction=jurisdiction,
        price_eur_m2=prices.price_eur_m2,
        rent_eur_m2_year=prices.rent_eur_m2_year,
        long_lease_eur_m2=prices.long_lease_eur_m2,
        long_lease_rent_eur_m2_year=prices.long_lease_rent_eur_m2_year,
        height_max_m=room.height_max_m,
        noisy_allowed=np.array(noisy, dtype=np.bool_),
        stops_per_km2=survey.density(xy_m),
    )


def _or(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _count_offered(drafts: list[Draft], sites: Sites, audit: Audit) -> None:
    """Add the totals by zone to the audit, and the sites on which coverage takes land away."""
    area_m2 = sites.area_m2.tolist()
    for zone in sorted({draft.zone for draft in drafts}):
        mine = [area for draft, area in zip(drafts, area_m2, strict=True) if draft.zone == zone]
        what = "delivery point places" if zone in DELIVERY_ZONES else "sites"
        detail = f"{sum(mine)} m2 usable"
        line = AuditLine("land", f"{what} on offer in zone {zone}", len(mine), "sites", detail)
        audit.totals.append(line)
    for draft, area in zip(drafts, area_m2, strict=True):
        if area < math.floor(draft.area_m2):
            audit.note("with less usable land by the zone's coverage_share_max", draft.id)


def _outline(shape: Any) -> Any:
    """Return the simplified outer ring of a shape's largest part, or the point that it is.

    Entrances are sought on it, so that a site written to a file and read back keeps its own.
    """
    if shape.geom_type == "Point":
        return shape
    part = max(shapely.get_parts(shape), key=lambda polygon: polygon.area)
    return shapely.get_exterior_ring(shapely.simplify(part, OUTLINE_TOLERANCE_M))


def _pack(outlines: list[Any], crs: str) -> Shapes:
    """Return one ring per site in degrees; a point site has no ring."""
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform
    rings = [
        shapely.get_coordinates(line if line.geom_type != "Point" else None) for line in outlines
    ]
    points = np.concatenate([*rings, np.empty((0, 2))])
    lon, lat = to_degrees(points[:, 0], points[:, 1])
    return Shapes(
        lon=np.asarray(lon, dtype=np.float64),
        lat=np.asarray(lat, dtype=np.float64),
        start=np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64),
        code=np.zeros(len(outlines), dtype=np.int8),
    )
