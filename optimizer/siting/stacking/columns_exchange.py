"""Exchange between hotel types and partners as flows that every plan's exchanges fit into.

Nodes are the houses of hotel types 0..N-1 and the partners after them. A flow of resource q from
node a to node b, units that leave a per year: at most what a could give and b could take; worth
value * kept, less its part of the link, whose cost is spread over the most that could pass.
What leaves a house is at most what its tenants give, what reaches it at most what they take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import HotelType
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.houses import Houses

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Exchange(NamedTuple):
    """Flows (n,): origin, target, resource, worth (EUR per unit sent), kept (share), most (units).

    gives, takes : (f, q). limit_gives, limit_takes : (N + e, q), most of each node. node : of each
    type, (types,).
    """

    origin: Ints
    target: Ints
    resource: Ints
    worth: Floats
    kept: Floats
    most: Floats
    gives: Floats
    takes: Floats
    limit_gives: Floats
    limit_takes: Floats
    node: Ints


def build_exchange(
    problem: Problem,
    data: SitingData,
    types: Sequence[HotelType],
    tenants: tuple[Houses, Bools],
    room_m2: Floats,
) -> Exchange:
    """Return all flows that could pay. tenants : with who is able, (types, f)."""
    houses, able = tenants
    firms = able.shape[1]
    house, node = np.unique([kind.house for kind in types], return_inverse=True)
    if problem.hotels is None or data.nearness is None or not problem.hotels.symbiosis.count:
        no, none = np.zeros(0, dtype=np.int64), np.zeros(0)
        nothing = np.zeros((firms, 0))
        none_of = np.zeros((len(house), 0)), np.zeros((len(house), 0))
        return Exchange(no, no, no, none, none, none, nothing, nothing, *none_of, node)
    given, area = problem.hotels.symbiosis, houses.area_m2.astype(np.float64)
    each = list(zip(able, room_m2.tolist(), strict=True))
    most = [
        np.array([_at_most(item, fine, area, room) for fine, room in each])
        for item in (given.gives, given.takes)
    ]
    limits = np.zeros((2, len(house), given.count))
    for limit, of_types in zip(limits, most, strict=True):
        np.maximum.at(limit, node, of_types.reshape(len(types), given.count))
    limit_gives = np.concatenate([limits[0], given.partner_gives])
    limit_takes = np.concatenate([limits[1], given.partner_takes])
    site = houses.site[house.astype(np.int64)]
    partners = len(data.nearness.site) + np.arange(len(given.partner_id))
    at = np.concatenate([data.nearness.rank(site), partners]).astype(np.int64)
    distance = np.maximum(data.nearness.distance_m[np.ix_(at, at)].astype(np.float64), 0.0)
    # another hotel of the same site stands there instead, and partners serve tenants alone
    place = np.concatenate([site, -1 - np.arange(len(given.partner_id))])
    same = (place[:, None] == place[None, :]) & ~np.eye(len(place), dtype=bool)
    outside = np.arange(len(place)) >= len(house)
    possible = ~same & ~(outside[:, None] & outside[None, :])
    found = []
    for resource in range(given.count):
        kept = np.maximum(0.0, 1.0 - given.loss_per_km[resource] * distance / 1000.0)
        amount = np.minimum.outer(limit_gives[:, resource], np.full(len(place), np.inf))
        reached = np.divide(
            limit_takes[None, :, resource], kept, out=np.zeros_like(kept), where=kept > 0.0
        )
        amount = np.where(possible & (distance <= given.reach_m[resource]), amount, 0.0)
        amount = np.minimum(amount, reached)
        link = given.link_eur_m_year[resource] * distance
        both = np.maximum(amount + amount.T, 1e-9)
        worth = given.value_eur[resource] * kept - link / both
        origin, target = np.nonzero((amount > 0.0) & (worth > 0.0))
        found.append((origin, target, np.full(len(origin), resource), worth, kept, amount))
    pairs = [(a, b) for a, b, *_ in found]
    return Exchange(
        origin=np.concatenate([a for a, _ in pairs]).astype(np.int64),
        target=np.concatenate([b for _, b in pairs]).astype(np.int64),
        resource=np.concatenate([q for _, _, q, *_ in found]).astype(np.int64),
        worth=np.concatenate([item[3][item[0], item[1]] for item in found]),
        kept=np.concatenate([item[4][item[0], item[1]] for item in found]),
        most=np.concatenate([item[5][item[0], item[1]] for item in found]),
        gives=given.gives,
        takes=given.takes,
        limit_gives=limit_gives,
        limit_takes=limit_takes,
        node=node,
    )


def _at_most(amount: Floats, able: Bools, area_m2: Floats, room_m2: float) -> Floats:
    """Return the most that tenants who have room together give, or take, of each resource, (q,)."""
    most = np.zeros(amount.shape[1])
    for resource in range(amount.shape[1]):
        have = np.flatnonzero(able & (amount[:, resource] > 0.0))
        order = have[np.argsort(-amount[have, resource] / area_m2[have])]
        before = np.concatenate([[0.0], np.cumsum(area_m2[order])[:-1]])[: len(order)]
        share = np.clip((room_m2 - before) / area_m2[order], 0.0, 1.0)
        most[resource] = float(share @ amount[order, resource])
    return most
