"""A grid town whose plan is stated: two hubs, two delivery points, every point by all channels."""

from __future__ import annotations

import numpy as np

from optimizer.core.day import Crew, DayRules
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Kind
from optimizer.core.plan import Plan
from tests.builders import grid_problem

HOUR = 3600.0


def crew(**changes) -> Crew:
    """Return a crew at the pace of the streets, from 6 to 20 o'clock, without breaks."""
    told = {
        "capacity_kg": 1e6,
        "capacity_l": 1e6,
        "shift_from_s": 6 * HOUR,
        "shift_until_s": 20 * HOUR,
        "shift_max_s": 10 * HOUR,
        "break_s": 0.0,
        "work_max_s": np.inf,
        "load_s": 300.0,
        "reloads_max": 0,
        "pace": np.ones(24),
    }
    return Crew(**{**told, **changes})


def rules_for(problem, *, storage=1000.0, handling=600.0, windows=(), **changes) -> DayRules:
    """Return rules of a day; windows : (from hour, until hour, share)."""
    bike = crew(shift_from_s=8 * HOUR, reloads_max=9, break_s=1800.0, work_max_s=6 * HOUR)
    rows = np.array(windows, dtype=float).reshape(-1, 3)
    told = {
        "crews": {LORRY: crew(shift_from_s=4 * HOUR), VAN: crew(), CARGO_BIKE: bike},
        "parcel_kg": 2.0,
        "parcel_l": 20.0,
        "window_from_s": rows[:, 0] * HOUR,
        "window_until_s": rows[:, 1] * HOUR,
        "window_share": rows[:, 2],
        "storage_parcels": np.full(problem.designs.count, storage),
        "handling_parcels_per_hour": np.full(problem.designs.count, handling),
        "drop_parcels_max": 60,
        "penalty_eur_per_parcel": 200.0,
    }
    return DayRules(**{**told, **changes})


def stated_plan(problem) -> Plan:
    """Return a plan that opens the first hubs and delivery points it can, on sites of their own."""
    kind, site = problem.designs.kind[problem.options.design], problem.options.site
    chosen: list[int] = []
    for wanted in (Kind.MICRO_HUB, Kind.DELIVERY_POINT):
        found = [o for o in np.flatnonzero(kind == wanted) if problem.sites.node[VAN][site[o]] >= 0]
        for option in found:
            taken = site[chosen]
            enough = sum(kind[o] == wanted for o in chosen) == 2
            if site[option] not in taken and not enough:
                chosen.append(int(option))
    hubs, points = chosen[:2], chosen[2:]
    opened = np.zeros(problem.options.count, dtype=bool)
    opened[chosen] = True
    every = np.arange(problem.demand.count, dtype=np.int32)
    return Plan(
        open_option=opened,
        bike_point=every,
        bike_option=np.array([hubs[i % 2] for i in every], dtype=np.int32),
        bike_share=np.full(len(every), 0.7),
        pickup_point=every.copy(),
        pickup_option=np.array([points[i % len(points)] for i in every], dtype=np.int32),
        pickup_share=np.full(len(every), 0.1),
        van_share=np.full(len(every), 0.2),
        unserved_share=np.zeros(len(every)),
        tenant_option=np.full(len(problem.tenants.id), -1, dtype=np.int32),
        tenant_level=np.full(len(problem.tenants.id), -1, dtype=np.int32),
    )


def town(seed=2, **rules):
    """Return the town and its plan; rules : of `rules_for`."""
    problem = grid_problem(points=14, sites=8, seed=seed)
    problem = problem.replace(day=rules_for(problem, **rules))
    return problem, stated_plan(problem)
