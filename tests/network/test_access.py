"""Tags decide who may go where, how fast, and in which direction."""

import math

import pytest

from optimizer.core.kinds import CARGO_BIKE, LORRY, PROFILES, VAN, WALK
from optimizer.network.access import (
    congestion_factor,
    directions,
    may_use,
    node_stops,
    parse_height_m,
    parse_speed_kph,
    parse_weight_t,
    speed_kph,
)
from optimizer.network.profiles import STREET_CLASSES, TABLE
from optimizer.scenario.city import Congestion

BOTH, FORWARD, BACKWARD, CLOSED = (True, True), (True, False), (False, True), (False, False)


def way(highway="residential", **tags):
    return {"highway": highway, **{key.replace("__", ":"): value for key, value in tags.items()}}


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("30", 30),
        ("30 km/h", 30),
        ("30 mph", 48.28032),
        ("20mph", 32.18688),
        ("none", math.inf),
        ("walk", 7),
        ("CH:urban", 50),
        ("FR:zone30", 30),
        ("DE:zone:20", 20),
        ("50;30", 50),
        ("signals", None),
        ("0", None),
        ("9999", None),
        ("-30", None),
        ("", None),
        ("fünfzig", None),
    ],
)
def test_a_maxspeed_is_read_or_ignored(text, kph):
    assert parse_speed_kph(text) == pytest.approx(kph) if kph else parse_speed_kph(text) is None


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [("3.5", 3.5), ("7,5 t", 7.5), ("3500 kg", 3.5), ("none", None), ("unsigned", None)],
)
def test_a_maxweight_is_read_in_tonnes(text, tonnes):
    assert parse_weight_t(text) == tonnes


def test_a_maxheight_is_read_in_metres():
    assert parse_height_m("2.1") == 2.1
    assert parse_height_m("3,5 m") == 3.5
    assert parse_height_m("default") is None


def test_every_profile_uses_a_residential_street_both_ways():
    assert all(directions(way(), TABLE[key]) == BOTH for key in PROFILES)


@pytest.mark.parametrize(
    ("tags", "lorry", "van", "bike", "walk"),
    [
        (way("motorway"), FORWARD, FORWARD, CLOSED, CLOSED),
        (way("trunk"), BOTH, BOTH, CLOSED, CLOSED),
        (way("trunk", foot="yes", bicycle="yes"), BOTH, BOTH, BOTH, BOTH),
        (way(oneway="yes"), FORWARD, FORWARD, FORWARD, BOTH),
        (way(oneway="-1"), BACKWARD, BACKWARD, BACKWARD, BOTH),
        (way(oneway="reversible"), CLOSED, CLOSED, CLOSED, BOTH),
        (way(oneway="yes", oneway__bicycle="no"), FORWARD, FORWARD, BOTH, BOTH),
        (way(oneway="yes", cycleway="opposite"), FORWARD, FORWARD, BOTH, BOTH),
        (way(oneway="yes", cycleway__left="opposite_lane"), FORWARD, FORWARD, BOTH, BOTH),
        (way(oneway="-1", cycleway__right="opposite_track"), BACKWARD, BACKWARD, BOTH, BOTH),
        (way(oneway="yes", cycleway__left__oneway="-1"), FORWARD, FORWARD, BOTH, BOTH),
        (way(oneway="yes", cycleway="lane"), FORWARD, FORWARD, FORWARD, BOTH),
        (way(junction="roundabout"), FORWARD, FORWARD, FORWARD, BOTH),
        (way(junction="roundabout", oneway="no"), BOTH, BOTH, BOTH, BOTH),
        (way(hgv="no"), CLOSED, BOTH, BOTH, BOTH),
        (way(hgv="delivery"), BOTH, BOTH, BOTH, BOTH),
        (way(maxweight="7.5"), CLOSED, BOTH, BOTH, BOTH),
        (way(maxweight="3.5"), CLOSED, BOTH, BOTH, BOTH),
        (way(maxweight="2"), CLOSED, CLOSED, BOTH, BOTH),
        (way(maxheight="2.1"), CLOSED, CLOSED, BOTH, BOTH),
        (way(maxheight="3"), CLOSED, BOTH, BOTH, BOTH),
        (way(access="private"), CLOSED, CLOSED, CLOSED, CLOSED),
        (way(access="no", bicycle="yes"), CLOSED, CLOSED, BOTH, CLOSED),
        (way(motor_vehicle="no"), CLOSED, CLOSED, BOTH, BOTH),
        (way(motor_vehicle="delivery"), BOTH, BOTH, BOTH, BOTH),
        (way(vehicle="no"), CLOSED, CLOSED, CLOSED, BOTH),
        (way(vehicle="no", motorcar="yes"), CLOSED, BOTH, CLOSED, BOTH),
        (way(bicycle="use_sidepath"), BOTH, BOTH, CLOSED, BOTH),
        (way(foot="no"), BOTH, BOTH, BOTH, CLOSED),
        (way("pedestrian"), CLOSED, CLOSED, CLOSED, BOTH),
        (way("pedestrian", bicycle="yes"), CLOSED, CLOSED, BOTH, BOTH),
        (way("pedestrian", bicycle="dismount"), CLOSED, CLOSED, CLOSED, BOTH),
        (way("pedestrian", motor_vehicle="delivery"), BOTH, BOTH, CLOSED, BOTH),
        (way("footway"), CLOSED, CLOSED, CLOSED, BOTH),
        (way("footway", bicycle="designated"), CLOSED, CLOSED, BOTH, BOTH),
        (way("cycleway"), CLOSED, CLOSED, BOTH, BOTH),
        (way("cycleway", oneway="yes"), CLOSED, CLOSED, FORWARD, BOTH),
        (way("path"), CLOSED, CLOSED, BOTH, BOTH),
        (way("steps"), CLOSED, CLOSED, CLOSED, BOTH),
        (way("steps", bicycle="yes"), CLOSED, CLOSED, CLOSED, BOTH),
        (way("busway"), CLOSED, CLOSED, CLOSED, CLOSED),
        (way("construction"), CLOSED, CLOSED, CLOSED, CLOSED),
    ],
)
def test_tags_open_and_close_a_way(tags, lorry, van, bike, walk):
    wanted = dict(zip((LORRY, VAN, CARGO_BIKE, WALK), (lorry, van, bike, walk), strict=True))
    assert {key: directions(tags, TABLE[key]) for key in PROFILES} == wanted


