"""Every constraint family on the village: what a person finds by hand, the model finds too."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.kinds import OptionStatus
from tests.siting.village import (
    BASELINE_EUR,
    HOTEL,
    HUB,
    HUB_IN,
    LOCKER,
    budget_of,
    designed,
    optimum,
    quota,
    ruled,
    sited,
    stated,
    village,
)

REQUIRED, EXISTING, FORBIDDEN = (
    OptionStatus.REQUIRED,
    OptionStatus.EXISTING,
    OptionStatus.FORBIDDEN,
)
ANY_FIRM = (50, 100, 2.0, 0, False, 9, True)


def firm(**changes):
    names = ("area", "load", "height", "noise", "dock", "rent", "productive")
    return tuple((dict(zip(names, ANY_FIRM, strict=True)) | changes).values())


def value_of(problem):
    return optimum(problem)[0]


def demanding(problem, **changes):
    arrays = {key: np.array(item, dtype=float) for key, item in changes.items()}
    return problem.replace(demand=problem.demand.replace(**arrays))


def test_without_options_vans_serve_everybody():
    assert value_of(village(designs=())) == pytest.approx(BASELINE_EUR)


def test_a_hub_takes_the_dearest_parcels_first():
    assert value_of(village()) == pytest.approx(100 - 70 + 7)


# 1 service


def test_bikes_take_no_more_than_fits_a_bike():
    half = demanding(village(), bike_share_max=[0.5, 0.5])
    assert value_of(half) == pytest.approx(100 - (2.5 * 8 + 5 * 6) + 7)


def test_acceptance_counts_once_over_several_delivery_points():
    # one person in two walks 60 s; both lockers are that far from node 3 and 4 or at their door
    shy = ruled(
        village(designs=(LOCKER,), sites=(0, 1)),
        acceptance_walk_s=np.array([0.0, 60.0]),
        acceptance_share=np.array([0.5, 0.5]),
    )
    value, plan = optimum(shy)
    # half of the people: 2.5 parcels at node 4 and 5 at node 3, through "near" (saving 2 a parcel
    # of node 4: 8 - 6); a second locker (1 EUR) would save nothing at its own node
    assert plan.pickup_share.sum() <= 1.0 + 1e-9
    assert value == pytest.approx(100 - 2.5 * 2 + 1)


def test_unserved_parcels_cost_their_price_where_that_is_less():
    cheap = village(designs=())
    cheap = cheap.replace(prices=cheap.prices.replace(unserved_eur_per_parcel=7.0))
    value, plan = optimum(cheap)
    assert value == pytest.approx(60 + 5 * 7)
    assert plan.unserved_share.tolist() == [0.0, 1.0]


# 2 throughput


def test_capacity_holds_on_the_peak_day():
    assert value_of(ruled(village(), peak_day_factor=2.0)) == pytest.approx(100 - 5 * 8 + 7)


def test_a_minimum_use_that_demand_can_meet_is_met():
    busy = designed(
        stated(village(), REQUIRED),
        minimum_parcels_per_day=[12.0, 0, 0, 0],
        capacity_parcels_per_day=[12.0, 10, 0, 5],
    )
    assert value_of(busy) == pytest.approx(100 - (5 * 8 + 7 * 6) + 7)


def test_a_minimum_use_beyond_all_demand_cannot_be():
    busy = designed(
        stated(village(), REQUIRED),
        minimum_parcels_per_day=[16.0, 0, 0, 0],
        capacity_parcels_per_day=[20.0, 10, 0, 5],
    )
    assert value_of(busy) is None


# 3 reach


def test_bikes_ride_no_further_than_the_limit():
    assert value_of(ruled(village(), bike_limit_s=120)) == pytest.approx(37)
    assert value_of(ruled(village(), bike_limit_s=119)) == pytest.approx(100 - 60 + 7)


def test_people_walk_no_further_than_the_limit():
    lockers = village(designs=(LOCKER,))
    assert value_of(lockers) == pytest.approx(100 - 5 * 2 + 1)
    assert value_of(ruled(lockers, walk_limit_s=59)) == pytest.approx(BASELINE_EUR)


def test_people_who_choose_go_to_the_nearest():
    # the locker at "far" exists: people of node 4 go there (no saving), not to "near"
    both = village(designs=(LOCKER,), sites=(0, 1))
    both = stated(both, EXISTING, 1)
    assert value_of(both) == pytest.approx(100 - 10 + 1 + 1)
    assert value_of(ruled(both, pickup_choice="nearest")) == pytest.approx(100 + 1)


# 4 site


def test_two_designs_share_a_site_when_their_footprints_fit():
    both = village(designs=(HUB, HOTEL), tenants=[firm(area=100), firm(area=100)])
    assert value_of(both) == pytest.approx(37 + 20 - 200)
    narrow = sited(both, area_m2=[299, 400])
    assert value_of(narrow) == pytest.approx(100 + 20 - 200)


def test_a_required_design_needs_its_area():
    assert value_of(sited(stated(village(), REQUIRED), area_m2=[99, 400])) is None


def test_a_hub_inside_needs_its_hotel():
    # the hotel costs 20 and the hub in it 1, together they save 70
    assert value_of(village(designs=(HUB_IN, HOTEL))) == pytest.approx(100 - 70 + 21)
    lonely = stated(village(designs=(HUB_IN, HOTEL)), FORBIDDEN, 1)
    assert value_of(lonely) == pytest.approx(BASELINE_EUR)
    assert value_of(stated(lonely, REQUIRED, 0)) is None


# 5 zoning


def test_a_zone_that_does_not_permit_a_design_keeps_it_out():
    town = village()
    permits = np.array([[False, True, True, True]])
    closed = town.replace(zoning=town.zoning.replace(permits=permits))
    assert value_of(closed) == pytest.approx(BASELINE_EUR)
    assert value_of(stated(closed, REQUIRED)) is None
    assert value_of(stated(closed, EXISTING)) == pytest.approx(100 - 70 + 5)


# 6 land


def test_soil_is_consumed_up_to_the_budget():
    far = village(sites=(1,))  # natural soil; the same flows as from "near"
    assert value_of(budget_of(far, "land", 100)) == pytest.approx(37)
    assert value_of(budget_of(far, "land", 99)) == pytest.approx(BASELINE_EUR)
    assert value_of(budget_of(stated(far, REQUIRED), "land", 99)) is None


def test_a_parcel_counts_once_and_whole():
    far = ruled(village(designs=(HUB, LOCKER), sites=(1,)), land_basis="parcel")
    assert value_of(budget_of(far, "land", 400)) == pytest.approx(37)
    assert value_of(budget_of(stated(far, REQUIRED), "land", 400)) == pytest.approx(38)
    assert value_of(budget_of(stated(far, REQUIRED), "land", 399)) is None


# 7 money


def test_the_purse_pays_for_what_is_built():
    assert value_of(budget_of(village(), "money", 20)) == pytest.approx(37)
    assert value_of(budget_of(village(), "money", 19)) == pytest.approx(BASELINE_EUR)
    assert value_of(budget_of(stated(village(), REQUIRED), "money", 19)) is None
    assert value_of(budget_of(stated(village(), EXISTING), "money", 0)) == pytest.approx(35)


# 8 floors


@pytest.mark.parametrize(
    ("tenants", "let_m2"),
    [
        ([firm(area=100), firm(area=100), firm(area=1)], 200),
        ([firm(area=101)], 0),
        ([firm(area=60), firm(area=60), firm(area=60)], 120),
        ([firm(area=90, load=600), firm(area=90, load=600)], 90),
        ([firm(area=90, height=4.0), firm(area=90, height=4.0)], 90),
        ([firm(area=90, dock=True), firm(area=10, dock=True)], 90),
        ([firm(area=90, rent=0.5)], 0),
        ([firm(area=30, noise=1), firm(area=30, noise=-1)], 60),
        ([firm(area=60, noise=1), firm(area=90, noise=-1), firm(area=30, noise=-1)], 150),
    ],
)
def test_tenants_stand_where_floors_allow(tenants, let_m2):
    hotel = stated(village(designs=(HOTEL,), tenants=tenants), REQUIRED)
    assert value_of(hotel) == pytest.approx(100 + 20 - let_m2)


def test_noisy_tenants_stay_away_where_the_site_says_so():
    hotel = stated(village(designs=(HOTEL,), tenants=[firm(noise=1)]), REQUIRED)
    assert value_of(hotel) == pytest.approx(70)
    assert value_of(sited(hotel, noisy_allowed=[False, True])) == pytest.approx(120)


def test_a_hub_inside_takes_its_part_of_the_ground_floor():
    tenants = [firm(area=100), firm(area=60)]
    hotel = village(designs=(HUB_IN, HOTEL), tenants=tenants)
    assert value_of(hotel) == pytest.approx(100 - 70 + 21 - 160)
    assert value_of(designed(hotel, inside_hotel_m2=[0, 41, 0, 0])) == pytest.approx(
        100 - 70 + 21 - 100
    )


def test_a_productive_share_limits_the_others():
    tenants = [firm(area=60), firm(area=60, productive=False), firm(area=40, productive=False)]
    hotel = stated(village(designs=(HOTEL,), tenants=tenants), REQUIRED)
    assert value_of(hotel) == pytest.approx(120 - 160)
    half = designed(hotel, productive_share_min=[0, 0, 0.5, 0])
    assert value_of(half) == pytest.approx(120 - 120)


def test_a_hotel_must_let_enough():
    hotel = stated(village(designs=(HOTEL,), tenants=[firm(area=50)]), REQUIRED)
    assert value_of(designed(hotel, let_share_min=[0, 0, 0.25, 0])) == pytest.approx(70)
    assert value_of(designed(hotel, let_share_min=[0, 0, 0.26, 0])) is None


# 10 quotas


def test_quotas_count_what_is_open():
    both = village(sites=(0, 1))
    # two hubs serve all: 100 - 100 + 14; the second one adds 30 and costs 7
    assert value_of(both) == pytest.approx(14)
    assert value_of(quota(both, 0, at_most=1)) == pytest.approx(37)
    assert value_of(quota(both, 0, at_most=0)) == pytest.approx(BASELINE_EUR)
    assert value_of(quota(both, 0, at_least=2)) == pytest.approx(14)
    assert value_of(quota(both, 0, at_least=3)) is None


def test_forbidden_options_stay_closed():
    assert value_of(stated(village(), FORBIDDEN)) == pytest.approx(BASELINE_EUR)
