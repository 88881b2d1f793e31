"""Demand points that a person hands in: CSV with lon and lat, GeoJSON or GeoPackage."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from optimizer.core.problem import AuditLine, Unserved
from optimizer.core.refusal import Fault, Refusal
from optimizer.demand.files import ID_PATTERN, Rows, layer_rows, read_layer, read_table, shorten
from optimizer.demand.receivers import MICRO, Receivers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.network import Network
    from optimizer.scenario.city import DemandBlock

CODE = "F301"
MOST_PARCELS = 1_000_000.0
PARCELS_PER_STOP = 1.2
"""Where a file does not say; the default of the estimate for homes (assumption)."""
COLUMNS = ("parcels_per_day", "parcels_per_stop", "home_share", "id")


@dataclass(frozen=True)
class Given:
    """What a demand file says: receivers inside the area, and those outside by name."""

    receivers: Receivers
    outside: tuple[Unserved, ...]
    audit: tuple[AuditLine, ...]


def read_points(block: DemandBlock, network: Network, folder: Path, snap_max_m: float) -> Given:
    """Read the demand file; columns parcels_per_day[, parcels_per_stop, home_share, id].

    Raises
    ------
    Refusal
        F301 for every fault of the file; F302 when most of its points lie outside the area.
    """
    name = str(block.file)
    table, lon_lat, xy_m = _positions(name, network, folder)
    parcels = _column(table, "parcels_per_day", None, 0.0, MOST_PARCELS)
    default = block.estimate.parcels_per_stop_home if block.estimate else PARCELS_PER_STOP
    per_stop = _column(table, "parcels_per_stop", default, 1.0, MOST_PARCELS)
    home = _column(table, "home_share", 1.0, 0.0, 1.0)
    ids = _ids(table)
    if not table.rows:
        table.fault(name, "holds no demand point", "add a row per point")
    inside = _inside(table, lon_lat, xy_m, network, snap_max_m)
    table.refuse()
    micro = np.array([round(value * MICRO) for value in parcels], dtype=np.int64)
    keep = inside & (micro > 0)
    receivers = Receivers(
        id=tuple(ids[rank] for rank in np.flatnonzero(keep)),
        xy_m=xy_m[keep],
        micro_parcels=micro[keep],
        home_micro_parcels=np.rint(micro * home).astype(np.int64)[keep],
        stops_per_day=(micro / MICRO / per_stop)[keep],
    )
    outside = tuple(
        Unserved(
            ids[rank],
            float(lon_lat[rank, 0]),
            float(lon_lat[rank, 1]),
            float(micro[rank] / MICRO),
            "it lies outside the study area",
            "take a larger street extract, or remove the point",
        )
        for rank in np.flatnonzero(~inside & (micro > 0))
    )
    lines = [AuditLine("demand", "demand points read", len(table.rows), "points", name)]
    zero = int((micro == 0).sum())
    if zero:
        lines.append(AuditLine("demand", "points without parcels", zero, "points", "left out"))
    return Given(receivers, outside, tuple(lines))


def _positions(
    name: str, network: Network, folder: Path
) -> tuple[Rows, NDArray[np.float64], NDArray[np.float64]]:
    from pyproj import Transformer

    crs = network.streets.crs
    if not name.lower().endswith((".csv", ".txt", ".tsv")):
        frame = read_layer(folder / name, name, CODE, crs)
        table = layer_rows(frame, name, CODE)
        if "parcels_per_day" not in table.columns:
            table.fault(name, "has no field parcels_per_day", "add it to every feature")
            table.refuse()
        shapes = np.asarray(frame.geometry.array)
        bad = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        for rank in bad:
            table.fault(table.rows[rank][0], "has no geometry", "draw it or remove it")
        table.refuse()
        middle = shapely.point_on_surface(shapes)
        xy_m = shapely.get_coordinates(middle).reshape(-1, 2)
        lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(*xy_m.T)
        return table, np.column_stack([lon, lat]), xy_m
    table = read_table(folder / name, name, CODE, ("lon", "lat", "parcels_per_day"))
    lon_lat = np.array(
        [
            (
                table.number(place, row, "lon", least=-180, most=180),
                table.number(place, row, "lat", least=-90, most=90),
            )
            for place, row in table.rows
        ],
        dtype=np.float64,
    ).reshape(-1, 2)
    transform = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    return table, lon_lat, np.column_stack(transform(lon_lat[:, 0], lon_lat[:, 1]))


def _column(
    table: Rows, column: str, default: float | None, least: float, most: float
) -> NDArray[np.float64]:
    return np.array(
        [
            table.number(place, row, column, default, least=least, most=most)
            for place, row in table.rows
        ],
        dtype=np.float64,
    )


def _ids(table: Rows) -> list[str]:
    seen: dict[str, str] = {}
    ids = []
    for rank, (place, row) in enumerate(table.rows):
        identity = row.get("id", "").strip() or f"point-{rank + 1}"
        if not ID_PATTERN.fullmatch(identity):
            cause = f"id {shorten(identity)!r} is not an id"
            table.fault(place, cause, "use up to 80 letters, digits and _ . : / -")
        elif identity in seen:
            table.fault(place, f"id {identity!r} stands already in {seen[identity]}", "rename one")
        seen.setdefault(identity, place)
        ids.append(identity)
    return ids


def _inside(
    table: Rows,
    lon_lat: NDArray[np.float64],
    xy_m: NDArray[np.float64],
    network: Network,
    snap_max_m: float,
) -> NDArray[np.bool_]:
    """Tell which points lie in the area; faults for swapped degrees and a file for elsewhere."""
    streets = network.streets
    area = shapely.buffer(network.boundary, snap_max_m)
    known = np.isfinite(xy_m).all(axis=1)
    inside = np.zeros(len(xy_m), dtype=bool)
    inside[known] = shapely.covers(area, shapely.points(xy_m[known]))
    west, east = streets.lon.min(), streets.lon.max()
    south, north = streets.lat.min(), streets.lat.max()
    swapped = 0
    for rank in np.flatnonzero(known & ~inside):
        lon, lat = lon_lat[rank]
        if west <= lat <= east and south <= lon <= north:
            swapped += 1
            table.fault(table.rows[rank][0], "lon and lat are swapped", "swap the two columns")
    far = int((known & ~inside).sum()) - swapped
    if known.any() and far > math.floor(known.sum() / 2):
        cause = f"{far} of {len(xy_m)} points lie outside the study area"
        action = f"it spans {west:.4f},{south:.4f} to {east:.4f},{north:.4f} degrees; check both"
        table.faults.append(Fault(table.name, "F302", cause, action))
    return inside


def refuse_without_receivers(name: str) -> None:
    """Refuse a city to which no parcel goes.

    Raises
    ------
    Refusal
        F303, always.
    """
    cause = "no demand point lies near a street that vans may use"
    raise Refusal(Fault(name, "F303", cause, "check the area, or raise streets.snap_max_m"))
