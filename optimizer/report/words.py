"""Numbers and sentences that a mayor understands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.programme import ONE_OFF_WEIGHT_TERMS
from optimizer.core.result import WEIGHT_TERMS

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Outcome, Result

THIN = "\u202f"
SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
NOUN = {
    Kind.MICRO_HUB: ("hub", "hubs"),
    Kind.PRODUCTIVE_HOTEL: ("productive hotel", "productive hotels"),
    Kind.DELIVERY_POINT: ("delivery point", "delivery points"),
}
TERM_WORDS = {
    "land": "Land (interest or rent)",
    "building": "Buildings (annuity)",
    "running": "Running: staff, energy, upkeep",
    "handling": "Handling at hubs and delivery points",
    "line_haul": "Line haul to hubs",
    "bike_tours": "Cargo-bike tours",
    "resupply": "Resupply of delivery points",
    "van_tours": "Van tours to the door",
    "rent_income": "Rent from tenants (income)",
    "fit_out": "Hybrid units fitted out as workshops",
    "services": "Shared services (net benefit)",
    "symbiosis": "Exchange between tenants and partners (net benefit)",
    "roofs": "Roof uses (net income)",
    "jobs": "Weight of hosted jobs",
    "walking": "Weight of people's walking time",
    "co2e_transport": "CO2e of transport, priced",
    "co2e_building": "CO2e of building, priced",
    "unserved": "Weight of unserved parcels",
    "clean_up": "Clean-up of soil",
    "closing": "Closing and dismantling",
    "moving": "Moves of pavilions and firms",
    "renaturation": "Soil given back to nature",
    "other_uses": "Sites given to other uses",
    "tenant_moves": "Moves of tenants",
    "switching": "Hybrid units: fit-out and changes of use",
    "jobs_lost": "Weight of jobs lost",
}
CASH_WORDS = {
    "opening": "In the purse at the start",
    "grants": "Grants",
    "transfers": "From partners",
    "rents": "Rents of tenants",
    "resale": "Resale",
    "purchases": "Land",
    "building": "Building",
    "clean_up": "Clean-up",
    "closing": "Closing",
    "moves": "Moves",
    "renaturation": "Renaturation",
    "other_uses": "Other uses",
    "running": "Running and ground rents",
    "subsidies": "Rents spared to young firms",
    "interest": "Interest",
}
STOPPED = {
    "proof": "the search ended with a proof",
    "gap": "the search stopped because the asked precision was reached",
    "time": "the search stopped at its time limit",
    "work": "the search stopped at its work limit",
    "memory": "the search stopped at its memory limit",
    "user": "the search was interrupted; this is the best plan found until then",
}


def spaced(value: float, digits: int = 0, mark: str = THIN) -> str:
    """Return `value` with thousands spaced and `digits` decimals; minus is a real minus sign."""
    text = f"{abs(value):,.{digits}f}".replace(",", mark)
    negative = value < 0 and float(f"{value:.{digits}f}") != 0
    return f"\u2212{text}" if negative else text


def plain(text: str) -> str:
    """Return text whose spaces and signs every terminal can show."""
    return text.replace("\u202f", " ").replace("\u2212", "-")


def amount(value: float, mark: str = THIN) -> str:
    """Return money or m2 with no more digits than are meant: 1.93 M, 412 000, 870."""
    if abs(value) >= 999_500:
        digits = 2 if abs(value) < 9_995_000 else 1
        return f"{spaced(value / 1e6, digits, mark)}{mark}M"
    if abs(value) >= 10_000:
        return spaced(round(value, -3), 0, mark)
    return spaced(value, 0, mark)


def percent(share: float, mark: str = THIN) -> str:
    """Return a share in percent: one decimal below ten, none above, never a false 0 or 100."""
    value = 100 * share
    if 0 < abs(value) < 0.05:
        return f"less than 0.1{mark}%"
    if 99.5 <= value < 100:
        return f"{min(value, 99.9):.1f}{mark}%"
    digits = 1 if abs(value) < 9.95 and value != round(value) else 0
    return f"{spaced(value, digits, mark)}{mark}%"


def at_most_percent(share: float, mark: str = THIN) -> str:
    """Return a share in percent, rounded up, so that "at most" stays true."""
    value = float(np.ceil(round(share * 1000, 6)) / 10)
    digits = 0 if value >= 10 and value == round(value) else 1
    return f"{value:.{digits}f}{mark}%"


def counted(number: int, nouns: tuple[str, str]) -> str:
    """Return "six hubs", "one hub", "24 lockers"."""
    word = SMALL[number] if 0 <= number < len(SMALL) else str(number)
    return f"{word} {nouns[0] if number == 1 else nouns[1]}"


def listed(items: list[str]) -> str:
    """Join as people do: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def counts_by_kind(problem: Problem, result: Result) -> dict[Kind, int]:
    """Return how many facilities of each kind are open; empty without a plan."""
    plan = result.solution.plan
    if plan is None:
        return {}
    kinds = problem.designs.kind[problem.options.design[plan.open_option]]
    return {kind: int(np.sum(kinds == kind)) for kind in Kind}


