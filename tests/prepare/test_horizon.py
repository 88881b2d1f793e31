"""Every rule over years of a scenario becomes the right arrays of the horizon."""

from __future__ import annotations

import io

import numpy as np
import pytest

from optimizer import run
from optimizer.core.refusal import Refusal
from optimizer.core.store import digest, load, save
from optimizer.core.timeline import available, period_problem, rent_shares
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario
from tests.prepare.over_years import OVER_YEARS, TINY, communes, write_town

EASD = "    - {name: East authority, jurisdictions: [Easd]}"


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    path = write_town(tmp_path_factory.mktemp("years"))
    return assemble(read_scenario(path)).problem


def assembled(folder, old="", new="", overrides=()):
    assert old in OVER_YEARS
    path = write_town(folder, OVER_YEARS.replace(old, new, 1) if old else OVER_YEARS)
    return assemble(read_scenario(path, overrides)).problem


def details(problem, start):
    return {line.what: line.detail for line in problem.audit if line.what.startswith(start)}


def test_without_a_horizon_ledgers_and_purses_stay_in_the_rules():
    problem = assemble(read_scenario(TINY / "scenario.yaml")).problem
    assert problem.horizon is None
    assert problem.rules.land.budget.tolist() == [100]
    assert problem.rules.money.budget.tolist() == [1_260_000]


def test_without_a_horizon_dates_of_sites_are_passed_over_and_the_audit_says_so(tmp_path):
    path = write_town(tmp_path).with_name("scenario.yaml")
    sites = path.with_name("sites.geojson")
    dated = '"zone": "meadow", "free_from_year": 2030'
    text = sites.read_text(encoding="utf-8").replace('"zone": "meadow"', dated)
    sites.write_text(text, encoding="utf-8")
    problem = assemble(read_scenario(path)).problem
    assert [line.count for line in problem.audit if line.what.startswith("with dates")] == [1]


def test_with_a_horizon_the_rules_have_no_ledgers_and_purses(problem):
    assert problem.rules.land.count == problem.rules.money.count == 0
    assert problem.horizon.land.count == 3
    assert problem.horizon.purses.count == 2


def test_periods_carry_their_years_and_factors(problem):
    periods = problem.horizon.periods
    assert periods.name == ("soon", "later")
    assert periods.first_year.tolist() == [2026, 2031]
    assert periods.years.tolist() == [5, 10]
    assert periods.demand_factor.tolist() == [1, 1.2]
    assert periods.land_price_factor.tolist() == [1, 1.3]
    assert periods.build_price_factor.tolist() == [1, 1.1]
    assert periods.operating_price_factor.tolist() == [1, 1.05]
    assert periods.rent_factor.tolist() == [1, 1.4]


def test_a_change_of_zoning_holds_in_periods_that_begin_in_its_year_or_later(problem):
    meadow, square = (problem.zoning.zone.index(name) for name in ("meadow", "square"))
    named = np.array(problem.designs.id)
    soon, later = problem.horizon.permits
    assert named[soon[meadow]].tolist() == ["hub.lease", "hub.buy", "hotel"]
    assert named[later[meadow]].tolist() == ["pavilion"]
    assert named[later[square]].tolist() == ["hub.lease", "hub.buy", "pavilion", "lockers"]
    assert (problem.zoning.permits == (soon | later)).all()


def test_an_option_that_only_a_later_zoning_permits_is_offered_and_waits(problem):
    design, site = problem.designs.id.index("pavilion"), problem.sites.id.index("meadow")
    option = (problem.options.site == site) & (problem.options.design == design)
    assert option.sum() == 1
    assert not period_problem(problem, 0).zoning.permits[problem.sites.zone[site], design]
    assert period_problem(problem, 1).zoning.permits[problem.sites.zone[site], design]


def test_the_last_of_several_changes_of_a_zone_holds(tmp_path):
    one = "{zone: meadow, from_year: 2030, permits: [pavilion], source: by hand}"
    two = one.replace("2030", "2026").replace("[pavilion]", "[]")
    permits = assembled(tmp_path, one, f"{one}\n    - {two}").horizon.permits
    assert permits[:, 1].any(axis=1).tolist() == [False, True]


def test_designs_carry_their_time_rules_once_for_each_tenure(problem):
    timing = problem.horizon.timing
    assert problem.designs.id == ("hub.lease", "hub.buy", "pavilion", "hotel", "lockers")
    assert timing.minimum_stay_years.tolist() == [5, 5, 0, 0, 0]
    assert timing.build_years.tolist() == [1, 1, 0, 0, 0]
    assert timing.closing_share.tolist() == [0, 0, 0.1, 0, 0]
    assert timing.resale_share.tolist() == [0, 0, 0.2, 0, 0]
    hub = problem.options.design == 0
    assert not available(problem)[0][hub].any()


