"""Rules over years about time: free years of sites, delays, minimum stays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.conflicts.rule import Amount, Rule, of_amount
from optimizer.siting.conflicts.stated import MUST_OPEN, site_name
from optimizer.siting.horizon.changes import put_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem


def time_rules(problem: Problem) -> list[Rule]:
    """Return dates and delays of sites with stated options one by one, of all others together."""
    stated = np.isin(problem.options.status, MUST_OPEN)
    alone = np.zeros(problem.sites.count, dtype=bool)
    alone[problem.options.site[stated]] = True
    return [*_dates(problem, alone), *_clean_up(problem, alone), *_of_designs(problem)]


def _dates(problem: Problem, alone: NDArray[np.bool_]) -> list[Rule]:
    horizon, rules = horizon_of(problem), []
    ground, periods = horizon.ground, horizon.periods
    begin, end = int(periods.first_year[0]), int(periods.first_year[-1] + periods.years[-1] - 1)
    late, short = ground.free_from_year > begin, ground.free_until_year < end
    for site in np.flatnonzero(alone & late).tolist():
        year, where = int(ground.free_from_year[site]), site_name(problem, site)
        at = partial(put_at, part="ground", field="free_from_year", rank=site)
        title, words = f"free years of {where}", f"{where} is free from {year} on"
        rules.append(of_amount("time", title, words, Amount(year, begin, "", at)))
    for site in np.flatnonzero(alone & short).tolist():
        year, where = int(ground.free_until_year[site]), site_name(problem, site)
        at = partial(put_at, part="ground", field="free_until_year", rank=site)
        title, words = f"free years of {where}", f"{where} is free until {year}"
        rules.append(of_amount("time", title, words, Amount(max(year, begin - 1), end, "", at)))
    others = np.flatnonzero((late | short) & ~alone)
    if len(others):
        words = f"{len(others)} more sites are free for a part of the years only"
        without = partial(_free, sites=others, begin=begin, end=end)
        rules.append(Rule("time", "free years of sites", words, without, "free them for longer"))
    return rules


def _free(problem: Problem, sites: NDArray[np.int64], begin: int, end: int) -> Problem:
    ground = horizon_of(problem).ground
    first = np.minimum(ground.free_from_year[sites], begin)
    last = np.maximum(ground.free_until_year[sites], end)
    column = ground.free_from_year.copy()
    column[sites] = first
    until = ground.free_until_year.copy()
    until[sites] = last
    changed = ground.replace(free_from_year=column, free_until_year=until)
    return problem.replace(horizon=horizon_of(problem).replace(ground=changed))


def _clean_up(problem: Problem, alone: NDArray[np.bool_]) -> list[Rule]:
    ground, rules = horizon_of(problem).ground, []
    slow = ground.clean_up_years > 0
    for site in np.flatnonzero(slow & alone).tolist():
        years, where = int(ground.clean_up_years[site]), site_name(problem, site)
        at = partial(put_at, part="ground", field="clean_up_years", rank=site)
        words = f"cleaning up {where} takes {years} years"
        title = f"clean-up of {where}"
        rules.append(of_amount("time", title, words, Amount(years, 0, "years", at)))
    others = np.flatnonzero(slow & ~alone)
    if len(others):
        words = f"cleaning up {len(others)} more sites takes years"
        without = partial(put_at, value=0, part="ground", field="clean_up_years", rank=others)
        rules.append(Rule("time", "clean-up of sites", words, without, "clean them up sooner"))
    return rules


def _of_designs(problem: Problem) -> list[Rule]:
    timing, rules = horizon_of(problem).timing, []
    for design in np.unique(problem.options.design).tolist():
        label = problem.designs.label[design]
        for field, title, words in (
            ("minimum_stay_years", "minimum stay", "stays for at least"),
            ("build_years", "delay", "takes, from decision to opening,"),
        ):
            years = int(getattr(timing, field)[design])
            if years > 0:
                at = partial(put_at, part="timing", field=field, rank=design)
                told = f"{label} {words} {years} years"
                amount = Amount(years, 0, "years", at)
                rules.append(of_amount("time", f"{title} of {label}", told, amount))
    return rules
