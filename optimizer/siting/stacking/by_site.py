"""What `Interiors` cost or bring told apart by site: who answers for what among partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.symbiosis import kept_share
from optimizer.siting.stacking.terms import exchange_ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.siting.stacking.terms import Fittings

    Floats = NDArray[np.float64]


def interiors_by_site(fittings: Fittings, plan: Plan, sites: int) -> Floats:
    """Return services, roofs and symbiosis of a plan by site, EUR per year, shape (s,).

    Value and link of an exchange fall half to the site of each end; a partner outside leaves its
    half to the other end. fit_out is no part of it: over years it is "switching".
    """
    hotels, inside = fittings.hotels, plan.interiors
    eur = np.zeros(sites)
    if inside is None:
        return eur
    tenants = np.bincount(plan.tenant_option[plan.tenant_option >= 0], minlength=len(fittings.site))
    services = hotels.services
    pays = services.eur_tenant_year[None, :] * tenants[:, None] - services.eur_year[None, :]
    earned = np.where(inside.service, pays, 0.0).sum(axis=1)
    earned += (inside.roof_m2 * hotels.roofs.net_eur_m2_year).sum(axis=1)
    np.add.at(eur, fittings.site, -earned)
    return eur + _symbiosis_by_site(fittings, plan, sites)


def _symbiosis_by_site(fittings: Fittings, plan: Plan, sites: int) -> Floats:
    symbiosis, inside, eur = fittings.hotels.symbiosis, plan.interiors, np.zeros(sites)
    if inside is None or not len(inside.amount):
        return eur
    giver, taker, distance = exchange_ways(fittings, plan)
    kept = np.array(
        [
            float(kept_share(symbiosis, int(q), np.array([m]))[0])
            for q, m in zip(inside.resource, distance, strict=True)
        ]
    )
    value = symbiosis.value_eur[inside.resource] * inside.amount * kept
    _halves(fittings, eur, (giver, taker), -value)
    low, high = np.minimum(giver, taker), np.maximum(giver, taker)
    resource, first, second, metres = np.unique(
        np.stack([inside.resource, low, high, distance]), axis=1
    )
    _halves(fittings, eur, (first, second), symbiosis.link_eur_m_year[resource] * metres)
    return eur


def _halves(
    fittings: Fittings,
    eur: Floats,
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    amount: Floats,
) -> None:
    """Add half of each amount to the site of each end, a partner's half to the other end."""
    place = fittings.nearness.site
    for mine, other in (ends, ends[::-1]):
        at = np.where(mine < len(place), mine, other)
        np.add.at(eur, place[at], amount / 2.0)
