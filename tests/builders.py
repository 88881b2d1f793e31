"""Problems made by rule for tests: a grid town of any size, seeded, with every rule in use."""

from __future__ import annotations

import numpy as np

from optimizer.core.facilities import Designs, Levels, Options, Zoning
from optimizer.core.kinds import PROFILES, Kind
from optimizer.core.prices import Prices, Vehicle
from optimizer.core.problem import Problem
from optimizer.core.rules import Ledgers, Quotas, Rules
from optimizer.core.streets import Arcs, Streets
from optimizer.core.world import DemandPoints, Gateways, Sites, Tenants

SPEED_KPH = {"lorry": 18.0, "van": 20.0, "cargo_bike": 15.0, "walk": 4.5}


def grid_streets(columns: int, rows: int, block_m: float = 100.0, seed: int = 0) -> Streets:
    """Return a jittered grid; lorries and vans have some one-way rows, all strongly connected."""
    rng = np.random.default_rng(seed)
    n = columns * rows
    column, row = np.arange(n) % columns, np.arange(n) // columns
    x = column * block_m + rng.uniform(-10, 10, n)
    y = row * block_m + rng.uniform(-10, 10, n)
    right = np.flatnonzero(column < columns - 1)
    up = np.flatnonzero(row < rows - 1)
    pairs = np.concatenate(
        [np.column_stack([right, right + 1]), np.column_stack([up, up + columns])]
    )
    both = np.concatenate([pairs, pairs[:, ::-1]])
    length = np.rint(np.hypot(*(np.stack([x, y])[:, both[:, 0]] - np.stack([x, y])[:, both[:, 1]])))
    arcs = {}
    for profile in PROFILES:
        keep = np.ones(len(both), dtype=bool)
        if profile in {"lorry", "van"} and rows > 4:
            in_row = (row[both[:, 0]] == row[both[:, 1]]) & (row[both[:, 0]] % 3 == 1)
            inner = (row[both[:, 0]] > 0) & (row[both[:, 0]] < rows - 1)
            keep &= ~(in_row & inner & (both[:, 0] > both[:, 1]))
        seconds = np.maximum(np.rint(length * 3.6 / SPEED_KPH[profile]), 1)
        arcs[profile] = Arcs(
            tail=both[keep, 0].astype(np.int32),
            head=both[keep, 1].astype(np.int32),
            time_s=seconds[keep].astype(np.int32),
            length_m=length[keep].astype(np.int32),
        )
    return Streets(
        crs="EPSG:32632",
        lon=6.1 + x / 77_000,
        lat=46.2 + y / 111_000,
        x_m=x,
        y_m=y,
        arcs=arcs,
    )


DESIGNS = """
hub_s 0 lease 150 4 0 400 60 120000 45000 0.12 20000 15 1 0 0 0 0 0
hub_l 0 lease 400 5 0 1200 200 350000 90000 0.10 60000 20 0 1 0 0 0 0
hub_in_hotel 0 lease 0 0 200 600 80 80000 40000 0.1 9000 15 0 1 0 0 0 0
hotel_3 1 buy 900 14 0 0 0 2600000 40000 0 800000 50 0 1 4 0.6 0.5 125
hotel_5 1 buy 1200 22 0 0 0 5400000 70000 0 1700000 50 0 1 6 0.6 0.5 130
lockers_s 2 lease 2 2 0 40 5 12000 1300 0.05 900 10 1 0 0 0 0 0
lockers_l 2 lease 6 2 0 120 15 30000 2600 0.05 2200 10 1 0 0 0 0 0
"""
"""Columns: id, kind, tenure, footprint, height, inside hotel, capacity, minimum, build, running,
handling, embodied, lifetime, dismantlable, lorry, docks, productive share, let share, rent."""


