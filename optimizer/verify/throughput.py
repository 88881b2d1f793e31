"""Rule 2, throughput: what passes through an open facility fits it, and is enough."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.core.kinds import Kind
from optimizer.core.result import Violation
from optimizer.verify.tolerance import TRACE, above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case, Flows


def check(case: Case) -> Iterator[Violation]:
    """Check that flows come from open facilities of their kind, capacity, and minimum use."""
    yield from _channel(case, case.bike, Kind.MICRO_HUB)
    yield from _channel(case, case.pickup, Kind.DELIVERY_POINT)


def _channel(case: Case, flows: Flows, kind: Kind) -> Iterator[Violation]:
    through: dict[int, list[float]] = {}
    for option, share, parcels in zip(flows.option, flows.share, flows.parcels, strict=True):
        through.setdefault(int(option), []).append(float(parcels))
        if share > TRACE and case.kind(int(option)) != kind:
            words = f"is no {kind.words}, yet parcels of that channel pass through it"
            yield Violation("throughput", case.name(int(option)), words)
    for option in sorted(through):
        total = math.fsum(through[option])
        if not case.plan.open_option[option] and above(total, 0.0):
            words = f"{total:.6g} parcels a day pass through it, but it is not open"
            yield Violation("throughput", case.name(option), words)
    for option in case.opened:
        if case.kind(option) == kind:
            yield from _amount(case, option, math.fsum(through.get(option, [])))


def _amount(case: Case, option: int, parcels: float) -> Iterator[Violation]:
    designs, d = case.problem.designs, case.design(option)
    peak = case.problem.rules.peak_day_factor * parcels
    limit = case.capacity_per_day(option)
    if above(peak, limit):
        words = f"{peak:.6f} parcels on the peak day pass through a capacity of {limit:g}"
        yield Violation("throughput", case.name(option), words)
    least = designs.minimum_parcels_per_day[d]
    if not case.baseline and above(least, parcels):
        words = f"{parcels:.6f} parcels a day are fewer than the minimum use of {least:g}"
        yield Violation("throughput", case.name(option), words)
