"""Fits by hand."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from optimizer.core.fit import TourConstants, TourFit

VEHICLES = ("lorry", "van", "cargo_bike")


def constants(areas, seed=None):
    """Return constants that change nothing, or drawn ones."""
    names = [item.name for item in fields(TourConstants)]
    if seed is None:
        ones = {name: np.ones(areas) for name in names}
        return TourConstants(**{**ones, "parcel_s": np.zeros(areas)})
    rng = np.random.default_rng(seed)
    return TourConstants(**{name: rng.uniform(0.5, 2.0, areas) for name in names})


def fit_of(problem, seed=None):
    """Return a fit for all vehicles of a problem."""
    sites = problem.sites.count
    return TourFit(
        constants={
            name: constants(sites if name == "cargo_bike" else 1, seed) for name in VEHICLES
        },
        own=np.zeros(sites, dtype=bool),
        days=1,
    )
