"""Land budgets over years: amounts from the past, guarantees of jurisdictions, pooling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.horizon import CONSUMPTION, LandLedgers
from optimizer.core.problem import AuditLine
from optimizer.scenario.rules import ENAF

if TYPE_CHECKING:
    from optimizer.core.horizon import Periods
    from optimizer.scenario.rules import LandBudget, RulesBlock


@dataclass(frozen=True)
class _Entry:
    """One ledger: a budget of the scenario, or the part of it that one jurisdiction has."""

    name: str
    block: LandBudget
    jurisdictions: tuple[str, ...]
    budget_m2: int
    words: str


def build_land_ledgers(
    rules: RulesBlock, jurisdictions: tuple[str, ...], periods: Periods
) -> tuple[LandLedgers, tuple[AuditLine, ...]]:
    """Return the land ledgers of a scenario with a horizon, and what was applied for each.

    A budget with a guarantee that is not pooled becomes one ledger per jurisdiction: an equal part
    of the budget, or the guarantee where that is more. Pooled, it stays one ledger: the budget, or
    the sum of the guarantees where that is more.
    """
    entries = [entry for block in rules.land for entry in _entries(block, jurisdictions)]
    begin = int(periods.first_year[0])
    end = int(periods.first_year[-1] + periods.years[-1]) - 1
    blocks = [entry.block for entry in entries]
    ledgers = LandLedgers(
        name=tuple(entry.name for entry in entries),
        metric=tuple(CONSUMPTION if block.metric == ENAF else block.metric for block in blocks),
        basis=tuple(block.basis or rules.land_basis for block in blocks),
        temporary=tuple(block.temporary for block in blocks),
        source=tuple(block.source for block in blocks),
        covers=np.array(
            [[name in entry.jurisdictions for name in jurisdictions] for entry in entries],
            dtype=bool,
        ).reshape(len(entries), len(jurisdictions)),
        budget_m2=np.array([entry.budget_m2 for entry in entries], dtype=np.int64),
        first_year=np.array([_or(block.first_year, begin) for block in blocks], dtype=np.int32),
        last_year=np.array([_or(block.last_year, end) for block in blocks], dtype=np.int32),
    )
    audit = tuple(
        AuditLine("land", f"land ledger {entry.name!r}", entry.budget_m2, "m2", entry.words)
        for entry in entries
    )
    return ledgers, audit


def _entries(block: LandBudget, jurisdictions: tuple[str, ...]) -> list[_Entry]:
    covered = tuple(
        name for name in jurisdictions if not block.jurisdictions or name in block.jurisdictions
    )
    amount, words = _amount(block)
    guarantee, count = block.guarantee_m2, len(covered)
    if guarantee is None:
        return [_Entry(block.name, block, covered, amount, words)]
    if block.pooled:
        total = guarantee * count
        more = f"{words}; pooled guarantees of {count} jurisdictions: {total} m2"
        return [_Entry(block.name, block, covered, max(amount, total), _higher(more))]
    part = amount // count if count else 0
    shared = f", shared by {count}: {part} m2" if count > 1 else ""
    more = f"{words}{shared}; guarantee {guarantee} m2"
    return [
        _Entry(_own(block.name, name, count), block, (name,), max(part, guarantee), _higher(more))
        for name in covered
    ]


def _amount(block: LandBudget) -> tuple[int, str]:
    """Return the budget in whole m2 and how it came about."""
    if block.past is None:
        amount = block.budget_m2 or 0
        return amount, f"budget {amount} m2"
    share = Fraction(str(block.past.share))  # as it was written, so that 0.29 of 100 is 29
    amount = math.floor(block.past.consumed_m2 * share)
    return amount, f"{block.past.share:g} of {block.past.consumed_m2} m2 before: {amount} m2"


def _own(name: str, jurisdiction: str, count: int) -> str:
    return name if count == 1 else f"{name}, {jurisdiction}"


def _higher(words: str) -> str:
    return f"{words}; the higher one counts"


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
