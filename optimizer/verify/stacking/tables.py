"""What tables of hotels told in full must say: units, parts, exchanges, services, roofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import Space
from optimizer.core.kinds import Kind
from optimizer.verify.stacking.layout import MAIN, hotels_of, interiors_of
from optimizer.verify.stacking.symbiosis import exchanges
from optimizer.verify.stacking.units import inside_m2

if TYPE_CHECKING:
    from optimizer.verify.case import Case
    from optimizer.verify.stacking.layout import Part

Rows = list[dict[str, Any]]


def interior_rows(case: Case, stage: tuple[str, ...]) -> dict[str, Rows]:
    """Return the rows of every table by its name; none where hotels are not told in full.

    stage : of every tenant in this period.
    """
    if case.problem.hotels is None:
        return {}
    return {
        "units": _units(case),
        "tenant_parts": _parts(case, stage),
        "exchanges": _exchanges(case),
        "services": _services(case),
        "roofs": _roofs(case),
    }


def _place(case: Case, option: int) -> dict[str, Any]:
    return {"site": case.problem.sites.id[case.site(option)]}


def _units(case: Case) -> Rows:
    levels, units, rows = case.problem.levels, hotels_of(case).units, []
    for option in case.opened:
        if case.kind(option) != Kind.PRODUCTIVE_HOTEL:
            continue
        for unit in np.flatnonzero(levels.design == case.design(option)).tolist():
            here = case.parts_in.get((option, unit), [])
            let, hub = sum(part.area_m2 for part in here), inside_m2(case, option, unit)
            rows.append(
                {
                    **_place(case, option),
                    "design": case.problem.designs.id[case.design(option)],
                    "level": int(levels.number[unit]),
                    "unit": units.id[unit],
                    "area_m2": int(levels.area_m2[unit]),
                    "let_m2": let,
                    "hub_m2": hub,
                    "free_m2": int(levels.area_m2[unit]) - let - hub,
                    "tenants": len(here),
                    "space": Space(int(units.space[unit])).key,
                }
            )
    return rows


def _parts(case: Case, stage: tuple[str, ...]) -> Rows:
    """Return parts by hotel, unit and area, the largest first."""
    tenants, number = case.problem.tenants, case.problem.levels.number
    order = sorted(case.parts, key=lambda one: (one.option, one.unit, -one.area_m2, one.tenant))
    return [
        {
            "tenant": tenants.id[part.tenant],
            "sector": tenants.sector[part.tenant],
            "part": _name(case, part),
            **_place(case, part.option),
            "level": int(number[part.unit]),
            "unit": hotels_of(case).units.id[part.unit],
            "area_m2": part.area_m2,
            "stage": stage[part.tenant],
        }
        for part in order
    ]


def _name(case: Case, part: Part) -> str:
    if part.annex == MAIN:
        return "main"
    mine = np.flatnonzero(hotels_of(case).annexes.tenant == part.tenant).tolist()
    return f"annex {mine.index(part.annex) + 1}"


def _exchanges(case: Case) -> Rows:
    symbiosis = hotels_of(case).symbiosis
    order = sorted(exchanges(case), key=lambda one: (one.resource, one.giver, one.taker))
    return [
        {
            "resource": symbiosis.resource[one.resource],
            "unit": symbiosis.unit[one.resource],
            "amount": one.amount,
            "delivered": one.delivered,
            "distance_m": one.distance_m,
            "worth_eur_per_year": float(symbiosis.value_eur[one.resource]) * one.delivered,
        }
        for one in order
    ]


def _services(case: Case) -> Rows:
    services, rows = hotels_of(case).services, []
    for option, v in np.argwhere(interiors_of(case).service).tolist():
        tenants = len(case.tenants_in.get(option, []))
        gain = float(services.eur_tenant_year[v]) * tenants
        rows.append(
            {
                **_place(case, option),
                "service": services.name[v],
                "tenants": tenants,
                "tenants_min": int(services.tenants_min[v]),
                "net_eur_per_year": gain - float(services.eur_year[v]),
            }
        )
    return rows


def _roofs(case: Case) -> Rows:
    hotels, roof = hotels_of(case), interiors_of(case).roof_m2
    return [
        {
            **_place(case, option),
            "use": hotels.roofs.name[w],
            "area_m2": int(roof[option, w]),
            "roof_m2": int(hotels.equipment.roof_m2[case.design(option)]),
            "net_eur_per_year": int(roof[option, w]) * float(hotels.roofs.net_eur_m2_year[w]),
        }
        for option, w in np.argwhere(roof != 0).tolist()
    ]
