"""What a source of streets delivers before anything is decided about it."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True)
class Way:
    """A street as mapped: node ids in mapped order and the tags that profiles look at."""

    id: int
    nodes: tuple[int, ...]
    tags: dict[str, str]


@dataclass(frozen=True)
class RawFeature:
    """Something around the streets: an id such as "w123", its shape as WKB in degrees, its tags."""

    id: str
    wkb: bytes
    tags: dict[str, str]


@dataclass(frozen=True, eq=False)
class RawWorld:
    """Streets and features in degrees, in the order of their ids.

    position : node id -> (lon, lat). barriers : node id -> tags of a node that may stop a vehicle.
    box : what the source says it covers, or None. date : ISO text or "".
    lost_nodes : node references of streets that the source does not hold.
    """

    ways: tuple[Way, ...]
    position: dict[int, tuple[float, float]]
    barriers: dict[int, dict[str, str]]
    areas: tuple[RawFeature, ...]
    points: tuple[RawFeature, ...]
    lines: tuple[RawFeature, ...]
    box: Box | None
    date: str
    lost_nodes: int = 0
