"""Write demand and sites as map layers that a person can edit and the scenario reads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import LandStatus

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from optimizer.core.backdrop import Shapes
    from optimizer.core.world import DemandPoints, Sites

DEGREES = "EPSG:4326"


def write_demand(path: Path, demand: DemandPoints, pickup_share: float) -> Path:
    """Write demand points; `home_share` is their pick-up share over that of the scenario."""
    import geopandas as gpd

    table = {
        "id": list(demand.id),
        "parcels_per_day": demand.parcels_per_day,
        "parcels_per_stop": demand.parcels_per_stop,
        "home_share": np.clip(demand.pickup_share_max / pickup_share, 0.0, 1.0),
    }
    points = gpd.points_from_xy(demand.lon, demand.lat)
    return _write(path, gpd.GeoDataFrame(table, geometry=points, crs=DEGREES), "demand")


def write_sites(path: Path, sites: Sites, outlines: Shapes, zones: tuple[str, ...]) -> Path:
    """Write candidate sites: their outline (a point where there is none) and what is known.

    Prices and heights are left to the zones of the scenario; further columns that
    `land.stated.read_sites` lists may be added.
    """
    import geopandas as gpd

    table = {
        "id": list(sites.id),
        "name": list(sites.name),
        "what": list(sites.what),
        "origin": list(sites.origin),
        "zone": [zones[zone] for zone in sites.zone],
        "area_m2": sites.area_m2,
        "parcel_m2": sites.parcel_m2,
        "land_status": [LandStatus(status).key for status in sites.land_status.tolist()],
    }
    shapes = [_shape(sites, outlines, rank) for rank in range(sites.count)]
    return _write(path, gpd.GeoDataFrame(table, geometry=shapes, crs=DEGREES), "sites")


def _shape(sites: Sites, outlines: Shapes, rank: int) -> object:
    import shapely

    ring = slice(outlines.start[rank], outlines.start[rank + 1])
    points = np.column_stack([outlines.lon[ring], outlines.lat[ring]])
    if len(points) < 4:
        return shapely.Point(sites.lon[rank], sites.lat[rank])
    return shapely.make_valid(shapely.Polygon(points))


def _write(path: Path, frame: gpd.GeoDataFrame, layer: str) -> Path:
    try:
        frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
    except (RuntimeError, UnicodeError) as error:  # how GDAL tells of a full disk or a bad path
        raise OSError(f"{path.name}: {error}") from error
    return path
