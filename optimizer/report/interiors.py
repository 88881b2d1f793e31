"""What goes on inside hotels: parts on units, docks by hour, noise around, exchange, hybrid units.

Of problems whose hotels are told in full; the model is stated in `optimizer.siting.stacking`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import BANDS, MILLION, Space, annex_m2, main_m2, noise_room
from optimizer.core.interiors_io import annex_ranks, hotels_of
from optimizer.core.kinds import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Interiors, Plan
    from optimizer.core.problem import Problem

EARTH_M = 6_371_000.0  # mean radius, as the model states it
HOURS = 24


@dataclass(frozen=True)
class Part:
    """A part of a tenant on a unit; annex 0 is the main part, 1, 2, ... are its annexes."""

    tenant: int
    annex: int
    option: int
    unit: int
    area_m2: int
    space: int


def interiors_of(plan: Plan) -> Interiors:
    """Return how the hotels of a plan are fitted out."""
    if plan.interiors is None:
        message = "the plan does not tell how hotels are fitted out"
        raise ValueError(message)
    return plan.interiors


def open_hotels(problem: Problem, plan: Plan) -> list[int]:
    """Return the options of open hotels."""
    kind = problem.designs.kind[problem.options.design]
    found: list[int] = np.flatnonzero(plan.open_option & (kind == Kind.PRODUCTIVE_HOTEL)).tolist()
    return found


def parts_on_units(problem: Problem, plan: Plan) -> list[Part]:
    """Return every part that has a place, by hotel, unit and area, the largest first."""
    hotels, inside = hotels_of(problem), interiors_of(plan)
    main, annex = main_m2(problem), annex_m2(problem)
    space = hotels.businesses.space
    parts = [
        Part(f, 0, int(plan.tenant_option[f]), int(plan.tenant_level[f]), int(main[f]), space[f])
        for f in np.flatnonzero(plan.tenant_option >= 0).tolist()
    ]
    for a, rank in enumerate(annex_ranks(problem)):
        f, unit = int(hotels.annexes.tenant[a]), int(inside.annex_level[a])
        if unit >= 0 and plan.tenant_option[f] >= 0:
            option, kind = int(plan.tenant_option[f]), int(hotels.annexes.space[a])
            parts.append(Part(f, rank, option, unit, int(annex[a]), kind))
    return sorted(parts, key=lambda one: (one.option, one.unit, -one.area_m2, one.tenant))


States = dict[tuple[int, int], Space]


def hybrid_states(problem: Problem, plan: Plan, before: States | None = None) -> States:
    """Return WORKSHOP or OFFICE for the hybrid units of hotels that are or were open.

    before : of the period before; what holds neither stays what it was, at first an office.
    """
    space, design = hotels_of(problem).units.space, problem.levels.design
    states = dict(before or {})
    for option in open_hotels(problem, plan):
        rows = (design == problem.options.design[option]) & (space == Space.HYBRID)
        for unit in np.flatnonzero(rows).tolist():
            states.setdefault((option, unit), Space.OFFICE)
    for part in parts_on_units(problem, plan):
        if (part.option, part.unit) in states and part.space in {Space.WORKSHOP, Space.OFFICE}:
            states[part.option, part.unit] = Space(int(part.space))
    return states


def hub_inside(problem: Problem, plan: Plan, option: int) -> tuple[int, int]:
    """Return the floor area, m2, and the docks that a hub inside a hotel takes; 0, 0 without."""
    designs, options = problem.designs, problem.options
    here = plan.open_option & (options.site == options.site[option])
    inside = here & (designs.inside_hotel_m2[options.design] > 0)
    area = int(designs.inside_hotel_m2[options.design[inside]].sum())
    return area, int(hotels_of(problem).equipment.inside_docks[options.design[inside]].sum())


def first_ground_unit(problem: Problem, design: int) -> int:
    """Return the unit that a hub inside takes its area from, -1 where there is no ground floor."""
    rows = np.flatnonzero((problem.levels.design == design) & (problem.levels.number == 0))
    return int(rows[0]) if len(rows) else -1


@dataclass(frozen=True)
class DockDay:
    """The docks of a hotel over a delivery day.

    docks : in all. hub : docks that a hub inside takes all day. own : tenants with a dock to
    themselves. minutes : (hour, tenant, minutes) of the others. late : minutes that find no room,
    0 in a plan that keeps the rules.
    """

    docks: int
    hub: int
    own: tuple[int, ...]
    minutes: tuple[tuple[int, int, int], ...]
    late: int


def dock_day(problem: Problem, plan: Plan, option: int) -> DockDay:
    """Return a time table in which every tenant has its minutes within its hours, if there is one.

    In every hour, whoever has to be done first comes first: earliest deadline first finds a time
    table whenever there is one. W. A. Horn, Naval Research Logistics Quarterly 21 (1974), 177-185,
    https://doi.org/10.1002/nav.3800210113
    """
    firms, tenants = hotels_of(problem).businesses, problem.tenants
    here = np.flatnonzero(plan.tenant_option == option).tolist()
    own = tuple(f for f in here if tenants.dock[f] and firms.dock_minutes[f] == 0)
    _, hub = hub_inside(problem, plan, option)
    docks = int(problem.designs.docks[problem.options.design[option]])
    left = {f: int(firms.dock_minutes[f]) for f in here if firms.dock_minutes[f] > 0}
    minutes = []
    for hour in range(HOURS):
        room = max(0, 60 * (docks - hub - len(own)))
        waiting = [f for f in left if firms.dock_from[f] <= hour < firms.dock_until[f] and left[f]]
        for f in sorted(waiting, key=lambda f: (firms.dock_until[f], f)):
            given = min(room, left[f])
            if given:
                minutes.append((hour, f, given))
                left[f] -= given
                room -= given
    return DockDay(docks, hub, own, tuple(minutes), sum(left.values()))


def lift_trips(problem: Problem, plan: Plan, option: int) -> int:
    """Return the goods lift trips a day of tenants whose main part is above the ground floor."""
    here = np.flatnonzero(plan.tenant_option == option)
    above = here[problem.levels.number[plan.tenant_level[here]] > 0]
    return int(hotels_of(problem).businesses.lift_trips[above].sum())


def noise_by_hotel(problem: Problem, plan: Plan) -> dict[int, NDArray[np.int64]]:
    """Return what each open hotel makes at neighbours, millionths of their limit; (r, 3) each."""
    hotels = hotels_of(problem)
    around, power = hotels.neighbours, hotels.businesses.noise_db
    found = {}
    for option in open_hotels(problem, plan):
        made = np.zeros(around.limit_db.shape, dtype=np.int64)
        site = problem.options.site[option]
        near = np.flatnonzero(np.isfinite(around.attenuation_db[site]))
        reached = around.attenuation_db[site, near][:, None] + around.limit_db[near]
        for f in np.flatnonzero(plan.tenant_option == option):
            level = np.minimum((power[f] - reached) / 10.0, 6.0)
            made[near] += np.ceil(MILLION * 10.0**level - 1e-6).astype(np.int64)
        found[option] = made
    return found


@dataclass(frozen=True)
class Loudness:
    """The loudest band at a neighbour.

    share : of the energy that its limit leaves to hotels beside the background. level_db : hotels
    and background together, dB(A).
    """

    neighbour: int
    band: int
    share: float
    level_db: float

    @property
    def words(self) -> str:
        """Name of the band."""
        return BANDS[self.band]


def loudness(problem: Problem, plan: Plan) -> list[Loudness]:
    """Return the loudest band of every neighbour that hears a hotel, the loudest first."""
    around = hotels_of(problem).neighbours
    used = np.zeros(around.limit_db.shape, dtype=np.int64)
    used += sum(noise_by_hotel(problem, plan).values())
    lines = []
    for r in np.flatnonzero(used.any(axis=1)).tolist():
        shares = [
            int(made) / room if room else float("inf")
            for made, room in (
                (used[r, b], noise_room(around.limit_db[r, b], around.background_db[r, b]))
                for b in range(len(BANDS))
                if used[r, b]
            )
        ]
        bands = np.flatnonzero(used[r]).tolist()
        share, band = max(zip(shares, bands, strict=True))
        limit, background = float(around.limit_db[r, band]), float(around.background_db[r, band])
        energy = used[r, band] / MILLION + 10.0 ** ((background - limit) / 10.0)
        lines.append(Loudness(r, band, share, limit + 10.0 * float(np.log10(energy))))
    return sorted(lines, key=lambda one: (-one.share, one.neighbour))


@dataclass(frozen=True)
class Exchange:
    """What passes between two places in a year; tenants 0..f-1, partners f..f+e-1."""

    resource: int
    giver: int
    taker: int
    amount: float
    metres: int
    delivered: float
    value_eur: float


def exchanges(problem: Problem, plan: Plan) -> list[Exchange]:
    """Return every exchange with what arrives and what that is worth a year."""
    inside, traded = interiors_of(plan), hotels_of(problem).symbiosis
    rows = []
    for x in np.lexsort((inside.taker, inside.giver, inside.resource)).tolist():
        giver, taker, q = int(inside.giver[x]), int(inside.taker[x]), int(inside.resource[x])
        metres = metres_between(position(problem, plan, giver), position(problem, plan, taker))
        amount = float(inside.amount[x])
        kept = max(0.0, 1.0 - float(traded.loss_per_km[q]) * metres / 1000)
        value = float(traded.value_eur[q]) * amount * kept
        rows.append(Exchange(q, giver, taker, amount, metres, amount * kept, value))
    return rows


def position(problem: Problem, plan: Plan, place: int) -> tuple[float, float]:
    """Return longitude and latitude of a tenant's site, or of a partner outside."""
    traded, outside = hotels_of(problem).symbiosis, place - problem.tenants.count
    if outside >= 0:
        return float(traded.partner_lon[outside]), float(traded.partner_lat[outside])
    site = problem.options.site[plan.tenant_option[place]]
    return float(problem.sites.lon[site]), float(problem.sites.lat[site])


