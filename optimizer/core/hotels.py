"""What makes a productive hotel more than floor area: units, neighbours, docks, people, exchange.

Companion of `core.facilities` (designs and their levels) and `core.world` (tenants): arrays here
run parallel to theirs. A problem whose `hotels` is None has none of these rules; the model is
stated in `optimizer.siting.stacking`. A row of `Levels` is a unit: a rentable part of a level, and
several units may have the same level number. Hours are clock hours 0..24 of a delivery day.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem

BANDS = ("day", "evening", "night")
"""Noise bands of directive 2002/49/EC: 07-19, 19-23 and 23-07 o'clock."""
BAND_HOURS = ((7, 19), (19, 23), (23, 31))
"""First hour and end of each band; hours of the next day count on from 24."""
MILLION = 1_000_000
"""Noise at a neighbour is counted in whole millionths of the energy that its limit allows."""


class Space(IntEnum):
    """What a unit is fit for, and what a tenant needs; ANY goes with everything."""

    ANY = 0
    WORKSHOP = 1
    OFFICE = 2
    HYBRID = 3

    @property
    def key(self) -> str:
        """Name used in files."""
        return self.name.lower()


@dataclass(frozen=True, eq=False)
class Units(Frozen):
    """The rows of `Levels` as rentable units; arrays have shape (l,).

    id : unique within a design ("1", "1-north"). position_m : where along the level its middle
    lies. space : `Space` codes. wet : water and drain; vented : extraction to the roof.
    lift_kg : heaviest piece that a goods lift brings there (levels above 0). tenants_max : parts of
    tenants in it; -1 = any number. fit_out_eur : HYBRID units, whole EUR, once, to be a workshop
    rather than an office; switch_eur : each later change between the two.
    """

    id: tuple[str, ...]
    position_m: NDArray[np.float64]
    space: NDArray[np.int8]
    wet: NDArray[np.bool_]
    vented: NDArray[np.bool_]
    lift_kg: NDArray[np.int64]
    tenants_max: NDArray[np.int32]
    fit_out_eur: NDArray[np.int64]
    switch_eur: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Equipment(Frozen):
    """What designs have beside floors; arrays have shape (d,).

    lift_trips_max : goods lift trips per day; -1 = no limit. inside_docks : docks of the hotel that
    a hub inside it takes all day. roof_m2 : usable roof of a hotel, whole m2.
    """

    lift_trips_max: NDArray[np.int32]
    inside_docks: NDArray[np.int32]
    roof_m2: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Businesses(Frozen):
    """What tenants need and bring beside `Tenants`; arrays have shape (f,) unless said.

    space : WORKSHOP, OFFICE or ANY, for the main part. wet, vented : needs such a unit.
    lift_kg : heaviest piece. lift_trips : goods lift trips per day if above the ground floor.
    dock_minutes : dock time per delivery day between the hours dock_from and dock_until; a tenant
    with `Tenants.dock` and 0 minutes has a dock to itself all day.
    work_from, work_until : hours of work, until may pass 24 (22..30 is a night shift).
    noise_db : (f, 3), sound power level by band, dB(A); -inf = silent then.
    jobs_by_skill : (f, k). needs_support, gives_support : start-ups, and those who back them.
    """

    space: NDArray[np.int8]
    wet: NDArray[np.bool_]
    vented: NDArray[np.bool_]
    lift_kg: NDArray[np.int64]
    lift_trips: NDArray[np.int32]
    dock_minutes: NDArray[np.int32]
    dock_from: NDArray[np.int32]
    dock_until: NDArray[np.int32]
    work_from: NDArray[np.int32]
    work_until: NDArray[np.int32]
    noise_db: NDArray[np.float64]
    jobs_by_skill: NDArray[np.float64]
    needs_support: NDArray[np.bool_]
    gives_support: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Annexes(Frozen):
    """Parts of tenants that may lie apart from their main part; arrays have shape (a,).

    tenant : whose; sorted. share : of the tenant's area, in (0, 1). space : `Space` codes.
    load_kg_m2 : of the annex. levels_apart_max : from the main part; -1 = anywhere in the hotel.
    """

    tenant: NDArray[np.int32]
    share: NDArray[np.float64]
    space: NDArray[np.int8]
    load_kg_m2: NDArray[np.int64]
    levels_apart_max: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of annexes."""
        return len(self.tenant)


@dataclass(frozen=True, eq=False)
class Apart(Frozen):
    """Pairs of groups of tenants that keep away from each other in a hotel; shape (p,).

    first, second : (p, f), members. levels : so many levels apart suffice (>= 1); distance_m : or
    so far along the building (inf: never enough). same_hours : only while both work.
    """

    name: tuple[str, ...]
    source: tuple[str, ...]
    first: NDArray[np.bool_]
    second: NDArray[np.bool_]
    levels: NDArray[np.int32]
    distance_m: NDArray[np.float64]
    same_hours: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of rules."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Neighbours(Frozen):
    """Places that noise of hotels reaches; arrays have shape (r,) unless said.

    limit_db, background_db : (r, 3), by band, dB(A); background -inf = none.
    attenuation_db : (s, r), from a site to a neighbour; inf = does not count (too far).
    """

    id: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    limit_db: NDArray[np.float64]
    background_db: NDArray[np.float64]
    attenuation_db: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of neighbours."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Mix(Frozen):
    """Sector targets over the let area, and jobs by skill.

    Sectors, shape (m,): members (m, f); covers (m, g), hotels of these jurisdictions; each_hotel :
    the shares hold in every hotel rather than over all; share_min, share_max : of the let area (0,
    1: no limit); area_min_m2, area_max_m2 : over all (0, -1: no limit).
    Jobs, shape (w,): jobs_skill, index into `skill`; jobs_covers (w, g); jobs_min.
    """

    name: tuple[str, ...]
    source: tuple[str, ...]
    members: NDArray[np.bool_]
    covers: NDArray[np.bool_]
    each_hotel: NDArray[np.bool_]
    share_min: NDArray[np.float64]
    share_max: NDArray[np.float64]
    area_min_m2: NDArray[np.int64]
    area_max_m2: NDArray[np.int64]
    skill: tuple[str, ...]
    jobs_name: tuple[str, ...]
    jobs_source: tuple[str, ...]
    jobs_skill: NDArray[np.int32]
    jobs_covers: NDArray[np.bool_]
    jobs_min: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of sector targets."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Access(Frozen):
    """Who can come to work, and how near support is.

    Workers, shape (w,): node_walk, node_bike (-1 = none); workers (w, k) by skill.
    limit_s : door to door. by : subset of ("walk", "bike", "transit"). capture_share : of the
    workers in reach who would take such a job; 0 = no rule.
    Transit, shape (p,): stop_node on the walking network; ride_s (p, p), int32, waiting included,
    -1 = no ride; stop_walk_s : at most, to and from a stop.
    Support: support_node (walking), support_limit_s on foot one way; -1 = no rule.
    """

    source: str
    worker_id: tuple[str, ...]
    node_walk: NDArray[np.int32]
    node_bike: NDArray[np.int32]
    workers: NDArray[np.float64]
    limit_s: int
    by: tuple[str, ...]
    capture_share: float
    stop_id: tuple[str, ...]
    stop_node: NDArray[np.int32]
    ride_s: NDArray[np.int32]
    stop_walk_s: int
    support_id: tuple[str, ...]
    support_node: NDArray[np.int32]
    support_limit_s: int


@dataclass(frozen=True, eq=False)
class Symbiosis(Frozen):
    """What one gives and another takes: heat, water, waste, material.

    Resources, shape (q,): unit; value_eur per unit delivered; loss_per_km, share of what is sent;
    reach_m; link_eur_m_year, for a link between two places.
    Tenants: gives, takes (f, q), units per year at `Tenants.area_m2`, growing with it.
    Partners outside, shape (e,): partner_lon, partner_lat, partner_gives, partner_takes (e, q).
    """

    resource: tuple[str, ...]
    source: tuple[str, ...]
    unit: tuple[str, ...]
    value_eur: NDArray[np.float64]
    loss_per_km: NDArray[np.float64]
    reach_m: NDArray[np.float64]
    link_eur_m_year: NDArray[np.float64]
    gives: NDArray[np.float64]
    takes: NDArray[np.float64]
    partner_id: tuple[str, ...]
    partner_lon: NDArray[np.float64]
    partner_lat: NDArray[np.float64]
    partner_gives: NDArray[np.float64]
    partner_takes: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of resources."""
        return len(self.resource)


