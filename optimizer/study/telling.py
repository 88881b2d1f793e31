"""An evaluation in plain types, words first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result
    from optimizer.study.evaluate import Evaluation, Score


def evaluation_to_dict(problem: Problem, evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation as nested dictionaries for JSON and the terminal."""
    best, result = evaluation.best.solution, evaluation.result.solution
    cost = _difference(result.outcome.value, best.outcome.value)
    at_least = _difference(result.outcome.bound, best.outcome.value)
    return {
        "words": _headline(problem, evaluation, cost),
        "best": _outcome(evaluation.best),
        "evaluated": _outcome(evaluation.result),
        "cost_of_all_choices_eur_per_year": cost,
        "cost_of_all_choices_at_least_eur_per_year": at_least,
        "only_these_of_their_kinds": evaluation.only,
        "evaluated_plan_became_best": evaluation.became_best,
        "choices": [_score(problem, score) for score in evaluation.scores],
        "conflicts": [conflict.words for conflict in result.conflicts],
    }


def _outcome(result: Result) -> dict[str, Any]:
    outcome = result.solution.outcome
    return {
        "status": outcome.status,
        "proof": outcome.proof,
        "value_eur_per_year": outcome.value,
        "bound_eur_per_year": outcome.bound,
        "gap": outcome.gap,
        "verified": result.verified,
    }


def _difference(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return None
    return max(first - second, 0.0)


def _headline(problem: Problem, evaluation: Evaluation, cost: float | None) -> str:
    possible = sum(1 for score in evaluation.scores if not score.breaks)
    total = len(evaluation.scores)
    if possible == 0:
        return "the choice cannot be opened" if total == 1 else "no choice can be opened"
    count = f"{possible} of {total} choices can be opened"
    subject = "together they cost" if possible > 1 else "it costs"
    status = evaluation.result.solution.outcome.status
    if status == "infeasible":
        return f"{count} on their own, but not all together: see the conflicting rules"
    if cost is None:
        return f"{count}; no plan with them was found within the limits"
    currency = problem.prices.currency
    if cost < 0.5:
        return f"{count}; {subject} nothing against the best plan known"
    return f"{count}; {subject} {spaced(cost)} {currency} a year more than the best plan known"


def _score(problem: Problem, score: Score) -> dict[str, Any]:
    choice = score.choice
    return {
        "site": problem.sites.id[choice.site],
        "name": problem.sites.name[choice.site],
        "design": problem.designs.id[choice.design],
        "words": _words(problem, score),
        "can_be": not score.breaks,
        "cost_eur_per_year": score.cost_eur_per_year,
        "cost_at_least_eur_per_year": score.cost_at_least_eur_per_year,
        "parcels_per_day": score.parcels_per_day,
        "demand_points": score.points,
        "tenants": score.tenants,
        "let_m2": score.let_m2,
        "breaks": [conflict.words for conflict in score.breaks],
    }


def _words(problem: Problem, score: Score) -> str:
    choice = score.choice
    what = f"{problem.designs.label[choice.design]} on {problem.sites.name[choice.site]}"
    if score.breaks:
        reasons = [conflict.words.removeprefix(f"{what}: ") for conflict in score.breaks]
        return f"{what} cannot be: {'; '.join(reasons)}"
    if score.cost_eur_per_year is None:
        return f"{what}: no plan with it was found within the limits"
    currency = problem.prices.currency
    if score.cost_eur_per_year < 0.5:
        cost = "costs nothing against the best plan known"
    else:
        cost = (
            f"costs {spaced(score.cost_eur_per_year)} {currency} a year more than the best plan "
            "known"
        )
        if score.cost_at_least_eur_per_year and score.cost_at_least_eur_per_year >= 0.5:
            cost += f", proven at least {spaced(score.cost_at_least_eur_per_year)}"
    if score.let_m2:
        tenants = "one tenant" if score.tenants == 1 else f"{score.tenants} tenants"
        return f"{what} {cost}; it hosts {tenants} on {spaced(score.let_m2)} m2"
    return f"{what} {cost}; it serves {spaced(score.parcels_per_day)} parcels a day"


def spaced(value: float) -> str:
    """Return a whole number with thousands spaced, as everywhere in the answer."""
    return f"{value:,.0f}".replace(",", " ")
