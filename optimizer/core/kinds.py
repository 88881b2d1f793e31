"""Codes that arrays of the problem carry, with the words that people read."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Kind(IntEnum):
    """What a design builds."""

    MICRO_HUB = 0
    PRODUCTIVE_HOTEL = 1
    DELIVERY_POINT = 2

    @property
    def key(self) -> str:
        """Name used in files: `micro_hub`, `productive_hotel`, `delivery_point`."""
        return self.name.lower()

    @property
    def words(self) -> str:
        """Name used on screens."""
        return self.name.lower().replace("_", " ")


class LandStatus(IntEnum):
    """Status of a site's soil; everything but ARTIFICIALISED counts as consumed when built on."""

    ARTIFICIALISED = 0
    NATURAL = 1
    AGRICULTURAL = 2
    FOREST = 3

    @property
    def key(self) -> str:
        """Name used in files."""
        return self.name.lower()


class OptionStatus(IntEnum):
    """What the scenario says about one (site, design) pair."""

    CANDIDATE = 0
    REQUIRED = 1
    EXISTING = 2
    FORBIDDEN = 3


class Noise(IntEnum):
    """How a tenant stands towards noise: NOISY and SENSITIVE never share a level."""

    SENSITIVE = -1
    NEUTRAL = 0
    NOISY = 1


class Channel(IntEnum):
    """How a parcel reaches its receiver."""

    VAN = 0
    BIKE = 1
    PICKUP = 2


class LandBasis(StrEnum):
    """Which surface a land ledger counts: the design's footprint or the whole parcel (site)."""

    FOOTPRINT = "footprint"
    PARCEL = "parcel"


class PickupChoice(StrEnum):
    """Who picks the delivery point: the planner, or people, who go to the nearest open one."""

    PLANNER = "planner"
    NEAREST = "nearest"


class Tenure(StrEnum):
    """How land is held.

    Bought (purse, interest on the price), leased (yearly rent), or on a long lease (a premium from
    the purse, spread over the lease as an annuity, and a lower yearly rent).
    """

    BUY = "buy"
    LEASE = "lease"
    LONG_LEASE = "long_lease"


LORRY = "lorry"
VAN = "van"
CARGO_BIKE = "cargo_bike"
WALK = "walk"
PROFILES = (LORRY, VAN, CARGO_BIKE, WALK)
