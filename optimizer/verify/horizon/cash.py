"""The lines of every purse: what comes in and goes out, and where it happens, in whole EUR.

Every event is told with its site's jurisdiction; a purse sums what happens in those it covers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import Tenure
from optimizer.core.programme import CASH_LINES
from optimizer.verify.horizon import renaturation
from optimizer.verify.horizon.subsidy import lets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years

RECEIPTS = ("opening", "grants", "transfers", "rents", "resale")
"""Lines that come in; all others are payments."""


class Entry(NamedTuple):
    """So many whole EUR for one line, in one period and jurisdiction."""

    line: str
    period: int
    jurisdiction: int
    eur: int


def whole(amount: float) -> int:
    """Return the nearest whole number, half to even."""
    return round(float(amount))


def once(years: Years) -> list[Entry]:
    """Return everything that is paid or received once."""
    return [
        *_openings(years),
        *_closings(years),
        *_clean_up(years),
        *_firms(years),
        *_pavilions(years),
        *_renaturation(years),
    ]


def _openings(years: Years) -> Iterator[Entry]:
    """Yield purchases and buildings of starts, and the land of sites at their first other use."""
    for t, option in np.argwhere(years.starts).tolist():
        place = years.jurisdiction(years.site(option))
        yield Entry("purchases", t, place, years.land_eur(option, t))
        if not years.of_pavilion[option]:
            yield Entry("building", t, place, years.build_eur(option, t))
    for one in years.placements:
        if one.first:
            place = years.jurisdiction(years.site(one.option))
            eur = years.build_eur(one.option, one.period)
            yield Entry("building", one.period, place, eur)
    used = years.programme.use >= 0
    for t, j in np.argwhere(used).tolist():
        if t == 0 or not used[t - 1, j]:
            eur = int(years.problem.sites.parcel_m2[j]) * years.price_eur_m2(j, t)
            yield Entry("purchases", t, years.jurisdiction(j), eur)


def closing_eur(years: Years, option: int, period: int) -> int:
    """Return what closing an option costs."""
    share = float(years.horizon.timing.closing_share[years.design(option)])
    return whole(share * years.build_eur(option, period))


def _closings(years: Years) -> Iterator[Entry]:
    timing = years.horizon.timing
    for t, option in np.argwhere(years.stops).tolist():
        place = years.jurisdiction(years.site(option))
        yield Entry("closing", t, place, closing_eur(years, option, t))
        if years.bought[option]:
            yield Entry("resale", t, place, years.land_eur(option, t))
        if not years.of_pavilion[option]:
            share = float(timing.resale_share[years.design(option)])
            yield Entry("resale", t, place, whole(share * years.build_eur(option, t)))


def _clean_up(years: Years) -> Iterator[Entry]:
    for t, j in np.argwhere(years.first_touched).tolist():
        eur = int(years.horizon.ground.clean_up_eur[j])
        yield Entry("clean_up", t, years.jurisdiction(j), eur)


def _firms(years: Years) -> Iterator[Entry]:
    firms = years.horizon.firms
    for k in range(firms.count):
        t = int(years.programme.firm_leaves[k])
        if t >= 0:
            eur = int((firms.lost_eur if years.lost(k) else firms.move_eur)[k])
            yield Entry("moves", t, years.jurisdiction(int(firms.site[k])), eur)


def _pavilions(years: Years) -> Iterator[Entry]:
    for one in years.placements:
        if not one.first:
            eur = int(years.horizon.pavilions.move_eur[one.pavilion])
            yield Entry("moves", one.period, years.jurisdiction(years.site(one.option)), eur)


def _renaturation(years: Years) -> Iterator[Entry]:
    projects = years.horizon.renaturation
    for r in range(projects.count):
        for t in range(years.count):
            eur = renaturation.cost_eur(years, r, t)
            yield Entry("renaturation", t, int(projects.jurisdiction[r]), eur)


def yearly_use_eur(years: Years, site: int, period: int) -> float:
    """Return what a site in another use costs the public in a year."""
    rate = float(years.horizon.uses.eur_m2_year[int(years.programme.use[period, site])])
    return rate * int(years.problem.sites.parcel_m2[site])


def _other_uses(years: Years, period: int) -> Iterator[Entry]:
    uses, count = years.horizon.uses, years.years[period]
    for j in np.flatnonzero(years.programme.use[period] >= 0).tolist():
        rate = float(uses.eur_m2_year[int(years.programme.use[period, j])])
        eur = whole(count * rate * int(years.problem.sites.parcel_m2[j]))
        yield Entry("other_uses", period, years.jurisdiction(j), eur)


def _running(years: Years, period: int) -> Iterator[Entry]:
    """Yield running cost and ground rent of every open option."""
    case = years.cases[period]
    sites, designs = case.problem.sites, case.problem.designs
    ground = {
        Tenure.LEASE: sites.rent_eur_m2_year,
        Tenure.LONG_LEASE: sites.long_lease_rent_eur_m2_year,
    }
    for option in case.opened:
        j, d = years.site(option), years.design(option)
        tenure, yearly = Tenure(designs.tenure[d]), float(designs.running_eur_year[d])
        if years.new[option] and tenure in ground:
            yearly += int(designs.footprint_m2[d]) * float(ground[tenure][j])
        eur = whole(years.years[period] * yearly)
        yield Entry("running", period, years.jurisdiction(j), eur)


def _tenants(years: Years, period: int) -> Iterator[Entry]:
    """Yield the rents that tenants pay, and those that they are spared."""
    count = years.years[period]
    for let in lets(years, period):
        paid = whole(count * let.area_m2 * let.share * let.asked_eur_m2_year)
        spared = whole(count * let.area_m2 * (1.0 - let.share) * let.asked_eur_m2_year)
        yield Entry("rents", period, let.jurisdiction, paid)
        yield Entry("subsidies", period, let.jurisdiction, spared)


def entries(years: Years) -> list[Entry]:
    """Return every event of the programme, whether or not a purse takes part in it."""
    found = once(years)
    for t in range(years.count):
        found += [*_other_uses(years, t), *_running(years, t), *_tenants(years, t)]
    return found


def lines(
    years: Years, purse: int, happened: list[Entry]
) -> tuple[dict[str, list[int]], list[int]]:
    """Return every line of a purse by period, and its position at the end of each period.

    happened : all `entries` of the programme.
    """
    purses = years.horizon.purses
    told: dict[str, list[int]] = {line: [0] * years.count for line in CASH_LINES}
    told["opening"][0] = int(purses.opening_eur[purse])
    told["grants"] = [int(eur) for eur in purses.grant_eur[purse]]
    told["transfers"] = [int(eur) for eur in years.programme.purse_transfer_eur[purse]]
    without = _left_out(years, purse)
    for one in happened:
        if one.line not in without and purses.covers[purse, one.jurisdiction]:
            told[one.line][one.period] += one.eur
    positions, position = [], 0
    rate = float(purses.interest_rate[purse])
    for t in range(years.count):
        told["interest"][t] = whole(rate * years.years[t] * max(0, -position))
        for line in CASH_LINES:
            position += told[line][t] if line in RECEIPTS else -told[line][t]
        positions.append(position)
    return told, positions


def _left_out(years: Years, purse: int) -> set[str]:
    """Return the lines that do not pass through a purse."""
    purses = years.horizon.purses
    gets_rents = bool(purses.gets_rents[purse])
    without = set() if gets_rents else {"rents"}
    if gets_rents or int(purses.subsidy_max_eur_year[purse]) < 0:
        without.add("subsidies")
    if not purses.pays_running[purse]:
        without.add("running")
    return without
