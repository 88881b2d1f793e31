"""Do the tables beside a result say the same as its plan? Only tables and columns that exist."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from optimizer.core.result import Violation
from optimizer.verify import expected
from optimizer.verify.stacking.tables import interior_rows
from optimizer.verify.tolerance import close

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.result import Criteria
    from optimizer.verify.case import Case

Rows = list[dict[str, Any]]


def check(folder: Path, case: Case, figures: Criteria, base: Criteria) -> Iterator[Violation]:
    """Compare decisions and sums in `tables/*.csv`; numbers there keep six decimals.

    Parameters
    ----------
    case, figures : the plan and its recomputed criteria. base : those of the baseline.
    """
    right: dict[str, Rows] = {
        "open_facilities": expected.open_list(case),
        "flows": flow_rows(case),
        "demand_points": point_rows(case),
        "tenants": tenant_rows(case),
        "cost_terms": term_rows(case.problem.prices.currency, figures, base),
        "unserved": expected.unserved_list(case, left=True),
        **interior_rows(case, expected.stages(case.problem, 0)),
    }
    for name, rows in right.items():
        path = folder / f"{name}.csv"
        if path.is_file():
            yield from compare_table(path, rows)


def compare_table(path: Path, right: Rows) -> Iterator[Violation]:
    """Compare the rows of one file, in their order, with the right ones."""
    where = f"tables/{path.name}"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            told = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        yield Violation("file", where, f"cannot be read: {error}")
        return
    if len(told) != len(right):
        words = f"it has {len(told)} rows, {len(right)} are right"
        yield Violation("claim", where, words)
        return
    for rank, (row, truth) in enumerate(zip(told, right, strict=True)):
        for column, value in truth.items():
            claim = row.get(column, "" if column in row else None)
            if column in row and not _same(value, claim):
                words = f"{claim!r} is claimed, {value!r} is right"
                yield Violation("claim", f"{where} row {rank + 1} {column}", words)


def _same(value: Any, claim: str | None) -> bool:
    """Compare with the text of a cell, which may be guarded by an apostrophe."""
    if claim is None:
        return False
    if value is None:
        return claim == ""
    if isinstance(value, str):
        return claim in (value, f"'{value}")
    try:
        if isinstance(value, int):
            return float(claim) == value
        return close(float(value), float(claim))
    except ValueError:
        return False


def _option(case: Case, option: int) -> dict[str, str]:
    return {
        "site": case.problem.sites.id[case.site(option)],
        "design": case.problem.designs.id[case.design(option)],
    }


def flow_rows(case: Case) -> Rows:
    """Return the flows by channel, each sorted by point and option."""
    rows: Rows = []
    for channel, flows in (("bike", case.bike), ("pickup", case.pickup)):
        for point, option, share, parcels in sorted(zip(*flows, strict=True)):
            if share > 0:
                names = {"channel": channel, "demand_point": case.problem.demand.id[point]}
                amounts = {"share": float(share), "parcels_per_day": float(parcels)}
                rows.append({**names, **_option(case, int(option)), **amounts})
    return rows


def point_rows(case: Case) -> Rows:
    """Return the shares of every demand point by channel."""
    demand, plan = case.problem.demand, case.plan
    rows: Rows = []
    for i in range(demand.count):
        rows.append(
            {
                "demand_point": demand.id[i],
                "parcels_per_day": float(demand.parcels_per_day[i]),
                "bike_share": 0.0,
                "pickup_share": 0.0,
                "van_share": float(plan.van_share[i]),
                "unserved_share": float(plan.unserved_share[i]),
            }
        )
    for column, flows in (("bike_share", case.bike), ("pickup_share", case.pickup)):
        for point, share in zip(flows.point, flows.share, strict=True):
            rows[point][column] += float(share)
    return rows


def tenant_rows(case: Case) -> Rows:
    """Return all tenants, placed or not."""
    tenants, levels, rows = case.problem.tenants, case.problem.levels, []
    for f in range(tenants.count):
        option, level = int(case.plan.tenant_option[f]), int(case.plan.tenant_level[f])
        rows.append(
            {
                "tenant": tenants.id[f],
                "site": _option(case, option)["site"] if option >= 0 else "",
                "level": int(levels.number[level]) if option >= 0 else None,
                "area_m2": int(tenants.area_m2[f]),
            }
        )
    return rows


def term_rows(currency: str, figures: Criteria, base: Criteria) -> Rows:
    """Return every term of plan and baseline with their difference."""
    unit = f"{currency.lower()}_per_year"
    return [
        {
            "term": term,
            f"plan_{unit}": value,
            f"baseline_{unit}": base.terms[term],
            f"difference_{unit}": value - base.terms[term],
        }
        for term, value in figures.terms.items()
    ]
