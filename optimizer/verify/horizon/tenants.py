"""Tenants of hotels in full over years: who is there, what moves cost, hybrid units that switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from optimizer.core.hotels import Space
from optimizer.core.result import Violation
from optimizer.verify.horizon.cash import whole
from optimizer.verify.stacking.hybrids import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


class OneOff(NamedTuple):
    """A one-off that no purse pays: term, period, site where it arises, whole EUR."""

    term: str
    period: int
    site: int
    eur: int


def check(years: Years) -> Iterator[Violation]:
    """Check that nobody has a place in a period in which there is no such tenant."""
    if years.problem.hotels is None:
        return
    for t, case in enumerate(years.cases):
        for f in range(case.problem.tenants.count):
            if case.plan.tenant_option[f] >= 0 and area_m2(years, t, f) <= 0:
                where = f"tenant {case.problem.tenants.id[f]}, {years.when(t)}"
                yield Violation("tenants", where, "it has a place, but it is not there then")


def area_m2(years: Years, period: int, tenant: int) -> int:
    """Return the area of a tenant in a period, from its path of growth if there is one."""
    hotels = years.problem.hotels
    if hotels is not None and len(hotels.growth.area_m2):
        return int(hotels.growth.area_m2[period, tenant])
    return int(years.problem.tenants.area_m2[tenant])


def one_offs(years: Years) -> list[OneOff]:
    """Return moves of tenants, and fit-out and switching of hybrid units."""
    if years.problem.hotels is None:
        return []
    return [*_moves(years), *_switching(years)]


def _moves(years: Years) -> Iterator[OneOff]:
    """Yield moves within, between and away, where the tenant was before."""
    hotels = years.problem.hotels
    if hotels is None:
        return
    for t in range(1, years.count):
        before, now = years.programme.plans[t - 1], years.programme.plans[t]
        for f in range(years.problem.tenants.count):
            was, option = int(before.tenant_option[f]), int(now.tenant_option[f])
            if was < 0 or (option < 0 and area_m2(years, t, f) == 0):
                continue
            if option != was:
                eur_m2 = hotels.growth.move_between_eur_m2
            elif int(now.tenant_level[f]) != int(before.tenant_level[f]):
                eur_m2 = hotels.growth.move_within_eur_m2
            else:
                continue
            eur = whole(eur_m2 * area_m2(years, t - 1, f))
            yield OneOff("tenant_moves", t, years.site(was), eur)


def _switching(years: Years) -> Iterator[OneOff]:
    """Yield what hybrid units cost: they begin as offices, and stay what they were when empty."""
    hotels = years.problem.hotels
    if hotels is None:
        return
    factor = years.horizon.periods.build_price_factor.tolist()
    workshop: set[tuple[int, int]] = set()
    fitted_out: set[tuple[int, int]] = set()
    for t, case in enumerate(years.cases):
        for place, spaces in sorted(held(case).items()):
            option, unit = place
            now = Space.WORKSHOP in spaces
            if not (now or Space.OFFICE in spaces) or now == (place in workshop):
                continue
            once = hotels.units.switch_eur if place in fitted_out else hotels.units.fit_out_eur
            fitted_out.add(place)
            workshop ^= {place}
            cost = float(once[unit]) * factor[t]
            yield OneOff("switching", t, years.site(option), whole(cost))
