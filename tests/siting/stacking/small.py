"""Small buildings with rules drawn at random: one site, one hotel, at most five firms."""

from __future__ import annotations

import numpy as np

from optimizer.core.facilities import Levels
from optimizer.core.hotels import Space
from optimizer.core.kinds import OptionStatus
from optimizer.core.world import Tenants
from tests.hotels import plain_hotels
from tests.siting.village import HOTEL, HUB_IN, NODES, village

SKILLS = ("manual", "technical")
BANDS = ((7, 19), (19, 23), (23, 31))


def small_building(seed):
    """Return a village with one hotel, and the number of its option.

    Half of the rules of `core.hotels` are in use in each draw, tight enough to bind now and then.
    """
    rng = np.random.default_rng(seed)
    with_hub = rng.random() < 0.2
    problem = village(designs=(HUB_IN, HOTEL) if with_hub else (HOTEL,), sites=(0,))
    existing = with_hub or rng.random() < 0.3
    status = np.full(problem.options.count, OptionStatus.EXISTING if existing else 0, np.int8)
    if not existing and rng.random() < 0.3:
        status[:] = OptionStatus.REQUIRED
    firms, units = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    problem = problem.replace(
        options=problem.options.replace(status=status),
        levels=_levels(rng, units),
        tenants=_tenants(rng, firms),
        designs=_designs(rng, problem.designs),
        sites=problem.sites.replace(noisy_allowed=rng.random(2) < 0.8),
        prices=problem.prices.replace(job_eur_year=float(rng.integers(0, 4))),
    )
    return problem.replace(hotels=_hotels(rng, problem)), int(problem.options.count) - 1


def _levels(rng, units):
    number = np.sort(rng.integers(0, 3, units))
    number[0] = 0
    return Levels(
        design=np.full(units, HOTEL, dtype=np.int32),
        number=number.astype(np.int32),
        area_m2=rng.integers(60, 130, units),
        load_kg_m2=rng.choice([500, 1000], units).astype(np.int64),
        clear_height_m=rng.choice([3.0, 4.0], units),
    )


def _designs(rng, designs):
    def hotel(name, value):
        column = getattr(designs, name).copy()
        column[HOTEL] = value
        return column

    return designs.replace(
        docks=hotel("docks", rng.integers(1, 3)),
        build_eur=hotel("build_eur", rng.integers(1, 11) * 90),
        productive_share_min=hotel("productive_share_min", rng.choice([0.0, 0.4])),
        let_share_min=hotel("let_share_min", rng.choice([0.0, 0.0, 0.0, 0.2])),
    )


def _tenants(rng, count):
    area = rng.integers(15, 60, count)
    return Tenants(
        id=tuple(f"t{f}" for f in range(count)),
        name=tuple(f"Firm {f}" for f in range(count)),
        sector=tuple(rng.choice(["food", "wood"], count).tolist()),
        area_m2=np.where(rng.random(count) < 0.05, 0, area),
        load_kg_m2=rng.choice([300, 300, 500, 800], count).astype(np.int64),
        clear_height_m=rng.choice([2.5, 2.5, 3.0, 3.5], count),
        noise=rng.choice([-1, 0, 0, 1], count).astype(np.int8),
        dock=rng.random(count) < 0.2,
        jobs=rng.integers(0, 6, count).astype(float),
        rent_max_eur_m2_year=np.where(rng.random(count) < 0.1, 0.5, 2.0),
        rent_share=np.ones(count),
        productive=rng.random(count) < 0.6,
    )


def _hotels(rng, problem):
    """Return a block with each part drawn, or left empty, by a coin."""
    hotels = plain_hotels(problem)
    hotels = hotels.replace(mix=hotels.mix.replace(skill=SKILLS))
    drawn = {
        "units": _units,
        "equipment": _equipment,
        "businesses": _businesses,
        "annexes": _annexes,
        "apart": _apart,
        "neighbours": _neighbours,
        "mix": _mix,
        "access": _access,
        "symbiosis": _symbiosis,
        "services": _services,
        "roofs": _roofs,
    }
    always = ("units", "businesses")
    return hotels.replace(
        **{
            name: draw(rng, problem, getattr(hotels, name))
            for name, draw in drawn.items()
            if rng.random() < 0.6 or name in always
        }
    )


