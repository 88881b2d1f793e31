"""Fit the constants of the tour estimate to days of planned tours.

For each vehicle, over rows r (a day of a hub for bikes, a day of the city for lorries and vans):

    metres_r  ~  trip_m * (estimate of ways out and back)_r + gap_m * (of ways between stops)_r
    drive_s_r ~  trip_s * ... + gap_s * ...                          likewise in seconds

by non-negative least squares with a light ridge towards one common factor, because the two parts
grow and shrink together from day to day; `stop` and `parcel_s` are ratios of sums. A hub with tours
of its own carries the city's constants times how much longer (or shorter) its own tours are,
drawn to the city's by as much weight as PRIOR_DAYS days; sites without tours carry the city's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.fit import TourConstants, TourFit
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.routing.fit.measure import Sample

    Floats = NDArray[np.float64]

RIDGE = 0.001
PRIOR_DAYS = 1.0
NAMES = ("trip_s", "trip_m", "gap_s", "gap_m", "stop", "parcel_s")


def fit_samples(samples: Sequence[Sample], sites: int, *, without: int = -1) -> TourFit:
    """Return the constants that fit some days best.

    Parameters
    ----------
    sites : number of sites of the problem. without : a site whose hub is left aside, to see how
        well the others tell its tours.
    """
    known = {}
    for name in (LORRY, VAN):
        rows = _rows(samples, name, np.zeros(1, dtype=bool))
        if len(rows) and rows[:, 5].sum() > 0.0:
            known[name] = TourConstants(**{key: np.array([x]) for key, x in _city(rows).items()})
    own = np.zeros(sites, dtype=bool)
    bikes = [sample.site == without for sample in samples]
    rows = np.concatenate(
        [_rows([one], CARGO_BIKE, drop) for one, drop in zip(samples, bikes, strict=True)]
    )
    place = np.concatenate([one.site[one.site != without] for one in samples])
    if len(rows) and rows[:, 5].sum() > 0.0:
        city = _city(rows)
        values = {key: np.full(sites, x) for key, x in city.items()}
        for site in np.unique(place):
            mine = rows[place == site]
            if mine[:, 5].sum() > 0.0:
                own[site] = True
                for key, x in _own(mine, city).items():
                    values[key][site] = x
        known[CARGO_BIKE] = TourConstants(**values)
    return TourFit(known, own, len(samples))


def _rows(samples: Sequence[Sample], vehicle: str, drop: NDArray[np.bool_]) -> Floats:
    """Return rows of estimate (6 columns) and tours (metres, drive_s, still_s, other_s)."""
    blocks = [
        np.column_stack([*one.estimate[vehicle], *one.tours[vehicle][:4]])[~drop] for one in samples
    ]
    return np.concatenate([np.zeros((0, 10)), *blocks])


def _city(rows: Floats) -> dict[str, float]:
    trip_s, trip_m, gap_s, gap_m, still, parcels, metres, drive, stood, other = rows.T
    by_time, by_length = _two_factors(trip_s, gap_s, drive), _two_factors(trip_m, gap_m, metres)
    return {
        "trip_s": by_time[0],
        "trip_m": by_length[0],
        "gap_s": by_time[1],
        "gap_m": by_length[1],
        "stop": stood.sum() / still.sum() if still.sum() > 0.0 else 1.0,
        "parcel_s": max(other.sum(), 0.0) / parcels.sum(),
    }


def _own(rows: Floats, city: dict[str, float]) -> dict[str, float]:
    """Return the constants of one hub from its own rows and the city's constants."""
    trip_s, trip_m, gap_s, gap_m, still, parcels, metres, drive, stood, other = rows.T
    way_s = city["trip_s"] * trip_s + city["gap_s"] * gap_s
    way_m = city["trip_m"] * trip_m + city["gap_m"] * gap_m
    slower, longer = _ratio(drive, way_s), _ratio(metres, way_m)
    return {
        "trip_s": city["trip_s"] * slower,
        "trip_m": city["trip_m"] * longer,
        "gap_s": city["gap_s"] * slower,
        "gap_m": city["gap_m"] * longer,
        "stop": city["stop"] * _ratio(stood, city["stop"] * still),
        "parcel_s": city["parcel_s"] * _ratio(other, city["parcel_s"] * parcels),
    }


def _ratio(real: Floats, told: Floats) -> float:
    """Return sum of real / sum of told over days, drawn to 1."""
    prior = PRIOR_DAYS * told.mean()
    whole = told.sum() + prior
    return float((np.maximum(real, 0.0).sum() + prior) / whole) if whole > 0.0 else 1.0


def _two_factors(trip: Floats, gap: Floats, real: Floats) -> tuple[float, float]:
    """Return non-negative factors (trip, gap) with trip * x + gap * y close to `real`."""
    from scipy.optimize import nnls

    whole = trip.sum() + gap.sum()
    if whole <= 0.0:
        return 1.0, 1.0
    common = real.sum() / whole
    table = np.column_stack([trip, gap])
    weight = np.sqrt(RIDGE) * np.linalg.norm(table)
    stacked = np.vstack([table, weight * np.eye(2)])
    goal = np.concatenate([real, np.full(2, weight * common)])
    factors, _ = nnls(stacked, goal)
    return float(factors[0]), float(factors[1])
