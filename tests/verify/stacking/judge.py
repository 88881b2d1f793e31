"""A slow judge of hotels told in full: every rule read aloud from the statement of the model.

Shares nothing with the checker but the data. Docks go by the inequalities of intervals, noise by
energies in decibels, streets by relaxing all arcs until nothing changes.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

ANY, WORKSHOP, OFFICE, HYBRID = range(4)
HOTEL, EXISTING, INFINITE = 1, 2, math.inf
RADIUS_M = 6_371_000.0


class Judge:
    """One plan of one problem."""

    def __init__(self, problem, plan):
        self.problem, self.plan, self.hotels = problem, plan, problem.hotels
        self.inside, self.tenants = plan.interiors, problem.tenants
        self.option = plan.tenant_option.tolist()
        self.placed = [f for f in range(self.tenants.count) if self.option[f] >= 0]
        self.site = problem.options.site.tolist()
        self.design = problem.options.design.tolist()
        self.number = problem.levels.number.tolist()
        self.times = {}

    def broken(self):
        """Return the families that do not hold."""
        rules = {
            "stacking": self.stacking,
            "docks": self.docks,
            "nuisance": self.nuisance,
            "hybrids": self.hybrids,
            "mix": self.mix,
            "access": self.access,
            "symbiosis": self.symbiosis,
            "services": self.services,
            "roofs": self.roofs,
        }
        return {family for family, holds in rules.items() if not holds()}

    def here(self, option):
        return [f for f in self.placed if self.option[f] == option]

    def opened(self):
        return [
            o
            for o, yes in enumerate(self.plan.open_option.tolist())
            if yes and self.problem.designs.kind[self.design[o]] == HOTEL
        ]

    def hubs(self, option):
        return [
            o
            for o, yes in enumerate(self.plan.open_option.tolist())
            if yes
            and self.site[o] == self.site[option]
            and self.problem.designs.inside_hotel_m2[self.design[o]] > 0
        ]

    def parts(self):
        """Return (tenant, annex or None, unit, area, space) of all that has a place."""
        annexes, found = self.hotels.annexes, []
        for f in self.placed:
            area = left = int(self.tenants.area_m2[f])
            for a in range(annexes.count):
                if annexes.tenant[a] == f:
                    m2 = round(float(annexes.share[a]) * area)
                    left -= m2
                    unit = int(self.inside.annex_level[a])
                    found.append((f, a, unit, m2, int(annexes.space[a])))
            main = int(self.plan.tenant_level[f])
            found.append((f, None, main, left, int(self.hotels.businesses.space[f])))
        return found

    def stacking(self):
        return (
            all(self.fits(*part) for part in self.parts())
            and all(self.tenants.area_m2[f] > 0 for f in self.placed)
            and all(self.units_hold(o) and self.lifts_hold(o) for o in self.opened())
        )

    def fits(self, f, a, u, _, space):
        if u < 0:
            return False
        units, needs, annexes = self.hotels.units, self.hotels.businesses, self.hotels.annexes
        room = int(units.space[u])
        fine = room in (ANY, HYBRID) or space in (ANY, room)
        if a is None:
            fine &= bool(units.wet[u] or not needs.wet[f])
            fine &= bool(units.vented[u] or not needs.vented[f])
            return fine and (self.number[u] == 0 or needs.lift_kg[f] <= units.lift_kg[u])
        apart = abs(self.number[u] - self.number[int(self.plan.tenant_level[f])])
        fine &= bool(annexes.levels_apart_max[a] in {-1, *range(apart, 99)})
        fine &= bool(annexes.load_kg_m2[a] <= self.problem.levels.load_kg_m2[u])
        return fine and self.problem.levels.design[u] == self.design[self.option[f]]

    def units_hold(self, option):
        mine = [u for u, d in enumerate(self.problem.levels.design) if d == self.design[option]]
        ground = next((u for u in mine if self.number[u] == 0), None)
        for u in mine:
            areas = [m2 for f, _, at, m2, _ in self.parts() if at == u and self.option[f] == option]
            used = sum(areas)
            if u == ground:
                inside = self.problem.designs.inside_hotel_m2
                used += sum(int(inside[self.design[o]]) for o in self.hubs(option))
            most = int(self.hotels.units.tenants_max[u])
            if used > self.problem.levels.area_m2[u] or (most != -1 and len(areas) > most):
                return False
        return True

    def lifts_hold(self, option):
        most = int(self.hotels.equipment.lift_trips_max[self.design[option]])
        up = [f for f in self.here(option) if self.number[int(self.plan.tenant_level[f])] > 0]
        return most == -1 or sum(int(self.hotels.businesses.lift_trips[f]) for f in up) <= most

    def docks(self):
        needs = self.hotels.businesses
        for o in self.opened():
            docks = int(self.problem.designs.docks[self.design[o]])
            taken = sum(
                int(self.hotels.equipment.inside_docks[self.design[h]]) for h in self.hubs(o)
            )
            for a, b in itertools.combinations(range(25), 2):
                minutes = 60 * (b - a) * taken
                for f in self.here(o):
                    if needs.dock_minutes[f] == 0:
                        minutes += 60 * (b - a) * bool(self.tenants.dock[f])
                    elif a <= needs.dock_from[f] and needs.dock_until[f] <= b:
                        minutes += int(needs.dock_minutes[f])
                if minutes > 60 * (b - a) * docks:
                    return False
        return True

    def nuisance(self):
        return self.apart() and self.neighbours()

    def apart(self):
        rules, units, level = self.hotels.apart, self.hotels.units, self.plan.tenant_level
        for p, f, g in itertools.product(range(rules.count), self.placed, self.placed):
            together = self.option[f] == self.option[g] and f != g
            if not (together and rules.first[p, f] and rules.second[p, g]):
                continue
            if rules.same_hours[p] and not self.clock(f) & self.clock(g):
                continue
            levels = abs(self.number[level[f]] - self.number[level[g]])
            metres = abs(units.position_m[level[f]] - units.position_m[level[g]])
            if levels < rules.levels[p] and metres < rules.distance_m[p]:
                return False
        return True

    def clock(self, f):
        """Return the hours of the clock in which a tenant works; 8 stands for 8 to 9."""
        one = self.hotels.businesses
        return {hour % 24 for hour in range(int(one.work_from[f]), int(one.work_until[f]))}

    def neighbours(self):
        near = self.hotels.neighbours
        for r, b in itertools.product(range(near.count), range(3)):
            energy = 0.0
            for f in self.placed:
                power = self.hotels.businesses.noise_db[f, b]
                energy += 10 ** ((power - near.attenuation_db[self.site[self.option[f]], r]) / 10)
            left = 10 ** (near.limit_db[r, b] / 10) - 10 ** (near.background_db[r, b] / 10)
            if energy > max(left, 0.0):
                return False
        return True

    def hybrids(self):
        held = {}
        for f, _, u, _, space in self.parts():
            if u >= 0 and self.hotels.units.space[u] == HYBRID:
                held.setdefault((self.option[f], u), set()).add(space)
        return not any({WORKSHOP, OFFICE} <= spaces for spaces in held.values())

    def mix(self):
        mix = self.hotels.mix
        for m in range(mix.count):
            covered = [f for f in self.placed if mix.covers[m, self.place(f)]]
            groups = [covered]
            if mix.each_hotel[m]:
                groups = [[f for f in covered if self.option[f] == o] for o in self.opened()]
            for group in groups:
                mine = self.area(f for f in group if mix.members[m, f])
                if not mix.share_min[m] * self.area(group) <= mine + 1e-9:
                    return False
                if not mine <= mix.share_max[m] * self.area(group) + 1e-9:
                    return False
            mine = self.area(f for f in covered if mix.members[m, f])
            if mine < mix.area_min_m2[m] or mine > mix.area_max_m2[m] != -1:
                return False
        jobs = self.hotels.businesses.jobs_by_skill
        return all(
            sum(
                jobs[f, mix.jobs_skill[w]] for f in self.placed if mix.jobs_covers[w, self.place(f)]
            )
            >= mix.jobs_min[w] - 1e-9
            for w in range(len(mix.jobs_name))
        )

    def place(self, f):
        return int(self.problem.sites.jurisdiction[self.site[self.option[f]]])

    def area(self, tenants):
        return sum(int(self.tenants.area_m2[f]) for f in tenants)

    def time_s(self, profile, start, end):
        """Return seconds from node to node."""
        if start < 0 or end < 0:
            return INFINITE
        if (profile, start) not in self.times:
            arcs = self.problem.streets.arcs[profile]
            best = np.full(self.problem.streets.node_count, np.inf)
            best[start] = 0
            for _ in range(len(best)):
                np.minimum.at(best, arcs.head, best[arcs.tail] + arcs.time_s)
            self.times[profile, start] = best
        return float(self.times[profile, start][end])

    def access(self):
        access, jobs = self.hotels.access, self.hotels.businesses.jobs_by_skill
        for o in self.opened() if access.capture_share > 0 else ():
            near = [w for w in range(len(access.worker_id)) if self.reaches(w, self.site[o])]
            for k in range(jobs.shape[1]):
                workers = sum(access.workers[w, k] for w in near)
                most = math.floor(access.capture_share * workers + 1e-9)
                if sum(jobs[f, k] for f in self.here(o)) > most + 1e-6:
                    return False
        wanting = [f for f in self.placed if self.hotels.businesses.needs_support[f]]
        return access.support_limit_s < 0 or all(self.supported(f) for f in wanting)

    def reaches(self, w, site):
        access, node = self.hotels.access, self.problem.sites.node
        walk = int(node["walk"][site])
        ways = {
            "walk": self.time_s("walk", int(access.node_walk[w]), walk),
            "bike": self.time_s(
                "cargo_bike", int(access.node_bike[w]), int(node["cargo_bike"][site])
            ),
            "transit": INFINITE,
        }
        for p, q in itertools.permutations(range(len(access.stop_id)), 2):
            to = self.time_s("walk", int(access.node_walk[w]), int(access.stop_node[p]))
            on = self.time_s("walk", int(access.stop_node[q]), walk)
            if access.ride_s[p, q] >= 0 and max(to, on) <= access.stop_walk_s:
                ways["transit"] = min(ways["transit"], to + access.ride_s[p, q] + on)
        return min(ways[way] for way in access.by) <= access.limit_s

    def supported(self, f):
        access, walk = self.hotels.access, self.problem.sites.node["walk"]
        home = self.site[self.option[f]]
        for node in access.support_node:
            if self.time_s("walk", int(walk[home]), int(node)) <= access.support_limit_s:
                return True
        for g in self.placed:
            site = self.site[self.option[g]]
            far = 0 if site == home else self.time_s("walk", int(walk[home]), int(walk[site]))
            gives = self.hotels.businesses.gives_support[g]
            if g != f and gives and far <= access.support_limit_s:
                return True
        return False

    def where(self, one):
        """Return what makes two places the same, longitude and latitude."""
        symbiosis, sites = self.hotels.symbiosis, self.problem.sites
        if one >= self.tenants.count:
            e = one - self.tenants.count
            return f"partner {e}", symbiosis.partner_lon[e], symbiosis.partner_lat[e]
        j = self.site[self.option[one]]
        return f"site {j}", sites.lon[j], sites.lat[j]

    def metres(self, one, other):
        (name, *a), (same, *b) = self.where(one), self.where(other)
        if name == same:
            return 0
        x, y = (
            np.array([math.cos(v) * math.cos(u), math.cos(v) * math.sin(u), math.sin(v)])
            for u, v in (map(math.radians, a), map(math.radians, b))
        )
        return round(RADIUS_M * math.atan2(np.linalg.norm(np.cross(x, y)), x @ y))

    def symbiosis(self):
        symbiosis, inside, count = self.hotels.symbiosis, self.inside, self.tenants.count
        sent, arrived = {}, {}
        for s, e, q, amount in zip(
            inside.giver, inside.taker, inside.resource, inside.amount, strict=True
        ):
            if min(s, e) >= count or s == e or amount < 0:
                return False
            if any(one < count and self.option[one] < 0 for one in (s, e)):
                return False
            metres = self.metres(int(s), int(e))
            if metres > symbiosis.reach_m[q]:
                return False
            kept = max(0.0, 1 - symbiosis.loss_per_km[q] * metres / 1000)
            sent[s, q] = sent.get((s, q), 0.0) + amount
            arrived[e, q] = arrived.get((e, q), 0.0) + amount * kept
        gives = np.concatenate([symbiosis.gives, symbiosis.partner_gives])
        takes = np.concatenate([symbiosis.takes, symbiosis.partner_takes])
        return all(total <= gives[key] * (1 + 1e-6) for key, total in sent.items()) and all(
            total <= takes[key] * (1 + 1e-6) for key, total in arrived.items()
        )

    def services(self):
        services = self.hotels.services
        return all(
            self.plan.open_option[o]
            and services.designs[v, self.design[o]]
            and len(self.here(o)) >= services.tenants_min[v]
            for o, v in np.argwhere(self.inside.service)
        )

    def roofs(self):
        uses, roof = self.hotels.roofs, self.inside.roof_m2
        for o in range(self.problem.options.count):
            if o not in self.opened():
                if roof[o].any():
                    return False
                continue
            area = int(self.hotels.equipment.roof_m2[self.design[o]])
            if roof[o].sum() > area or (roof[o] < 0).any():
                return False
            for w in range(uses.count):
                duty = math.ceil(uses.share_min[w] * area - 1e-9)
                new = self.problem.options.status[o] != EXISTING
                if new and duty > 0:
                    if roof[o, w] < duty:
                        return False
                elif 0 < roof[o, w] < uses.plot_min_m2[w]:
                    return False
        total = roof.sum(axis=0)
        return bool(((uses.total_max_m2 < 0) | (total <= uses.total_max_m2)).all())
