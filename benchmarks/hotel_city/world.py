"""Streets, sites, designs and firms of a draw as parts of a `core` problem."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.hotel_city import terms
from benchmarks.hotel_city.draw import BIKE_KPH, BLOCK_M, DISTRICTS, GATE, M_LAT, M_LON, WALK_KPH
from optimizer.core.facilities import Designs, Levels, Options, Zoning
from optimizer.core.kinds import PROFILES, Kind, Noise, OptionStatus
from optimizer.core.streets import Arcs, Streets
from optimizer.core.world import DemandPoints, Gateways, Sites, Tenants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.hotel_city.draw import Draw, Row

SPEED_KPH = {"lorry": 22.5, "van": 25.0, "cargo_bike": BIKE_KPH, "walk": WALK_KPH}
NO_LIMIT_M2 = 1_000_000_000


def column(rows: list[Row], name: str, dtype: Any) -> NDArray[Any]:
    """Return one column of the rows as an array."""
    return np.array([row[name] for row in rows], dtype=dtype)


def metres(lon: Any, lat: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return metres east and north of the origin."""
    from benchmarks.hotel_city.draw import LAT, LON

    return (np.asarray(lon) - LON) * M_LON, (np.asarray(lat) - LAT) * M_LAT


def build_streets(draw: Draw) -> Streets:
    """Return a square grid on which every vehicle goes both ways.

    Its four corners are bends, not nodes: the street around each of them is two blocks long.
    """
    side = draw.side
    rank = np.arange(side**2).reshape(side, side)
    bend = np.zeros((side, side), dtype=bool)
    bend[:: side - 1, :: side - 1] = True
    number = np.cumsum(~bend.ravel()) - 1
    pairs = np.concatenate(
        [
            np.column_stack([rank[:, :-1].ravel(), rank[:, 1:].ravel()]),
            np.column_stack([rank[:-1].ravel(), rank[1:].ravel()]),
        ]
    )
    straight = pairs[~bend.ravel()[pairs].any(axis=1)]
    ends = ((0, 1, 1, 0), (0, -2, 1, -1), (-1, 1, -2, 0), (-1, -2, -2, -1))
    around = np.array([[rank[a, b], rank[c, d]] for a, b, c, d in ends])
    blocks = np.repeat([1, 2], [2 * len(straight), 2 * len(around)])
    both = number[np.concatenate([straight, straight[:, ::-1], around, around[:, ::-1]])].astype(
        np.int32
    )
    order = np.lexsort((both[:, 1], both[:, 0]))
    both, metre = both[order], blocks[order].astype(np.int32) * BLOCK_M
    lon, lat = np.array(draw.streets)[~bend.ravel()].T
    x, y = metres(lon, lat)
    return Streets(
        crs="EPSG:32631",
        lon=lon.copy(),
        lat=lat.copy(),
        x_m=500_000 + x,
        y_m=5_205_000 + y,
        arcs={
            profile: Arcs(
                tail=both[:, 0].copy(),
                head=both[:, 1].copy(),
                time_s=np.rint(metre * 3.6 / SPEED_KPH[profile]).astype(np.int32),
                length_m=metre.copy(),
            )
            for profile in PROFILES
        },
    )


def nearest(streets: Streets, rows: list[Row]) -> NDArray[np.int32]:
    """Return the street node nearest to each row."""
    from scipy.spatial import KDTree

    tree = KDTree(np.column_stack(metres(streets.lon, streets.lat)))
    at = np.column_stack(metres(column(rows, "lon", float), column(rows, "lat", float)))
    found: NDArray[np.int32] = tree.query(at)[1].astype(np.int32)
    return found


def build_demand() -> DemandPoints:
    """Return nobody: hotels are decided alone."""
    nothing = np.zeros(0)
    return DemandPoints(
        id=(),
        lon=nothing,
        lat=nothing,
        node={profile: np.zeros(0, dtype=np.int32) for profile in ("van", "cargo_bike", "walk")},
        parcels_per_day=nothing,
        parcels_per_stop=nothing,
        stops_per_km2=nothing,
        bike_share_max=nothing,
        pickup_share_max=nothing,
    )


