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
