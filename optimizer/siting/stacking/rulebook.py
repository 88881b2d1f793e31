"""The rules of hotels that may take part in a conflict: words with amounts, and without each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.siting.conflicts.rule import AMPLE, Amount, Rule, of_amount

if TYPE_CHECKING:
    from optimizer.core.hotels import Hotels
    from optimizer.core.problem import Problem


def demands_tenants(problem: Problem) -> bool:
    """Return whether some rule asks for tenants even where no hotel has to open."""
    hotels = problem.hotels
    if hotels is None:
        return False
    return bool(np.any(hotels.mix.area_min_m2 > 0) or np.any(hotels.mix.jobs_min > 0))


def hotel_rules(problem: Problem) -> list[Rule]:
    """Return what a person may loosen; what units and docks are is taken as given."""
    hotels = problem.hotels
    if hotels is None:
        return []
    return [
        *_targets(problem, hotels),
        *_jobs(problem, hotels),
        *_apart(hotels),
        *_noise(hotels),
        *_people(hotels),
        *_roofs(hotels),
    ]


def _put(problem: Problem, part: str, **changes: Any) -> Problem:
    """Return the problem with other fields of one part of its hotels."""
    hotels = problem.hotels
    if hotels is None:
        return problem
    changed = getattr(hotels, part).replace(**changes)
    return problem.replace(hotels=hotels.replace(**{part: changed}))


def _put_one(problem: Problem, value: float, part: str, field: str, rank: int) -> Problem:
    """Return the problem with another entry in one array of one part."""
    array = getattr(getattr(problem.hotels, part), field).copy()
    array[rank] = value
    return _put(problem, part, **{field: array})


def _put_percent(problem: Problem, value: float, field: str, rank: int) -> Problem:
    return _put_one(problem, value / 100.0, "mix", field, rank)


def _targets(problem: Problem, hotels: Hotels) -> list[Rule]:
    mix, rules = hotels.mix, []
    area = problem.tenants.area_m2
    for rank, name in enumerate(mix.name):
        have = f"all of them together need {int(area[mix.members[rank]].sum()):,} m2"
        for field, limit, verb in (
            ("area_min_m2", 0, "must let at least"),
            ("area_max_m2", AMPLE, "may let at most"),
        ):
            asked = int(getattr(mix, field)[rank])
            if asked < 0 or (field == "area_min_m2" and asked == 0):
                continue
            put = partial(_put_one, part="mix", field=field, rank=rank)
            words = f"hotels {verb} {asked:,} m2 to {name!r} ({have})"
            least = field == "area_min_m2"
            demand = f"the {asked:,} m2 of {name!r}" if least else ""
            title = f"mix {name!r}, {'least' if least else 'most'} area"
            amount = Amount(asked, limit, "m2", put)
            rules.append(of_amount("mix", title, words, amount, demand=demand))
        for field, limit, verb in (
            ("share_min", 0, "must let at least"),
            ("share_max", 100, "may let at most"),
        ):
            share = float(getattr(mix, field)[rank])
            percent = int(np.ceil(100 * share - 1e-9) if limit == 0 else np.floor(100 * share))
            if percent == limit:
                continue
            each = "every hotel" if mix.each_hotel[rank] else "hotels together"
            words = f"{each} {verb} {percent}% of the let area to {name!r} ({have})"
            title = f"mix {name!r}, {'least' if limit == 0 else 'most'} share"
            amount = Amount(percent, limit, "%", partial(_put_percent, field=field, rank=rank))
            rules.append(of_amount("mix", title, words, amount))
    return rules


def _jobs(problem: Problem, hotels: Hotels) -> list[Rule]:
    mix, rules = hotels.mix, []
    for rank, name in enumerate(mix.jobs_name):
        asked = int(np.ceil(mix.jobs_min[rank]))
        if asked <= 0:
            continue
        skill = int(mix.jobs_skill[rank])
        have = float(hotels.businesses.jobs_by_skill[problem.tenants.area_m2 > 0, skill].sum())
        what = f"{mix.skill[skill]} jobs"
        words = f"hotels must host at least {asked:,} {what}; all tenants together have {have:,.0f}"
        put = partial(_put_one, part="mix", field="jobs_min", rank=rank)
        amount = Amount(asked, 0, "jobs", put)
        demand = f"the {asked:,} {what} of {name!r}"
        rules.append(of_amount("mix", f"jobs {name!r}", words, amount, demand=demand))
    return rules


def _apart(hotels: Hotels) -> list[Rule]:
    apart = hotels.apart
    return [
        Rule(
            "nuisance",
            f"apart {name!r}",
            f"the tenants of {name!r} keep {int(apart.levels[rank])} levels apart",
            without=partial(_put_one, value=0.0, part="apart", field="distance_m", rank=rank),
            remedy="drop it",
        )
        for rank, name in enumerate(apart.name)
    ]


def _noise(hotels: Hotels) -> list[Rule]:
    count = hotels.neighbours.count
    if not count:
        return []

    def without(problem: Problem) -> Problem:
        old = hotels.neighbours.attenuation_db
        return _put(problem, "neighbours", attenuation_db=np.full_like(old, np.inf))

    words = f"noise limits at {count} neighbours"
    return [Rule("nuisance", "noise at neighbours", words, without, remedy="loosen them")]


def _people(hotels: Hotels) -> list[Rule]:
    access, rules = hotels.access, []
    if access.capture_share > 0:
        words = f"jobs within {access.limit_s / 60:g} minutes of enough workers"
        rules.append(
            Rule(
                "access",
                "worker access",
                words,
                without=partial(_put, part="access", capture_share=0.0),
                remedy="raise the time or the share",
            )
        )
    if access.support_limit_s >= 0 and hotels.businesses.needs_support.any():
        words = f"support within {access.support_limit_s / 60:g} minutes of start-ups"
        rules.append(
            Rule(
                "access",
                "support near start-ups",
                words,
                without=partial(_put, part="access", support_limit_s=-1),
                remedy="raise the time",
            )
        )
    return rules


def _roofs(hotels: Hotels) -> list[Rule]:
    roofs, rules = hotels.roofs, []
    for rank, name in enumerate(roofs.name):
        percent = int(np.ceil(100 * roofs.share_min[rank] - 1e-9))
        if percent > 0:

            def put(problem: Problem, value: float, rank: int = rank) -> Problem:
                return _put_one(problem, value / 100.0, "roofs", "share_min", rank)

            words = f"every new hotel gives {percent}% of its roof to {name!r}"
            amount = Amount(percent, 0, "%", put)
            rules.append(of_amount("roofs", f"duty of {name!r}", words, amount))
        total = int(roofs.total_max_m2[rank])
        if total >= 0:
            most = partial(_put_one, part="roofs", field="total_max_m2", rank=rank)
            words = f"all roofs together give at most {total:,} m2 to {name!r}"
            amount = Amount(total, AMPLE, "m2", most)
            rules.append(of_amount("roofs", f"total of {name!r}", words, amount))
    return rules
