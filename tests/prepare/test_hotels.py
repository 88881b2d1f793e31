"""What a scenario says about hotels becomes the `Hotels` of its problem."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from optimizer import run
from optimizer.core.hotels import annex_m2, main_m2, noise_millionths
from optimizer.core.refusal import Refusal
from optimizer.core.store import digest
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario

TINY = Path(__file__).parent.parent.parent / "instances" / "tiny"
COLUMNS = "space,dock_minutes,noise_db,work_from,work_until,needs_support,jobs_manual"
CELLS = {
    "smith": "workshop,60,92,6,15,,6",
    "joiner": "workshop,,80,22,30,,5",
    "printer": ",,,,,yes,2",
    "studio": "office,,,,,,",
    "agency": ",,,,,,",
}
TABLES = {
    "annexes.csv": "tenant,share,load_kg_m2,space,levels_apart_max\njoiner,0.2,300,office,1\n",
    "growth.csv": "tenant,first_year,area_m2\nprinter,2027,60\nprinter,2031,300\n",
    "neighbours.csv": "id,lon,lat,limit_day_db,limit_evening_db,limit_night_db\n"
    "school,5.0091572,45.0012,55,50,45\nmoon,6,45,55,50,45\n",
    "workers.csv": "id,lon,lat,workers_manual\nnorth,5.0091572,45.0032376,60\n",
}
RULES = """\
extends: scenario.yaml
tenants: {file: needs.csv, annexes: annexes.csv}
rules:
  apart: [{name: noise, between: [noisy, office-workshop], levels: 1}]
  neighbours: {file: neighbours.csv, within_m: 400, facade_db: 20}
  mix: [{name: crafts, sectors: [crafts], share_min: 0.5, jurisdictions: [Tiny town]}]
  jobs: [{name: benches, skill: manual, at_least: 4}]
  worker_access: {file: workers.csv, within_min: 15, by: [walk], capture_share: 0.5}
