"""A programme as people read it: what stands where when, what is decided now, what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core import decisions as core
from optimizer.core.decisions import decisions, first_placements, of_pavilions
from optimizer.core.kinds import Kind, OptionStatus, Tenure
from optimizer.core.timeline import horizon_of, period_problem
from optimizer.report.figures import plan_figures
from optimizer.report.words import spaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.decisions import Decision
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme

HELD = {Tenure.BUY: "bought", Tenure.LEASE: "leased", Tenure.LONG_LEASE: "on a long lease"}
OTHER_USE = 3
"""Kind of a stretch in which a site has another use; the others are `Kind` codes."""


def years_of(problem: Problem, period: int) -> str:
    """Return the first and the last year of a period, or its only one."""
    periods = horizon_of(problem).periods
    first = int(periods.first_year[period])
    last = first + int(periods.years[period]) - 1
    return f"{first}" if last == first else f"{first}\u2013{last}"


def span(problem: Problem) -> tuple[int, int]:
    """Return the first and the last year of the horizon."""
    periods = horizon_of(problem).periods
    return int(periods.first_year[0]), int(periods.first_year[-1] + periods.years[-1] - 1)


def year_problem(problem: Problem, period: int) -> Problem:
    """Return the problem of a period, its options as the scenario states them."""
    return period_problem(problem, period).replace(options=problem.options)


def held(problem: Problem, option: int) -> str:
    """Return how the land under an option is held; empty where it takes none or stands already."""
    design = int(problem.options.design[option])
    existing = int(problem.options.status[option]) == OptionStatus.EXISTING
    if existing or problem.designs.footprint_m2[design] == 0:
        return ""
    return HELD[Tenure(problem.designs.tenure[design])]


def order_over_years(problem: Problem, programme: Programme) -> list[int]:
    """Return every option that is ever open by kind, first opening, and how busy it is then."""
    found: dict[int, tuple[float, ...]] = {}
    kinds = problem.designs.kind[problem.options.design]
    for t, plan in enumerate(programme.plans):
        figures = plan_figures(year_problem(problem, t), plan)
        for o in np.flatnonzero(plan.open_option).tolist():
            busy = (-float(figures.let_m2[o]), -float(figures.parcels_per_day[o]))
            found.setdefault(o, (float(kinds[o]), t, *busy, o))
    return sorted(found, key=found.__getitem__)


@dataclass(frozen=True)
class Stretch:
    """Periods first..last in which one thing stands on a site without a break.

    kind : `Kind`, or OTHER_USE. option : -1 for another use. subject : id of the pavilion, name of
    the use. begins, ends : the decisions that start and end it, None where there is none.
    """

    site: int
    kind: int
    option: int
    subject: str
    first: int
    last: int
    begins: Decision | None
    ends: Decision | None


def stretches(problem: Problem, programme: Programme) -> list[Stretch]:
    """Return what stands where and when, by site in the order of first arrivals."""
    known = {
        (one.what, one.subject, one.site, one.option, one.period): one
        for one in decisions(problem, programme)
    }
    found = [
        *_of_options(problem, programme, known),
        *_of_pavilions(problem, programme, known),
        *_of_uses(programme, problem, known),
    ]
    lead: dict[int, tuple[int, int, int]] = {}
    for one in found:
        mark = (one.kind, one.first, one.site)
        lead[one.site] = min(lead.get(one.site, mark), mark)
    return sorted(found, key=lambda one: (lead[one.site], one.kind, one.option, one.first))


Known = dict[tuple[str, str, int, int, int], "Decision"]


def _runs(path: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield value, first and last of every run of equal values that are not negative."""
    first = 0
    for t, value in enumerate(path):
        if t + 1 == len(path) or path[t + 1] != value:
            if value >= 0:
                yield value, first, t
            first = t + 1


def _of_options(problem: Problem, programme: Programme, known: Known) -> Iterator[Stretch]:
    opened = np.array([plan.open_option for plan in programme.plans])
    new = problem.options.status != OptionStatus.EXISTING
    shown = opened.any(axis=0) & new & ~of_pavilions(problem)
    kinds = problem.designs.kind[problem.options.design]
    for o in np.flatnonzero(shown).tolist():
        site = int(problem.options.site[o])
        for _, first, last in _runs(np.where(opened[:, o], 0, -1).tolist()):
            yield Stretch(
                site,
                int(kinds[o]),
                o,
                "",
                first,
                last,
                known.get((core.OPEN, "", site, o, first)),
                known.get((core.CLOSE, "", site, o, last + 1)),
            )


