"""Terms and criteria of the hotel told in full, by hand; and what a folder must tell of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from optimizer.core.documents import DIGEST, digest_of
from optimizer.verify import check_plan, recompute, verify_folder
from optimizer.verify.case import Case
from optimizer.verify.challenge import cheaper_rest
from optimizer.verify.challenge import check as challenge
from optimizer.verify.paths import Paths
from tests.verify import town as t
from tests.verify.stacking import house as h
from tests.verify.stacking.house import column, good_plan, house
from tests.verify.town import floats, ints, result_of, write_folder


@pytest.fixture(scope="module")
def figures():
    return recompute(house(), good_plan())


def test_terms_are_those_by_hand(figures):
    assert figures.terms["fit_out"] == pytest.approx(41_000 * h.ANNUITY)
    assert figures.terms["services"] == 3000 - 4 * 1000
    # 50 MWh arrive in the house; of 50 MWh over 1,001 m 79.98 % arrive; one link
    assert figures.terms["symbiosis"] == pytest.approx(-60 * (50 + 50 * 0.7998) + 2 * 1001)
    assert figures.terms["roofs"] == -(4 * 200 + 9 * 200)


def test_criteria_are_those_by_hand(figures):
    assert figures.jobs_by_skill == {"manual": 21.0, "desk": 9.0}
    assert figures.sector_m2 == {"crafts": 1100.0}
    assert figures.exchanged == {"heat": pytest.approx(89.99)}
    assert figures.noise_share_max == 1.0


def test_terms_add_up_and_a_town_without_hotels_told_in_full_knows_none(figures):
    plain = recompute(t.town(), t.good_plan())
    new = ("fit_out", "services", "symbiosis", "roofs")
    assert all(plain.terms[name] == 0 for name in new)
    added = sum(figures.terms[name] for name in new)
    assert figures.objective == pytest.approx(plain.objective + added)
    assert figures.cost_eur_per_year == pytest.approx(plain.cost_eur_per_year + added)
    assert plain.sector_m2 == {}


def test_a_hybrid_unit_without_a_workshop_is_an_office_at_no_cost():
    anything = house("businesses", space=np.zeros(11, dtype=np.int8))
    assert recompute(anything, good_plan()).terms["fit_out"] == 0


def test_a_link_used_both_ways_is_paid_once():
    problem = house("symbiosis", partner_gives=floats(9).reshape(1, 1))
    both = good_plan(
        giver=ints(t.BAKERY, h.POOL),
        taker=ints(h.POOL, t.STUDIO),
        resource=ints(0, 0),
        amount=floats(50, 5),
    )
    assert check_plan(problem, both) == ()
    assert recompute(problem, both).terms["symbiosis"] == pytest.approx(
        -60 * 55 * 0.7998 + 2 * 1001
    )


def test_noise_is_a_share_of_what_the_background_leaves():
    problem = column("neighbours", "background_db", ((0, 0), 40.0))
    # ten per cent of the energy that 50 dB allow are there already
    assert recompute(problem, good_plan()).noise_share_max == pytest.approx(1 / 0.9, rel=2e-6)


def folder_of(path):
    """Write a sound folder and return result.json."""
    problem, plan = house(), good_plan()
    baseline = t.baseline_plan().replace(interiors=h.empty_interiors(problem))
    _, told = write_folder(path, problem, result_of(problem, plan, baseline))
    return told


def test_a_stored_result_verifies(tmp_path):
    folder_of(tmp_path)
    assert verify_folder(tmp_path) == ()


def _claim(told, where, value):
    *path, last = where
    for key in path:
        told = told[key]
    told[last] = value


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("criteria", "jobs_by_skill", "manual"), 22.0),
        (("criteria", "sector_m2", "crafts"), 1101.0),
        (("criteria", "exchanged", "heat"), 100.0),
        (("criteria", "noise_share_max"), 0.5),
        (("criteria", "terms", "roofs"), 0.0),
        (("baseline", "noise_share_max"), 0.1),
        (("tenants", 0, "unit"), "upper"),
        (("tenants", 0, "stage"), "plant"),
    ],
)
def test_a_claim_about_hotels_that_does_not_hold_is_named(tmp_path, where, value):
    told = folder_of(tmp_path)
    _claim(told, where, value)
    told[DIGEST] = digest_of(told)
    (tmp_path / "result.json").write_text(json.dumps(told), encoding="utf-8")
    last = where[-1] if len(where) != 3 or where[0] != "tenants" else f"tenants[0].{where[-1]}"
    assert any(str(last) in one.where for one in verify_folder(tmp_path) if one.family == "claim")


def test_a_bound_above_what_a_service_brings_is_refuted():
    """Without the canteen the plan is 1,000 EUR dearer: no bound can be above that with it."""
    problem, plan = house(), good_plan(service=np.zeros((10, 1), dtype=bool))
    case = Case(problem, plan, Paths(problem.streets))
    case = Case(problem, cheaper_rest(case), case.paths)
    value = recompute(problem, case.plan).objective
    (found,) = challenge(case, value, value - 999)
    assert found.words.startswith("with services where they pay, the plan costs")
    assert not any("services" in one.words for one in challenge(case, value, value - 1001))
