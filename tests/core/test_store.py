"""Immutable data goes into a file and comes back the same; its digest notices every change."""

from __future__ import annotations

import io
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from optimizer.core import store
from optimizer.core.refusal import Refusal
from tests.builders import grid_problem
from tests.verify.town import good_plan, town, whole


def stored(path, item):
    with path.open("wb") as file:
        mark = store.save(file, item)
    return (*store.load(path), mark)


def arrays_of(item, name=""):
    if isinstance(item, np.ndarray):
        yield name, item
    elif is_dataclass(item):
        for field in fields(item):
            yield from arrays_of(getattr(item, field.name), f"{name}.{field.name}")
    elif isinstance(item, dict):
        for key, value in item.items():
            yield from arrays_of(value, f"{name}.{key}")


@pytest.mark.parametrize("problem", [town(), grid_problem(points=0, sites=0, firms=0)])
def test_a_problem_comes_back_the_same(tmp_path, problem):
    back, claimed, mark = stored(tmp_path / "problem.npz", problem)
    assert claimed == mark == store.digest(problem) == store.digest(back)
    before, after = dict(arrays_of(problem)), dict(arrays_of(back))
    assert before.keys() == after.keys()
    for name, array in before.items():
        assert after[name].dtype == array.dtype, name
        assert np.array_equal(after[name], array), name
        assert not after[name].flags.writeable, name
    assert back.prices == problem.prices
    assert back.unserved == problem.unserved


def test_a_plan_comes_back_the_same(tmp_path):
    back, _, _ = stored(tmp_path / "plan.npz", good_plan())
    for name, array in arrays_of(good_plan()):
        assert np.array_equal(dict(arrays_of(back))[name], array), name


def test_the_digest_notices_numbers_types_texts_and_order():
    problem = town()
    sites, purse = problem.sites, problem.rules.money
    variants = [
        problem.replace(name="another town"),
        problem.replace(sites=sites.replace(area_m2=sites.area_m2 + 1)),
        problem.replace(sites=sites.replace(area_m2=sites.area_m2.astype(np.int32))),
        problem.replace(sites=sites.replace(id=sites.id[::-1])),
        problem.replace(rules=problem.rules.replace(money=purse.replace(budget=whole(1)))),
        problem.replace(prices=problem.prices.replace(unserved_eur_per_parcel=None)),
        problem.replace(provenance={}),
    ]
    marks = {store.digest(variant) for variant in [problem, *variants]}
    assert len(marks) == len(variants) + 1


def test_two_files_of_the_same_problem_have_the_same_digest():
    assert store.save(io.BytesIO(), town()) == store.save(io.BytesIO(), town())


def test_only_plain_data_can_be_stored():
    with pytest.raises(TypeError, match=r"root\.name: cannot store a set"):
        store.digest(town().replace(name={1}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_a_damaged_file_ends_in_one_refusal(tmp_path, content):
    path = tmp_path / "problem.npz"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        store.load(path)
    assert [fault.code for fault in refused.value.faults] == ["F901"]
    assert str(path) in str(refused.value)


def test_a_missing_file_and_another_format_end_in_a_refusal(tmp_path):
    with pytest.raises(Refusal, match="F901"):
        store.load(tmp_path / "none.npz")
    head = np.frombuffer(b'{"format": "other", "digest": "", "tree": null}', dtype=np.uint8)
    np.savez(tmp_path / "other.npz", head=head)
    with pytest.raises(Refusal, match="format 'other'"):
        store.load(tmp_path / "other.npz")


def test_pickled_content_is_never_run(tmp_path):
    np.savez(tmp_path / "evil.npz", head=np.array([object()], dtype=object))
    with pytest.raises(Refusal, match="F901"):
        store.load(tmp_path / "evil.npz")
