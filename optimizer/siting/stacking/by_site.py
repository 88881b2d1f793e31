"""What `Interiors` cost or bring told apart by site: who answers for what among partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.terms import (
    arriving,
    exchange_ways,
    links_of,
    roofs_eur,
    services_eur,
)

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
    earned = services_eur(hotels.services, plan, inside) + roofs_eur(hotels.roofs, inside)
    np.add.at(eur, fittings.site, -earned)
    if len(inside.amount):
        symbiosis, ways = hotels.symbiosis, exchange_ways(fittings, plan)
        value = symbiosis.value_eur[inside.resource] * arriving(fittings, inside, ways[2])
        _halves(fittings, eur, ways[:2], -value)
        resource, one, other, metres = links_of(inside, ways)
        _halves(fittings, eur, (one, other), symbiosis.link_eur_m_year[resource] * metres)
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
