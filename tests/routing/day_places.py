"""Places, stops and vehicles of one echelon, gathered into a routing problem."""

from __future__ import annotations

import numpy as np

from optimizer.core.routing import Fleet, Matrix, Pairs, RoutingProblem, Stops

HOUR = 3600.0


class Builder:
    """Collects places and stops of one routing problem."""

    def __init__(self, name, parcel) -> None:
        self.name, self.parcel = name, parcel
        self.places, self.nodes, self.where = [], [], []
        self.stops, self.types = [], []

    def place(self, name, lon, lat, **nodes) -> int:
        """Add a place."""
        self.places.append(name)
        self.where.append((lon, lat))
        self.nodes.append(nodes)
        return len(self.places) - 1

    def stop(self, name, place, parcels, service_s, until_s=np.inf, released_s=0.0) -> int:
        """Add a stop where parcels are handed over."""
        self.stops.append((name, place, parcels, service_s, until_s, released_s))
        return len(self.stops) - 1

    def problem(self, roads, rules, prices, haul) -> RoutingProblem:
        """Return the routing problem; haul: seconds and metres beyond each place."""
        names, place, parcels, service, until, released = (
            zip(*self.stops, strict=True) if self.stops else ((),) * 6
        )
        load = np.outer(np.array(parcels, dtype=np.int64), self.parcel)
        return RoutingProblem(
            name=self.name,
            load=("parcels", "g", "ml"),
            place=tuple(self.places),
            lon=np.array([lon for lon, _ in self.where]),
            lat=np.array([lat for _, lat in self.where]),
            stops=Stops(
                id=tuple(names),
                place=np.array(place, dtype=np.int32),
                deliver=load,
                collect=np.zeros_like(load),
                service_s=np.array(service, dtype=float),
                from_s=np.zeros(len(names)),
                until_s=np.array(until, dtype=float),
                released_s=np.array(released, dtype=float),
                penalty_eur=rules.penalty_eur_per_parcel * np.array(parcels, dtype=float),
            ),
            pairs=Pairs(
                np.zeros(0, dtype=np.int32),
                np.zeros(0, dtype=np.int32),
                np.zeros((0, 3), dtype=np.int64),
            ),
            fleet=self._fleet(rules, prices),
            travel={
                profile: _matrix(roads[profile], self.node(profile), haul) for profile in roads
            },
        )

    def node(self, profile):
        """Return the street node of each place."""
        return np.array([nodes.get(profile, -1) for nodes in self.nodes], dtype=np.int32)

    def _fleet(self, rules, prices) -> Fleet:
        crews = [rules.crews[profile] for _, profile, _ in self.types]
        rates = [prices.vehicles[profile] for _, profile, _ in self.types]
        home = np.array([place for _, _, place in self.types], dtype=np.int32)
        reloads = np.array([one.reloads_max for one in crews], dtype=np.int32)
        reach = [self.node(profile) for _, profile, _ in self.types]
        at = np.array([one[1] for one in self.stops], dtype=np.int32)
        return Fleet(
            id=tuple(name for name, _, _ in self.types),
            profile=tuple(profile for _, profile, _ in self.types),
            count_max=np.full(len(crews), 999, dtype=np.int32),
            capacity=np.array(
                [
                    (rate.parcels_per_tour, 1000 * one.capacity_kg, 1000 * one.capacity_l)
                    for rate, one in zip(rates, crews, strict=True)
                ],
                dtype=np.int64,
            ),
            start_place=home,
            end_place=home,
            from_s=np.array([one.shift_from_s for one in crews]),
            until_s=np.array([one.shift_until_s for one in crews]),
            duration_max_s=np.array([one.shift_max_s for one in crews]),
            length_max_m=np.full(len(crews), np.inf),
            fixed_eur=np.zeros(len(crews)),
            eur_per_s=np.array([rate.eur_per_hour / HOUR for rate in rates]),
            eur_per_m=np.array([rate.eur_per_km / 1000 for rate in rates]),
            load_s=np.array([one.load_s for one in crews]),
            reload_places=tuple(
                (int(place),) if more else () for place, more in zip(home, reloads, strict=True)
            ),
            reloads_max=reloads,
            break_s=np.array([one.break_s for one in crews]),
            work_max_s=np.array([one.work_max_s for one in crews]),
            serves=np.array([node[at] >= 0 for node in reach]).reshape(len(crews), len(at)),
        )


def _matrix(roads, node, haul) -> Matrix:
    time_s, length_m = roads.table(node)
    apart = ~np.eye(len(node), dtype=bool) & (time_s >= 0)
    beyond = [np.where(apart, extra[:, None] + extra[None, :], 0) for extra in haul]
    return Matrix(time_s + beyond[0].astype(np.int32), length_m + beyond[1].astype(np.int32))
