"""Rule 7, money: every purse pays for the purchases and buildings that it covers, in whole EUR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import Tenure
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check the purses."""
    purses, spent = case.problem.rules.money, acquisition_eur(case)
    for b, name in enumerate(purses.name):
        total = sum(eur for g, eur in enumerate(spent) if purses.covers[b, g])
        budget = int(purses.budget[b])
        if total > budget:
            words = f"{total} {case.problem.prices.currency} are spent out of {budget}"
            yield Violation("money", f"purse {name}", words)


def purchase_eur(case: Case, option: int) -> int:
    """Return what the land of an option costs to buy; 0 if it is leased or exists already."""
    d = case.design(option)
    if not case.is_new(option) or case.problem.designs.tenure[d] != Tenure.BUY:
        return 0
    price = int(case.problem.sites.price_eur_m2[case.site(option)])
    return int(case.problem.designs.footprint_m2[d]) * price


def build_eur(case: Case, option: int) -> int:
    """Return what an option costs to build; 0 if it exists already."""
    return int(case.problem.designs.build_eur[case.design(option)]) if case.is_new(option) else 0


def acquisition_eur(case: Case) -> list[int]:
    """Return purchases and buildings, by jurisdiction."""
    spent = [0] * len(case.problem.rules.jurisdiction)
    for option in case.opened:
        jurisdiction = int(case.problem.sites.jurisdiction[case.site(option)])
        spent[jurisdiction] += purchase_eur(case, option) + build_eur(case, option)
    return spent
