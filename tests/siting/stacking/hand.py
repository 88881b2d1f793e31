"""Hotels in the village: two levels of 100 m2, 20 EUR a year, 1 EUR of rent a m2."""

from __future__ import annotations

import numpy as np

from tests.hotels import with_hotels
from tests.siting.village import BASELINE_EUR, HOTEL, optimum, village

HOTEL_EUR = 20.0


def firm(area=100, *, noise=0, dock=False, productive=True, height=2.0, load=100):
    """Return a tenant of the village that could be on any level and bear any rent."""
    return (area, load, height, noise, dock, 9, productive)


def hotels(*tenants, sites=(0,), designs=(HOTEL,), **parts):
    """Return the village with these tenants and these parts of `Hotels`."""
    lists = {
        name: {key: np.array(value) for key, value in part.items()}
        if isinstance(part, dict)
        else part
        for name, part in parts.items()
    }
    return with_hotels(village(designs=designs, sites=sites, tenants=tenants), **lists)


def changed(problem, part, **fields):
    """Return the problem with other fields in one part of its hotels."""
    arrays = {
        key: value if isinstance(value, (int, float, str, tuple)) else np.array(value)
        for key, value in fields.items()
    }
    block = problem.hotels
    return problem.replace(hotels=block.replace(**{part: getattr(block, part).replace(**arrays)}))


def earned(problem):
    """Return what hotels earn in the best plan after their own cost, EUR per year."""
    value, plan = optimum(problem)
    assert value is not None
    return BASELINE_EUR - value + HOTEL_EUR * int(plan.open_option.sum())


def placed(problem):
    """Return the unit of each tenant in the best plan."""
    return optimum(problem)[1].tenant_level.tolist()
