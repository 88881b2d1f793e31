"""Small changes of the line town over years, and of what is decided there."""

from __future__ import annotations

import numpy as np

from tests.hotels import with_hotels
from tests.verify import town as t
from tests.verify.horizon import decades as d
from tests.verify.horizon.decades import altered, decades, programme
from tests.verify.stacking.house import empty_interiors

GOOD = programme()
P1, P2, P3 = "period period 1", "period period 2", "period period 3"
HOTEL, HUB = "hotel on site hall", "hub_in on site hall"
MEADOW, YARD = "pavilion on site meadow", "pavilion on site yard"
KIOSK, KIOSK_L = "locker on site kiosk", "locker_l on site kiosk"


def changed(array, *pairs):
    """Return a copy of `array` with (place, value) pairs set."""
    copy = array.copy()
    for place, value in pairs:
        copy[place] = value
    return copy


def field(name, *pairs):
    """Return the good programme with entries of one decision changed."""
    return programme(**{name: changed(getattr(GOOD, name), *pairs)})


def plan(period, **changes):
    """Return the good programme with one plan changed."""
    plans = list(GOOD.plans)
    plans[period] = plans[period].replace(**changes)
    return programme(plans=tuple(plans))


def timing(name, design, value):
    return altered("timing", **{name: changed(d.part("timing").__dict__[name], (design, value))})


def ground(name, site, value):
    return altered("ground", **{name: changed(d.part("ground").__dict__[name], (site, value))})


def ledger(which, budget_m2):
    return altered("land", budget_m2=changed(d.part("land").budget_m2, (which, budget_m2)))


def purse(**columns):
    return altered("purses", **{name: np.array([value]) for name, value in columns.items()})


def firms(**columns):
    return altered("firms", **columns)


def pavilions(**columns):
    return altered("pavilions", **columns)


def status(option, code):
    problem = decades()
    options = problem.options.replace(status=changed(problem.options.status, (option, code)))
    return problem.replace(options=options)


def parcel(site, m2):
    problem = decades()
    sites = problem.sites
    return problem.replace(sites=sites.replace(parcel_m2=changed(sites.parcel_m2, (site, m2))))


def without_a_tailor():
    """Return hotels told in full where the tailor is away in the second period, but has a place."""
    problem = decades()
    area_m2 = np.tile(problem.tenants.area_m2, (3, 1))
    area_m2[1, t.TAILOR] = 0
    growth = {"area_m2": area_m2, "stage": (("series",) * 11,) * 3}
    problem = with_hotels(problem, growth=growth)
    plans = [one.replace(interiors=empty_interiors(problem)) for one in GOOD.plans]
    return problem, programme(plans=tuple(plans))
