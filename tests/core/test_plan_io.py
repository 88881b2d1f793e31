"""Plans go to JSON by ids and strictly back; results hold figures only."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.documents import digest_of, finite, read_document, sealed
from optimizer.core.plan_io import plan_document, plan_from_dict, plan_to_dict
from optimizer.core.refusal import Refusal
from optimizer.core.result import Conflict, Outcome
from optimizer.core.result_io import result_to_dict
from tests.builders import grid_problem
from tests.core.plans import assert_same_plan
from tests.verify.makers import feasible_plan
from tests.verify.town import baseline_plan, good_plan, result_of, town


def through_json(content):
    return json.loads(json.dumps(content, allow_nan=False))


def codes(change):
    data = plan_to_dict(town(), good_plan())
    change(data)
    with pytest.raises(Refusal) as refused:
        plan_from_dict(town(), data, "plan.json plan")
    return [
        (fault.code, fault.place.removeprefix("plan.json plan")) for fault in refused.value.faults
    ]


def test_a_plan_is_told_by_ids():
    told = plan_to_dict(town(), good_plan())
    assert told["open"][0] == {"site": "hall", "design": "hub_in"}
    assert told["bike"][0] == ["dB", "hall", "hub_in", 0.6]
    assert told["pickup"][2] == ["dC", "post", "locker", 0.1]
    assert told["van"] == {"dB": 0.15, "dC": 0.1}
    assert told["unserved"] == {"dB": 0.05}
    assert told["tenants"][2] == {
        "tenant": "studio",
        "site": "hall",
        "design": "hotel",
        "level": 1,
    }


def test_every_column_comes_back_the_same():
    back = plan_from_dict(town(), through_json(plan_to_dict(town(), good_plan())), "plan")
    assert_same_plan(back, good_plan())


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 500))
def test_shares_keep_every_bit(seed):
    problem = grid_problem(points=40, sites=20, parcels_per_point=25.0, seed=seed)
    told = plan_to_dict(problem, feasible_plan(problem, seed))
    back = plan_from_dict(problem, through_json(told), "plan")
    assert plan_to_dict(problem, back) == told


def test_unknown_ids_are_named():
    assert codes(lambda data: data["open"][0].update(site="moon")) == [("F906", ".open[0]")]
    assert codes(lambda data: data["bike"][1].__setitem__(0, "dZ")) == [("F906", ".bike[1]")]
    assert codes(lambda data: data["van"].update(dZ=0.1)) == [("F906", ".van")]
    assert codes(lambda data: data["tenants"][0].update(tenant="x")) == [("F906", ".tenants[0]")]
    assert codes(lambda data: data["tenants"][0].update(level=2)) == [("F906", ".tenants[0]")]
    assert codes(lambda data: data["tenants"][0].update(level=True)) == [("F906", ".tenants[0]")]


def test_missing_and_unknown_parts_are_named():
    assert codes(lambda data: data.pop("van")) == [("F905", ".van")]
    assert codes(lambda data: data.update(trams=[])) == [("F905", ".trams")]
    with pytest.raises(Refusal, match="F905"):
        plan_from_dict(town(), [], "plan")


def test_malformed_and_repeated_entries_are_named():
    assert codes(lambda data: data["open"].append(data["open"][0])) == [("F907", ".open[5]")]
    assert codes(lambda data: data["bike"].append(data["bike"][0])) == [("F907", ".bike[3]")]
    assert codes(lambda data: data["tenants"].append(data["tenants"][0])) == [
        ("F907", ".tenants[4]")
    ]
    assert codes(lambda data: data["bike"][0].pop()) == [("F907", ".bike[0]")]
    assert codes(lambda data: data["van"].update(dB="much")) == [("F907", ".van.dB")]
    assert codes(lambda data: data["van"].update(dB=10**400)) == [("F907", ".van.dB")]
    assert codes(lambda data: data.update(open={})) == [("F907", ".open")]


def test_all_faults_come_at_once():
    def change(data):
        data["open"][0]["site"] = "moon"
        data["van"]["dB"] = True
        data["tenants"][1]["design"] = 4

    assert {code for code, _ in codes(change)} == {"F906", "F907"}
    assert len(codes(change)) == 3


def test_a_plan_document_carries_its_digest():
    document = plan_document(town(), "mark", good_plan(), baseline_plan())
    assert document["digest"] == digest_of(document)
    changed = copy.deepcopy(document)
    changed["plan"]["van"]["dB"] += 1e-12
    assert digest_of(changed) != document["digest"]
    assert plan_document(town(), "mark", None, baseline_plan())["plan"] is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e999}', "out of range"),
        ('{"a": 1, "a": 2}', "repeated key 'a'"),
        ("[1]", "JSON object"),
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_a_document_is_read_strictly(tmp_path, text, words):
    path = tmp_path / "result.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match="F903") as refused:
        read_document(path)
    assert words in str(refused.value)


def test_a_figure_must_be_finite():
    assert finite(np.float32(0.5), "x") == 0.5
    with pytest.raises(ValueError, match="gap is nan"):
        finite(float("nan"), "gap")


def test_a_result_has_the_documented_shape():
    told = result_to_dict(town(), result_of(town(), good_plan(), baseline_plan()))
    assert told == sealed(told) == through_json(told)
    assert told["objective"]["gap"] == pytest.approx(0.01)
    assert sum(told["objective"]["terms"].values()) == pytest.approx(told["objective"]["value"])
    assert [entry["site"] for entry in told["open"]] == ["hall", "hall", "meadow", "kiosk", "post"]
    hub, hotel = told["open"][:2]
    assert (hub["kind"], hub["parcels_per_day"], hub["use_share"]) == ("micro_hub", 68, 1)
    assert (hotel["floor_area_let_m2"], hotel["purchase_eur"]) == (1100, 500_000)
    assert told["open"][4]["build_eur"] == 0
    assert [entry["demand_point"] for entry in told["unserved"]] == ["dX", "dB"]
    assert told["provenance"]["seed"] == 7
    assert told["verified"] is True


def test_an_infeasible_result_tells_the_conflict_and_no_plan():
    outcome = Outcome("infeasible", "infeasible", "proof", None, None, "mip")
    result = result_of(town(), None, baseline_plan(), outcome)
    conflict = Conflict("land", "soil", "0 m2 are allowed, 300 m2 required")
    result = result.replace(solution=result.solution.replace(conflicts=(conflict,)))
    told = result_to_dict(town(), result)
    assert told["criteria"] is None
    assert told["open"] == told["tenants"] == []
    assert told["objective"]["value"] is None
    assert told["conflicts"][0]["words"] == conflict.words
    assert told["baseline"]["objective"] > 0


def test_an_infinite_figure_never_becomes_a_result():
    result = result_of(town(), good_plan(), baseline_plan())
    criteria = result.solution.criteria.replace(walk_min_mean=float("inf"))
    result = result.replace(solution=result.solution.replace(criteria=criteria))
    with pytest.raises(ValueError, match="walk_min_mean"):
        result_to_dict(town(), result)
