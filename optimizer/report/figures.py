"""What a plan means place by place: use of facilities, channels of points, ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, LandBasis, LandStatus, OptionStatus
from optimizer.core.rules import Ledgers
from optimizer.core.tenure import land_price_eur_m2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria

CHANNELS = ("bike", "pickup", "van", "unserved")


@dataclass(frozen=True)
class PlanFigures:
    """Figures per option (shape (o,)) and per demand point (shape (n,)) of one plan.

    parcels_per_day, use_share, let_m2 : per option; use is of peak-day capacity, or of floor area.
    share : shape (4, n), rows as `CHANNELS`. main_channel : shape (n,), its largest row.
    hub, delivery_point : shape (n,), the option that brings most of a point's parcels; -1 = none.
    """

    parcels_per_day: NDArray[np.float64]
    use_share: NDArray[np.float64]
    let_m2: NDArray[np.int64]
    share: NDArray[np.float64]
    main_channel: NDArray[np.int64]
    hub: NDArray[np.int64]
    delivery_point: NDArray[np.int64]


def plan_figures(problem: Problem, plan: Plan) -> PlanFigures:
    """Return the figures of `plan` place by place."""
    count, n = problem.options.count, problem.demand.count
    parcels = np.zeros(count)
    share = np.zeros((4, n))
    main = []
    flows = (
        (plan.bike_point, plan.bike_option, plan.bike_share),
        (plan.pickup_point, plan.pickup_option, plan.pickup_share),
    )
    for row, (point, option, part) in enumerate(flows):
        np.add.at(parcels, option, problem.demand.parcels_per_day[point] * part)
        np.add.at(share[row], point, part)
        main.append(_largest(n, point, option, part))
    share[2], share[3] = plan.van_share, plan.unserved_share
    let = np.zeros(count, dtype=np.int64)
    placed = plan.tenant_option >= 0
    np.add.at(let, plan.tenant_option[placed], problem.tenants.area_m2[placed])
    return PlanFigures(
        parcels_per_day=parcels,
        use_share=_use(problem, parcels, let),
        let_m2=let,
        share=share,
        main_channel=np.argmax(share, axis=0),
        hub=main[0],
        delivery_point=main[1],
    )


def _largest(
    n: int, point: NDArray[np.int32], option: NDArray[np.int32], part: NDArray[np.float64]
) -> NDArray[np.int64]:
    best = np.full(n, -1, dtype=np.int64)
    order = np.lexsort((-option, part))  # the largest share is written last; ties: lowest option
    order = order[part[order] > 0]
    best[point[order]] = option[order]
    return best


def _use(
    problem: Problem, parcels: NDArray[np.float64], let: NDArray[np.int64]
) -> NDArray[np.float64]:
    design = problem.options.design
    floors = np.zeros(problem.designs.count)
    np.add.at(floors, problem.levels.design, problem.levels.area_m2)
    hotel = problem.designs.kind[design] == Kind.PRODUCTIVE_HOTEL
    room = np.where(hotel, floors[design], problem.designs.capacity_parcels_per_day[design])
    used = np.where(hotel, let, problem.rules.peak_day_factor * parcels)
    return np.divide(used, room, out=np.zeros(len(room)), where=room > 0)


@dataclass(frozen=True)
class LedgerLine:
    """One budget as people read it: what it covers, how much there is, how much the plan uses."""

    name: str
    metric: str
    unit: str
    covers: str
    budget: float
    used: float
    source: str

    @property
    def left(self) -> float:
        """What remains of the budget."""
        return self.budget - self.used


def ledger_lines(problem: Problem, criteria: Criteria | None) -> list[LedgerLine]:
    """Return the land budgets, then the purses; used is 0 without a plan."""
    rules = problem.rules
    land = {} if criteria is None else criteria.land_consumption_m2
    money = {} if criteria is None else criteria.acquisition_eur
    return [
        *_lines(rules.land, rules.jurisdiction, land, "m2"),
        *_lines(rules.money, rules.jurisdiction, money, problem.prices.currency),
    ]


def stated_lines(problem: Problem) -> list[LedgerLine]:
    """Return the ledgers and purses of a horizon as the scenario states them, nothing used yet.

    A purse counts what it holds at the start and all its grants.
    """
    horizon, rules = problem.horizon, problem.rules
    if horizon is None:
        return []
    land, purses = horizon.land, horizon.purses
    books = (
        Ledgers(land.name, land.metric, land.source, land.covers, land.budget_m2),
        Ledgers(
            purses.name,
            ("opening and grants",) * purses.count,
            purses.source,
            purses.covers,
            purses.opening_eur + purses.grant_eur.sum(axis=1),
        ),
    )
    units = ("m2", problem.prices.currency)
    return [
        line
        for book, unit in zip(books, units, strict=True)
        for line in _lines(book, rules.jurisdiction, {}, unit)
    ]


def _lines(
    ledgers: Ledgers, names: tuple[str, ...], used: dict[str, float], unit: str
) -> list[LedgerLine]:
    lines = []
    for b in range(ledgers.count):
        covered = [name for g, name in enumerate(names) if ledgers.covers[b, g]]
        lines.append(
            LedgerLine(
                name=ledgers.name[b],
                metric=ledgers.metric[b],
                unit=unit,
                covers="the whole area" if len(covered) == len(names) else ", ".join(covered),
                budget=float(ledgers.budget[b]),
                used=float(sum(used.get(name, 0.0) for name in covered)),
                source=ledgers.source[b],
            )
        )
    return lines


def is_new(problem: Problem, option: int) -> bool:
    """Return whether an option would be built (existing ones cost no land and no purchase)."""
    return int(problem.options.status[option]) != OptionStatus.EXISTING


def purchase_eur(problem: Problem, option: int) -> int:
    """Return what the plan pays for the land of an option, whole euros."""
    j, d = problem.options.site[option], problem.options.design[option]
    price = land_price_eur_m2(problem, int(j), int(d)) if is_new(problem, option) else 0
    return int(problem.designs.footprint_m2[d]) * price


def consumed_m2(problem: Problem, option: int) -> int:
    """Return the soil that an option would consume, m2 (0 on soil that is built on already)."""
    j, d = problem.options.site[option], problem.options.design[option]
    natural = int(problem.sites.land_status[j]) != LandStatus.ARTIFICIALISED
    footprint = int(problem.designs.footprint_m2[d])
    if not natural or footprint == 0 or not is_new(problem, option):
        return 0
    by_parcel = problem.rules.land_basis == LandBasis.PARCEL
    return int(problem.sites.parcel_m2[j]) if by_parcel else footprint


def open_order(problem: Problem, plan: Plan, figures: PlanFigures) -> list[int]:
    """Return the open options by kind, the busiest first: their rank is their number on the map."""
    opened = np.flatnonzero(plan.open_option)
    kind = problem.designs.kind[problem.options.design[opened]]
    keys = (opened, -figures.let_m2[opened], -figures.parcels_per_day[opened], kind)
    return [int(option) for option in opened[np.lexsort(keys)]]


def tag(kind: int, rank: int) -> str:
    """Return the name of a facility on the map: hubs have letters, the others numbers."""
    return letters(rank) if kind == Kind.MICRO_HUB else str(rank + 1)


def letters(rank: int) -> str:
    """Return A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    text = ""
    rank += 1
    while rank:
        rank, digit = divmod(rank - 1, 26)
        text = chr(65 + digit) + text
    return text