def test_a_budget_may_be_a_share_of_the_past_rounded_down(problem):
    land = problem.horizon.land
    assert (land.name[0], land.budget_m2[0]) == ("soil", 250)
    assert (land.metric[0], land.basis[0]) == ("enaf_consumption", "footprint")
    assert (land.first_year[0], land.last_year[0]) == (2026, 2030)
    assert land.covers[0].tolist() == [True, True]


def test_a_share_means_what_is_written(tmp_path):
    past = "consumed_m2: 100, share: 0.29"  # in floating point 28.999...
    land = assembled(tmp_path, "consumed_m2: 501, share: 0.5", past).horizon.land
    assert land.budget_m2[0] == 29


def test_a_guarantee_of_its_own_gives_each_jurisdiction_at_least_so_much(problem):
    land = problem.horizon.land
    assert land.name[1:] == ("net, West", "net, East")
    assert land.covers[1:].tolist() == [[True, False], [False, True]]
    assert land.budget_m2[1:].tolist() == [200, 200]
    assert land.basis[1:] == ("parcel", "parcel")
    assert land.temporary[1:] == ("free", "free")
    assert "guarantee 200 m2" in details(problem, "land ledger")["land ledger 'net, East'"]


@pytest.mark.parametrize(
    ("guarantee", "pooled", "budgets"),
    [
        (100, False, [150, 150]),
        (100, True, [300]),
        (200, True, [400]),
        (200, False, [200, 200]),
    ],
)
def test_the_higher_of_budget_and_guarantees_counts(tmp_path, guarantee, pooled, budgets):
    change = f"guarantee_m2: {guarantee}\n      pooled: {str(pooled).lower()}"
    land = assembled(tmp_path, "guarantee_m2: 200", change).horizon.land
    assert land.budget_m2[1:].tolist() == budgets


def test_a_ledger_without_years_holds_over_the_whole_horizon(tmp_path):
    land = assembled(tmp_path, ", last_year: 2030", "").horizon.land
    assert (land.first_year[0], land.last_year[0]) == (2026, 2040)


def test_renaturation_is_numbered_by_jurisdiction(problem):
    found = problem.horizon.renaturation
    assert found.id == ("yard",)
    assert found.jurisdiction.tolist() == [problem.rules.jurisdiction.index("East")]
    figures = (found.area_m2, found.eur_m2, found.years, found.first_year)
    assert [int(figure[0]) for figure in figures] == [90, 70, 2, 2028]


def test_purses_carry_what_the_scenario_says_and_grants_of_a_period_add_up(problem):
    purses = problem.horizon.purses
    assert purses.name == ("joint", "east alone")
    assert purses.covers.tolist() == [[True, True], [False, True]]
    assert purses.opening_eur.tolist() == [500_000, 1]
    assert purses.grant_eur.tolist() == [[0, 10_000], [0, 0]]
    assert purses.borrow_max_eur.tolist() == [60_000, 0]
    assert purses.debt_end_max_eur.tolist() == [50_000, 0]
    assert purses.interest_rate.tolist() == [0.03, 0]
    assert purses.gamma.tolist() == [1, 0]
    assert purses.pays_running.tolist() == [True, False]
    assert purses.gets_rents.tolist() == [False, True]
    assert purses.subsidy_max_eur_year.tolist() == [900, -1]


def test_rents_rise_with_the_age_of_the_firm(problem):
    assert problem.tenants.id == ("smith", "joiner", "printer", "studio", "agency")
    assert problem.horizon.rents.founded_year.tolist() == [2025, 2010, 0, 2029, 2031]
    assert rent_shares(problem, 0).tolist() == [0.7, 1, 1, 0.4, 0.4]
    assert rent_shares(problem, 1).tolist() == [1, 1, 1, 0.7, 0.4]


def test_uses_carry_their_minimum_and_their_zones(problem):
    uses = problem.horizon.uses
    assert uses.name == ("production", "nature")
    assert uses.jurisdiction.tolist() == [-1, 1]
    assert uses.area_min_m2.tolist() == [100, 60]
    assert uses.first_year.tolist() == [2031, 2026]
    assert uses.permits.tolist() == [[False] * 3, [False, True, False]]
    assert uses.eur_m2_year.tolist() == [0, 2]
    assert uses.artificialises.tolist() == [True, False]


def test_quotas_know_their_first_year(problem):
    assert problem.horizon.quota_first_year.tolist() == [2031, 2026]
    assert period_problem(problem, 0).rules.quotas.at_least.tolist() == [0, 0]
    assert period_problem(problem, 1).rules.quotas.at_least.tolist() == [1, 0]


