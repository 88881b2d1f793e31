"""Constraint family 4, site: what stands together on one piece of land.

footprints of what is open on j <= area;  at most one of each kind on a site;
a hub inside a hotel needs an open hotel on its site
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import Kind

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData
    from optimizer.solvers import Builder


def add_what_stands_together_fits(
    builder: Builder, problem: Problem, data: SitingData, columns: Columns
) -> None:
    """Add area, one of a kind, and the hotel around a hub inside it."""
    sites = len(data.parcel_m2)
    footprint = problem.designs.footprint_m2[data.design]
    builder.add_rows(sites, (data.site, columns.open, footprint), upper=data.area_m2)
    for kind in Kind:
        mine = data.kind == kind
        builder.add_rows(sites, (data.site[mine], columns.open[mine], 1.0), upper=1.0)
    inside = data.inside_m2 > 0
    hotel = data.kind == Kind.PRODUCTIVE_HOTEL
    builder.add_rows(
        sites,
        (data.site[inside], columns.open[inside], 1.0),
        (data.site[hotel], columns.open[hotel], -1.0),
        upper=0.0,
    )