def designs() -> tuple[Designs, Levels]:
    """Return two hubs, a hub inside a hotel, two hotels and two locker banks."""
    rows = [line.split() for line in DESIGNS.split("\n") if line]
    names, tenure = [row[0] for row in rows], [row[2] for row in rows]
    column = np.array([[0.0, *map(float, (row[1], 0, *row[3:]))] for row in rows]).T
    table = Designs(
        id=tuple(names),
        label=tuple(name.replace("_", " ") for name in names),
        kind=np.array(column[1], dtype=np.int8),
        tenure=tuple(tenure),
        footprint_m2=np.array(column[3], dtype=np.int64),
        gross_floor_m2=np.zeros(len(rows), dtype=np.int64),
        homes_distance_min_m=np.zeros(len(rows)),
        height_m=np.array(column[4], dtype=float),
        inside_hotel_m2=np.array(column[5], dtype=np.int64),
        capacity_parcels_per_day=np.array(column[6], dtype=float),
        minimum_parcels_per_day=np.array(column[7], dtype=float),
        build_eur=np.array(column[8], dtype=np.int64),
        running_eur_year=np.array(column[9], dtype=float),
        handling_eur_per_parcel=np.array(column[10], dtype=float),
        embodied_co2e_kg=np.array(column[11], dtype=float),
        lifetime_years=np.array(column[12], dtype=float),
        dismantlable=np.array(column[13], dtype=bool),
        needs_lorry=np.array(column[14], dtype=bool),
        docks=np.array(column[15], dtype=np.int64),
        productive_share_min=np.array(column[16], dtype=float),
        let_share_min=np.array(column[17], dtype=float),
        rent_eur_m2_year=np.array(column[18], dtype=float),
    )
    levels = Levels(
        design=np.array([3] * 3 + [4] * 5, dtype=np.int32),
        number=np.array([0, 1, 2, 0, 1, 2, 3, 4], dtype=np.int32),
        area_m2=np.array([750] * 3 + [1000] * 5, dtype=np.int64),
        load_kg_m2=np.array([2000, 800, 500, 2000, 1000, 800, 500, 500], dtype=np.int64),
        clear_height_m=np.array([5.5, 4.0, 3.5, 6.0, 4.2, 4.0, 3.5, 3.5]),
    )
    return table, levels


def tenants(count: int, rng: np.random.Generator) -> Tenants:
    """Return `count` made-up firms."""
    noise = rng.choice([-1, 0, 0, 1], count).astype(np.int8)
    return Tenants(
        id=tuple(f"t{rank}" for rank in range(count)),
        name=tuple(f"Firm {rank}" for rank in range(count)),
        sector=tuple(rng.choice(["food", "crafts", "repair", "office"], count).tolist()),
        area_m2=rng.integers(60, 420, count).astype(np.int64),
        load_kg_m2=rng.choice([300, 500, 800, 1500], count).astype(np.int64),
        clear_height_m=rng.choice([2.8, 3.2, 3.8, 4.5], count),
        noise=noise,
        dock=rng.random(count) < 0.2,
        jobs=rng.integers(1, 15, count).astype(float),
        rent_max_eur_m2_year=rng.uniform(110, 190, count).round(0),
        rent_share=np.ones(count),
        productive=rng.random(count) < 0.75,
    )


def prices() -> Prices:
    """Return prices in a plausible range."""
    return Prices(
        currency="EUR",
        vehicles={
            "lorry": Vehicle(45.0, 0.60, 0.65, 600, 120, 0, 3.0, 18.0, 1.0),
            "van": Vehicle(38.0, 0.35, 0.25, 120, 75, 110, 5.0, 16.0, 1.0),
            "cargo_bike": Vehicle(28.0, 0.08, 0.01, 40, 15, 90, 5.0, 14.0, 0.5),
        },
        tour_constant=0.7124,
        circuity=1.3,
        co2e_eur_per_t=100.0,
        discount_rate=0.04,
        long_lease_years=50.0,
        job_eur_year=0.0,
        walk_eur_per_hour=0.0,
        unserved_eur_per_parcel=None,
    )


