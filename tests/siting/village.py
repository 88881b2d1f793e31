"""A village on a line, with money that a person adds up in the head.

Nodes 0, 1, 2, ... stand 100 m and 60 s apart for everybody. The gateway is node 0. Only vans cost
anything: 10 EUR per km and one parcel a tour, so a van to node k costs 2 k EUR per parcel. There is
one delivery day a year. Lorries and bikes are free, handling too, money has no interest.

Demand: 10 parcels at node 3 (60 EUR by van), 5 parcels at node 4 (40 EUR). Baseline: 100 EUR.
Sites: "near" at node 3 and "far" at node 4, 400 m2 each, in the commune "village".
Designs: hub (100 m2; 10 parcels a day; 5 EUR running + 20 / 10 years = 7 EUR a year), hub_in (in a
hotel's ground floor, 40 m2 of it; 10 parcels; 1 EUR), hotel (200 m2; two levels of 100 m2; 10 EUR
running + 100 / 10 = 20 EUR a year; rent 1 EUR a m2), locker (1 m2; 5 parcels a day; 1 EUR).
A hub at "near" saves 5 * 8 + 5 * 6 = 70 EUR with its 10 parcels: 100 - 70 + 7 = 37 EUR.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.core.facilities import Designs, Levels, Options, Zoning
from optimizer.core.kinds import PROFILES
from optimizer.core.limits import Budget, Limits, silent
from optimizer.core.prices import Prices, Vehicle
from optimizer.core.problem import Problem
from optimizer.core.rules import Ledgers, Quotas, Rules
from optimizer.core.streets import Arcs, Streets
from optimizer.core.world import DemandPoints, Gateways, Sites, Tenants
from optimizer.siting.criteria import criteria_of
from optimizer.siting.data import build_data
from optimizer.siting.mip import solve_whole
from optimizer.verify import check_plan, recompute

HUB, HUB_IN, HOTEL, LOCKER = range(4)
BASELINE_EUR = 100.0
NODES = 6


def _ints(*values):
    return np.array(values, dtype=np.int32)


def _whole(*values):
    return np.array(values, dtype=np.int64)


def _reals(*values):
    return np.array(values, dtype=float)


def _streets():
    west, east = np.arange(NODES - 1), np.arange(1, NODES)
    tail = np.concatenate([west, east]).astype(np.int32)
    head = np.concatenate([east, west]).astype(np.int32)
    time_s = np.full(len(tail), 60, dtype=np.int32)
    length_m = np.full(len(tail), 100, dtype=np.int32)
    x_m = 100.0 * np.arange(NODES)
    arcs = {profile: Arcs(tail, head, time_s, length_m) for profile in PROFILES}
    return Streets("EPSG:32632", 6.1 + x_m / 77_000, 46.2 + 0 * x_m, x_m, 0 * x_m, arcs)


def _designs():
    table = Designs(
        id=("hub", "hub_in", "hotel", "locker"),
        label=("hub", "hub in a hotel", "hotel", "locker"),
        tenure=("lease",) * 4,
        kind=np.array([0, 0, 1, 2], dtype=np.int8),
        footprint_m2=_whole(100, 0, 200, 1),
        gross_floor_m2=_whole(100, 0, 400, 1),
        homes_distance_min_m=_reals(0, 0, 0, 0),
        height_m=_reals(4, 0, 9, 2),
        inside_hotel_m2=_whole(0, 40, 0, 0),
        capacity_parcels_per_day=_reals(10, 10, 0, 5),
        minimum_parcels_per_day=_reals(0, 0, 0, 0),
        build_eur=_whole(20, 0, 100, 0),
        running_eur_year=_reals(5, 1, 10, 1),
        handling_eur_per_parcel=_reals(0, 0, 0, 0),
        embodied_co2e_kg=_reals(0, 0, 0, 0),
        lifetime_years=_reals(10, 10, 10, 10),
        dismantlable=np.zeros(4, dtype=bool),
        needs_lorry=np.zeros(4, dtype=bool),
        docks=_whole(0, 0, 1, 0),
        productive_share_min=_reals(0, 0, 0, 0),
        let_share_min=_reals(0, 0, 0, 0),
        rent_eur_m2_year=_reals(0, 0, 1, 0),
    )
    levels = Levels(
        design=_ints(HOTEL, HOTEL),
        number=_ints(0, 1),
        area_m2=_whole(100, 100),
        load_kg_m2=_whole(1000, 500),
        clear_height_m=_reals(5, 3),
    )
    return table, levels


def firms(*rows):
    """Return tenants from rows (area, load, height, noise, dock, bearable rent, productive)."""
    column = list(zip(*rows, strict=True)) if rows else [()] * 7
    count = len(rows)
    return Tenants(
        id=tuple(f"firm{rank}" for rank in range(count)),
        name=tuple(f"Firm {rank}" for rank in range(count)),
        sector=("crafts",) * count,
        area_m2=_whole(*column[0]),
        load_kg_m2=_whole(*column[1]),
        clear_height_m=_reals(*column[2]),
        noise=np.array(column[3], dtype=np.int8),
        dock=np.array(column[4], dtype=bool),
        jobs=np.ones(count),
        rent_max_eur_m2_year=_reals(*column[5]),
        rent_share=np.ones(count),
        productive=np.array(column[6], dtype=bool),
    )


def village(designs=(HUB,), sites=(0,), tenants=()):
    """Return the village with these designs on these of its sites ("near" 0, "far" 1)."""
    table, levels = _designs()
    node = _ints(3, 4)
    at = _ints(3, 4)
    pairs = sorted((site, design) for site in sites for design in designs)
    everywhere = np.ones((1, 1), dtype=bool)
    free = {"eur_per_hour": 0.0, "eur_per_km": 0.0, "co2e_kg_per_km": 0.0, "parcels_per_tour": 1.0}
    still = {"park_s": 0.0, "service_s": 0.0, "drop_s_per_parcel": 0.0, "tour_speed_kph": 10.0}
    idle = Vehicle(**free, **still, density_share=1.0)
    return Problem(
        name="village",
        streets=_streets(),
        demand=DemandPoints(
            id=("three", "four"),
            lon=_reals(6.1, 6.1),
            lat=_reals(46.2, 46.2),
            node={"van": node, "cargo_bike": node.copy(), "walk": node.copy()},
            parcels_per_day=_reals(10, 5),
            parcels_per_stop=_reals(1, 1),
            stops_per_km2=_reals(1, 1),
            bike_share_max=_reals(1, 1),
            pickup_share_max=_reals(1, 1),
        ),
        gateways=Gateways(
            id=("gate",),
            name=("Gate",),
            lon=_reals(6.1),
            lat=_reals(46.2),
            node={"lorry": _ints(0), "van": _ints(0)},
            line_haul_s=_ints(0),
            line_haul_m=_ints(0),
        ),
        sites=Sites(
            id=("near", "far"),
            name=("Near", "Far"),
            what=("yard", "yard"),
            origin=("by hand", "by hand"),
            lon=_reals(6.1, 6.1),
            lat=_reals(46.2, 46.2),
            node={profile: at.copy() for profile in PROFILES},
            area_m2=_whole(400, 400),
            parcel_m2=_whole(400, 400),
            floor_area_max_m2=_whole(10**9, 10**9),
            homes_m=_reals(np.inf, np.inf),
            land_status=np.array([0, 1], dtype=np.int8),
            zone=_ints(0, 0),
            jurisdiction=_ints(0, 0),
            price_eur_m2=_whole(0, 0),
            rent_eur_m2_year=_reals(0, 0),
            long_lease_eur_m2=_whole(0, 0),
            long_lease_rent_eur_m2_year=_reals(0, 0),
            height_max_m=_reals(np.inf, np.inf),
            noisy_allowed=np.array([True, True]),
            stops_per_km2=_reals(1, 1),
        ),
        designs=table,
        levels=levels,
        zoning=Zoning(("mixed",), np.ones((1, 4), dtype=bool)),
        options=Options(
            site=_ints(*(site for site, _ in pairs)),
            design=_ints(*(design for _, design in pairs)),
            status=np.zeros(len(pairs), dtype=np.int8),
        ),
        tenants=firms(*tenants),
        rules=Rules(
            jurisdiction=("village",),
            land=Ledgers(("soil",), ("m2",), ("by hand",), everywhere, _whole(1000)),
            land_basis="footprint",
            money=Ledgers(("purse",), ("EUR",), ("by hand",), everywhere.copy(), _whole(1000)),
            quotas=Quotas((), _ints(), np.zeros(0, dtype=np.int8), _ints(), _ints()),
            bike_limit_s=600,
            walk_limit_s=60,
            acceptance_walk_s=_reals(60),
            acceptance_share=_reals(1),
            pickup_choice="planner",
            peak_day_factor=1.0,
            delivery_days_per_year=1,
        ),
        prices=Prices(
            currency="EUR",
            vehicles={
                "lorry": idle,
                "cargo_bike": idle,
                "van": replace(idle, eur_per_km=10.0),
            },
            tour_constant=0.0,
            circuity=1.0,
            co2e_eur_per_t=0.0,
            discount_rate=0.0,
            long_lease_years=50.0,
            job_eur_year=0.0,
            walk_eur_per_hour=0.0,
            unserved_eur_per_parcel=None,
        ),
        unserved=(),
        assumptions=(),
        audit=(),
        provenance={"scenario_sha256": "", "osm_date": "", "version": "test"},
    )


def ruled(problem, **changes):
    """Return the problem with other rules."""
    return problem.replace(rules=problem.rules.replace(**changes))


def designed(problem, **changes):
    """Return the problem with other columns of its designs."""
    arrays = {key: np.array(value) for key, value in changes.items()}
    return problem.replace(designs=problem.designs.replace(**arrays))


def sited(problem, **changes):
    """Return the problem with other columns of its sites."""
    arrays = {key: np.array(value) for key, value in changes.items()}
    return problem.replace(sites=problem.sites.replace(**arrays))


def stated(problem, status, *which):
    """Return the problem with a status for the options `which` (all of them by default)."""
    codes = problem.options.status.copy()
    codes[list(which) or slice(None)] = status
    return problem.replace(options=problem.options.replace(status=codes))


def budget_of(problem, family, amount):
    """Return the problem with another land budget or purse."""
    ledger = getattr(problem.rules, family).replace(budget=_whole(amount))
    return ruled(problem, **{family: ledger})


def quota(problem, kind, at_least=0, at_most=-1):
    """Return the problem with one quota everywhere."""
    one = Quotas(
        ("q",), _ints(-1), np.array([kind], dtype=np.int8), _ints(at_least), _ints(at_most)
    )
    return ruled(problem, quotas=one)


def optimum(problem):
    """Return value and plan, checked by the checker; (None, None) where proven infeasible."""
    data = build_data(problem)
    answer = solve_whole(problem, data, Budget(Limits(time_s=60, gap=0)), silent)
    if answer.infeasible:
        return None, None
    assert check_plan(problem, answer.plan) == ()
    criteria = criteria_of(problem, data, answer.plan)
    other = recompute(problem, answer.plan)
    assert abs(criteria.objective - other.objective) <= 1e-6 * max(abs(other.objective), 1)
    assert answer.bound <= criteria.objective
    assert criteria.objective - answer.bound <= 1e-6 * max(abs(criteria.objective), 100)
    return criteria.objective, answer.plan
