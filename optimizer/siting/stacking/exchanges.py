"""The best exchanges for tenants that are placed, told giver by giver."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.siting.stacking.symbiosis import Exchange, Hosts, add_resource, kept_share
from optimizer.solvers import Builder, solve_lp, solve_milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.hotels import Symbiosis
    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.commuting import Nearness

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

NODES = 100
GAP, MANY, WIDE_GAP = 1e-6, 500, 1e-3
"""Relative gap of the best exchanges; wider where there are many flows and links."""
TINY = 1e-9
"""Smaller amounts, as a share of what is given or taken, are noise of the solver."""


class Shipments(NamedTuple):
    """Exchanges as in `Interiors`, one row each."""

    giver: NDArray[np.int32]
    taker: NDArray[np.int32]
    resource: NDArray[np.int32]
    amount: Floats


def no_shipments() -> Shipments:
    """Return no exchange at all."""
    none = np.zeros(0, dtype=np.int32)
    return Shipments(none, none.copy(), none.copy(), np.zeros(0))


def best_exchange(
    problem: Problem, nearness: Nearness, tenant_site: NDArray[np.int32]
) -> Shipments:
    """Return the best exchanges for tenants on sites (-1: nowhere), within fixed work."""
    hotels = problem.hotels
    placed = np.flatnonzero(tenant_site >= 0)
    if hotels is None or not hotels.symbiosis.count or not len(placed):
        return no_shipments()
    place, rows = nearness.rank(tenant_site[placed]), []
    for resource in range(hotels.symbiosis.count):  # they share nothing once tenants are placed
        builder = Builder()
        hosts = Hosts(builder.add_columns(len(placed), lower=1.0), placed, place)
        exchange = add_resource(builder, hotels.symbiosis, resource, nearness, hosts)
        if builder.columns == len(placed):
            continue
        gap = GAP if builder.columns - len(placed) <= MANY else WIDE_GAP
        answer = solve_milp(builder.build(), nodes=NODES, gap=gap)
        if answer.values is not None:
            rows += _shared_out(hotels.symbiosis, nearness, hosts, exchange, answer.values)
    giver, taker, what, amount = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Shipments(
        np.array(giver, dtype=np.int32),
        np.array(taker, dtype=np.int32),
        np.array(what, dtype=np.int32),
        np.array(amount, dtype=np.float64),
    )


def _shared_out(
    symbiosis: Symbiosis,
    nearness: Nearness,
    hosts: Hosts,
    exchange: Exchange,
    values: Floats,
) -> list[tuple[int, int, int, float]]:
    """Tell flows between places as flows between tenants and partners."""
    resource, sites = exchange.resource, len(nearness.site)
    tenants, partners = len(symbiosis.gives), len(symbiosis.partner_id)
    place = np.full(tenants + partners, -1, dtype=np.int64)
    place[hosts.tenant] = hosts.place
    place[tenants:] = sites + np.arange(partners)
    left = np.concatenate([symbiosis.gives[:, resource], symbiosis.partner_gives[:, resource]])
    want = np.concatenate([symbiosis.takes[:, resource], symbiosis.partner_takes[:, resource]])
    rows: list[tuple[int, int, int, float]] = []
    for site, column in zip(exchange.site.tolist(), exchange.local.tolist(), strict=True):
        here = np.flatnonzero(place[:tenants] == site)
        for giver, taker, amount in _within(here, left, want, float(values[column])):
            left[giver] -= amount
            want[taker] -= amount
            rows.append((giver, taker, resource, amount))
    for i, j, column in zip(
        exchange.giver.tolist(), exchange.taker.tolist(), exchange.sent.tolist(), strict=True
    ):
        kept = float(kept_share(symbiosis, resource, nearness.distance_m[i, j]))
        amount = float(values[column])
        for giver in np.flatnonzero((place == i) & (left > 0)).tolist():
            for taker in np.flatnonzero((place == j) & (want > 0)).tolist():
                part = min(amount, left[giver], want[taker] / kept)
                if part > TINY * max(left[giver], 1.0):
                    left[giver] -= part
                    want[taker] -= part * kept
                    amount -= part
                    rows.append((giver, taker, resource, part))
    return rows


def _within(here: Ints, left: Floats, want: Floats, total: float) -> list[tuple[int, int, float]]:
    """Return who supplies whom on one site, `total` in all, nobody himself: a small programme."""
    one, other = np.nonzero((left[here] > 0)[:, None] & (want[here] > 0)[None, :])
    apart = one != other
    one, other = one[apart], other[apart]
    if total <= TINY or not len(one):
        return []
    builder = Builder()
    amount = builder.add_columns(len(one), cost=-1.0, upper=np.inf)
    builder.add_rows(len(here), (one, amount, 1.0), upper=left[here])
    builder.add_rows(len(here), (other, amount, 1.0), upper=want[here])
    builder.add_rows(1, (0, amount, 1.0), upper=total)
    answer = solve_lp(builder.build())
    if answer.values is None:
        return []
    found = np.flatnonzero(answer.values > TINY * total)
    return [
        (int(here[one[k]]), int(here[other[k]]), float(answer.values[k])) for k in found.tolist()
    ]
