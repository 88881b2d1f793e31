"""Sites that a person hands in: polygons or points in a GeoPackage or GeoJSON file."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.kinds import LandStatus
from optimizer.demand.files import ID_PATTERN, Rows, clean, layer_rows, read_layer, shorten
from optimizer.land.drafts import Audit, Draft
from optimizer.land.sources import SOURCES, selected

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.network import Network
    from optimizer.scenario.city import LandBlock

CODE = "F410"
STATUS = {status.key: status for status in LandStatus}
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class _Reader:
    """What a row is read against."""

    table: Rows
    block: LandBlock
    proxy: NDArray[np.int8]


def read_sites(block: LandBlock, network: Network, folder: Path, audit: Audit) -> list[Draft]:
    """Return the sites of the file, those within the study area.

    Columns: id, zone[, name, what, origin, area_m2, land_status, price_eur_m2, rent_eur_m2_year,
    height_max_m, jurisdiction, noisy]. `area_m2` is the usable land; points need it, a polygon
    without it offers its surface x usable_share. Without land_status, OSM land use stands in.

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
    reader = _Reader(table, block, land_status(network, shapes))
    drafts = [_draft(reader, rank, shape) for rank, shape in enumerate(shapes)]
    _refuse_twins(table, drafts)
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
    identity = row["id"].strip()
    if not ID_PATTERN.fullmatch(identity):
        cause = f"id {shorten(identity)!r} is not an id"
        table.fault(place, cause, "use up to 80 letters, digits and _ . : / -")
    if shape is None:
        table.fault(place, "has no point or polygon", "draw it or remove it")
    what = clean(row.get("what")) or "stated site"
    return Draft(
        id=identity,
        name=clean(row.get("name")) or identity,
        what=what,
        origin=clean(row.get("origin")) or table.name,
        zone=_word(table, place, row, "zone", {zone.zone: zone.zone for zone in block.zones}, ""),
        shape=shape,
        area_m2=_area(reader, place, row, shape),
        status=_word(table, place, row, "land_status", STATUS, LandStatus(reader.proxy[rank])),
        jurisdiction=clean(row.get("jurisdiction")) or None,
        price_eur_m2=_whole(table, place, row, "price_eur_m2"),
        rent_eur_m2_year=_maybe(table, place, row, "rent_eur_m2_year"),
        height_max_m=_maybe(table, place, row, "height_max_m"),
        noisy=_word(table, place, row, "noisy", YES, None),
    )


def _area(reader: _Reader, place: str, row: dict[str, str], shape: Any) -> float:
    given = _maybe(reader.table, place, row, "area_m2")
    if given is not None:
        return given
    if shape is not None and shape.geom_type == "Point":
        reader.table.fault(place, "a point without area_m2", "state its usable area, or draw it")
    return 0.0 if shape is None else shape.area * reader.block.usable_share


def _maybe(table: Rows, place: str, row: dict[str, str], column: str) -> float | None:
    if not row.get(column, "").strip():
        return None
    value = table.number(place, row, column, least=0, most=1e9)
    return None if math.isnan(value) else value


def _whole(table: Rows, place: str, row: dict[str, str], column: str) -> int | None:
    value = _maybe(table, place, row, column)
    return None if value is None else round(value)


def _word(
    table: Rows,
    place: str,
    row: dict[str, str],
    column: str,
    words: dict[str, Any],
    default: Any,
) -> Any:
    text = row.get(column, "").strip()
    if not text and column != "zone":
        return default
    for key in (text, text.lower()):
        if key in words:
            return words[key]
    near = difflib.get_close_matches(text, words, n=1)
    known = shorten(", ".join(words), 200)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {known}"
    table.fault(place, f"{column} is {shorten(text)!r}", hint)
    return default


def _refuse_twins(table: Rows, drafts: list[Draft]) -> None:
    seen: dict[str, str] = {}
    for draft, (place, _) in zip(drafts, table.rows, strict=True):
        if draft.id in seen:
            cause = f"id {shorten(draft.id)!r} stands already in {seen[draft.id]}"
            table.fault(place, cause, "give every site an id of its own")
        seen.setdefault(draft.id, place)


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
