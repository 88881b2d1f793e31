"""From what a caller states to a `LocationProblem`; every fault of the input at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from optimizer.core.costs import CostLists, DenseCosts
from optimizer.core.location import LocationProblem, Sizes
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Limits
    from optimizer.core.location import Hubs


def make_problem(  # noqa: PLR0913 - one parameter per field, all but two with a default
    kind: str,
    cost: ArrayLike | Costs,
    *,
    weight: ArrayLike | None = None,
    demand: ArrayLike | None = None,
    fixed_cost: ArrayLike = 0.0,
    capacity: ArrayLike = np.inf,
    min_use: ArrayLike = 0.0,
    sizes: Sizes | None = None,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    at_least: int = 0,
    at_most: int | None = None,
    radius: float | None = None,
    share: float | None = None,
    fold: int = 1,
    rival: ArrayLike | None = None,
    hubs: Hubs | None = None,
    cutoff: float | None = None,
) -> LocationProblem:
    """Return the problem, checked.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`.
    weight : default 1 each. demand : default `weight`.
    fixed_cost, capacity, min_use : one size a site, scalars or shape (m,); or `sizes`.
    required, forbidden : sites. existing : required, and free of their fixed cost.
    cutoff : pairs that cost more are not allowed.

    Raises
    ------
    Refusal
        F701 shapes, F702 values, F703 site choices, F704 counts and parameters.
    """
    costs = _costs(cost, cutoff)
    customers, sites = costs.shape
    faults: list[Fault] = []
    weights = _vector("weight", 1.0 if weight is None else weight, customers, faults)
    demands = weights if demand is None else _vector("demand", demand, customers, faults)
    built = sizes
    if built is None:
        built = Sizes(
            np.arange(sites, dtype=np.int32),
            _vector("fixed_cost", fixed_cost, sites, faults, negative=True),
            _vector("capacity", capacity, sites, faults, infinite=True),
            _vector("min_use", min_use, sites, faults),
        )
    must = _mask("required", [*required, *existing], sites, faults)
    never = _mask("forbidden", forbidden, sites, faults)
    if np.any(must & never):
        named = ", ".join(map(str, np.flatnonzero(must & never)[:5]))
        faults.append(_fault("forbidden", "F703", f"sites {named} are required and forbidden"))
    _check_counts(at_least, at_most, share, radius, fold, faults)
    if rival is not None:
        rival = _vector("rival", rival, customers, faults, infinite=True)
    if faults:
        raise Refusal(*faults)
    if len(existing):
        free = np.isin(built.site, np.asarray(existing, dtype=np.int32))
        built = built.replace(fixed_cost=np.where(free, 0.0, built.fixed_cost))
    return LocationProblem(
        kind=kind,
        costs=costs,
        weight=weights,
        demand=demands,
        sizes=built,
        required=must,
        forbidden=never,
        at_least=at_least,
        at_most=at_most,
        radius=radius,
        share=share,
        fold=fold,
        rival=None if rival is None else np.asarray(rival, dtype=np.float64),
        hubs=hubs,
    )


def require_memory(needed_gb: float, limits: Limits) -> None:
    """Refuse to start what needs more memory than allowed.

    Raises
    ------
    Refusal
        F705.
    """
    if needed_gb > limits.memory_gb:
        cause = f"it needs {needed_gb:.1f} GB of {limits.memory_gb:g} GB"
        action = "raise limits.memory_gb, or merge customers and leave out sites"
        raise Refusal(Fault("limits.memory_gb", "F705", cause, action))


def transformed(cost: ArrayLike, *, power: float = 1.0, decay: float | None = None) -> DenseCosts:
    """Return costs as a function of travel: cost ** power, or exp(cost * decay) - 1.

    Linear is power 1. Both keep 0 at 0 and inf at inf, and grow with the cost, as ArcGIS's power
    and exponential impedances do.
    """
    table = np.asarray(cost, dtype=np.float64)
    return DenseCosts(np.expm1(table * decay) if decay is not None else table**power)


def _costs(cost: ArrayLike | Costs, cutoff: float | None) -> Costs:
    if hasattr(cost, "lists"):
        lists = cast("Costs", cost)
        return lists if cutoff is None else _cut(lists.lists(), cutoff)
    table = np.array(cost, dtype=np.float64)
    if table.ndim != 2:
        fault = _fault("cost", "F701", f"a table has two dimensions, this one has {table.ndim}")
        raise Refusal(fault)
    if np.isnan(table).any() or (table < 0).any():
        row, column = np.argwhere(np.isnan(table) | (table < 0))[0]
        cause = f"the cost of customer {row} at site {column} is {table[row, column]}"
        raise Refusal(_fault(f"cost[{row}, {column}]", "F702", cause))
    if cutoff is not None:
        table[table > cutoff] = np.inf
    return DenseCosts(table)


def _cut(lists: CostLists, cutoff: float) -> CostLists:
    kept = lists.cost <= cutoff
    count = np.bincount(lists.customer[kept], minlength=lists.shape[0])
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    beyond = np.where(lists.beyond > cutoff, np.inf, lists.beyond)
    return CostLists(start, lists.site[kept], lists.cost[kept], beyond, lists.site_count)


def _vector(
    name: str,
    values: ArrayLike,
    count: int,
    faults: list[Fault],
    *,
    infinite: bool = False,
    negative: bool = False,
) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    if given.ndim > 1 or (given.ndim == 1 and len(given) != count):
        faults.append(_fault(name, "F701", f"its shape is {given.shape}, not ({count},)"))
        return np.zeros(count)
    wide = np.array(np.broadcast_to(given, (count,)))
    sound = ~np.isnan(wide)
    if not infinite:
        sound &= np.isfinite(wide)
    if not negative:
        sound &= wide >= 0
    if not sound.all():
        rank = int(np.flatnonzero(~sound)[0])
        faults.append(_fault(f"{name}[{rank}]", "F702", f"its value is {wide[rank]}"))
    return wide


def _mask(name: str, chosen: Sequence[int], sites: int, faults: list[Fault]) -> NDArray[np.bool_]:
    mask = np.zeros(sites, dtype=bool)
    for site in chosen:
        if 0 <= site < sites:
            mask[site] = True
        else:
            faults.append(_fault(name, "F703", f"there is no site {site} among {sites}"))
    return mask


def _check_counts(
    at_least: int,
    at_most: int | None,
    share: float | None,
    radius: float | None,
    fold: int,
    faults: list[Fault],
) -> None:
    if at_least < 0 or (at_most is not None and at_most < 0) or fold < 1:
        faults.append(_fault("at_least, at_most, fold", "F704", "a count is too small"))
    if share is not None and not 0 <= share <= 1:
        faults.append(_fault("share", "F704", f"{share} is not within 0 and 1"))
    if radius is not None and not radius >= 0:
        faults.append(_fault("radius", "F704", f"{radius} is not a distance"))


def _fault(place: str, code: str, cause: str) -> Fault:
    actions = {
        "F701": "give one value for each row (customer) or column (site) of the cost table",
        "F702": "give finite numbers from 0 up; inf in the cost table marks a pair not allowed",
        "F703": "number sites from 0 in the order of the columns, each required or forbidden",
        "F704": "give counts from 0 up, shares within 0 and 1, distances from 0 up",
    }
    return Fault(place, code, cause, actions[code])