services: [{name: canteen, eur_year: 900, eur_tenant_year: 400, tenants_min: 2}]
"""
YEARS = """\
extends: hotels.yaml
horizon: {periods: [{name: a, first_year: 2026, years: 4}, {name: b, first_year: 2030, years: 5}]}
tenants: {growth: {file: growth.csv, move_within_eur_m2: 10, move_between_eur_m2: 30}}
"""


@pytest.fixture
def town(tmp_path):
    """Write the tiny town with needs of its tenants, and return its folder."""
    folder = tmp_path / "town"
    shutil.copytree(TINY, folder)
    header, *rows = (folder / "tenants.csv").read_text(encoding="utf-8").splitlines()
    needs = [f"{header},{COLUMNS}", *(f"{row},{CELLS[row.split(',')[0]]}" for row in rows)]
    (folder / "needs.csv").write_text("\n".join(needs), encoding="utf-8")
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "hotels.yaml").write_text(RULES, encoding="utf-8")
    (folder / "years.yaml").write_text(YEARS, encoding="utf-8")
    return folder


def problem_of(path, *changes):
    return assemble(read_scenario(path, list(changes))).problem


def refused(path, *changes):
    with pytest.raises(Refusal) as caught:
        run.prepare(run.Request(path, changes))
    return caught.value.faults


def test_a_scenario_that_says_nothing_of_it_has_no_hotels_block():
    assert problem_of(TINY / "scenario.yaml").hotels is None


@pytest.mark.parametrize(
    "change",
    [
        "tenants.file=needs.csv",
        "tenants.annexes=annexes.csv",
        "designs.productive_hotels.0.roof_m2=100",
        "rules.support={within_min: 5}",
        "services=[{name: canteen, eur_year: 9, eur_tenant_year: 4}]",
    ],
)
def test_any_of_its_keys_or_columns_makes_the_block(town, change):
    assert problem_of(town / "scenario.yaml", change).hotels is not None


def test_parts_rules_and_neighbours_are_numbered_like_the_problem(town):
    problem = problem_of(town / "hotels.yaml")
    found = problem.hotels
    assert (main_m2(problem)[1], annex_m2(problem).tolist()) == (120, [30])
    assert found.apart.first.tolist() == [[True, False, False, False, False]]
    assert found.apart.second.tolist() == [[False, False, False, True, True]]
    assert np.isinf(found.apart.distance_m).all()
    assert found.mix.members.tolist() == [[True, True, True, False, False]]
    assert found.mix.covers.tolist() == [[True]]
    assert (found.mix.jobs_skill.tolist(), found.mix.jobs_min.tolist()) == ([0], [4])
    assert found.access.workers.tolist() == [[60]]
    hotels = [name == "hotel" for name in problem.designs.id]
    assert found.services.designs.tolist() == [hotels]
    assert found.neighbours.id == ("school",)
    assert found.growth.area_m2.shape == (0, 5)
    told = {line.what: line.detail for line in problem.audit}
    assert told["columns of tenants that no rule minds"] == "needs_support"
    assert "neighbours farther than 400 m from every site, left out" in told


def test_a_forge_is_heard_at_the_school_by_day_and_a_night_shift_is_not(town):
    # 92 dB less 20 dB of facade, less 8 + 20 log10(133.4 m) = 50.5 dB on the way, are 21.5 dB:
    # 33.5 dB below what the school bears by day
    found = problem_of(town / "hotels.yaml").hotels
    depot = found.neighbours.attenuation_db[0, 0]
    assert depot == pytest.approx(28 + 42.5, abs=0.1)
    smith, joiner = found.businesses.noise_db[:2]
    assert noise_millionths(smith[0], depot, 55.0) == pytest.approx(10 ** (6 - 3.35), rel=0.03)
    assert np.isneginf(joiner).tolist() == [True, False, False]


def test_areas_follow_the_growth_path_in_every_period(town):
    growth = problem_of(town / "years.yaml").hotels.growth
    assert growth.area_m2.tolist() == [[250, 150, 0, 180, 120], [250, 150, 60, 180, 120]]
    assert (growth.move_within_eur_m2, growth.move_between_eur_m2) == (10, 30)


def test_growth_without_a_horizon_is_refused_where_it_stands(town):
    (fault,) = refused(town / "years.yaml", "horizon=null")
    assert fault.code == "F132"
    assert fault.place.endswith("years.yaml:3:11")
    assert "horizon" in fault.action


@pytest.mark.parametrize(
    ("old", "new", "words", "action"),
    [
        ("[noisy, office-workshop]", "[noisy, ofice-workshop]", "ofice", "'office-workshop'"),
        ("sectors: [crafts]", "sectors: [craft]", "'craft'", "'crafts'"),
        ("skill: manual", "skill: manuel", "'manuel'", "'manual'"),
        ("[Tiny town]", "[Tiny twon]", "Tiny twon", "'Tiny town'"),
    ],
)
def test_a_name_that_nobody_bears_is_refused_at_its_line(town, old, new, words, action):
    text = RULES.replace(old, new)
    assert text != RULES
    (town / "hotels.yaml").write_text(text, encoding="utf-8")
    (fault,) = refused(town / "hotels.yaml")
    line = next(rank for rank, row in enumerate(text.splitlines(), 1) if new in row)
    assert fault.place.startswith(f"{town / 'hotels.yaml'}:{line}:")
    assert words in fault.cause
    assert action in fault.action


def test_workers_are_sought_only_where_tenants_state_their_jobs(town):
    (fault,) = refused(town / "hotels.yaml", "tenants.file=tenants.csv", "rules.jobs=[]")
    assert fault.code == "F511"
    assert "jobs_SKILL" in fault.action


def test_figures_and_their_sources_are_listed(town):
    change = "rules.neighbours.source=noise map of 2022"
    told = {entry.key: entry for entry in problem_of(town / "hotels.yaml", change).assumptions}
    assert told["rules.neighbours.facade_db"].value == "20 dB(A)"
    assert told["rules.neighbours.facade_db"].source == "noise map of 2022"
    assert told["services[canteen].eur_tenant_year"].value == "400 EUR/tenant/year"


def test_the_same_scenario_gives_the_same_problem_twice(town):
    assert digest(problem_of(town / "years.yaml")) == digest(problem_of(town / "years.yaml"))
