"""One proven gap for location and routing together: a plan with its real tours, and a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.limits import Cancel, Limits, Listener, silent
from optimizer.routing.fit.estimate import VEHICLES, constants_at
from optimizer.siting.tour_bound import TOUR_TERMS, bound_with_tours, value_with_tours
from optimizer.travel.haul import Leg, rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria, Result
    from optimizer.routing.fit.measure import Sample


def bound_of_tours(
    problem: Problem,
    result: Result,
    samples: Sequence[Sample],
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> dict[str, Any]:
    """Return figures["bound"]: what the plan costs with its tours, a bound on that, and the gap.

    Raises
    ------
    ValueError
        When the result has no plan, or no day was planned.
    """
    plan, criteria = result.solution.plan, result.solution.criteria
    if plan is None or criteria is None or not samples:
        message = "a bound needs a plan and a day of its tours"
        raise ValueError(message)
    day_eur, left_eur = mean_day(problem, criteria, samples)
    value = value_with_tours(problem, criteria, day_eur + left_eur)
    bound = bound_with_tours(problem, limits, warm=plan, listener=listener, cancel=cancel)
    return {
        "value": value,
        "bound": bound,
        "gap": None if bound is None or value <= 0.0 else (value - bound) / value,
        "days": len(samples),
        "left_behind_eur_per_day": left_eur,
        "how": (
            "Bound: the siting model where every parcel costs what it costs at least on any trip"
            " (its share, by load, of loading and of the way there and back; parking once at each"
            " point visited; handing over). Value: yearly terms of the plan and its tours, from"
            f" {len(samples)} planned day(s) against the estimate of the same days."
        ),
    }


def mean_day(
    problem: Problem, criteria: Criteria, samples: Sequence[Sample]
) -> tuple[float, float]:
    """Return EUR of the tours of a mean day with carbon, and of the parcels left behind.

    The estimate of the mean day times how much dearer tours were than the estimate of their days:
    less is left to the chance of a few days than in their plain mean.
    """
    real = told = 0.0
    for sample in samples:
        for vehicle in VEHICLES:
            rate, taken = rates(problem.prices, vehicle), sample.tours[vehicle]
            fitted = constants_at(problem.tour_fit, vehicle, sample.site)
            told += float(rate.total(sample.estimate[vehicle].told(fitted)).sum())
            real += float(rate.total(Leg(taken.seconds, taken.metres)).sum())
    days = problem.rules.delivery_days_per_year
    model = sum(criteria.terms[name] for name in TOUR_TERMS) / days
    left = sum(sample.ordered - sample.brought for sample in samples) / len(samples)
    penalty = 0.0 if problem.day is None else problem.day.penalty_eur_per_parcel
    return model * (real / told if told > 0.0 else 1.0), (left * penalty if left > 0.0 else 0.0)
