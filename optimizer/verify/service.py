"""Rule 1, service: the channels of a demand point add up to its demand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.core.kinds import VAN
from optimizer.core.result import Violation
from optimizer.verify.case import acceptance
from optimizer.verify.tolerance import ABSOLUTE, TRACE, above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check sums, the shares that fit a bike, acceptance of pick-up, van access, unserved."""
    yield from _negative(case)
    yield from _sums(case)
    yield from _vans(case)
    yield from _unserved(case)


def _negative(case: Case) -> Iterator[Violation]:
    plan = case.plan
    for words, points, shares in (
        ("by bike", plan.bike_point, plan.bike_share),
        ("by pick-up", plan.pickup_point, plan.pickup_share),
        ("by van", range(len(plan.van_share)), plan.van_share),
        ("unserved", range(len(plan.unserved_share)), plan.unserved_share),
    ):
        for point, share in zip(points, shares, strict=True):
            if not share >= -TRACE:
                words_share = f"the share {words} is {share:.6g}, below zero"
                yield Violation("service", case.point_name(int(point)), words_share)


def _by_point(case: Case) -> tuple[list[list[float]], list[list[float]], list[list[float]]]:
    """Return bike shares, pick-up shares, and pick-up shares over acceptance, by point."""
    count = case.problem.demand.count
    bike: list[list[float]] = [[] for _ in range(count)]
    pickup: list[list[float]] = [[] for _ in range(count)]
    asked: list[list[float]] = [[] for _ in range(count)]
    for point, share in zip(case.bike.point, case.bike.share, strict=True):
        bike[point].append(float(share))
    rows = zip(case.pickup.point, case.pickup.share, case.walks_s, strict=True)
    for point, share, walk_s in rows:
        pickup[point].append(float(share))
        accepted = acceptance(case.problem, float(walk_s))
        if share > TRACE:
            asked[point].append(float(share) / accepted if accepted > 0 else math.inf)
    return bike, pickup, asked


def _sums(case: Case) -> Iterator[Violation]:
    demand, plan = case.problem.demand, case.plan
    bike, pickup, asked = _by_point(case)
    for i in range(demand.count):
        where = case.point_name(i)
        rest = [float(plan.van_share[i]), float(plan.unserved_share[i])]
        total = math.fsum(bike[i] + pickup[i] + rest)
        if not abs(total - 1.0) <= ABSOLUTE:
            yield Violation("service", where, f"the shares add up to {total:.9g} and not to 1")
        by_bike = math.fsum(bike[i])
        if above(by_bike, demand.bike_share_max[i]):
            limit = demand.bike_share_max[i]
            words = f"{by_bike:.6g} of the parcels go by bike, but only {limit:.6g} fit one"
            yield Violation("service", where, words)
        people = math.fsum(asked[i])
        if above(people, demand.pickup_share_max[i]):
            limit = demand.pickup_share_max[i]
            words = (
                f"pick-up takes {people:.6g} of the people once acceptance by walking time "
                f"counts, but only {limit:.6g} could pick up"
            )
            yield Violation("service", where, words)


def _vans(case: Case) -> Iterator[Violation]:
    nodes = case.problem.demand.node[VAN]
    enters = bool((case.problem.gateways.node[VAN] >= 0).any())
    for i, share in enumerate(case.plan.van_share):
        if share > TRACE and (nodes[i] < 0 or not enters):
            words = f"{share:.6g} of the parcels come by van where no van can go"
            yield Violation("service", case.point_name(i), words)


def _unserved(case: Case) -> Iterator[Violation]:
    if case.problem.prices.unserved_eur_per_parcel is not None:
        return
    for i, share in enumerate(case.plan.unserved_share):
        if share > TRACE:
            words = f"{share:.6g} of the parcels are left unserved, for which there is no price"
            yield Violation("service", case.point_name(i), words)
