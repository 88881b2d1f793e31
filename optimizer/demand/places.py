"""Where people live and work: weighted places drawn from map features."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.frozen import Frozen
from optimizer.core.problem import AuditLine
from optimizer.demand.uses import (
    FLOOR_M2_PER_JOB,
    HOME_SHARE,
    HOME_SHARE_BY_LANDUSE,
    JOBS,
    LEVEL_HEIGHT_M,
    LEVELS_AT_MOST,
    NOT_HOMES,
    SMALLEST_HOME_M2,
)

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from optimizer.network import Network

MOST_LEVELS = 120.0
SPARSE_SHARE, SPARSE_STREETS = 0.02, 200
"""A map with fewer homes than this share of its streets, and at least so many streets, is taken for
a map of streets with a few buildings (assumption)."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, eq=False)
class Places(Frozen):
    """Weighted places; `xy_m` has shape (k, 2) in the projected CRS, `weight` shape (k,), > 0."""

    xy_m: NDArray[np.float64]
    weight: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of places."""
        return len(self.weight)


def text_column(frame: gpd.GeoDataFrame, key: str) -> NDArray[np.object_]:
    """Return a tag column as text, shape (k,); "" where the tag or the whole column is missing."""
    if key not in frame.columns:
        return np.full(len(frame), "", dtype=object)
    missing = frame[key].isna().to_numpy()
    values = np.array(frame[key], dtype=object)
    values[missing] = ""
    return values


def first_number(text: str) -> float:
    """Return the largest number in a tag such as `6`, `1;3`, `4-5` or `12.5 m`; nan if none."""
    return max((float(part.replace(",", ".")) for part in NUMBER.findall(text)), default=math.nan)


def levels_of(frame: gpd.GeoDataFrame, default: float) -> NDArray[np.float64]:
    """Return the number of levels of each building: mapped, from its height, or the default."""
    mapped = np.array([first_number(text) for text in text_column(frame, "building:levels")])
    height = np.array([first_number(text) for text in text_column(frame, "height")])
    cap = np.array([LEVELS_AT_MOST.get(kind, math.inf) for kind in text_column(frame, "building")])
    levels = np.where(mapped >= 1, mapped, np.maximum(np.rint(height / LEVEL_HEIGHT_M), 1))
    levels = np.where(np.isnan(levels), np.minimum(default, cap), levels)
    return np.asarray(np.minimum(levels, MOST_LEVELS), dtype=np.float64)


def within(frame: gpd.GeoDataFrame, boundary: Any) -> tuple[gpd.GeoDataFrame, NDArray[np.float64]]:
    """Return the features whose inner point lies in the study area, and those points (k, 2)."""
    shapes = np.asarray(frame.geometry.array)
    points = shapely.point_on_surface(shapes)
    shapely.prepare(boundary)
    keep = shapely.covers(boundary, points) & ~shapely.is_empty(points)
    return frame[keep], shapely.get_coordinates(points[keep]).reshape(-1, 2)


def find_homes(network: Network, levels_default: float) -> tuple[Places, AuditLine]:
    """Return places of homes, weighted by residential floor area in m2 where buildings tell it.

    Without residential buildings addresses stand in, without these small streets by their length;
    likewise where so few are mapped that most of the town would be empty.
    """
    streets, enough = len(network.street_lines), enough_places(network)
    before = ""
    for find, what, unit, detail in (
        (_from_buildings, "homes from buildings", "buildings", "footprint x levels x home share"),
        (_from_addresses, "homes from addresses", "addresses", "one weight each"),
        (_from_streets, "homes along streets", "streets", "weighted by length"),
    ):
        places = find(network, levels_default)
        if places.count >= (1 if unit == "streets" else enough):
            return places, AuditLine("demand", what, places.count, unit, detail + before)
        before += f"; only {places.count} {unit} are mapped along {streets} streets"
    nothing = Places(np.empty((0, 2)), np.empty(0))
    return nothing, AuditLine("demand", "homes", 0, "places", before[2:])


def enough_places(network: Network) -> float:
    """Return how many homes or workplaces a map must show to be taken for a whole town's."""
    streets = len(network.street_lines)
    return SPARSE_SHARE * streets if streets >= SPARSE_STREETS else 1


def are_floor_area(audit: AuditLine) -> bool:
    """Tell whether the weights of `find_homes` are floor areas."""
    return audit.what == "homes from buildings"


def find_home_buildings(network: Network) -> gpd.GeoDataFrame:
    """Return the buildings that hold homes, as demand is estimated on them."""
    areas = network.features.areas
    buildings, xy_m = within(areas[text_column(areas, "building") != ""], network.boundary)
    return buildings[_home_share(buildings, xy_m, areas) > 0]


