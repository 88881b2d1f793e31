"""Constraint family 17, symbiosis: what one gives and another takes, as flows with loss.

Places i, j: sites of hotels and partners. For every resource:
    s[i,j] >= 0 sent between places within reach (not partner to partner), l[i] >= 0 on one site
    sum over j of s[i,j] + l[i] <= what tenants on i, or partner i, give
    sum over i of kept[i,j] s[i,j] + l[j] <= what they take;  kept = 1 - loss * distance / 1000
    nobody supplies himself: a tenant f that gives and takes sends p[f], gets g[f] on its site:
        p[f] <= gives[f] x[f], g[f] <= takes[f] x[f], p[f] + g[f] <= l,
        l <= gives of the others + sum of p,  l <= takes of the others + sum of g
    s[i,j] <= most[i,j] b[i,j], b in {0, 1} one for both ways, where a link costs something
    gain: value * delivered - link_eur_m_year * distance * b
Tenants of one site are one place: who sends to whom is told afterwards (`shared_out`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.hotels import Symbiosis
    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.commuting import Nearness
    from optimizer.solvers import Builder

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


class Hosts(NamedTuple):
    """Who may be on which site: columns whose sum says that a tenant is there."""

    column: Ints
    tenant: Ints
    place: Ints


class Exchange(NamedTuple):
    """Columns of one resource: sent (from, to: places), and what stays on a site (`local`)."""

    resource: int
    giver: Ints
    taker: Ints
    sent: Ints
    site: Ints
    local: Ints


def kept_share(symbiosis: Symbiosis, resource: int, distance_m: Ints) -> Floats:
    """Return the share of what is sent that arrives over each distance."""
    kept: Floats = np.maximum(0.0, 1.0 - symbiosis.loss_per_km[resource] * distance_m / 1000.0)
    return kept


def add_exchange(
    builder: Builder, problem: Problem, nearness: Nearness, hosts: Hosts
) -> list[Exchange]:
    """Add the flows of every resource; return their columns."""
    hotels = problem.hotels
    if hotels is None:
        return []
    return [
        add_resource(builder, hotels.symbiosis, resource, nearness, hosts)
        for resource in range(hotels.symbiosis.count)
    ]


def add_resource(
    builder: Builder, symbiosis: Symbiosis, resource: int, nearness: Nearness, hosts: Hosts
) -> Exchange:
    """Add the flows of one resource; return their columns."""
    sites, count = len(nearness.site), len(nearness.distance_m)
    gives, takes = symbiosis.gives[:, resource], symbiosis.takes[:, resource]
    supply = _most(hosts, gives, symbiosis.partner_gives[:, resource], sites)
    demand = _most(hosts, takes, symbiosis.partner_takes[:, resource], sites)
    distance = nearness.distance_m
    kept = kept_share(symbiosis, resource, distance)
    worth = symbiosis.value_eur[resource] * kept
    partner = np.arange(count) >= sites
    may = (supply[:, None] > 0) & (demand[None, :] > 0) & (worth > 0)
    may &= (distance <= symbiosis.reach_m[resource]) & ~(partner[:, None] & partner[None, :])
    np.fill_diagonal(may, val=False)
    giver, taker = np.nonzero(may)
    most = np.minimum(supply[giver], demand[taker] / kept[giver, taker])
    sent = builder.add_columns(len(giver), cost=-worth[giver, taker], upper=most)
    here = (supply > 0) & (demand > 0) & ~partner & (symbiosis.value_eur[resource] > 0)
    site = np.flatnonzero(here)
    local = builder.add_columns(
        len(site), cost=-symbiosis.value_eur[resource], upper=np.minimum(supply, demand)[site]
    )
    for amounts, outside, entries in (
        (gives, symbiosis.partner_gives, (giver, sent, 1.0)),
        (takes, symbiosis.partner_takes, (taker, sent, kept[giver, taker])),
    ):
        builder.add_rows(
            count,
            entries,
            (site, local, 1.0),
            (hosts.place, hosts.column, -amounts[hosts.tenant]),
            upper=np.concatenate([np.zeros(sites), outside[:, resource]]),
        )
    _add_links(builder, symbiosis, resource, distance, (giver, taker, sent, most))
    _add_nobody_supplies_himself(builder, hosts, (gives, takes), site, local)
    return Exchange(resource, giver, taker, sent, site, local)


def _most(hosts: Hosts, amount: Floats, outside: Floats, sites: int) -> Floats:
    """Return the most that each place could give or take."""
    pair = np.unique(np.column_stack([hosts.place, hosts.tenant]), axis=0).reshape(-1, 2)
    inside = np.bincount(pair[:, 0], amount[pair[:, 1]], sites)
    return np.concatenate([inside, outside])


def _add_links(
    builder: Builder,
    symbiosis: Symbiosis,
    resource: int,
    distance: Ints,
    flow: tuple[Ints, Ints, Ints, Floats],
) -> None:
    giver, taker, sent, most = flow
    price = symbiosis.link_eur_m_year[resource] * distance[giver, taker]
    paid = np.flatnonzero(price > 0)
    key = np.minimum(giver, taker) * len(distance) + np.maximum(giver, taker)
    _, first, back = np.unique(key[paid], return_index=True, return_inverse=True)
    link = builder.add_columns(len(first), cost=price[paid[first]], integer=True)
    row = np.arange(len(paid))
    builder.add_rows(len(paid), (row, sent[paid], 1.0), (row, link[back], -most[paid]), upper=0.0)


def _add_nobody_supplies_himself(
    builder: Builder,
    hosts: Hosts,
    amounts: tuple[Floats, Floats],
    site: Ints,
    local: Ints,
) -> None:
    gives, takes = amounts
    both = (gives > 0) & (takes > 0)
    rank = np.full(int(hosts.place.max(initial=-1)) + 1, -1)
    rank[site[site < len(rank)]] = np.flatnonzero(site < len(rank))
    mine = np.flatnonzero(both[hosts.tenant])
    mine = mine[rank[hosts.place[mine]] >= 0]
    pair, back = np.unique(
        np.column_stack([hosts.place[mine], hosts.tenant[mine]]), axis=0, return_inverse=True
    )
    pair = pair.reshape(-1, 2)
    at, who = rank[pair[:, 0]], pair[:, 1]
    if not len(pair):
        return
    affected = np.unique(at)
    row = np.arange(len(pair))
    columns = []
    for amount in (gives, takes):
        part = builder.add_columns(len(pair), upper=amount[who])
        held = (back.ravel(), hosts.column[mine], -amount[hosts.tenant[mine]])
        builder.add_rows(len(pair), (row, part, 1.0), held, upper=0.0)
        others = np.flatnonzero(~both[hosts.tenant] & (amount[hosts.tenant] > 0))
        others = others[np.isin(hosts.place[others], site[affected])]
        builder.add_rows(
            len(affected),
            (np.arange(len(affected)), local[affected], 1.0),
            (np.searchsorted(affected, at), part, -1.0),
            (
                np.searchsorted(affected, rank[hosts.place[others]]),
                hosts.column[others],
                -amount[hosts.tenant[others]],
            ),
            upper=0.0,
        )
        columns.append(part)
    builder.add_rows(
        len(pair),
        (row, columns[0], 1.0),
        (row, columns[1], 1.0),
        (row, local[at], -1.0),
        upper=0.0,
    )