def test_firms_stand_on_their_sites_and_premises_lie_a_street_away(problem):
    firms = problem.horizon.firms
    assert firms.id == ("mason",)
    assert firms.site.tolist() == [problem.sites.id.index("depot")]
    assert firms.premises == ("shed",)
    assert firms.move_m[0, 0] == pytest.approx(360, abs=1)
    assert (firms.move_max_m, firms.jobs_lost_max, firms.job_lost_eur_year) == (500, 4, 300)


def test_a_stock_of_pavilions_is_one_by_one(problem):
    pavilions = problem.horizon.pavilions
    assert pavilions.id == ("tent-1", "tent-2")
    assert [problem.designs.id[design] for design in pavilions.design] == ["pavilion"] * 2
    assert pavilions.moves_max.tolist() == [1, 1]
    assert pavilions.move_eur.tolist() == [5000, 5000]
    assert pavilions.move_days.tolist() == [20, 20]


def test_a_single_pavilion_keeps_its_name(tmp_path):
    assert assembled(tmp_path, "count: 2, ").horizon.pavilions.id == ("tent",)


def test_members_of_a_cooperation_answer_for_their_demand_points(problem):
    cooperation = problem.horizon.cooperation
    assert cooperation.member == ("West authority", "East authority")
    assert cooperation.covers.tolist() == [[True, False], [False, True]]
    assert (cooperation.trades_land, cooperation.trades_money) == (True, False)
    where = dict(zip(problem.demand.id, cooperation.demand_jurisdiction.tolist(), strict=True))
    assert where == {"A": 0, "B": 0, "C": 1, "D": 1, "E": 0}


def refusal_of(path):
    with pytest.raises(Refusal) as refused:
        run.prepare(run.Request(path))
    return refused.value.faults


def test_a_member_with_an_unknown_jurisdiction_is_refused_where_it_stands(tmp_path):
    path = write_town(tmp_path, OVER_YEARS.replace(EASD.replace("Easd", "East"), EASD))
    (fault,) = refusal_of(path)
    assert (fault.code, fault.action) == ("F501", "did you mean 'East'?")
    line = path.read_text(encoding="utf-8").splitlines().index(EASD) + 1
    assert fault.place.startswith(f"{path}:{line}:")


def test_a_jurisdiction_without_a_member_is_refused(tmp_path):
    path = write_town(tmp_path)
    (tmp_path / "town" / "communes.geojson").write_text(communes("West", "Middle", "East"))
    (fault,) = refusal_of(path)
    assert (fault.code, fault.cause) == ("F510", "no member holds Middle")


def test_without_polygons_all_demand_is_the_first_jurisdictions_and_the_audit_says_so(tmp_path):
    sites = tmp_path / "town" / "sites.geojson"
    path = write_town(tmp_path, OVER_YEARS.replace("file: communes.geojson", "name: West"))
    stated = sites.read_text(encoding="utf-8").replace(
        '"zone": "meadow"', '"zone": "meadow", "jurisdiction": "East"'
    )
    sites.write_text(stated, encoding="utf-8")
    problem = assemble(read_scenario(path)).problem
    assert problem.rules.jurisdiction == ("West", "East")
    assert problem.horizon.cooperation.demand_jurisdiction.tolist() == [0] * 5
    assert [line.count for line in problem.audit if line.what.startswith("demand is West's")] == [5]


def test_long_leases_last_as_long_as_the_weights_say(problem):
    assert problem.prices.long_lease_years == 60


def test_rules_that_hold_in_no_period_are_told(tmp_path):
    problem = assembled(tmp_path, "last_year: 2030", "first_year: 2041, last_year: 2050")
    assert details(problem, "land budgets that hold in no period") == {
        "land budgets that hold in no period": "soil"
    }


def test_the_figures_over_years_are_listed_with_their_source(problem):
    found = {item.key: item for item in problem.assumptions}
    assert found["rules.land[soil].past.consumed_m2"].value == "501 m2"
    assert found["rules.land[soil].past.consumed_m2"].source == "law"
    assert found["horizon.periods[later].first_year"].value == "2031"
    assert found["horizon.periods[later].demand_factor"].source == "by hand"
    assert found["pavilions[tent].move_days"].value == "20 days"
    assert found["weights.long_lease_years"].value == "60 years"


def test_a_problem_with_a_horizon_comes_back_from_its_file(problem, tmp_path):
    buffer = io.BytesIO()
    save(buffer, problem)
    path = tmp_path / "problem.npz"
    path.write_bytes(buffer.getvalue())
    back, mark = load(path)
    assert mark == digest(back) == digest(problem)
    assert back.horizon.land.budget_m2.tolist() == [250, 200, 200]
    assert back.horizon.cooperation.member == problem.horizon.cooperation.member
