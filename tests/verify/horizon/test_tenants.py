"""Tenants of the hotel over three periods: what moves cost, and hybrid units that switch."""

from __future__ import annotations

import json

import numpy as np
import pytest

from optimizer.core.horizon import Cooperation
from optimizer.core.programme import resting
from optimizer.verify import check_problem, check_programme, recompute_programme, verify_folder
from optimizer.verify.horizon import member_costs
from tests.horizon import periods, with_horizon
from tests.hotels import with_hotels
from tests.verify import town as t
from tests.verify.horizon.makers import result_of, write_folder
from tests.verify.stacking import house as h
from tests.verify.town import floats, ints, whole

COUNT, YEARS = 3, 15
NOWHERE = (-1, -1)
GROUND, UPPER, ELSEWHERE = (t.HALL_HOTEL, 0), (t.HALL_HOTEL, 1), (t.KIOSK_LOCKER, 0)
AREA_M2 = 205


def hybrid_town(areas=None, *, within=10.0, between=30.0, build=(1, 1, 1)):
    """Return the line town with two hybrid units and equal years; `areas` are the tailor's."""
    problem = t.town()
    problem = problem.replace(prices=problem.prices.replace(discount_rate=0.0))
    growth = {"move_within_eur_m2": within, "move_between_eur_m2": between}
    if areas is not None:
        area_m2 = np.tile(problem.tenants.area_m2, (COUNT, 1))
        area_m2[:, t.TAILOR] = areas
        growth |= {"area_m2": area_m2, "stage": (("series",) * 11,) * COUNT}
    problem = with_hotels(
        problem,
        units={
            "space": np.array([3, 3], dtype=np.int8),
            "fit_out_eur": whole(40_000, 50_001),
            "switch_eur": whole(4_000, 5_001),
        },
        businesses={"space": np.array(h.by_tenant(0, tailor=1, studio=2), dtype=np.int8)},
        growth=growth,
    )
    return with_horizon(problem, periods=periods(COUNT, build_price_factor=floats(*build)))


def story(problem, **homes):
    """Return a programme in which tenants are at home in some places, period by period."""
    plans = []
    for period in range(COUNT):
        plan = t.good_plan().replace(interiors=h.empty_interiors(problem))
        option, level = np.full((2, 11), -1, dtype=np.int32)
        for tenant, places in homes.items():
            who = {"tailor": t.TAILOR, "studio": t.STUDIO}[tenant]
            option[who], level[who] = places[period]
        plans.append(plan.replace(tenant_option=option, tenant_level=level))
    return resting(problem, tuple(plans))


def paid(term, problem, **homes):
    """Return a one-off term in EUR over the whole horizon."""
    found = recompute_programme(problem, story(problem, **homes)).criteria.terms
    return found[term] * YEARS


@pytest.mark.parametrize(
    ("places", "eur"),
    [
        ((UPPER, UPPER, UPPER), 0),
        ((NOWHERE, UPPER, UPPER), 0),
        ((UPPER, GROUND, GROUND), 10 * AREA_M2),
        ((UPPER, GROUND, UPPER), 20 * AREA_M2),
        ((UPPER, UPPER, ELSEWHERE), 30 * AREA_M2),
        ((UPPER, NOWHERE, UPPER), 30 * AREA_M2),
        ((UPPER, GROUND, NOWHERE), 40 * AREA_M2),
    ],
)
def test_a_tenant_pays_for_moves_within_between_and_away(places, eur):
    assert paid("tenant_moves", hybrid_town(), tailor=places) == pytest.approx(eur)


def test_a_move_is_paid_by_the_area_of_the_period_before():
    problem = hybrid_town(areas=(100, 200, 300))
    assert paid("tenant_moves", problem, tailor=(UPPER, GROUND, UPPER)) == pytest.approx(3_000)


def test_a_tenant_that_is_no_more_moves_at_no_cost():
    problem = hybrid_town(areas=(205, 0, 0))
    assert paid("tenant_moves", problem, tailor=(UPPER, NOWHERE, NOWHERE)) == 0
    problem = hybrid_town(areas=(205, 205, 0))
    eur = paid("tenant_moves", problem, tailor=(UPPER, NOWHERE, NOWHERE))
    assert eur == pytest.approx(30 * AREA_M2)


def test_a_move_is_paid_in_whole_euros():
    problem = hybrid_town(within=0.03)
    assert paid("tenant_moves", problem, tailor=(UPPER, GROUND, GROUND)) == pytest.approx(6)


@pytest.mark.parametrize(
    ("tailor", "studio", "eur"),
    [
        ("WWW", "...", 50_001),
        (".WW", "...", 50_001),
        ("W.W", "...", 50_001),
        ("...", "OOO", 0),
        ("W..", ".O.", 50_001 + 5_001),
        ("W.W", ".O.", 50_001 + 2 * 5_001),
        ("W..", "..O", 50_001 + 5_001),
        (".W.", "O.O", 50_001 + 5_001),
    ],
)
def test_a_hybrid_unit_is_fitted_out_once_and_then_switches(tailor, studio, eur):
    homes = {
        name: tuple(NOWHERE if one == "." else UPPER for one in places)
        for name, places in (("tailor", tailor), ("studio", studio))
    }
    assert paid("switching", hybrid_town(), **homes) == pytest.approx(eur)


