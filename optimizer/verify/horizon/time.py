"""Time: dates of sites, delays of building and clean-up, required options, minimum stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import OptionStatus
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


def check(years: Years) -> Iterator[Violation]:
    """Check that options stand when they may, when they must, and as long as they must."""
    for t, option in np.argwhere(years.stands).tolist():
        for words in obstacles(years, option, t):
            yield Violation("time", f"{years.name(option)}, {years.when(t)}", words)
    yield from _required(years)
    for t, option in np.argwhere(years.starts).tolist():
        yield from _stay(years, option, t)


def obstacles(years: Years, option: int, period: int) -> list[str]:
    """Return what keeps a new option from standing in a period, by dates and delays."""
    found = free(years, years.site(option), period)
    delay = int(years.horizon.timing.build_years[years.design(option)])
    if years.footprint_m2[option] > 0:
        delay += int(years.horizon.ground.clean_up_years[years.site(option)])
    ready = years.first_year[0] + delay
    if ready > years.first_year[period]:
        found.append(
            f"clean-up and building take {delay} years, to {ready}, "
            f"but it stands from {years.first_year[period]}"
        )
    return found


def free(years: Years, site: int, period: int) -> list[str]:
    """Return why a site is not free in all of a period."""
    ground = years.horizon.ground
    first, last = int(ground.free_from_year[site]), int(ground.free_until_year[site])
    begins = years.first_year[period]
    ends = begins + years.years[period] - 1
    found = []
    if begins < first:
        found.append(f"the site is free from {first} on, the period begins in {begins}")
    if ends > last:
        found.append(f"the site is free until {last}, the period ends in {ends}")
    return found


def _required(years: Years) -> Iterator[Violation]:
    for option in np.flatnonzero(years.problem.options.status == OptionStatus.REQUIRED).tolist():
        may = [t for t in range(years.count) if not obstacles(years, option, t)]
        if not may:
            yield Violation("time", years.name(option), "it is required but never available")
        for t in may:
            if not years.stands[t, option]:
                where = f"{years.name(option)}, {years.when(t)}"
                yield Violation("time", where, "it is required and available, but closed")


def _stay(years: Years, option: int, start: int) -> Iterator[Violation]:
    least = int(years.horizon.timing.minimum_stay_years[years.design(option)])
    until = years.first_year[start] + least
    for t in range(start + 1, years.count):
        if years.first_year[t] < until and not years.stands[t, option]:
            words = (
                f"it opens in {years.first_year[start]} and is closed in {years.first_year[t]}, "
                f"before its minimum stay of {least} years is over"
            )
            yield Violation("time", f"{years.name(option)}, {years.when(t)}", words)
            return
