"""Where searches start: which hotels, with whom, and a first set of hubs and delivery points.

An integer programme picks one combination per site at the prices of the bound. It is asked once
for every plausible number of hotels, because each leaves another purse; the tenants of the chosen
hotels are then packed one hotel after the other, or, where that fails, together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.siting.bounding import bare_worth, with_tenants
from optimizer.siting.criteria import objective_of
from optimizer.siting.flows import Flows, plan_of
from optimizer.siting.hotels import pack, pack_in_turn
from optimizer.siting.knapsack import choose
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.stacking.period_search import tenants_of_open_hotels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.siting.bounding import Bounding, Leaf
    from optimizer.siting.hotels import Effort
    from optimizer.siting.knapsack import Choices

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Tenants = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]

HOTELS_AROUND = 3
SPREAD = 0.003  # of their fixed cost, by which hubs differ by chance from start to start
START_MOVES = 300_000  # of tenants in the hotels of a start


class Start(NamedTuple):
    """Hub, hotel and delivery point per site (option or -1), and the tenants.

    hotel_value : tenants less the fixed cost of the hotels, EUR per year. annex_level : units of
    annexes (a,).
    """

    hub: Ints
    hotel: Ints
    point: Ints
    tenant_option: Ints
    tenant_level: Ints
    hotel_value: float
    annex_level: Ints


def plan_start(bounding: Bounding, plan: Plan) -> Start:
    """Return what a plan opens as a start."""
    data, city = bounding.data, bounding.city
    parts = {}
    for kind in Kind:
        part = np.full(city.site_count, -1, dtype=np.int64)
        mine = np.flatnonzero(plan.open_option & (data.kind == kind))
        part[data.site[mine]] = mine
        parts[kind] = part
    hotel = np.flatnonzero(plan.open_option & (data.kind == Kind.PRODUCTIVE_HOTEL))
    firm = np.flatnonzero(plan.tenant_option >= 0)
    earned = data.tenant_eur[firm, data.design[plan.tenant_option[firm]]].sum()
    value = float(earned - data.fixed_eur[hotel].sum())
    annexes = np.zeros(0, dtype=np.int64)
    if plan.interiors is not None:
        annexes = plan.interiors.annex_level.astype(np.int64)
        value = hotels_value(bounding, plan)
    return Start(
        parts[Kind.MICRO_HUB],
        parts[Kind.PRODUCTIVE_HOTEL],
        parts[Kind.DELIVERY_POINT],
        plan.tenant_option.astype(np.int64),
        plan.tenant_level.astype(np.int64),
        value,
        annexes,
    )


def hotels_value(bounding: Bounding, plan: Plan) -> float:
    """Return what the hotels of a plan are worth with all that is in them, EUR per year."""
    data = bounding.data
    hotels = plan.open_option & (data.kind == Kind.PRODUCTIVE_HOTEL)
    flows = _no_flows()
    tenants = plan.tenant_option, plan.tenant_level
    alone = plan_of(data, hotels, flows, *tenants, plan.interiors)
    return data.constant_eur - objective_of(data, alone)


def _no_flows() -> Flows:
    nothing = np.zeros(0, dtype=np.int64)
    return Flows(nothing, nothing, np.zeros(0), nothing, nothing, np.zeros(0), 0.0)


def first_start(
    bounding: Bounding, leaf: Leaf, whole: Floats, efforts: tuple[Effort, Effort]
) -> Start | None:
    """Return the best choice of the knapsack alone; efforts: knapsack, packing."""
    found = choose(leaf.city, whole, efforts[0])
    if found is None or not len(found.chosen):
        return None
    return read_start(bounding, leaf, found, efforts[1])


def other_start(bounding: Bounding, start: Start, effort: Effort, seed: int) -> Start | None:
    """Return a start with the same hotels, hubs inside and tenants, and other hubs and points.

    They are the best by a knapsack at the present prices, in the most promising box that knows one;
    each hub is worth a little more or less than that by chance (`SPREAD`).
    """
    luck = np.random.default_rng(seed).normal(size=bounding.data.option_count)
    for leaf in sorted(bounding.leaves, key=lambda leaf: -leaf.saving):
        city, combos = leaf.city, leaf.city.combos
        bare, hotel = bare_worth(bounding, leaf)
        worth = with_tenants(leaf, bare, hotel, hotel[:-1])
        own = start.hotel[combos.site]
        same = (combos.hotel == own) & ((own < 0) | (combos.hub == start.hub[combos.site]))
        worth = np.where(same, worth, -np.inf)
        chance = np.append(SPREAD * luck * city.choice.fixed, 0.0)[combos.hub]
        top = np.maximum.reduceat(worth, combos.start[:-1])
        found = choose(city, worth + chance, effort) if np.all(np.isfinite(top)) else None
        if found is None or not len(found.chosen):
            continue
        hub, point = start.hub.copy(), start.point.copy()
        hub[combos.site[found.chosen]] = combos.hub[found.chosen]
        point[combos.site[found.chosen]] = combos.point[found.chosen]
        return start._replace(hub=hub, point=point)
    return None


def purse_splits(
    bounding: Bounding,
    leaf: Leaf,
    whole: Floats,
    slack: float,
    efforts: tuple[Effort, Effort],
    *,
    swapped: bool = False,
) -> Iterator[Start]:
    """Yield starts for the best number of hotels and its neighbours.

    whole : worth of combinations with their tenants. slack : what makes no sense to lose. swapped :
    also one with hubs inside the hotels that have none, and the other way round.
    """
    effort = efforts[0]
    first = choose(leaf.city, whole, effort)
    if first is None or not len(first.chosen):
        return
    found = [first]
    middle = int(np.sum(leaf.city.combos.hotel[first.chosen] >= 0))
    for way in (1, -1):
        for far in range(
            1, HOTELS_AROUND + 1 if leaf.city.types and not np.array_equal(*leaf.box[1:]) else 1
        ):
            number = middle + way * far
            other = None
            if number >= 0:
                other = choose(leaf.city, whole, effort, (number, number))
            if other is None or other.value < first.value - slack:
                break
            found.append(other)
    if swapped:
        other = choose(leaf.city, _others_inside(bounding, leaf, whole, first), effort)
        if other is not None and other.value >= first.value - slack:
            found.append(other)
    for item in found:
        start = read_start(bounding, leaf, item, efforts[1])
        if start is not None:
            yield start


def _others_inside(bounding: Bounding, leaf: Leaf, whole: Floats, found: Choices) -> Floats:
    """Return worths that keep the hotels of a choice, with a hub inside where it has none, or none.

    Hotels that can only be as they are stay so.
    """
    combos, data = leaf.city.combos, bounding.data
    inside = (combos.hub >= 0) & (np.append(data.inside_m2, 0)[combos.hub] > 0)
    worth = whole.copy()
    for chosen in found.chosen[combos.hotel[found.chosen] >= 0].tolist():
        site = combos.site[chosen]
        mine = np.arange(combos.start[site], combos.start[site + 1])
        other = (combos.hotel[mine] == combos.hotel[chosen]) & (inside[mine] != inside[chosen])
        if np.any(other & np.isfinite(whole[mine])):
            worth[mine[~other]] = -np.inf
    return worth


def read_start(bounding: Bounding, leaf: Leaf, found: Choices, effort: Effort) -> Start | None:
    """Turn a choice into a start; the tenants of its hotels are packed too."""
    city, combos = leaf.city, leaf.city.combos
    hub, hotel, point = (np.full(city.site_count, -1, dtype=np.int64) for _ in range(3))
    hub[combos.site[found.chosen]] = combos.hub[found.chosen]
    hotel[combos.site[found.chosen]] = combos.hotel[found.chosen]
    point[combos.site[found.chosen]] = combos.point[found.chosen]
    mine = found.chosen[combos.hotel[found.chosen] >= 0]
    nobody = np.full(bounding.problem.tenants.count, -1, dtype=np.int64)
    if bounding.problem.hotels is not None:
        return filled_start(bounding, (hub, hotel, point))
    no_annex = np.zeros(0, dtype=np.int64)
    if not len(mine):
        return Start(hub, hotel, point, nobody, nobody, 0.0, no_annex)
    options = combos.hotel[mine]
    kinds = [city.types[kind] for kind in combos.type[mine]]
    joint = pack_in_turn(bounding.problem, bounding.data, kinds, leaf.ascent.best.tenant, effort)
    if joint is None and len(kinds) > 1:
        longer = effort if effort.time_s is None else effort._replace(time_s=2.0 * effort.time_s)
        joint = pack(bounding.problem, bounding.data, kinds, np.zeros(len(nobody)), longer)
    if joint is None or not np.isfinite(joint.value):
        return None
    tenant_option = np.where(joint.hotel >= 0, options[joint.hotel], -1)
    fixed = float(np.sum(city.choice.fixed[options]))
    return Start(hub, hotel, point, tenant_option, joint.level, joint.value - fixed, no_annex)


def filled_start(
    bounding: Bounding, opened: tuple[Ints, Ints, Ints], moves: int = START_MOVES
) -> Start | None:
    """Return a start with tenants by a short search; None where it finds none that keep all.

    moves : see `tenants_of_open_hotels`.
    """
    problem, data = bounding.problem, bounding.data
    option = np.concatenate([part[part >= 0] for part in opened])
    mine = np.zeros(data.option_count, dtype=bool)
    mine[option] = True
    nobody = np.full(problem.tenants.count, -1, dtype=np.int32)
    annexes = 0 if problem.hotels is None else problem.hotels.annexes.count
    found: Tenants | None = nobody, nobody, np.full(annexes, -1, dtype=np.int32)
    if problem.tenants.count:
        found = tenants_of_open_hotels(problem, data, mine, minima=True, moves=moves)
    if found is None:
        return None
    flows = _no_flows()
    interiors = interiors_of(problem, data, mine, *found)
    plan = plan_of(data, mine, flows, found[0], found[1], interiors)
    return plan_start(bounding, plan)


def repacked(bounding: Bounding, price: Floats, start: Start, effort: Effort) -> Start:
    """Return the start with better tenants in the same hotels, where some are found.

    price : what tenants are worth elsewhere, EUR per year.
    """
    combos = bounding.city.combos
    options, kinds = start.hotel[start.hotel >= 0], []
    for site, option in zip(np.flatnonzero(start.hotel >= 0), options, strict=True):
        same = np.flatnonzero((combos.hotel == option) & (combos.hub == start.hub[site]))
        if not len(same):
            return start
        kinds.append(bounding.city.types[combos.type[same[0]]])
    found = pack_in_turn(bounding.problem, bounding.data, kinds, price, effort) if kinds else None
    if found is None:
        return start
    value = found.value - float(np.sum(bounding.city.choice.fixed[options]))
    if value <= start.hotel_value:
        return start
    tenant_option = np.where(found.hotel >= 0, options[found.hotel], -1)
    return start._replace(tenant_option=tenant_option, tenant_level=found.level, hotel_value=value)
