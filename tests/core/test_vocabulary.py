"""Immutable data, limits, outcomes and refusals behave as they say."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from optimizer.core.kinds import Kind, LandStatus
from optimizer.core.limits import Budget, Cancel, Limits
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.result import TERMS, WEIGHT_TERMS, Outcome
from tests.verify.town import town


def test_arrays_of_a_problem_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        town().sites.area_m2[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        town().sites.node["van"][0] = 1
    with pytest.raises(FrozenInstanceError):
        town().name = "other"


def test_a_variant_shares_what_did_not_change():
    problem = town()
    variant = problem.replace(name="other")
    assert (variant.name, problem.name) == ("other", "line town")
    assert variant.sites is problem.sites


def test_kinds_have_names_for_files_and_for_people():
    assert (Kind.MICRO_HUB.key, Kind.MICRO_HUB.words) == ("micro_hub", "micro hub")
    assert LandStatus.NATURAL.key == "natural"


def test_weights_are_terms():
    assert set(WEIGHT_TERMS) < set(TERMS)


def test_a_work_limit_ignores_the_clock():
    budget = Budget(Limits(time_s=0.0, work=10))
    assert budget.stop_reason() is None
    assert budget.remaining_s() is None
    budget.spend(4)
    assert budget.used() == pytest.approx(0.4)
    budget.spend(6)
    assert budget.stop_reason() == "work"


def test_a_time_limit_of_zero_stops_at_once_and_none_never_does():
    assert Budget(Limits(time_s=0.0)).stop_reason() == "time"
    endless = Budget(Limits(time_s=None))
    assert endless.stop_reason() is None
    assert endless.used() == 0.0
    assert endless.remaining_s() is None


def test_a_person_stops_before_any_limit():
    cancel = Cancel()
    budget = Budget(Limits(time_s=0.0), cancel)
    cancel.cancel()
    assert budget.stop_reason() == "user"


def outcome(value, bound):
    return Outcome("plan", "gap", "time", value, bound, "mip")


def test_a_gap_is_a_share_of_the_value_and_of_the_saving():
    assert outcome(80.0, 60.0).gap == pytest.approx(0.25)
    assert outcome(80.0, 60.0).gap_of_saving(100.0) == pytest.approx(0.5)
    assert outcome(-80.0, -100.0).gap == pytest.approx(0.25)


def test_an_unknown_bound_gives_no_gap():
    assert outcome(80.0, None).gap is None
    assert outcome(None, 60.0).gap is None
    assert outcome(80.0, None).gap_of_saving(100.0) is None
    assert outcome(80.0, 70.0).gap_of_saving(70.0) is None


def test_a_bound_a_hair_above_the_value_is_no_negative_gap():
    assert outcome(80.0, 80.0 + 1e-12).gap == 0.0


def test_a_refusal_lists_every_fault_on_its_own_line():
    faults = [Fault(f"a.yaml:{line}:1", "F101", "is wrong", "mend it") for line in (1, 2)]
    assert str(Refusal(*faults)) == (
        "a.yaml:1:1 F101 is wrong — mend it\na.yaml:2:1 F101 is wrong — mend it"
    )