def _of_pavilions(problem: Problem, programme: Programme, known: Known) -> Iterator[Stretch]:
    kinds = problem.designs.kind[problem.options.design]
    names = horizon_of(problem).pavilions.id
    for v, path in enumerate(programme.pavilion_option.tolist()):
        for o, first, last in _runs(path):
            site = int(problem.options.site[o])
            begins = [
                known.get((what, names[v], site, o, first)) for what in (core.PLACE, core.MOVE)
            ]
            after = [
                one
                for key, one in known.items()
                if key[1] == names[v] and key[4] == last + 1 and key[0] in (core.MOVE, core.STORE)
            ]
            yield Stretch(
                site,
                int(kinds[o]),
                o,
                names[v],
                first,
                last,
                begins[0] or begins[1],
                after[0] if after else None,
            )


def _of_uses(programme: Programme, problem: Problem, known: Known) -> Iterator[Stretch]:
    names = horizon_of(problem).uses.name
    for site, path in enumerate(programme.use.T.tolist()):
        for use, first, last in _runs(path):
            begins = known.get((core.USE, names[use], site, -1, first))
            yield Stretch(site, OTHER_USE, -1, names[use], first, last, begins, None)


def _label(problem: Problem, option: int) -> str:
    return str(problem.designs.label[problem.options.design[option]])


SENTENCES = {
    core.OPEN: "{design}{how} opens at {place}",
    core.CLOSE: "{design} at {place} closes",
    core.PLACE: "{subject} ({design}) is set up at {place}",
    core.MOVE: "{subject} moves from {origin} to {place}",
    core.STORE: "{subject} at {place} goes into store",
    core.USE: "{place} is given to {subject}",
    core.RENATURE: "{area} m² of {subject} are given back to nature",
    core.FIRM_MOVES: "{firm} moves from {place} to {premises}",
    core.FIRM_CLOSES: "{firm} at {place} is closed down",
}


def decision_sentence(problem: Problem, programme: Programme, one: Decision) -> str:
    """Return what is decided, without its year: "Hub (leased) opens at Hall"."""
    sites, horizon = problem.sites, horizon_of(problem)
    told = {
        "subject": one.subject.replace("_", " ") if one.what == core.USE else one.subject,
        "place": sites.name[one.site] if one.site >= 0 else "",
        "origin": sites.name[one.origin] if one.origin >= 0 else "",
    }
    if one.option >= 0:
        design, how = _label(problem, one.option), held(problem, one.option)
        told |= {"design": design, "how": f" ({how})" if how and how not in design else ""}
    if one.what == core.RENATURE:
        r = horizon.renaturation.id.index(one.subject)
        told["area"] = spaced(int(programme.renaturation_m2[r, one.period]))
    if one.what in (core.FIRM_MOVES, core.FIRM_CLOSES):
        k = horizon.firms.id.index(one.subject)
        place = int(programme.firm_premises[k])
        told["firm"] = horizon.firms.name[k]
        told["premises"] = horizon.firms.premises[place] if place >= 0 else ""
    return SENTENCES[one.what].format(**told)


WHAT_FIRST = (
    core.OPEN, core.PLACE, core.MOVE, core.STORE, core.CLOSE, core.USE, core.FIRM_MOVES,
    core.FIRM_CLOSES, core.RENATURE,
)  # fmt: skip
KIND_FIRST = (Kind.PRODUCTIVE_HOTEL, Kind.MICRO_HUB, Kind.DELIVERY_POINT)


def in_order(problem: Problem, programme: Programme) -> list[Decision]:
    """Return all decisions by year, within it large facilities first."""
    kinds = problem.designs.kind[problem.options.design]

    def key(one: Decision) -> tuple[int, int, int]:
        kind = KIND_FIRST.index(Kind(int(kinds[one.option]))) if one.option >= 0 else 0
        return one.period, WHAT_FIRST.index(one.what), kind

    return sorted(decisions(problem, programme), key=key)


def openings(problem: Problem, programme: Programme) -> dict[bool, dict[Kind, int]]:
    """Return how many facilities of each kind come first, by whether that is decided now.

    A site on which a kind comes back, and a pavilion that moves on, are counted once.
    """
    counts = {now: dict.fromkeys(Kind, 0) for now in (True, False)}
    kinds = problem.designs.kind[problem.options.design]
    first = first_placements(programme)
    seen: set[tuple[int, int]] = set()
    for one in decisions(problem, programme):
        if one.what == core.OPEN:
            kind = int(kinds[one.option])
            if (one.site, kind) not in seen:
                counts[one.now][Kind(kind)] += 1
            seen.add((one.site, kind))
        elif one.what == core.PLACE:
            v = horizon_of(problem).pavilions.id.index(one.subject)
            counts[one.now][Kind(int(kinds[one.option]))] += int(first[v] == one.period)
    return counts
