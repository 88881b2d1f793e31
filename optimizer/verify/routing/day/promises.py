"""What receivers were promised: a window of the rules or any time, and a price of being left out.

Who orders what, and who was promised which window, is the draw of the day, and taken as it is told.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.verify.tolerance import close

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.day.case import DayCase, Part


def check(case: DayCase) -> Iterator[Violation]:
    """Check windows and penalties of stops."""
    rules = case.problem.day
    if rules is None:
        return  # the crews have told it
    windows = set(zip(rules.window_from_s.tolist(), rules.window_until_s.tolist(), strict=True))
    windows.add((0.0, math.inf))
    tables = [(case.supply, case.day.supply_order)]
    tables += list(zip(case.miles, case.day.last_mile_order, strict=True))
    for part, order in tables:
        yield from _penalties(case, part, rules.penalty_eur_per_parcel)
        stops = part.tours.problem.stops
        told = zip(stops.from_s.tolist(), stops.until_s.tolist(), order.tolist(), strict=True)
        for stop, (begin, until, belongs) in enumerate(told):
            if belongs >= 0 and (begin, until) not in windows:
                words = f"{begin:g} to {until:g} s is no window that is promised"
                yield Violation("window", case.stop(part, stop), words)


def _penalties(case: DayCase, part: Part, per_parcel: float) -> Iterator[Violation]:
    penalties = part.tours.problem.stops.penalty_eur.tolist()
    for stop, (told, parcels) in enumerate(zip(penalties, part.parcels, strict=True)):
        if not close(told, per_parcel * parcels):
            words = f"leaving it out costs {told:g} EUR and not {per_parcel * parcels:g}"
            yield Violation("penalty", case.stop(part, stop), words)
