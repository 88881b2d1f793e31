"""What a programme decides, in order of time: what must be decided now, and what can wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import OptionStatus
from optimizer.core.tenure import land_price_eur_m2
from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme

OPEN, CLOSE = "open", "close"
PLACE, MOVE, STORE = "place", "move", "store"
USE, RENATURE = "use", "renature"
FIRM_MOVES, FIRM_CLOSES = "firm_moves", "firm_closes"


@dataclass(frozen=True)
class Decision(Frozen):
    """One thing that happens on the first day of a period; indices refer to the problem.

    what : OPEN, CLOSE (options), PLACE, MOVE, STORE (pavilions: first or from store, from site to
        site, into store), USE (a site goes to another use), FIRM_MOVES, FIRM_CLOSES, RENATURE.
    subject : id of the pavilion, use, firm or project; empty for options.
    site, option : index, -1 where there is none. origin : the site that a pavilion comes from, -1.
    year : when it happens. decide_by : when it must be decided, at the latest: years for clean-up
        and building before. now : it cannot wait for the second period.
    """

    what: str
    subject: str
    site: int
    option: int
    origin: int
    period: int
    year: int
    decide_by: int
    now: bool

    @property
    def words(self) -> str:
        """Whether it must be decided now."""
        return "decide now" if self.now else f"can wait until {self.decide_by}"


def starts(problem: Problem, programme: Programme) -> NDArray[np.bool_]:
    """Return which new options begin to stand in each period, shape (t, o)."""
    opened = _opened(problem, programme)
    before = np.vstack([np.zeros_like(opened[:1]), opened[:-1]])
    begun: NDArray[np.bool_] = opened & ~before
    return begun


def _opened(problem: Problem, programme: Programme) -> NDArray[np.bool_]:
    new = problem.options.status != OptionStatus.EXISTING
    opened: NDArray[np.bool_] = np.array([plan.open_option for plan in programme.plans]) & new
    return opened


def first_placements(programme: Programme) -> NDArray[np.int32]:
    """Return the period in which each pavilion is placed for the first time, -1 = never, (v,)."""
    placed = programme.pavilion_option >= 0
    first = np.argmax(placed, axis=1) if placed.shape[1] else np.zeros(len(placed), dtype=int)
    return np.where(placed.any(axis=1), first, -1).astype(np.int32)


def of_pavilions(problem: Problem) -> NDArray[np.bool_]:
    """Return which options are places for pavilions, shape (o,)."""
    found: NDArray[np.bool_] = np.isin(problem.options.design, horizon_of(problem).pavilions.design)
    return found


def paid(
    problem: Problem, period: Problem, programme: Programme, t: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what starts in period t cost for land and for building, whole EUR, each (o,).

    period : `core.timeline.period_problem(problem, t)`, whose prices count. A pavilion is built
    once, at its first placement.
    """
    options = problem.options
    land, building = (np.zeros(options.count, dtype=np.int64) for _ in range(2))
    pavilion = of_pavilions(problem)
    for o in np.flatnonzero(starts(problem, programme)[t]).tolist():
        site, design = int(options.site[o]), int(options.design[o])
        footprint = int(problem.designs.footprint_m2[design])
        land[o] = footprint * land_price_eur_m2(period, site, design)
        building[o] = 0 if pavilion[o] else period.designs.build_eur[design]
    for v, first in enumerate(first_placements(programme).tolist()):
        if first == t:
            o = int(programme.pavilion_option[v, t])
            building[o] = period.designs.build_eur[options.design[o]]
    return land, building


def decisions(problem: Problem, programme: Programme) -> tuple[Decision, ...]:
    """Return every decision by period; within one: options, pavilions, uses, firms, soil."""
    events = [
        *_options(problem, programme),
        *_pavilions(problem, programme),
        *_uses(problem, programme),
        *_firms(problem, programme),
        *_renaturation(problem, programme),
    ]
    first_year = horizon_of(problem).periods.first_year.tolist()
    found = []
    for event in sorted(events, key=lambda one: one.period):
        decide_by = first_year[event.period] - event.delay
        found.append(
            Decision(
                **{key: value for key, value in event._asdict().items() if key != "delay"},
                year=first_year[event.period],
                decide_by=decide_by,
                now=event.period == 0 or decide_by < first_year[1],
            )
        )
    return tuple(found)


class _Event(NamedTuple):
    """A decision before it is told when it is due; delay : years for clean-up and building."""

    what: str
    period: int
    subject: str = ""
    site: int = -1
    option: int = -1
    origin: int = -1
    delay: int = 0


def _clean_up_years(problem: Problem, option: int) -> int:
    if problem.designs.footprint_m2[problem.options.design[option]] == 0:
        return 0
    return int(horizon_of(problem).ground.clean_up_years[problem.options.site[option]])


def _options(problem: Problem, programme: Programme) -> Iterator[_Event]:
    opened = _opened(problem, programme)
    begun = starts(problem, programme)
    ended = ~opened & np.vstack([np.zeros_like(opened[:1]), opened[:-1]])
    other = ~of_pavilions(problem)
    build_years = horizon_of(problem).timing.build_years
    for t in range(len(programme.plans)):
        for o in np.flatnonzero((begun[t] | ended[t]) & other).tolist():
            site, design = int(problem.options.site[o]), int(problem.options.design[o])
            if begun[t, o]:
                delay = int(build_years[design]) + _clean_up_years(problem, o)
                yield _Event(OPEN, t, site=site, option=o, delay=delay)
            else:
                yield _Event(CLOSE, t, site=site, option=o)


def _pavilions(problem: Problem, programme: Programme) -> Iterator[_Event]:
    horizon = horizon_of(problem)
    first = first_placements(programme)
    for v, places in enumerate(programme.pavilion_option.tolist()):
        before = -1
        for t, option in enumerate(places):
            subject, site = horizon.pavilions.id[v], int(problem.options.site[option])
            origin = -1 if before < 0 else int(problem.options.site[before])
            if option < 0 <= before:
                yield _Event(STORE, t, subject=subject, site=origin, option=before, origin=origin)
            elif option not in (before, -1):
                built = int(horizon.timing.build_years[horizon.pavilions.design[v]])
                delay = _clean_up_years(problem, option) + (built if first[v] == t else 0)
                yield _Event(
                    PLACE if before < 0 else MOVE,
                    t,
                    subject=subject,
                    site=site,
                    option=option,
                    origin=origin,
                    delay=delay,
                )
            before = option


def _uses(problem: Problem, programme: Programme) -> Iterator[_Event]:
    names = horizon_of(problem).uses.name
    for site, path in enumerate(programme.use.T.tolist()):
        before = -1
        for t, use in enumerate(path):
            if use not in (before, -1):
                yield _Event(USE, t, subject=names[use], site=site)
            before = use


def _firms(problem: Problem, programme: Programme) -> Iterator[_Event]:
    firms = horizon_of(problem).firms
    for k in np.flatnonzero(programme.firm_leaves >= 0).tolist():
        what = FIRM_CLOSES if programme.firm_premises[k] < 0 else FIRM_MOVES
        period, site = int(programme.firm_leaves[k]), int(firms.site[k])
        yield _Event(what, period, subject=firms.id[k], site=site)


def _renaturation(problem: Problem, programme: Programme) -> Iterator[_Event]:
    projects = horizon_of(problem).renaturation
    for r, t in np.argwhere(programme.renaturation_m2 > 0).tolist():
        yield _Event(RENATURE, t, subject=projects.id[r])