def headline(problem: Problem, result: Result, mark: str = THIN) -> str:
    """Return the one sentence that says the answer and how sure it is."""
    solution, criteria = result.solution, result.solution.criteria
    outcome = solution.outcome
    if outcome.status == "infeasible":
        return "No plan can keep all the rules of this scenario: this is proven."
    if criteria is None:
        return (
            "No plan was found within the limits, and none was ruled out: allow more time or "
            "loosen a rule."
        )
    currency = problem.prices.currency
    if problem.demand.count == 0:
        start = _hotels_alone(problem, result, mark)
    elif solution.programme is not None:
        start = _over_years(problem, solution.programme, criteria.share_by_channel, mark)
    else:
        counts = counts_by_kind(problem, result)
        parts = [counted(counts[kind], NOUN[kind]) for kind in Kind if counts[kind]]
        start = _what_is_done(parts, sum(counts.values()), criteria.share_by_channel, mark)
    start += _balance(criteria.objective, currency, mark)
    weighed = any(criteria.terms.get(name) for name in (*WEIGHT_TERMS, *ONE_OFF_WEIGHT_TERMS))
    start += ", CO2e priced in" if weighed and problem.prices.co2e_eur_per_t else ""
    start += _against_baseline(
        criteria.objective, solution.baseline.objective, f"{mark}{currency}", mark
    )
    return f"{start[0].upper()}{start[1:]}; {how_sure(outcome, currency, mark)}."


def _hotels_alone(problem: Problem, result: Result, mark: str) -> str:
    """Return how many businesses find a place, where a scenario is not about parcels."""
    plan, programme = result.solution.plan, result.solution.programme
    plans = [plan] if programme is None else list(programme.plans)
    hotel = problem.designs.kind[problem.options.design] == Kind.PRODUCTIVE_HOTEL
    told = [one for one in plans if one is not None]
    ever = np.any([one.open_option & hotel for one in told], axis=0)
    count, most = int(ever.sum()), max(int(np.sum(one.tenant_option >= 0)) for one in told)
    if count == 0:
        return "no hotel opens"
    words = f"{counted(count, NOUN[Kind.PRODUCTIVE_HOTEL])} {'give' if count > 1 else 'gives'}"
    words += f" {'' if programme is None else 'up to '}{spaced(most, 0, mark)}"
    words += f" of {spaced(problem.tenants.count, 0, mark)} businesses a place"
    if programme is None:
        return words
    from optimizer.report.years import span

    first, last = span(problem)
    return f"{words} from {first} to {last}"


def _over_years(problem: Problem, programme: Programme, shares: dict[str, float], mark: str) -> str:
    """Return what opens now, what opens later, and who is served over the horizon."""
    from optimizer.report.years import openings, span

    counts = openings(problem, programme)
    told = {
        now: [counted(counts[now][kind], NOUN[kind]) for kind in Kind if counts[now][kind]]
        for now in (True, False)
    }
    first, last = span(problem)
    now, later = (listed(told[when]) if told[when] else "" for when in (True, False))
    parts = [f"{now or 'nothing'} now", f"{later} later"] if later else [f"{now} now"]
    total = sum(counts[True].values()) + sum(counts[False].values())
    who = listed(parts) if now or later else "nothing new"
    years = f"from {first} to {last}"
    off_vans, unserved = shares.get("bike", 0.0) + shares.get("pickup", 0.0), shares.get("unserved")
    if off_vans > 0:
        verb = "take" if total > 1 else "takes"
        start = f"{who} {verb} {percent(off_vans, mark)} of parcels off vans {years}"
    else:
        start = f"{who} {'open' if total > 1 else 'opens'} {years}"
        start += "" if unserved else " and vans alone serve everyone"
    return start + (f", {percent(unserved, mark)} of parcels stay unserved," if unserved else "")


