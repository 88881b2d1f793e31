"""One hotel by brute force: every tenant in every way, in plain Python, from the rules as stated.

Nothing here knows the solver, its arrays or the checker. Only for problems of the shape that
`tests.siting.stacking.small` draws: one site, one hotel option (and perhaps an existing hub in it),
streets on a line where each step takes as long as the first arc. Whoever gives a resource takes
none of it.
"""

from __future__ import annotations

import itertools
import math

from optimizer.core.hotels import annex_m2, main_m2, noise_millionths, noise_room

ANY, WORKSHOP, OFFICE, HYBRID = range(4)
CANDIDATE, REQUIRED, EXISTING = range(3)
NOISY, SENSITIVE = 1, -1
BANDS = 3


class Building:
    """The numbers of a problem with one hotel, as plain lists."""

    def __init__(self, problem, option):
        self.problem, self.hotels = problem, problem.hotels
        self.option = option
        self.site = int(problem.options.site[option])
        self.design = int(problem.options.design[option])
        self.status = int(problem.options.status[option])
        self.units = [
            u for u, design in enumerate(problem.levels.design.tolist()) if design == self.design
        ]
        self.number = problem.levels.number.tolist()
        self.space = self.hotels.units.space.tolist()
        self.main_m2, self.annex_m2 = main_m2(problem).tolist(), annex_m2(problem).tolist()
        self.area_m2 = problem.tenants.area_m2.tolist()
        self.annexes = [
            [a for a, owner in enumerate(self.hotels.annexes.tenant.tolist()) if owner == f]
            for f in range(problem.tenants.count)
        ]
        inside = [
            int(d)
            for o, d in enumerate(problem.options.design.tolist())
            if problem.designs.inside_hotel_m2[d] > 0 and problem.options.status[o] == EXISTING
        ]
        self.hub_m2 = sum(int(problem.designs.inside_hotel_m2[d]) for d in inside)
        self.hub_docks = sum(int(self.hotels.equipment.inside_docks[d]) for d in inside)


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


def placements(building, rules):
    """Return every set of places that keeps rules which more tenants can only break."""
    found = [{}]
    for f in range(building.problem.tenants.count):
        ways = tenant_ways(building, f)
        longer = ({**placed, f: way} for placed in found for way in ways)
        found += [placed for placed in longer if all(rule(building, placed) for rule in rules)]
    return [placed for placed in found if all(rule(building, placed) for rule in rules)]


def tenant_ways(building, f):
    """Return every (main unit, *annex units) that suits tenant f by itself."""
    mains = [u for u in building.units if main_suits(building, f, u)]
    annexes = building.annexes[f]
    ways = []
    for main in mains:
        choices = [
            [u for u in building.units if annex_suits(building, a, u, main)] for a in annexes
        ]
        ways += [(main, *others) for others in itertools.product(*choices)]
    return ways


def suits(space, unit_space):
    return unit_space in {ANY, HYBRID} or space in {ANY, unit_space}


def main_suits(building, f, u):
    """Rules 8 and 11 for a main part, but for what depends on others."""
    problem, units = building.problem, building.hotels.units
    tenants, levels, firm = problem.tenants, problem.levels, building.hotels.businesses
    rent = problem.designs.rent_eur_m2_year[building.design] * tenants.rent_share[f]
    return (
        building.area_m2[f] > 0
        and building.main_m2[f] <= levels.area_m2[u]
        and tenants.load_kg_m2[f] <= levels.load_kg_m2[u]
        and tenants.clear_height_m[f] <= levels.clear_height_m[u]
        and (not tenants.dock[f] or levels.number[u] == 0)
        and (tenants.noise[f] != NOISY or problem.sites.noisy_allowed[building.site])
        and rent <= tenants.rent_max_eur_m2_year[f]
        and suits(firm.space[f], units.space[u])
        and (units.wet[u] or not firm.wet[f])
        and (units.vented[u] or not firm.vented[f])
        and (levels.number[u] == 0 or firm.lift_kg[f] <= units.lift_kg[u])
    )


def annex_suits(building, a, u, main):
    annexes, levels = building.hotels.annexes, building.problem.levels
    apart = annexes.levels_apart_max[a]
    return (
        building.annex_m2[a] <= levels.area_m2[u]
        and annexes.load_kg_m2[a] <= levels.load_kg_m2[u]
        and suits(annexes.space[a], building.space[u])
        and (apart < 0 or abs(building.number[u] - building.number[main]) <= apart)
    )


