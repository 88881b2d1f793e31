"""The horizon of a scenario: periods, and the rules of land, money and time over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.horizon import (
    Cooperation,
    Horizon,
    Pavilions,
    Periods,
    Renaturation,
    Uses,
)
from optimizer.core.refusal import Fault, Refusal
from optimizer.demand import read_founded_years
from optimizer.land import build_timing, build_zoning
from optimizer.land.firms import read_firms
from optimizer.land.jurisdictions import place_points
from optimizer.prepare.horizon_audit import never_held, one_for_all, passed_over
from optimizer.prepare.land_ledgers import build_land_ledgers
from optimizer.prepare.purses import build_purses, build_rents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.backdrop import Shapes
    from optimizer.core.facilities import Designs, Zoning
    from optimizer.core.horizon import Ground
    from optimizer.core.problem import AuditLine
    from optimizer.core.world import DemandPoints, Sites
    from optimizer.network import Network
    from optimizer.scenario.city import Zone
    from optimizer.scenario.horizon import HorizonBlock, PavilionBlock
    from optimizer.scenario.rules import RenaturationBlock, UseBlock
    from optimizer.scenario.schema import Scenario


@dataclass(frozen=True)
class World:
    """What the rooms of the world have found, for the rules over years."""

    network: Network
    demand: DemandPoints
    designs: Designs
    sites: Sites
    ground: Ground
    outlines: Shapes
    jurisdictions: tuple[str, ...]


def build_horizon(scenario: Scenario, world: World) -> tuple[Horizon | None, tuple[AuditLine, ...]]:
    """Return the horizon (None where the scenario has none) and what was applied.

    Raises
    ------
    Refusal
        F320 and F440 for the files of tenants and firms; F510 for a jurisdiction that belongs to
        no member of the cooperation.
    """
    if scenario.horizon is None:
        return None, passed_over(world.ground)
    rules, folder, names = scenario.rules, scenario.folder, world.jurisdictions
    periods = build_periods(scenario.horizon)
    begin = int(periods.first_year[0])
    land, land_audit = build_land_ledgers(rules, names, periods)
    firms, firm_audit = read_firms(
        scenario.firms,
        world.sites,
        world.outlines,
        world.network,
        folder,
        scenario.streets.snap_max_m,
    )
    horizon = Horizon(
        periods=periods,
        permits=permits_by_period(scenario, scenario.horizon, world.designs),
        timing=build_timing(scenario.designs),
        ground=world.ground,
        land=land,
        renaturation=_renaturation(rules.renaturation, names, begin),
        purses=build_purses(rules, names, periods),
        rents=build_rents(rules, read_founded_years(scenario.tenants, folder)),
        uses=_uses(rules.uses, names, scenario.land.zones, begin),
        firms=firms,
        pavilions=_pavilions(scenario.pavilions, world.designs),
        quota_first_year=np.array(
            [_or(quota.first_year, begin) for quota in rules.quotas], dtype=np.int32
        ),
        cooperation=_cooperation(scenario, world),
    )
    audit = (*land_audit, *firm_audit, *never_held(scenario.horizon, rules, periods))
    return horizon, (*audit, *one_for_all(scenario, names[0], world.demand.count))


def build_periods(block: HorizonBlock) -> Periods:
    """Return the periods in their order."""

    def factors(name: str) -> NDArray[np.float64]:
        return np.array([getattr(period, name) for period in block.periods], dtype=np.float64)

    return Periods(
        name=tuple(period.name for period in block.periods),
        first_year=np.array([period.first_year for period in block.periods], dtype=np.int32),
        years=np.array([period.years for period in block.periods], dtype=np.int32),
        demand_factor=factors("demand_factor"),
        land_price_factor=factors("land_price_factor"),
        build_price_factor=factors("build_price_factor"),
        operating_price_factor=factors("operating_price_factor"),
        rent_factor=factors("rent_factor"),
    )


def zoning_ever(scenario: Scenario, designs: Designs) -> Zoning:
    """Return what zones permit in any period (without a horizon: at all)."""
    zoning = build_zoning(scenario.land, designs)
    if scenario.horizon is None:
        return zoning
    return zoning.replace(permits=permits_by_period(scenario, scenario.horizon, designs).any(0))


def permits_by_period(
    scenario: Scenario, horizon: HorizonBlock, designs: Designs
) -> NDArray[np.bool_]:
    """Return what each zone permits in each period, shape (t, z, d).

    A change holds in periods that begin in its year or later, until the next one of the zone.
    """
    changes = sorted(horizon.zoning_changes, key=lambda change: change.from_year)
    tables = []
    for period in horizon.periods:
        now = {
            change.zone: change.permits
            for change in changes
            if change.from_year <= period.first_year
        }
        zones = tuple(
            zone.model_copy(update={"permits": now.get(zone.zone, zone.permits)})
            for zone in scenario.land.zones
        )
        land = scenario.land.model_copy(update={"zones": zones})
        tables.append(build_zoning(land, designs).permits)
    return np.stack(tables)


def _renaturation(
    blocks: tuple[RenaturationBlock, ...], jurisdictions: tuple[str, ...], begin: int
) -> Renaturation:
    return Renaturation(
        id=tuple(block.id for block in blocks),
        source=tuple(block.source for block in blocks),
        jurisdiction=np.array(
            [jurisdictions.index(block.jurisdiction) for block in blocks], dtype=np.int32
        ),
        area_m2=np.array([block.area_m2 for block in blocks], dtype=np.int64),
        eur_m2=np.array([block.eur_m2 for block in blocks], dtype=np.int64),
        years=np.array([block.years for block in blocks], dtype=np.int32),
        first_year=np.array([_or(block.first_year, begin) for block in blocks], dtype=np.int32),
    )


def _uses(
    blocks: tuple[UseBlock, ...],
    jurisdictions: tuple[str, ...],
    zones: tuple[Zone, ...],
    begin: int,
) -> Uses:
    return Uses(
        name=tuple(block.name for block in blocks),
        source=tuple(block.source for block in blocks),
        jurisdiction=np.array(
            [
                -1 if block.jurisdiction is None else jurisdictions.index(block.jurisdiction)
                for block in blocks
            ],
            dtype=np.int32,
        ),
        area_min_m2=np.array([block.area_min_m2 for block in blocks], dtype=np.int64),
        first_year=np.array([_or(block.first_year, begin) for block in blocks], dtype=np.int32),
        permits=np.array(
            [[zone.zone in block.zones for zone in zones] for block in blocks], dtype=bool
        ).reshape(len(blocks), len(zones)),
        eur_m2_year=np.array([block.eur_m2_year for block in blocks], dtype=np.float64),
        artificialises=np.array([block.artificialises for block in blocks], dtype=np.bool_),
    )


def _pavilions(blocks: tuple[PavilionBlock, ...], designs: Designs) -> Pavilions:
    """Return every pavilion of every stock; those of a stock of many are numbered from 1."""
    each = [
        (block, block.id if block.count == 1 else f"{block.id}-{rank + 1}")
        for block in blocks
        for rank in range(block.count)
    ]
    return Pavilions(
        id=tuple(name for _, name in each),
        design=np.array([designs.id.index(block.design) for block, _ in each], dtype=np.int32),
        moves_max=np.array([block.moves_max for block, _ in each], dtype=np.int32),
        move_eur=np.array([block.move_eur for block, _ in each], dtype=np.int64),
        move_days=np.array([block.move_days for block, _ in each], dtype=np.float64),
    )


def _cooperation(scenario: Scenario, world: World) -> Cooperation | None:
    block, jurisdictions = scenario.cooperation, world.jurisdictions
    if block is None:
        return None
    covers = np.array(
        [[name in member.jurisdictions for name in jurisdictions] for member in block.members],
        dtype=bool,
    )
    alone = [name for rank, name in enumerate(jurisdictions) if not covers[:, rank].any()]
    if alone:
        cause = f"no member holds {', '.join(alone[:8])}"
        raise Refusal(
            Fault("cooperation.members", "F510", cause, "give every jurisdiction to one member")
        )
    return Cooperation(
        member=tuple(member.name for member in block.members),
        covers=covers,
        trades_land=block.trades_land,
        trades_money=block.trades_money,
        demand_jurisdiction=place_points(
            scenario.land.jurisdictions,
            world.demand.lon,
            world.demand.lat,
            scenario.folder,
            world.network.streets.crs,
        ),
    )


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
