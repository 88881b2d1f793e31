"""What tenants need beside floor area, read from further columns of their file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.hotels import BAND_HOURS, Space
from optimizer.core.refusal import Refusal
from optimizer.demand import read_businesses
from optimizer.demand.businesses import power_by_band
from optimizer.demand.tenants import COLUMNS
from optimizer.scenario.choices import TenantsBlock

ROW = "A,food,10,800,3.5,neutral,yes,6,140,true"


def read(tmp_path, columns="", *cells):
    header = ",".join([*COLUMNS, *([columns] if columns else [])])
    rows = [f"f{rank},{ROW}{',' if columns else ''}{text}" for rank, text in enumerate(cells)]
    (tmp_path / "t.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_businesses(TenantsBlock(file="t.csv"), tmp_path)


def test_without_further_columns_nothing_is_stated(tmp_path):
    found = read(tmp_path, "", "")
    assert (found.columns, found.skill) == ((), ())
    business = found.businesses
    assert business.space.tolist() == [Space.ANY]
    assert (business.dock_from.tolist(), business.dock_until.tolist()) == ([0], [24])
    assert np.isneginf(business.noise_db).all()
    assert read_businesses(None, tmp_path).businesses.jobs_by_skill.shape == (0, 0)


def test_a_column_of_empty_cells_states_nothing(tmp_path):
    assert read(tmp_path, "wet,noise_db", ",", ",").columns == ()


def test_needs_are_read_row_by_row(tmp_path):
    found = read(
        tmp_path,
        "space,wet,lift_kg,lift_trips_per_day,dock_minutes,dock_from,dock_until,gives_support",
        "workshop,yes,400,3,90,6,8,no",
        ",,,,,,,yes",
    )
    business = found.businesses
    assert business.space.tolist() == [Space.WORKSHOP, Space.ANY]
    assert business.wet.tolist() == [True, False]
    assert business.lift_kg.tolist() == [400, 0]
    assert business.lift_trips.tolist() == [3, 0]
    assert business.dock_minutes.tolist() == [90, 0]
    assert list(zip(business.dock_from, business.dock_until, strict=True)) == [(6, 8), (0, 24)]
    assert business.gives_support.tolist() == [False, True]


def test_skills_are_sorted_by_name(tmp_path):
    found = read(tmp_path, "jobs_technical,jobs_manual", "2,4", ",1.5")
    assert found.skill == ("manual", "technical")
    assert found.businesses.jobs_by_skill.tolist() == [[4, 2], [1.5, 0]]


def test_noise_counts_in_the_bands_that_the_hours_meet(tmp_path):
    found = read(tmp_path, "noise_db,work_from,work_until", "90,8,17", "80,22,30", "70,,", ",8,17")
    silent = -np.inf
    assert found.businesses.noise_db.tolist() == [
        [90, silent, silent],
        [silent, 80, 80],
        [70, 70, 70],
        [silent, silent, silent],
    ]


@given(st.integers(0, 23), st.integers(1, 24))
def test_bands_are_those_of_the_hours_worked_on_the_clock(start, length):
    worked = {hour % 24 for hour in range(start, start + length)}
    met = [bool(worked & {hour % 24 for hour in range(*band)}) for band in BAND_HOURS]
    assert np.isfinite(power_by_band(80.0, start, start + length)).tolist() == met


@pytest.mark.parametrize(
    ("columns", "cells", "words"),
    [
        ("space", "hybrid", "space is 'hybrid'"),
        ("wet", "perhaps", "wet is 'perhaps'"),
        ("lift_kg", "-1", "lift_kg is -1"),
        ("lift_trips_per_day", "2.5", "not a whole number"),
        ("dock_minutes,dock_from,dock_until", "121,6,8", "121 minutes at a dock"),
        ("dock_from,dock_until", "8,6", "dock from 8 until 6"),
        ("dock_from,dock_until", "20,26", "dock_until is 26"),
        ("dock_from,dock_until", "8,", "dock_from stands alone"),
        ("work_from,work_until", "22,6", "work from 22 until 6"),
        ("work_from,work_until", "5,30", "work from 5 until 30"),
        ("noise_db", "200", "noise_db is 200"),
        ("jobs_manual", "-2", "jobs_manual is -2"),
        ("needs_support", "2", "needs_support is '2'"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_line(tmp_path, columns, cells, words):
    with pytest.raises(Refusal) as caught:
        read(tmp_path, columns, "," * columns.count(","), cells)
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == ("t.csv:3", "F320")
    assert words in fault.cause


def test_a_column_that_names_no_skill_is_refused_at_the_header(tmp_path):
    with pytest.raises(Refusal, match=r"t\.csv:1 F320.*names no skill"):
        read(tmp_path, "jobs_By hand", "1")
