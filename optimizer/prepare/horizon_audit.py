"""What of the rules over years has no effect, or not the one that may be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.horizon import EVER
from optimizer.core.problem import AuditLine

if TYPE_CHECKING:
    from optimizer.core.horizon import Ground, Periods
    from optimizer.scenario.horizon import HorizonBlock
    from optimizer.scenario.rules import RulesBlock
    from optimizer.scenario.schema import Scenario


def passed_over(ground: Ground) -> tuple[AuditLine, ...]:
    """Return a line where sites state what only years can express, and there are none."""
    dated = (ground.free_from_year > 0) | (ground.free_until_year < EVER)
    dear = (ground.clean_up_eur > 0) | (ground.clean_up_years > 0)
    count = int((dated | dear).sum())
    words = "with dates or clean-up, which only a scenario with a horizon minds"
    return (AuditLine("land", words, count, "sites", ""),) if count else ()


def one_for_all(scenario: Scenario, first: str, points: int) -> tuple[AuditLine, ...]:
    """Return a line where members share the sites, and nothing says whose the demand is."""
    if scenario.cooperation is None or scenario.land.jurisdictions.file is not None:
        return ()
    words = f"demand is {first}'s alone: no polygons of jurisdictions"
    detail = "land.jurisdictions.file would share it out"
    return (AuditLine("rules", words, points, "demand points", detail),)


def never_held(horizon: HorizonBlock, rules: RulesBlock, periods: Periods) -> tuple[AuditLine, ...]:
    """Return a line for each kind of rule that holds in no period, by its years."""
    begins = periods.first_year.tolist()

    def held(first: int | None, last: int | None = None) -> bool:
        return any(
            (first is None or first <= year) and (last is None or year <= last) for year in begins
        )

    found: dict[str, list[str]] = {
        "land budgets": [b.name for b in rules.land if not held(b.first_year, b.last_year)],
        "minima of uses": [use.name for use in rules.uses if not held(use.first_year)],
        "quotas": [quota.kind for quota in rules.quotas if not held(quota.first_year)],
        "renaturation": [r.id for r in rules.renaturation if not held(r.first_year)],
        "changes of zoning": [c.zone for c in horizon.zoning_changes if not held(c.from_year)],
    }
    return tuple(
        AuditLine("rules", f"{words} that hold in no period", len(names), "rules", ", ".join(names))
        for words, names in found.items()
        if names
    )
