"""Productive hotels in full: what a scenario states beyond floor area becomes `core.hotels`.

A scenario that uses none of these keys and columns has no such block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import Hotels, RoofUses, Services
from optimizer.core.kinds import Kind
from optimizer.core.problem import AuditLine
from optimizer.demand import (
    read_access,
    read_annexes,
    read_businesses,
    read_exchange,
    read_growth,
)
from optimizer.demand.businesses import JOBS
from optimizer.land import build_units, find_variants, read_neighbours, states_units
from optimizer.prepare.hotel_rules import Company, build_apart, build_mix, refuse_unknown

if TYPE_CHECKING:
    from optimizer.core.facilities import Designs
    from optimizer.core.horizon import Horizon
    from optimizer.core.world import Tenants
    from optimizer.prepare.horizon import World
    from optimizer.scenario.hotels import RoofBlock, ServiceBlock
    from optimizer.scenario.rules import RulesBlock
    from optimizer.scenario.schema import Scenario


def build_hotels(
    scenario: Scenario, world: World, tenants: Tenants, horizon: Horizon | None
) -> tuple[Hotels | None, tuple[AuditLine, ...]]:
    """Return the hotels of a scenario (None where it states nothing about them) and the audit.

    Raises
    ------
    Refusal
        F320 to F323 and F460 for the files; F511 for a rule that names an unknown sector or skill,
        or one of which there is nobody.
    """
    folder, rules = scenario.folder, scenario.rules
    stated = read_businesses(scenario.tenants, folder)
    if not stated.columns and not _states_hotels(scenario):
        return None, ()
    company = Company(tenants, stated.skill, world.jurisdictions)
    refuse_unknown(rules, company)
    streets = world.network.streets
    units, equipment = build_units(scenario.designs)
    annexes = read_annexes(scenario.tenants, tenants, folder)
    neighbours, heard = read_neighbours(rules.neighbours, world.sites, streets.crs, folder)
    access, reached = read_access(
        rules.worker_access,
        rules.support,
        stated.skill,
        streets,
        folder,
        scenario.streets.snap_max_m,
    )
    periods = None if horizon is None else horizon.periods
    hotels = Hotels(
        units=units,
        equipment=equipment,
        businesses=stated.businesses,
        annexes=annexes,
        apart=build_apart(rules.apart, tenants),
        neighbours=neighbours,
        mix=build_mix(rules, company),
        access=access,
        symbiosis=read_exchange(scenario.exchange, tenants, folder),
        services=build_services(scenario.services, world.designs),
        roofs=build_roofs(scenario.roofs),
        growth=read_growth(scenario.tenants, tenants, annexes, periods, folder),
    )
    return hotels, (*heard, *reached, *_passed_over(stated.columns, rules))


def _passed_over(columns: tuple[str, ...], rules: RulesBlock) -> tuple[AuditLine, ...]:
    """Return a line where tenants state what only a rule minds, and there is none."""
    minded = {
        "noise_db": rules.neighbours is not None,
        "needs_support": rules.support is not None,
        "gives_support": rules.support is not None,
    }
    people = bool(rules.jobs) or rules.worker_access is not None
    idle = [name for name in columns if not minded.get(name, people or not name.startswith(JOBS))]
    words = "columns of tenants that no rule minds"
    return (AuditLine("rules", words, len(idle), "columns", ", ".join(idle)),) if idle else ()


def _states_hotels(scenario: Scenario) -> bool:
    """Tell whether any key of the scenario speaks of hotels beyond floor area."""
    rules, tenants = scenario.rules, scenario.tenants
    blocks = (rules.neighbours, rules.worker_access, rules.support, scenario.exchange)
    lists = (rules.apart, rules.mix, rules.jobs, scenario.services, scenario.roofs)
    companions = tenants is not None and (tenants.annexes, tenants.growth) != (None, None)
    stated = any(block is not None for block in blocks) or any(lists)
    return stated or companions or states_units(scenario.designs)


def build_services(blocks: tuple[ServiceBlock, ...], designs: Designs) -> Services:
    """Return the shared services; without designs, one can be in every hotel."""
    hotel = designs.kind == Kind.PRODUCTIVE_HOTEL
    where = np.zeros((len(blocks), designs.count), dtype=bool)
    for rank, block in enumerate(blocks):
        named = [design for name in block.designs for design in find_variants(name, designs)]
        where[rank, named] = True
        where[rank] |= hotel & (not block.designs)
    return Services(
        name=tuple(block.name for block in blocks),
        source=tuple(block.source for block in blocks),
        designs=where,
        eur_year=np.array([block.eur_year for block in blocks], dtype=np.float64),
        eur_tenant_year=np.array([block.eur_tenant_year for block in blocks], dtype=np.float64),
        tenants_min=np.array([block.tenants_min for block in blocks], dtype=np.int32),
    )


def build_roofs(blocks: tuple[RoofBlock, ...]) -> RoofUses:
    """Return the uses of roofs."""
    most = [-1 if block.total_max_m2 is None else block.total_max_m2 for block in blocks]
    return RoofUses(
        name=tuple(block.name for block in blocks),
        source=tuple(block.source for block in blocks),
        net_eur_m2_year=np.array([block.net_eur_m2_year for block in blocks], dtype=np.float64),
        plot_min_m2=np.array([block.plot_min_m2 for block in blocks], dtype=np.int64),
        share_min=np.array([block.share_min for block in blocks], dtype=np.float64),
        total_max_m2=np.array(most, dtype=np.int64),
    )
