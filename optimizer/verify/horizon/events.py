"""What happens beside the periods' plans, as terms of the objective: where, and how much a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.verify.horizon.cash import once, yearly_use_eur
from optimizer.verify.horizon.tenants import one_offs
from optimizer.verify.horizon.worth import once_weights, year_weights

if TYPE_CHECKING:
    from optimizer.verify.horizon.case import Years

TERM_OF_LINE = {
    "clean_up": "clean_up",
    "closing": "closing",
    "moves": "moving",
    "renaturation": "renaturation",
}
"""Cash lines that are one-offs of the objective as well."""


class Event(NamedTuple):
    """A term, the jurisdiction where it arises, and its EUR per year of the horizon."""

    term: str
    jurisdiction: int
    eur_year: float


def events(years: Years) -> list[Event]:
    """Return everything that the horizon adds to the objective."""
    once_weight, weight = once_weights(years), year_weights(years)
    found = [
        Event(TERM_OF_LINE[one.line], one.jurisdiction, once_weight[one.period] * one.eur)
        for one in once(years)
        if one.line in TERM_OF_LINE
    ]
    for once_paid in one_offs(years):
        eur_year = once_weight[once_paid.period] * once_paid.eur
        found.append(Event(once_paid.term, years.jurisdiction(once_paid.site), eur_year))
    for t, j in np.argwhere(years.programme.use >= 0).tolist():
        eur_year = weight[t] * yearly_use_eur(years, j, t)
        found.append(Event("other_uses", years.jurisdiction(j), eur_year))
    firms = years.horizon.firms
    for k in range(firms.count):
        for t in range(years.count):
            if years.lost(k) and years.left(k, t):
                eur_year = weight[t] * firms.job_lost_eur_year * float(firms.jobs[k])
                place = years.jurisdiction(int(firms.site[k]))
                found.append(Event("jobs_lost", place, eur_year))
    return found
