"""Every layout gives the problem that its file states, with the rounding of its authors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.core.location import KINDS
from optimizer.formats import FAMILIES, read_instance
from optimizer.formats.instance import reader_of
from tests.formats import files


def read(folder, family, text, params=None, name="one.txt"):
    return read_instance(folder, files.row_of(family, files.write(folder, text, name), params))


def all_costs(problem):
    return problem.costs.columns(np.arange(problem.costs.shape[1], dtype=np.int32))


@pytest.mark.parametrize(
    ("family", "kind"), [("pmedian_orlib", "p_median"), ("pcenter_orlib", "p_center")]
)
def test_a_pmed_graph_gives_shortest_paths_and_the_last_of_two_edges_counts(tmp_path, family, kind):
    problem = read(tmp_path, family, files.PMED)
    assert (problem.kind, problem.at_most, problem.at_least) == (kind, 2, 0)
    expected = [[0, 5, 9, 9], [5, 0, 4, 5], [9, 4, 0, 1], [9, 5, 1, 0]]
    assert all_costs(problem).tolist() == expected
    assert problem.weight.tolist() == [1, 1, 1, 1]


def test_pmed_nodes_without_a_path_are_not_allowed(tmp_path):
    problem = read(tmp_path, "pmedian_orlib", "3 1 1\n1 2 4\n")
    assert all_costs(problem)[2].tolist() == [np.inf, np.inf, 0]


def test_an_edge_of_no_length_is_an_edge(tmp_path):
    problem = read(tmp_path, "pmedian_orlib", "2 1 1\n1 2 0\n")
    assert all_costs(problem).tolist() == [[0, 0], [0, 0]]


def test_tsplib_distances_are_not_rounded(tmp_path):
    problem = read(tmp_path, "pmedian_tsplib", files.TSPLIB, {"p": "2"})
    assert problem.kind == "p_median"
    assert problem.at_most == 2
    assert all_costs(problem)[0].tolist() == [0.0, 5.0, math.sqrt(2)]


def test_cap_states_capacities_fixed_costs_and_the_cost_of_whole_demands(tmp_path):
    problem = read(tmp_path, "cflp_orlib", files.CAP)
    assert problem.kind == "capacitated"
    assert problem.sizes.capacity.tolist() == [10, 20]
    assert problem.sizes.fixed_cost.tolist() == [7.5, 0]
    assert problem.demand.tolist() == [4, 5, 6]
    assert problem.weight.tolist() == [1, 1, 1]
    assert all_costs(problem).tolist() == [[1.5, 2.5], [3, 4], [5.25, 6]]


def test_capa_takes_its_capacity_from_the_parameters(tmp_path):
    problem = read(tmp_path, "cflp_orlib", files.CAPA, {"capacity": "8000"})
    assert problem.sizes.capacity.tolist() == [8000, 8000]
    assert problem.sizes.fixed_cost.tolist() == [7.5, 8]


@pytest.mark.parametrize("text", [files.CAP, files.CAPA])
def test_uncapacitated_cap_files_ignore_capacity_and_demand(tmp_path, text):
    problem = read(tmp_path, "uflp_orlib", text)
    assert problem.kind == "fixed_charge"
    assert np.isinf(problem.sizes.capacity).all()
    assert set(problem.demand) == {1.0}


def test_ufllib_is_a_matrix_by_sites(tmp_path):
    problem = read(tmp_path, "uflp_koerkelghosh", files.UFLLIB)
    assert problem.kind == "fixed_charge"
    assert problem.sizes.fixed_cost.tolist() == [10, 20]
    assert all_costs(problem).tolist() == [[1, 4], [2, 5], [3, 6]]


def test_single_source_costs_are_rows_by_customer(tmp_path):
    problem = read(tmp_path, "sscflp_anything", files.SSCFLP)
    assert problem.kind == "single_source"
    assert problem.sizes.capacity.tolist() == [10, 20]
    assert problem.sizes.fixed_cost.tolist() == [7, 8]
    assert problem.demand.tolist() == [1, 2, 3]
    assert all_costs(problem).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_pmedcap_truncates_distances_to_whole_numbers(tmp_path):
    problem = read(tmp_path, "cpmp_pmedcap", files.PMEDCAP)
    assert (problem.kind, problem.at_most) == ("capacitated_median", 2)
    assert all_costs(problem).tolist() == [[0, 1, 5], [1, 0, 3], [5, 3, 0]]
    assert problem.demand.tolist() == [10, 20, 30]
    assert problem.sizes.capacity.tolist() == [120, 120, 120]
    assert problem.weight.tolist() == [1, 1, 1]


def test_lorena_has_a_capacity_for_each_node_and_real_distances(tmp_path):
    problem = read(tmp_path, "cpmp_lorena", files.LORENA)
    assert (problem.kind, problem.at_most) == ("capacitated_median", 2)
    assert all_costs(problem)[0].tolist() == [0, math.sqrt(2), 5]
    assert problem.sizes.capacity.tolist() == [720, 710, 700]
    assert problem.demand.tolist() == [5, 6, 7]


def test_sjc_covers_up_to_and_with_the_radius(tmp_path):
    problem = read(tmp_path, "mclp_sjc", files.SJC, {"p": "1", "S": "5"})
    assert (problem.kind, problem.at_most, problem.radius) == ("max_cover", 1, 5)
    assert np.isfinite(all_costs(problem)).tolist() == [
        [True, True, False],
        [True, True, False],
        [False, False, True],
    ]
    assert problem.weight.tolist() == [5, 6, 7]


def test_set_covering_counts_sites(tmp_path):
    problem = read(tmp_path, "lscp_sjc", files.SJC, {"S": "4.9"})
    assert (problem.kind, problem.at_most) == ("set_cover", None)
    assert problem.sizes.fixed_cost.tolist() == [1, 1, 1]
    assert np.isfinite(all_costs(problem)).sum() == 3


def test_maximo_measures_on_the_sphere(tmp_path):
    problem = read(tmp_path, "mclp_maximo", files.MAXIMO, {"p": "2", "S": "400"})
    costs = all_costs(problem)
    assert np.isfinite(costs).sum() == 5
    haversine = (
        2 * 6378100 * math.asin(math.cos(math.radians(40)) * math.sin(math.radians(0.001) / 2))
    )
    assert costs[0, 1] == pytest.approx(haversine, rel=1e-5)
    assert costs[0, 0] == 0
    assert problem.weight.tolist() == [5, 6, 7]


def test_lists_of_a_radius_are_sorted_and_complete(tmp_path):
    rng = np.random.default_rng(0)
    nodes = rng.integers(0, 30, (300, 2))
    text = "300 9999 p S\n" + "".join(f"{x} {y} 1\n" for x, y in nodes)
    lists = read(tmp_path, "mclp_sjc", text, {"p": "3", "S": "7"}).costs
    squares = ((nodes[:, None] - nodes[None]) ** 2).sum(axis=2)
    assert np.array_equal(np.isfinite(lists.columns(np.arange(300, dtype=np.int32))), squares <= 49)
    for first, last in zip(lists.start[:-1], lists.start[1:], strict=True):
        pairs = list(zip(lists.cost[first:last], lists.site[first:last], strict=True))
        assert pairs == sorted(pairs)


def test_compressed_files_are_read_as_they_are(tmp_path):
    plain = read(tmp_path, "sscflp_x", files.SSCFLP)
    packed = read(tmp_path, "sscflp_x", files.SSCFLP, name="other.txt.xz")
    assert np.array_equal(all_costs(plain), all_costs(packed))


def test_a_file_that_has_been_compressed_since_is_found(tmp_path):
    files.write(tmp_path, files.SSCFLP, "one.txt.xz")
    assert read_instance(tmp_path, files.row_of("sscflp_x", "one.txt")).costs.shape == (3, 2)


def test_every_family_becomes_a_kind_that_exists():
    kinds = {"pmedian", "pcenter", "cflp", "uflp", "sscflp", "cpmp", "mclp", "lscp"}
    assert {family.partition("_")[0] for family in FAMILIES} == kinds
    assert len(KINDS) == 14


@pytest.mark.parametrize("family", ["cvrp_x", "clrp_prins", "vrptw_solomon", "unheard_of"])
def test_other_layouts_are_known_as_not_read(family):
    assert reader_of(family) is None
