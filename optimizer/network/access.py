"""Which way a profile may go along a way, and how fast, from the way's OSM tags."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from optimizer.core.kinds import CARGO_BIKE, WALK
from optimizer.network.profiles import (
    CLOSED,
    CONGESTION_GROUP,
    MAXSPEED_SHARE,
    MINOR,
    NEEDS_BICYCLE_TAG,
    Profile,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.scenario.city import Congestion

YES = frozenset({"yes", "true", "1"})
NO = frozenset({"no", "false", "0"})
BACKWARD = frozenset({"-1", "reverse"})
OPPOSITE = frozenset({"opposite", "opposite_lane", "opposite_track", "opposite_share_busway"})
SIDE_KEYS = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")

KPH_PER_MPH = 1.609344
KPH_PER_KNOT = 1.852
T_PER_UNIT = {"": 1.0, "t": 1.0, "kg": 0.001, "lbs": 0.000_453_592, "st": 0.907_185}
WALKING_PACE_KPH = 7.0
"""maxspeed=walk. Source: OSM wiki "Key:maxspeed" (walking pace, 4-7 km/h; German courts: 7)."""

ZONE_KPH = {
    "urban": 50.0,
    "rural": 80.0,
    "trunk": 100.0,
    "motorway": 120.0,
    "living_street": 20.0,
    "pedestrian_zone": 20.0,
    "bicycle_road": 30.0,
}
"""maxspeed=XX:zone. Source: OSM wiki "Default speed limits"; values of Switzerland (80/100/120)
and France (50/80) where countries differ; country:zoneNN carries its own number."""

NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?\s*$")
WEIGHT = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*(t|kg|lbs|st)?\s*$")
HEIGHT = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*(m)?\s*$")
ZONE = re.compile(r"^[A-Z]{2}(?:-[A-Z]{2,3})?:(?:zone:?)?([a-z_]+|\d+)$")


def parse_speed_kph(text: str) -> float | None:
    """Return a maxspeed tag in km/h, inf for "none", None where it says nothing usable."""
    value = text.split(";", maxsplit=1)[0].strip()
    if value == "none":
        return math.inf
    if value == "walk":
        return WALKING_PACE_KPH
    found = NUMBER.match(value)
    if found:
        factor = {"mph": KPH_PER_MPH, "knots": KPH_PER_KNOT}.get(found[2] or "", 1.0)
        return _sane(float(found[1]) * factor)
    found = ZONE.match(value)
    if found:
        zone = found[1]
        return _sane(float(zone)) if zone.isdigit() else ZONE_KPH.get(zone)
    return None


def _sane(kph: float) -> float | None:
    return kph if 1.0 <= kph <= 200.0 else None


def parse_weight_t(text: str) -> float | None:
    """Return a maxweight tag in tonnes, None where it sets no usable limit."""
    found = WEIGHT.match(text)
    return float(found[1].replace(",", ".")) * T_PER_UNIT[found[2] or ""] if found else None


def parse_height_m(text: str) -> float | None:
    """Return a maxheight tag in metres, None where it sets no usable limit."""
    found = HEIGHT.match(text)
    return float(found[1].replace(",", ".")) if found else None


def speed_kph(tags: Mapping[str, str], profile: Profile, *, backward: bool) -> float:
    """Return the free-flow speed of `profile` on a way that is open to it, > 0."""
    highway = tags.get("highway", "")
    table = profile.speeds_kph.get(highway)
    if not profile.motor:
        return table if table is not None else profile.speeds_kph["residential"]
    speed = table if table is not None else profile.speeds_kph["service"]
    sign = _maxspeed_kph(tags, backward=backward)
    if sign is not None and math.isfinite(sign):
        driven = sign * MAXSPEED_SHARE
        speed = min(speed, driven) if highway in MINOR or table is None else driven
    return min(speed * profile.speed_share, profile.limit_kph)


def _maxspeed_kph(tags: Mapping[str, str], *, backward: bool) -> float | None:
    for key in ("maxspeed:backward" if backward else "maxspeed:forward", "maxspeed"):
        if key in tags:
            speed = parse_speed_kph(tags[key])
            if speed is not None:
                return speed
    return None


def congestion_factor(tags: Mapping[str, str], profile: Profile, congestion: Congestion) -> float:
    """Return the factor on driving time; 1 for bikes and people on foot."""
    if not profile.motor:
        return 1.0
    group = CONGESTION_GROUP.get(tags.get("highway", ""), "minor")
    return float(getattr(congestion, group))


def may_use(tags: Mapping[str, str], profile: Profile) -> bool:
    """Tell whether `profile` may use a way at all, in one direction or both."""
    stated = _stated(tags, profile)
    if stated is not None and stated in CLOSED:
        return False
    highway = tags.get("highway", "")
    telling = _stated(tags, profile, own=True) is not None
    if highway not in profile.speeds_kph and not (telling and _opens(highway, profile)):
        return False
    if profile.key == CARGO_BIKE and highway in NEEDS_BICYCLE_TAG and "bicycle" not in tags:
        return False
    return not (profile.motor and _too_big(tags, profile))


def _stated(tags: Mapping[str, str], profile: Profile, *, own: bool = False) -> str | None:
    """Return the most telling access value; with `own`, only one said of this very vehicle."""
    general = {"vehicle", "access"}
    for key in profile.access_keys:
        if key in tags and not (own and key in general):
            return tags[key].split(";")[0].strip()
    return None


def _opens(highway: str, profile: Profile) -> bool:
    """Tell whether a tag such as motor_vehicle=delivery may open a class outside the table."""
    if profile.key == WALK:
        return highway in {"trunk", "trunk_link"}
    if profile.key == CARGO_BIKE:
        return highway in {"trunk", "trunk_link"}
    return highway in {"pedestrian", "track", "cycleway", "footway", "path"}


def _too_big(tags: Mapping[str, str], profile: Profile) -> bool:
    for key in ("maxweight", "maxweightrating"):
        limit_t = parse_weight_t(tags[key]) if key in tags else None
        if limit_t is not None and limit_t < profile.weight_t:
            return True
    limit_m = parse_height_m(tags["maxheight"]) if "maxheight" in tags else None
    return limit_m is not None and limit_m < profile.height_m


def directions(tags: Mapping[str, str], profile: Profile) -> tuple[bool, bool]:
    """Return (forward, backward): whether `profile` may go with and against the node order."""
    if not may_use(tags, profile):
        return False, False
    if profile.key == WALK:
        return True, True
    if profile.key == CARGO_BIKE:
        return _bike_directions(tags)
    return _drive_directions(tags)


def _bike_directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    own = tags.get("oneway:bicycle", "")
    if own:
        return _oneway(own)
    forward, backward = _drive_directions(tags)
    against = (forward or backward) and _contraflow(tags)
    return forward or against, backward or against


def _drive_directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Return the directions open to vehicles.

    motorway and roundabouts are one-way unless tagged otherwise (OSM wiki "Key:oneway").
    """
    stated = tags.get("oneway", "")
    if stated in YES | NO | BACKWARD | {"reversible"}:
        return _oneway(stated)
    implied = tags.get("junction") in {"roundabout", "circular"}
    if implied or tags.get("highway") == "motorway":
        return True, False
    return True, True


def _oneway(value: str) -> tuple[bool, bool]:
    if value in YES:
        return True, False
    if value in BACKWARD:
        return False, True
    if value == "reversible":
        return False, False
    return True, True


def _contraflow(tags: Mapping[str, str]) -> bool:
    """Tell whether bicycles may ride against a one-way street (OSM wiki "Key:cycleway")."""
    if any(tags.get(key, "") in OPPOSITE for key in SIDE_KEYS):
        return True
    sides = ("cycleway:left:oneway", "cycleway:right:oneway")
    return any(tags.get(key, "") in NO | BACKWARD for key in sides)


def node_stops(tags: Mapping[str, str], profile: Profile) -> bool:
    """Tell whether a tagged node (a bollard, a gate) stops `profile`."""
    if "barrier" not in tags:
        return False
    stated = _stated(tags, profile)
    if stated is not None:
        return stated in CLOSED and not (profile.key == CARGO_BIKE and stated == "dismount")
    return tags["barrier"] in profile.blocked_by
