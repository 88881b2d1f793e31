"""Rule 17, symbiosis: what passes between tenants and partners, how far, and how much arrives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of, interiors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case

SLACK = 1e-6
"""Share by which sums may exceed what is given or taken."""
EARTH_M = 6_371_000.0

Place = tuple[str, int]
"""("site", j) or ("partner", e)."""


class Exchange(NamedTuple):
    """One row of exchanges; distance in whole metres, delivered in units per year."""

    giver: int
    taker: int
    resource: int
    amount: float
    start: Place
    end: Place
    distance_m: int
    delivered: float


def check(case: Case) -> Iterator[Violation]:
    """Check who exchanges, distances, and sums by giver and taker."""
    hotels, inside = hotels_of(case), interiors_of(case)
    symbiosis, tenants = hotels.symbiosis, case.problem.tenants.count
    rows = zip(inside.giver.tolist(), inside.taker.tolist(), inside.amount.tolist(), strict=True)
    for giver, taker, amount in rows:
        where = f"exchange from {_name(case, giver)} to {_name(case, taker)}"
        if amount < 0:
            yield Violation("symbiosis", where, f"{amount:g} is below zero")
        if amount == 0:
            continue
        for one in (giver, taker):
            if one < tenants and case.plan.tenant_option[one] < 0:
                yield Violation("symbiosis", where, f"{_name(case, one)} has no place")
        if giver >= tenants and taker >= tenants:
            yield Violation("symbiosis", where, "it passes from partner to partner")
        if giver == taker:
            yield Violation("symbiosis", where, "it passes to oneself")
    for one in exchanges(case):
        reach = float(symbiosis.reach_m[one.resource])
        if one.distance_m > reach:
            where = f"exchange from {_name(case, one.giver)} to {_name(case, one.taker)}"
            words = f"it passes {one.distance_m} m, at most {reach:g} m are allowed"
            yield Violation("symbiosis", where, words)
    yield from _sums(case)


def _name(case: Case, one: int) -> str:
    outside = one - case.problem.tenants.count
    if outside < 0:
        return f"tenant {case.problem.tenants.id[one]}"
    return f"partner {hotels_of(case).symbiosis.partner_id[outside]}"


def _sums(case: Case) -> Iterator[Violation]:
    symbiosis, tenants = hotels_of(case).symbiosis, case.problem.tenants.count
    sent: dict[tuple[int, int], list[float]] = {}
    arrived: dict[tuple[int, int], list[float]] = {}
    for one in exchanges(case):
        sent.setdefault((one.giver, one.resource), []).append(one.amount)
        arrived.setdefault((one.taker, one.resource), []).append(one.delivered)
    for sums, own, partners, verb in (
        (sent, symbiosis.gives, symbiosis.partner_gives, "gives"),
        (arrived, symbiosis.takes, symbiosis.partner_takes, "takes"),
    ):
        for (who, q), parts in sorted(sums.items()):
            total = math.fsum(parts)
            most = float(own[who, q] if who < tenants else partners[who - tenants, q])
            if total > most * (1.0 + SLACK):
                words = f"it {verb} {total:.6g} of {symbiosis.resource[q]}, at most {most:.6g}"
                yield Violation("symbiosis", _name(case, who), words)


def exchanges(case: Case) -> list[Exchange]:
    """Return all rows in which something passes between those who are somewhere."""
    inside, symbiosis = interiors_of(case), hotels_of(case).symbiosis
    found = []
    for giver, taker, q, amount in zip(
        inside.giver.tolist(),
        inside.taker.tolist(),
        inside.resource.tolist(),
        inside.amount.tolist(),
        strict=True,
    ):
        start, end = _place(case, giver), _place(case, taker)
        if start is None or end is None or amount == 0:
            continue
        metres = distance_m(case, start, end)
        kept = max(0.0, 1.0 - float(symbiosis.loss_per_km[q]) * metres / 1000.0)
        found.append(Exchange(giver, taker, q, amount, start, end, metres, amount * kept))
    return found


def _place(case: Case, one: int) -> Place | None:
    tenants = case.problem.tenants.count
    if one >= tenants:
        return "partner", one - tenants
    option = int(case.plan.tenant_option[one])
    return None if option < 0 else ("site", case.site(option))


def distance_m(case: Case, start: Place, end: Place) -> int:
    """Return the great circle between two places in whole metres; 0 on one site."""
    if start == end:
        return 0
    (lon, lat), (other_lon, other_lat) = _position(case, start), _position(case, end)
    half = math.sin((other_lat - lat) / 2.0) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2.0) ** 2
    return round(2.0 * EARTH_M * math.asin(min(1.0, math.sqrt(half))))


def _position(case: Case, place: Place) -> tuple[float, float]:
    """Return longitude and latitude in radians."""
    kind, number = place
    symbiosis, sites = hotels_of(case).symbiosis, case.problem.sites
    if kind == "site":
        return math.radians(float(sites.lon[number])), math.radians(float(sites.lat[number]))
    lon, lat = symbiosis.partner_lon[number], symbiosis.partner_lat[number]
    return math.radians(float(lon)), math.radians(float(lat))


def cost_eur(case: Case) -> list[float]:
    """Return value (negative) of what arrives, and the cost of links, each pair once."""
    return [eur for _, eur in _costs(case)]


def _costs(case: Case) -> list[tuple[tuple[Place, ...], float]]:
    symbiosis = hotels_of(case).symbiosis
    found: list[tuple[tuple[Place, ...], float]] = []
    links: dict[tuple[int, tuple[Place, ...]], int] = {}
    for one in exchanges(case):
        ends = tuple(sorted({one.start, one.end}))
        found.append((ends, -float(symbiosis.value_eur[one.resource]) * one.delivered))
        links[one.resource, ends] = one.distance_m
    for (q, ends), metres in links.items():
        found.append((ends, float(symbiosis.link_eur_m_year[q]) * metres))
    return found


def cost_by_site(case: Case) -> list[tuple[int, float]]:
    """Return sites with their parts of all costs: half of each end, a partner's to the other."""
    found: list[tuple[int, float]] = []
    if case.problem.hotels is None:
        return found
    for ends, eur in _costs(case):
        sites = [number for kind, number in ends if kind == "site"]
        found += [(site, eur / len(sites)) for site in sites]
    return found


def delivered(case: Case) -> dict[str, float]:
    """Return what arrives per year, by resource; all of them are present."""
    names = hotels_of(case).symbiosis.resource
    parts: dict[str, list[float]] = {name: [] for name in names}
    for one in exchanges(case):
        parts[names[one.resource]].append(one.delivered)
    return {name: math.fsum(amounts) for name, amounts in parts.items()}
