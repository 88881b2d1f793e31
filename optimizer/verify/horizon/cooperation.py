"""Cooperation: budgets pass between ledgers of different members, and nothing is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from optimizer.verify.horizon.case import Years

NOBODY = -1


def check(years: Years) -> Iterator[Violation]:
    """Check transfers of land by metric, basis and years, then those of money by period."""
    ledgers, cooperation = years.horizon.land, years.horizon.cooperation
    trades_land = cooperation is not None and cooperation.trades_land
    trades_money = cooperation is not None and cooperation.trades_money
    owner = owners(years, ledgers.covers)
    groups: dict[tuple[str, str, int, int], list[int]] = {}
    for b in range(ledgers.count):
        span = int(ledgers.first_year[b]), int(ledgers.last_year[b])
        groups.setdefault((ledgers.metric[b], ledgers.basis[b], *span), []).append(b)
    for rows in groups.values():
        given = {b: int(years.programme.land_transfer_m2[b]) for b in rows}
        for words in _faults(given, owner, "m2", trades=trades_land):
            names = ", ".join(ledgers.name[b] for b in rows if given[b])
            yield Violation("cooperation", f"land ledgers {names}", words)
    purses, unit = years.horizon.purses, years.problem.prices.currency
    owner = owners(years, purses.covers)
    for t in range(years.count):
        given = {b: int(years.programme.purse_transfer_eur[b, t]) for b in range(purses.count)}
        for words in _faults(given, owner, unit, trades=trades_money):
            names = ", ".join(purses.name[b] for b in given if given[b])
            yield Violation("cooperation", f"purses {names}, {years.when(t)}", words)


def owners(years: Years, covers: NDArray[np.bool_]) -> list[int]:
    """Return the member that holds all jurisdictions of each ledger, or NOBODY."""
    cooperation = years.horizon.cooperation
    found = []
    for row in covers:
        mine = NOBODY
        for c, held in enumerate(() if cooperation is None else cooperation.covers):
            if row.any() and not (row & ~held).any():
                mine = c
        found.append(mine)
    return found


def _faults(given: dict[int, int], owner: list[int], unit: str, *, trades: bool) -> Iterator[str]:
    """Yield what is wrong with the transfers of a group: ledger -> amount received."""
    moved = {b: amount for b, amount in given.items() if amount}
    if not moved:
        return
    if not trades:
        yield f"{_received(moved)} {unit} are transferred, but the partners do not trade them"
        return
    if any(owner[b] == NOBODY for b in moved):
        yield "a ledger that belongs to no single partner takes part in a transfer"
    if sum(moved.values()) != 0:
        yield f"transfers add up to {sum(moved.values())} {unit} and not to 0"
        return
    for member in {owner[b] for b in moved}:
        own = {b: amount for b, amount in moved.items() if owner[b] == member}
        others = -sum(amount for b, amount in moved.items() if amount < 0 and b not in own)
        if _received(own) > others:
            words = f"a partner receives {_received(own)} {unit}, the others give {others}"
            yield f"{words}: the rest passes between its own ledgers"


def _received(amounts: dict[int, int]) -> int:
    return sum(amount for amount in amounts.values() if amount > 0)
