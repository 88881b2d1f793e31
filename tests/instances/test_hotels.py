"""The city of hotels: files and draw are one problem, and every rule of hotels is in use."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hotel_city.draw import draw_city
from benchmarks.hotel_city.files import texts_of, write_files
from benchmarks.seeded_hotels import problem_of
from optimizer.core.hotels import Space
from optimizer.core.kinds import OptionStatus
from optimizer.core.timeline import period_problem
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario

FOLDER = Path(__file__).parent.parent.parent / "instances" / "hotels"
WORDS = {"audit", "assumptions", "provenance", "source"}
PLANE = {"x_m", "y_m"}
"""The draw measures on the plane, the files on the ellipsoid."""


def differences(one, other, place=""):
    """Yield where two problems differ, but for words and the plane of the map."""
    name = place.rpartition(".")[2]
    if is_dataclass(one):
        pairs = {field.name: getattr(one, field.name) for field in fields(one)}
        others = {name: getattr(other, name) for name in pairs}
    elif isinstance(one, dict):
        pairs, others = one, other
    else:
        same = alike(name, one, other) if isinstance(one, np.ndarray) else one == other
        if not same:
            yield place
        return
    for key, value in pairs.items():
        if key not in WORDS | PLANE:
            yield from differences(value, others[key], f"{place}.{key}")


def alike(name, mine, theirs):
    if mine.shape != theirs.shape or mine.dtype != theirs.dtype:
        return False
    if mine.dtype.kind != "f":
        # a second more or less where a street is a few centimetres shorter than it is drawn
        return np.abs(mine.astype(int) - theirs.astype(int)).max(initial=0) <= (name == "time_s")
    return np.allclose(mine, theirs, rtol=0, atol=0.05 if name == "attenuation_db" else 1e-9)


@pytest.mark.parametrize("periods", [1, 3])
def test_the_files_of_a_city_and_its_draw_are_one_problem(tmp_path, periods):
    draw = draw_city(6, 40, seed=4, periods=periods)
    write_files(draw, tmp_path)
    read = assemble(read_scenario(tmp_path / "scenario.yaml"), cache=False).problem
    assert list(differences(problem_of(draw), read)) == []


def test_the_shipped_files_are_those_of_the_draw():
    for name, text in texts_of(draw_city(50, 600, seed=0, periods=3)).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text


def test_the_same_seed_draws_the_same_city_and_another_one_another():
    assert draw_city(5, 30, 1, 3) == draw_city(5, 30, 1, 3)
    assert draw_city(5, 30, 1, 3) != draw_city(5, 30, 2, 3)


def test_every_rule_of_hotels_is_in_use():
    problem = problem_of(draw_city(50, 600, seed=0, periods=3))
    hotels, firms = problem.hotels, problem.hotels.businesses
    assert (hotels.units.space == Space.HYBRID).any()
    assert not hotels.units.wet.all()
    assert not hotels.units.vented.all()
    assert (hotels.units.tenants_max > 0).any()
    assert hotels.annexes.count > 20
    assert (hotels.annexes.levels_apart_max >= 0).any()
    assert len({first for first, use in zip(firms.dock_from, firms.dock_minutes) if use}) > 3  # noqa: B905
    assert (problem.tenants.dock & (firms.dock_minutes == 0)).any()
    heard = np.isfinite(hotels.neighbours.attenuation_db).sum(axis=0)
    assert (heard > 1).any()
    assert np.isfinite(firms.noise_db[:, 2]).any()
    assert hotels.mix.each_hotel.any()
    assert (hotels.mix.jobs_min > 0).all()
    assert hotels.access.by == ("walk", "bike", "transit")
    assert (firms.needs_support.any(), firms.gives_support.any()) == (True, True)
    assert (hotels.symbiosis.partner_gives > 0).any()
    assert (hotels.symbiosis.gives > 0).any(axis=0)[:2].all()
    assert hotels.services.count == 3
    assert (hotels.roofs.share_min > 0).any()
    hub = problem.designs.inside_hotel_m2[problem.options.design] > 0
    assert (problem.options.status[hub] == OptionStatus.EXISTING).all()
    assert hub.sum() == 5


def test_firms_grow_arrive_and_leave_over_the_periods():
    problem = problem_of(draw_city(50, 600, seed=0, periods=3))
    area = problem.hotels.growth.area_m2
    assert {"prototype", "first series", "plant"} == {
        word for period in problem.hotels.growth.stage for word in period
    }
    assert ((area[0] == 0) & (area[1] > 0)).any()
    assert ((area[2] == 0) & (area[1] > 0)).any()
    assert (area[2] > area[0]).sum() > 100
    later = period_problem(problem, 2)
    grown = later.hotels.businesses.jobs_by_skill.sum()
    assert grown == pytest.approx(
        (problem.hotels.businesses.jobs_by_skill.sum(1) * area[2] / problem.tenants.area_m2).sum()
    )


def test_firms_look_for_a_tenth_to_a_fifth_more_floor_than_all_hotels_hold():
    problem = problem_of(draw_city(50, 600, seed=0, periods=3))
    design = problem.options.design
    floor = sum(problem.levels.area_m2[problem.levels.design == d].sum() for d in design)
    asked = problem.hotels.growth.area_m2.sum(axis=1)
    assert (asked > 1.05 * floor).all()
    assert (asked < 1.3 * floor).all()
