"""Rules of hotels that name sectors and skills: who keeps apart, sector targets, jobs."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import Apart, Mix
from optimizer.core.kinds import Noise
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from optimizer.core.world import Tenants
    from optimizer.scenario.hotels import ApartRule
    from optimizer.scenario.rules import RulesBlock

CODE = "F511"
BY_NOISE = {"noisy": Noise.NOISY, "sensitive": Noise.SENSITIVE}


@dataclass(frozen=True)
class Company:
    """Who looks for space, what skills they ask for, and the jurisdictions of the sites."""

    tenants: Tenants
    skill: tuple[str, ...]
    jurisdictions: tuple[str, ...]


def refuse_unknown(rules: RulesBlock, company: Company) -> None:
    """Refuse rules that name a sector or skill that no tenant bears.

    Raises
    ------
    Refusal
        F511, all at once.
    """
    sectors = sorted(set(company.tenants.sector))
    named = [
        (f"rules.apart.{rank}.between.{side}", "group", word, (*sectors, *BY_NOISE))
        for rank, rule in enumerate(rules.apart)
        for side, word in enumerate(rule.between)
    ]
    named += [
        (f"rules.mix.{rank}.sectors.{place}", "sector", word, tuple(sectors))
        for rank, rule in enumerate(rules.mix)
        for place, word in enumerate(rule.sectors)
    ]
    named += [
        (f"rules.jobs.{rank}.skill", "skill", rule.skill, company.skill)
        for rank, rule in enumerate(rules.jobs)
    ]
    faults = [fault for entry in named for fault in _unknown(*entry)]
    if rules.worker_access is not None and not company.skill:
        cause = "no tenant states jobs by skill, so that there is nobody to look for"
        action = "add columns jobs_SKILL to the tenants' file"
        faults.append(Fault("rules.worker_access", CODE, cause, action))
    if faults:
        raise Refusal(*faults)


def _unknown(place: str, what: str, word: str, known: tuple[str, ...]) -> Iterator[Fault]:
    if word in known:
        return
    near = difflib.get_close_matches(word, known, n=1)
    some = ", ".join(known[:12]) or "none: add columns to the tenants' file"
    hint = f"did you mean {near[0]!r}?" if near else f"known are {some}"
    yield Fault(place, CODE, f"no tenant is of {what} {word!r}", hint)


def build_apart(rules: tuple[ApartRule, ...], tenants: Tenants) -> Apart:
    """Return which tenants keep apart; a rule without distance_m is met by levels alone."""

    def members(side: int) -> NDArray[np.bool_]:
        rows = [_members(rule.between[side], tenants) for rule in rules]
        return np.array(rows, dtype=bool).reshape(len(rules), tenants.count)

    far = [np.inf if rule.distance_m is None else rule.distance_m for rule in rules]
    return Apart(
        name=tuple(rule.name for rule in rules),
        source=tuple(rule.source for rule in rules),
        first=members(0),
        second=members(1),
        levels=np.array([rule.levels for rule in rules], dtype=np.int32),
        distance_m=np.array(far, dtype=np.float64),
        same_hours=np.array([rule.same_hours for rule in rules], dtype=np.bool_),
    )


def _members(group: str, tenants: Tenants) -> list[bool]:
    if group in BY_NOISE:
        stands: list[bool] = (tenants.noise == BY_NOISE[group]).tolist()
        return stands
    return [sector == group for sector in tenants.sector]


def build_mix(rules: RulesBlock, company: Company) -> Mix:
    """Return the sector targets and the jobs by skill."""
    mix, jobs, tenants = rules.mix, rules.jobs, company.tenants
    members = [[sector in rule.sectors for sector in tenants.sector] for rule in mix]
    most = [-1 if rule.area_max_m2 is None else rule.area_max_m2 for rule in mix]
    return Mix(
        name=tuple(rule.name for rule in mix),
        source=tuple(rule.source for rule in mix),
        members=np.array(members, dtype=bool).reshape(len(mix), tenants.count),
        covers=_covers([rule.jurisdictions for rule in mix], company.jurisdictions),
        each_hotel=np.array([rule.each_hotel for rule in mix], dtype=np.bool_),
        share_min=np.array([rule.share_min for rule in mix], dtype=np.float64),
        share_max=np.array([rule.share_max for rule in mix], dtype=np.float64),
        area_min_m2=np.array([rule.area_min_m2 for rule in mix], dtype=np.int64),
        area_max_m2=np.array(most, dtype=np.int64),
        skill=company.skill,
        jobs_name=tuple(rule.name for rule in jobs),
        jobs_source=tuple(rule.source for rule in jobs),
        jobs_skill=np.array([company.skill.index(rule.skill) for rule in jobs], dtype=np.int32),
        jobs_covers=_covers([rule.jurisdictions for rule in jobs], company.jurisdictions),
        jobs_min=np.array([rule.at_least for rule in jobs], dtype=np.float64),
    )


def _covers(named: Iterable[tuple[str, ...]], known: tuple[str, ...]) -> NDArray[np.bool_]:
    rows = [[not names or name in names for name in known] for names in named]
    return np.array(rows, dtype=bool).reshape(len(rows), len(known))
