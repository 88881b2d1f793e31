"""What goes on inside hotels, with numbers that a person can check."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.hotels import Space, noise_millionths
from optimizer.report.interiors import (
    dock_day,
    exchanges,
    hybrid_states,
    lift_trips,
    link_eur,
    loudness,
    metres_between,
    parts_on_units,
)
from optimizer.report.interiors_tables import interior_rows
from optimizer.report.mix import job_lines, mix_lines, sector_m2
from tests.core.plans import bare_interiors
from tests.core.test_interiors_io import full_town
from tests.hotels import with_hotels
from tests.report.houses import hotels_answer, town_with_hotels
from tests.verify.town import (
    BAKERY,
    GROUND,
    HALL_HOTEL,
    PRESS,
    STUDIO,
    TAILOR,
    UPPER,
    good_plan,
    ints,
    town,
    whole,
)


def furnished(**parts):
    """Return the line town with these parts of hotels, and the plan with nothing inside."""
    problem = with_hotels(town(), **parts)
    return problem, good_plan().replace(interiors=bare_interiors(problem))


def column(value, **of_tenants):
    """Return `value` for every tenant of the line town but those that are named."""
    values = np.full(11, value, dtype=np.int32)
    for name, other in of_tenants.items():
        values[town().tenants.id.index(name)] = other
    return values


def docked(docks, **firms):
    """Return the hall with so many docks; firms: minutes, from, until. A hub inside takes none."""
    problem, plan = furnished(
        businesses={
            "dock_minutes": column(0, **{name: row[0] for name, row in firms.items()}),
            "dock_from": column(0, **{name: row[1] for name, row in firms.items()}),
            "dock_until": column(24, **{name: row[2] for name, row in firms.items()}),
        }
    )
    many = problem.designs.docks.copy()
    many[problem.options.design[HALL_HOTEL]] = docks
    own = np.zeros(11, dtype=bool)
    problem = problem.replace(
        designs=problem.designs.replace(docks=many), tenants=problem.tenants.replace(dock=own)
    )
    return problem, plan


def test_who_has_to_be_done_first_is_at_the_dock_first():
    # One dock from 7 to 9: the press must be done by 8, so the bakery waits although it may start.
    problem, plan = docked(1, bakery=(60, 7, 9), press=(40, 7, 8))
    day = dock_day(problem, plan, HALL_HOTEL)
    assert day.minutes == ((7, PRESS, 40), (7, BAKERY, 20), (8, BAKERY, 40))
    assert day.late == 0


def test_minutes_that_find_no_room_are_told():
    problem, plan = docked(1, bakery=(60, 7, 8), press=(40, 7, 8))
    assert dock_day(problem, plan, HALL_HOTEL).late == 40


def test_a_hub_and_a_tenant_with_its_own_dock_take_docks_all_day():
    problem, plan = docked(3, press=(60, 7, 8))
    own = np.zeros(11, dtype=bool)
    own[BAKERY] = True
    inside = (problem.designs.inside_hotel_m2 > 0).astype(np.int32)
    problem = problem.replace(
        tenants=problem.tenants.replace(dock=own),
        hotels=problem.hotels.replace(
            equipment=problem.hotels.equipment.replace(inside_docks=inside)
        ),
    )
    day = dock_day(problem, plan, HALL_HOTEL)
    assert (day.docks, day.hub, day.own, day.late) == (3, 1, (BAKERY,), 0)
    two = problem.designs.docks.copy()
    two[problem.options.design[HALL_HOTEL]] = 2
    full = problem.replace(designs=problem.designs.replace(docks=two))
    assert dock_day(full, plan, HALL_HOTEL).late == 60


windows = st.tuples(st.integers(1, 150), st.integers(0, 20), st.integers(1, 6)).map(
    lambda row: (row[0], row[1], min(24, row[1] + row[2]))
)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 2), st.lists(windows, min_size=4, max_size=4))
def test_there_is_a_time_table_exactly_where_every_interval_has_room(docks, rows):
    problem, plan = docked(
        docks, **dict(zip(("bakery", "press", "studio", "tailor"), rows, strict=True))
    )
    fits = all(
        sum(minutes for minutes, start, end in rows if a <= start and end <= b)
        <= 60 * (b - a) * docks
        for a in range(24)
        for b in range(a + 1, 25)
    )
    day = dock_day(problem, plan, HALL_HOTEL)
    assert (day.late == 0) == fits
    given_to = {f: sum(m for _, who, m in day.minutes if who == f) for f in range(4)}
    for f, (minutes, start, end) in enumerate(rows):
        assert given_to[f] <= minutes
        assert all(start <= hour < end for hour, who, _ in day.minutes if who == f)
    for hour in range(24):
        assert sum(m for at, _, m in day.minutes if at == hour) <= 60 * docks


def test_lift_trips_count_only_above_the_ground_floor():
    problem, plan = furnished(businesses={"lift_trips": column(5)})
    assert lift_trips(problem, plan, HALL_HOTEL) == 10  # studio and tailor are on level 1


def test_parts_are_main_parts_and_annexes():
    problem, plan = full_town()
    told = {
        (problem.tenants.id[part.tenant], part.annex): (part.unit, part.area_m2)
        for part in parts_on_units(problem, plan)
    }
    # Bakery 250 m2, of which 0.2 upstairs; studio 495, of which 0.1 (49.5, to even) and 0.3.
    assert told["bakery", 0] == (GROUND, 200)
    assert told["bakery", 1] == (UPPER, 50)
    assert told["studio", 1] == (GROUND, 50)
    assert told["studio", 2] == (UPPER, 148)
    assert told["studio", 0] == (UPPER, 297)


def test_a_hybrid_unit_is_what_it_holds_and_else_what_it_was():
    hybrid = np.array([Space.ANY, Space.HYBRID], dtype=np.int8)
    kinds = np.zeros(11, dtype=np.int8)
    problem, plan = furnished(units={"space": hybrid}, businesses={"space": kinds})
    key = (HALL_HOTEL, UPPER)
    assert hybrid_states(problem, plan) == {key: Space.OFFICE}
    assert hybrid_states(problem, plan, {key: Space.WORKSHOP}) == {key: Space.WORKSHOP}
    kinds = kinds.copy()
    kinds[TAILOR] = Space.WORKSHOP
    problem, plan = furnished(units={"space": hybrid}, businesses={"space": kinds})
    assert hybrid_states(problem, plan) == {key: Space.WORKSHOP}


def noisy(background):
    """Return the hall with two sources of 95 dB(A) by day, 40 dB away from a home with 55 dB(A)."""
    power = np.full((11, 3), -np.inf)
    power[[BAKERY, PRESS], 0] = 95.0
    attenuation = np.full((5, 2), np.inf)
    attenuation[0, 0] = 40.0
    return furnished(
        businesses={"noise_db": power},
        neighbours={
            "id": ("home", "far"),
            "lon": np.zeros(2),
            "lat": np.zeros(2),
            "limit_db": np.tile([58.0, 50.0, 45.0], (2, 1)),
            "background_db": np.full((2, 3), background),
            "attenuation_db": attenuation,
        },
    )


def test_two_equal_sources_are_three_decibels_louder_than_one():
    problem, plan = noisy(-np.inf)
    (home,) = loudness(problem, plan)  # whoever is too far hears nothing
    assert home.level_db == pytest.approx(55 + 10 * np.log10(2), abs=1e-3)
    assert home.share == 2 * noise_millionths(95, 40, 58) / 1e6
    assert home.words == "day"


def test_the_background_leaves_less_of_a_limit_and_adds_to_the_level():
    (home,) = loudness(*noisy(55.0))
    assert home.level_db == pytest.approx(55 + 10 * np.log10(3), abs=1e-3)
    assert home.share == pytest.approx(2 * 10**-0.3 / (1 - 10**-0.3), abs=1e-4)
    (home,) = loudness(*noisy(60.0))
    assert home.share == float("inf")


def test_what_is_passed_on_shrinks_with_the_distance_and_each_link_is_paid_once():
    problem, plan = full_town()
    heat, wood = exchanges(problem, plan)
    # From the hall (6.1065) to the bath (6.1): 0.0065 degrees of a parallel at 46.2 north.
    metres = round(6_371_000 * np.radians(0.0065) * np.cos(np.radians(46.2)))
    assert heat.metres == metres == 500
    assert heat.delivered == pytest.approx(30.5 * (1 - 0.2 * 0.5))
    assert heat.value_eur == pytest.approx(60 * heat.delivered)
    assert (wood.amount, wood.delivered) == (2.0, 2.0)
    assert link_eur(problem, plan) == {0: 8.0 * 500, 1: 0.5 * 500}


def test_a_great_circle_is_the_same_both_ways():
    north, south = (6.1, 46.2), (6.1, 46.3)
    assert metres_between(north, south) == metres_between(south, north)
    assert metres_between(north, south) == round(6_371_000 * np.radians(0.1))
    assert metres_between(north, north) == 0


def test_sector_targets_and_jobs_are_told_with_what_the_plan_reaches():
    jobs = np.zeros((11, 1))
    jobs[:, 0] = town().tenants.jobs
    members = np.zeros((2, 11), dtype=bool)
    members[:, [BAKERY, PRESS]] = True
    problem, plan = furnished(
        businesses={"jobs_by_skill": jobs},
        mix={
            "name": ("crafts", "crafts out of town"),
            "source": ("a", "b"),
            "members": members,
            "covers": np.array([[True, False], [False, True]]),
            "each_hotel": np.array([False, True]),
            "share_min": np.array([0.3, 0.0]),
            "share_max": np.ones(2),
            "area_min_m2": whole(0, 0),
            "area_max_m2": whole(-1, 500),
            "skill": ("manual",),
            "jobs_name": ("manual work",),
            "jobs_source": ("c",),
            "jobs_skill": ints(0),
            "jobs_covers": np.array([[True, True]]),
            "jobs_min": np.array([25.0]),
        },
    )
    crafts, outside = mix_lines(problem, plan)
    assert (crafts["area_m2"], crafts["let_m2"]) == (400, 1100)
    assert crafts["share_low"] == crafts["share_high"] == pytest.approx(400 / 1100)
    assert (crafts["where"], crafts["area_max_m2"]) == ("inner", None)
    assert outside["share_low"] is None  # the only hotel is in town
    (work,) = job_lines(problem, plan)
    assert (work["jobs"], work["jobs_min"], work["where"]) == (30.0, 25.0, "the whole area")
    assert sector_m2(problem, plan) == {"crafts": 1100}
    assert STUDIO in np.flatnonzero(plan.tenant_option == HALL_HOTEL)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_report_tells_the_figures_that_the_checker_computes(seed):
    problem = town_with_hotels(hotels_seed=seed)
    result = hotels_answer(problem)
    plan, figures = result.solution.plan, result.solution.criteria
    told = exchanges(problem, plan)
    worth = sum(link_eur(problem, plan).values()) - sum(one.value_eur for one in told)
    assert figures.terms["symbiosis"] == pytest.approx(worth)
    for q, name in enumerate(problem.hotels.symbiosis.resource):
        arrives = sum(one.delivered for one in told if one.resource == q)
        assert figures.exchanged[name] == pytest.approx(arrives)
    assert figures.noise_share_max == pytest.approx(loudness(problem, plan)[0].share)
    rows = interior_rows(problem, result)
    for name in ("services", "roofs"):
        assert figures.terms[name] == pytest.approx(
            -sum(row["net_eur_per_year"] for row in rows[name])
        )
    areas = sector_m2(problem, plan)
    assert {name: area for name, area in figures.sector_m2.items() if area} == areas