def build_gateways() -> Gateways:
    """Return the node of the south-west through which everything comes."""
    zero, (lon, lat) = np.zeros(1, dtype=np.int32), GATE
    return Gateways(
        id=("gate",),
        name=("Gate of Songeville",),
        lon=np.array([lon]),
        lat=np.array([lat]),
        node={"lorry": zero.copy(), "van": zero.copy()},
        line_haul_s=np.array([1200], dtype=np.int32),
        line_haul_m=np.array([15_000], dtype=np.int32),
    )


def build_sites(draw: Draw, streets: Streets) -> Sites:
    """Return the sites; the zone of each permits one design of hotel."""
    rows, count = draw.sites, len(draw.sites)
    node = nearest(streets, rows)
    zones = [row["id"] for row in draw.designs]
    area = column(rows, "area_m2", np.int64)
    return Sites(
        id=tuple(row["id"] for row in rows),
        name=tuple(row["name"] for row in rows),
        what=("yard",) * count,
        origin=("sites.geojson",) * count,
        lon=column(rows, "lon", float),
        lat=column(rows, "lat", float),
        node={profile: node.copy() for profile in PROFILES},
        area_m2=area,
        parcel_m2=area.copy(),
        floor_area_max_m2=np.full(count, NO_LIMIT_M2, dtype=np.int64),
        homes_m=np.full(count, np.inf),
        land_status=np.zeros(count, dtype=np.int8),
        zone=np.array([zones.index(row["zone"]) for row in rows], dtype=np.int32),
        jurisdiction=np.array(
            [DISTRICTS.index(row["jurisdiction"]) for row in rows], dtype=np.int32
        ),
        price_eur_m2=column(rows, "price_eur_m2", np.int64),
        rent_eur_m2_year=np.full(count, terms.GROUND_RENT_EUR_M2),
        long_lease_eur_m2=np.zeros(count, dtype=np.int64),
        long_lease_rent_eur_m2_year=np.zeros(count),
        height_max_m=np.full(count, np.inf),
        noisy_allowed=column(rows, "noisy", bool),
        stops_per_km2=np.ones(count),
    )


def all_designs(draw: Draw) -> list[Row]:
    """Return the hub inside hotels, then the hotels."""
    hotel = {
        "inside_hotel_m2": 0,
        "inside_docks": 0,
        "capacity_parcels_per_day": 0,
        "handling_eur_per_parcel": 0,
    }
    hub = {
        "docks": 0,
        "rent_eur_m2_year": 0,
        "productive_share_min": 0,
        "let_share_min": 0,
        "lift_trips_per_day": -1,
        "roof_m2": 0,
        "levels": [],
    }
    return [{**hub, **terms.HUB}, *({**hotel, **row} for row in draw.designs)]


def build_designs(draw: Draw) -> tuple[Designs, Levels]:
    """Return the hub, the hotels, and their units as rows of `Levels`."""
    rows = all_designs(draw)
    count = len(rows)
    stories = np.array([max(1, len(row["levels"])) for row in rows])
    footprint = column(rows, "footprint_m2", np.int64)
    designs = Designs(
        id=tuple(row["id"] for row in rows),
        label=tuple(row["label"] for row in rows),
        tenure=tuple(row["tenure"] for row in rows),
        kind=np.array(
            [Kind.PRODUCTIVE_HOTEL if row["levels"] else Kind.MICRO_HUB for row in rows], np.int8
        ),
        footprint_m2=footprint,
        gross_floor_m2=footprint * stories,
        homes_distance_min_m=np.zeros(count),
        minimum_parcels_per_day=np.zeros(count),
        dismantlable=np.zeros(count, dtype=bool),
        **{
            name: column(rows, name, np.int64) for name in ("inside_hotel_m2", "build_eur", "docks")
        },
        **{
            name: column(rows, name, float)
            for name in (
                "height_m", "capacity_parcels_per_day", "running_eur_year", "embodied_co2e_kg",
                "handling_eur_per_parcel", "lifetime_years", "productive_share_min",
                "let_share_min", "rent_eur_m2_year",
            )
        },
        needs_lorry=column(rows, "needs_lorry", bool),
    )  # fmt: skip
    units = units_of(draw)
    levels = Levels(
        design=column(units, "design", np.int32),
        number=column(units, "number", np.int32),
        area_m2=column(units, "area_m2", np.int64),
        load_kg_m2=column(units, "load_kg_m2", np.int64),
        clear_height_m=column(units, "clear_height_m", float),
    )
    return designs, levels


