"""Speeds and access of the four profiles, by OSM road class; the source stands beside each table.

OSM wiki pages are cited by name; they live at wiki.openstreetmap.org/wiki/<name>. OSRM and
GraphHopper are open routing engines whose profiles are cited for single figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, WALK

PROFILE_VERSION = 2
"""Raise it whenever a table or rule of this room changes: caches of older versions are ignored."""

CONGESTION_GROUP = {
    "motorway": "motorway",
    "motorway_link": "motorway",
    "trunk": "motorway",
    "trunk_link": "motorway",
    "primary": "main",
    "primary_link": "main",
    "secondary": "main",
    "secondary_link": "main",
}
"""Road class -> field of the scenario's `congestion` block; all other classes are `minor`."""

DRIVE_KPH = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 85.0,
    "trunk_link": 40.0,
    "primary": 65.0,
    "primary_link": 30.0,
    "secondary": 55.0,
    "secondary_link": 25.0,
    "tertiary": 40.0,
    "tertiary_link": 20.0,
    "unclassified": 25.0,
    "residential": 25.0,
    "road": 25.0,
    "living_street": 10.0,
    "service": 15.0,
}
"""Free-flow speeds where no maxspeed is mapped. Source: OSRM car profile (profiles/car.lua)."""

MINOR = frozenset({"unclassified", "residential", "road", "living_street", "service"})
"""On these a mapped maxspeed never makes a vehicle faster than the table: assumption, because
parking, crossings and narrowness set the pace there, not the sign."""

MAXSPEED_SHARE = 0.8
"""Share of a mapped maxspeed that is driven. Source: OSRM car profile (`speed_reduction`)."""

LORRY_SHARE = 0.9
"""Lorry speed over car speed. Source: GraphHopper's example custom models for trucks
(`car_average_speed * 0.9`)."""

LORRY_LIMIT_KPH = 80.0
"""Legal limit of lorries over 3.5 t on most European motorways (Switzerland, Germany: 80 km/h;
OSM wiki "Default speed limits")."""

LORRY_WEIGHT_T = 12.0
VAN_WEIGHT_T = 3.5
"""Gross weights compared with maxweight. Assumption: a two-axle distribution lorry of 12 t, a van
of licence class B (3.5 t)."""

LORRY_HEIGHT_M = 3.8
VAN_HEIGHT_M = 2.7
"""Heights compared with maxheight. Assumption: box body lorry, high-roof van."""

BIKE_KPH = {
    "primary": 16.0,
    "primary_link": 16.0,
    "secondary": 16.0,
    "secondary_link": 16.0,
    "tertiary": 16.0,
    "tertiary_link": 16.0,
    "unclassified": 16.0,
    "residential": 16.0,
    "road": 16.0,
    "living_street": 12.0,
    "service": 14.0,
    "cycleway": 16.0,
    "busway": 16.0,
    "track": 12.0,
    "path": 12.0,
    "bridleway": 10.0,
    "footway": 8.0,
    "pedestrian": 8.0,
}
"""Cargo bikes. 16 km/h: mean of the Brussels cargo bike study (dutchcargo.co.nz, "Bullitt cargo
bikes deliver faster ..."). Track and path 12: OSRM bicycle profile. Among people on foot 8, in
living streets 12, service ways 14: assumptions (slower where space is shared)."""

WALK_KPH = 5.0
STEPS_KPH = 2.5
"""Walking 5 km/h: OSRM foot profile (`walking_speed`). Steps at half of it: assumption."""

WALK_CLASSES = frozenset(
    (set(DRIVE_KPH) | set(BIKE_KPH) | {"steps", "corridor", "elevator", "platform"})
    - {"motorway", "motorway_link", "trunk", "trunk_link", "busway"}
)
"""Classes open on foot. Source: OSM wiki "OSM tags for routing/Access restrictions"; trunk roads
are left out unless foot=yes, as several countries there do."""

NEEDS_BICYCLE_TAG = frozenset({"footway", "pedestrian", "bridleway", "busway"})
"""Classes closed to bicycles unless a bicycle tag opens them. Source: as for `WALK_CLASSES`."""

CLOSED = frozenset(
    {
        "no",
        "private",
        "agricultural",
        "forestry",
        "military",
        "emergency",
        "use_sidepath",
        "dismount",
        "residents",
        "permit",
        "psv",
        "bus",
    }
)
"""Access values that close a way. Source: OSM wiki "Key:access". `destination`, `delivery`,
`customers` and `permissive` stay open, because every trip of a plan is a delivery."""

