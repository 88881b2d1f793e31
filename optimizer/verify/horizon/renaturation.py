"""Renaturation: projects give back at most their area, and not before their first year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


def check(years: Years) -> Iterator[Violation]:
    """Check every project, in whole square metres."""
    projects = years.horizon.renaturation
    for r, name in enumerate(projects.id):
        row = [int(m2) for m2 in years.programme.renaturation_m2[r]]
        for t, m2 in enumerate(row):
            where = f"renaturation {name}, {years.when(t)}"
            if m2 < 0:
                yield Violation("renaturation", where, f"{m2} m2 are started, below zero")
            first = int(projects.first_year[r])
            if m2 > 0 and years.first_year[t] < first:
                words = f"{m2} m2 are started in {years.first_year[t]}, possible from {first} on"
                yield Violation("renaturation", where, words)
        area = int(projects.area_m2[r])
        if sum(row) > area:
            words = f"{sum(row)} m2 are given back out of {area} m2"
            yield Violation("renaturation", f"renaturation {name}", words)


def cost_eur(years: Years, project: int, period: int) -> int:
    """Return what a project costs in a period."""
    eur_m2 = int(years.horizon.renaturation.eur_m2[project])
    return eur_m2 * int(years.programme.renaturation_m2[project, period])
