"""Places for lockers and pick-up shops: shops, post offices, stops, stations, car park corners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import LandStatus
from optimizer.demand.files import clean
from optimizer.demand.places import text_column, within
from optimizer.land.drafts import Audit, Draft
from optimizer.land.sources import Tags, having

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from optimizer.network import Network
    from optimizer.scenario.city import LandBlock

SHOPS = frozenset(
    [
        "bakery", "bicycle", "books", "butcher", "computer", "convenience", "copyshop",
        "department_store", "doityourself", "dry_cleaning", "electronics", "florist", "general",
        "gift", "greengrocer", "hardware", "kiosk", "laundry", "mall", "mobile_phone", "newsagent",
        "optician", "stationery", "supermarket", "tailor", "tea", "ticket", "tobacco",
        "variety_store",
    ]
)  # fmt: skip
"""Shops that commonly take parcels in, or let a locker stand (assumption)."""

PLACES: tuple[tuple[str, str, Tags], ...] = (
    ("post office", "counter", {"amenity": frozenset({"post_office", "post_depot"})}),
    ("parcel locker of today", "forecourt", {"amenity": frozenset({"parcel_locker"})}),
    ("station forecourt", "forecourt", {
        "railway": frozenset({"station", "halt", "subway_entrance", "train_station_entrance"}),
        "public_transport": frozenset({"station"}),
        "amenity": frozenset({"bus_station", "ferry_terminal"}),
    }),
    ("shop", "counter", {"shop": SHOPS}),
    ("fuel station", "forecourt", {"amenity": frozenset({"fuel"})}),
    ("public transport stop", "forecourt", {
        "railway": frozenset({"tram_stop"}),
        "highway": frozenset({"bus_stop"}),
        "public_transport": frozenset({"platform"}),
    }),
    ("car park corner", "forecourt", {"amenity": frozenset({"parking"})}),
)  # fmt: skip
"""What, zone and tags; the earlier one names a feature that fits several."""

SURFACE_M2 = {"counter": 10.0, "forecourt": 20.0}
"""Room for a delivery point by zone (assumption: a shop's corner; two parking places)."""
APART_M = 25.0
"""Places closer than this are one (two platforms of a stop)."""


def derive_counters(
    block: LandBlock,
    network: Network,
    stops_per_km2: Any,
    audit: Audit,
) -> list[Draft]:
    """Return at most `delivery_points_at_most` places, spread over the area by demand.

    Parameters
    ----------
    stops_per_km2 : function from positions (k, 2) in metres to stops per km2, shape (k,).
    """
    zones = {zone.zone for zone in block.zones}
    drafts = _places(network, audit)
    drafts = [draft for draft in drafts if draft.zone in zones]
    if not drafts or block.delivery_points_at_most == 0:
        return []
    xy_m = np.array([(draft.shape.x, draft.shape.y) for draft in drafts])
    weight = np.sqrt(stops_per_km2(xy_m))
    inside_shops = np.array([draft.zone == "counter" for draft in drafts])
    chosen = spread(xy_m, weight, inside_shops, block.delivery_points_at_most)
    for rank in sorted(set(range(len(drafts))) - set(chosen)):
        audit.note("delivery point places beyond land.delivery_points_at_most", drafts[rank].id)
    return [drafts[rank] for rank in chosen]


def _places(network: Network, audit: Audit) -> list[Draft]:
    """Return one draft per place, by precedence of its kind, then id; near duplicates dropped."""
    from scipy.spatial import cKDTree

    drafts: list[Draft] = []
    seen: set[str] = set()
    frames = (network.features.points, network.features.areas)
    for what, zone, tags in PLACES:
        found: list[Draft] = []
        for frame in frames:
            found += _of(frame[having(frame, tags)], network, what, zone)
        for draft in sorted(found, key=lambda draft: draft.id):
            if draft.id not in seen:
                seen.add(draft.id)
                drafts.append(draft)
    if not drafts:
        return []
    xy_m = np.array([(draft.shape.x, draft.shape.y) for draft in drafts])
    dropped: set[int] = set()
    for first, second in sorted(
        map(tuple, cKDTree(xy_m).query_pairs(APART_M, output_type="ndarray").tolist())
    ):
        same = drafts[first].zone == drafts[second].zone
        if same and first not in dropped and second not in dropped:
            dropped.add(second)
            audit.note("delivery point places beside another one, left out", drafts[second].id)
    return [draft for rank, draft in enumerate(drafts) if rank not in dropped]


def _of(frame: gpd.GeoDataFrame, network: Network, what: str, zone: str) -> list[Draft]:
    import shapely

    inside, xy_m = within(frame, network.boundary)
    names, shops = text_column(inside, "name"), text_column(inside, "shop")
    drafts = []
    for rank, identity in enumerate(inside["id"]):
        kind = clean(shops[rank]).replace("_", " ") if what == "shop" else what
        drafts.append(
            Draft(
                id=f"dp-{identity}",
                name=clean(names[rank]) or kind,
                what=kind,
                origin=f"OpenStreetMap {identity}",
                zone=zone,
                shape=shapely.Point(xy_m[rank]),
                area_m2=SURFACE_M2[zone],
                parcel_m2=SURFACE_M2[zone],
                status=LandStatus.ARTIFICIALISED,
            )
        )
    return drafts


def spread(
    xy_m: NDArray[np.float64],
    weight: NDArray[np.float64],
    first_class: NDArray[np.bool_],
    at_most: int,
) -> list[int]:
    """Choose places far from each other, the further the less demand there is; sorted.

    Greedy farthest point on distance x weight (Gonzalez 1985, DOI 10.1016/0304-3975(85)90224-5),
    half of them from `first_class` as far as it goes. Ties go to the lower index.
    """
    if len(xy_m) <= at_most:
        return list(range(len(xy_m)))
    half = min(int(first_class.sum()), max(at_most // 2, at_most - int((~first_class).sum())))
    distance = np.full(len(xy_m), 1e6)
    chosen: list[int] = []
    for turn in range(at_most):
        allowed = first_class if turn < half else ~first_class
        score = np.where(allowed, distance * weight, -1.0)
        score[chosen] = -2.0
        best = int(np.argmax(score))
        chosen.append(best)
        distance = np.minimum(distance, np.hypot(*(xy_m - xy_m[best]).T))
    return sorted(chosen)
