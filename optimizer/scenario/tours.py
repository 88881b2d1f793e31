"""Blocks of tours: the estimate of the siting model, and what real tours of a day need.

`tours.day` turns on `faubourg route`; the siting model does not look at it. `tour_checks` holds
what types and ranges cannot.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.scenario.base import Block, Count, Id, NotNegative, Positive, Share, Sourced

Hour = Annotated[float, Field(ge=0, le=24)]


class PaceStep(Block):
    """Pace of travel from an hour on, until the next step or midnight."""

    from_hour: Hour
    pace: Annotated[float, Field(gt=0.05, le=5)]
    """1 = as fast as the streets of the scenario say; below 1 slower."""


class CrewBlock(Sourced):
    """One kind of vehicle with its driver or rider."""

    capacity_kg: Positive
    capacity_l: Positive
    shift_from_hour: Hour
    """No tour begins earlier."""
    shift_until_hour: Hour
    """No tour ends later."""
    shift_max_h: Positive
    """Longest tour of one driver, breaks included."""
    break_min: NotNegative = 0.0
    """Length of a break; it counts as paid time."""
    work_max_h: Positive | None = None
    """Longest stretch of a tour without a break; without it no break is needed."""
    load_min: NotNegative = 0.0
    """At the start and at each reload."""
    reloads_max: Count = 0
    """Of one tour of a bike, at its hub."""
    pace: Annotated[tuple[PaceStep, ...], Field(max_length=24)] = ()
    """How travel slows down and quickens over the day; before the first step the pace is 1."""


class CrewsBlock(Block):
    """The three vehicles with their crews."""

    lorry: CrewBlock
    van: CrewBlock
    cargo_bike: CrewBlock


class WindowBlock(Sourced):
    """A time in which some receivers were promised their parcels."""

    from_hour: Hour
    until_hour: Hour
    share: Share
    """Of all stops; those without a window are served at any time."""


class HubRoomBlock(Sourced):
    """How much a micro-hub can hold and handle."""

    design: Id | None = None
    """A micro-hub design; without it the entry holds for all designs that no other names."""
    storage_parcels: Positive
    """At any moment."""
    handling_parcels_per_hour: Positive
    """Sorted and ready for riders after they came."""


class DayBlock(Sourced):
    """What tours of a delivery day need beyond the siting model."""

    parcel_kg: Positive
    """Weight of a mean parcel."""
    parcel_l: Positive
    """Volume of a mean parcel, as packed."""
    drop_parcels_max: Annotated[int, Field(ge=1)]
    """Largest consignment that one stop brings to a hub."""
    penalty_eur_per_parcel: NotNegative | None = None
    """Of a parcel that is not brought today; without it every parcel must be brought."""
    crews: CrewsBlock
    windows: Annotated[tuple[WindowBlock, ...], Field(max_length=20)] = ()
    hubs: tuple[HubRoomBlock, ...] = ()
    """For every micro-hub design."""


class ToursBlock(Sourced):
    """Estimate of the distance between stops: constant * circuity / sqrt(stops per area)."""

    constant: Positive = 0.7124
    circuity: Annotated[float, Field(ge=1, le=3)] = 1.3
    day: DayBlock | None = None
    """What `faubourg route` needs; without it a plan has no tours."""
