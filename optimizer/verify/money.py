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
    """Return what an option's land costs at once: its price, or the premium of a long lease.

    0 if it is leased by the year or exists already.
    """
    d, sites = case.design(option), case.problem.sites
    price = {Tenure.BUY: sites.price_eur_m2, Tenure.LONG_LEASE: sites.long_lease_eur_m2}
    tenure = Tenure(case.problem.designs.tenure[d])
    if not case.is_new(option) or tenure not in price:
        return 0
    return int(case.problem.designs.footprint_m2[d]) * int(price[tenure][case.site(option)])


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
