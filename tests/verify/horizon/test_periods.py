"""What a period's problem differs in, by hand; dates and delays against the checker's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.horizon import Rents
from optimizer.core.kinds import OptionStatus
from optimizer.core.programme import resting
from optimizer.core.timeline import available, period_problem, rent_shares
from optimizer.verify import check_programme
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.time import obstacles
from optimizer.verify.paths import Paths
from tests.horizon import ints, periods, with_horizon
from tests.verify import town as t
from tests.verify.town import floats


def two_periods(**parts):
    return with_horizon(t.town(), **parts)


def families(problem, *plans):
    return {(one.family, one.where) for one in check_programme(problem, resting(problem, plans))}


def test_a_period_has_its_own_demand_and_prices():
    spans = periods(
        2,
        demand_factor=floats(1, 1.5),
        land_price_factor=floats(1, 1.1),
        build_price_factor=floats(1, 1.5),
        operating_price_factor=floats(1, 2),
        rent_factor=floats(1, 0.5),
    )
    problem = two_periods(periods=spans)
    later = period_problem(problem, 1)
    assert later.demand.parcels_per_day.tolist() == [150, 60]
    assert later.demand.stops_per_km2.tolist() == [150, 150]
    assert later.sites.stops_per_km2.tolist() == [150] * 5
    assert later.sites.price_eur_m2.tolist() == [550, 110, 990, 990, 330]
    assert later.sites.rent_eur_m2_year.tolist() == [12.5, 5, 10, 10, 7.5]
    assert later.designs.build_eur.tolist() == [15_000, 30_000, 75_000, 1_537_500, 1_500, 3_000]
    assert later.designs.running_eur_year[t.HALL_HUB] == 4_000
    assert later.designs.rent_eur_m2_year.max() == 50
    assert later.prices.vehicles["van"].eur_per_hour == 72
    assert later.horizon is None
    first = period_problem(problem, 0)
    assert first.demand.parcels_per_day.tolist() == [100, 40]
    assert first.prices.vehicles["van"].eur_per_hour == 36


def test_more_demand_fills_what_was_large_enough():
    spans = periods(2, demand_factor=floats(1, 1.01))
    problem = two_periods(periods=spans)
    found = families(problem, t.good_plan(), t.good_plan())
    assert ("throughput", "period period 2: hub_in on site hall") in found
    assert not [where for _, where in found if where.startswith("period period 1:")]


def test_zoning_changes_with_the_period():
    permits = np.ones((2, 2, 6), dtype=bool)
    permits[:, 1, :4] = False
    permits[1, 0, 1] = False  # no pavilions in mixed zones from the second period on
    found = families(two_periods(permits=permits), t.good_plan(), t.good_plan())
    assert found == {("zoning", "period period 2: pavilion on site meadow")}


def test_a_quota_holds_from_its_first_year_on():
    problem = t.town()
    quotas = problem.rules.quotas.replace(at_least=ints(3, 0, 1))
    problem = problem.replace(rules=problem.rules.replace(quotas=quotas))
    for year, broken in ((2026, 2), (2031, 1), (2032, 0)):
        dated = with_horizon(problem, quota_first_year=ints(year, 0, 0))
        found = families(dated, t.good_plan(), t.good_plan())
        assert len(found) == broken
        assert {family for family, _ in found} <= {"quotas"}


@pytest.mark.parametrize(
    ("founded", "share"), [(0, 1.0), (2026, 0.5), (2024, 0.5), (2023, 0.8), (2021, 1.0), (1950, 1)]
)
def test_a_firm_pays_by_its_age(founded, share):
    rents = Rents(ints(3, 5), floats(0.5, 0.8), ints(founded, *[0] * 10))
    problem = two_periods(rents=rents)
    assert rent_shares(problem, 0).tolist() == [share] + [1.0] * 10
    tenants = problem.tenants.replace(rent_share=np.full(11, 0.5))
    later = period_problem(problem.replace(tenants=tenants), 0)
    assert later.tenants.rent_share.tolist() == [0.5 * share] + [0.5] * 10


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_dates_and_delays_leave_the_same_options_available(data):
    def whole_years(count, low, high):
        values = data.draw(st.lists(st.integers(low, high), min_size=count, max_size=count))
        return np.array(values, dtype=np.int32)

    problem = two_periods(count=3)
    horizon = problem.horizon
    status = problem.options.status.copy()
    status[data.draw(st.integers(0, 9))] = OptionStatus.EXISTING
    problem = problem.replace(
        options=problem.options.replace(status=status),
        horizon=horizon.replace(
            timing=horizon.timing.replace(build_years=whole_years(6, 0, 8)),
            ground=horizon.ground.replace(
                free_from_year=whole_years(5, 2024, 2037),
                free_until_year=whole_years(5, 2028, 2045),
                clean_up_years=whole_years(5, 0, 8),
            ),
        ),
    )
    may = available(problem)
    years = Years(problem, resting(problem, (t.good_plan(),) * 3), Paths(problem.streets))
    for period in range(3):
        for option in range(10):
            free = not years.new[option] or not obstacles(years, option, period)
            assert may[period, option] == free
            closed = period_problem(problem, period).options.status[option]
            assert (closed == OptionStatus.FORBIDDEN) == (
                not free or status[option] == OptionStatus.FORBIDDEN
            )
