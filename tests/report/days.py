"""Days of tours to report: one on the village's line that a person adds up, one of the grid town.

The village: a lorry brings 8 parcels at 6 and 7 at 10 from node 0 to the hub at node 3 (300 m,
180 s), 10 s a parcel to unload. The hub sorts 200 an hour: 18 s a parcel. A bike takes 8 parcels to
point "three", at the hub's own node, later 2 there and 5 to "four", 100 m and 60 s further; 6 s at
each stop of one parcel. Loading takes 600 s. An hour costs 36 EUR, the lorry's kilometre 1 EUR.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.core.day import DayRecord
from optimizer.core.plan import Plan
from optimizer.report import told_day
from tests.routing.day_builder import day_rules, made_day
from tests.siting.village import village


def village_plan(problem, van=0.0) -> Plan:
    """Return the plan in which the hub at "near" serves everybody, but for a share by van."""
    both = np.array([0, 1], dtype=np.int32)
    none = np.zeros(0, dtype=np.int32)
    return Plan(
        open_option=np.array([True]),
        bike_point=both,
        bike_option=np.zeros(2, dtype=np.int32),
        bike_share=np.full(2, 1.0 - van),
        pickup_point=none,
        pickup_option=none,
        pickup_share=np.zeros(0),
        van_share=np.full(2, van),
        unserved_share=np.zeros(2),
        tenant_option=none,
        tenant_level=none,
    )


def village_day():
    """Return the village's day as a report tells it."""
    problem = village()
    idle = problem.prices.vehicles["lorry"]
    lorry = replace(
        idle,
        eur_per_hour=36.0,
        eur_per_km=1.0,
        co2e_kg_per_km=0.5,
        parcels_per_tour=20.0,
        drop_s_per_parcel=10.0,
    )
    bike = replace(idle, eur_per_hour=36.0, parcels_per_tour=8.0, service_s=6.0)
    vehicles = {**problem.prices.vehicles, "lorry": lorry, "cargo_bike": bike}
    problem = problem.replace(prices=problem.prices.replace(vehicles=vehicles))
    problem = problem.replace(day=day_rules(problem))
    return told_day(problem, DayRecord(*made_day(problem, village_plan(problem))))


ERROR = {"eur": 0.012, "km": -0.02, "hours": float("nan")}


def told_figures(told):
    """Return figures as planning gives them: an estimate that is 10 % off for vans, and so on."""
    vehicles = {
        name: {key: value * (1.1 if name == "van" else 1.0) for key, value in row.items()}
        for name, row in told.figures["vehicles"].items()
    }
    area = told.day.hubs.id[0]
    points = [
        {"vehicle": "cargo_bike", "area": area, "estimate": {"eur": 102.0}, "tours": {"eur": 100}},
        {"vehicle": "van", "area": "city", "estimate": {"eur": 300.0}, "tours": {"eur": 310.0}},
    ]
    rounds = [{"errors": ERROR, "changed_options": 3}, {"errors": ERROR, "changed_options": 0}]
    return {
        "estimate": {"vehicles": vehicles},
        "held_back": {"days": 2, "all": ERROR, "van": ERROR},
        "fit": {"points": points, "other_hubs": points[:1], "rounds": rounds, "agreed": True},
        "bound": {"value": 5e6, "bound": 4e6, "gap": 0.2, "how": "by hand"},
    }


def town_day(problem, plan, **rules):
    """Return the day of the grid town with all its figures; rules: other fields of its rules."""
    problem = problem.replace(day=day_rules(problem).replace(**rules))
    record = DayRecord(*made_day(problem, plan))
    return told_day(problem, record, told_figures(told_day(problem, record)))
