"""Two hotels that a person can fill: each rule that is taken out lets somebody else in."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer import engine
from optimizer.core.limits import Budget, Limits, silent
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario
from optimizer.siting.criteria import criteria_of
from optimizer.siting.data import build_data
from optimizer.siting.mip import solve_whole
from optimizer.verify import check_plan, recompute

FOLDER = Path(__file__).parent.parent.parent / "instances" / "two_hotels"
CENT = 0.01
FIVE = "smith@ground baker@hall architect@deck lab@top tailor@loft"
MILL, YARD = "designs.productive_hotels.0", "designs.productive_hotels.1"
LOFT = f"{MILL}.levels.1"
PLAIN = f"{LOFT}.units=[{{id: loft, area_m2: 100, space: any, wet: false, vented: false}}]"
DRY = f"{YARD}.levels.0.units=[{{id: hall, area_m2: 150, wet: false}}]"
WALK = ["rules.worker_access.by=[walk]", "rules.worker_access.transit=null"]
FARMS = "roofs.1.total_max_m2=null"
NO_TAILOR_YET = "smith@ground baker@hall architect@deck lab@top engraver@hall"
LATER = "smith@ground baker@hall architect@deck lab@top tailor@ground agency@loft"
OFFICE = "smith@ground baker@hall architect@deck lab@top agency@loft"


def problem_of(file, changes):
    return assemble(read_scenario(FOLDER / file, changes), cache=False).problem


def placed(problem, plan):
    """Return who stands where, as "tenant@unit"."""
    return {
        f"{problem.tenants.id[f]}@{problem.hotels.units.id[unit]}"
        for f, unit in enumerate(plan.tenant_level.tolist())
        if unit >= 0
    }


def told(value):
    """Return an amount as the README writes it."""
    return f"{value:,.0f}".replace(",", " ")


@pytest.mark.parametrize(
    ("changes", "eur_per_year", "tenants"),
    [
        ([], -84_700, FIVE),
        ([f"{YARD}.docks=2"], -89_100, f"{FIVE} courier@hall"),
        (["rules.apart=[]"], -90_200, f"{FIVE} watchmaker@loft"),
        (["rules.neighbours=null"], -91_200, f"{FIVE} joiner@ground"),
        (["rules.mix=[]"], -91_500, OFFICE),
        (["rules.jobs=[]"], -86_200, FIVE.replace("lab", "photographer")),
        (["rules.worker_access=null"], -93_200, f"{FIVE} packers@ground"),
        (WALK, -74_400, FIVE.replace("baker", "engraver") + " courier@hall"),
        (["rules.support=null"], -89_200, f"{FIVE} drones@ground"),
        ([f"{LOFT}.lift_kg=1000"], -88_000, FIVE.replace("tailor", "engraver")),
        ([f"{MILL}.lift_trips_per_day=4"], -78_400, FIVE.replace(" tailor@loft", "")),
        ([DRY], -74_400, FIVE.replace("baker", "engraver") + " courier@hall"),
        (
            ["tenants.annexes=null"],
            -76_400,
            "smith@ground baker@hall lab@top tailor@hall agency@loft",
        ),
        (["rules.existing=[{site: mill, design: mill}]"], -95_200, f"{FIVE} engraver@ground"),
        ([PLAIN], -92_000, f"{FIVE} planner@loft"),
        (["exchange.resources.0.link_eur_m_year=8"], -84_000, FIVE),
        (["services.0.tenants_min=4"], -84_100, FIVE),
        ([FARMS], -84_910, FIVE),
        ([FARMS, "roofs.0.share_min=0"], -85_000, FIVE),
    ],
)
def test_the_solver_fills_the_hotels_as_the_arithmetic_says(changes, eur_per_year, tenants):
    problem = problem_of("scenario.yaml", changes)
    data = build_data(problem)
    answer = solve_whole(problem, data, Budget(Limits(time_s=60, gap=0)), silent)
    value = criteria_of(problem, data, answer.plan).objective
    assert check_plan(problem, answer.plan) == ()
    assert recompute(problem, answer.plan).objective == pytest.approx(value)
    assert placed(problem, answer.plan) == set(tenants.split())
    assert value == pytest.approx(eur_per_year, abs=CENT)
    assert value - answer.bound < 10 * CENT
    assert f"| {told(eur_per_year)} |" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_heat_roofs_and_reception_are_as_the_third_section_says():
    problem = problem_of("scenario.yaml", [])
    data = build_data(problem)
    plan = solve_whole(problem, data, Budget(Limits(time_s=60, gap=0)), silent).plan
    terms, inside = criteria_of(problem, data, plan).terms, plan.interiors
    assert (terms["services"], terms["symbiosis"], terms["roofs"]) == pytest.approx(
        (-600, -700, -700)
    )
    assert inside.amount == pytest.approx([30 / 0.9])
    roof = {
        problem.designs.id[problem.options.design[o]]: inside.roof_m2[o].tolist()
        for o in range(problem.options.count)
    }
    assert (roof["mill"], roof["yard"]) == ([0, 100], [100, 0])


@pytest.mark.parametrize(
    ("changes", "eur_per_year", "first", "second"),
    [
        ([], -95_685, f"{FIVE} engraver@hall", LATER),
        (["tenants.growth.move_between_eur_m2=800"], -93_215, FIVE, LATER),
        (["tenants.growth.move_within_eur_m2=500"], -93_195, NO_TAILOR_YET, LATER),
        ([f"{LOFT}.units.0.switch_eur_m2=1000"], -93_195, NO_TAILOR_YET, LATER),
        (["tenants.growth.file=null"], -91_500, OFFICE, OFFICE),
    ],
)
def test_firms_grow_and_move_as_the_arithmetic_says(changes, eur_per_year, first, second):
    problem = problem_of("two_periods.yaml", changes)
    result = engine.solve(problem, Limits(time_s=60, gap=0, threads=1))
    assert result.verified, result.violations
    assert result.solution.outcome.value == pytest.approx(eur_per_year, abs=CENT)
    plans = result.solution.programme.plans
    assert [placed(problem, plan) for plan in plans] == [set(first.split()), set(second.split())]
    assert f"| {told(eur_per_year)} |" in (FOLDER / "README.md").read_text(encoding="utf-8")
