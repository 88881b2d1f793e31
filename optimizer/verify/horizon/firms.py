"""Firms: kept beside what is built, moved within a distance, or lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.verify.tolerance import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


def check(years: Years) -> Iterator[Violation]:
    """Check firms that stay, moves, premises, and jobs lost."""
    for k in range(years.horizon.firms.count):
        yield from _stays(years, k)
        yield from _moves(years, k)
    yield from _room(years)
    yield from _premises(years)
    most, lost = years.horizon.firms.jobs_lost_max, jobs_lost(years)
    if most >= 0 and above(lost, most):
        words = f"{lost:g} jobs are lost, at most {most:g} may be"
        yield Violation("firms", "jobs", words)


def jobs_lost(years: Years) -> float:
    """Return the jobs of firms that are lost."""
    firms = years.horizon.firms
    return math.fsum(float(firms.jobs[k]) for k in range(firms.count) if years.lost(k))


def name(years: Years, firm: int) -> str:
    """Return words for a firm."""
    return f"firm {years.horizon.firms.id[firm]}"


def _stays(years: Years, firm: int) -> Iterator[Violation]:
    """Check that nothing displaces a firm that has not left."""
    firms = years.horizon.firms
    site = int(firms.site[firm])
    for t in range(years.count):
        if years.left(firm, t):
            continue
        where = f"{name(years, firm)}, {years.when(t)}"
        use = int(years.programme.use[t, site])
        if use >= 0:
            words = f"it has not left, but its site goes to {years.horizon.uses.name[use]}"
            yield Violation("firms", where, words)
        m2 = int(years.takes_m2[t, site])
        if m2 > 0 and not firms.may_stay[firm]:
            words = f"it has not left, but new facilities take {m2} m2 of its site"
            yield Violation("firms", where, words)


def _room(years: Years) -> Iterator[Violation]:
    """Check that kept firms and new facilities fit the parcel together."""
    firms = years.horizon.firms
    for site in sorted({int(j) for j in firms.site}):
        here = [k for k in range(firms.count) if int(firms.site[k]) == site]
        parcel = int(years.problem.sites.parcel_m2[site])
        for t in range(years.count):
            kept = sum(int(firms.area_m2[k]) for k in here if not years.left(k, t))
            m2 = int(years.takes_m2[t, site])
            if kept > 0 and kept + m2 > parcel:
                words = f"firms on {kept} m2 and new facilities on {m2} m2 share {parcel} m2"
                yield Violation("firms", f"site {years.site_name(site)}, {years.when(t)}", words)


def _moves(years: Years, firm: int) -> Iterator[Violation]:
    firms, p = years.horizon.firms, int(years.programme.firm_premises[firm])
    if p < 0:
        return
    where = name(years, firm)
    if int(years.programme.firm_leaves[firm]) < 0:
        yield Violation("firms", where, "it has other premises, but it does not leave")
    distance, most = float(firms.move_m[firm, p]), float(firms.move_max_m)
    if distance > most:
        words = f"it moves {distance:.0f} m to {firms.premises[p]}, at most {most:.0f} m"
        yield Violation("firms", where, words)


def _premises(years: Years) -> Iterator[Violation]:
    firms = years.horizon.firms
    for p, where in enumerate(firms.premises):
        moved = [k for k in range(firms.count) if int(years.programme.firm_premises[k]) == p]
        total, room = sum(int(firms.area_m2[k]) for k in moved), int(firms.premises_area_m2[p])
        if total > room:
            words = f"firms of {total} m2 move into {room} m2"
            yield Violation("firms", f"premises {where}", words)
