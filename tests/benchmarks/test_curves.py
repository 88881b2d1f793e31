"""Curves over growing cities of hotels say what the rows say."""

from __future__ import annotations

import pytest

from benchmarks.case import Case, Options
from benchmarks.curves import growing_hotels, reached_s
from benchmarks.rows import empty_row
from benchmarks.suites import cases_of
from benchmarks.suites.hotels import SIZES, city
from optimizer.core.limits import Limits


def row(firms, gap, trace=(), family="hotels_years"):
    case = Case(family, f"{firms // 12}x{firms}", limits=Limits(time_s=120.0))
    told = {"n": firms, "m": firms // 12, "gap": gap, "time_s": 120.0, "proof": "gap"}
    return empty_row("hotels", case) | told | {"trace": list(trace)}


def test_the_suite_grows_from_five_hotels_to_a_hundred_over_years_and_for_one_period():
    cases = list(cases_of("hotels", Options()))
    sizes = [f"{buildings}x{firms}" for buildings, firms in SIZES]
    assert sizes[0] == "5x60"
    assert sizes[-1] == "100x1200"
    assert [case.instance for case in cases] == sizes * 2
    assert {case.limits.time_s for case in cases} == {120.0}
    assert len({case.name for case in cases}) == len(cases)


def test_a_city_of_the_suite_has_its_hotels_firms_and_periods():
    over_years, alone = city(5, 60, 3), city(5, 60, 1)
    assert (over_years.sites.count, over_years.tenants.count) == (5, 60)
    assert over_years.horizon.periods.count == 3
    assert alone.horizon is None
    assert alone.hotels.growth.area_m2.shape == (0, 60)


def test_the_time_is_that_of_the_first_plan_within_two_percent():
    trace = [[1.0, None, -120.0], [2.0, -100.0, -104.0], [3.0, -100.0, -101.5]]
    assert reached_s(row(60, 0.015, trace)) == 3.0
    assert reached_s(row(60, 0.04, trace[:2])) is None
    assert reached_s(row(60, 0.015)) == 120.0


def test_a_row_of_each_size_is_a_mark_and_families_are_lines():
    rows = [row(60, 0.001), row(600, 0.018), row(1200, 0.05), row(60, 0.0, family="hotels_x")]
    gap, time = growing_hotels(rows)
    assert gap[2].count("<title>hotels_") == time[2].count("<title>hotels_") == 4
    assert (gap[2].count("<polyline"), time[2].count("<polyline")) == (3, 2)
    assert gap[2].count("hollow") == 1
    assert "years" in gap[1]


@pytest.mark.parametrize("rows", [[], [row(60, 0.1) | {"family": "pmedian_orlib"}]])
def test_other_families_draw_no_hotels(rows):
    assert growing_hotels(rows) == []