def _units(rng, problem, units):
    count = problem.levels.count
    return units.replace(
        position_m=rng.integers(0, 3, count) * 10.0,
        space=rng.choice([0, 1, 2, 3, 3, 3, 3], count).astype(np.int8),
        wet=rng.random(count) < 0.8,
        vented=rng.random(count) < 0.8,
        lift_kg=rng.choice([500, 2000], count).astype(np.int64),
        tenants_max=rng.choice([-1, -1, -1, 2, 3], count).astype(np.int32),
        fit_out_eur=rng.integers(0, 40, count),
    )


def _equipment(rng, problem, equipment):
    roof = np.where(problem.designs.docks > 0, rng.integers(10, 40), 0).astype(np.int64)
    return equipment.replace(
        lift_trips_max=np.where(roof > 0, rng.integers(3, 12), -1).astype(np.int32),
        inside_docks=(problem.designs.inside_hotel_m2 > 0).astype(np.int32),
        roof_m2=roof,
    )


def _businesses(rng, problem, businesses):
    count = problem.tenants.count
    start = rng.integers(0, 24, count)
    until = start + rng.integers(1, 11, count)
    works = [
        [any(a + day < end and b + day > first for day in (-24, 0, 24)) for first, end in BANDS]
        for a, b in zip(start.tolist(), until.tolist(), strict=True)
    ]
    first = rng.integers(0, 22, count)
    return businesses.replace(
        space=rng.choice([Space.ANY, Space.WORKSHOP, Space.OFFICE], count).astype(np.int8),
        wet=rng.random(count) < 0.1,
        vented=rng.random(count) < 0.1,
        lift_kg=rng.choice([0, 400, 1000], count).astype(np.int64),
        lift_trips=rng.integers(0, 6, count).astype(np.int32),
        dock_minutes=rng.choice([0, 0, 30, 60], count).astype(np.int32),
        dock_from=first.astype(np.int32),
        dock_until=np.minimum(first + rng.integers(1, 4, count), 24).astype(np.int32),
        work_from=start.astype(np.int32),
        work_until=until.astype(np.int32),
        noise_db=np.where(works, rng.uniform(80, 100, (count, 1)).round(1), -np.inf),
        jobs_by_skill=rng.integers(0, 4, (count, len(SKILLS))).astype(float),
        needs_support=rng.random(count) < 0.3,
        gives_support=rng.random(count) < 0.3,
    )


def _annexes(rng, problem, annexes):
    one = np.sort(rng.choice(problem.tenants.count, 2)).astype(np.int32)
    return annexes.replace(
        tenant=one,
        share=rng.choice([0.2, 0.3], 2),
        space=rng.choice([Space.ANY, Space.OFFICE], 2).astype(np.int8),
        load_kg_m2=rng.choice([300, 800], 2).astype(np.int64),
        levels_apart_max=rng.choice([-1, 0, 1], 2).astype(np.int32),
    )


def _apart(rng, problem, apart):
    food = np.array([name == "food" for name in problem.tenants.sector])
    return apart.replace(
        name=("smell", "quiet"),
        source=("by chance",) * 2,
        first=np.stack([food, problem.tenants.noise > 0]),
        second=np.stack([~food, problem.tenants.noise < 0]),
        levels=rng.integers(1, 3, 2).astype(np.int32),
        distance_m=rng.choice([10.0, 20.0, np.inf], 2),
        same_hours=rng.random(2) < 0.5,
    )


def _neighbours(rng, problem, neighbours):
    return neighbours.replace(
        id=("home", "school"),
        lon=np.array([6.1, 6.1]),
        lat=np.array([46.2, 46.2]),
        limit_db=np.array([[55.0, 50.0, 45.0], [50.0, 60.0, 60.0]]),
        background_db=np.array([[45.0, 47.0, -np.inf], [40.0, -np.inf, 65.0]]),
        attenuation_db=np.column_stack(
            [rng.uniform(30, 55, problem.sites.count), np.full(problem.sites.count, np.inf)]
        ).round(1),
    )


