"""Sites that a person hands in: polygons or points in a GeoPackage or GeoJSON file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.kinds import LandStatus
from optimizer.demand.cells import YES, identity, maybe, maybe_whole, word
from optimizer.demand.files import Rows, clean, layer_rows, read_layer
from optimizer.land.drafts import Audit, Draft
from optimizer.land.sources import SOURCES, selected

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.network import Network
    from optimizer.scenario.city import LandBlock, Zone

CODE = "F410"
STATUS = {status.key: status for status in LandStatus}
REAL = ("rent_eur_m2_year", "height_max_m", "homes_m", "long_lease_rent_eur_m2_year")
WHOLE = (
    "price_eur_m2", "price_deviation_eur_m2", "long_lease_eur_m2", "free_from_year",
    "free_until_year", "clean_up_eur", "clean_up_deviation_eur", "clean_up_years",
)  # fmt: skip
"""Columns with numbers that a site may leave to its zone or the map."""


@dataclass(frozen=True)
class _Reader:
    """What a row is read against."""

    table: Rows
    block: LandBlock
    proxy: NDArray[np.int8]
    seen: dict[str, str]
    audit: Audit


def read_sites(block: LandBlock, network: Network, folder: Path, audit: Audit) -> list[Draft]:
    """Return the sites of the file, those within the study area.

    Columns: id, zone[, name, what, origin, area_m2, parcel_m2, land_status, jurisdiction, noisy,
    height_max_m, homes_m, price_eur_m2, price_deviation_eur_m2, rent_eur_m2_year,
    long_lease_eur_m2, long_lease_rent_eur_m2_year, free_from_year, free_until_year, clean_up_eur,
    clean_up_deviation_eur, clean_up_years]. `parcel_m2` is the whole parcel (else the surface of
    the polygon), `area_m2` the usable land (else parcel x usable_share); a point needs one of
    them. Without land_status, OSM land use stands in.

    Raises
    ------
    Refusal
        F410 for every fault of the file.
    """
    if block.sites is None:
        return []
    name = block.sites
    frame = read_layer(folder / name, name, CODE, network.streets.crs)
    table = layer_rows(frame, name, CODE)
    for column in ("id", "zone"):
        if column not in table.columns:
            table.fault(name, f"has no field {column}", "add it to every site")
    table.refuse()
    shapes = [_shape(shape) for shape in frame.geometry.array]
    reader = _Reader(table, block, land_status(network, shapes), {}, audit)
    drafts = [_draft(reader, rank, shape) for rank, shape in enumerate(shapes)]
    table.refuse()
    inside = shapely.intersects(np.array(shapes, dtype=object), network.boundary)
    for draft, keep in zip(drafts, inside, strict=True):
        if not keep:
            audit.note("of the file outside the study area, left out", draft.id)
    return [draft for draft, keep in zip(drafts, inside, strict=True) if keep]


def _shape(shape: Any) -> Any:
    """Return a point or valid (multi)polygon; None for anything else."""
    if shape is None or shape.is_empty or not np.isfinite(shape.bounds).all():
        return None
    if shape.geom_type == "Point":
        return shapely.force_2d(shape)
    if shapely.get_dimensions(shape) != 2:
        return None
    mended = shapely.force_2d(shape)
    return mended if mended.is_valid else shapely.make_valid(mended)


def _draft(reader: _Reader, rank: int, shape: Any) -> Draft:
    table, block = reader.table, reader.block
    place, row = table.rows[rank]
    name = identity(table, place, row, reader.seen)
    if shape is None:
        table.fault(place, "has no point or polygon", "draw it or remove it")
    what = clean(row.get("what")) or "stated site"
    area, parcel = _areas(reader, place, row, shape)
    zone = word(table, place, row, "zone", {zone.zone: zone for zone in block.zones})
    numbers: dict[str, Any] = {
        **{name: maybe(table, place, row, name) for name in REAL},
        **{name: maybe_whole(table, place, row, name) for name in WHOLE},
    }
    _check_years_and_lease(table, place, numbers, zone)
    return Draft(
        id=name,
        name=clean(row.get("name")) or name,
        what=what,
        origin=clean(row.get("origin")) or table.name,
        zone="" if zone is None else zone.zone,
        shape=shape,
        area_m2=area,
        parcel_m2=parcel,
        status=word(table, place, row, "land_status", STATUS, LandStatus(reader.proxy[rank])),
        jurisdiction=clean(row.get("jurisdiction")) or None,
        noisy=word(table, place, row, "noisy", YES, None),
        **numbers,
    )


def _areas(reader: _Reader, place: str, row: dict[str, str], shape: Any) -> tuple[float, float]:
    """Return the usable land and the whole parcel."""
    table = reader.table
    area, parcel = (maybe(table, place, row, name) for name in ("area_m2", "parcel_m2"))
    if parcel is None and shape is not None and shape.geom_type != "Point":
        parcel = max(shape.area, area or 0.0)  # the drawing may be rougher than the figure
    if area is None and parcel is None and shape is not None:
        action = "state its usable area or parcel_m2, or draw it"
        table.fault(place, "a point without area_m2", action)
    if area is None:
        area = (parcel or 0.0) * reader.block.usable_share
    if parcel is not None and parcel < area:
        reader.audit.note(
            "with more usable land than parcel_m2, parcel enlarged", row["id"].strip()
        )
    return area, max(area, parcel or 0.0)


def _check_years_and_lease(
    table: Rows, place: str, numbers: dict[str, Any], zone: Zone | None
) -> None:
    """Record a fault where dates end before they begin, or the zone offers no long lease."""
    first, last = numbers["free_from_year"], numbers["free_until_year"]
    if first is not None and last is not None and first > last:
        cause = f"free from {first} until {last}"
        table.fault(place, cause, "give the first year before the last one")
    stated = numbers["long_lease_eur_m2"] is not None
    if stated and zone is not None and zone.long_lease_eur_m2 is None:
        cause = f"a long lease, which zone {zone.zone} does not offer"
        table.fault(place, cause, "give the zone a long_lease_eur_m2")


def land_status(network: Network, shapes: list[Any]) -> NDArray[np.int8]:
    """Return the status under most of each shape by mapped land use (a proxy), shape (k,)."""
    areas = network.features.areas
    status = np.full(len(shapes), LandStatus.ARTIFICIALISED, dtype=np.int8)
    covered = np.zeros(len(shapes))
    here = np.array([shapely.Point() if shape is None else shape for shape in shapes], object)
    for source in SOURCES:
        if source.status is LandStatus.ARTIFICIALISED or not len(here):
            continue
        soil = np.asarray(areas.geometry.array)[selected(areas, source)]
        site, at = shapely.STRtree(soil).query(here, predicate="intersects")
        share = np.zeros(len(here))
        common = shapely.area(shapely.intersection(here[site], soil[at]))
        point = shapely.get_dimensions(here[site]) == 0
        np.add.at(
            share, site, np.where(point, 1.0, common / np.maximum(shapely.area(here[site]), 1))
        )
        better = (share >= 0.5) & (share > covered)
        status[better], covered[better] = source.status, share[better]
    return status
