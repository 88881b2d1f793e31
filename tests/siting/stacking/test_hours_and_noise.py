"""Docks by the hour, who keeps apart, and noise at neighbours, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.siting.stacking.hand import changed, earned, firm, hotels, placed
from tests.siting.village import HOTEL, HUB_IN, designed, optimum, stated

SILENT = -np.inf


def docked(minutes, begin, end, docks=1):
    problem = hotels(
        *(firm(50) for _ in minutes),
        businesses={
            "dock_minutes": np.array(minutes),
            "dock_from": np.array(begin),
            "dock_until": np.array(end),
        },
    )
    return designed(problem, docks=[0, 0, docks, 0])


def test_one_dock_serves_one_hour_of_work_an_hour():
    assert earned(docked([60, 60], [8, 8], [9, 9])) == pytest.approx(50)
    assert earned(docked([60, 60], [8, 8], [9, 9], docks=2)) == pytest.approx(100)
    assert earned(docked([60, 60], [8, 8], [9, 10])) == pytest.approx(100)


def test_windows_that_lie_within_one_another_are_counted_together():
    # three tenants between 8 and 10: 40 minutes each fit (120), 41 do not
    assert earned(docked([40, 40, 40], [8, 8, 9], [9, 10, 10])) == pytest.approx(150)
    assert earned(docked([41, 41, 41], [8, 8, 9], [9, 10, 10])) == pytest.approx(100)


def test_a_tenant_with_a_dock_of_its_own_has_it_all_day():
    both = hotels(
        firm(50, dock=True),
        firm(50),
        businesses={"dock_minutes": [0, 10], "dock_from": [0, 6], "dock_until": [24, 7]},
    )
    assert earned(both) == pytest.approx(50)
    assert earned(designed(both, docks=[0, 0, 2, 0])) == pytest.approx(100)


def test_a_hub_inside_takes_docks():
    problem = hotels(firm(50, dock=True), designs=(HUB_IN, HOTEL))
    problem = stated(problem, 2)
    free, _ = optimum(problem)
    taken, plan = optimum(changed(problem, "equipment", inside_docks=np.array([0, 1, 0, 0])))
    assert taken == pytest.approx(free + 50)
    assert plan.tenant_option.tolist() == [-1]


def pair(levels=2, distance_m=np.inf, *, same_hours=False, **businesses):
    return hotels(
        firm(),
        firm(),
        apart={
            "name": ("one from two",),
            "source": ("by hand",),
            "first": [[True, False]],
            "second": [[False, True]],
            "levels": [levels],
            "distance_m": [distance_m],
            "same_hours": [same_hours],
        },
        businesses=businesses,
    )


def test_groups_keep_so_many_levels_apart():
    assert earned(pair(levels=1)) == pytest.approx(200)
    assert earned(pair(levels=2)) == pytest.approx(100)


def test_or_so_far_along_the_building():
    far = {"position_m": np.array([0.0, 20.0])}
    assert earned(changed(pair(distance_m=20.0), "units", **far)) == pytest.approx(200)
    assert earned(changed(pair(distance_m=20.5), "units", **far)) == pytest.approx(100)


def test_but_only_while_both_work():
    assert earned(pair(same_hours=True, work_from=[6, 14], work_until=[14, 22])) == 200
    assert earned(pair(same_hours=True, work_from=[6, 13], work_until=[14, 22])) == 100
    # 22 to 30 o'clock is a night shift that lasts until six
    assert earned(pair(same_hours=True, work_from=[22, 5], work_until=[30, 12])) == 100
    assert earned(pair(same_hours=True, work_from=[22, 6], work_until=[30, 12])) == 200


def test_a_group_that_keeps_apart_from_itself():
    # three of one trade, one level apart: one on each level; a tenant is no stranger to itself
    problem = hotels(
        *(firm(50) for _ in range(3)),
        apart={
            "name": ("trade",),
            "source": ("by hand",),
            "first": [[True, True, True]],
            "second": [[True, True, False]],
            "levels": [1],
            "distance_m": [np.inf],
            "same_hours": [False],
        },
    )
    assert earned(problem) == pytest.approx(100)
    assert earned(changed(problem, "apart", second=[[True, False, False]])) == pytest.approx(150)


def heard(power, limit=50.0, background=SILENT, attenuation=10.0):
    """Return two tenants of this sound power by band with one neighbour of site 0."""
    return hotels(
        firm(),
        firm(),
        businesses={"noise_db": np.array(power)},
        neighbours={
            "id": ("home",),
            "lon": [6.1],
            "lat": [46.2],
            "limit_db": [[limit] * 3],
            "background_db": [[background] * 3],
            "attenuation_db": [[attenuation], [np.inf]],
        },
    )


def test_two_sources_are_three_decibels_louder_than_one():
    # limit 50, attenuation 10: two sources of 57 dB make 47 + 3.01 at the neighbour
    assert earned(heard([[57.0, SILENT, SILENT]] * 2)) == pytest.approx(100)
    assert earned(heard([[56.9, SILENT, SILENT]] * 2)) == pytest.approx(200)


def test_bands_do_not_add_up():
    assert earned(heard([[59, SILENT, SILENT], [SILENT, 59, SILENT]])) == pytest.approx(200)


def test_the_background_takes_its_part_of_the_limit():
    loud = [[56.0, SILENT, SILENT]] * 2
    assert earned(heard(loud)) == pytest.approx(200)
    assert earned(heard(loud, background=46.0)) == pytest.approx(100)
    assert earned(heard(loud, background=50.0)) == pytest.approx(0)


def test_who_is_too_far_does_not_hear():
    assert earned(heard([[90.0, 90.0, 90.0]] * 2, attenuation=np.inf)) == pytest.approx(200)


def test_noise_of_two_hotels_adds_up():
    quiet = heard([[57.0, SILENT, SILENT]] * 2)
    two = hotels(firm(), firm(), sites=(0, 1)).replace(hotels=quiet.hotels)
    two = changed(two, "neighbours", attenuation_db=[[10.0], [10.0]])
    assert earned(designed(two, docks=[0, 0, 9, 0])) == pytest.approx(100)
    assert sum(level >= 0 for level in placed(two)) == 1