def _mix(rng, problem, mix):
    food = np.array([name == "food" for name in problem.tenants.sector])
    return mix.replace(
        name=("food", "wood"),
        source=("by chance",) * 2,
        members=np.stack([food, ~food]),
        covers=np.ones((2, 1), dtype=bool),
        each_hotel=rng.random(2) < 0.5,
        share_min=rng.choice([0.0, 0.0, 0.2], 2),
        share_max=rng.choice([0.7, 1.0, 1.0], 2),
        area_min_m2=rng.choice([0, 0, 0, 0, 0, 20], 2).astype(np.int64),
        area_max_m2=rng.choice([-1, 80], 2).astype(np.int64),
        skill=SKILLS,
        jobs_name=("manual jobs",),
        jobs_source=("by chance",),
        jobs_skill=np.zeros(1, dtype=np.int32),
        jobs_covers=np.ones((1, 1), dtype=bool),
        jobs_min=rng.choice([0.0, 0.0, 0.0, 2.0], 1),
    )


def _access(rng, problem, access):
    def nodes(count):
        return rng.integers(0, NODES, count).astype(np.int32)

    return access.replace(
        source="by chance",
        worker_id=("a", "b"),
        node_walk=nodes(2),
        node_bike=nodes(2),
        workers=rng.integers(5, 40, (2, len(SKILLS))).astype(float),
        limit_s=int(rng.choice([60, 120, 180])),
        by=(("walk",), ("bike",), ("walk", "transit"))[rng.integers(3)],
        capture_share=float(rng.choice([0.0, 0.1, 0.2])),
        stop_id=("here", "there"),
        stop_node=nodes(2),
        ride_s=np.array([[-1, 30], [40, -1]], dtype=np.int32),
        stop_walk_s=60,
        support_id=("incubator",),
        support_node=nodes(1),
        support_limit_s=int(rng.choice([-1, 60])),
    )


def _symbiosis(rng, problem, symbiosis):
    count, site = problem.tenants.count, problem.options.site[0]
    amount = rng.integers(1, 30, (count, 2)).astype(float)
    side = rng.choice([0, 1, 2], (count, 2))
    outside, partner = rng.integers(5, 60, (2, 2)).astype(float), rng.choice([0, 1], (2, 2))
    return symbiosis.replace(
        resource=("heat", "wood"),
        source=("by chance",) * 2,
        unit=("MWh", "t"),
        value_eur=rng.uniform(0.5, 3.0, 2),
        loss_per_km=rng.choice([0.0, 0.5, 1.5], 2),
        reach_m=rng.choice([300.0, 900.0], 2),
        link_eur_m_year=rng.choice([0.0, 0.02, 0.1], 2),
        gives=np.where(side == 1, amount, 0.0),
        takes=np.where(side == 2, amount, 0.0),
        partner_id=("pool", "mill"),
        partner_lon=problem.sites.lon[site] + rng.choice([0.0, 0.003, 0.008], 2),
        partner_lat=problem.sites.lat[site] + rng.choice([0.0, 0.002], 2),
        partner_gives=np.where(partner == 0, outside, 0.0),
        partner_takes=np.where(partner == 1, outside, 0.0),
    )


def _services(rng, problem, services):
    hotel = problem.designs.docks > 0
    return services.replace(
        name=("canteen", "machines"),
        source=("by chance",) * 2,
        designs=np.stack([hotel, hotel & (rng.random() < 0.7)]),
        eur_year=rng.integers(10, 60, 2).astype(float),
        eur_tenant_year=rng.integers(5, 30, 2).astype(float),
        tenants_min=rng.integers(1, 5, 2).astype(np.int32),
    )


def _roofs(rng, problem, roofs):
    return roofs.replace(
        name=("solar", "farm"),
        source=("by chance",) * 2,
        net_eur_m2_year=rng.choice([-1.0, 1.0, 2.0], 2),
        plot_min_m2=rng.integers(1, 12, 2),
        share_min=rng.choice([0.0, 0.0, 0.25], 2),
        total_max_m2=rng.choice([-1, -1, 15], 2).astype(np.int64),
    )
