"""Parts of tenants, and how tenants grow: companions of the tenants' file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import Annexes, Growth
from optimizer.demand.businesses import NEEDS
from optimizer.demand.cells import known, whole, word
from optimizer.demand.files import clean, read_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.horizon import Periods
    from optimizer.core.world import Tenants
    from optimizer.demand.files import Rows
    from optimizer.scenario.choices import TenantsBlock

CODE = "F321"
ANNEX_COLUMNS = ("tenant", "share", "load_kg_m2")
GROWTH_COLUMNS = ("tenant", "first_year", "area_m2")
LAST_YEAR = 2500


def read_annexes(block: TenantsBlock | None, tenants: Tenants, folder: Path) -> Annexes:
    """Return the annexes of the file, sorted by tenant.

    Raises
    ------
    Refusal
        F321 for every fault: unknown tenant, shares that leave no main part, no whole m2.
    """
    if block is None or block.annexes is None:
        return _annexes([])
    table = read_table(folder / block.annexes, block.annexes, CODE, ANNEX_COLUMNS)
    ranks = {name: rank for rank, name in enumerate(tenants.id)}
    rows = []
    shares: dict[int, list[float]] = {}
    for place, row in table.rows:
        tenant = known(table, place, row, "tenant", ranks)
        share = table.number(place, row, "share", least=0, most=1)
        load = whole(table, place, row, "load_kg_m2")
        space = word(table, place, row, "space", NEEDS, 0)
        apart = whole(table, place, row, "levels_apart_max", -1)
        if tenant is None or np.isnan(share):
            continue
        shares.setdefault(tenant, []).append(share)
        _main_part_remains(table, place, shares[tenant], int(tenants.area_m2[tenant]))
        rows.append((tenant, share, space, load, apart))
    table.refuse()
    return _annexes(sorted(rows, key=lambda row: row[0]))


def _main_part_remains(table: Rows, place: str, shares: list[float], area_m2: int) -> None:
    """Record a fault where the parts of a tenant so far are no whole m2, or take all of it."""
    parts = np.rint(np.array(shares) * area_m2)
    if sum(shares) >= 1.0 or parts.sum() >= area_m2:
        cause = f"annexes of {sum(shares):g} of {area_m2} m2 leave no main part"
        table.fault(place, cause, "lower the shares")
    elif parts[-1] < 1:
        cause = f"an annex of {shares[-1]:g} of {area_m2} m2 has no whole m2"
        table.fault(place, cause, "raise its share, or take it out")


def _annexes(rows: list[tuple[int, float, int, int, int]]) -> Annexes:
    return Annexes(
        tenant=np.array([row[0] for row in rows], dtype=np.int32),
        share=np.array([row[1] for row in rows], dtype=np.float64),
        space=np.array([row[2] for row in rows], dtype=np.int8),
        load_kg_m2=np.array([row[3] for row in rows], dtype=np.int64),
        levels_apart_max=np.array([row[4] for row in rows], dtype=np.int32),
    )


def read_growth(
    block: TenantsBlock | None,
    tenants: Tenants,
    annexes: Annexes,
    periods: Periods | None,
    folder: Path,
) -> Growth:
    """Return the area and stage of every tenant in every period, and what moves cost.

    The last row of a tenant with first_year <= the period's first year counts; before its first
    row a tenant is not there; one without rows keeps its area. Without periods there are no rows.

    Raises
    ------
    Refusal
        F321 for every fault: unknown tenant, a year twice, an area too small for its annexes.
    """
    growth = None if block is None else block.growth
    count = 0 if periods is None else periods.count
    area = np.tile(tenants.area_m2, (count, 1))
    stage = [[""] * tenants.count for _ in range(count)]
    if growth is not None and growth.file is not None and periods is not None:
        table = read_table(folder / growth.file, growth.file, CODE, GROWTH_COLUMNS)
        paths = _paths(table, tenants, annexes)
        table.refuse()
        for tenant, steps in paths.items():
            for period, year in enumerate(periods.first_year.tolist()):
                begun = [step for step in sorted(steps) if step <= year]
                area[period, tenant], stage[period][tenant] = steps[begun[-1]] if begun else (0, "")
    return Growth(
        area_m2=area,
        stage=tuple(tuple(words) for words in stage),
        move_within_eur_m2=0.0 if growth is None else float(growth.move_within_eur_m2),
        move_between_eur_m2=0.0 if growth is None else float(growth.move_between_eur_m2),
    )


def _paths(
    table: Rows, tenants: Tenants, annexes: Annexes
) -> dict[int, dict[int, tuple[int, str]]]:
    """Return area and stage from each year on, by tenant."""
    ranks = {name: rank for rank, name in enumerate(tenants.id)}
    paths: dict[int, dict[int, tuple[int, str]]] = {}
    for place, row in table.rows:
        tenant = known(table, place, row, "tenant", ranks)
        year = whole(table, place, row, "first_year", least=1000, most=LAST_YEAR)
        area = whole(table, place, row, "area_m2")
        if tenant is None:
            continue
        if year in paths.setdefault(tenant, {}):
            cause = f"{tenants.id[tenant]!r} has a row for {year} already"
            table.fault(place, cause, "keep one of them")
        if area > 0:
            _annexes_remain(table, place, annexes.share[annexes.tenant == tenant], area)
        paths[tenant][year] = area, clean(row.get("stage"))
    return paths


def _annexes_remain(table: Rows, place: str, shares: NDArray[np.float64], area_m2: int) -> None:
    parts = np.rint(shares * area_m2)
    if len(parts) and (parts.min() < 1 or parts.sum() >= area_m2):
        cause = f"{area_m2} m2 are too few for a main part and its annexes"
        table.fault(place, cause, "enlarge area_m2, or change the annexes")