def metres_between(start: tuple[float, float], end: tuple[float, float]) -> int:
    """Return the great circle between two (longitude, latitude), whole m, by haversines."""
    west, south, east, north = np.radians([*start, *end])
    half = np.sin((north - south) / 2) ** 2
    half += np.cos(south) * np.cos(north) * np.sin((east - west) / 2) ** 2
    return int(np.rint(2 * EARTH_M * np.arcsin(min(1.0, float(np.sqrt(half))))))


def link_eur(problem: Problem, plan: Plan) -> dict[int, float]:
    """Return what the links of each resource cost a year: each pair of places once."""
    price = hotels_of(problem).symbiosis.link_eur_m_year
    pairs = {}
    sites, tenants = problem.options.site, problem.tenants.count
    for one in exchanges(problem, plan):
        ends = [
            (0, int(sites[plan.tenant_option[place]])) if place < tenants else (1, place)
            for place in (one.giver, one.taker)
        ]
        pairs[one.resource, min(ends), max(ends)] = one.metres
    cost: dict[int, float] = {}
    for (q, *_), metres in pairs.items():
        cost[q] = cost.get(q, 0.0) + float(price[q]) * metres
    return cost


def place_name(problem: Problem, place: int) -> str:
    """Return the name of a tenant, or the id of a partner outside."""
    outside = place - problem.tenants.count
    if outside >= 0:
        return hotels_of(problem).symbiosis.partner_id[outside]
    return problem.tenants.name[place]


def rent_eur(problem: Problem, plan: Plan, tenant: int) -> float:
    """Return the rent that a placed tenant pays a year, for its whole area."""
    design = problem.options.design[plan.tenant_option[tenant]]
    asked = float(problem.designs.rent_eur_m2_year[design])
    return int(problem.tenants.area_m2[tenant]) * float(problem.tenants.rent_share[tenant]) * asked
