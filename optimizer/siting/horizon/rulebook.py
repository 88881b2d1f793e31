"""The rules over years: land, renaturation and money here, and the recipe of them all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.horizon import NET
from optimizer.core.kinds import LandBasis
from optimizer.core.timeline import available, horizon_of
from optimizer.siting.conflicts.closures import closures
from optimizer.siting.conflicts.rule import Amount, Rule, of_amount
from optimizer.siting.conflicts.stated import stated_rules
from optimizer.siting.horizon.accounts import accounts_of
from optimizer.siting.horizon.changes import put_at
from optimizer.siting.horizon.programme import ledger_periods
from optimizer.siting.horizon.rules_of_sites import firm_rules, pavilion_rules, use_area_rules
from optimizer.siting.horizon.rules_of_time import time_rules
from optimizer.siting.rulebook import quota_rules, use_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts

METRIC_WORDS = {NET: "net artificialisation"}


def rules_over_years(problem: Problem) -> list[Rule]:
    """Return every rule that may take part in a conflict over years."""
    accounts = accounts_of(problem)
    takes = takes_when_first_open(problem, accounts)
    return [
        *_land_ledgers(problem, accounts),
        *_renaturation(problem),
        *_purses(problem, accounts),
        *quota_rules(problem, takes, _since(problem)),
        *use_area_rules(problem, accounts),
        *use_rules(problem),
        *firm_rules(problem),
        *pavilion_rules(problem, accounts),
        *time_rules(problem),
        *stated_rules(problem, takes),
        *closures(problem),
    ]


def takes_when_first_open(
    problem: Problem, accounts: Accounts
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return soil (m2) and money (EUR) that each option takes in the first period it may open."""
    option = np.arange(problem.options.count)
    first = np.argmax(available(problem), axis=0)
    bases = horizon_of(problem).land.basis
    footprint = accounts.footprint_m2
    parcel = bool(bases) and all(basis == LandBasis.PARCEL for basis in bases)
    area = problem.sites.parcel_m2[accounts.site] if parcel else footprint
    soil = np.where(accounts.soil[accounts.site] & (footprint > 0), area, 0)
    return soil.astype(np.int64), (accounts.build_eur + accounts.land_eur)[first, option]


def _since(problem: Problem) -> list[str]:
    horizon = horizon_of(problem)
    begin = int(horizon.periods.first_year[0])
    return [f" from {year}" if year > begin else "" for year in horizon.quota_first_year.tolist()]


def _land_ledgers(problem: Problem, accounts: Accounts) -> list[Rule]:
    ledgers, rules = horizon_of(problem).land, []
    holds = ledger_periods(ledgers, accounts)
    most = int(problem.sites.parcel_m2.sum() + accounts.footprint_m2.sum())
    for rank in np.flatnonzero(holds.any(axis=1)).tolist():
        allowed = int(ledgers.budget_m2[rank])
        when = np.flatnonzero(holds[rank])
        begin = int(accounts.first_year[when[0]])
        end = int(accounts.first_year[when[-1]] + accounts.years[when[-1]] - 1)
        metric = METRIC_WORDS.get(ledgers.metric[rank], "consumption of natural land")
        title = f"land budget {ledgers.name[rank]!r}"
        words = f"the {title} ({metric}, {begin} to {end}) allows {allowed:,} m2"
        put = partial(put_at, part="land", field="budget_m2", rank=rank)
        amount = Amount(allowed, max(most, allowed + 1), "m2", put)
        rules.append(of_amount("land", title, words, amount))
    return rules


def _renaturation(problem: Problem) -> list[Rule]:
    horizon, rules = horizon_of(problem), []
    projects, begin = horizon.renaturation, int(horizon.periods.first_year[0])
    if NET not in horizon.land.metric:
        return []
    most = int(problem.sites.parcel_m2.sum()) + 1
    for rank, name in enumerate(projects.id):
        area, first = int(projects.area_m2[rank]), int(projects.first_year[rank])
        years, title = int(projects.years[rank]), f"renaturation {name!r}"
        put = partial(put_at, part="renaturation", field="area_m2", rank=rank)
        words = f"{title} can give back {area:,} m2"
        amount = Amount(area, max(most, area + 1), "m2", put)
        rules.append(of_amount("renaturation", title, words, amount))
        if first > begin or years > 0:
            told = f"{title} starts in {max(first, begin)} at the earliest"
            told += f" and counts after {years} years" if years else ""
            without = partial(_at_once, rank=rank)
            remedy = "let it start at once and count in its first period"
            rules.append(Rule("renaturation", f"time of {title}", told, without, remedy))
    return rules


