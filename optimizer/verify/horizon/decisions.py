"""What must be decided now and what can wait, from the programme alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


class Step(NamedTuple):
    """Something that happens on the first day of a period; -1 = no site or option.

    delay : years of clean-up and building before it.
    """

    what: str
    subject: str = ""
    site: int = -1
    option: int = -1
    origin: int = -1
    delay: int = 0


def decision_list(years: Years) -> list[dict[str, Any]]:
    """Return one entry per decision: period by period options, pavilions, uses, firms, soil."""
    return [
        _told(years, t, step)
        for t in range(years.count)
        for kind in (_options, _pavilions, _uses, _firms, _renaturation)
        for step in kind(years, t)
    ]


def _told(years: Years, period: int, step: Step) -> dict[str, Any]:
    designs, year = years.problem.designs, years.first_year[period]
    decide_by = year - step.delay
    now = period == 0 or decide_by < years.first_year[1]
    d = years.design(step.option) if step.option >= 0 else -1
    return {
        "what": step.what,
        "subject": step.subject,
        "site": years.site_name(step.site) if step.site >= 0 else "",
        "origin": years.site_name(step.origin) if step.origin >= 0 else "",
        "design": designs.id[d] if d >= 0 else "",
        "tenure": designs.tenure[d] if d >= 0 else "",
        "period": years.horizon.periods.name[period],
        "year": year,
        "decide_by": decide_by,
        "now": now,
        "words": "decide now" if now else f"can wait until {decide_by}",
    }


def _clean_up_years(years: Years, option: int) -> int:
    if years.footprint_m2[option] == 0:
        return 0
    return int(years.horizon.ground.clean_up_years[years.site(option)])


def _options(years: Years, period: int) -> Iterator[Step]:
    """Yield openings and closings of what is no pavilion."""
    changes = (years.starts[period] | years.stops[period]) & ~years.of_pavilion
    for option in np.flatnonzero(changes).tolist():
        if years.starts[period, option]:
            delay = int(years.horizon.timing.build_years[years.design(option)])
            delay += _clean_up_years(years, option)
            yield Step("open", site=years.site(option), option=option, delay=delay)
        else:
            yield Step("close", site=years.site(option), option=option)


def _pavilions(years: Years, period: int) -> Iterator[Step]:
    pavilions = years.horizon.pavilions
    for v, path in enumerate(years.programme.pavilion_option.tolist()):
        before, now = path[period - 1] if period else -1, path[period]
        origin = years.site(before) if before >= 0 else -1
        if before >= 0 > now:
            yield Step("store", pavilions.id[v], origin, before, origin)
        elif now not in (-1, before):
            delay = _clean_up_years(years, now)
            if max(path[:period], default=-1) < 0:  # its first placement: it is built
                delay += int(years.horizon.timing.build_years[int(pavilions.design[v])])
            what = "place" if before < 0 else "move"
            yield Step(what, pavilions.id[v], years.site(now), now, origin, delay)


def _uses(years: Years, period: int) -> Iterator[Step]:
    for j in range(years.problem.sites.count):
        use = int(years.programme.use[period, j])
        if use >= 0 and (period == 0 or int(years.programme.use[period - 1, j]) != use):
            yield Step("use", years.horizon.uses.name[use], j)


def _firms(years: Years, period: int) -> Iterator[Step]:
    firms = years.horizon.firms
    for k in np.flatnonzero(years.programme.firm_leaves == period).tolist():
        what = "firm_closes" if years.lost(k) else "firm_moves"
        yield Step(what, firms.id[k], int(firms.site[k]))


def _renaturation(years: Years, period: int) -> Iterator[Step]:
    for r in np.flatnonzero(years.programme.renaturation_m2[:, period] > 0).tolist():
        yield Step("renature", years.horizon.renaturation.id[r])
