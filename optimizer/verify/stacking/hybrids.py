"""Rule 14, hybrids: a hybrid unit is a workshop or an office; what it costs to be a workshop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.hotels import Space
from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of, unit_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check that no hybrid unit is both."""
    for (option, unit), spaces in sorted(held(case).items()):
        if {Space.WORKSHOP, Space.OFFICE} <= spaces:
            words = "a workshop and an office share it"
            yield Violation("hybrids", unit_name(case, option, unit), words)


def held(case: Case) -> dict[tuple[int, int], set[int]]:
    """Return what the parts in hybrid units need: (option, unit) -> `Space` codes."""
    space = hotels_of(case).units.space
    found: dict[tuple[int, int], set[int]] = {}
    for part in case.parts:
        if int(space[part.unit]) == Space.HYBRID:
            found.setdefault((part.option, part.unit), set()).add(part.space)
    return found


def workshops(case: Case) -> list[tuple[int, int]]:
    """Return (option, unit) of the hybrid units of open hotels that hold a workshop."""
    return sorted(
        (option, unit)
        for (option, unit), spaces in held(case).items()
        if Space.WORKSHOP in spaces and case.plan.open_option[option]
    )


def fit_out_eur(case: Case) -> list[tuple[int, int]]:
    """Return option and fit-out of every hybrid unit that is a workshop."""
    cost = hotels_of(case).units.fit_out_eur
    return [(option, int(cost[unit])) for option, unit in workshops(case)]
