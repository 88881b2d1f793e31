"""Every rule of hotels, written into a scenario file, changes the plan of the tiny town.

Hotels alone: one site, one hotel of two levels of 400 m2, five tenants. Without further rules smith
(250 m2, 8 jobs, dock), joiner (150, 5), printer (200, 6) and studio (180, 4) have a place; the
agency cannot bear the rent. A year costs 20 000 EUR of building, 10 000 of running and 1 000 of
carbon; a m2 brings 100 EUR and a job 100 EUR.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from optimizer import engine
from optimizer.core.limits import Limits
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario

TINY = Path(__file__).parent.parent.parent / "instances" / "tiny"
AREA = {"smith": 250, "joiner": 150, "printer": 200, "studio": 180}
JOBS = {"smith": 8, "joiner": 5, "printer": 6, "studio": 4}
UPPER = "area_m2: 400, load_kg_m2: 800, clear_height_m: 3.5"


def hotel(upper="", more=""):
    """Return designs with a hotel; `upper` is said about its upper level, `more` about it."""
    return f"""\
designs:
  micro_hubs: []
  delivery_points: []
  productive_hotels:
    - {{id: hotel, label: Hotel, tenure: buy, footprint_m2: 500, height_m: 10, build_eur: 1000000,
       running_eur_year: 10000, embodied_co2e_kg: 500000, lifetime_years: 50, needs_lorry: true,
       docks: 1, rent_eur_m2_year: 100, productive_share_min: 0.6, {more}
       levels: [{{area_m2: 400, load_kg_m2: 2000, clear_height_m: 5.5}}, {{{UPPER}, {upper}}}]}}
