"""The rules of a scenario, numbered by jurisdiction."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.rules import Ledgers, Quotas, Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.scenario.horizon import MemberBlock
    from optimizer.scenario.hotels import JobsRule, MixRule
    from optimizer.scenario.rules import LandBudget, Purse, Quota, RenaturationBlock, UseBlock
    from optimizer.scenario.schema import Scenario

    _Covering = LandBudget | Purse | MemberBlock | MixRule | JobsRule


def build_rules(scenario: Scenario, jurisdictions: tuple[str, ...]) -> Rules:
    """Return the limits that every plan keeps; with a horizon, its ledgers and purses hold.

    Raises
    ------
    Refusal
        F501 for every rule that names an unknown jurisdiction.
    """
    _check_names(scenario, jurisdictions)
    rules, channels, demand = scenario.rules, scenario.channels, scenario.demand
    over_years = scenario.horizon is not None
    land, purses = ((), ()) if over_years else (rules.land, rules.purses)
    return Rules(
        jurisdiction=jurisdictions,
        land=_ledgers(land, jurisdictions, [item.metric for item in land], "budget_m2"),
        land_basis=rules.land_basis,
        money=_ledgers(purses, jurisdictions, [scenario.currency] * len(purses), "budget_eur"),
        quotas=_quotas(scenario, jurisdictions),
        bike_limit_s=round(channels.bike_limit_min * 60),
        walk_limit_s=round(channels.walk_limit_min * 60),
        acceptance_walk_s=np.array([point.walk_min * 60 for point in channels.acceptance]),
        acceptance_share=np.array([float(point.share) for point in channels.acceptance]),
        pickup_choice=channels.pickup_choice,
        peak_day_factor=float(demand.peak_day_factor),
        delivery_days_per_year=demand.delivery_days_per_year,
    )


def _ledgers(
    budgets: Sequence[LandBudget] | Sequence[Purse],
    jurisdictions: tuple[str, ...],
    metrics: list[str],
    amount: str,
) -> Ledgers:
    covers: NDArray[np.bool_] = np.array(
        [
            [not item.jurisdictions or name in item.jurisdictions for name in jurisdictions]
            for item in budgets
        ],
        dtype=bool,
    ).reshape(len(budgets), len(jurisdictions))
    return Ledgers(
        name=tuple(item.name for item in budgets),
        metric=tuple(metrics),
        source=tuple(item.source for item in budgets),
        covers=covers,
        budget=np.array([getattr(item, amount) for item in budgets], dtype=np.int64),
    )


def _quotas(scenario: Scenario, jurisdictions: tuple[str, ...]) -> Quotas:
    quotas = scenario.rules.quotas
    return Quotas(
        name=tuple(
            f"{item.kind.replace('_', ' ')}s in {item.jurisdiction or 'the whole area'}"
            for item in quotas
        ),
        jurisdiction=np.array(
            [
                -1 if item.jurisdiction is None else jurisdictions.index(item.jurisdiction)
                for item in quotas
            ],
            dtype=np.int32,
        ),
        kind=np.array([Kind[item.kind.upper()] for item in quotas], dtype=np.int8),
        at_least=np.array([item.at_least for item in quotas], dtype=np.int32),
        at_most=np.array(
            [-1 if item.at_most is None else item.at_most for item in quotas], dtype=np.int32
        ),
    )


def _check_names(scenario: Scenario, jurisdictions: tuple[str, ...]) -> None:
    faults = []
    for place, name in _named(scenario):
        if name in jurisdictions:
            continue
        near = difflib.get_close_matches(name, jurisdictions, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(jurisdictions)}"
        faults.append(Fault(place, "F501", f"no jurisdiction is called {name!r}", hint))
    if faults:
        raise Refusal(*faults)


def _named(scenario: Scenario) -> list[tuple[str, str]]:
    """Return where the scenario names a jurisdiction, and which."""
    rules = scenario.rules
    members = () if scenario.cooperation is None else scenario.cooperation.members
    groups: tuple[tuple[str, tuple[_Covering, ...]], ...] = (
        ("rules.land", rules.land),
        ("rules.purses", rules.purses),
        ("rules.mix", rules.mix),
        ("rules.jobs", rules.jobs),
        ("cooperation.members", members),
    )
    single: tuple[tuple[str, tuple[Quota | RenaturationBlock | UseBlock, ...]], ...] = (
        ("rules.quotas", rules.quotas),
        ("rules.renaturation", rules.renaturation),
        ("rules.uses", rules.uses),
    )
    return [
        (f"{path}.{rank}.jurisdictions", name)
        for path, items in groups
        for rank, item in enumerate(items)
        for name in item.jurisdictions
    ] + [
        (f"{path}.{rank}.jurisdiction", item.jurisdiction)
        for path, items in single
        for rank, item in enumerate(items)
        if item.jurisdiction is not None
    ]
