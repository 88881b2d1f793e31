"""Whatever stands in a file, it is read or refused; nothing else may happen."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from optimizer.core.refusal import Refusal
from optimizer.scenario.reader import read_scenario
from optimizer.scenario.text import parse, resolve
from tests.scenario.builders import hotels_text, over_years_text, valid_text, write_scenario

VALID = YAML(typ="safe", pure=True).load(over_years_text())
HOTELS = YAML(typ="safe", pure=True).load(hotels_text())
OF_YEARS = ("horizon", "rules", "firms", "pavilions")
CAREFUL = settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEYS = st.sampled_from(["", "source", "id", "rules", "extends", "name", "\u0000", "0"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["", "..", "\u0000", "x" * 5000, "/", "micro_hub", 10**400, -1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


def paths(value, path=()):
    """Return the path of every value in the scenario."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path]
    for key, item in entries:
        below = (*path, key)
        found += paths(item, below) if isinstance(item, dict | list) else [below]
    return found


PATHS = [path for path in paths(VALID) if path]
PATHS_OF_HOTELS = [path for path in paths(HOTELS) if path and path not in set(PATHS)]
PATHS_OF_YEARS = [path for path in PATHS if path[0] in OF_YEARS]


def with_change(data, path, value, *, remove):
    changed = copy.deepcopy(data)
    block = changed
    for key in path[:-1]:
        block = block[key]
    if remove:
        del block[path[-1]]
    else:
        block[path[-1]] = value
    return changed


def read_or_refused(path, overrides=()):
    faults = ()
    try:
        read_scenario(path, overrides)
    except Refusal as refusal:
        faults = refusal.faults
        if not faults:
            raise
    for fault in faults:
        assert fault.place
        assert fault.cause
        assert fault.action
        assert "pydantic" not in str(fault)


@CAREFUL
@given(path=st.sampled_from(PATHS), value=VALUES, remove=st.booleans())
def test_a_changed_value_is_read_or_refused(tmp_path, path, value, remove):
    data = with_change(VALID, path, value, remove=remove)
    read_or_refused(write_scenario(tmp_path, json.dumps(data), "scenario.json"))


@settings(CAREFUL, max_examples=110)
@given(
    path=st.sampled_from(PATHS_OF_YEARS),
    value=VALUES | st.sampled_from(["hub", "later", "city", "parking", "soil", 0, 2031]),
    remove=st.booleans(),
)
def test_a_changed_rule_over_years_is_read_or_refused(tmp_path, path, value, remove):
    data = with_change(VALID, path, value, remove=remove)
    read_or_refused(write_scenario(tmp_path, json.dumps(data), "scenario.json"))


@settings(CAREFUL, max_examples=60)
@given(
    path=st.sampled_from(PATHS_OF_HOTELS),
    value=VALUES | st.sampled_from(["hotel", "hub", "city", "hybrid", "transit", 0, [1, 2]]),
    remove=st.booleans(),
)
def test_a_changed_rule_of_hotels_is_read_or_refused(tmp_path, path, value, remove):
    data = with_change(HOTELS, path, value, remove=remove)
    read_or_refused(write_scenario(tmp_path, json.dumps(data), "scenario.json"))


def test_the_scenarios_to_be_changed_have_no_faults(tmp_path):
    for text in (over_years_text(), hotels_text()):
        read_scenario(write_scenario(tmp_path, text))


@CAREFUL
@given(
    start=st.integers(0, len(valid_text())), length=st.integers(0, 30), text=st.text(max_size=12)
)
def test_a_damaged_text_is_read_or_refused(tmp_path, start, length, text):
    damaged = valid_text()[:start] + text + valid_text()[start + length :]
    path = write_scenario(tmp_path)
    path.write_bytes(damaged.encode("utf-8", "surrogatepass"))
    read_or_refused(path)


@CAREFUL
@given(
    change=st.text(max_size=30) | st.sampled_from(["a=b", "land.zones.0=", "rules.land.0.name=x"])
)
def test_any_set_option_is_applied_or_refused(tmp_path, change):
    read_or_refused(write_scenario(tmp_path), [change])


@CAREFUL
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(content)
    with pytest.raises(Refusal):
        read_scenario(path)


@CAREFUL
@given(st.one_of(st.integers(-(10**14), 10**14), st.floats(-1e14, 1e14), st.booleans(), st.none()))
def test_scalars_written_as_json_come_back(value):
    assert resolve(json.dumps(value)) == value


@CAREFUL
@given(st.text(max_size=30).filter(lambda text: text.isprintable()))
def test_quoted_text_comes_back(text):
    node, faults = parse(json.dumps({"key": text}), "text")
    assert faults == []
    assert isinstance(node.content, dict)
    assert node.content["key"].content == text
