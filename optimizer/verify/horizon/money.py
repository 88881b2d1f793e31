"""Money: every purse, period by period, in whole EUR; debt and reserve stay within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation
from optimizer.verify.horizon.cash import entries, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


def check(years: Years) -> Iterator[Violation]:
    """Check that debt and reserve together stay within what may be borrowed."""
    purses, unit = years.horizon.purses, years.problem.prices.currency
    happened = entries(years)
    for b, name in enumerate(purses.name):
        _, positions = lines(years, b, happened)
        for t, position in enumerate(positions):
            reserve = reserve_eur(years, b, t)
            limits = {"": int(purses.borrow_max_eur[b])}
            if t == years.count - 1:
                limits[" at the end"] = int(purses.debt_end_max_eur[b])
            for when, most in limits.items():
                if reserve - position > most:
                    held = f"debt of {-position}" if position <= 0 else f"balance of {position}"
                    words = (
                        f"with a {held} {unit} and a reserve of {reserve} {unit} it needs "
                        f"{reserve - position} {unit} of credit, at most {most} {unit}{when}"
                    )
                    yield Violation("money", f"purse {name}, {years.when(t)}", words)


def reserve_eur(years: Years, purse: int, period: int) -> int:
    """Return what a purse keeps against its `gamma` sites that could turn out dearest."""
    purses, ground = years.horizon.purses, years.horizon.ground
    covered = purses.covers[purse][years.problem.sites.jurisdiction]
    bought_m2 = np.zeros(years.problem.sites.count, dtype=np.int64)
    for option in np.argwhere(years.starts[: period + 1] & years.bought)[:, 1].tolist():
        bought_m2[years.site(option)] += years.footprint_m2[option]
    dearer = ground.clean_up_deviation_eur * years.touched[period]
    dearer = dearer + ground.price_deviation_eur_m2 * bought_m2
    worst = sorted(dearer[covered].tolist(), reverse=True)
    return sum(int(eur) for eur in worst[: max(0, int(purses.gamma[purse]))])
