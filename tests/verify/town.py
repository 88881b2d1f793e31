"""A town of three nodes with every rule at its edge, and a plan that a person can check by hand.

A (gateway) ---- B ---- C          500 m each; vans and lorries 60 s (but B to A takes 72 s),
                                   cargo bikes 120 s, people on foot 360 s

dB: 100 parcels a day at B, 2 a stop.   dC: 40 parcels a day at C, 1 a stop.
hall at B: hotel with a hub in its ground floor.   meadow at C (natural): a pavilion.
kiosk at B: lockers.   post at C: lockers that exist.   yard at A: nothing in the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core import store
from optimizer.core.documents import to_text
from optimizer.core.facilities import Designs, Levels, Options, Zoning
from optimizer.core.kinds import OptionStatus
from optimizer.core.plan import Plan
from optimizer.core.plan_io import plan_document
from optimizer.core.prices import Prices, Vehicle
from optimizer.core.problem import Problem, Unserved
from optimizer.core.result import Outcome, Result, Solution
from optimizer.core.result_io import result_to_dict
from optimizer.core.rules import Ledgers, Quotas, Rules
from optimizer.core.streets import Arcs, Streets
from optimizer.core.world import DemandPoints, Gateways, Sites, Tenants
from optimizer.verify import recompute

if TYPE_CHECKING:
    from pathlib import Path

# Options, sorted by site then design.
HALL_HUB, HALL_HOTEL, MEADOW_PAVILION, MEADOW_BIG_HUB = 0, 1, 2, 3
KIOSK_LOCKER, KIOSK_LOCKER_L, POST_LOCKER = 4, 5, 6
YARD_HUB_IN, YARD_PAVILION, YARD_LOCKER = 7, 8, 9
# Tenants; the first four have a place in the plan.
BAKERY, PRESS, STUDIO, TAILOR, DOCKER, HEAVY, TALL, LOUD, POOR, BIG, OFFICE = range(11)
GROUND, UPPER = 0, 1


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def whole(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def _streets() -> Streets:
    seconds = {
        "lorry": ints(60, 72, 60, 60),
        "van": ints(60, 72, 60, 60),
        "cargo_bike": ints(120, 120, 120, 120),
        "walk": ints(360, 360, 360, 360),
    }
    arcs = {
        profile: Arcs(ints(0, 1, 1, 2), ints(1, 0, 2, 1), time_s, ints(500, 500, 500, 500))
        for profile, time_s in seconds.items()
    }
    x_m = floats(0, 500, 1000)
    return Streets("EPSG:32632", 6.1 + x_m / 77_000, floats(46.2, 46.2, 46.2), x_m, 0 * x_m, arcs)


def _demand() -> DemandPoints:
    return DemandPoints(
        id=("dB", "dC"),
        lon=floats(6.1065, 6.113),
        lat=floats(46.2, 46.2),
        node={"van": ints(1, 2), "cargo_bike": ints(1, 2), "walk": ints(1, 2)},
        parcels_per_day=floats(100, 40),
        parcels_per_stop=floats(2, 1),
        stops_per_km2=floats(100, 100),
        bike_share_max=floats(0.6, 0.7),
        pickup_share_max=floats(0.25, 0.5),
    )


def _gateways() -> Gateways:
    """Return two gateways; the first one is too far to be chosen."""
    return Gateways(
        id=("far", "near"),
        name=("Far depot", "Near depot"),
        lon=floats(6.1, 6.1),
        lat=floats(46.2, 46.2),
        node={"lorry": ints(0, 0), "van": ints(0, 0)},
        line_haul_s=ints(6000, 600),
        line_haul_m=ints(50_000, 5_000),
    )


def _sites() -> Sites:
    at = ints(1, 2, 1, 2, 0)
    return Sites(
        id=("hall", "meadow", "kiosk", "post", "yard"),
        name=("Hall", "Meadow", "Kiosk", "Post office", "Yard"),
        what=("hall", "meadow", "pavement", "post office", "yard"),
        origin=("by hand",) * 5,
        lon=floats(6.1065, 6.113, 6.1066, 6.1131, 6.1),
        lat=floats(46.2, 46.2, 46.2001, 46.2001, 46.2),
        node={
            "lorry": ints(1, -1, 1, 2, 0),
            "van": at,
            "cargo_bike": at.copy(),
            "walk": at.copy(),
        },
        area_m2=whole(1000, 800, 10, 5, 300),
        parcel_m2=whole(1000, 800, 10, 5, 300),
        floor_area_max_m2=np.full(5, 10**9),
        homes_m=np.full(5, np.inf),
        land_status=np.array([0, 1, 0, 0, 0], dtype=np.int8),
        zone=ints(0, 0, 1, 1, 0),
        jurisdiction=ints(0, 1, 0, 1, 0),
        price_eur_m2=whole(500, 100, 900, 900, 300),
        rent_eur_m2_year=floats(25, 10, 20, 20, 15),
        long_lease_eur_m2=whole(200, 40, 300, 300, 100),
        long_lease_rent_eur_m2_year=floats(12, 5, 10, 10, 7),
        height_max_m=floats(12, np.inf, 3, 1, np.inf),
        noisy_allowed=np.array([True, True, False, False, True]),
        stops_per_km2=floats(100, 100, 100, 100, 100),
    )


def _designs() -> tuple[Designs, Levels]:
    designs = Designs(
        id=("hub_in", "pavilion", "big_hub", "hotel", "locker", "locker_l"),
        label=("Hub in a hotel", "Pavilion", "Big hub", "Hotel", "Lockers", "Large lockers"),
        tenure=("lease", "lease", "lease", "buy", "lease", "lease"),
        kind=np.array([0, 0, 0, 1, 2, 2], dtype=np.int8),
        footprint_m2=whole(0, 300, 500, 1000, 2, 6),
        gross_floor_m2=whole(0, 300, 500, 2000, 2, 6),
        homes_distance_min_m=floats(0, 0, 0, 0, 0, 0),
        height_m=floats(0, 4, 5, 12, 2, 2),
        inside_hotel_m2=whole(200, 0, 0, 0, 0, 0),
        capacity_parcels_per_day=floats(102, 30, 500, 0, 36, 100),
        minimum_parcels_per_day=floats(68, 20, 100, 0, 4, 10),
        build_eur=whole(10_000, 20_000, 50_000, 1_025_000, 1_000, 2_000),
        running_eur_year=floats(2000, 3000, 5000, 1000, 100, 150),
        handling_eur_per_parcel=floats(0.1, 0.2, 0.1, 0, 0.05, 0.05),
        embodied_co2e_kg=floats(500, 1000, 3000, 20_000, 50, 90),
        lifetime_years=floats(1, 1, 10, 2, 1, 1),
        dismantlable=np.array([False, True, False, False, True, True]),
        needs_lorry=np.array([True, False, True, True, False, False]),
        docks=whole(0, 0, 0, 1, 0, 0),
        productive_share_min=floats(0, 0, 0, 0.55, 0, 0),
        let_share_min=floats(0, 0, 0, 0.92, 0, 0),
        rent_eur_m2_year=floats(0, 0, 0, 100, 0, 0),
    )
    levels = Levels(
        design=ints(3, 3),
        number=ints(0, 1),
        area_m2=whole(600, 800),
        load_kg_m2=whole(2000, 500),
        clear_height_m=floats(6, 3.5),
    )
    return designs, levels


def _tenants() -> Tenants:
    """Return the firms: id, area, load, height, noise, dock, jobs, bearable rent, productive."""
    rows = [
        ("bakery", 250, 1500, 5.0, 0, True, 10, 120, True),
        ("press", 150, 2000, 3.0, 1, False, 5, 120, True),
        ("studio", 495, 300, 3.0, -1, False, 9, 120, False),
        ("tailor", 205, 500, 3.5, 0, False, 6, 100, True),
        ("docker", 10, 100, 3.0, 0, True, 1, 120, True),
        ("heavy", 10, 501, 3.0, 0, False, 1, 120, True),
        ("tall", 10, 100, 3.6, 0, False, 1, 120, True),
        ("loud", 10, 100, 3.0, 1, False, 1, 120, True),
        ("poor", 10, 100, 3.0, 0, False, 1, 99, True),
        ("big", 101, 100, 3.0, 0, False, 1, 120, True),
        ("office", 10, 100, 3.0, 0, False, 1, 120, False),
    ]
    column = list(zip(*rows, strict=True))
    return Tenants(
        id=tuple(column[0]),
        name=tuple(name.title() for name in column[0]),
        sector=("crafts",) * len(rows),
        area_m2=whole(*column[1]),
        load_kg_m2=whole(*column[2]),
        clear_height_m=floats(*column[3]),
        noise=np.array(column[4], dtype=np.int8),
        dock=np.array(column[5]),
        jobs=floats(*column[6]),
        rent_max_eur_m2_year=floats(*column[7]),
        rent_share=np.ones(len(rows)),
        productive=np.array(column[8]),
    )


def _rules() -> Rules:
    both = np.array([[True, True]])
    return Rules(
        jurisdiction=("inner", "outer"),
        land=Ledgers(("soil",), ("consumption",), ("by hand",), both, whole(300)),
        land_basis="footprint",
        # hall: 1000 m2 * 500 + 1,025,000 + 10,000; kiosk 1,000; meadow 20,000
        money=Ledgers(("purse",), ("EUR",), ("by hand",), both.copy(), whole(1_556_000)),
        quotas=Quotas(
            name=("hubs", "lockers in the inner town", "hotels"),
            jurisdiction=ints(-1, 0, 0),
            kind=np.array([0, 2, 1], dtype=np.int8),
            at_least=ints(2, 0, 1),
            at_most=ints(-1, 1, 1),
        ),
        bike_limit_s=240,
        walk_limit_s=360,
        acceptance_walk_s=floats(120, 600),
        acceptance_share=floats(0.8, 0.4),
        pickup_choice="planner",
        peak_day_factor=1.5,
        delivery_days_per_year=250,
    )


def _prices() -> Prices:
    return Prices(
        currency="EUR",
        vehicles={
            "lorry": Vehicle(36, 1.0, 1.0, 100, 100, 0, 2, 18, 1.0),
            "van": Vehicle(36, 0.5, 0.2, 50, 40, 20, 3, 18, 1.0),
            "cargo_bike": Vehicle(18, 0.1, 0.0, 20, 10, 30, 0, 18, 0.25),
        },
        tour_constant=0.5,
        circuity=1.2,
        co2e_eur_per_t=100,
        discount_rate=0.05,
        long_lease_years=50.0,
        job_eur_year=100,
        walk_eur_per_hour=10,
        unserved_eur_per_parcel=4,
    )


def town() -> Problem:
    designs, levels = _designs()
    status = np.zeros(10, dtype=np.int8)
    status[HALL_HOTEL] = OptionStatus.REQUIRED
    status[POST_LOCKER] = OptionStatus.EXISTING
    status[YARD_LOCKER] = OptionStatus.FORBIDDEN
    permits = np.ones((2, 6), dtype=bool)
    permits[1, :4] = False
    return Problem(
        name="line town",
        streets=_streets(),
        demand=_demand(),
        gateways=_gateways(),
        sites=_sites(),
        designs=designs,
        levels=levels,
        zoning=Zoning(("mixed", "street"), permits),
        options=Options(
            site=ints(0, 0, 1, 1, 2, 2, 3, 4, 4, 4),
            design=ints(0, 3, 1, 2, 4, 5, 4, 0, 1, 4),
            status=status,
        ),
        tenants=_tenants(),
        rules=_rules(),
        prices=_prices(),
        unserved=(Unserved("dX", 6.2, 46.3, 3.0, "no street near", "move it to a street"),),
        assumptions=(),
        audit=(),
        provenance={"scenario_sha256": "ab", "osm_date": "2025-01-01", "version": "test"},
    )


def good_plan() -> Plan:
    opened = np.zeros(10, dtype=bool)
    opened[[HALL_HUB, HALL_HOTEL, MEADOW_PAVILION, KIOSK_LOCKER, POST_LOCKER]] = True
    option, level = np.full(11, -1, dtype=np.int32), np.full(11, -1, dtype=np.int32)
    option[[BAKERY, PRESS, STUDIO, TAILOR]] = HALL_HOTEL
    level[[BAKERY, PRESS]], level[[STUDIO, TAILOR]] = GROUND, UPPER
    return Plan(
        open_option=opened,
        bike_point=ints(0, 1, 1),
        bike_option=ints(HALL_HUB, HALL_HUB, MEADOW_PAVILION),
        bike_share=floats(0.6, 0.2, 0.5),
        pickup_point=ints(0, 1, 1),
        pickup_option=ints(KIOSK_LOCKER, KIOSK_LOCKER, POST_LOCKER),
        pickup_share=floats(0.2, 0.1, 0.1),
        van_share=floats(0.15, 0.1),
        unserved_share=floats(0.05, 0.0),
        tenant_option=option,
        tenant_level=level,
    )


def baseline_plan() -> Plan:
    """Today: vans, and two parcels a day at the post office (fewer than its minimum use)."""
    opened = np.zeros(10, dtype=bool)
    opened[POST_LOCKER] = True
    nowhere = np.full(11, -1, dtype=np.int32)
    return Plan(
        open_option=opened,
        bike_point=ints(),
        bike_option=ints(),
        bike_share=floats(),
        pickup_point=ints(1),
        pickup_option=ints(POST_LOCKER),
        pickup_share=floats(0.05),
        van_share=floats(1.0, 0.95),
        unserved_share=floats(0.0, 0.0),
        tenant_option=nowhere,
        tenant_level=nowhere.copy(),
    )


def result_of(
    problem: Problem, plan: Plan | None, baseline: Plan, outcome: Outcome | None = None
) -> Result:
    """Return a result with a bound one per cent below the value (or of the given outcome)."""
    figures = None if plan is None else recompute(problem, plan)
    if outcome is None and figures is not None:
        value = figures.objective
        outcome = Outcome("plan", "gap", "time", value, value - 0.01 * abs(value), "mip")
    solution = Solution(
        outcome=outcome or Outcome("no_plan", "none", "time", None, None, "mip"),
        plan=plan,
        criteria=figures,
        baseline_plan=baseline,
        baseline=recompute(problem, baseline),
        conflicts=(),
        timing_s={"prepare": 1.5, "solve": 3.0},
    )
    provenance = {**problem.provenance, "seed": "7", "solver": "by hand"}
    return Result(solution, plan is not None, (), provenance)


def write_folder(folder: Path, problem: Problem, result: Result) -> tuple[dict[str, Any], ...]:
    """Write the three files that verification needs; return plan.json and result.json."""
    with (folder / "problem.npz").open("wb") as file:
        mark = store.save(file, problem)
    solution = result.solution
    plans = plan_document(problem, mark, solution.plan, solution.baseline_plan)
    told = result_to_dict(problem, result)
    (folder / "plan.json").write_text(to_text(plans), encoding="utf-8")
    (folder / "result.json").write_text(to_text(told), encoding="utf-8")
    return plans, told