def parts(building, placed):
    """Yield (tenant, m2, space, unit, whether main) of every part that is placed."""
    for f, (main, *others) in placed.items():
        yield f, building.main_m2[f], building.hotels.businesses.space[f], main, True
        for a, unit in zip(building.annexes[f], others, strict=True):
            yield f, building.annex_m2[a], building.hotels.annexes.space[a], unit, False


def units_hold_their_parts(building, placed):
    """Rule 11: areas and numbers; a hub takes its floor from the first unit of level 0."""
    problem = building.problem
    room = {u: int(problem.levels.area_m2[u]) for u in building.units}
    first = [u for u in building.units if building.number[u] == 0][:1]
    if building.hub_m2:
        room[first[0]] -= building.hub_m2
    most = building.hotels.units.tenants_max.tolist()
    for u in building.units:
        here = [m2 for _, m2, _, unit, _ in parts(building, placed) if unit == u]
        if sum(here) > room[u] or 0 <= most[u] < len(here):
            return False
    return True


def the_lift_has_time(building, placed):
    """Rule 11: trips of tenants whose main part is above the ground floor."""
    most = building.hotels.equipment.lift_trips_max[building.design]
    trips = sum(
        int(building.hotels.businesses.lift_trips[f])
        for f, place in placed.items()
        if building.number[place[0]] > 0
    )
    return most < 0 or trips <= most


def enough_is_let(building, placed):
    """Rule 8: shares that are let, and that are productive."""
    problem, designs = building.problem, building.problem.designs
    let = sum(building.area_m2[f] for f in placed)
    productive = sum(building.area_m2[f] for f in placed if problem.tenants.productive[f])
    total = sum(int(problem.levels.area_m2[u]) for u in building.units)
    return (
        productive >= designs.productive_share_min[building.design] * let - 1e-9
        and let + building.hub_m2 >= designs.let_share_min[building.design] * total - 1e-9
    )


def docks_have_time(building, placed):
    """Rule 12, over all whole hours."""
    firm, tenants = building.hotels.businesses, building.problem.tenants
    docks = int(building.problem.designs.docks[building.design])
    whole_day = building.hub_docks + sum(
        bool(tenants.dock[f]) and firm.dock_minutes[f] == 0 for f in placed
    )
    for a, b in itertools.combinations(range(25), 2):
        minutes = sum(
            int(firm.dock_minutes[f])
            for f in placed
            if firm.dock_from[f] >= a and firm.dock_until[f] <= b
        )
        if minutes + 60 * (b - a) * whole_day > 60 * (b - a) * docks:
            return False
    return True


def neighbours_in_the_house_agree(building, placed):
    """Rule 13 apart, and rule 8 for noisy and sensitive firms on one level."""
    noise = building.problem.tenants.noise.tolist()
    for f, g in itertools.permutations(placed, 2):
        u, v = placed[f][0], placed[g][0]
        level = building.number[u] == building.number[v]
        if level and noise[f] == NOISY and noise[g] == SENSITIVE:
            return False
        if not all(far_enough(building, (f, u), (g, v), p) for p in range(apart_count(building))):
            return False
    return True


def apart_count(building):
    return building.hotels.apart.count


def far_enough(building, one, other, p):
    (f, u), (g, v) = one, other
    apart, position = building.hotels.apart, building.hotels.units.position_m
    if not (apart.first[p, f] and apart.second[p, g]):
        return True
    if apart.same_hours[p] and not meet(building.hotels.businesses, f, g):
        return True
    return (
        abs(building.number[u] - building.number[v]) >= apart.levels[p]
        or abs(position[u] - position[v]) >= apart.distance_m[p]
    )


def meet(firm, f, g):
    """Return whether two firms ever work in the same minute of the clock."""
    hours = [
        {h % 24 for h in range(int(firm.work_from[one]), int(firm.work_until[one]))}
        for one in (f, g)
    ]
    return bool(hours[0] & hours[1])


