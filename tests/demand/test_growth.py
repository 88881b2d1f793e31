"""Annexes and growth paths of tenants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.core.horizon import Periods
from optimizer.core.refusal import Refusal
from optimizer.core.world import Tenants
from optimizer.demand import read_annexes, read_growth
from optimizer.scenario.choices import TenantsBlock
from optimizer.scenario.hotels import GrowthBlock

GROWTH = GrowthBlock(file="growth.csv", move_within_eur_m2=5, move_between_eur_m2=9)
BLOCK = TenantsBlock(file="t.csv", annexes="annexes.csv", growth=GROWTH)
CAREFUL = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def tenants(*area):
    count = len(area)
    return Tenants(
        id=tuple("abcdef"[:count]),
        name=("",) * count,
        sector=("crafts",) * count,
        area_m2=np.array(area, dtype=np.int64),
        load_kg_m2=np.zeros(count, dtype=np.int64),
        clear_height_m=np.zeros(count),
        noise=np.zeros(count, dtype=np.int8),
        dock=np.zeros(count, dtype=bool),
        jobs=np.zeros(count),
        rent_max_eur_m2_year=np.zeros(count),
        rent_share=np.ones(count),
        productive=np.ones(count, dtype=bool),
    )


def periods(*first_year):
    ones = np.ones(len(first_year))
    return Periods(
        name=tuple(map(str, first_year)),
        first_year=np.array(first_year, dtype=np.int32),
        years=np.full(len(first_year), 5, dtype=np.int32),
        demand_factor=ones,
        land_price_factor=ones,
        build_price_factor=ones,
        operating_price_factor=ones,
        rent_factor=ones,
    )


def annexes(tmp_path, firms, *rows):
    text = "\n".join(["tenant,share,load_kg_m2,space,levels_apart_max", *rows])
    (tmp_path / "annexes.csv").write_text(text, encoding="utf-8")
    return read_annexes(BLOCK, firms, tmp_path)


def growth(tmp_path, firms, spans, *rows, parts=()):
    found = annexes(tmp_path, firms, *parts)
    text = "\n".join(["tenant,first_year,area_m2,stage", *rows])
    (tmp_path / "growth.csv").write_text(text, encoding="utf-8")
    return read_growth(BLOCK, firms, found, spans, tmp_path)


def test_annexes_are_sorted_by_tenant_and_empty_cells_forbid_nothing(tmp_path):
    found = annexes(tmp_path, tenants(100, 100), "b,0.25,300,office,2", "a,0.1,0,,", "b,0.2,9,,0")
    assert found.tenant.tolist() == [0, 1, 1]
    assert found.share.tolist() == [0.1, 0.25, 0.2]
    assert found.space.tolist() == [0, 2, 0]
    assert found.levels_apart_max.tolist() == [-1, 2, 0]
    assert read_annexes(None, tenants(), tmp_path).count == 0


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        (["x,0.1,0,,"], 2, "unknown tenant 'x'"),
        (["a,0.6,0,,", "a,0.4,0,,"], 3, "leave no main part"),
        (["a,1.2,0,,"], 2, "share is 1.2"),
        (["a,0.01,0,,"], 2, "no whole m2"),
        (["a,0.97,0,,"], 2, "leave no main part"),  # 9.7 of 10 m2 are 10 whole m2
        (["a,0.5,0,hybrid,"], 2, "space is 'hybrid'"),
        (["a,0.5,0,,1.5"], 2, "not a whole number"),
        (["a,0.5,,,"], 2, "load_kg_m2 is empty"),
    ],
)
def test_a_faulty_annex_is_refused_with_its_line(tmp_path, rows, line, words):
    with pytest.raises(Refusal) as caught:
        annexes(tmp_path, tenants(10), *rows)
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == (f"annexes.csv:{line}", "F321")
    assert words in fault.cause


@CAREFUL
@given(area=st.integers(1, 60), shares=st.lists(st.integers(1, 99), min_size=1, max_size=4))
def test_whatever_is_read_leaves_every_part_at_least_one_m2(tmp_path, area, shares):
    rows = [f"a,{share / 100},0,," for share in shares]
    parts = np.rint(np.array(shares) / 100 * area)
    whole = parts.min() >= 1 and parts.sum() < area and sum(shares) < 100
    try:
        found = annexes(tmp_path, tenants(area), *rows)
    except Refusal:
        assert not whole
    else:
        assert whole
        assert found.count == len(shares)


def test_the_last_row_that_has_begun_counts_and_before_the_first_nobody_is_there(tmp_path):
    found = growth(
        tmp_path,
        tenants(100, 70),
        periods(2026, 2031, 2036, 2041),
        "a,2034,300,plant",
        "a,2030,80,prototype",
        "a,2041,0,gone",
    )
    assert found.area_m2.tolist() == [[0, 70], [80, 70], [300, 70], [0, 70]]
    assert [words[0] for words in found.stage] == ["", "prototype", "plant", "gone"]
    assert (found.move_within_eur_m2, found.move_between_eur_m2) == (5, 9)


def test_without_rows_or_periods_tenants_keep_their_area(tmp_path):
    firms = tenants(100, 70)
    still = TenantsBlock(file="t.csv")
    nobody = read_annexes(None, firms, tmp_path)
    spans = periods(2026, 2031)
    assert read_growth(still, firms, nobody, spans, tmp_path).area_m2.tolist() == [[100, 70]] * 2
    assert read_growth(still, firms, nobody, None, tmp_path).area_m2.shape == (0, 2)


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        (["x,2026,10,"], 2, "unknown tenant 'x'"),
        (["a,2026,10,", "a,2026,20,"], 3, "already"),
        (["a,soon,10,"], 2, "first_year is 'soon'"),
        (["a,2026,-1,"], 2, "area_m2 is -1"),
        (["a,2026,1,"], 2, "too few for a main part and its annexes"),
    ],
)
def test_a_faulty_growth_row_is_refused_with_its_line(tmp_path, rows, line, words):
    with pytest.raises(Refusal) as caught:
        growth(tmp_path, tenants(100), periods(2026), *rows, parts=["a,0.2,0,,"])
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == (f"growth.csv:{line}", "F321")
    assert words in fault.cause