def _what_is_done(parts: list[str], count: int, shares: dict[str, float], mark: str) -> str:
    """Return who serves whom; parcels that nobody serves are never passed over."""
    off_vans = shares.get("bike", 0.0) + shares.get("pickup", 0.0)
    unserved = shares.get("unserved", 0.0)
    if off_vans > 0:
        verb = "take" if count > 1 else "takes"
        start = f"{listed(parts)} {verb} {percent(off_vans, mark)} of parcels off vans"
    elif parts:
        start = f"{listed(parts)} {'open' if count > 1 else 'opens'}"
        start += " and vans alone serve everyone" if unserved == 0 else ""
    else:
        start = "the vans alone serve everyone" if unserved == 0 else "nothing opens"
    if unserved > 0:
        start += f"{' and' if off_vans <= 0 else ','} {percent(unserved, mark)} of parcels stay "
        start += "unserved," if off_vans > 0 else "unserved"
    return start


def _balance(value: float, currency: str, mark: str) -> str:
    """Return what the plan costs or, where rents and weights outdo the costs, what it yields."""
    if round(value) >= 0:
        return f" for {amount(abs(value), mark)} {currency} a year"
    return f" with {amount(-value, mark)} {currency} a year to the good"


def _against_baseline(value: float, baseline: float, unit: str, mark: str) -> str:
    """Return the difference to today; in money where a share of it would mean nothing."""
    saving = baseline - value
    if abs(saving) <= 0.0005 * abs(baseline) or round(saving) == 0:
        return ", as much as today"
    word = "less" if saving > 0 else "more"
    if value < 0 or baseline <= 0:
        where = "better off" if saving > 0 else "worse off"
        return f", {amount(abs(saving), mark)}{unit} {where} than today"
    return f", {percent(abs(saving) / baseline, mark)} {word} than today"


def how_sure(outcome: Outcome, currency: str, mark: str = THIN) -> str:
    """Return the end of the headline: what is proven about better plans.

    Told in money where the value is negative or near zero, so that a share of it means nothing.
    """
    gap = outcome.gap
    if outcome.proof == "optimal":
        return "no plan is cheaper, which is proven"
    if gap is None:
        return "how much cheaper another plan could be is not known"
    if outcome.value is not None and outcome.bound is not None and (outcome.value < 0 or gap > 1):
        least = math.ceil(outcome.value - outcome.bound)
        return f"no plan can be more than {spaced(least, 0, mark)} {currency} a year better"
    return f"no plan can be more than {at_most_percent(gap, mark)} cheaper"


def proof_words(problem: Problem, result: Result, mark: str = THIN) -> list[str]:
    """Return the paragraphs that explain value, bound and gap, and what proven means."""
    solution = result.solution
    outcome, currency = solution.outcome, problem.prices.currency
    stopped = STOPPED.get(outcome.stopped_by, outcome.stopped_by)
    if outcome.status != "plan" or outcome.value is None:
        return [f"{stopped[0].upper()}{stopped[1:]}."]
    first = (
        f"This plan costs {spaced(outcome.value, 0, mark)} {currency} a year, all weights of the "
        f"scenario counted. Today, without new facilities, it would be "
        f"{spaced(solution.baseline.objective, 0, mark)} {currency}."
    )
    if solution.programme is not None:
        first += " Years to come are discounted; what is paid once is spread over all years."
    lines = [first]
    saving = outcome.gap_of_saving(solution.baseline.objective)
    if outcome.bound is None:
        lines.append("No lower bound is known, so nothing is claimed about better plans.")
    else:
        lines.append(
            f"Whoever looks, however long: no plan that keeps the rules costs less than "
            f"{spaced(outcome.bound, 0, mark)} {currency} a year. That is proven by calculation "
            "for exactly this model, its rules, its data and its prices; it says nothing about "
            "data that are wrong or rules that are missing."
        )
        if outcome.proof == "optimal":
            lines.append("Plan and bound meet: the plan is optimal.")
        elif saving is not None:
            lines.append(
                f"Between the two lie {spaced(outcome.value - outcome.bound, 0, mark)} {currency} "
                f"a year, {at_most_percent(outcome.gap or 0.0, mark)} of the cost. Against what "
                f"could be saved at most, the plan leaves at most {at_most_percent(saving, mark)} "
                "on the table."
            )
    lines.append(f"{stopped[0].upper()}{stopped[1:]}.")
    if result.verified:
        lines.append(
            "A second, separate calculation has checked every rule and every figure of this plan."
        )
    return lines
