"""A problem that is unsound in itself is named before any plan is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.streets import Arcs
from optimizer.verify import check_problem
from tests.builders import grid_problem
from tests.verify.town import floats, ints, town, whole


def part(name, /, **changes):
    problem = town()
    return problem.replace(**{name: getattr(problem, name).replace(**changes)})


def arcs(**changes):
    streets = town().streets
    one_way = {**streets.arcs, "van": streets.arcs["van"].replace(**changes)}
    return part("streets", arcs=one_way)


BROKEN = {
    "streets.arcs.van": arcs(time_s=ints(0, 72, 60, 60)),
    "streets.arcs.van.head": arcs(head=ints(1, 0, 3, 1)),
    "demand": part("demand", id=("dB", "dB")),
    "demand.parcels_per_day": part("demand", parcels_per_day=floats(0, 40)),
    "demand.stops_per_km2": part("demand", stops_per_km2=floats(np.nan, 40)),
    "demand.bike_share_max": part("demand", bike_share_max=floats(0.5)),
    "demand.node.walk": part("demand", node={**town().demand.node, "walk": ints(1, 3)}),
    "gateways.node.lorry": part("gateways", node={"van": ints(0, 0)}),
    "sites.zone": part("sites", zone=ints(0, 0, 2, 1, 0)),
    "sites.area_m2": part("sites", area_m2=whole(-1, 800, 10, 5, 300)),
    "sites.name": part("sites", name=("Hall",)),
    "designs.tenure": part("designs", tenure=("lease", "lease", "lease", "gift", "buy", "buy")),
    "designs.lifetime_years": part("designs", lifetime_years=floats(1, 1, 10, 0, 1, 1)),
    "options": part("options", site=ints(0, 0, 1, 1, 2, 2, 3, 4, 4, 4), design=ints(*[3] * 10)),
    "options.design": part("options", design=ints(0, 3, 1, 2, 4, 5, 4, 0, 1, 6)),
    "levels.area_m2": part("levels", area_m2=whole(600, -800)),
    "zoning.permits": part("zoning", permits=np.ones((3, 6), dtype=bool)),
    "tenants.noise": part("tenants", noise=np.full(11, 2, dtype=np.int8)),
    "rules": part("rules", peak_day_factor=0.9),
    "rules.acceptance": part("rules", acceptance_share=floats(0.8, 1.4)),
    "rules.land": part("rules", land=town().rules.land.replace(covers=np.ones((1, 3), dtype=bool))),
    "prices": part("prices", discount_rate=-0.01),
    "prices.vehicles.lorry": part("prices", vehicles={"van": town().prices.vehicles["van"]}),
    "gateways.line_haul_s": part("gateways", line_haul_s=ints(-1, 600)),
}


@pytest.mark.parametrize("where", BROKEN)
def test_an_unsound_figure_is_named(where):
    found = check_problem(BROKEN[where])
    assert where in {one.where for one in found}
    assert {one.family for one in found} == {"problem"}


def test_streets_that_do_not_connect_are_named():
    streets = town().streets
    dead_end = Arcs(ints(0, 1), ints(1, 2), ints(5, 5), ints(5, 5))
    problem = part("streets", arcs={**streets.arcs, "walk": dead_end})
    assert [one.where for one in check_problem(problem)] == ["streets.arcs.walk"]


def test_a_part_of_another_kind_is_named():
    problem = town().replace(sites=None)
    assert [one.where for one in check_problem(problem)] == ["sites"]


@pytest.mark.parametrize("seed", range(3))
def test_grid_towns_are_sound(seed):
    assert check_problem(grid_problem(seed=seed)) == ()


def test_a_town_without_demand_sites_or_firms_is_sound():
    assert check_problem(grid_problem(points=0, sites=0, firms=0)) == ()
