"""Every family of rules over years by hand: what it changes in a village of two hubs."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import Rents
from optimizer.core.kinds import OptionStatus
from tests.horizon import ints, land_ledger, periods, whole, with_horizon
from tests.siting.horizon.cases import (
    ONE_HUB,
    TWO_HUBS,
    VANS,
    brook,
    ground,
    health,
    mill,
    moving_sites,
    opened,
    optimum,
    timing,
    two_sites,
    value,
    with_purse,
)
from tests.siting.village import HOTEL, HUB, designed, sited, stated, village

HALF = (VANS + ONE_HUB) / 2


def single(**parts):
    """Return the village with a hub for "near" alone."""
    return with_horizon(village(), 2, 5, **parts)


def test_without_rules_every_period_takes_its_own_best():
    assert value(two_sites()) == pytest.approx(TWO_HUBS)


def test_periods_weigh_by_their_years():
    spans = periods(2, 5, demand_factor=np.array([1.0, 2.0]))
    # twice the parcels: 200 EUR by van, 120 of them saved by 10 parcels from node 4 at 8 EUR
    # and nothing else; 200 - 80 + 7 = 127
    assert value(single(periods=spans)) == pytest.approx((ONE_HUB + 127) / 2)
    assert value(with_horizon(village(), 2, 5)) == pytest.approx(ONE_HUB)


# -- time --


def test_a_site_free_for_a_while_hosts_a_hub_for_a_while():
    problem = single(ground=ground(free_until_year=ints(2030, 9999)))
    found, programme = optimum(problem)
    assert found == pytest.approx(HALF)
    assert opened(programme) == ["x", "."]


def test_a_minimum_stay_longer_than_the_site_is_free_keeps_the_hub_away():
    free = ground(free_until_year=ints(2030, 9999))
    assert value(single(ground=free, timing=timing(minimum_stay_years=ints(5, 0, 0, 0)))) < VANS
    stay = timing(minimum_stay_years=ints(6, 0, 0, 0))
    assert value(single(ground=free, timing=stay)) == pytest.approx(VANS)


def test_a_minimum_stay_keeps_a_hub_open_when_demand_has_gone():
    spans = periods(2, 5, demand_factor=np.array([1.0, 0.01]))
    free, programme = optimum(single(periods=spans))
    assert opened(programme) == ["x", "."]
    stay = timing(minimum_stay_years=ints(6, 0, 0, 0))
    found, programme = optimum(single(periods=spans, timing=stay))
    assert opened(programme) == ["x", "x"]
    assert found == pytest.approx(free + (7 - 1) / 2)


def test_building_takes_years_from_the_start_of_the_horizon():
    slow = timing(build_years=ints(2, 0, 0, 0))
    assert value(single(timing=slow)) == pytest.approx(HALF)
    dirty = ground(clean_up_years=ints(5, 0))
    assert value(single(ground=dirty)) == pytest.approx(HALF)
    assert value(single(timing=slow, ground=ground(clean_up_years=ints(4, 0)))) == VANS


def test_closing_is_paid_and_may_not_be_worth_it():
    free = ground(free_until_year=ints(2030, 9999))
    # 20 EUR of build cost: 15 of them paid on closing make 1.5 a year; 320 make 32, more than 31.5
    paid = single(ground=free, timing=timing(closing_share=np.array([0.75, 0, 0, 0])))
    assert value(paid) == pytest.approx(HALF + 1.5)
    dear = single(ground=free, timing=timing(closing_share=np.array([16.0, 0, 0, 0])))
    assert value(dear) == pytest.approx(VANS)


def test_clean_up_is_paid_once_at_the_first_touch():
    assert value(single(ground=ground(clean_up_eur=whole(100, 0)))) == pytest.approx(ONE_HUB + 10)
    assert value(single(ground=ground(clean_up_eur=whole(631, 0)))) == pytest.approx(VANS)


def test_what_is_required_comes_in_every_period_in_which_it_can():
    dear = stated(designed(village(), running_eur_year=[200.0, 1, 10, 1]), OptionStatus.REQUIRED)
    both = 100 - 70 + 2 + 200
    assert value(with_horizon(dear, 2, 5)) == pytest.approx(both)
    late = with_horizon(dear, 2, 5, ground=ground(free_from_year=ints(2031, 0)))
    assert value(late) == pytest.approx((VANS + both) / 2)
    never = with_horizon(dear, 2, 5, ground=ground(free_from_year=ints(2037, 0)))
    assert value(never) is None


def test_zoning_may_change_with_the_periods():
    problem = single()
    permits = problem.horizon.permits.copy()
    permits[0] = False
    changed = problem.replace(horizon=problem.horizon.replace(permits=permits))
    assert value(changed) == pytest.approx(HALF)


# -- land and renaturation --


def with_soil(problem, budget_m2, **changes):
    return problem.replace(
        horizon=problem.horizon.replace(land=land_ledger(problem, budget_m2, **changes))
    )


def test_natural_soil_is_built_on_within_the_budget():
    assert value(with_soil(two_sites(), 100)) == pytest.approx(TWO_HUBS)
    assert value(with_soil(two_sites(), 99)) == pytest.approx(ONE_HUB)


def test_the_basis_parcel_takes_the_whole_parcel_once():
    assert value(with_soil(two_sites(), 399, basis=("parcel",))) == pytest.approx(ONE_HUB)
    assert value(with_soil(two_sites(), 400, basis=("parcel",))) == pytest.approx(TWO_HUBS)


def test_soil_consumed_before_a_ledger_begins_is_not_its_concern():
    late = with_soil(two_sites(), 0, first_year=ints(2031))
    found, programme = optimum(late)
    assert found == pytest.approx(TWO_HUBS)
    assert opened(programme) == ["xx", "xx"]
    not_free = two_sites(ground=ground(free_from_year=ints(0, 2031)))
    assert value(not_free) == pytest.approx((ONE_HUB + TWO_HUBS) / 2)
    assert value(with_soil(not_free, 0, first_year=ints(2031))) == pytest.approx(ONE_HUB)


def test_a_ledger_that_has_ended_lets_the_next_period_build():
    ended = with_soil(two_sites(), 0, last_year=ints(2030))
    assert value(ended) == pytest.approx((ONE_HUB + TWO_HUBS) / 2)


@pytest.mark.parametrize("basis", ["footprint", "parcel"])
def test_temporary_designs_count_stay_or_leave_no_trace(basis):
    wild = sited(village(designs=(HUB,), sites=(0, 1)), land_status=np.array([1, 1], np.int8))
    problem = with_horizon(
        designed(wild, dismantlable=[True, False, False, False]), 2, 5, ground=moving_sites()
    )
    one = 100 if basis == "footprint" else 400
    for temporary, budget, expected in (
        ("counts", 2 * one, ONE_HUB),
        ("counts", 2 * one - 1, HALF),
        ("while_standing", one, ONE_HUB),
        ("while_standing", one - 1, VANS),
        ("free", 0, ONE_HUB),
    ):
        ruled_by = with_soil(problem, budget, temporary=(temporary,), basis=(basis,))
        assert value(ruled_by) == pytest.approx(expected), (temporary, budget)


NET = ("net_artificialisation",)


def test_net_zero_is_met_by_giving_soil_back():
    found, programme = optimum(with_soil(two_sites(renaturation=brook()), 0, metric=NET))
    assert found == pytest.approx(TWO_HUBS + 10)
    assert programme.renaturation_m2.tolist() == [[100, 0]]
    assert value(with_soil(two_sites(renaturation=brook()), 0)) == pytest.approx(ONE_HUB)


def test_renaturation_counts_once_its_years_are_over():
    slow = brook(years=ints(6))
    expected = (ONE_HUB + TWO_HUBS) / 2 + 10
    assert value(with_soil(two_sites(renaturation=slow), 0, metric=NET)) == pytest.approx(expected)
    later = brook(first_year=ints(2027))
    assert value(with_soil(two_sites(renaturation=later), 0, metric=NET)) == expected


def test_a_project_gives_no_more_than_its_area():
    small = brook(area_m2=whole(99))
    assert value(with_soil(two_sites(renaturation=small), 0, metric=NET)) == pytest.approx(ONE_HUB)


# -- money and subsidy --


def test_a_purse_pays_for_what_is_built():
    assert value(with_purse(two_sites(), 40)) == pytest.approx(TWO_HUBS)
    assert value(with_purse(two_sites(), 39)) == pytest.approx(ONE_HUB)
    assert value(with_purse(two_sites(), 19)) == pytest.approx(VANS)


def test_grants_come_when_they_come_and_debt_bridges_the_time():
    later = np.array([[0, 20]])
    assert value(with_purse(two_sites(), 20, grant_eur=later)) == pytest.approx(
        (ONE_HUB + TWO_HUBS) / 2
    )
    debt = with_purse(two_sites(), 20, grant_eur=later, borrow_max_eur=whole(20))
    assert value(debt) == pytest.approx(TWO_HUBS)


def test_interest_has_to_be_paid_back_too():
    rule = {"grant_eur": np.array([[0, 20]]), "borrow_max_eur": whole(20)}
    # five years at 2 % of 20 EUR are 2 EUR
    dear = with_purse(two_sites(), 20, interest_rate=np.array([0.02]), **rule)
    assert value(dear) == pytest.approx((ONE_HUB + TWO_HUBS) / 2)
    allowed = with_purse(
        two_sites(), 20, interest_rate=np.array([0.02]), debt_end_max_eur=whole(2), **rule
    )
    assert value(allowed) == pytest.approx(TWO_HUBS)
    # half a euro of interest is rounded to even: 20 * 0.5 % * 5 = 0.5 -> 0
    even = with_purse(two_sites(), 20, interest_rate=np.array([0.005]), **rule)
    assert value(even) == pytest.approx(TWO_HUBS)


def test_bought_land_leaves_the_purse_and_comes_back_when_it_is_sold():
    bought = designed(village(designs=(HUB,), sites=(0, 1)), running_eur_year=[5.0, 1, 10, 1])
    bought = bought.replace(
        designs=bought.designs.replace(tenure=("buy", "lease", "lease", "lease")),
        sites=bought.sites.replace(price_eur_m2=whole(3, 3)),
    )
    problem = with_horizon(bought, 2, 5, ground=moving_sites())
    # 300 + 20 EUR at first; then 300 come back and pay for the next land, but not for its building
    assert value(with_purse(problem, 340)) == pytest.approx(ONE_HUB)
    assert value(with_purse(problem, 339)) == pytest.approx(HALF)
    resale = problem.replace(
        horizon=problem.horizon.replace(timing=timing(resale_share=np.array([0.5, 0, 0, 0])))
    )
    assert value(with_purse(resale, 330)) == pytest.approx(ONE_HUB)
    assert value(with_purse(resale, 329)) == pytest.approx(HALF)


def test_a_purse_that_pays_running_costs_needs_more():
    assert value(with_purse(single(), 20, pays_running=np.array([True]))) == pytest.approx(VANS)
    paid = with_purse(single(), 45, pays_running=np.array([True]))
    assert value(paid) == pytest.approx(HALF)
    assert value(with_purse(single(), 70, pays_running=np.array([True]))) == ONE_HUB


def test_clean_up_and_its_surprises_are_kept_for():
    dirty = ground(clean_up_eur=whole(10, 10), clean_up_deviation_eur=whole(7, 5))
    problem = two_sites(ground=dirty)
    for gamma, enough in ((0, 60), (1, 67), (2, 72)):
        assert value(with_purse(problem, enough, gamma=ints(gamma))) == pytest.approx(TWO_HUBS + 2)
        short = with_purse(problem, enough - 1, gamma=ints(gamma))
        assert value(short) == pytest.approx(ONE_HUB + 1)


def hotel(*tenants, job_eur=0.0, **parts):
    problem = village(designs=(HOTEL,), tenants=tenants)
    prices = problem.prices.replace(job_eur_year=job_eur)
    return with_horizon(problem.replace(prices=prices), 2, 5, **parts)


CRAFT = (50, 1, 1, 0, False, 9, True)


def test_rents_fill_the_purse_from_their_first_period_on():
    # 100 EUR to build, 2 * 50 m2 * 5 years = 500 EUR of rent a period
    poor = hotel(CRAFT, CRAFT)
    assert value(with_purse(poor, 99)) == pytest.approx(VANS)
    rich = with_purse(poor, 0, gets_rents=np.array([True]))
    assert value(rich) == pytest.approx(VANS + 20 - 100)


def test_young_firms_are_spared_rent_only_within_the_cap():
    rents = Rents(ints(3), np.array([0.5]), ints(2025))
    problem = hotel(CRAFT, job_eur=100.0, rents=rents)
    # 20 EUR for the hotel, 25 and then 50 EUR of rent, 100 EUR for the job
    free = VANS + 20 - 100 - (25 + 50) / 2
    assert value(with_purse(problem, 999)) == pytest.approx(free)
    capped = {"subsidy_max_eur_year": whole(24)}
    found, programme = optimum(with_purse(problem, 999, **capped))
    assert found == pytest.approx((VANS + VANS + 20 - 150) / 2)
    assert [plan.tenant_option.tolist() for plan in programme.plans] == [[-1], [0]]
    # the owner pays what is spared: 25 EUR in each of five years, beside 100 EUR to build
    paid = {"subsidy_max_eur_year": whole(25)}
    assert value(with_purse(problem, 225, **paid)) == pytest.approx(free)
    assert value(with_purse(problem, 224, **paid)) == pytest.approx(found)


# -- uses and firms --


def test_a_use_takes_a_whole_site_from_what_would_be_built_there():
    found, programme = optimum(two_sites(uses=health()))
    assert found == pytest.approx(ONE_HUB)
    assert (programme.use >= 0).sum() == 2
    late, programme = optimum(two_sites(uses=health(first_year=ints(2031))))
    assert late == pytest.approx((ONE_HUB + TWO_HUBS) / 2)


def test_a_use_costs_its_price_and_seals_soil():
    assert value(two_sites(uses=health(eur_m2_year=np.array([0.01])))) == pytest.approx(ONE_HUB + 4)
    sealing = health(artificialises=np.array([True]))
    found, programme = optimum(with_soil(two_sites(uses=sealing), 100))
    assert found == pytest.approx(ONE_HUB)
    assert programme.use[:, 0].tolist() == [0, 0]


def test_a_use_goes_only_where_its_zone_permits():
    nowhere = health(permits=np.zeros((1, 1), dtype=bool))
    assert value(two_sites(uses=nowhere)) is None


def test_own_designs_count_for_production_and_logistics():
    asked = health(name=("logistics",), area_min_m2=whole(200))
    dear = designed(village(designs=(HUB,), sites=(0, 1)), running_eur_year=[95.0, 1, 10, 1])
    assert value(with_horizon(dear, 2, 5)) == VANS
    found, programme = optimum(with_horizon(dear, 2, 5, uses=asked))
    assert opened(programme) == ["xx", "xx"]
    assert found == pytest.approx(2 * 97)


def test_a_firm_moves_before_a_hub_comes_or_is_lost():
    found, programme = optimum(two_sites(firms=mill()))
    assert found == pytest.approx(TWO_HUBS + 1)
    assert (programme.firm_leaves.tolist(), programme.firm_premises.tolist()) == ([0], [0])
    assert value(two_sites(firms=mill(move_m=np.array([[501.0]])))) == pytest.approx(TWO_HUBS + 3)
    small = mill(premises_area_m2=whole(349))
    assert value(two_sites(firms=small)) == pytest.approx(TWO_HUBS + 3)


def test_lost_jobs_are_weighed_and_limited():
    far = {"move_m": np.array([[501.0]])}
    weighed = mill(job_lost_eur_year=2.0, **far)
    assert value(two_sites(firms=weighed)) == pytest.approx(TWO_HUBS + 3 + 8)
    limited = mill(jobs_lost_max=3.0, **far)
    assert value(two_sites(firms=limited)) == pytest.approx(ONE_HUB)


def test_a_firm_may_stay_beside_what_its_parcel_has_room_for():
    beside = mill(may_stay=np.array([True]), area_m2=whole(300))
    assert value(two_sites(firms=beside)) == pytest.approx(TWO_HUBS)
    too_large = mill(may_stay=np.array([True]), area_m2=whole(301))
    assert value(two_sites(firms=too_large)) == pytest.approx(TWO_HUBS + 1)
