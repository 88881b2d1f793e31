"""Symbiosis, shared services and roofs by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.siting.stacking.hand import changed, earned, firm, hotels
from tests.siting.village import HOTEL, optimum, quota, stated

KM_LON = 1000.0 / (6_371_000.0 * np.cos(np.radians(46.2))) * 180.0 / np.pi
"""Degrees of longitude of one km at the village."""


def trading(gives=(10.0, 0.0), takes=(0.0, 8.0), **fields):
    """Return two firms of 100 m2 that may exchange heat worth 3 EUR a unit."""
    symbiosis = {
        "resource": ("heat",),
        "source": ("by hand",),
        "unit": ("MWh",),
        "value_eur": [3.0],
        "loss_per_km": [0.0],
        "reach_m": [5000.0],
        "link_eur_m_year": [0.0],
        "gives": [[amount] for amount in gives],
        "takes": [[amount] for amount in takes],
        "partner_gives": np.zeros((0, 1)),
        "partner_takes": np.zeros((0, 1)),
    }
    return hotels(*(firm() for _ in gives), symbiosis=symbiosis | fields)


def with_partner(problem, km, gives=0.0, takes=0.0):
    """Return the problem with a partner so many km to the east."""
    return changed(
        problem,
        "symbiosis",
        partner_id=("works",),
        partner_lon=[6.1 + km * KM_LON],
        partner_lat=[46.2],
        partner_gives=[[gives]],
        partner_takes=[[takes]],
    )


def test_what_one_gives_another_takes():
    assert earned(trading()) == pytest.approx(200 + 3 * 8)
    assert earned(trading(takes=(0.0, 12.0))) == pytest.approx(200 + 3 * 10)
    _, plan = optimum(trading())
    assert plan.interiors.giver.tolist() == [0]
    assert plan.interiors.taker.tolist() == [1]
    assert plan.interiors.amount == pytest.approx([8.0])


def test_nobody_supplies_himself():
    assert earned(trading(gives=(10.0, 0.0), takes=(10.0, 0.0))) == pytest.approx(200)
    # 0 sends 4 to 1 and gets 6 from it: each could use more, but only of its own
    both = trading(gives=(10.0, 6.0), takes=(9.0, 4.0))
    assert earned(both) == pytest.approx(200 + 3 * 10)


def test_heat_is_lost_on_its_way():
    far = with_partner(trading(gives=(10.0, 0.0), takes=(0.0, 0.0)), km=2.0, takes=100.0)
    assert earned(far) == pytest.approx(200 + 3 * 10)
    assert earned(changed(far, "symbiosis", loss_per_km=[0.2])) == pytest.approx(200 + 3 * 6)
    assert earned(changed(far, "symbiosis", loss_per_km=[0.5])) == pytest.approx(200)


def test_what_is_taken_counts_on_arrival():
    near = with_partner(trading(gives=(0.0, 0.0), takes=(3.0, 0.0)), km=2.0, gives=5.0)
    near = changed(near, "symbiosis", loss_per_km=[0.2])
    assert earned(near) == pytest.approx(200 + 3 * 3)
    _, plan = optimum(near)
    assert plan.interiors.amount == pytest.approx([5.0])


def test_exchange_reaches_so_far_and_no_further():
    far = with_partner(trading(gives=(10.0, 0.0), takes=(0.0, 0.0)), km=2.0, takes=100.0)
    assert earned(changed(far, "symbiosis", reach_m=[2000.0])) == pytest.approx(230)
    assert earned(changed(far, "symbiosis", reach_m=[1999.0])) == pytest.approx(200)


def test_a_link_pays_once_for_both_ways_and_all_who_use_it():
    # both tenants give: 12 units, 36 EUR, over one link of 2000 m
    both = with_partner(trading(gives=(10.0, 2.0), takes=(0.0, 0.0)), km=2.0, takes=100.0)
    assert earned(changed(both, "symbiosis", link_eur_m_year=[0.01])) == pytest.approx(216)
    assert earned(changed(both, "symbiosis", link_eur_m_year=[0.018])) == pytest.approx(200)
    ways = with_partner(trading(gives=(10.0, 0.0), takes=(0.0, 4.0)), km=2.0, gives=4.0, takes=10.0)
    ways = changed(ways, "symbiosis", link_eur_m_year=[0.01])
    # 10 to the partner and 4 back over one link are worth 22; without it 4 stay in the house
    assert earned(ways) == pytest.approx(200 + 3 * 14 - 20)


def test_exchange_decides_who_comes():
    three = hotels(
        firm(),
        firm(),
        firm(),
        symbiosis=trading(gives=(10.0, 0.0, 0.0), takes=(0.0, 0.0, 8.0)).hotels.symbiosis,
    )
    _, plan = optimum(three)
    assert (plan.tenant_option >= 0).tolist() == [True, False, True]


def serving(firms, **fields):
    services = {
        "name": ("canteen",),
        "source": ("by hand",),
        "designs": [[False, False, True, False]],
        "eur_year": [10.0],
        "eur_tenant_year": [4.0],
        "tenants_min": [0],
    }
    return hotels(*(firm(50) for _ in range(firms)), services=services | fields)


def test_a_service_pays_above_a_number_of_tenants():
    assert earned(serving(2)) == pytest.approx(100)
    assert earned(serving(3)) == pytest.approx(150 + 2)
    assert earned(serving(3, tenants_min=[4])) == pytest.approx(150)
    assert earned(serving(4, tenants_min=[4])) == pytest.approx(200 + 6)
    assert earned(serving(4, designs=[[True, True, False, True]])) == pytest.approx(200)


def test_a_service_decides_how_many_come():
    # two of 100 m2 or four of 49 m2: rent 200 or 196, but four share the canteen for 6
    services = serving(4).hotels.services
    six = hotels(*(firm(100) for _ in range(2)), *(firm(49) for _ in range(4)), services=services)
    assert earned(six) == pytest.approx(196 + 6)


def roofed(sites=(0,), status=None, **fields):
    """Return a hotel with a roof of 100 m2 for panels (2 EUR a m2) and a farm (3 EUR a m2)."""
    roofs = {
        "name": ("panels", "farm"),
        "source": ("by hand", "by hand"),
        "net_eur_m2_year": [2.0, 3.0],
        "plot_min_m2": [0, 0],
        "share_min": [0.0, 0.0],
        "total_max_m2": [-1, -1],
    }
    problem = hotels(
        *(firm() for _ in range(2 * len(sites))),
        sites=sites,
        roofs=roofs | fields,
        equipment={"roof_m2": [0, 0, 100, 0]},
    )
    return problem if status is None else stated(problem, status)


def test_a_roof_serves_what_pays_best():
    assert earned(roofed()) == pytest.approx(200 + 300)
    assert earned(roofed(total_max_m2=[-1, 40])) == pytest.approx(200 + 3 * 40 + 2 * 60)
    assert earned(roofed(net_eur_m2_year=[-1.0, -2.0])) == pytest.approx(200)


def test_a_plot_is_large_enough_or_not_there():
    some = {"total_max_m2": [-1, 40], "plot_min_m2": [0, 41]}
    assert earned(roofed(**some)) == pytest.approx(200 + 200)
    # 61 m2 of panels leave 39 for the farm
    assert earned(roofed(total_max_m2=[-1, 40], plot_min_m2=[61, 0])) == pytest.approx(200 + 239)


def test_new_hotels_owe_a_share_of_their_roof():
    assert earned(roofed(share_min=[0.255, 0.0])) == pytest.approx(200 + 2 * 26 + 3 * 74)
    owed = {"share_min": [0.2, 0.0], "net_eur_m2_year": [-1.0, -2.0], "plot_min_m2": [50, 0]}
    assert earned(roofed(**owed)) == pytest.approx(200 - 20)
    # an existing hotel owes nothing; its 10 EUR of running costs are counted as 20 by `earned`
    assert earned(roofed(status=2, **owed)) == pytest.approx(200 + 10)


def test_what_all_roofs_may_give_limits_new_hotels():
    two = roofed(sites=(0, 1), share_min=[0.5, 0.0], total_max_m2=[99, -1])
    _, plan = optimum(two)
    assert int(plan.open_option.sum()) == 1
    free, plan = optimum(changed(two, "roofs", total_max_m2=[100, -1]))
    assert int(plan.open_option.sum()) == 2
    assert free == pytest.approx(100 + 2 * 20 - 400 - 2 * (100 + 150))
    assert optimum(quota(two, 1, at_least=2)) == (None, None)
    assert HOTEL == 2
