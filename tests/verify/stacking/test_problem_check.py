"""An unsound block of hotels is named before any plan is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.verify import check_problem
from tests.builders import grid_problem
from tests.horizon import with_horizon
from tests.hotels import busy_hotels, plain_hotels
from tests.verify.stacking.house import column, house
from tests.verify.town import floats, ints, whole

BROKEN = {
    "units": house().replace(hotels=house().hotels.replace(units=None)),
    "units.wet": house("units", wet=np.array([True])),
    "units.id": house("units", id=("one", "one")),
    "units.space": column("units", "space", (0, 4)),
    "units.tenants_max": column("units", "tenants_max", (0, -2)),
    "equipment.roof_m2": house("equipment", roof_m2=whole(1, 2)),
    "equipment.lift_trips_max": house("equipment", lift_trips_max=floats(*[1] * 6)),
    "businesses.space": column("businesses", "space", (0, 3)),
    "businesses.noise_db": column("businesses", "noise_db", ((0, 0), np.inf)),
    "businesses.dock_until": column("businesses", "dock_until", (0, 25)),
    "businesses.work_until": column("businesses", "work_until", (1, 7)),
    "businesses.jobs_by_skill": house("businesses", jobs_by_skill=np.zeros((11, 1))),
    "annexes.tenant": column("annexes", "tenant", (0, 11)),
    "annexes.share": column("annexes", "share", (0, 1.0)),
    "apart.levels": column("apart", "levels", (0, 0)),
    "apart.source": house("apart", source=("by hand",)),
    "neighbours.attenuation_db": column("neighbours", "attenuation_db", (0, -np.inf)),
    "neighbours.limit_db": column("neighbours", "limit_db", ((0, 0), np.nan)),
    "mix.share_max": column("mix", "share_max", (0, 1.01)),
    "mix.jobs_skill": column("mix", "jobs_skill", (0, 2)),
    "mix.covers": house("mix", covers=np.ones((1, 3), dtype=bool)),
    "access.node_walk": column("access", "node_walk", (0, 3)),
    "access.ride_s": house("access", ride_s=ints(1, 2)),
    "access.by": house("access", by=("walk", "boat")),
    "access.capture_share": house("access", capture_share=1.5),
    "access.limit_s": house("access", stop_walk_s=-1),
    "symbiosis.gives": column("symbiosis", "gives", (0, -1)),
    "symbiosis.partner_lon": house("symbiosis", partner_lon=floats()),
    "services.tenants_min": column("services", "tenants_min", (0, -1)),
    "roofs.share_min": column("roofs", "share_min", (0, 1.1)),
    "growth.area_m2": house(
        "growth", area_m2=np.ones((2, 11), dtype=np.int64), stage=(("series",) * 11,) * 2
    ),
    "growth.move_within_eur_m2": house("growth", move_between_eur_m2=-1.0),
    "growth.stage": house("growth", stage=(("plant",),)),
}


@pytest.mark.parametrize("where", BROKEN)
def test_an_unsound_figure_of_hotels_is_named(where):
    found = check_problem(BROKEN[where])
    assert {one.where for one in found} == {f"hotels.{where}"}
    assert {one.family for one in found} == {"problem"}


def test_the_hotel_by_hand_is_sound():
    assert check_problem(house()) == ()


def test_units_may_share_a_level_only_where_hotels_are_told_in_full():
    problem = house().replace(levels=house().levels.replace(number=ints(0, 0)))
    assert check_problem(problem) == ()
    assert [one.where for one in check_problem(problem.replace(hotels=None))] == ["levels"]


@pytest.mark.parametrize("seed", range(2))
def test_random_hotels_are_sound(seed):
    problem = grid_problem(columns=5, rows=5, points=6, sites=8, firms=14, seed=seed)
    assert check_problem(busy_hotels(problem, seed)) == ()
    years = with_horizon(problem, 3)
    assert check_problem(busy_hotels(years, seed, periods=3)) == ()


def test_a_town_without_sites_or_firms_is_sound():
    problem = grid_problem(points=0, sites=0, firms=0)
    assert check_problem(problem.replace(hotels=plain_hotels(problem))) == ()
