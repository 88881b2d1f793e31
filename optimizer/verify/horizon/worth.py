"""What an amount of a later year is worth: weights of periods, present and remaining value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimizer.verify.horizon.case import Years

YEARLY = ("rents", "other_uses", "running", "subsidies", "interest")
"""Lines that flow in equal parts at the end of each year of a period."""
NOT_COUNTED = ("opening", "transfers")
"""Lines that create no value: money that was there, or that a partner had."""
COMING_IN = ("grants", "rents", "resale")


def present(years: Years, elapsed: int) -> float:
    """Return the present value of one EUR paid `elapsed` years after the horizon's first day."""
    return float((1.0 + years.problem.prices.discount_rate) ** -elapsed)


def of_years(years: Years, period: int) -> float:
    """Return the present value of one EUR at the end of every year of a period."""
    elapsed = years.first_year[period] - years.first_year[0]
    return math.fsum(present(years, elapsed + k + 1) for k in range(years.years[period]))


def of_first_day(years: Years, period: int) -> float:
    """Return the present value of one EUR on the first day of a period."""
    return present(years, years.first_year[period] - years.first_year[0])


def year_weights(years: Years) -> list[float]:
    """Return w[t]: what a yearly amount of each period weighs in a year of the horizon."""
    worth = [of_years(years, t) for t in range(years.count)]
    return [one / math.fsum(worth) for one in worth]


def once_weights(years: Years) -> list[float]:
    """Return d[t]: the EUR per year of the horizon of one EUR on each period's first day."""
    total = math.fsum(of_years(years, t) for t in range(years.count))
    return [of_first_day(years, t) / total for t in range(years.count)]


def npv_eur(years: Years, told: dict[str, list[int]], residual: float) -> float:
    """Return the net present value of a purse's lines and of what it holds at the end."""
    parts = [residual * present(years, years.end_year - years.first_year[0])]
    for line, row in told.items():
        if line in NOT_COUNTED:
            continue
        sign = 1.0 if line in COMING_IN else -1.0
        for t, eur in enumerate(row):
            worth = of_first_day(years, t)
            if line in YEARLY:
                worth = of_years(years, t) / years.years[t]
            parts.append(sign * eur * worth)
    return math.fsum(parts)


def residual_eur(years: Years, purse: int) -> float:
    """Return the value of the buildings and the land of a purse on the last day of the horizon."""
    covers, last = years.horizon.purses.covers[purse], years.count - 1
    parts = []
    for option in np.flatnonzero(years.stands[last]).tolist():
        if covers[years.jurisdiction(years.site(option))]:
            if not years.of_pavilion[option]:
                parts.append(_building_eur(years, option, _opened_in(years, option)))
            if years.bought[option]:
                parts.append(float(years.land_eur(option, last)))
    for v, row in enumerate(years.programme.pavilion_option.tolist()):
        stood = [option for option in row if option >= 0]
        if stood and covers[years.jurisdiction(years.site(stood[-1]))]:
            placed = next(one.period for one in years.placements if one.pavilion == v)
            parts.append(_building_eur(years, stood[-1], placed))
    for j in np.flatnonzero(years.programme.use[last] >= 0).tolist():
        if covers[years.jurisdiction(j)]:
            eur = int(years.problem.sites.parcel_m2[j]) * years.price_eur_m2(j, last)
            parts.append(float(eur))
    return math.fsum(parts)


def _opened_in(years: Years, option: int) -> int:
    """Return the period in which an option that stands at the end has last opened."""
    return int(np.flatnonzero(years.starts[:, option])[-1])


def _building_eur(years: Years, option: int, period: int) -> float:
    """Return the straight-line value at the end of a building that dates from a period."""
    lifetime = float(years.problem.designs.lifetime_years[years.design(option)])
    age = years.end_year - years.first_year[period]
    return years.build_eur(option, years.count - 1) * max(0.0, 1.0 - age / lifetime)
