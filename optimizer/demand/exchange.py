"""What tenants and partners outside give and take: heat, water, waste, material."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import Symbiosis
from optimizer.demand.cells import identity, known, position
from optimizer.demand.files import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.world import Tenants
    from optimizer.demand.files import Rows
    from optimizer.scenario.hotels import ExchangeBlock

CODE = "F322"
TENANT_COLUMNS = ("tenant", "resource", "gives", "takes")
PARTNER_COLUMNS = ("id", "lon", "lat", "resource", "gives", "takes")


def read_exchange(block: ExchangeBlock | None, tenants: Tenants, folder: Path) -> Symbiosis:
    """Return the resources and who gives and takes them; partners in order of appearance.

    Raises
    ------
    Refusal
        F322 for every fault of the two files: unknown tenant or resource, a pair that stands
        twice, a partner at two positions.
    """
    resources = () if block is None else block.resources
    ranks = {item.name: rank for rank, item in enumerate(resources)}
    gives, takes = np.zeros((2, tenants.count, len(resources)))
    partners: dict[str, tuple[float, float]] = {}
    outside = np.zeros((2, 0, len(resources)))
    if block is not None:
        table = read_table(folder / block.tenants, block.tenants, CODE, TENANT_COLUMNS)
        _read_tenants(table, tenants, ranks, gives, takes)
        table.refuse()
    if block is not None and block.partners is not None:
        table = read_table(folder / block.partners, block.partners, CODE, PARTNER_COLUMNS)
        partners, outside = _read_partners(table, ranks)
        table.refuse()

    def column(name: str) -> NDArray[np.float64]:
        return np.array([getattr(item, name) for item in resources], dtype=np.float64)

    return Symbiosis(
        resource=tuple(item.name for item in resources),
        source=tuple(item.source for item in resources),
        unit=tuple(item.unit for item in resources),
        value_eur=column("value_eur"),
        loss_per_km=column("loss_per_km"),
        reach_m=column("reach_m"),
        link_eur_m_year=column("link_eur_m_year"),
        gives=gives,
        takes=takes,
        partner_id=tuple(partners),
        partner_lon=np.array([lon for lon, _ in partners.values()], dtype=np.float64),
        partner_lat=np.array([lat for _, lat in partners.values()], dtype=np.float64),
        partner_gives=outside[0].copy(),
        partner_takes=outside[1].copy(),
    )


def _read_tenants(
    table: Rows,
    tenants: Tenants,
    ranks: dict[str, int],
    gives: NDArray[np.float64],
    takes: NDArray[np.float64],
) -> None:
    """Fill in what tenants give and take, both (f, q)."""
    tenant_ranks = {name: rank for rank, name in enumerate(tenants.id)}
    seen: dict[tuple[int, int], str] = {}
    for place, row in table.rows:
        tenant = known(table, place, row, "tenant", tenant_ranks)
        resource = known(table, place, row, "resource", ranks)
        given, taken = _amounts(table, place, row)
        if tenant is None or resource is None:
            continue
        _once(table, place, (tenant, resource), seen)
        gives[tenant, resource], takes[tenant, resource] = given, taken


def _read_partners(
    table: Rows, ranks: dict[str, int]
) -> tuple[dict[str, tuple[float, float]], NDArray[np.float64]]:
    """Return partners with lon and lat, and what they give and take, shape (2, e, q)."""
    partners: dict[str, tuple[float, float]] = {}
    ranks_of: dict[str, int] = {}
    seen: dict[tuple[int, int], str] = {}
    amounts: dict[tuple[int, int], tuple[float, float]] = {}
    for place, row in table.rows:
        name = identity(table, place, row, {})
        at = position(table, place, row)
        resource = known(table, place, row, "resource", ranks)
        found = _amounts(table, place, row)
        if not np.allclose(partners.setdefault(name, at), at, rtol=0, atol=1e-9, equal_nan=True):
            cause = f"{name!r} stands at another position above"
            table.fault(place, cause, "give all its rows one position")
        if resource is None:
            continue
        pair = ranks_of.setdefault(name, len(ranks_of)), resource
        _once(table, place, pair, seen)
        amounts[pair] = found
    outside = np.zeros((2, len(partners), len(ranks)))
    for pair, found in amounts.items():
        outside[:, pair[0], pair[1]] = found
    return partners, outside


def _amounts(table: Rows, place: str, row: dict[str, str]) -> tuple[float, float]:
    given = table.number(place, row, "gives", 0.0, least=0.0)
    return given, table.number(place, row, "takes", 0.0, least=0.0)


def _once(table: Rows, place: str, pair: tuple[int, int], seen: dict[tuple[int, int], str]) -> None:
    if pair in seen:
        cause = f"the resource stands already in {seen[pair]}"
        table.fault(place, cause, "put both amounts into one row")
    seen.setdefault(pair, place)
