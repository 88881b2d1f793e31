"""Stacking and hybrid units by hand; without the rule under test another plan would be best."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.facilities import Levels
from optimizer.core.hotels import Space
from optimizer.core.kinds import Noise
from tests.siting.stacking.hand import changed, earned, firm, hotels, placed
from tests.siting.village import HOTEL, HUB_IN, designed, optimum

ANY, WORKSHOP, OFFICE, HYBRID = Space
GROUND, FIRST = 0, 1


def two_offices(**units):
    problem = hotels(firm(), firm(), units={key: np.array(item) for key, item in units.items()})
    return changed(problem, "businesses", space=np.array([OFFICE, OFFICE], dtype=np.int8))


def test_a_hotel_without_further_rules_is_what_it_was():
    assert earned(hotels(firm(), firm())) == pytest.approx(200)


def test_an_office_does_not_fit_in_a_workshop():
    assert earned(two_offices(space=[OFFICE, ANY])) == pytest.approx(200)
    assert earned(two_offices(space=[OFFICE, WORKSHOP])) == pytest.approx(100)


@pytest.mark.parametrize("need", ["wet", "vented"])
def test_who_needs_water_or_extraction_gets_a_unit_with_it(need):
    dry = hotels(firm(), firm(), units={need: [True, False]})
    assert earned(dry) == pytest.approx(200)
    assert earned(changed(dry, "businesses", **{need: [True, True]})) == pytest.approx(100)


def test_heavy_pieces_need_a_strong_lift_above_the_ground_floor_only():
    heavy = hotels(firm(), firm(), businesses={"lift_kg": [900, 900]})
    assert earned(changed(heavy, "units", lift_kg=[0, 1000])) == pytest.approx(200)
    assert earned(changed(heavy, "units", lift_kg=[0, 800])) == pytest.approx(100)


def test_lift_trips_count_above_the_ground_floor():
    small = hotels(firm(100), firm(50), firm(50), businesses={"lift_trips": [9, 5, 5]})
    assert earned(changed(small, "equipment", lift_trips_max=[-1, -1, 9, -1])) == pytest.approx(200)
    assert earned(changed(small, "equipment", lift_trips_max=[-1, -1, 8, -1])) == pytest.approx(150)


def test_a_unit_holds_so_many_tenants_at_most():
    small = hotels(firm(50), firm(50), firm(50), firm(50))
    assert earned(small) == pytest.approx(200)
    assert earned(changed(small, "units", tenants_max=[1, -1])) == pytest.approx(150)


def annexed(**annex):
    fields = {"tenant": [0], "share": [1 / 3], "space": [ANY], "load_kg_m2": [100]}
    return hotels(firm(150), annexes=fields | {"levels_apart_max": [-1]} | annex)


def test_a_tenant_with_an_annex_may_be_split_over_units():
    assert earned(hotels(firm(150))) == pytest.approx(0)
    problem = annexed()
    _, plan = optimum(problem)
    assert earned(problem) == pytest.approx(150)
    assert sorted([int(plan.tenant_level[0]), int(plan.interiors.annex_level[0])]) == [0, 1]


def test_an_annex_stays_near_its_main_part():
    assert earned(annexed(levels_apart_max=[1])) == pytest.approx(150)
    assert earned(annexed(levels_apart_max=[0])) == pytest.approx(0)


def test_an_annex_needs_its_own_load_and_space():
    assert earned(annexed(load_kg_m2=[2000])) == pytest.approx(0)
    shops = changed(annexed(), "units", space=[WORKSHOP, ANY])
    assert earned(shops) == pytest.approx(150)
    offices = changed(shops, "businesses", space=[WORKSHOP])
    assert earned(offices) == pytest.approx(150)
    assert earned(changed(offices, "units", space=[WORKSHOP, WORKSHOP])) == pytest.approx(150)
    narrow = changed(offices, "annexes", space=[OFFICE])
    assert earned(narrow) == pytest.approx(150)
    assert earned(changed(narrow, "units", space=[WORKSHOP, WORKSHOP])) == pytest.approx(0)


def test_an_annex_counts_in_the_area_of_its_unit():
    # main 100 and annex 50 leave 50 m2 of the two levels to another tenant
    both = hotels(
        firm(150),
        firm(51),
        annexes={
            "tenant": [0], "share": [1 / 3], "space": [ANY], "load_kg_m2": [100],
            "levels_apart_max": [-1],
        },
    )  # fmt: skip
    assert earned(both) == pytest.approx(150)


def test_let_and_productive_area_count_whole_tenants():
    problem = annexed()
    assert earned(designed(problem, let_share_min=[0, 0, 0.75, 0])) == pytest.approx(150)
    assert earned(designed(problem, let_share_min=[0, 0, 0.76, 0])) == pytest.approx(0)


def two_units_a_level(problem):
    """Return the problem with the ground floor in two units of 50 m2."""
    problem = problem.replace(
        levels=Levels(
            design=np.array([HOTEL] * 2, dtype=np.int32),
            number=np.array([0, 0], dtype=np.int32),
            area_m2=np.array([50, 50]),
            load_kg_m2=np.array([1000, 1000]),
            clear_height_m=np.array([5.0, 5.0]),
        )
    )
    return changed(problem, "units", position_m=[0.0, 20.0])


def test_noise_and_quiet_never_share_a_level_even_in_two_units():
    loud = two_units_a_level(hotels(firm(50, noise=Noise.NOISY), firm(50)))
    assert earned(loud) == pytest.approx(100)
    quiet = hotels(firm(50, noise=Noise.NOISY), firm(50, noise=Noise.SENSITIVE))
    assert earned(two_units_a_level(quiet)) == pytest.approx(50)


def test_a_hub_inside_takes_the_first_unit_of_the_ground_floor():
    # the hub inside takes 40 of the first 50 m2: one tenant of 50 m2 loses its place (50 EUR), and
    # the hub saves 10 * 6 + 5 * 8 - 1 less
    problem = two_units_a_level(hotels(firm(50), firm(50), designs=(HUB_IN, HOTEL)))
    with_hub, plan = optimum(problem)
    assert bool(plan.open_option.all())
    assert plan.tenant_level.tolist().count(1) == 1
    assert with_hub < 100 + 20 - 100


def hybrid(space, **more):
    problem = hotels(
        firm(),
        firm(),
        businesses={"space": np.array(space, dtype=np.int8)},
        units={"space": np.array([HYBRID, HYBRID], dtype=np.int8)},
    )
    return changed(problem, "units", **more) if more else problem


def test_a_hybrid_unit_costs_its_fitting_out_while_it_is_a_workshop():
    # annuity without interest: 300 / 10 years
    assert earned(hybrid([WORKSHOP, OFFICE], fit_out_eur=[300, 300])) == pytest.approx(200 - 30)
    assert earned(hybrid([ANY, OFFICE], fit_out_eur=[300, 300])) == pytest.approx(200)
    assert earned(hybrid([WORKSHOP, OFFICE], fit_out_eur=[1100, 1100])) == pytest.approx(100)
    assert placed(hybrid([WORKSHOP, OFFICE], fit_out_eur=[300, 200])) == [FIRST, GROUND]


def test_a_hybrid_unit_is_a_workshop_or_an_office():
    mixed = hotels(
        firm(50),
        firm(50),
        businesses={"space": np.array([WORKSHOP, OFFICE], dtype=np.int8)},
        units={
            "space": np.array([HYBRID, OFFICE], dtype=np.int8),
            "tenants_max": np.array([-1, 0], dtype=np.int32),
        },
    )
    assert earned(mixed) == pytest.approx(50)
    assert earned(changed(mixed, "units", space=np.array([ANY, OFFICE]))) == pytest.approx(100)


def test_a_tenant_without_area_has_no_place():
    assert placed(hotels(firm(0), firm(100)))[0] == -1