def _at_once(problem: Problem, rank: int) -> Problem:
    return put_at(
        put_at(problem, 0, "renaturation", "first_year", rank), 0, "renaturation", "years", rank
    )


def _purses(problem: Problem, accounts: Accounts) -> list[Rule]:
    horizon = horizon_of(problem)
    purses, ground, rules = horizon.purses, horizon.ground, []
    last = int(accounts.first_year[-1] + accounts.years[-1] - 1)
    risky = np.any(ground.clean_up_deviation_eur > 0) or np.any(ground.price_deviation_eur_m2 > 0)
    for rank, name in enumerate(purses.name):
        title, at = f"purse {name!r}", partial(put_at, part="purses", rank=rank)
        opening = int(purses.opening_eur[rank])
        most = _most_eur(problem, accounts)
        amount = Amount(opening, opening + most, "EUR", partial(at, field="opening_eur"))
        rules.append(of_amount("money", title, _purse_words(problem, rank, last), amount))
        owed, left = int(purses.borrow_max_eur[rank]), int(purses.debt_end_max_eur[rank])
        if accounts.period_count > 1:
            words = f"the {title} may owe at most {owed:,} EUR"
            amount = Amount(owed, owed + most, "EUR", partial(at, field="borrow_max_eur"))
            rules.append(of_amount("money", f"debt of the {title}", words, amount))
        if left < owed:
            words = f"the {title} may owe at most {left:,} EUR at the end of {last}"
            amount = Amount(left, owed, "EUR", partial(at, field="debt_end_max_eur"))
            rules.append(of_amount("money", f"debt of the {title} at the end", words, amount))
        gamma = int(purses.gamma[rank])
        if gamma > 0 and risky:
            words = f"the {title} keeps a reserve for the {gamma} sites that may turn out dearest"
            amount = Amount(gamma, 0, "sites", partial(at, field="gamma"))
            rules.append(of_amount("money", f"reserve of the {title}", words, amount))
        cap = int(purses.subsidy_max_eur_year[rank])
        if cap >= 0:
            words = f"the {title} spares tenants at most {cap:,} EUR of rent a year"
            all_rents = max(int(np.ceil(accounts.subsidy_eur_year.sum())), cap + 1)
            amount = Amount(cap, all_rents, "EUR a year", partial(at, field="subsidy_max_eur_year"))
            rules.append(of_amount("subsidy", f"subsidies of the {title}", words, amount))
    return rules


def _most_eur(problem: Problem, accounts: Accounts) -> int:
    """Return more than all payments of all periods together, and their interest."""
    horizon = horizon_of(problem)
    ground, firms = horizon.ground, horizon.firms
    parts = (
        accounts.build_eur, accounts.land_eur, accounts.closing_eur, accounts.running_eur,
        accounts.use_eur, accounts.use_land_eur, accounts.subsidy_eur.max(axis=2, initial=0),
        ground.clean_up_eur, ground.clean_up_deviation_eur,
        ground.price_deviation_eur_m2 * problem.sites.parcel_m2 * accounts.period_count,
        firms.move_eur, firms.lost_eur, horizon.pavilions.move_eur * accounts.period_count,
        horizon.renaturation.eur_m2 * horizon.renaturation.area_m2,
    )  # fmt: skip
    years = int(accounts.years.sum())
    growth = (1.0 + float(horizon.purses.interest_rate.max(initial=0.0))) ** years
    return int(growth * sum(int(part.sum()) for part in parts)) + 1


def _purse_words(problem: Problem, rank: int, last: int) -> str:
    """Return what a purse has, and until when it has no more than that."""
    horizon = horizon_of(problem)
    purses, years = horizon.purses, horizon.periods.first_year
    grants = purses.grant_eur[rank]
    later = [int(t) for t in np.flatnonzero(grants > 0) if t > 0]
    until = int(years[later[0]]) - 1 if later else last
    words = f"the purse {purses.name[rank]!r} has {int(purses.opening_eur[rank]):,} EUR"
    if grants[0] > 0:
        words += f" and a grant of {int(grants[0]):,} EUR"
    words += f" until {until}"
    if later:
        told = ", ".join(f"{int(grants[t]):,} EUR in {int(years[t])}" for t in later)
        words += f", then grants of {told}"
    return words
