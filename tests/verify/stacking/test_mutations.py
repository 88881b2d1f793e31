"""Break one rule of the hotel told in full by one unit: it is named, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.rules import FAMILIES
from optimizer.verify import check_plan
from tests.verify import town as t
from tests.verify.stacking import house as h
from tests.verify.stacking.house import column, good_plan, house, placed
from tests.verify.stacking.mutations import (
    GOOD,
    HEAT,
    HOTEL,
    INSIDE,
    equipment,
    exchange,
    needs,
    roof,
    served,
)
from tests.verify.town import floats, ints, whole

# By name: problem, plan, and the family and place of what must be found.
CASES = {
    **INSIDE,
    # mix
    "crafts have too small a share": (
        house("mix", share_min=floats(0.5501), share_max=floats(1)),
        GOOD,
        "mix",
        "mix crafts",
    ),
    "crafts have too great a share": (
        house("mix", share_min=floats(0), share_max=floats(0.5499)),
        GOOD,
        "mix",
        "mix crafts",
    ),
    "a hotel by itself has too small a share": (
        house("mix", share_min=floats(0.5501), share_max=floats(1), each_hotel=np.array([True])),
        GOOD,
        "mix",
        f"mix crafts in {HOTEL}",
    ),
    "crafts lack a square metre": (
        column("mix", "area_min_m2", (0, 606)),
        GOOD,
        "mix",
        "mix crafts",
    ),
    "crafts have a square metre too much": (
        column("mix", "area_max_m2", (0, 604)),
        GOOD,
        "mix",
        "mix crafts",
    ),
    "too few work with their hands": (
        column("mix", "jobs_min", (0, 21.1)),
        GOOD,
        "mix",
        "jobs hands",
    ),
    # access
    "workers walk a second too long": (house("access", limit_s=359), GOOD, "access", HOTEL),
    "a worker is missing": (
        column("access", "workers", ((1, 0), 11.9)),
        GOOD,
        "access",
        HOTEL,
    ),
    "fewer of them would come": (house("access", capture_share=0.49), GOOD, "access", HOTEL),
    "workers have no way": (column("access", "node_walk", (1, -1)), GOOD, "access", HOTEL),
    "nobody gives support": (
        needs("gives_support", t.STUDIO, value=False),
        GOOD,
        "access",
        "tenant tailor",
    ),
    "one cannot support oneself": (
        house(
            "businesses",
            needs_support=np.array(h.by_tenant(rest=False, tailor=True)),
            gives_support=np.array(h.by_tenant(rest=False, tailor=True)),
        ),
        GOOD,
        "access",
        "tenant tailor",
    ),
    # symbiosis
    "heat goes a metre too far": (
        column("symbiosis", "reach_m", (0, 1000.0)),
        GOOD,
        "symbiosis",
        HEAT,
    ),
    "the bakery gives too much": (
        column("symbiosis", "gives", (t.BAKERY, 99.9)),
        GOOD,
        "symbiosis",
        "tenant bakery",
    ),
    "the studio takes too much": (
        column("symbiosis", "takes", (t.STUDIO, 49.9)),
        GOOD,
        "symbiosis",
        "tenant studio",
    ),
    "less is lost than the pool can take": (
        column("symbiosis", "loss_per_km", (0, 0.199)),
        GOOD,
        "symbiosis",
        "partner pool",
    ),
    "someone without a place gives": (
        house(),
        exchange(t.DOCKER, h.POOL, 0.00001),
        "symbiosis",
        "exchange from tenant docker to partner pool",
    ),
    "a partner gives to itself": (
        house(
            "symbiosis",
            partner_gives=floats(9).reshape(1, 1),
            partner_takes=floats(99).reshape(1, 1),
        ),
        exchange(h.POOL, h.POOL, 1),
        "symbiosis",
        "exchange from partner pool to partner pool",
    ),
    "someone takes from itself": (
        house("symbiosis", gives=np.full((11, 1), 101.0), takes=np.full((11, 1), 50.0)),
        exchange(t.BAKERY, t.BAKERY, 1),
        "symbiosis",
        "exchange from tenant bakery to tenant bakery",
    ),
    "heat flows backwards": (
        house(),
        exchange(t.STUDIO, t.BAKERY, -1),
        "symbiosis",
        "exchange from tenant studio to tenant bakery",
    ),
    # services
    "a canteen lacks a tenant": (
        column("services", "tenants_min", (0, 5)),
        GOOD,
        "services",
        f"service canteen in {HOTEL}",
    ),
    "a canteen has no room": (
        column("services", "designs", ((0, 3), False)),
        GOOD,
        "services",
        f"service canteen in {HOTEL}",
    ),
    "a canteen is in a closed hub": (
        house("services", designs=np.ones((1, 6), dtype=bool), tenants_min=ints(0)),
        served(t.YARD_PAVILION),
        "services",
        "service canteen in pavilion on site yard",
    ),
    # roofs
    "a roof lacks a square metre": (equipment("roof_m2", 399), GOOD, "roofs", HOTEL),
    "a duty is a square metre more": (
        column("roofs", "share_min", (0, 0.501)),
        GOOD,
        "roofs",
        HOTEL,
    ),
    "a duty is left": (house(), roof(0, 200), "roofs", HOTEL),
    "a plot is too small": (column("roofs", "plot_min_m2", (1, 201)), GOOD, "roofs", HOTEL),
    "all plots are too much": (
        column("roofs", "total_max_m2", (1, 199)),
        GOOD,
        "roofs",
        "roof use farm",
    ),
    "solar panels lie on lockers": (
        house(),
        roof(1, 0, option=t.KIOSK_LOCKER),
        "roofs",
        "locker on site kiosk",
    ),
    "a farm has less than nothing": (house(), roof(200, -200), "roofs", HOTEL),
    # floors, as they stand beside family 11
    "noisy and sensitive tenants meet on a level of two units": (
        needs("space", t.PRESS, 1).replace(
            levels=house().levels.replace(number=ints(0, 0)),
            tenants=house().tenants.replace(dock=np.zeros(11, dtype=bool)),
        ),
        GOOD,
        "floors",
        f"level 0 of {HOTEL}",
    ),
    # plan
    "interiors are missing": (house(), t.good_plan(), "plan", "interiors"),
    "interiors are told of plain hotels": (t.town(), GOOD, "plan", "interiors"),
    "a roof has too few columns": (
        house(),
        good_plan(roof_m2=whole(1, 2)),
        "plan",
        "interiors.roof_m2",
    ),
    "an annex is nowhere": (
        house(),
        good_plan(annex_level=ints(2)),
        "plan",
        "interiors.annex_level",
    ),
    "an amount is not a number": (
        house(),
        good_plan(amount=floats(50, np.nan)),
        "plan",
        "interiors.amount",
    ),
    "an annex stays when its tenant leaves": (
        house(),
        placed(t.BAKERY, -1),
        "plan",
        "interiors.annex_level",
    ),
    "an exchange stands twice": (
        house(),
        exchange(t.BAKERY, h.POOL, 1),
        "plan",
        "interiors.giver",
    ),
}
BESIDE = {"noisy and sensitive tenants meet on a level of two units": {"nuisance"}}
"""Families that a case breaks as well: blows and ears are on one level then."""


def test_the_good_plan_keeps_every_rule():
    assert check_plan(house(), GOOD) == ()


@pytest.mark.parametrize("name", CASES)
def test_a_broken_rule_is_named_and_no_other(name):
    problem, plan, family, where = CASES[name]
    found = {(one.family, one.where) for one in check_plan(problem, plan)}
    assert (family, where) in found
    assert {one for one, _ in found} - BESIDE.get(name, set()) == {family}


def test_every_family_of_hotels_is_broken_by_some_case():
    families = FAMILIES[FAMILIES.index("stacking") :]
    assert set(families) <= {family for _, _, family, _ in CASES.values()}
