"""Partners pass land and money to each other; nothing is made of it, and nobody ends worse off."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import Cooperation
from optimizer.core.programme import Alliance, resting
from optimizer.verify import check_programme, recompute_programme, verify_folder
from optimizer.verify.horizon import check_alliance, member_costs
from tests.horizon import ints, whole
from tests.verify.horizon.decades import decades, part, programme
from tests.verify.horizon.makers import result_of, write_folder
from tests.verify.town import baseline_plan, floats

INNER, OUTER = range(2)
NEEDED_EUR = (20_000, 4_500 + 1_000 + 60 + 150 + 62, 62)
"""What happens on the outer sites: the pavilion; surgery, closing, clean-up, quarry; surgery."""


def cooperation(**changes):
    fields = {
        "member": ("inner town", "outer town"),
        "covers": np.eye(2, dtype=bool),
        "trades_land": True,
        "trades_money": True,
        "demand_jurisdiction": ints(INNER, OUTER),
    }
    return Cooperation(**{**fields, **changes})


def ledgers(**changes):
    """Return a ledger for each partner: the outer one lacks 5 m2 that the inner one has."""
    fields = {
        "name": ("inner soil", "outer soil"),
        "metric": ("enaf_consumption",) * 2,
        "basis": ("footprint",) * 2,
        "temporary": ("counts",) * 2,
        "source": ("by hand",) * 2,
        "covers": np.eye(2, dtype=bool),
        "budget_m2": whole(5, 300),
        "first_year": ints(0, 0),
        "last_year": ints(9999, 9999),
    }
    return part("land").replace(**{**fields, **changes})


def purses():
    return part("purses").replace(
        name=("inner purse", "outer purse"),
        source=("by hand",) * 2,
        covers=np.eye(2, dtype=bool),
        opening_eur=whole(2_000_000, 0),
        grant_eur=np.zeros((2, 3), dtype=np.int64),
        borrow_max_eur=whole(0, 0),
        debt_end_max_eur=whole(0, 0),
        interest_rate=floats(0, 0),
        gamma=ints(0, 0),
        pays_running=np.array([False, False]),
        gets_rents=np.array([False, False]),
        subsidy_max_eur_year=whole(-1, -1),
    )


def partners(**changes):
    parts = {"cooperation": cooperation(), "land": ledgers(), "purses": purses()}
    return decades(**{**parts, **changes})


def together(land=(-5, 5), eur=NEEDED_EUR):
    """Return the programme in which the inner town helps out."""
    return programme(
        land_transfer_m2=whole(*land),
        purse_transfer_eur=np.array([[-one for one in eur], eur], dtype=np.int64),
    )


def found(problem, decided):
    return {(one.family, one.where) for one in check_programme(problem, decided)}


def test_partners_together_keep_every_rule():
    assert found(partners(), together()) == set()


def test_transfers_stand_in_the_purses_and_ledgers():
    course = recompute_programme(partners(), together())
    assert course.cash["transfers"].tolist() == [[-one for one in NEEDED_EUR], list(NEEDED_EUR)]
    assert course.balance_eur[1].tolist() == [0, 0, 0]
    assert course.land_left_m2[:, 2].tolist() == [0, 0]


def test_a_euro_or_a_square_metre_less_is_not_enough():
    less = together(eur=(20_000, NEEDED_EUR[1] - 1, 62))
    assert ("money", "purse outer purse, period period 2") in found(partners(), less)
    less = together(land=(-4, 4))
    assert ("land", "land ledger outer soil, period period 2") in found(partners(), less)


def test_nothing_is_made_of_a_transfer():
    where = ("cooperation", "land ledgers inner soil, outer soil")
    assert where in found(partners(), together(land=(-5, 6)))
    decided = together()
    more = decided.purse_transfer_eur.copy()
    more[1, 0] += 1
    where = ("cooperation", "purses inner purse, outer purse, period period 1")
    assert found(partners(), decided.replace(purse_transfer_eur=more)) == {where}


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("trades_land", "land ledgers inner soil, outer soil"),
        ("trades_money", "purses inner purse, outer purse, period period 3"),
    ],
)
def test_partners_trade_only_what_the_scenario_lets_them(what, where):
    problem = partners(cooperation=cooperation(**{what: False}))
    assert ("cooperation", where) in found(problem, together())


@pytest.mark.parametrize(
    "differs",
    [
        {"metric": ("enaf_consumption", "net_artificialisation")},
        {"basis": ("parcel", "footprint")},
        {"first_year": ints(2021, 0)},
        {"last_year": ints(9999, 2050)},
    ],
)
def test_ledgers_that_count_otherwise_do_not_trade(differs):
    broken = found(partners(land=ledgers(**differs)), together())
    assert ("cooperation", "land ledgers inner soil") in broken
    assert ("cooperation", "land ledgers outer soil") in broken


def test_a_ledger_of_both_partners_does_not_trade():
    shared = np.array([[True, True], [False, True]])
    where = ("cooperation", "land ledgers inner soil, outer soil")
    assert where in found(partners(land=ledgers(covers=shared)), together())


def test_a_partner_does_not_shift_between_its_own_ledgers():
    covers = np.array([[False, True], [False, True]])
    where = ("cooperation", "land ledgers inner soil, outer soil")
    assert where in found(partners(land=ledgers(covers=covers)), together())


def without_traffic():
    """Return the partners where driving, walking, handling and carbon are free."""
    problem = partners()
    free = {
        name: one.replace(eur_per_hour=0.0, eur_per_km=0.0)
        for name, one in problem.prices.vehicles.items()
    }
    designs = problem.designs.replace(handling_eur_per_parcel=np.zeros(6))
    prices = problem.prices.replace(vehicles=free, co2e_eur_per_t=0.0, walk_eur_per_hour=0.0)
    return problem.replace(designs=designs, prices=prices)


def test_the_outer_town_answers_for_its_sites():
    pavilion = 300 * 10 + 20_000 / 20 + 3_000
    posts = 100 + 100 + 110
    once = 60 + 1_000 + 150
    surgery = 2 * 12.5
    right = (pavilion + posts + surgery) / 3 + once / 15
    assert member_costs(without_traffic(), together())[OUTER] == pytest.approx(right)


def test_shares_add_up_to_the_objective():
    whole_eur = recompute_programme(partners(), together()).criteria.objective
    shares = member_costs(partners(), together())
    assert shares.sum() == pytest.approx(whole_eur)
    swapped = partners(cooperation=cooperation(demand_jurisdiction=ints(OUTER, INNER)))
    other = member_costs(swapped, together())
    assert other.sum() == pytest.approx(whole_eur)
    assert abs(other[INNER] - shares[INNER]) > 1


def alliance(**changes):
    """Return payments by which each partner gains 1,000 EUR a year."""
    costs = member_costs(partners(), together())
    payment = floats(500, -500)
    fields = {
        "alone_bound": costs + payment + 1_000,
        "alone_value": costs + payment + 1_200,
        "joint_eur": costs,
        "payment_eur": payment,
        "proven": True,
    }
    return Alliance(**{**fields, **changes})


def faults(**changes):
    return [one.where for one in check_alliance(partners(), together(), alliance(**changes))]


def test_a_fair_alliance_is_accepted():
    assert faults() == []


def test_an_unfair_or_wrong_alliance_is_named():
    good = alliance()
    assert faults(payment_eur=floats(500, -499)) == ["alliance payment_eur"]
    assert faults(payment_eur=floats(1_501, -1_501)) == ["partner inner town"]
    assert faults(payment_eur=floats(1_501, -1_501), proven=False) == []
    assert faults(proven=False) == ["alliance proven"]
    assert "partner outer town" in faults(joint_eur=good.joint_eur + floats(0, 1))
    assert faults(alone_value=good.alone_bound - 1) == ["partner inner town", "partner outer town"]
    assert faults(alone_bound=floats(1)) == ["alliance alone_bound"]
    assert faults(alone_bound=floats(np.inf, 1)) == ["alliance alone_bound"]


def test_a_bound_alone_above_what_vans_cost_is_refuted():
    uses = part("uses").replace(area_min_m2=whole(0, 0, 0))
    problem = partners(uses=uses)
    designs = problem.designs.replace(minimum_parcels_per_day=np.zeros(6))
    problem = problem.replace(designs=designs)
    vans = resting(problem, (baseline_plan().replace(van_share=floats(1, 1)),) * 3)
    vans = vans.replace(
        plans=tuple(
            one.replace(pickup_point=ints(), pickup_option=ints(), pickup_share=floats())
            for one in vans.plans
        )
    )
    cost = member_costs(problem, vans)[OUTER]
    shares = member_costs(problem, together())
    for above, where in ((0.0, []), (1.0, ["partner outer town"])):
        payment = cost - shares[OUTER]
        bounds = floats(shares[INNER] - payment, cost + above)
        good = alliance(
            alone_bound=bounds,
            alone_value=bounds,
            joint_eur=shares,
            payment_eur=floats(-payment, payment),
        )
        found = check_alliance(problem, together(), good)
        assert [one.where for one in found] == where


def test_a_stored_alliance_is_read_again(tmp_path):
    result = result_of(partners(), together(), alliance=alliance())
    write_folder(tmp_path, partners(), result)
    assert verify_folder(tmp_path) == ()
    unfair = result_of(partners(), together(), alliance=alliance(payment_eur=floats(1_501, -1_501)))
    write_folder(tmp_path, partners(), unfair)
    assert {one.where for one in verify_folder(tmp_path)} == {"partner inner town"}
