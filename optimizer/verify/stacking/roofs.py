"""Rule 19, roofs: what they serve, within their area, by duty and by plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of, interiors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case

TRACE = 1e-9
"""Taken off before a duty is rounded up, as the model states it."""


def check(case: Case) -> Iterator[Violation]:
    """Check every roof, and totals."""
    uses, roof = hotels_of(case).roofs, interiors_of(case).roof_m2
    for option in range(case.problem.options.count):
        is_hotel = case.kind(option) == Kind.PRODUCTIVE_HOTEL
        if case.plan.open_option[option] and is_hotel:
            yield from _roof(case, option)
        elif roof[option].any():
            words = "its roof is used, but it is no open hotel"
            yield Violation("roofs", case.name(option), words)
    for w, name in enumerate(uses.name):
        total, most = sum(int(m2) for m2 in roof[:, w]), int(uses.total_max_m2[w])
        if 0 <= most < total:
            words = f"{total} m2 of roofs serve it, at most {most} m2 may"
            yield Violation("roofs", f"roof use {name}", words)


def _roof(case: Case, option: int) -> Iterator[Violation]:
    hotels, where = hotels_of(case), case.name(option)
    served = [int(m2) for m2 in interiors_of(case).roof_m2[option]]
    area = int(hotels.equipment.roof_m2[case.design(option)])
    if sum(served) > area:
        yield Violation("roofs", where, f"{sum(served)} m2 of the roof are used of {area} m2")
    for w, name in enumerate(hotels.roofs.name):
        least = math.ceil(float(hotels.roofs.share_min[w]) * area - TRACE)
        plot = int(hotels.roofs.plot_min_m2[w])
        if served[w] < 0:
            yield Violation("roofs", where, f"{served[w]} m2 serve {name}, below zero")
        elif case.is_new(option) and least > 0:
            if served[w] < least:
                words = f"{served[w]} m2 serve {name}, {least} m2 are a duty"
                yield Violation("roofs", where, words)
        elif 0 < served[w] < plot:
            words = f"{served[w]} m2 serve {name}, less than a plot of {plot} m2"
            yield Violation("roofs", where, words)


def cost_eur(case: Case) -> list[float]:
    """Return what roofs earn, with the sign of a cost."""
    net, roof = hotels_of(case).roofs.net_eur_m2_year, interiors_of(case).roof_m2
    return [-float(net[w]) * int(roof[option, w]) for option, w in np.argwhere(roof != 0).tolist()]