def test_fit_out_and_switching_have_the_building_prices_of_their_period():
    problem = hybrid_town(build=(1.1, 1.2, 1.3))
    eur = paid(
        "switching",
        problem,
        tailor=(UPPER, NOWHERE, UPPER),
        studio=(NOWHERE, UPPER, NOWHERE),
    )
    assert eur == pytest.approx(55_001 + 6_001 + 6_501)  # 55,001.1 and 6,001.2 and 6,501.3


def test_each_unit_has_a_life_of_its_own():
    assert paid("switching", hybrid_town(), tailor=(UPPER, GROUND, GROUND)) == pytest.approx(
        50_001 + 40_000
    )


def full(**growth):
    """Return the hotel told in full over three periods in which nobody grows, and its story."""
    problem = h.house()
    area = np.tile(problem.tenants.area_m2, (COUNT, 1))
    told = {"area_m2": area, "stage": tuple((word,) * 11 for word in ("first", "then", "last"))}
    problem = with_horizon(h.house("growth", **{**told, **growth}), COUNT)
    return problem, resting(problem, (h.good_plan(),) * COUNT)


def test_the_hotel_told_in_full_keeps_every_rule_in_every_period():
    problem, decided = full()
    assert check_problem(problem) == ()
    assert check_programme(problem, decided) == ()


def test_a_fit_out_is_paid_once_over_years_and_not_every_year():
    problem, decided = full()
    terms = recompute_programme(problem, decided).criteria.terms
    worth = sum(1.05**-year for year in range(1, YEARS + 1))
    assert terms["fit_out"] == 0
    assert terms["switching"] == pytest.approx(41_000 / worth)


def test_nobody_has_a_place_before_it_is_there():
    problem, decided = full()
    area_m2 = problem.hotels.growth.area_m2.copy()
    area_m2[1, t.TAILOR] = 0
    problem, _ = full(area_m2=area_m2)
    found = {(one.family, one.where) for one in check_programme(problem, decided)}
    assert ("tenants", "tenant tailor, period period 2") in found
    assert ("stacking", "period period 2: tenant tailor") in found


def test_what_a_tenant_gives_and_employs_grows_with_it():
    problem, decided = full()
    area_m2 = problem.hotels.growth.area_m2.copy()
    area_m2[2, t.STUDIO] = 99
    problem, _ = full(area_m2=area_m2)
    course = recompute_programme(problem, decided)
    assert [one.jobs_by_skill["desk"] for one in course.periods] == pytest.approx([9, 9, 1.8])
    found = {(one.family, one.where) for one in check_programme(problem, decided)}
    assert ("symbiosis", "period period 3: tenant studio") in found
    weights = [sum(1.05**-year for year in range(5 * p + 1, 5 * p + 6)) for p in range(COUNT)]
    mean = (9 * weights[0] + 9 * weights[1] + 1.8 * weights[2]) / sum(weights)
    assert course.criteria.jobs_by_skill["desk"] == pytest.approx(mean)


def test_members_answer_for_all_that_hotels_cost():
    problem, decided = full()
    pool = problem.hotels.symbiosis
    problem = problem.replace(
        horizon=problem.horizon.replace(
            cooperation=Cooperation(
                member=("inner", "outer"),
                covers=np.eye(2, dtype=bool),
                trades_land=True,
                trades_money=True,
                demand_jurisdiction=ints(0, 1),
            )
        )
    )
    costs = member_costs(problem, decided)
    course = recompute_programme(problem, decided)
    assert sum(costs) == pytest.approx(course.criteria.objective)
    # everything of the hotel is in the inner town: dearer heat touches nobody else
    dearer = problem.replace(
        hotels=problem.hotels.replace(symbiosis=pool.replace(value_eur=floats(0)))
    )
    assert member_costs(dearer, decided) - costs == pytest.approx([60 * 89.99, 0])


@pytest.fixture
def told(tmp_path):
    """Write a folder and return what result.json says."""
    problem, decided = full()
    write_folder(tmp_path, problem, result_of(problem, decided))
    return json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))


def test_a_stored_programme_of_hotels_verifies(told, tmp_path):
    assert told["tenants"][-1]["stage"] == "last"
    assert verify_folder(tmp_path) == ()


@pytest.mark.parametrize("key", ["stage", "unit"])
def test_a_wrong_stage_or_unit_is_named(told, tmp_path, key):
    told["tenants"][-1][key] = "another"
    (tmp_path / "result.json").write_text(json.dumps(told), encoding="utf-8")
    where = f"tenants[{len(told['tenants']) - 1}].{key}"
    assert where in {one.where for one in verify_folder(tmp_path)}
