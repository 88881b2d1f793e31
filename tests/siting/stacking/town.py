"""A town of many hotel sites and some parcels, priced a little, with rules of hotels drawn."""

from __future__ import annotations

import numpy as np

from optimizer.siting.bounding import climb_on, start_bounding
from optimizer.siting.city import build_city
from optimizer.siting.data import build_data
from optimizer.siting.tenancy import build_tenancy
from tests.builders import grid_problem
from tests.hotels import busy_hotels


def bounding_of(seed):
    """Return the town of a seed, its prices climbed a little."""
    problem = grid_problem(
        columns=8, rows=8, points=25, sites=24, firms=16, purse_eur=10**9, seed=seed
    )
    designs, sites = problem.designs, problem.sites
    hotel = designs.kind == 1
    problem = problem.replace(
        sites=sites.replace(
            area_m2=sites.area_m2 + 1500,
            price_eur_m2=sites.price_eur_m2 // 10,
            noisy_allowed=np.ones(24, dtype=bool),
        ),
        designs=designs.replace(
            build_eur=np.where(hotel, designs.build_eur // 40, designs.build_eur),
            running_eur_year=np.where(hotel, 500.0, designs.running_eur_year),
            let_share_min=np.where(hotel, 0.05, 0.0),
        ),
    )
    problem = busy_hotels(problem, seed)
    data = build_data(problem)
    city = build_city(problem, data)
    bounding = start_bounding(problem, data, city, build_tenancy(problem, data, city))
    climb_on(bounding, 0.0)
    return bounding
