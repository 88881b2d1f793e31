"""Firms that stand on candidate sites today, and premises that they could move to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.horizon import Firms
from optimizer.demand.cells import YES, identity, word
from optimizer.demand.files import clean, read_table
from optimizer.land.drafts import Audit

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.backdrop import Shapes
    from optimizer.core.problem import AuditLine
    from optimizer.core.world import Sites
    from optimizer.demand.files import Rows
    from optimizer.network import Network
    from optimizer.scenario.horizon import FirmsBlock

CODE = "F440"
FIRM_COLUMNS = ("id", "name", "area_m2", "jobs", "may_stay", "move_eur", "lost_eur")
PREMISES_COLUMNS = ("id", "lon", "lat", "area_m2")


@dataclass(frozen=True)
class _Firm:
    """A row of the file; `lon`, `lat` are None where it names a site."""

    id: str
    name: str
    site: str
    lon: float | None
    lat: float | None
    area_m2: int
    jobs: float
    may_stay: bool
    move_eur: int
    lost_eur: int


def read_firms(
    block: FirmsBlock | None,
    sites: Sites,
    outlines: Shapes,
    network: Network,
    folder: Path,
    snap_max_m: float,
) -> tuple[Firms, tuple[AuditLine, ...]]:
    """Return the firms on candidate sites in the order of the file, and who is left out.

    A firm names its site, or a position: the site around it counts, else the nearest one within
    `snap_max_m`; among several the one with room for the firm, then the first. A firm without such
    a site stands in nobody's way and is left out. Firms that together take more than the parcel
    are cut back in proportion. Distances to premises are straight lines from the site.

    Raises
    ------
    Refusal
        F440 for every fault of the two files.
    """
    if block is None:
        return _numbered([], [], np.zeros((0, 0)), None), ()
    firms = _read(folder, block.file)
    premises, at_lon, at_lat = _read_premises(folder, block.premises)
    audit = Audit()
    placed = _placed(firms, sites, outlines, network, snap_max_m, audit)
    project = _projection(network)
    index = np.array([site for _, site in placed], dtype=np.int32)
    stated = np.array([firm.area_m2 for firm, _ in placed], dtype=np.int64)
    area = share_ground(stated, index, sites.parcel_m2)
    for rank in np.flatnonzero(area < stated):
        words = "on more ground than their parcel has, cut back"
        audit.note(words, placed[rank][0].id, "firms")
    here = np.column_stack(project(sites.lon[index], sites.lat[index]))
    there = np.column_stack(project(at_lon, at_lat))
    move_m = np.hypot(*np.moveaxis(here[:, None] - there[None], -1, 0))
    found = _numbered([firm for firm, _ in placed], premises, move_m, block)
    return found.replace(site=index, area_m2=area), audit.finish()


def _read(folder: Path, name: str) -> list[_Firm]:
    table = read_table(folder / name, name, CODE, FIRM_COLUMNS)
    seen: dict[str, str] = {}
    firms = [_firm(table, place, row, seen) for place, row in table.rows]
    table.refuse()
    return firms


def _firm(table: Rows, place: str, row: dict[str, str], seen: dict[str, str]) -> _Firm:
    name, site = identity(table, place, row, seen), row.get("site", "").strip()
    lon = lat = None
    if not site:
        lon, lat = _position(table, place, row)
    return _Firm(
        id=name,
        name=clean(row["name"]) or name,
        site=site,
        lon=lon,
        lat=lat,
        area_m2=_whole(table, place, row, "area_m2"),
        jobs=table.number(place, row, "jobs", least=0, most=1e6),
        may_stay=bool(word(table, place, row, "may_stay", YES)),
        move_eur=_whole(table, place, row, "move_eur"),
        lost_eur=_whole(table, place, row, "lost_eur"),
    )


def _read_premises(
    folder: Path, name: str | None
) -> tuple[list[tuple[str, int]], NDArray[np.float64], NDArray[np.float64]]:
    """Return id and area of the premises, and their lon and lat, shape (p,)."""
    if name is None:
        return [], np.zeros(0), np.zeros(0)
    table = read_table(folder / name, name, CODE, PREMISES_COLUMNS)
    seen: dict[str, str] = {}
    found = [
        (identity(table, place, row, seen), _whole(table, place, row, "area_m2"))
        for place, row in table.rows
    ]
    at = np.array([_position(table, place, row) for place, row in table.rows]).reshape(-1, 2)
    table.refuse()
    return found, at[:, 0], at[:, 1]


def _position(table: Rows, place: str, row: dict[str, str]) -> tuple[float, float]:
    lon = table.number(place, row, "lon", least=-180, most=180)
    return lon, table.number(place, row, "lat", least=-90, most=90)


def _whole(table: Rows, place: str, row: dict[str, str], column: str) -> int:
    value = table.number(place, row, column, least=0, most=1e9)
    return 0 if math.isnan(value) else math.ceil(value)


def _projection(network: Network) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", network.streets.crs, always_xy=True).transform


def _placed(
    firms: list[_Firm],
    sites: Sites,
    outlines: Shapes,
    network: Network,
    snap_max_m: float,
    audit: Audit,
) -> list[tuple[_Firm, int]]:
    """Return the firms that stand on a site, with its index."""
    rank_of = {name: rank for rank, name in enumerate(sites.id)}
    project = _projection(network)
    tree = shapely.STRtree(_surfaces(sites, outlines, project))
    placed = []
    for firm in firms:
        if firm.lon is None:
            site = rank_of.get(firm.site, -1)
        else:
            spot = shapely.Point(*project(firm.lon, firm.lat))
            site = _site_at(tree, spot, sites.parcel_m2 >= firm.area_m2, snap_max_m)
        if site >= 0:
            placed.append((firm, site))
        else:
            audit.note("not on a candidate site, left out", firm.id, "firms")
    return placed


def _surfaces(sites: Sites, outlines: Shapes, project: Any) -> NDArray[np.object_]:
    """Return each site's outline as a polygon in metres, or its point where there is none."""
    xy_m = np.column_stack(project(outlines.lon, outlines.lat))
    points = shapely.points(*project(sites.lon, sites.lat))
    rings = [slice(*pair) for pair in zip(outlines.start[:-1], outlines.start[1:], strict=True)]
    surfaces = [
        shapely.make_valid(shapely.Polygon(xy_m[ring])) if ring.stop - ring.start >= 4 else point
        for ring, point in zip(rings, np.atleast_1d(points), strict=True)
    ]
    return np.array(surfaces, dtype=object)