BLOCKING = frozenset(
    {
        "block",
        "bollard",
        "chain",
        "cycle_barrier",
        "jersey_barrier",
        "kissing_gate",
        "log",
        "motorcycle_barrier",
        "planter",
        "stile",
        "turnstile",
        "wall",
        "fence",
    }
)
"""Barriers on a node that stop motor vehicles. Source: OSM wiki "Key:barrier"; gates and lift
gates count as open unless their access tag closes them."""

BLOCKING_BIKE = frozenset({"kissing_gate", "stile", "turnstile", "wall", "fence"})
"""Barriers that stop a cargo bike. Source: as for `BLOCKING`; assumption: a bike is ridden round
bollards and through cycle barriers."""


@dataclass(frozen=True)
class Profile:
    """What one vehicle may use and how fast it is.

    speeds_kph : free-flow speed by road class; other classes are closed unless a tag opens them.
    access_keys : tags that open or close a way, the most telling first.
    """

    key: str
    speeds_kph: dict[str, float]
    access_keys: tuple[str, ...]
    motor: bool = False
    speed_share: float = 1.0
    limit_kph: float = 200.0
    weight_t: float = 0.0
    height_m: float = 0.0
    blocked_by: frozenset[str] = frozenset()


TABLE = {
    LORRY: Profile(
        key=LORRY,
        speeds_kph=DRIVE_KPH,
        access_keys=("hgv", "motor_vehicle", "vehicle", "access"),
        motor=True,
        speed_share=LORRY_SHARE,
        limit_kph=LORRY_LIMIT_KPH,
        weight_t=LORRY_WEIGHT_T,
        height_m=LORRY_HEIGHT_M,
        blocked_by=BLOCKING,
    ),
    VAN: Profile(
        key=VAN,
        speeds_kph=DRIVE_KPH,
        access_keys=("goods", "motorcar", "motor_vehicle", "vehicle", "access"),
        motor=True,
        weight_t=VAN_WEIGHT_T,
        height_m=VAN_HEIGHT_M,
        blocked_by=BLOCKING,
    ),
    CARGO_BIKE: Profile(
        key=CARGO_BIKE,
        speeds_kph=BIKE_KPH,
        access_keys=("bicycle", "vehicle", "access"),
        blocked_by=BLOCKING_BIKE,
    ),
    WALK: Profile(
        key=WALK,
        speeds_kph={
            name: STEPS_KPH if name == "steps" else WALK_KPH for name in sorted(WALK_CLASSES)
        },
        access_keys=("foot", "access"),
    ),
}
"""The profiles, in the order of `core.kinds.PROFILES`."""

STREET_CLASSES = frozenset().union(*(profile.speeds_kph for profile in TABLE.values()))
"""Values of highway=* that are read as streets; everything else is left out of the graph."""

STREET_KEYS = (
    "highway", "name", "ref", "oneway", "oneway:bicycle", "junction", "maxspeed",
    "maxspeed:forward", "maxspeed:backward", "cycleway", "cycleway:left", "cycleway:right",
    "cycleway:both", "cycleway:left:oneway", "cycleway:right:oneway", "access", "vehicle",
    "motor_vehicle", "motorcar", "goods", "hgv", "bicycle", "foot", "maxweight",
    "maxweightrating", "maxheight", "service", "bridge", "tunnel", "layer", "area",
)  # fmt: skip
"""Tags of ways that the profiles, the map or the gateways look at."""

BARRIER_KEYS = (
    "barrier", "access", "vehicle", "motor_vehicle", "motorcar", "goods", "hgv", "bicycle", "foot",
)  # fmt: skip
"""Tags of nodes that may stop a vehicle."""

RANK = {
    "motorway": 0,
    "trunk": 0,
    "primary": 0,
    "secondary": 0,
    "tertiary": 1,
    "unclassified": 1,
    "residential": 1,
    "road": 1,
    "living_street": 1,
}
"""Rank on maps: 0 main, 1 middle; everything else 2, small. `_link` classes count like theirs."""


def base_class(highway: str) -> str:
    """Return the class without `_link`."""
    return highway.removesuffix("_link")


def rank_of(highway: str) -> int:
    """Return 0 for main roads, 1 for streets, 2 for small ways."""
    return RANK.get(base_class(highway), 2)
