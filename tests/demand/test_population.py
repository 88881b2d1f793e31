import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.demand.population import inhabitants, largest_remainder
from optimizer.scenario.city import Estimate
from tests.demand.town import CRS, dot, square, town

WEIGHTS = st.lists(st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=40)
HOUSE = {"building": "apartments", "building:levels": "1"}


@settings(deadline=None, max_examples=200)
@given(total=st.integers(0, 10**12), weight=WEIGHTS)
def test_the_largest_remainder_adds_up_and_stays_within_one_of_the_exact_share(total, weight):
    parts = largest_remainder(total, np.array(weight))
    assert parts.sum() == total
    assert (parts >= 0).all()
    if sum(weight) > 0 and total < 10**9:
        exact = total * np.array(weight) / np.array(weight).sum()
        assert np.abs(parts - exact).max() <= 1 + 1e-6


def test_ties_go_to_the_lower_index_and_zero_weights_count_as_equal():
    assert largest_remainder(4, np.ones(3)).tolist() == [2, 1, 1]
    assert largest_remainder(3, np.zeros(2)).tolist() == [2, 1]
    assert largest_remainder(7, np.empty(0)).tolist() == []


def test_people_live_in_proportion_to_residential_floor_area():
    # 100 m2 x 2 levels and 200 m2 x 3 levels: one to three
    low = (square(10, 10, 10), {**HOUSE, "building:levels": "2"})
    high = (square(60, 10, 10, 20), {**HOUSE, "building:levels": "3"})
    _, heads, _ = inhabitants(Estimate(population=101), town([low, high]), None)
    assert heads.tolist() == [25, 76]


@pytest.mark.parametrize(
    ("tags", "levels"),
    [
        ({"building:levels": "1;3"}, 3),
        ({"building:levels": "0"}, 5),
        ({"building:levels": "many"}, 5),
        ({"height": "12.4 m"}, 4),
        ({"building:levels": "99999"}, 120),
        ({"building": "detached"}, 2),
        ({}, 5),
    ],
)
def test_levels_come_from_the_tag_the_height_or_the_default(tags, levels):
    mapped = (square(0, 0, 10), {**HOUSE, "building:levels": None, **tags})
    known = (square(100, 0, 10), {**HOUSE, "building:levels": "1"})
    places, _, _ = inhabitants(
        Estimate(population=9, levels_default=5), town([mapped, known]), None
    )
    share = 1.0 if "building" in tags else 0.9
    assert places.weight.tolist() == pytest.approx([100 * levels * share, 90])


@pytest.mark.parametrize(
    "tags",
    [
        {"building": "roof"},
        {"building": "school"},
        {"building": "yes", "amenity": "school"},
        {"building": "yes", "layer": "-1"},
        {"building": "warehouse"},
    ],
)
def test_nobody_lives_in_roofs_schools_cellars_and_warehouses(tags):
    network = town([(square(10, 10, 20), tags), (square(60, 10, 10), HOUSE)])
    places, heads, _ = inhabitants(Estimate(population=7), network, None)
    assert heads.tolist() == [7]
    assert places.xy_m[0, 0] == pytest.approx(square(60, 10, 10).centroid.x)


def test_an_untagged_building_on_industrial_land_or_the_size_of_a_shed_is_no_home():
    areas = [
        (square(0, 0, 100), {"landuse": "industrial"}),
        (square(10, 10, 20), {"building": "yes"}),
        (square(300, 10, 5), {"building": "yes"}),
        (square(200, 10, 20), {"building": "yes"}),
    ]
    places, _, _ = inhabitants(Estimate(population=7), town(areas), None)
    assert places.weight.tolist() == pytest.approx([400 * 3 * 0.7])


def test_without_homes_addresses_stand_in_and_without_these_small_streets():
    addresses = [(dot(10, 10), {"addr:housenumber": "1"}), (dot(90, 10), {"addr:housenumber": "3"})]
    places, heads, audit = inhabitants(Estimate(population=5), town(points=addresses), None)
    assert (places.count, heads.tolist()) == (2, [3, 2])
    assert audit[0].what == "homes from addresses"
    places, heads, audit = inhabitants(Estimate(population=80), town(), None)
    assert audit[0].what == "homes along streets"
    assert (places.count, set(heads.tolist())) == (40, {2})


def test_a_few_buildings_in_a_city_of_streets_do_not_take_all_its_people():
    network = town([(square(10, 10, 10), HOUSE)], columns=12, rows=12)
    places, _, audit = inhabitants(Estimate(population=1000), network, None)
    assert places.count == 264
    assert "only 1 buildings are mapped along 264 streets" in audit[0].detail


def test_a_map_of_nothing_is_refused():
    with pytest.raises(Refusal, match="F311"):
        inhabitants(Estimate(population=5), town(lines=False), None)


def test_without_a_population_floor_area_tells_and_the_audit_says_so():
    # 20 x 20 m x 3 levels x 0.9 lived in, 56 m2 a person
    _, heads, audit = inhabitants(
        Estimate(), town([(square(0, 0, 20), {"building": "apartments"})]), None
    )
    assert heads.sum() == round(400 * 3 * 0.9 / 56)
    assert any("no population given" in line.detail for line in audit)


def grid(tmp_path, cells, field="population"):
    frame = gpd.GeoDataFrame(
        {field: [count for _, count in cells]}, geometry=[cell for cell, _ in cells], crs=CRS
    )
    frame.to_file(tmp_path / "grid.gpkg")
    return Estimate(population_grid="grid.gpkg")


def test_a_population_grid_is_met_cell_by_cell(tmp_path):
    homes = [(square(x, 10, 10), HOUSE) for x in (10, 30, 60)] + [(square(210, 10, 10), HOUSE)]
    cells = [(square(0, 0, 200), 31), (square(200, 0, 200), 9), (square(400, 0, 200), 4)]
    estimate = grid(tmp_path, cells)
    places, heads, audit = inhabitants(estimate, town(homes), tmp_path)
    assert heads.tolist() == [11, 10, 10, 9, 4]
    assert places.xy_m[4, 0] == pytest.approx(dot(500, 0).x)  # the middle of the cell without homes
    assert [line.count for line in audit if line.what == "grid cells without homes"] == [1]


def test_a_cell_on_the_edge_counts_with_the_share_inside(tmp_path):
    estimate = grid(tmp_path, [(square(-150, 0, 200), 40)])  # half of it beyond -50 m
    _, heads, _ = inhabitants(estimate, town([(square(10, 10, 10), HOUSE)]), tmp_path)
    assert heads.tolist() == [20]


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ([(square(0, 0, 200), 5)], "people", "has no field 'population'"),
        ([(square(0, 0, 200), -5)], "population", "it must be at least 0"),
        ([(dot(0, 0), 5)], "population", "not polygons"),
        ([(square(9000, 0, 200), 5)], "population", "no cell with people"),
    ],
)
def test_a_grid_that_cannot_be_used_is_refused(tmp_path, cells, field, words):
    estimate = grid(tmp_path, cells, field)
    with pytest.raises(Refusal, match=words):
        inhabitants(estimate, town([(square(10, 10, 10), HOUSE)]), tmp_path)
