"""What rules of land, money and time must hold beyond types: a horizon, order, references.

Codes
-----
F132 a rule of years without `horizon:`. F133 years out of order: periods that do not follow each
other, a last year before the first, two changes of a zone in one year. F134 a land budget that is
not clear: amount, metric, guarantee. F135 a rule of time or money that cannot hold: rent stages,
debts, uses, premises, pavilions. F136 a jurisdiction in several members of a cooperation.
F125 and F126 as in `checks`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from optimizer.core.horizon import CONSUMPTION, LOGISTICS, NET, PRODUCTION
from optimizer.core.kinds import Kind
from optimizer.core.refusal import Fault
from optimizer.scenario.design_checks import all_designs, design_ids, variants
from optimizer.scenario.naming import repeated, twice, unknown
from optimizer.scenario.rules import ENAF
from optimizer.scenario.tree import Node, get, items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

METRICS = (CONSUMPTION, NET)
BY_DESIGNS = (PRODUCTION, LOGISTICS)
BLOCKS_OF_YEARS = ("firms", "pavilions", "cooperation")
RULES_OF_YEARS = ("renaturation", "rent_stages", "uses")
KEYS_OF_YEARS = {
    ("rules", "land"): (
        "basis",
        "temporary",
        "first_year",
        "last_year",
        "past",
        "guarantee_m2",
        "pooled",
    ),
    ("rules", "purses"): (
        "grants",
        "borrow_max_eur",
        "interest_rate",
        "debt_end_max_eur",
        "gamma",
        "pays_running",
        "gets_rents",
        "subsidy_max_eur_year",
    ),
    ("rules", "quotas"): ("first_year",),
    ("land", "zones"): ("clean_up_eur_m2", "clean_up_deviation_share", "clean_up_years"),
}
DESIGN_KEYS = ("minimum_stay_years", "build_years", "closing_share", "resale_share")


def horizon_faults(root: Node) -> Iterator[Fault]:
    """Yield the faults of the rules of land, money and time."""
    if get(root, "horizon") is None:
        yield from _without_horizon(root)
    else:
        yield from _metrics_are_known(root)
    yield from _periods_follow_each_other(root)
    yield from _zones_change_clearly(root)
    yield from _land_budgets_are_clear(root)
    yield from _purses_can_hold(root)
    yield from _rents_rise_with_age(root)
    yield from _uses_can_hold(root)
    yield from _premises_can_be_reached(root)
    yield from _pavilions_can_move(root)
    yield from _members_are_apart(root)
    yield from twice("renaturation", "id", items(root, "rules", "renaturation"))


def _without_horizon(root: Node) -> Iterator[Fault]:
    stated = [get(root, key) for key in BLOCKS_OF_YEARS]
    stated += [get(root, "rules", key) for key in RULES_OF_YEARS]
    stated.append(get(root, "land", "prices", "deviation_share"))
    for path, keys in KEYS_OF_YEARS.items():
        stated += [get(block, key) for block in items(root, *path) for key in keys]
    stated += [get(design, key) for design in all_designs(root) for key in DESIGN_KEYS]
    for node in stated:
        if node is not None and node.content not in (0, [], "counts"):
            cause = "this is a rule over years, and the scenario has no horizon"
            yield Fault(node.key_place, "F132", cause, "add `horizon:` (one period is enough)")


def _metrics_are_known(root: Node) -> Iterator[Fault]:
    for budget in items(root, "rules", "land"):
        metric = get(budget, "metric")
        word = text(budget, "metric")
        if metric is not None and word is not None and word not in (*METRICS, ENAF):
            cause = f"metric is {word[:80]!r}"
            yield Fault(metric.place, "F134", cause, f"over years choose {' or '.join(METRICS)}")


def _periods_follow_each_other(root: Node) -> Iterator[Fault]:
    periods = list(items(root, "horizon", "periods"))
    yield from twice("period", "name", periods)
    for before, after in pairwise(periods):
        first, years = number(before, "first_year"), number(before, "years")
        begins = number(after, "first_year")
        if first is None or years is None or begins is None or first + years == begins:
            continue
        cause = f"this period begins in {begins:g}, the one before ends with {first + years - 1:g}"
        yield Fault(after.place, "F133", cause, f"let it begin in {first + years:g}")


def _zones_change_clearly(root: Node) -> Iterator[Fault]:
    zones = {name for zone in items(root, "land", "zones") if (name := text(zone, "zone"))}
    permitted = {*design_ids(root), *(kind.key for kind in Kind)}
    first: dict[tuple[str, float], str] = {}
    for change in items(root, "horizon", "zoning_changes"):
        zone, year = text(change, "zone"), number(change, "from_year")
        yield from unknown("unknown zone", get(change, "zone"), zones)
        for node in items(change, "permits"):
            yield from unknown(f"zone {zone!r} permits unknown", node, permitted)
        if zone is None or year is None:
            continue
        if (zone, year) in first:
            cause = f"zone {zone!r} changes in {year:g} already at {first[zone, year]}"
            yield Fault(change.place, "F133", cause, "keep one of the two changes")
        first.setdefault((zone, year), change.place)


def _land_budgets_are_clear(root: Node) -> Iterator[Fault]:
    for budget in items(root, "rules", "land"):
        if not isinstance(budget.content, dict):
            continue
        first, last = number(budget, "first_year"), number(budget, "last_year")
        if first is not None and last is not None and last < first:
            cause = f"the budget ends in {last:g}, before it begins in {first:g}"
            yield Fault(budget.place, "F133", cause, "let last_year be first_year or later")
        given = [key for key in ("budget_m2", "past") if get(budget, key) is not None]
        if len(given) != 1:
            cause = "the budget has two amounts" if given else "the budget has no amount"
            yield Fault(budget.place, "F134", cause, "give either budget_m2 or past")
        pooled = get(budget, "pooled")
        if pooled is not None and pooled.content is True and get(budget, "guarantee_m2") is None:
            cause = "there is no guarantee to pool"
            yield Fault(pooled.place, "F134", cause, "give guarantee_m2, or take pooled out")


def _purses_can_hold(root: Node) -> Iterator[Fault]:
    periods = {
        name for period in items(root, "horizon", "periods") if (name := text(period, "name"))
    }
    for purse in items(root, "rules", "purses"):
        for grant in items(purse, "grants"):
            yield from unknown("a grant comes in unknown period", get(grant, "period"), periods)
        most, end = number(purse, "borrow_max_eur") or 0.0, number(purse, "debt_end_max_eur") or 0.0
        node = get(purse, "debt_end_max_eur")
        if node is not None and end > most:
            cause = f"debt_end_max_eur {end:g} is more than may be borrowed at all ({most:g})"
            yield Fault(node.place, "F135", cause, "lower it, or raise borrow_max_eur")


def _rents_rise_with_age(root: Node) -> Iterator[Fault]:
    for before, after in pairwise(items(root, "rules", "rent_stages")):
        age = number(before, "until_age"), number(after, "until_age")
        share = number(before, "share"), number(after, "share")
        if age[0] is not None and age[1] is not None and age[0] >= age[1]:
            cause = f"the stage until {age[1]:g} years comes after the one until {age[0]:g}"
            yield Fault(after.place, "F135", cause, "sort by until_age, each age once")
        if share[0] is not None and share[1] is not None and share[0] > share[1]:
            cause = f"the rent falls with age, from {share[0]:g} to {share[1]:g} of it"
            yield Fault(after.place, "F135", cause, "let the share rise or stay")


def _uses_can_hold(root: Node) -> Iterator[Fault]:
    uses = list(items(root, "rules", "uses"))
    zones = {name for zone in items(root, "land", "zones") if (name := text(zone, "zone"))}
    names = ((get(use, "name"), _with_place(use)) for use in uses)
    yield from repeated("use", names)
    for use in uses:
        for node in items(use, "zones"):
            yield from unknown("unknown zone", node, zones)
        name, area = text(use, "name"), number(use, "area_min_m2") or 0.0
        listed = any(items(use, "zones"))
        extra = [key for key in ("zones", "eur_m2_year", "artificialises") if get(use, key)]
        if name in BY_DESIGNS and extra:
            cause = f"{name} is provided by designs, so that {extra[0]} says nothing"
            yield Fault(use.place, "F135", cause, f"take {' and '.join(extra)} out")
        elif name is not None and name not in BY_DESIGNS and area > 0 and not listed:
            cause = f"{name[:80]!r} needs {area:g} m2, and no zone takes it"
            yield Fault(use.place, "F135", cause, "name its zones")


def _with_place(use: Node) -> str | None:
    """Return what tells two minima apart: a use may have one in each jurisdiction."""
    name, where = text(use, "name"), text(use, "jurisdiction")
    return name if name is None or where is None else f"{name} in {where}"


def _premises_can_be_reached(root: Node) -> Iterator[Fault]:
    premises = get(root, "firms", "premises")
    if premises is not None and not number(root, "firms", "move_max_m"):
        cause = "firms may move 0 m, so that no premises are of use"
        yield Fault(premises.place, "F135", cause, "give firms.move_max_m")


def _pavilions_can_move(root: Node) -> Iterator[Fault]:
    designs = {text(block, "id"): block for block in all_designs(root)}
    known = {name: block for block in designs.values() for name in variants(block)}
    stocks = list(items(root, "pavilions"))
    yield from repeated("pavilion", (pair for stock in stocks for pair in _each(stock)))
    for stock in stocks:
        node, name = get(stock, "design"), text(stock, "design")
        if node is None or name is None:
            continue
        if name in designs and name not in known:
            cause = f"{name!r} can be held in several ways"
            action = f"name one of {', '.join(variants(designs[name]))}"
            yield Fault(node.place, "F126", cause, action)
        yield from unknown("unknown design", node, {*known, *map(str, designs)})
        if name not in known:
            continue
        movable = get(known[name], "dismantlable")
        if movable is None or movable.content is not True:
            cause = f"{name!r} cannot be dismantled, so that it cannot move"
            yield Fault(node.place, "F135", cause, "set dismantlable: true in the design")


def _each(stock: Node) -> Iterator[tuple[Node | None, str | None]]:
    """Yield the names of the pavilions of a stock."""
    name, count = text(stock, "id"), number(stock, "count")
    many = name is not None and count is not None and 1 < count <= 1000
    for rank in range(int(count) if many and count is not None else 1):
        yield get(stock, "id"), f"{name}-{rank + 1}" if many else name


def _members_are_apart(root: Node) -> Iterator[Fault]:
    members = list(items(root, "cooperation", "members"))
    yield from twice("member", "name", members)
    first: dict[str, str] = {}
    for member in members:
        for node in items(member, "jurisdictions"):
            name = node.content
            if not isinstance(name, str):
                continue
            if name in first:
                cause = f"{name[:80]!r} belongs to a member already at {first[name]}"
                yield Fault(node.place, "F136", cause, "let every jurisdiction have one member")
            first.setdefault(name, node.place)
