"""The (site, design) pairs that zoning, area, height and access allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.facilities import Designs, Options, Zoning
from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, WALK, Kind, OptionStatus
from optimizer.core.problem import AuditLine
from optimizer.core.refusal import Refusal
from optimizer.land.wishes import Wish, read_wishes, refuse_contradictions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.world import Sites
    from optimizer.scenario.rules import RulesBlock


@dataclass(frozen=True, eq=False)
class Obstacles(Frozen):
    """Why a pair is impossible; each array has shape (sites, designs), True = in the way."""

    zoning: NDArray[np.bool_]
    area: NDArray[np.bool_]
    height: NDArray[np.bool_]
    floors: NDArray[np.bool_]
    homes: NDArray[np.bool_]
    access: NDArray[np.bool_]
    hotel: NDArray[np.bool_]

    def any(self, *, existing: bool = False) -> NDArray[np.bool_]:
        """Tell which pairs are impossible; what exists is exempt from what the plan says."""
        always = self.area | self.access | self.hotel
        plan = self.zoning | self.height | self.floors | self.homes
        return always if existing else always | plan


def build_options(
    sites: Sites,
    designs: Designs,
    zoning: Zoning,
    rules: RulesBlock,
    snap_max_m: float,
) -> tuple[Options, tuple[AuditLine, ...]]:
    """Return the options sorted by site, then design, with what the rules say about them.

    Raises
    ------
    Refusal
        F502 unknown site, F503 unknown design, F504 a required or existing option that is
        impossible (with the condition that fails), F505 rules that contradict each other, F506 no
        site near a position, F507 a rule without a site or design, F508 a rule on a design with
        several tenures.
    """
    obstacles = find_obstacles(sites, designs, zoning)
    wishes, faults = read_wishes(rules, sites, designs, obstacles, snap_max_m)
    hosts = [wish.site for wish in wishes if _is_standing_hotel(wish, designs)]
    if hosts:  # a hotel that stands already may take a hub in, whatever the zone permits today
        hotel = obstacles.hotel.copy()
        hotel[hosts] = False
        obstacles = obstacles.replace(hotel=hotel)
        wishes, faults = read_wishes(rules, sites, designs, obstacles, snap_max_m)
    faults += refuse_contradictions(wishes, sites, designs)
    if faults:
        raise Refusal(*faults)
    possible = ~obstacles.any()
    status = np.full(possible.shape, OptionStatus.CANDIDATE, dtype=np.int8)
    for wish in wishes:
        if wish.status is OptionStatus.EXISTING:
            possible[wish.site, wish.design] = True
        status[wish.site, wish.design] = wish.status
    site, design = np.nonzero(possible)
    options = Options(
        site=site.astype(np.int32), design=design.astype(np.int32), status=status[site, design]
    )
    return options, _audit(obstacles, options, designs)


def _is_standing_hotel(wish: Wish, designs: Designs) -> bool:
    hotel = designs.kind[wish.design] == Kind.PRODUCTIVE_HOTEL
    return bool(hotel) and wish.status is OptionStatus.EXISTING


def find_obstacles(sites: Sites, designs: Designs, zoning: Zoning) -> Obstacles:
    """Return what stands in the way of each (site, design) pair."""
    lorry, van = sites.node[LORRY][:, None] >= 0, sites.node[VAN][:, None] >= 0
    bike, walk = sites.node[CARGO_BIKE][:, None] >= 0, sites.node[WALK][:, None] >= 0
    kind = designs.kind[None, :]
    supplied = np.where(designs.needs_lorry[None, :], lorry, lorry | van)
    supplied &= np.where(kind == Kind.MICRO_HUB, bike, True)  # noqa: FBT003 - numpy's where
    supplied &= np.where(kind == Kind.DELIVERY_POINT, walk & van, True)  # noqa: FBT003 - likewise
    zone = ~zoning.permits[sites.zone]
    area = designs.footprint_m2[None, :] > sites.area_m2[:, None]
    height = designs.height_m[None, :] > sites.height_max_m[:, None]
    floors = designs.gross_floor_m2[None, :] > sites.floor_area_max_m2[:, None]
    homes = designs.homes_distance_min_m[None, :] > sites.homes_m[:, None]
    hotel = (kind == Kind.PRODUCTIVE_HOTEL) & supplied
    hotel &= ~(zone | area | height | floors | homes)
    no_hotel = ~hotel.any(axis=1, keepdims=True) & (designs.inside_hotel_m2[None, :] > 0)
    return Obstacles(
        zoning=zone,
        area=area,
        height=height,
        floors=floors,
        homes=homes,
        access=~supplied,
        hotel=no_hotel,
    )


def _audit(obstacles: Obstacles, options: Options, designs: Designs) -> tuple[AuditLine, ...]:
    """Count pairs by the first condition that rules them out, and sites by kind."""
    lines = []
    counted = np.zeros(obstacles.zoning.shape, dtype=bool)
    for name, words in (
        ("zoning", "ruled out by zoning"),
        ("area", "ruled out by area"),
        ("height", "ruled out by height"),
        ("floors", "ruled out by floor area"),
        ("homes", "ruled out by the distance to homes"),
        ("access", "ruled out by access"),
        ("hotel", "ruled out without a hotel on the site"),
    ):
        mine = getattr(obstacles, name) & ~counted
        counted |= mine
        lines.append(AuditLine("land", words, int(mine.sum()), "site and design pairs", ""))
    for kind in Kind:
        offered = np.unique(options.site[designs.kind[options.design] == kind])
        words = f"sites that can take a {kind.words}"
        lines.append(AuditLine("land", words, len(offered), "sites", ""))
    return tuple(lines)
