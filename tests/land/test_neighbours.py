"""What reaches the neighbours of a site."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.land.neighbours import attenuation_db, read_neighbours
from optimizer.scenario.hotels import NeighboursRule
from tests.demand.town import CRS, degrees
from tests.verify.town import town as line_town

RULE = NeighboursRule(file="n.csv", within_m=500, facade_db=12)
HEADER = "id,lon,lat,limit_day_db,limit_evening_db,limit_night_db,background_night_db"


def sites(*at):
    """Return the first sites of a town, moved to these places in metres."""
    lon, lat = np.array([degrees(x_m, y_m) for x_m, y_m in at]).T
    whole = line_town().sites
    return whole.replace(id=whole.id[: len(at)], lon=lon.copy(), lat=lat.copy())


def read(tmp_path, here, *rows):
    lines = [HEADER]
    for name, x_m, y_m, levels in rows:
        lines.append(",".join(map(str, (name, *degrees(x_m, y_m), levels))))
    (tmp_path / "n.csv").write_text("\n".join(lines), encoding="utf-8")
    return read_neighbours(RULE, here, CRS, tmp_path)


def test_ten_times_the_distance_takes_twenty_decibels_more(tmp_path):
    found, audit = read(
        tmp_path,
        sites((0, 0), (0, 450)),
        ("home", 0, 50, "55,50,45,"),
        ("far", 0, 5000, "55,50,45,"),
        ("ward", 0, 500, "40,40,30,25"),
    )
    # 20 log10(50) + 8 + 12 = 53.98 dB; 400 m: 72.04 dB; 500 m: 73.98 dB
    assert found.id == ("home", "ward")
    assert found.attenuation_db == pytest.approx(
        np.array([[53.98, 73.98], [72.04, 53.98]]), abs=0.01
    )
    assert found.limit_db.tolist() == [[55, 50, 45], [40, 40, 30]]
    assert found.background_db.tolist() == [[-np.inf] * 3, [-np.inf, -np.inf, 25]]
    assert [line.count for line in audit] == [1]


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 40))
def test_nearer_is_louder_and_never_louder_than_at_one_metre(first, second, facade):
    near, far = sorted((first, second))
    lost = attenuation_db(np.array([near, far, 0.0]), 500.0, facade)
    assert lost[0] <= lost[1]
    assert lost.min() == lost[2] == 8.0 + facade
    assert attenuation_db(np.array([500.001]), 500.0, facade)[0] == np.inf


def test_without_a_rule_nobody_listens(tmp_path):
    found, audit = read_neighbours(None, sites((0, 0), (0, 450)), CRS, tmp_path)
    assert found.attenuation_db.shape == (2, 0)
    assert (found.count, audit) == (0, ())


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ("55,,45,", "limit_evening_db is empty"),
        ("55,50,450,", "limit_night_db is 450"),
        ("55,50,45,loud", "background_night_db is 'loud'"),
    ],
)
def test_a_missing_limit_is_refused_with_its_line(tmp_path, levels, words):
    with pytest.raises(Refusal) as caught:
        read(tmp_path, sites((0, 0)), ("home", 0, 50, levels))
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == ("n.csv:2", "F460")
    assert words in fault.cause
