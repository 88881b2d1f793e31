"""Give any test problem a `hotels` block; every rule is empty until a test states it."""

from __future__ import annotations

import numpy as np

from optimizer.core.hotels import (
    Access,
    Annexes,
    Apart,
    Businesses,
    Equipment,
    Growth,
    Hotels,
    Mix,
    Neighbours,
    RoofUses,
    Services,
    Symbiosis,
    Units,
)


def nothing(dtype, *shape):
    return np.zeros(shape or (0,), dtype=dtype)


def with_hotels(problem, **parts):
    """Return `problem` with a block of `Hotels` that forbids nothing; `parts` replace whole parts.

    A part may also be a dict: then it changes fields of the empty one.
    """
    empty = plain_hotels(problem)
    changed = {
        name: getattr(empty, name).replace(**part) if isinstance(part, dict) else part
        for name, part in parts.items()
    }
    return problem.replace(hotels=empty.replace(**changed))


def plain_hotels(problem):
    """Return a block without any rule for the sizes of `problem`."""
    levels, designs, tenants = problem.levels.count, problem.designs.count, problem.tenants.count
    sites, places = problem.sites.count, len(problem.rules.jurisdiction)
    number = problem.levels.number
    same = [int(np.sum(number[:rank] == number[rank])) for rank in range(levels)]
    return Hotels(
        units=Units(
            id=tuple(f"{n}-{rank}" for n, rank in zip(number.tolist(), same, strict=True)),
            position_m=nothing(np.float64, levels),
            space=nothing(np.int8, levels),
            wet=np.ones(levels, dtype=bool),
            vented=np.ones(levels, dtype=bool),
            lift_kg=np.full(levels, 10_000, dtype=np.int64),
            tenants_max=np.full(levels, -1, dtype=np.int32),
            fit_out_eur=nothing(np.int64, levels),
            switch_eur=nothing(np.int64, levels),
        ),
        equipment=Equipment(
            lift_trips_max=np.full(designs, -1, dtype=np.int32),
            inside_docks=nothing(np.int32, designs),
            roof_m2=nothing(np.int64, designs),
        ),
        businesses=Businesses(
            space=nothing(np.int8, tenants),
            wet=nothing(bool, tenants),
            vented=nothing(bool, tenants),
            lift_kg=nothing(np.int64, tenants),
            lift_trips=nothing(np.int32, tenants),
            dock_minutes=nothing(np.int32, tenants),
            dock_from=nothing(np.int32, tenants),
            dock_until=np.full(tenants, 24, dtype=np.int32),
            work_from=np.full(tenants, 8, dtype=np.int32),
            work_until=np.full(tenants, 18, dtype=np.int32),
            noise_db=np.full((tenants, 3), -np.inf),
            jobs_by_skill=nothing(np.float64, tenants, 0),
            needs_support=nothing(bool, tenants),
            gives_support=nothing(bool, tenants),
        ),
        annexes=Annexes(
            tenant=nothing(np.int32),
            share=nothing(np.float64),
            space=nothing(np.int8),
            load_kg_m2=nothing(np.int64),
            levels_apart_max=nothing(np.int32),
        ),
        apart=Apart(
            (),
            (),
            nothing(bool, 0, tenants),
            nothing(bool, 0, tenants),
            nothing(np.int32),
            nothing(np.float64),
            nothing(bool),
        ),
        neighbours=Neighbours(
            (),
            nothing(np.float64),
            nothing(np.float64),
            nothing(np.float64, 0, 3),
            nothing(np.float64, 0, 3),
            nothing(np.float64, sites, 0),
        ),
        mix=Mix(
            name=(),
            source=(),
            members=nothing(bool, 0, tenants),
            covers=nothing(bool, 0, places),
            each_hotel=nothing(bool),
            share_min=nothing(np.float64),
            share_max=nothing(np.float64),
            area_min_m2=nothing(np.int64),
            area_max_m2=nothing(np.int64),
            skill=(),
            jobs_name=(),
            jobs_source=(),
            jobs_skill=nothing(np.int32),
            jobs_covers=nothing(bool, 0, places),
            jobs_min=nothing(np.float64),
        ),
        access=Access(
            source="",
            worker_id=(),
            node_walk=nothing(np.int32),
            node_bike=nothing(np.int32),
            workers=nothing(np.float64, 0, 0),
            limit_s=0,
            by=(),
            capture_share=0.0,
            stop_id=(),
            stop_node=nothing(np.int32),
            ride_s=nothing(np.int32, 0, 0),
            stop_walk_s=0,
            support_id=(),
            support_node=nothing(np.int32),
            support_limit_s=-1,
        ),
        symbiosis=Symbiosis(
            resource=(),
            source=(),
            unit=(),
            value_eur=nothing(np.float64),
            loss_per_km=nothing(np.float64),
            reach_m=nothing(np.float64),
            link_eur_m_year=nothing(np.float64),
            gives=nothing(np.float64, tenants, 0),
            takes=nothing(np.float64, tenants, 0),
            partner_id=(),
            partner_lon=nothing(np.float64),
            partner_lat=nothing(np.float64),
            partner_gives=nothing(np.float64, 0, 0),
            partner_takes=nothing(np.float64, 0, 0),
        ),
        services=Services(
            (),
            (),
            nothing(bool, 0, designs),
            nothing(np.float64),
            nothing(np.float64),
            nothing(np.int32),
        ),
        roofs=RoofUses(
            (),
            (),
            nothing(np.float64),
            nothing(np.int64),
            nothing(np.float64),
            nothing(np.int64),
        ),
        growth=Growth(
            area_m2=nothing(np.int64, 0, tenants),
            stage=(),
            move_within_eur_m2=0.0,
            move_between_eur_m2=0.0,
        ),
    )


