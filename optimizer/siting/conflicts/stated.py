"""Options that must be open or must not: each is a rule that a person can take back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.siting.conflicts.rule import Amount, Rule, of_amount
from optimizer.siting.zoning import permitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem

MUST_OPEN = (OptionStatus.REQUIRED, OptionStatus.EXISTING)
SITES_ALONE = 40
"""With forbidden options on more sites than this, all of them are one rule."""


def site_name(problem: Problem, site: int) -> str:
    """Return name and id of a site."""
    name, key = problem.sites.name[site], problem.sites.id[site]
    return f"{name} ({key})" if name and name != key else key


def option_name(problem: Problem, option: int) -> str:
    """Return what an option is, and where."""
    site, design = int(problem.options.site[option]), int(problem.options.design[option])
    return f"{problem.designs.label[design]} on {site_name(problem, site)}"


def with_status(problem: Problem, options: NDArray[np.int64] | int, status: int) -> Problem:
    """Return the problem with another status of some options."""
    codes = problem.options.status.copy()
    codes[options] = status
    return problem.replace(options=problem.options.replace(status=codes))


def stated_rules(
    problem: Problem, takes: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> list[Rule]:
    """Return required, existing and forbidden options, and the area of sites that must hold some.

    takes : m2 of soil and EUR of each option.
    """
    return [
        *_required(problem, takes),
        *_areas(problem),
        *_forbidden(problem),
    ]


def _required(problem: Problem, takes: tuple[NDArray[np.int64], NDArray[np.int64]]) -> list[Rule]:
    rules = []
    for option in np.flatnonzero(np.isin(problem.options.status, MUST_OPEN)).tolist():
        existing = problem.options.status[option] == OptionStatus.EXISTING
        status = "existing" if existing else "required"
        told = [
            f"{int(amount[option]):,} {unit}"
            for amount, unit in zip(takes, ("m2 of soil", "EUR"), strict=True)
            if amount[option] > 0
        ]
        name = option_name(problem, option)
        words = f"{status}: {name}" + (f" takes {' and '.join(told)}" if told else "")
        rules.append(
            Rule(
                "quotas",
                f"{status} option",
                words,
                without=partial(with_status, options=option, status=OptionStatus.CANDIDATE),
                remedy="let it close" if existing else "drop the requirement",
                demand=f"the {status} {name}",
                option=option,
            )
        )
    return rules


def _areas(problem: Problem) -> list[Rule]:
    """Return the area of each site on which more must stand than fits."""
    option, sites = problem.options, problem.sites
    must = np.isin(option.status, MUST_OPEN)
    footprint = np.where(must, problem.designs.footprint_m2[option.design], 0)
    needs = np.bincount(option.site, footprint, sites.count).astype(np.int64)
    rules = []
    for site in np.flatnonzero(needs > sites.area_m2).tolist():

        def put(trial: Problem, value: int, site: int = site) -> Problem:
            area, parcel = trial.sites.area_m2.copy(), trial.sites.parcel_m2.copy()
            area[site], parcel[site] = value, max(int(parcel[site]), value)
            return trial.replace(sites=trial.sites.replace(area_m2=area, parcel_m2=parcel))

        where, allowed = site_name(problem, site), int(sites.area_m2[site])
        amount = Amount(allowed, int(needs[site]), "m2", put)
        words = f"{where} has {allowed:,} m2"
        rules.append(of_amount("site", f"area of {where}", words, amount))
    return rules


def _forbidden(problem: Problem) -> list[Rule]:
    """Return what the user forbids, site by site where these are not too many."""
    forbidden = problem.options.status == OptionStatus.FORBIDDEN
    options = np.flatnonzero(forbidden & permitted(problem))
    site = problem.options.site[options]
    places = np.unique(site).tolist()
    if len(places) > SITES_ALONE:
        words = f"{len(options)} options on {len(places)} sites are forbidden"
        return [_allow(options, words)]
    rules = []
    for place in places:
        mine = options[site == place]
        labels = [problem.designs.label[which] for which in problem.options.design[mine]]
        words = f"forbidden on {site_name(problem, place)}: {', '.join(labels)}"
        rules.append(_allow(mine, words))
    return rules


def _allow(options: NDArray[np.int64], words: str) -> Rule:
    return Rule(
        "quotas",
        "forbidden options",
        words,
        without=partial(with_status, options=options, status=OptionStatus.CANDIDATE),
        remedy="allow it" if len(options) == 1 else "allow them",
    )


def kinds_words(kinds: NDArray[np.int8]) -> str:
    """Return kinds in words."""
    return ", ".join(Kind(int(kind)).words for kind in np.unique(kinds))