@dataclass(frozen=True, eq=False)
class Services(Frozen):
    """Services that the tenants of a hotel share; arrays have shape (v,).

    designs : (v, d), where it can be. eur_year : what it costs; eur_tenant_year : what each tenant
    of the hotel is better off by it. tenants_min : fewer cannot keep it up.
    """

    name: tuple[str, ...]
    source: tuple[str, ...]
    designs: NDArray[np.bool_]
    eur_year: NDArray[np.float64]
    eur_tenant_year: NDArray[np.float64]
    tenants_min: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of services."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class RoofUses(Frozen):
    """What the roofs of hotels may serve; arrays have shape (u,).

    net_eur_m2_year : earned (negative: a cost). plot_min_m2 : smallest piece on one roof.
    share_min : of every new hotel's roof (a duty). total_max_m2 : over all roofs; -1 = no limit.
    """

    name: tuple[str, ...]
    source: tuple[str, ...]
    net_eur_m2_year: NDArray[np.float64]
    plot_min_m2: NDArray[np.int64]
    share_min: NDArray[np.float64]
    total_max_m2: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of uses."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Growth(Frozen):
    """How tenants grow over the periods of a horizon, and what a move costs.

    area_m2 : (t, f), 0 = not there in that period; shape (0, f) without a horizon.
    stage : (t, f) as words ("prototype"), t tuples. move_within_eur_m2, move_between_eur_m2 : per
    m2 of the period before, to another unit of the hotel, to another place or away.
    """

    area_m2: NDArray[np.int64]
    stage: tuple[tuple[str, ...], ...]
    move_within_eur_m2: float
    move_between_eur_m2: float