def test_a_main_road_is_driven_at_four_fifths_of_its_sign():
    tags = way("primary", maxspeed="50")
    assert speed_kph(tags, TABLE[VAN], backward=False) == pytest.approx(40)
    assert speed_kph(tags, TABLE[LORRY], backward=False) == pytest.approx(36)


def test_a_sign_slows_a_small_street_and_never_quickens_it():
    assert speed_kph(way(maxspeed="20"), TABLE[VAN], backward=False) == pytest.approx(16)
    assert speed_kph(way(maxspeed="70"), TABLE[VAN], backward=False) == pytest.approx(25)


def test_a_direction_may_have_its_own_sign():
    tags = way("secondary", maxspeed="50", maxspeed__backward="30")
    assert speed_kph(tags, TABLE[VAN], backward=False) == pytest.approx(40)
    assert speed_kph(tags, TABLE[VAN], backward=True) == pytest.approx(24)


def test_a_road_without_a_limit_keeps_the_speed_of_its_class():
    assert speed_kph(way("motorway", maxspeed="none"), TABLE[VAN], backward=False) == 90
    assert speed_kph(way("motorway", maxspeed="none"), TABLE[LORRY], backward=False) == 80


def test_bikes_and_people_do_not_care_about_signs():
    tags = way("primary", maxspeed="5")
    assert speed_kph(tags, TABLE[CARGO_BIKE], backward=False) == 16
    assert speed_kph(tags, TABLE[WALK], backward=False) == 5
    assert speed_kph(way("trunk", foot="yes"), TABLE[WALK], backward=False) == 5


def test_congestion_slows_motors_by_road_class():
    congestion = Congestion(motorway=1.1, main=1.5, minor=2.0)
    seen = [
        congestion_factor(way(name), TABLE[VAN], congestion)
        for name in ("motorway", "trunk_link", "primary", "secondary_link", "tertiary", "service")
    ]
    assert seen == [1.1, 1.1, 1.5, 1.5, 2.0, 2.0]
    assert congestion_factor(way("primary"), TABLE[CARGO_BIKE], congestion) == 1.0


def test_every_street_class_has_a_positive_speed_for_whoever_may_use_it():
    for name in STREET_CLASSES:
        for key in PROFILES:
            tags = way(name)
            if may_use(tags, TABLE[key]):
                assert speed_kph(tags, TABLE[key], backward=False) > 0


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({"barrier": "bollard"}, {LORRY, VAN}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "access": "private"}, set(PROFILES)),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, {LORRY, VAN, CARGO_BIKE}),
        ({"barrier": "stile"}, {LORRY, VAN, CARGO_BIKE}),
        ({"barrier": "lift_gate"}, set()),
        ({"highway": "crossing", "access": "no"}, set()),
    ],
)
def test_a_barrier_stops_whom_it_is_meant_for(tags, stopped):
    assert {key for key in PROFILES if node_stops(tags, TABLE[key])} == stopped