def homes_stay_quiet(building, placed):
    """Rule 13 at every neighbour, in every band."""
    homes, power = building.hotels.neighbours, building.hotels.businesses.noise_db
    for r in range(homes.count):
        for band in range(BANDS):
            limit = float(homes.limit_db[r, band])
            away = float(homes.attenuation_db[building.site, r])
            heard = sum(noise_millionths(float(power[f, band]), away, limit) for f in placed)
            if heard > noise_room(limit, float(homes.background_db[r, band])):
                return False
    return True


def workshops(building, placed):
    """Return the hybrid units that hold a workshop, and those that hold an office."""
    found = {WORKSHOP: set(), OFFICE: set()}
    for _, _, space, unit, _ in parts(building, placed):
        if building.space[unit] == HYBRID and space in found:
            found[space].add(unit)
    return found[WORKSHOP], found[OFFICE]


def hybrids_are_one_or_the_other(building, placed):
    """Rule 14."""
    shops, offices = workshops(building, placed)
    return not shops & offices


def mix_holds(building, placed):
    """Rule 15; with `placed` empty also where the hotel is closed."""
    mix, place = building.hotels.mix, int(building.problem.sites.jurisdiction[building.site])
    for m in range(mix.count):
        covered = list(placed) if mix.covers[m, place] else []
        let = sum(building.area_m2[f] for f in covered)
        mine = sum(building.area_m2[f] for f in covered if mix.members[m, f])
        if mine < mix.share_min[m] * let - 1e-9 or mine > mix.share_max[m] * let + 1e-9:
            return False
        if mine < mix.area_min_m2[m] or 0 <= mix.area_max_m2[m] < mine:
            return False
    for w, skill in enumerate(mix.jobs_skill.tolist()):
        covered = list(placed) if mix.jobs_covers[w, place] else []
        jobs = sum(float(building.hotels.businesses.jobs_by_skill[f, skill]) for f in covered)
        if jobs < mix.jobs_min[w] - 1e-9:
            return False
    return True


def steps(one, other):
    """Return seconds between two nodes of the line, on foot or by bike."""
    return 60 * abs(int(one) - int(other))


def workers_can_come(building, placed):
    """Rule 16, jobs by skill against who is in reach."""
    access, jobs = building.hotels.access, building.hotels.businesses.jobs_by_skill
    if access.capture_share == 0:
        return True
    walk_to = building.problem.sites.node["walk"][building.site]
    bike_to = building.problem.sites.node["cargo_bike"][building.site]
    reached = [
        w
        for w in range(len(access.worker_id))
        if min(
            steps(access.node_walk[w], walk_to) if "walk" in access.by else math.inf,
            steps(access.node_bike[w], bike_to) if "bike" in access.by else math.inf,
            ride_s(access, access.node_walk[w], walk_to) if "transit" in access.by else math.inf,
        )
        <= access.limit_s
    ]
    for k in range(jobs.shape[1]):
        pool = math.floor(
            access.capture_share * sum(float(access.workers[w, k]) for w in reached) + 1e-9
        )
        if sum(float(jobs[f, k]) for f in placed) > pool + 1e-9:
            return False
    return True


def ride_s(access, home, work):
    """Return the quickest way by transit, seconds."""
    found = [math.inf]
    for p, q in itertools.permutations(range(len(access.stop_id)), 2):
        there, on = steps(home, access.stop_node[p]), steps(access.stop_node[q], work)
        ride = int(access.ride_s[p, q])
        if ride >= 0 and max(there, on) <= access.stop_walk_s:
            found.append(there + ride + on)
    return min(found)


def start_ups_have_support(building, placed):
    """Rule 16, support on foot, or by another tenant of the house."""
    access, firm = building.hotels.access, building.hotels.businesses
    if access.support_limit_s < 0:
        return True
    here = building.problem.sites.node["walk"][building.site]
    near = any(steps(here, node) <= access.support_limit_s for node in access.support_node)
    return near or all(
        any(firm.gives_support[g] for g in placed if g != f)
        for f in placed
        if firm.needs_support[f]
    )


ALWAYS = (
    units_hold_their_parts,
    hybrids_are_one_or_the_other,
    the_lift_has_time,
    neighbours_in_the_house_agree,
    homes_stay_quiet,
    workers_can_come,
    docks_have_time,
)
AT_THE_END = (enough_is_let, mix_holds, start_ups_have_support)


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