def _from_buildings(network: Network, levels_default: float) -> Places:
    areas = network.features.areas
    buildings, xy_m = within(areas[text_column(areas, "building") != ""], network.boundary)
    share = _home_share(buildings, xy_m, areas)
    weight = buildings.geometry.area.to_numpy() * levels_of(buildings, levels_default) * share
    return Places(xy_m[weight > 0], weight[weight > 0])


def _home_share(
    buildings: gpd.GeoDataFrame, xy_m: NDArray[np.float64], areas: gpd.GeoDataFrame
) -> NDArray[np.float64]:
    kind = text_column(buildings, "building")
    share = np.array([HOME_SHARE.get(value, 0.0) for value in kind], dtype=np.float64)
    untagged = kind == "yes"
    for key in NOT_HOMES:
        share[untagged & (text_column(buildings, key) != "")] = 0.0
    footprint = buildings.geometry.area.to_numpy()
    share[untagged & (footprint < SMALLEST_HOME_M2)] = 0.0
    landuse = landuse_at(areas, xy_m)
    limit = np.array([HOME_SHARE_BY_LANDUSE.get(value, 1.0) for value in landuse])
    share[untagged] = np.minimum(share, limit)[untagged]
    below = np.array([text.startswith("-") for text in text_column(buildings, "layer")])
    share[below.astype(bool) | (text_column(buildings, "location") == "underground")] = 0.0
    return share


def landuse_at(areas: gpd.GeoDataFrame, xy_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the `landuse` of the smallest such area around each point, shape (k,); "" if none."""
    found = np.full(len(xy_m), "", dtype=object)
    uses = areas[text_column(areas, "landuse") != ""]
    if len(uses) == 0 or len(xy_m) == 0:
        return found
    shapes = np.asarray(uses.geometry.array)
    order = np.argsort(-shapely.area(shapes), kind="stable")
    point, use = shapely.STRtree(shapes[order]).query(shapely.points(xy_m), predicate="within")
    rank = np.lexsort([use, point])  # the smallest area comes last and stays
    found[point[rank]] = text_column(uses, "landuse")[order][use[rank]]
    return found


def _from_addresses(network: Network, _: float) -> Places:
    xy_m = []
    for frame in (network.features.areas, network.features.points):
        addressed = frame[text_column(frame, "addr:housenumber") != ""]
        xy_m.append(within(addressed, network.boundary)[1])
    found = np.unique(np.concatenate(xy_m), axis=0)
    return Places(found, np.ones(len(found)))


def _from_streets(network: Network, _: float) -> Places:
    lines = network.street_lines
    if len(lines) == 0:
        return Places(np.empty((0, 2)), np.empty(0))
    small = lines[lines["rank"] == lines["rank"].max()]
    shapes = np.asarray(small.geometry.array)
    middle = shapely.line_interpolate_point(shapes, 0.5, normalized=True)
    length = shapely.length(shapes)
    keep = shapely.covers(network.boundary, middle) & (length > 0)
    return Places(shapely.get_coordinates(middle[keep]).reshape(-1, 2), length[keep])


def find_businesses(network: Network, levels_default: float) -> tuple[Places, AuditLine]:
    """Return workplaces weighted by estimated jobs: mapped establishments and work buildings."""
    xy_m, jobs = [], []
    for frame in (network.features.areas, network.features.points):
        inside, at = within(frame[_establishment_jobs(frame) > 0], network.boundary)
        xy_m.append(at)
        jobs.append(_establishment_jobs(inside))
    areas = network.features.areas
    # a building that carries its establishment's tag was counted by it already
    work = np.isin(text_column(areas, "building"), list(FLOOR_M2_PER_JOB))
    inside, at = within(areas[work & (_establishment_jobs(areas) == 0)], network.boundary)
    floor = inside.geometry.area.to_numpy() * levels_of(inside, levels_default)
    per_job = np.array([FLOOR_M2_PER_JOB[kind] for kind in text_column(inside, "building")])
    xy_m.append(at)
    jobs.append(floor / per_job.reshape(-1) if len(inside) else np.empty(0))
    places = Places(np.concatenate(xy_m), np.concatenate(jobs))
    detail = "weighted by typical jobs of their kind, or floor area over m2 per job"
    return places, AuditLine("demand", "workplaces", places.count, "places", detail)


def _establishment_jobs(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    jobs = np.zeros(len(frame))
    for key, table in JOBS.items():
        other = table.get("*", 0.0)
        column = text_column(frame, key)
        found = [0.0 if value in {"", "no"} else table.get(value, other) for value in column]
        jobs = np.maximum(jobs, np.array(found, dtype=np.float64))
    return jobs
