"""Fit, decide again with what was fitted, and repeat until estimate and tours agree.

    round k   plan days of the plan; some fit, the others are held back
              the estimate that the plan was decided with against the tours held back: within the
              tolerance, and the same plan as before -> done
              fit to the days of all rounds; decide again with these constants, from this plan

The first round decides with the estimate as it stands, so at least two plans are seen unless it is
right at once. What is told at the end is the error of the constants that the last plan was decided
with, on days that no constants have seen. Where deciding again finds no plan, the last one stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.limits import Progress, silent
from optimizer.core.problem import Assumption
from optimizer.routing.fit.errors import FIGURES, Area, compare, held_back_hubs, together
from optimizer.routing.fit.estimate import VEHICLES, plan_legs
from optimizer.routing.fit.measure import sample_of
from optimizer.routing.fit.regress import NAMES, fit_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from optimizer.core.day import Day, DayPlan
    from optimizer.core.fit import TourFit
    from optimizer.core.limits import Listener
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result
    from optimizer.routing.fit.measure import Sample

    Resolve = Callable[[Problem, Plan], Result]
    """Decide a problem, starting from a plan."""
    RouteDay = Callable[[Problem, Plan, int], tuple[Day, DayPlan]]
    """Draw and plan the day of a seed."""

TOLERANCE = 0.03
FITTED = "tours.fit."
"""Begin of the keys of assumptions that were fitted."""


class Schedule(NamedTuple):
    """How long the loop goes on: days that fit and days held back in each round, rounds."""

    fitting: int = 3
    held_back: int = 2
    rounds: int = 3
    tolerance: float = TOLERANCE
    first_seed: int = 1


@dataclass(frozen=True, eq=False)
class Round(Frozen):
    """One round: errors of its plan's own estimate on its days held back, and whether it changed.

    errors : (estimate - tours) / tours of all vehicles together, by figure.
    """

    errors: dict[str, float]
    changed_options: int


@dataclass(frozen=True, eq=False)
class Feedback(Frozen):
    """Where the loop ended.

    problem : carries the constants that `result` was decided with. held_back : estimate and tours
    by area on `held_back_days` days held back, with these constants. other_hubs : the same for
    hubs whose tours were left aside in fitting (of the last round's days). agreed : within the
    tolerance.
    """

    problem: Problem
    result: Result
    samples: tuple[Sample, ...]
    held_back: tuple[Area, ...]
    held_back_days: int
    other_hubs: tuple[Area, ...]
    rounds: tuple[Round, ...]
    agreed: bool


def fit_tours(
    problem: Problem, plan: Plan, days: Sequence[int], route_day: RouteDay
) -> tuple[TourFit, list[Sample]]:
    """Plan the days of these seeds and fit the constants of the estimate to them."""
    samples = _samples(problem, plan, days, route_day)
    return fit_samples(samples, problem.sites.count), samples


def feedback(
    problem: Problem,
    result: Result,
    resolve: Resolve,
    route_day: RouteDay,
    schedule: Schedule | None = None,
    *,
    listener: Listener = silent,
) -> Feedback:
    """Repeat fitting and deciding until the two figures agree on days held back.

    Raises
    ------
    ValueError
        When `result` has no plan.
    """
    schedule = schedule or Schedule()
    seeds = _seeds(schedule)
    seen: list[Sample] = []
    rounds: list[Round] = []
    before: Plan | None = None
    while True:
        plan = result.solution.plan
        if plan is None:
            message = "there is no plan to route"
            raise ValueError(message)
        fitting, kept = seeds(len(rounds))
        held = _samples(problem, plan, kept, route_day)
        areas = compare(problem, problem.tour_fit, held)
        errors = {key: together(areas).error(key) for key in FIGURES}
        rounds.append(Round(errors, _changed(before, plan)))
        agreed = all(abs(error) <= schedule.tolerance for error in errors.values())
        _say(listener, len(rounds), rounds[-1])
        settled = agreed and rounds[-1].changed_options == 0
        own = _samples(problem, plan, fitting, route_day)
        if not settled and len(rounds) < schedule.rounds:
            seen += own
            fitted = with_fit(problem, fit_samples(seen, problem.sites.count))
            answer = resolve(fitted, plan)
            if answer.solution.plan is not None:
                before, problem, result = plan, fitted, answer
                continue
        return Feedback(
            problem=problem,
            result=result,
            samples=(*own, *held),
            held_back=tuple(areas),
            held_back_days=len(held),
            other_hubs=tuple(held_back_hubs(problem, own)),
            rounds=tuple(rounds),
            agreed=agreed,
        )


def figures_of(problem: Problem, found: Feedback) -> dict[str, Any]:
    """Return what the report tells: constants, errors by vehicle, and points of the plot."""
    held: dict[str, Any] = {"days": found.held_back_days}
    for vehicle in (None, *VEHICLES):
        whole = together(found.held_back, vehicle)
        errors = {key: whole.error(key) for key in FIGURES}
        held[whole.vehicle] = {k: x if np.isfinite(x) else None for k, x in errors.items()}
    others = [abs(area.error("eur")) for area in found.other_hubs]
    others = [error for error in others if np.isfinite(error)]
    return {
        "held_back": held,
        "fit": {
            "constants": constants_of(problem),
            "fill": fill_of(problem, found.samples),
            "agreed": found.agreed,
            "rounds": [
                {"errors": one.errors, "changed_options": one.changed_options}
                for one in found.rounds
            ],
            "points": [_point(area) for area in found.held_back],
            "other_hubs": [_point(area) for area in found.other_hubs],
            "other_hubs_error_mean": float(np.mean(others)) if others else None,
            "other_hubs_error_max": float(np.max(others)) if others else None,
        },
    }


def with_fit(problem: Problem, fit: TourFit) -> Problem:
    """Return the problem with fitted constants, which stand among its assumptions."""
    fitted = problem.replace(tour_fit=fit)
    kept = tuple(one for one in problem.assumptions if not one.key.startswith(FITTED))
    source = f"fitted to the planned tours of {fit.days} days"
    told = tuple(
        Assumption(f"{FITTED}{vehicle}.{name}", f"{value:.3g}", source)
        for vehicle, known in constants_of(fitted).items()
        for name, value in known.items()
    )
    return fitted.replace(assumptions=kept + told)


def constants_of(problem: Problem) -> dict[str, dict[str, float]]:
    """Return constants by vehicle: of sites without tours of their own, or the mean of all."""
    fit = problem.tour_fit
    if fit is None:
        return {}
    told = {}
    for vehicle, known in fit.constants.items():
        by_site = fit.areas(vehicle) == len(fit.own) and not fit.own.all()
        rest = ~fit.own if by_site else slice(None)
        told[vehicle] = {name: float(np.mean(getattr(known, name)[rest])) for name in NAMES}
    return told


def fill_of(problem: Problem, samples: Sequence[Sample]) -> dict[str, float]:
    """Return parcels of a mean trip over those of a full one, by vehicle that had trips."""
    found = {}
    for vehicle in VEHICLES:
        trips = sum(float(one.tours[vehicle].trips.sum()) for one in samples)
        parcels = sum(float(one.estimate[vehicle].parcels.sum()) for one in samples)
        if trips > 0.0:
            found[vehicle] = parcels / trips / problem.prices.vehicles[vehicle].parcels_per_tour
    return found


def _point(area: Area) -> dict[str, Any]:
    return {
        "vehicle": area.vehicle,
        "area": area.area,
        "estimate": area.estimate,
        "tours": area.tours,
    }


def _seeds(schedule: Schedule) -> Callable[[int], tuple[range, range]]:
    """Return the seeds of a round: (fitting, held back); no day comes twice."""
    each = schedule.fitting + schedule.held_back

    def of(rank: int) -> tuple[range, range]:
        first = schedule.first_seed + rank * each
        middle = first + schedule.fitting
        return range(first, middle), range(middle, first + each)

    return of


def _samples(
    problem: Problem, plan: Plan, days: Sequence[int], route_day: RouteDay
) -> list[Sample]:
    legs = plan_legs(problem, plan)
    return [sample_of(problem, legs, *route_day(problem, plan, seed)) for seed in days]


def _changed(before: Plan | None, plan: Plan) -> int:
    if before is None:
        return int(plan.open_option.sum())
    return int(np.count_nonzero(before.open_option != plan.open_option))


def _say(listener: Listener, rank: int, found: Round) -> None:
    words = ", ".join(f"{key} {100.0 * error:+.1f} %" for key, error in found.errors.items())
    told = f"round {rank}: estimate against tours: {words}"
    listener(Progress(0.0, told, None, None, None, is_milestone=True))
