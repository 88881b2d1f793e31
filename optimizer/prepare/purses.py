"""Purses over years and progressive rents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.horizon import Purses, Rents

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from optimizer.core.horizon import Periods
    from optimizer.scenario.rules import Purse, RulesBlock


def build_purses(rules: RulesBlock, jurisdictions: tuple[str, ...], periods: Periods) -> Purses:
    """Return the purses of a scenario with a horizon; grants of one period add up."""
    blocks = rules.purses

    def column(name: str, dtype: DTypeLike) -> NDArray[Any]:
        return np.array([getattr(block, name) for block in blocks], dtype=dtype)

    return Purses(
        name=tuple(block.name for block in blocks),
        source=tuple(block.source for block in blocks),
        covers=np.array(
            [
                [not block.jurisdictions or name in block.jurisdictions for name in jurisdictions]
                for block in blocks
            ],
            dtype=bool,
        ).reshape(len(blocks), len(jurisdictions)),
        opening_eur=column("budget_eur", np.int64),
        grant_eur=np.array(
            [[_granted(block, name) for name in periods.name] for block in blocks], dtype=np.int64
        ).reshape(len(blocks), periods.count),
        borrow_max_eur=column("borrow_max_eur", np.int64),
        debt_end_max_eur=column("debt_end_max_eur", np.int64),
        interest_rate=column("interest_rate", np.float64),
        gamma=column("gamma", np.int32),
        pays_running=column("pays_running", np.bool_),
        gets_rents=column("gets_rents", np.bool_),
        subsidy_max_eur_year=np.array(
            [
                -1 if block.subsidy_max_eur_year is None else block.subsidy_max_eur_year
                for block in blocks
            ],
            dtype=np.int64,
        ),
    )


def _granted(block: Purse, period: str) -> int:
    return sum(grant.eur for grant in block.grants if grant.period == period)


def build_rents(rules: RulesBlock, founded_year: NDArray[np.int32]) -> Rents:
    """Return the stages of progressive rents; `founded_year` is the tenants', 0 where unknown."""
    stages = rules.rent_stages
    return Rents(
        until_age=np.array([stage.until_age for stage in stages], dtype=np.int32),
        share=np.array([stage.share for stage in stages], dtype=np.float64),
        founded_year=founded_year,
    )