@dataclass(frozen=True, eq=False)
class Hotels(Frozen):
    """Everything that the model of `optimizer.siting.stacking` adds to a problem."""

    units: Units
    equipment: Equipment
    businesses: Businesses
    annexes: Annexes
    apart: Apart
    neighbours: Neighbours
    mix: Mix
    access: Access
    symbiosis: Symbiosis
    services: Services
    roofs: RoofUses
    growth: Growth


def annex_m2(problem: Problem) -> NDArray[np.int64]:
    """Return the area of every annex, whole m2 (half to even), shape (a,)."""
    if problem.hotels is None:
        return np.zeros(0, dtype=np.int64)
    annexes = problem.hotels.annexes
    area: NDArray[np.int64] = np.rint(
        annexes.share * problem.tenants.area_m2[annexes.tenant]
    ).astype(np.int64)
    return area


def main_m2(problem: Problem) -> NDArray[np.int64]:
    """Return the area of every tenant without its annexes, whole m2, shape (f,)."""
    area = problem.tenants.area_m2.copy()
    if problem.hotels is not None:
        np.subtract.at(area, problem.hotels.annexes.tenant, annex_m2(problem))
    return area


def noise_millionths(power_db: float, attenuation_db: float, limit_db: float) -> int:
    """Return a source's part of the energy that a limit allows, rounded up to whole millionths.

    10^6 * 10^((power - attenuation - limit) / 10). Adding such integers never understates a sum of
    sound levels; 400 sources overstate it by less than 0.002 dB.
    """
    if not np.isfinite(power_db) or not np.isfinite(attenuation_db):
        return 0
    level = (power_db - attenuation_db - limit_db) / 10.0
    return int(np.ceil(MILLION * 10.0 ** min(level, 6.0) - 1e-6))


def noise_room(limit_db: float, background_db: float) -> int:
    """Return how many millionths of its limit a neighbour has left beside the background."""
    if not np.isfinite(background_db):
        return MILLION
    return max(0, int(np.floor(MILLION * (1.0 - 10.0 ** ((background_db - limit_db) / 10.0)))))
