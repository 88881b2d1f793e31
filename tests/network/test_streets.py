"""Drawn towns become the streets that a person would draw from them."""

import numpy as np
import pytest

from optimizer.core.kinds import CARGO_BIKE, LORRY, PROFILES, VAN, WALK
from optimizer.core.refusal import Refusal
from tests.network.towns import (
    BONDY,
    RING,
    RING_WAY,
    STREET,
    bondy,
    letters_of,
    load,
    same_streets,
    town,
    travel_s,
)

LADDER = """
a--b--c
|  |  |
d--e--f
"""


def ladder(folder, tags, nodes=None, **settings):
    """Return a block with a middle street b-e of the given tags; around it is residential."""
    ways = [RING_WAY, ("be", tags)]
    return town(folder, LADDER, ways, nodes, **settings)


def test_seconds_and_metres_follow_from_length_speed_and_congestion(tmp_path):
    network = ladder(tmp_path, STREET)
    # b-e is 80 m: van 25 km/h and 1.4 = 16.128 s, bike 16 km/h = 18 s, walk 5 km/h = 57.6 s,
    # lorry 22.5 km/h and 1.4 = 17.92 s
    assert travel_s(network, VAN, "b", "e") == 16
    assert travel_s(network, LORRY, "b", "e") == 18
    assert travel_s(network, CARGO_BIKE, "b", "e") == 18
    assert travel_s(network, WALK, "b", "e") == 58
    arcs = network.streets.arcs[VAN]
    assert arcs.length_m.tolist() == [80, 80]  # the longer ways round are never the best arc


def test_a_street_of_several_ways_adds_their_times_up(tmp_path):
    art = "a--b--c"
    ways = [("ab", {"highway": "service"}), ("bc", STREET)]
    network = town(tmp_path, art, ways)
    # 120 m at 15 km/h and 120 m at 25 km/h, both 1.4: 40.32 + 24.192 = 64.5 s
    assert travel_s(network, VAN, "a", "c") == pytest.approx(65, abs=1)
    assert letters_of(network, VAN) == "ac"


def test_a_one_way_street_is_one_way_for_vehicles_only(tmp_path):
    network = ladder(tmp_path, {**STREET, "oneway": "yes"})
    around_s = travel_s(network, VAN, "e", "b")
    assert travel_s(network, VAN, "b", "e") < around_s
    assert travel_s(network, CARGO_BIKE, "b", "e") < travel_s(network, CARGO_BIKE, "e", "b")
    assert travel_s(network, WALK, "b", "e") == travel_s(network, WALK, "e", "b")


def test_a_one_way_street_drawn_backwards_is_turned_round(tmp_path):
    network = ladder(tmp_path, {**STREET, "oneway": "-1"})
    assert travel_s(network, VAN, "e", "b") < travel_s(network, VAN, "b", "e")


def test_a_contraflow_lane_lets_bikes_through(tmp_path):
    network = ladder(tmp_path, {**STREET, "oneway": "yes", "cycleway": "opposite_lane"})
    assert travel_s(network, CARGO_BIKE, "e", "b") == travel_s(network, CARGO_BIKE, "b", "e")
    assert travel_s(network, VAN, "e", "b") > travel_s(network, VAN, "b", "e")


def test_steps_are_for_feet_and_take_twice_the_time(tmp_path):
    network = ladder(tmp_path, {"highway": "steps"})
    assert travel_s(network, WALK, "b", "e") == 115
    assert travel_s(network, CARGO_BIKE, "b", "e") > 50


def test_lorries_go_round_a_street_closed_to_them(tmp_path):
    for tags in ({"hgv": "no"}, {"maxweight": "7.5"}):
        network = ladder(tmp_path, {**STREET, **tags})
        assert travel_s(network, VAN, "b", "e") == 16
        assert travel_s(network, LORRY, "b", "e") > 50


def test_a_pedestrian_street_opens_to_bikes_by_its_tag(tmp_path):
    closed = ladder(tmp_path, {"highway": "pedestrian"})
    opened = ladder(tmp_path, {"highway": "pedestrian", "bicycle": "yes"})
    assert travel_s(closed, CARGO_BIKE, "b", "e") > travel_s(opened, CARGO_BIKE, "b", "e") == 36
    assert travel_s(opened, VAN, "b", "e") > 50


def test_a_bollard_stops_vans_and_lets_bikes_pass(tmp_path):
    art = """
a--b--c
|  x  |
d--e--f
"""
    ways = [RING_WAY, ("bxe", STREET)]
    free = town(tmp_path, art, ways)
    network = town(tmp_path, art, ways, nodes={"x": {"barrier": "bollard"}})
    assert travel_s(network, VAN, "b", "e") > travel_s(free, VAN, "b", "e")
    assert travel_s(network, CARGO_BIKE, "b", "e") == travel_s(free, CARGO_BIKE, "b", "e")
    assert any(line.what == "barriers" and line.count == 1 for line in network.audit)


