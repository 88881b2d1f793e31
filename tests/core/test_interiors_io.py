"""What is decided inside hotels goes to JSON by ids and names, and strictly back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.plan_io import plan_from_dict, plan_to_dict
from optimizer.core.refusal import Refusal
from tests.builders import grid_problem
from tests.core.plans import assert_same_plan, bare_interiors, furnished
from tests.hotels import busy_hotels, with_hotels
from tests.verify.makers import feasible_plan
from tests.verify.town import BAKERY, HALL_HOTEL, PRESS, STUDIO, good_plan, ints, town, whole


def full_town():
    """Return the line town with an annex of each kind, two roof uses, a service, heat and wood."""
    problem = with_hotels(
        town(),
        annexes={
            "tenant": ints(BAKERY, STUDIO, STUDIO),
            "share": np.array([0.2, 0.1, 0.3]),
            "space": np.zeros(3, dtype=np.int8),
            "load_kg_m2": whole(100, 100, 100),
            "levels_apart_max": ints(-1, -1, -1),
        },
        roofs={
            "name": ("solar", "solar"),
            "source": ("a", "b"),
            "net_eur_m2_year": np.array([4.0, 5.0]),
            "plot_min_m2": whole(0, 0),
            "share_min": np.zeros(2),
            "total_max_m2": whole(-1, -1),
        },
        services={
            "name": ("canteen",),
            "source": ("a",),
            "designs": np.ones((1, 6), dtype=bool),
            "eur_year": np.array([9000.0]),
            "eur_tenant_year": np.array([1000.0]),
            "tenants_min": ints(3),
        },
        symbiosis={
            "resource": ("heat", "wood"),
            "source": ("a", "a"),
            "unit": ("MWh", "t"),
            "value_eur": np.array([60.0, 40.0]),
            "loss_per_km": np.array([0.2, 0.0]),
            "reach_m": np.array([600.0, 2000.0]),
            "link_eur_m_year": np.array([8.0, 0.5]),
            "gives": np.zeros((11, 2)),
            "takes": np.zeros((11, 2)),
            "partner_id": ("bath", "press"),
            "partner_lon": np.array([6.1, 6.1]),
            "partner_lat": np.array([46.2, 46.2]),
            "partner_gives": np.zeros((2, 2)),
            "partner_takes": np.zeros((2, 2)),
        },
    )
    inside = bare_interiors(problem)
    roof, service = inside.roof_m2.copy(), inside.service.copy()
    roof[HALL_HOTEL], service[HALL_HOTEL] = (0, 120), True
    return problem, good_plan().replace(
        interiors=inside.replace(
            annex_level=ints(1, 0, 1),
            roof_m2=roof,
            service=service,
            giver=ints(BAKERY, 12),
            taker=ints(11, PRESS),
            resource=ints(0, 1),
            amount=np.array([30.5, 2.0]),
        )
    )


PROBLEM, PLAN = full_town()
HALL = {"site": "hall", "design": "hotel"}


def through_json(content):
    return json.loads(json.dumps(content, allow_nan=False))


def faults(change):
    data = through_json(plan_to_dict(PROBLEM, PLAN))
    change(data)
    with pytest.raises(Refusal) as refused:
        plan_from_dict(PROBLEM, data, "P")
    return [(fault.code, fault.place.removeprefix("P.")) for fault in refused.value.faults]


def test_units_annexes_roofs_services_and_exchanges_are_told_by_names():
    told = plan_to_dict(PROBLEM, PLAN)
    assert told["tenants"][2] == {"tenant": "studio", **HALL, "level": 1, "unit": "1-0"}
    assert told["annexes"] == [
        {"tenant": "bakery", "annex": 1, **HALL, "unit": "1-0"},
        {"tenant": "studio", "annex": 1, **HALL, "unit": "0-0"},
        {"tenant": "studio", "annex": 2, **HALL, "unit": "1-0"},
    ]
    assert told["roofs"] == [{**HALL, "use": "solar (2)", "area_m2": 120}]
    assert told["services"] == [{**HALL, "service": "canteen"}]
    heat, wood = told["exchanges"]
    assert heat == {
        "resource": "heat",
        "from": {"tenant": "bakery"},
        "to": {"partner": "bath"},
        "amount": 30.5,
    }
    assert (wood["from"], wood["to"]) == ({"partner": "press"}, {"tenant": "press"})


def test_a_plan_with_its_interiors_comes_back_the_same():
    assert_same_plan(plan_from_dict(PROBLEM, through_json(plan_to_dict(PROBLEM, PLAN)), "P"), PLAN)


def test_without_hotels_in_full_nothing_of_it_is_told_or_read():
    told = plan_to_dict(town(), good_plan())
    assert {"annexes", "roofs", "services", "exchanges"}.isdisjoint(told)
    assert "unit" not in told["tenants"][0]
    told["roofs"] = []
    with pytest.raises(Refusal, match="roofs F905"):
        plan_from_dict(town(), told, "P")


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 500))
def test_every_decision_inside_hotels_keeps_every_bit(seed):
    problem = grid_problem(points=10, sites=20, firms=30, seed=seed)
    problem = busy_hotels(problem, seed, annexes=0.5)
    plan = furnished(problem, feasible_plan(problem, seed), seed)
    told = plan_to_dict(problem, plan)
    back = plan_from_dict(problem, through_json(told), "P")
    assert_same_plan(back.interiors, plan.interiors)
    assert plan_to_dict(problem, back) == told


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("tenants", {"unit": "9"}),
        ("tenants", {"unit": 1}),
        ("tenants", {"level": 1}),
        ("annexes", {"tenant": "nobody"}),
        ("annexes", {"annex": 3}),
        ("annexes", {"annex": True}),
        ("annexes", {"unit": "roof"}),
        ("roofs", {"use": "pool"}),
        ("roofs", {"site": "moon"}),
        ("services", {"service": "taxi"}),
        ("exchanges", {"resource": "gold"}),
        ("exchanges", {"from": {"tenant": "bath"}}),
        ("exchanges", {"to": {"partner": "bakery"}}),
    ],
)
def test_what_the_problem_does_not_have_is_named(key, change):
    assert faults(lambda data: data[key][0].update(change)) == [("F906", f"{key}[0]")]


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("annexes", {"site": "yard", "design": "locker"}),
        ("roofs", {"area_m2": 1.5}),
        ("roofs", {"area_m2": True}),
        ("roofs", {"floor": 3}),
        ("services", {"eur": 3}),
        ("exchanges", {"amount": "much"}),
        ("exchanges", {"from": "bakery"}),
        ("exchanges", {"to": {"tenant": "bakery", "partner": "bath"}}),
    ],
)
def test_malformed_values_are_named(key, change):
    assert faults(lambda data: data[key][0].update(change)) == [("F907", f"{key}[0]")]


@pytest.mark.parametrize("key", ["annexes", "roofs", "services", "exchanges"])
def test_nothing_stands_twice_and_nothing_is_missing(key):
    count = len(plan_to_dict(PROBLEM, PLAN)[key])
    assert faults(lambda data: data[key].append(data[key][0])) == [("F907", f"{key}[{count}]")]
    assert faults(lambda data: data.pop(key)) == [("F905", key)]
    assert faults(lambda data: data.update({key: {}})) == [("F907", key)]
