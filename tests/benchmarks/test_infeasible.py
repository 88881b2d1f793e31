"""Conflicts put in on purpose are named; `python -m benchmarks.infeasible` tries a hundred."""

from __future__ import annotations

import pytest

from benchmarks import infeasible
from benchmarks.impossible.seed import Seeded
from optimizer import engine
from optimizer.core.result import Conflict

SAMPLE = infeasible.SEEDS[::2]
SMALL = 12
"""Seeds that are multiples of it make the smallest towns, with two periods."""


@pytest.mark.parametrize("make", SAMPLE, ids=[make.__name__ for make in SAMPLE])
def test_what_was_put_in_is_named_and_the_advice_gives_a_plan(make):
    seeded = make(SMALL * (1 + SAMPLE.index(make) % 7))
    findings = infeasible.findings_of(seeded.problem)
    assert infeasible.missed([item.conflict for item in findings], seeded) == []
    helping = [item for item in findings if item.loosened is not None]
    assert helping
    assert all(item.conflict.relaxation for item in helping)
    result = engine.solve(helping[0].loosened, infeasible.LIMITS)
    assert result.verified


def test_a_rule_put_in_twice_must_be_named_twice():
    seeded = Seeded(None, (("quotas", "required"), ("quotas", "required"), ("land", "soil")))
    one, soil = Conflict("quotas", "required option", ""), Conflict("land", "budget 'soil'", "")
    assert infeasible.missed([one, soil, one], seeded) == []
    assert infeasible.missed([one], seeded) == [("quotas", "required"), ("land", "soil")]