def test_a_roundabout_is_left_by_going_on_round(tmp_path):
    art = """
---p---
--b-c--
q-----r
--e-d--
---s---
"""
    circle = ("bcdeb", {**STREET, "junction": "roundabout"})
    ways = [circle, ("pb", STREET), ("cr", STREET), ("ds", STREET), ("eq", STREET)]
    network = town(tmp_path, art, ways)
    # the circle runs b, c, d, e: c comes right after b, e only at the end
    assert travel_s(network, VAN, "b", "c") < travel_s(network, VAN, "b", "e")
    assert travel_s(network, WALK, "b", "e") < travel_s(network, VAN, "b", "e") * 4


def test_an_island_is_left_out_and_the_audit_says_how_much(tmp_path):
    art = """
a--b--c
|     |
d--e--f

g--h
"""
    network = town(tmp_path, art, [RING_WAY, ("ea", STREET), ("gh", STREET)])
    assert "g" not in letters_of(network, VAN)
    line = next(line for line in network.audit if line.what == "van streets connected")
    assert "%" in line.detail


def test_a_dead_one_way_end_is_no_place_to_send_a_van(tmp_path):
    network = town(tmp_path, "a--b--c", [("ab", STREET), ("bc", {**STREET, "oneway": "yes"})])
    assert letters_of(network, VAN) == "ab"
    assert letters_of(network, WALK) == "abc"


def test_streets_far_beyond_the_stated_box_are_cut_and_counted(tmp_path):
    art = RING.strip("\n") + "-" * 60 + "z"
    bounds = (6.0995, 46.198, 6.104, 46.2005)
    network = town(tmp_path, art, [RING_WAY, ("fz", STREET), ("eb", STREET)], bounds=bounds)
    assert "z" not in letters_of(network, WALK)
    line = next(line for line in network.audit if line.what == "streets beyond the study area")
    assert line.count == pytest.approx(61 * 40, rel=0.01)


def test_a_clip_keeps_its_part_and_a_clip_elsewhere_is_refused(tmp_path):
    network = load(BONDY, clip=(2.4779, 48.9068, 2.4845, 48.9128))
    assert 0 < network.streets.node_count < bondy().streets.node_count
    with pytest.raises(Refusal, match=r"F209 .*holds no street"):
        load(BONDY, clip=(3.0, 45.0, 3.1, 45.1))
    with pytest.raises(Refusal, match=r"F209 .*is empty"):
        load(BONDY, clip=(2.5, 48.9, 2.4, 48.95))


def test_a_world_wide_box_is_not_believed(tmp_path):
    network = ladder(tmp_path, STREET, bounds=(-180, -85, 180, 85))
    assert network.boundary.area < 1e6


def test_the_crs_is_the_utm_zone_or_what_is_asked_for(tmp_path):
    assert ladder(tmp_path, STREET).streets.crs == "EPSG:32632"
    assert ladder(tmp_path, STREET, crs="EPSG:2056").streets.crs == "EPSG:2056"
    for wrong in ("EPSG:4326", "EPSG:999999", "metres"):
        with pytest.raises(Refusal, match="F210"):
            ladder(tmp_path, STREET, crs=wrong)


def test_lengths_agree_with_the_projected_positions():
    streets = bondy().streets
    arcs = streets.arcs[WALK]
    straight = np.hypot(
        streets.x_m[arcs.tail] - streets.x_m[arcs.head],
        streets.y_m[arcs.tail] - streets.y_m[arcs.head],
    )
    assert (arcs.length_m >= straight * 0.995 - 1).all()


def test_every_node_of_a_profile_reaches_every_other():
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    streets = bondy().streets
    for key in PROFILES:
        arcs = streets.arcs[key]
        _, label = connected_components(
            coo_array(
                (np.ones(arcs.count), (arcs.tail, arcs.head)), shape=(streets.node_count,) * 2
            ),
            connection="strong",
        )
        assert len(np.unique(label[np.unique([arcs.tail, arcs.head])])) == 1
        assert (arcs.time_s >= 1).all()
        assert (arcs.length_m >= 1).all()
        assert len(np.unique(np.stack([arcs.tail, arcs.head]), axis=1).T) == arcs.count


def test_two_loads_give_identical_streets():
    assert same_streets(load(BONDY), bondy())


def test_a_second_congestion_changes_vans_and_nothing_else(tmp_path):
    calm = ladder(tmp_path, STREET, congestion={"minor": 1.0})
    busy = ladder(tmp_path, STREET, congestion={"minor": 2.0})
    assert travel_s(calm, VAN, "b", "e") == 12
    assert travel_s(busy, VAN, "b", "e") == 23
    assert travel_s(calm, WALK, "b", "e") == travel_s(busy, WALK, "b", "e")


def test_a_file_with_a_missing_node_cuts_the_street_there(tmp_path):
    path = tmp_path / "hole.osm"
    from tests.network.towns import write_town

    write_town(path, LADDER, [RING_WAY, ("be", STREET), ("by", STREET)])
    network = load(path)
    line = next(line for line in network.audit if line.what == "missing street nodes")
    assert line.count == 1
    assert travel_s(network, VAN, "b", "e") == 16