def busy_hotels(problem, seed=0, *, apart=2, annexes=0.2, services=2, periods=0):
    """Return `problem` with every rule of `Hotels` drawn at random, seeded, loose enough to live.

    periods : with a horizon, its number of periods: then tenants grow.
    """
    rng = np.random.default_rng(seed)
    plain = plain_hotels(problem)
    tenants, levels = problem.tenants.count, problem.levels.count
    sites, places = problem.sites.count, len(problem.rules.jurisdiction)
    hotel = problem.designs.docks > 0
    split = np.flatnonzero(rng.random(tenants) < annexes).astype(np.int32)
    noisy = problem.tenants.noise > 0
    power = np.where(noisy, rng.uniform(85, 100, tenants), rng.uniform(60, 75, tenants))
    start = rng.integers(5, 9, tenants)
    until = start + rng.integers(8, 13, tenants)
    bands = [(start < end) & (until > first) for first, end in ((7, 19), (19, 23), (23, 31))]
    space = rng.choice([0, 1, 1, 2], tenants).astype(np.int8)
    dock_from = rng.integers(5, 15, tenants)
    groups = sorted(set(problem.tenants.sector))
    sector = np.array([groups.index(name) for name in problem.tenants.sector])
    pairs = rng.integers(0, len(groups), (apart, 2)) if groups else np.zeros((0, 2), dtype=int)
    outside = 3
    near = rng.integers(0, sites, outside) if sites else np.zeros(0, dtype=int)
    outside = len(near)
    area = problem.tenants.area_m2
    grown = np.rint(np.outer(0.7 + 0.3 * np.arange(periods), area)).astype(np.int64)
    grown[(rng.random(grown.shape) < 0.1) & (np.arange(periods)[:, None] != 1)] = 0
    skills = 2
    return problem.replace(
        hotels=plain.replace(
            units=plain.units.replace(
                position_m=rng.integers(0, 3, levels) * 15.0,
                space=rng.choice([0, 1, 2, 3], levels).astype(np.int8),
                wet=rng.random(levels) < 0.7,
                vented=rng.random(levels) < 0.7,
                lift_kg=rng.choice([500, 1500, 3000], levels).astype(np.int64),
                tenants_max=rng.choice([-1, 3, 5], levels).astype(np.int32),
                fit_out_eur=rng.integers(10, 60, levels) * 1000,
                switch_eur=rng.integers(1, 10, levels) * 1000,
            ),
            equipment=plain.equipment.replace(
                lift_trips_max=np.where(hotel, 40, -1).astype(np.int32),
                inside_docks=(problem.designs.inside_hotel_m2 > 0).astype(np.int32),
                roof_m2=np.where(hotel, 500, 0).astype(np.int64),
            ),
            businesses=plain.businesses.replace(
                space=space,
                wet=rng.random(tenants) < 0.2,
                vented=rng.random(tenants) < 0.2,
                lift_kg=rng.choice([0, 300, 1000, 2500], tenants).astype(np.int64),
                lift_trips=rng.integers(0, 12, tenants).astype(np.int32),
                dock_minutes=rng.choice([0, 30, 60, 120], tenants).astype(np.int32),
                dock_from=dock_from.astype(np.int32),
                dock_until=(dock_from + rng.integers(2, 8, tenants)).astype(np.int32),
                work_from=start.astype(np.int32),
                work_until=until.astype(np.int32),
                noise_db=np.column_stack([np.where(works, power, -np.inf) for works in bands]),
                jobs_by_skill=rng.dirichlet(np.ones(skills), tenants)
                * problem.tenants.jobs[:, None],
                needs_support=rng.random(tenants) < 0.15,
                gives_support=rng.random(tenants) < 0.1,
            ),
            annexes=plain.annexes.replace(
                tenant=split,
                share=rng.uniform(0.1, 0.4, len(split)).round(2),
                space=rng.choice([0, 2], len(split)).astype(np.int8),
                load_kg_m2=np.full(len(split), 300, dtype=np.int64),
                levels_apart_max=rng.choice([-1, 1, 2], len(split)).astype(np.int32),
            ),
            apart=plain.apart.replace(
                name=tuple(f"apart {rank}" for rank in range(len(pairs))),
                source=("assumption",) * len(pairs),
                first=sector[None, :] == pairs[:, :1],
                second=sector[None, :] == pairs[:, 1:],
                levels=rng.integers(1, 3, len(pairs)).astype(np.int32),
                distance_m=rng.choice([10.0, 25.0, np.inf], len(pairs)),
                same_hours=rng.random(len(pairs)) < 0.5,
            ),
            neighbours=plain.neighbours.replace(
                id=tuple(f"home {rank}" for rank in range(outside)),
                lon=problem.sites.lon[near] + 0.0005,
                lat=problem.sites.lat[near] + 0.0005,
                limit_db=np.tile([55.0, 50.0, 45.0], (outside, 1)),
                background_db=np.tile([45.0, 40.0, -np.inf], (outside, 1)),
                attenuation_db=np.where(
                    rng.random((sites, outside)) < 0.6,
                    rng.uniform(35, 50, (sites, outside)),
                    np.inf,
                ),
            ),
            mix=plain.mix.replace(
                name=("crafts",) if groups else (),
                source=("assumption",) if groups else (),
                members=(sector == 0)[None, :] if groups else plain.mix.members,
                covers=np.ones((1 if groups else 0, places), dtype=bool),
                each_hotel=np.full(1 if groups else 0, fill_value=bool(seed % 2)),
                share_min=np.full(1 if groups else 0, 0.05),
                share_max=np.full(1 if groups else 0, 0.6),
                area_min_m2=np.zeros(1 if groups else 0, dtype=np.int64),
                area_max_m2=np.full(1 if groups else 0, 2000, dtype=np.int64),
                skill=("manual", "technical"),
            ),
            access=plain.access.replace(
                source="assumption",
                worker_id=tuple(f"w{rank}" for rank in range(4)),
                node_walk=rng.integers(0, problem.streets.node_count, 4).astype(np.int32),
                node_bike=rng.integers(0, problem.streets.node_count, 4).astype(np.int32),
                workers=rng.integers(20, 200, (4, skills)).astype(float),
                limit_s=900,
                by=("walk", "bike", "transit"),
                capture_share=0.3,
                stop_id=("north", "south"),
                stop_node=rng.integers(0, problem.streets.node_count, 2).astype(np.int32),
                ride_s=np.array([[-1, 240], [300, -1]], dtype=np.int32),
                stop_walk_s=300,
                support_id=("incubator",),
                support_node=rng.integers(0, problem.streets.node_count, 1).astype(np.int32),
                support_limit_s=400,
            ),
            symbiosis=plain.symbiosis.replace(
                resource=("heat", "wood"),
                source=("assumption", "assumption"),
                unit=("MWh", "t"),
                value_eur=np.array([60.0, 40.0]),
                loss_per_km=np.array([0.2, 0.0]),
                reach_m=np.array([600.0, 2000.0]),
                link_eur_m_year=np.array([8.0, 0.5]),
                gives=rng.choice([0.0, 0.0, 40.0], (tenants, 2)),
                takes=rng.choice([0.0, 0.0, 25.0], (tenants, 2)),
                partner_id=tuple(f"partner {rank}" for rank in range(outside)),
                partner_lon=problem.sites.lon[near] + 0.001,
                partner_lat=problem.sites.lat[near] - 0.001,
                partner_gives=rng.choice([0.0, 80.0], (outside, 2)),
                partner_takes=rng.choice([0.0, 120.0], (outside, 2)),
            ),
            services=plain.services.replace(
                name=tuple(f"service {rank}" for rank in range(services)),
                source=("assumption",) * services,
                designs=np.repeat(hotel[None, :], services, axis=0),
                eur_year=rng.integers(3, 12, services) * 1000.0,
                eur_tenant_year=rng.integers(800, 2500, services).astype(float),
                tenants_min=rng.integers(2, 6, services).astype(np.int32),
            ),
            roofs=plain.roofs.replace(
                name=("solar", "farm"),
                source=("assumption", "assumption"),
                net_eur_m2_year=np.array([4.0, 9.0]),
                plot_min_m2=np.array([50, 200], dtype=np.int64),
                share_min=np.array([0.3, 0.0]),
                total_max_m2=np.array([-1, 600], dtype=np.int64),
            ),
            growth=plain.growth.replace(
                area_m2=grown if periods else plain.growth.area_m2,
                stage=tuple(("series",) * tenants for _ in range(periods)),
                move_within_eur_m2=10.0,
                move_between_eur_m2=30.0,
            ),
        )
    )