"""


ALONE = f"""\
extends: scenario.yaml
demand: {{file: null, without_parcels: true}}
gateways: {{at: []}}
land:
  zones: [{{zone: depot, permits: [hotel], price_eur_m2: 400, rent_eur_m2_year: 10}},
    {{zone: meadow, permits: [], price_eur_m2: 20, rent_eur_m2_year: 2}},
    {{zone: square, permits: [], price_eur_m2: 100, rent_eur_m2_year: 100}}]
{hotel()}"""
ONE_UPSTAIRS = hotel("units: [{id: north, area_m2: 400, tenants_max: 1}]")
HOMES = """\
id,lon,lat,limit_day_db,limit_evening_db,limit_night_db
home,5.0091572,45.0012,55,50,45
"""


class Case(NamedTuple):
    """What a scenario states, who has a place then, and what it costs beside space and jobs."""

    change: str
    placed: str
    extra_eur: float = 0.0
    columns: str = ""
    cells: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()


CASES = {
    "no rule": Case("", "smith joiner printer studio"),
    # no lift: printer and studio stay on the ground, where the smith has no room beside them
    "goods lift": Case(
        "", "joiner printer studio", columns="lift_kg", cells=(("printer", "9"), ("studio", "9"))
    ),
    # three trips: not both the printer and the studio upstairs
    "lift trips": Case(
        hotel(more="lift_trips_per_day: 3,"),
        "smith joiner printer",
        columns="lift_trips_per_day",
        cells=(("printer", "2"), ("studio", "2")),
    ),
    "wet units": Case(
        hotel("units: [{id: north, area_m2: 400, wet: false}]"),
        "smith joiner studio",
        columns="wet",
        cells=(("printer", "yes"),),
    ),
    "tenants in a unit": Case(ONE_UPSTAIRS, "smith joiner printer"),
    # the annex needs the load of the ground floor, and the main part its own level
    "annexes": Case(
        "tenants: {annexes: annexes.csv}",
        "smith joiner studio",
        files=(("annexes.csv", "tenant,share,load_kg_m2,levels_apart_max\nprinter,0.5,900,0\n"),),
    ),
    # one dock from six to eight for two who need it two hours each
    "docks": Case(
        "",
        "smith printer studio",
        columns="dock_minutes,dock_from,dock_until",
        cells=(("smith", "120,6,8"), ("joiner", "120,6,8")),
    ),
    "apart": Case(
        "rules: {apart: [{name: dust, between: [crafts, office-workshop], levels: 2}]}",
        "smith joiner printer",
    ),
    "neighbours": Case(
        "rules: {neighbours: {file: homes.csv, within_m: 400, facade_db: 20}}",
        "joiner printer studio",
        columns="noise_db",
        cells=(("smith", "130"),),
        files=(("homes.csv", HOMES),),
    ),
    # the upper unit is a workshop for the printer: 400 m2 at 100 EUR over 50 years
    "hybrids": Case(
        hotel("units: [{id: north, area_m2: 400, space: hybrid, fit_out_eur_m2: 100}]"),
        "smith joiner printer",
        extra_eur=800.0,
        columns="space",
        cells=(("printer", "workshop"), ("studio", "office")),
    ),
    # 600 of 780 m2 are more than 0.7, 400 of 580 m2 are not
    "mix": Case(
        "rules: {mix: [{name: crafts, sectors: [crafts], share_max: 0.7}]}", "smith joiner studio"
    ),
    "jobs": Case(
        f"{ONE_UPSTAIRS}rules: {{jobs: [{{name: desks, skill: office, at_least: 4}}]}}",
        "smith joiner studio",
        columns="jobs_office",
        cells=(("studio", "4"),),
    ),
    # half of 20 workers do not fill 13 jobs
    "access": Case(
        "rules: {worker_access: "
        "{file: workers.csv, within_min: 60, by: [walk], capture_share: 0.5}}",
        "smith printer studio",
        columns="jobs_manual",
        cells=(("smith", "8"), ("joiner", "5")),
        files=(("workers.csv", "id,lon,lat,workers_manual\nnorth,5.0091572,45.0032376,20\n"),),
    ),
    "support": Case(
        "rules: {support: {within_min: 5}}",
        "smith joiner studio",
        columns="needs_support",
        cells=(("printer", "yes"),),
    ),
    "symbiosis": Case(
        "exchange: {tenants: give.csv, resources: [{name: heat, unit: MWh, value_eur: 50, "
        "loss_per_km: 0, reach_m: 0, link_eur_m_year: 9}]}",
        "smith joiner printer studio",
        extra_eur=-25 * 50,
        files=(("give.csv", "tenant,resource,gives,takes\nsmith,heat,40,\nprinter,heat,,25\n"),),
    ),
    "services": Case(
        "services: [{name: canteen, eur_year: 900, eur_tenant_year: 400, tenants_min: 4}]",
        "smith joiner printer studio",
        extra_eur=900 - 4 * 400,
    ),
    "roofs": Case(
        hotel(more="roof_m2: 300,") + "roofs: [{name: solar, net_eur_m2_year: 4}]",
        "smith joiner printer studio",
        extra_eur=-300 * 4,
    ),
}
GROWTH = """\
horizon: {periods: [{name: now, first_year: 2026, years: 5}]}
tenants: {growth: {file: growth.csv, move_within_eur_m2: 9, move_between_eur_m2: 9}}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Write the tiny town without parcels and return its folder."""
    folder = tmp_path_factory.mktemp("alone") / "town"
    shutil.copytree(TINY, folder)
    (folder / "alone.yaml").write_text(ALONE, encoding="utf-8")
    return folder


def decide(folder, case):
    """Return the problem of a case and its verified optimum."""
    header, *rows = (folder / "tenants.csv").read_text(encoding="utf-8").splitlines()
    if case.columns:
        nothing = "," * case.columns.count(",")
        cells = dict(case.cells)
        header += f",{case.columns}"
        rows = [f"{row},{cells.get(row.split(',')[0], nothing)}" for row in rows]
    (folder / "needs.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    for name, text in case.files:
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "base.yaml").write_text(
        "extends: alone.yaml\ntenants: {file: needs.csv}\n", encoding="utf-8"
    )
    (folder / "rule.yaml").write_text(f"extends: base.yaml\n{case.change}\n", encoding="utf-8")
    problem = assemble(read_scenario(folder / "rule.yaml")).problem
    result = engine.solve(problem, Limits(time_s=60.0, gap=0.0, threads=1))
    assert result.verified
    assert result.solution.outcome.proof == "optimal"
    return problem, result.solution


@pytest.mark.parametrize("name", CASES)
def test_a_rule_in_the_scenario_file_decides_who_has_a_place(town, name):
    case = CASES[name]
    problem, solution = decide(town, case)
    option = solution.plan.tenant_option.tolist()
    placed = [name for name, at in zip(problem.tenants.id, option, strict=True) if at >= 0]
    assert placed == case.placed.split()
    income = 100 * sum(AREA[name] + JOBS[name] for name in placed)
    assert solution.outcome.value == pytest.approx(31_000 - income + case.extra_eur)


def test_a_tenant_that_is_still_small_takes_and_brings_less(town):
    # the printer's 100 of 200 m2: 680 m2 and 20 jobs
    path = "tenant,first_year,area_m2,stage\nprinter,2020,100,prototype\n"
    _, solution = decide(town, Case(GROWTH, "", files=(("growth.csv", path),)))
    assert solution.outcome.value == pytest.approx(31_000 - 68_000 - 2_000)


def test_a_hub_inside_takes_the_dock_that_a_tenant_needs():
    # with the hub's 100 m2 on the ground the smith leaves no room for the joiner; without a dock
    # left, the joiner (150 m2, 5 jobs) takes the place of the smith (250 m2, 8 jobs)
    hub = (
        "designs.micro_hubs=[{id: hub, label: Hub, tenure: lease, footprint_m2: 0, height_m: 4, "
        "inside_hotel_m2: 100, inside_docks: %d, build_eur: 50000, running_eur_year: 14000, "
        "embodied_co2e_kg: 10000, lifetime_years: 10, needs_lorry: true, "
        "capacity_parcels_per_day: 200, handling_eur_per_parcel: 0.1}]"
    )
    value, placed = [], []
    for docks in (0, 1):
        changes = [hub % docks, "rules.purses=[]", "designs.productive_hotels.0.roof_m2=1"]
        problem = assemble(read_scenario(TINY / "scenario.yaml", changes)).problem
        solution = engine.solve(problem, Limits(time_s=60.0, gap=0.0, threads=1)).solution
        value.append(solution.outcome.value)
        placed.append((solution.plan.tenant_option >= 0).tolist())
    assert placed == [[True, False, True, True, False], [False, True, True, True, False]]
    assert value[1] - value[0] == pytest.approx(25_000 + 800 - 15_000 - 500)
