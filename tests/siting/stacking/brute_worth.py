"""One hotel by brute force: what every way of filling it is worth, and the best of all.

The rules stand in `brute`; the same restrictions hold.
"""

from __future__ import annotations

import itertools
import math

from tests.siting.stacking.brute import (
    ALWAYS,
    AT_THE_END,
    CANDIDATE,
    EXISTING,
    Building,
    mix_holds,
    placements,
    workshops,
)


def best(problem, option, without=None):
    """Return the least EUR per year of the hotel and its tenants, None where nothing is allowed.

    without : one of `ALWAYS` or `AT_THE_END` that does not count.
    """
    building = Building(problem, option)
    found = []
    if building.status == CANDIDATE and (without is mix_holds or mix_holds(building, [])):
        found.append(0.0)
    fixed = fixed_eur(building) - roofs_eur(building)
    found += [
        fixed + placed_eur(building, placed)
        for placed in placements(building, [rule for rule in ALWAYS if rule is not without])
        if all(rule(building, placed) for rule in AT_THE_END if rule is not without)
    ]
    return min(found, default=None)


def annuity(eur, rate, years):
    return eur * rate / (1 - (1 + rate) ** -years) if rate else eur / years


def fixed_eur(building):
    """Return land, building, running and carbon of the hotel."""
    problem, designs, d = building.problem, building.problem.designs, building.design
    running = float(designs.running_eur_year[d])
    if building.status == EXISTING:
        return running
    prices, sites, rate = problem.prices, problem.sites, problem.prices.discount_rate
    ground = {
        "buy": float(sites.price_eur_m2[building.site]) * rate,
        "lease": float(sites.rent_eur_m2_year[building.site]),
    }[designs.tenure[d]]
    life = float(designs.lifetime_years[d])
    carbon = float(designs.embodied_co2e_kg[d]) / life * prices.co2e_eur_per_t / 1000
    land = float(designs.footprint_m2[d]) * ground
    return running + land + annuity(float(designs.build_eur[d]), rate, life) + carbon


def placed_eur(building, placed):
    """Return rent, jobs, fit-out, services and exchange; negative is good."""
    problem, hotels = building.problem, building.hotels
    tenants, rate = problem.tenants, problem.prices.discount_rate
    rent = float(problem.designs.rent_eur_m2_year[building.design])
    income = sum(building.area_m2[f] * rent * float(tenants.rent_share[f]) for f in placed)
    jobs = problem.prices.job_eur_year * sum(float(tenants.jobs[f]) for f in placed)
    life = float(problem.designs.lifetime_years[building.design])
    fit_out = sum(
        annuity(int(hotels.units.fit_out_eur[u]), rate, life)
        for u in workshops(building, placed)[0]
    )
    return fit_out - income - jobs - services_eur(building, placed) - exchange_eur(building, placed)


def services_eur(building, placed):
    services, found = building.hotels.services, 0.0
    for v in range(services.count):
        if services.designs[v, building.design] and len(placed) >= services.tenants_min[v]:
            net = len(placed) * services.eur_tenant_year[v] - services.eur_year[v]
            found += max(0.0, float(net))
    return found


def roofs_eur(building):
    """Return the best of every split of the roof between two uses (or one, or none)."""
    roofs = building.hotels.roofs
    roof = int(building.hotels.equipment.roof_m2[building.design])
    choices = [roof_sizes(building, w, roof) for w in range(roofs.count)]
    worth = [
        sum(m2 * float(net) for m2, net in zip(split, roofs.net_eur_m2_year, strict=True))
        for split in itertools.product(*choices)
        if sum(split) <= roof
    ]
    return max(worth)


def roof_sizes(building, w, roof):
    roofs = building.hotels.roofs
    duty = 0 if building.status == EXISTING else math.ceil(roofs.share_min[w] * roof - 1e-9)
    least = duty or int(roofs.plot_min_m2[w])
    most = roof if roofs.total_max_m2[w] < 0 else min(roof, int(roofs.total_max_m2[w]))
    return ([] if duty else [0]) + list(range(least, most + 1))


def exchange_eur(building, placed):
    """Return the worth of all resources, each with its best set of partners."""
    return sum(
        max(
            resource_eur(building, placed, q, linked)
            for linked in subsets(range(len(building.hotels.symbiosis.partner_id)))
        )
        for q in range(building.hotels.symbiosis.count)
    )


def subsets(items):
    return itertools.chain.from_iterable(
        itertools.combinations(items, k) for k in range(len(items) + 1)
    )


def resource_eur(building, placed, q, linked):
    """Return the worth of a resource when these partners are linked.

    What is delivered counts alike wherever it goes. So givers outside fill the house first (they
    compete with nobody), givers in the house then fill what is left at no loss, and what they have
    over goes out, the least loss first.
    """
    life = building.hotels.symbiosis
    gives = sum(float(life.gives[f, q]) for f in placed)
    takes = sum(float(life.takes[f, q]) for f in placed)
    worth, links = 0.0, 0.0
    way = []
    for e in linked:
        metres = partner_m(building, e)
        kept = max(0.0, 1 - float(life.loss_per_km[q]) * metres / 1000)
        if metres > life.reach_m[q]:
            return -math.inf
        links += float(life.link_eur_m_year[q]) * metres
        way.append((kept, float(life.partner_gives[e, q]), float(life.partner_takes[e, q])))
    for kept, offered, _ in way:
        into = min(kept * offered, takes)
        worth, takes = worth + into, takes - into
    inside = min(gives, takes)
    worth, gives = worth + inside, gives - inside
    for kept, _, wanted in sorted(way, reverse=True):
        out = min(kept * gives, wanted) if kept else 0.0
        worth += out
        gives -= out / kept if kept else 0.0
    return float(life.value_eur[q]) * worth - links


def partner_m(building, e):
    """Return whole metres on the sphere of 6,371,000 m between the site and a partner."""
    sites, life = building.problem.sites, building.hotels.symbiosis
    one = math.radians(sites.lat[building.site]), math.radians(sites.lon[building.site])
    two = math.radians(life.partner_lat[e]), math.radians(life.partner_lon[e])
    half = (
        math.sin((two[0] - one[0]) / 2) ** 2
        + math.cos(one[0]) * math.cos(two[0]) * math.sin((two[1] - one[1]) / 2) ** 2
    )
    return round(2 * 6_371_000 * math.asin(math.sqrt(half)))
