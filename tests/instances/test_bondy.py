"""Bondy: real parcels, zones, people and firms become a problem over five periods."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from optimizer import engine
from optimizer.core.horizon import CONSUMPTION, NET
from optimizer.core.kinds import Kind, LandStatus
from optimizer.core.limits import Limits
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario

FOLDER = Path(__file__).parent.parent.parent / "instances" / "bondy"


@cache
def assembled():
    return assemble(read_scenario(FOLDER / "scenario.yaml"), cache=False)


def audit(words):
    return next(line for line in assembled().problem.audit if line.what == words)


def test_242_parcels_and_148_places_for_delivery_points_are_on_offer():
    problem = assembled().problem
    zone = np.array(problem.zoning.zone)[problem.sites.zone]
    delivery = np.isin(zone, ["counter", "forecourt"])
    assert (int((~delivery).sum()), int(delivery.sum())) == (242, 148)
    assert int((zone == "UA-B16").sum()) == 78
    natural = problem.sites.land_status == LandStatus.NATURAL
    assert set(zone[natural]) == {"N", "UEv"}
    assert int(natural.sum()) == 28


def test_the_parcel_is_the_whole_one_and_coverage_limits_what_is_usable():
    problem = assembled().problem
    sites = problem.sites
    activity = np.array(problem.zoning.zone)[sites.zone] == "UA-B16"
    assert (sites.area_m2 <= sites.parcel_m2).all()
    assert (sites.area_m2[activity] <= np.floor(0.7 * sites.parcel_m2[activity])).all()
    floors = 4 * np.floor(0.7 * sites.parcel_m2[activity])
    assert sites.floor_area_max_m2[activity].tolist() == floors.tolist()


def test_the_17_active_sites_of_basias_are_firms_on_their_parcels():
    problem = assembled().problem
    firms = problem.horizon.firms
    assert firms.count == 17
    assert (firms.area_m2 <= problem.sites.parcel_m2[firms.site]).all()
    assert "IDF9302122" in firms.id
    assert len(firms.premises) == 4


def test_former_industry_needs_clean_up_before_anything_opens():
    problem = assembled().problem
    ground, what = problem.horizon.ground, np.array(problem.sites.what)
    former = np.char.endswith(what.astype(str), "former industry")
    dirty = ground.clean_up_eur > 0
    assert (ground.clean_up_years[dirty] == 2).all()
    assert dirty.sum() >= 20
    assert not (dirty & ~former).any()


def test_everybody_of_the_grid_receives_eight_parcels_in_a_hundred_days():
    problem = assembled().problem
    assert audit("inhabitants from the grid").count == 65_548
    unserved = sum(item.parcels_per_day for item in problem.unserved)
    assert problem.demand.parcels_per_day.sum() + unserved == pytest.approx(65_548 * 0.08)
    assert unserved < 30


def test_the_land_ledgers_follow_the_law_period_by_period():
    land = assembled().problem.horizon.land
    assert land.metric == (CONSUMPTION, NET, NET)
    assert land.budget_m2.tolist() == [5_000, 900, 0]
    assert land.first_year.tolist() == [2026, 2031, 2046]
    assert land.last_year.tolist() == [2030, 2045, 2050]


def test_the_purse_is_that_of_lyon_by_inhabitants():
    purses = assembled().problem.horizon.purses
    assert abs(48_000_000 * 53_000 / 1_400_000 - purses.opening_eur[0]) < 500
    assert purses.grant_eur.tolist() == [[0, *4 * [1_817_000]]]


def test_a_zone_that_opens_later_already_has_its_options():
    problem = assembled().problem
    permits, zones = problem.horizon.permits, problem.zoning.zone
    hotel = problem.designs.id.index("hotel_2.buy")
    for zone in ("UEi", "N"):
        assert permits[:, zones.index(zone), hotel].tolist() == [False, False, True, True, True]
    where = np.array(zones)[problem.sites.zone[problem.options.site]]
    here = (problem.designs.kind[problem.options.design] == Kind.PRODUCTIVE_HOTEL) & (
        where == "UEi"
    )
    assert here.any()


def test_the_map_shows_all_parcels_and_zones():
    backdrop = assembled().backdrop
    assert backdrop.parcels.count >= 7_124
    assert backdrop.zones.count >= 145
    for owner in ("OpenStreetMap", "PLUi Est Ensemble", "DGFiP"):  # licences ask for their names
        assert owner in backdrop.credit
    assert {"UA30A22", "UH74M10"} <= set(backdrop.zone_name)


def test_a_short_solve_gives_a_programme_that_the_checker_accepts():
    problem = assembled().problem
    result = engine.solve(problem, Limits(work=600, threads=1))
    outcome, course = result.solution.outcome, result.solution.course
    assert result.verified, result.violations
    assert outcome.bound <= outcome.value < result.solution.baseline.objective
    assert (course.land_left_m2 >= 0).all()
    assert (course.debt_eur <= 1_500_000).all()
    assert course.debt_eur[0, -1] <= 500_000
    assert course.jobs_lost <= 30
    hotels = problem.designs.kind[problem.options.design] == Kind.PRODUCTIVE_HOTEL
    opened = np.array([plan.open_option[hotels].sum() for plan in result.solution.programme.plans])
    assert opened[0] == 0  # two years to build
    assert (opened[2:] >= 1).all()
