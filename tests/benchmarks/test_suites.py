"""Twins and seeded cities of the suites are what they say."""

from __future__ import annotations

import itertools

import numpy as np

from benchmarks import cities
from benchmarks.case import Options
from benchmarks.suites import scale, speed
from optimizer.core.streets import Streets


def test_the_twin_of_the_search_ends_where_no_exchange_helps():
    table = np.random.default_rng(0).integers(1, 99, (30, 9)).astype(float)
    chosen = speed.interchange(table, speed.greedy(table, 3))
    value = table[:, chosen].min(axis=1).sum()
    for leaving, entering in itertools.product(range(3), range(9)):
        other = np.append(np.delete(chosen, leaving), entering)
        assert table[:, other].min(axis=1).sum() >= value


def test_every_case_of_speed_and_scale_bears_a_name_of_its_own():
    for suite in (speed, scale):
        names = [case.name for case in suite.cases(Options())]
        assert len(names) == len(set(names)) > 3


def test_a_seeded_city_repeats_itself_and_merging_keeps_the_weight():
    arcs, places = cities.grid_streets(12)
    streets = Streets("", *(places[:, rank] for rank in (0, 1, 0, 1)), {"van": arcs})
    one, weight = scale.city(300, 10, streets=streets)
    again, same = scale.city(300, 10, streets=streets)
    np.testing.assert_array_equal(one.customer_node, again.customer_node)
    np.testing.assert_array_equal(weight, same)
    merged, total = scale.city(300, 10, merged=True, streets=streets)
    assert merged.shape[0] == len(np.unique(one.customer_node)) < 300
    assert total.sum() == weight.sum()