def grid_problem(
    *,
    columns: int = 8,
    rows: int = 8,
    points: int = 30,
    sites: int = 12,
    firms: int = 12,
    parcels_per_point: float = 12.0,
    purse_eur: int = 6_000_000,
    land_m2: int = 600,
    at_least_hubs: int = 0,
    seed: int = 0,
) -> Problem:
    """Return a seeded grid town; sizes far apart are fine (points <= columns * rows)."""
    rng = np.random.default_rng(seed)
    streets = grid_streets(columns, rows, seed=seed)
    n = streets.node_count
    where = np.sort(rng.choice(n, size=points, replace=False)).astype(np.int32)
    demand = DemandPoints(
        id=tuple(f"d{node}" for node in where),
        lon=streets.lon[where],
        lat=streets.lat[where],
        node={profile: where.copy() for profile in ("van", "cargo_bike", "walk")},
        parcels_per_day=rng.gamma(2.0, parcels_per_point / 2.0, points) + 0.1,
        parcels_per_stop=rng.uniform(1.1, 2.0, points),
        stops_per_km2=rng.uniform(80, 600, points),
        bike_share_max=np.full(points, 0.85),
        pickup_share_max=np.full(points, 0.7),
    )
    at = np.sort(rng.choice(n, size=sites, replace=sites > n)).astype(np.int32)
    area = np.where(
        rng.random(sites) < 0.4, rng.integers(6, 300, sites), rng.integers(300, 2600, sites)
    )
    lorry = np.where(rng.random(sites) < 0.8, at, -1).astype(np.int32)
    table, levels = designs()
    zone = rng.integers(0, 2, sites).astype(np.int32)
    permits = np.array(
        [[True] * table.count, [kind != Kind.PRODUCTIVE_HOTEL for kind in table.kind]]
    )
    permits[1, 2] = False
    price = rng.integers(400, 2500, sites).astype(np.int64)
    land = Sites(
        id=tuple(f"s{rank}" for rank in range(sites)),
        name=tuple(f"Site {rank}" for rank in range(sites)),
        what=("surface car park",) * sites,
        origin=("made by rule",) * sites,
        lon=streets.lon[at],
        lat=streets.lat[at],
        node={"lorry": lorry, "van": at, "cargo_bike": at.copy(), "walk": at.copy()},
        area_m2=area.astype(np.int64),
        parcel_m2=area.astype(np.int64),
        floor_area_max_m2=np.full(len(area), 10**9, dtype=np.int64),
        homes_m=np.full(len(area), np.inf),
        land_status=rng.choice([0, 0, 0, 1, 2], sites).astype(np.int8),
        zone=zone,
        jurisdiction=(np.arange(sites) % 2).astype(np.int32),
        price_eur_m2=price,
        rent_eur_m2_year=price * 0.05,
        long_lease_eur_m2=np.rint(price * 0.4).astype(np.int64),
        long_lease_rent_eur_m2_year=price * 0.02,
        height_max_m=np.where(rng.random(sites) < 0.3, 15.0, np.inf),
        noisy_allowed=rng.random(sites) < 0.7,
        stops_per_km2=rng.uniform(80, 600, sites),
    )
    pairs = [
        (j, d)
        for j in range(sites)
        for d in range(table.count)
        if permits[zone[j], d]
        and table.footprint_m2[d] <= land.area_m2[j]
        and table.height_m[d] <= land.height_max_m[j]
        and (lorry[j] >= 0 or not table.needs_lorry[d])
    ]
    hosts = {j for j, d in pairs if table.kind[d] == Kind.PRODUCTIVE_HOTEL}
    pairs = [(j, d) for j, d in pairs if table.inside_hotel_m2[d] == 0 or j in hosts]
    options = Options(
        site=np.array([j for j, _ in pairs], dtype=np.int32),
        design=np.array([d for _, d in pairs], dtype=np.int32),
        status=np.zeros(len(pairs), dtype=np.int8),
    )
    everywhere = np.ones((1, 2), dtype=bool)
    rules = Rules(
        jurisdiction=("east", "west"),
        land=Ledgers(("soil",), ("consumption",), ("made up",), everywhere, np.array([land_m2])),
        land_basis="footprint",
        money=Ledgers(("purse",), ("EUR",), ("made up",), everywhere.copy(), np.array([purse_eur])),
        quotas=Quotas(
            name=("hubs",),
            jurisdiction=np.array([-1], dtype=np.int32),
            kind=np.array([Kind.MICRO_HUB], dtype=np.int8),
            at_least=np.array([at_least_hubs], dtype=np.int32),
            at_most=np.array([-1], dtype=np.int32),
        ),
        bike_limit_s=900,
        walk_limit_s=420,
        acceptance_walk_s=np.array([0.0, 120.0, 420.0]),
        acceptance_share=np.array([0.6, 0.5, 0.1]),
        pickup_choice="planner",
        peak_day_factor=1.3,
        delivery_days_per_year=300,
    )
    edge = np.array([0, n - 1], dtype=np.int32)
    gateways = Gateways(
        id=("g0", "g1"),
        name=("South-west road", "North-east road"),
        lon=streets.lon[edge],
        lat=streets.lat[edge],
        node={"lorry": edge, "van": edge.copy()},
        line_haul_s=np.array([900, 1200], dtype=np.int32),
        line_haul_m=np.array([9000, 14000], dtype=np.int32),
    )
    return Problem(
        name=f"grid town {seed}",
        streets=streets,
        demand=demand,
        gateways=gateways,
        sites=land,
        designs=table,
        levels=levels,
        zoning=Zoning(zone=("mixed", "homes"), permits=permits),
        options=options,
        tenants=tenants(firms, rng),
        rules=rules,
        prices=prices(),
        unserved=(),
        assumptions=(),
        audit=(),
        provenance={"scenario_sha256": "", "osm_date": "", "version": "test"},
    )