def units_of(draw: Draw) -> list[Row]:
    """Return every unit with what its level has."""
    return [
        {**{key: value for key, value in level.items() if key != "units"}, **unit}
        | {"design": design, "number": number}
        for design, row in enumerate(all_designs(draw))
        for number, level in enumerate(row["levels"])
        for unit in level["units"]
    ]


def build_zoning(draw: Draw) -> Zoning:
    """Return one zone for each design of hotel; hubs stand by right of being there."""
    count = len(draw.designs)
    permits = np.zeros((count, count + 1), dtype=bool)
    permits[np.arange(count), 1 + np.arange(count)] = True
    return Zoning(zone=tuple(row["id"] for row in draw.designs), permits=permits)


def build_options(draw: Draw) -> Options:
    """Return one hotel on each site, and hubs in some of those that exist."""
    zones = [row["id"] for row in draw.designs]
    rows = []
    for site, row in enumerate(draw.sites):
        if row["hub"]:
            rows.append((site, 0, OptionStatus.EXISTING))
        status = OptionStatus.EXISTING if row["existing"] else OptionStatus.CANDIDATE
        rows.append((site, 1 + zones.index(row["zone"]), status))
    site, design, status = np.array(rows).T
    return Options(
        site=site.astype(np.int32), design=design.astype(np.int32), status=status.astype(np.int8)
    )


def build_tenants(draw: Draw) -> Tenants:
    """Return the firms."""
    rows = draw.firms
    return Tenants(
        id=tuple(row["id"] for row in rows),
        name=tuple(row["name"] for row in rows),
        sector=tuple(row["sector"] for row in rows),
        area_m2=column(rows, "area_m2", np.int64),
        load_kg_m2=column(rows, "load_kg_m2", np.int64),
        clear_height_m=column(rows, "clear_height_m", float),
        noise=np.array([Noise[row["noise"].upper()] for row in rows], dtype=np.int8),
        dock=column(rows, "dock", bool),
        jobs=column(rows, "jobs", float),
        rent_max_eur_m2_year=column(rows, "rent_max_eur_m2_year", float),
        rent_share=np.ones(len(rows)),
        productive=column(rows, "productive", bool),
    )


def great_circle_m(lon: Any, lat: Any, to_lon: Any, to_lat: Any) -> NDArray[np.float64]:
    """Return metres between places on a sphere of 6,371 km."""
    one, two = np.radians(np.asarray(lat)), np.radians(np.asarray(to_lat))
    east = np.radians(np.asarray(to_lon) - np.asarray(lon))
    half = np.sin((two - one) / 2) ** 2 + np.cos(one) * np.cos(two) * np.sin(east / 2) ** 2
    found: NDArray[np.float64] = 2 * 6_371_000 * np.arcsin(np.sqrt(half))
    return found


def bands_at_work(first: int, last: int) -> tuple[bool, ...]:
    """Return in which noise bands somebody works between two hours (until may pass 24)."""
    from optimizer.core.hotels import BAND_HOURS

    shifts = (-24, 0, 24)
    return tuple(
        any(first + shift < end and last + shift > begin for shift in shifts)
        for begin, end in BAND_HOURS
    )


def level_db(row: Row) -> list[float]:
    """Return the sound power of a firm by band."""
    works = bands_at_work(row["work_from"], row["work_until"])
    return [row["noise_db"] if at_work else -math.inf for at_work in works]
