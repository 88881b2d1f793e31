"""Constraint family 18, services: what tenants of a hotel share pays only above a number of them.

s[h,v] in {0, 1} <= open[h];  tenants_min[v] s[h,v] <= tenants of h
0 <= n[h,v] <= most s[h,v];   n[h,v] <= tenants of h          (tenants served)
gain: eur_tenant_year[v] n[h,v] - eur_year[v] s[h,v]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.places import able_tenants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder


def add_services_serve_enough_tenants(
    builder: Builder, problem: Problem, houses: Houses, places: Places
) -> None:
    """Add services where they can be at all."""
    hotels = problem.hotels
    if hotels is None:
        return
    services = hotels.services
    column, _, house = places.mains()
    most = tenants_at_most(houses, places)
    for v in range(services.count):
        pays = services.eur_tenant_year[v] * most > services.eur_year[v]
        mine = services.designs[v][houses.design] & (most >= services.tenants_min[v]) & pays
        where = np.flatnonzero(mine)
        rank = np.full(len(mine), -1)
        rank[where] = np.arange(len(where))
        here = mine[house]
        tenants = rank[house[here]], column[here], 1.0
        row = np.arange(len(where))
        offered = builder.add_columns(len(where), cost=services.eur_year[v], integer=True)
        served = builder.add_columns(
            len(where), cost=-services.eur_tenant_year[v], upper=most[where]
        )
        opened = places.opened[where]
        builder.add_rows(len(where), (row, offered, 1.0), (row, opened, -1.0), upper=0.0)
        builder.add_rows(len(where), (row, offered, -services.tenants_min[v]), tenants, lower=0.0)
        builder.add_rows(len(where), (row, served, 1.0), (row, offered, -most[where]), upper=0.0)
        builder.add_rows(len(where), (row, served, -1.0), tenants, lower=0.0)


def tenants_at_most(houses: Houses, places: Places) -> NDArray[np.int64]:
    """Return how many tenants a house can hold, were the smallest ones to come, shape (h,).

    Rows of services are only as tight as this number.
    """
    most = np.zeros(len(houses.option), dtype=np.int64)
    for h, here in enumerate(able_tenants(houses, places)):
        units = slice(houses.unit_start[h], houses.unit_start[h + 1])
        area = np.cumsum(np.sort(houses.area_m2[here]))
        fit = np.searchsorted(area, houses.room_m2[units].sum(), side="right")
        most[h] = min(int(fit), int(houses.tenants_max[units].sum()))
    return most


def best_services(
    problem: Problem, open_option: NDArray[np.bool_], tenant_option: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return the services that pay for tenants who are placed, shape (o, v)."""
    hotels, options = problem.hotels, problem.options
    if hotels is None:
        return np.zeros((options.count, 0), dtype=bool)
    services = hotels.services
    tenants = np.bincount(tenant_option[tenant_option >= 0], minlength=options.count)[:, None]
    found = services.designs.T[options.design] & open_option[:, None]
    found &= tenants >= services.tenants_min[None, :]
    found &= services.eur_tenant_year * tenants - services.eur_year > 0.0
    return found
