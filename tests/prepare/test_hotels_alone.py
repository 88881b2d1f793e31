"""Hotels and their tenants are decided without any parcel."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer import run

TINY = Path(__file__).parent.parent.parent / "instances" / "tiny" / "scenario.yaml"
ALONE = [
    "demand.file=null",
    "demand.without_parcels=true",
    "gateways.at=[]",
    "land.zones.0.permits=[hotel]",
    "land.zones.1.permits=[hotel]",
    "land.zones.2.permits=[]",
    "designs.micro_hubs=[]",
    "designs.delivery_points=[]",
]


def test_hotels_alone_are_solved_and_verified_without_a_parcel(tmp_path):
    # 780 m2 let at 100 EUR and 23 jobs at 100 EUR against building 20 000, running 10 000 and
    # 1 000 EUR of embodied carbon: worth opening
    problem, result = run.solve(run.Request(TINY, ALONE, out=tmp_path / "out"))
    assert problem.demand.count == 0
    assert result.verified
    assert result.solution.plan.open_option.sum() == 1
    assert result.solution.outcome.value == pytest.approx(20_000 + 10_000 + 1_000 - 78_000 - 2_300)