def _site_at(
    tree: shapely.STRtree, spot: Any, has_room: NDArray[np.bool_], snap_max_m: float
) -> int:
    near = tree.query(spot, predicate="dwithin", distance=snap_max_m)
    if len(near) == 0:
        return -1
    distance_m = np.round(shapely.distance(tree.geometries[near], spot), 3)
    around = distance_m == 0
    return int(near[np.lexsort([near, distance_m, ~has_room[near], ~around])[0]])


def share_ground(
    area_m2: NDArray[np.int64], site: NDArray[np.int32], parcel_m2: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return what each firm takes, shape (k,): less in proportion where the parcel is too small."""
    taken = np.zeros(len(parcel_m2), dtype=np.int64)
    np.add.at(taken, site, area_m2)
    wanted, parcel = taken[site], parcel_m2[site]
    shared: NDArray[np.int64] = area_m2 * parcel // np.maximum(wanted, 1)
    return np.where(wanted > parcel, shared, area_m2)


def _numbered(
    firms: list[_Firm],
    premises: list[tuple[str, int]],
    move_m: NDArray[np.float64],
    block: FirmsBlock | None,
) -> Firms:
    """Return the arrays as stated; `site` is left to the caller."""
    most = None if block is None else block.jobs_lost_max
    return Firms(
        id=tuple(firm.id for firm in firms),
        name=tuple(firm.name for firm in firms),
        site=np.zeros(len(firms), dtype=np.int32),
        area_m2=np.array([firm.area_m2 for firm in firms], dtype=np.int64),
        jobs=np.array([firm.jobs for firm in firms], dtype=np.float64),
        may_stay=np.array([firm.may_stay for firm in firms], dtype=bool),
        move_eur=np.array([firm.move_eur for firm in firms], dtype=np.int64),
        lost_eur=np.array([firm.lost_eur for firm in firms], dtype=np.int64),
        premises=tuple(name for name, _ in premises),
        premises_area_m2=np.array([area for _, area in premises], dtype=np.int64),
        move_m=move_m,
        move_max_m=0.0 if block is None else float(block.move_max_m),
        jobs_lost_max=-1.0 if most is None else float(most),
        job_lost_eur_year=0.0 if block is None else float(block.job_lost_eur_year),
    )
