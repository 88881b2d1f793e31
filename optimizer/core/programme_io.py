"""Programmes as JSON by ids and names of periods, and strictly back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.documents import RESTORE, distinct
from optimizer.core.interiors_io import named_option
from optimizer.core.plan_io import plan_from_dict, plan_to_dict
from optimizer.core.programme import Programme
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.result import Solution

KEYS = (
    "periods", "renaturation", "land_transfers", "purse_transfers", "uses", "firms", "pavilions",
)  # fmt: skip
LARGEST = 2**62
"""No amount of m2 or EUR is larger; sums of two still fit into 64 bits."""


def programme_to_dict(problem: Problem, programme: Programme) -> dict[str, Any]:
    """Return the decisions by ids; what is nothing (0 m2, no use, a firm that stays) is left out.

    Returns
    -------
    dict
        `periods`: [{period, plan}] in order, plans as `plan_io.plan_to_dict`; `renaturation`:
        [{project, period, area_m2}]; `land_transfers`: [{ledger, area_m2}]; `purse_transfers`:
        [{purse, period, eur}]; `uses`: [{site, period, use}]; `firms`: [{firm, period, premises}],
        premises None for a firm that is lost; `pavilions`: [{pavilion, period, site, design}].
        Sorted as the problem numbers things, then by period. Ledgers, purses and uses go by
        `distinct` names.
    """
    horizon = horizon_of(problem)
    names = horizon.periods.name
    ledgers, purses = distinct(horizon.land.name), distinct(horizon.purses.name)
    uses = distinct(horizon.uses.name)
    return {
        "periods": [
            {"period": name, "plan": plan_to_dict(problem, plan)}
            for name, plan in zip(names, programme.plans, strict=True)
        ],
        "renaturation": [
            {"project": horizon.renaturation.id[r], "period": names[t], "area_m2": amount}
            for r, t, amount in _amounts(programme.renaturation_m2)
        ],
        "land_transfers": [
            {"ledger": ledgers[b], "area_m2": int(programme.land_transfer_m2[b])}
            for b in np.flatnonzero(programme.land_transfer_m2)
        ],
        "purse_transfers": [
            {"purse": purses[b], "period": names[t], "eur": amount}
            for b, t, amount in _amounts(programme.purse_transfer_eur)
        ],
        "uses": [
            {
                "site": problem.sites.id[j],
                "period": names[t],
                "use": uses[programme.use[t, j]],
            }
            for j, t in np.argwhere(programme.use.T >= 0).tolist()
        ],
        "firms": [
            {
                "firm": horizon.firms.id[k],
                "period": names[programme.firm_leaves[k]],
                "premises": _premises(problem, int(programme.firm_premises[k])),
            }
            for k in np.flatnonzero(programme.firm_leaves >= 0)
        ],
        "pavilions": [
            {
                "pavilion": horizon.pavilions.id[v],
                "period": names[t],
                **named_option(problem, int(programme.pavilion_option[v, t])),
            }
            for v, t in np.argwhere(programme.pavilion_option >= 0).tolist()
        ],
    }


def programmes_to_dict(problem: Problem, solution: Solution) -> dict[str, dict[str, Any]]:
    """Return the programmes of a solution by the keys that they have in plan.json."""
    told = {"programme": solution.programme, "baseline_programme": solution.baseline_programme}
    return {
        key: programme_to_dict(problem, programme)
        for key, programme in told.items()
        if programme is not None
    }


def _amounts(table: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    for row, t in np.argwhere(table).tolist():
        yield row, t, int(table[row, t])


def _premises(problem: Problem, place: int) -> str | None:
    return None if place < 0 else horizon_of(problem).firms.premises[place]


def programme_from_dict(problem: Problem, data: Any, place: str) -> Programme:
    """Return the programme that `data` (of `programme_to_dict`) tells; `place` names it in faults.

    Raises
    ------
    Refusal
        F905 unknown or missing keys, F906 an id or a name that the problem does not have, F907 a
        value that is malformed or stands twice; all at once.
    """
    reader = _Reader(problem, place)
    if not isinstance(data, dict):
        reader.fault("F905", "is not an object", "")
        raise Refusal(*reader.faults)
    for key in KEYS:
        if key not in data:
            reader.fault("F905", "is missing", key)
    for key in data:
        if key not in KEYS:
            reader.fault("F905", "is not a part of a programme", str(key))
    horizon = horizon_of(problem)
    count = horizon.periods.count
    leaves, premises = reader.firms(data.get("firms"))
    land = np.zeros(horizon.land.count, dtype=np.int64)
    for rank, amount in reader.amounts(data.get("land_transfers"), "land_transfers"):
        land[rank] = amount
    restored = np.zeros((horizon.renaturation.count, count), dtype=np.int64)
    for rank, amount in reader.amounts(data.get("renaturation"), "renaturation"):
        restored[rank] = amount
    money = np.zeros((horizon.purses.count, count), dtype=np.int64)
    for rank, amount in reader.amounts(data.get("purse_transfers"), "purse_transfers"):
        money[rank] = amount
    plans = reader.plans(data.get("periods"))
    use, pavilions = reader.uses(data.get("uses")), reader.pavilions(data.get("pavilions"))
    if reader.faults:
        raise Refusal(*reader.faults)
    return Programme(
        plans=plans,
        renaturation_m2=restored,
        land_transfer_m2=land,
        purse_transfer_eur=money,
        use=use,
        firm_leaves=leaves,
        firm_premises=premises,
        pavilion_option=pavilions,
    )


Place = tuple[int, ...]
ROWS = {
    "renaturation": (("project", "period"), ("area_m2",)),
    "land_transfers": (("ledger",), ("area_m2",)),
    "purse_transfers": (("purse", "period"), ("eur",)),
    "uses": (("site", "period"), ("use",)),
    "firms": (("firm",), ("period", "premises")),
    "pavilions": (("pavilion", "period"), ("site", "design")),
}
"""What a row of each list is about (told once), and what it says of it."""


@dataclass
class _Reader:
    """Turns ids into indices and gathers faults."""

    problem: Problem
    place: str
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        problem, horizon = self.problem, horizon_of(self.problem)
        names = {
            "period": horizon.periods.name,
            "project": horizon.renaturation.id,
            "ledger": distinct(horizon.land.name),
            "purse": distinct(horizon.purses.name),
            "site": problem.sites.id,
            "use": distinct(horizon.uses.name),
            "firm": horizon.firms.id,
            "premises": horizon.firms.premises,
            "pavilion": horizon.pavilions.id,
            "design": problem.designs.id,
        }
        self.index = {
            column: {name: rank for rank, name in enumerate(known)}
            for column, known in names.items()
        }
        self.option = {
            (int(j), int(d)): o
            for o, (j, d) in enumerate(
                zip(problem.options.site, problem.options.design, strict=True)
            )
        }

    def fault(self, code: str, cause: str, where: str) -> None:
        self.faults.append(
            Fault(f"{self.place}.{where}" if where else self.place, code, cause, RESTORE)
        )

    def find(self, column: str, name: Any, where: str) -> int:
        """Return the index of a name, -1 with a fault where the problem does not have it."""
        found = self.index[column].get(name, -1) if isinstance(name, str) else -1
        if found < 0:
            self.fault("F906", f"the problem has no {column} {name!r}", where)
        return found

    def rows(self, data: Any, key: str) -> Iterator[tuple[str, dict[str, Any], Place]]:
        """Yield where a row stands, the row, and the indices that say what it is about."""
        if not isinstance(data, list):
            if data is not None:
                self.fault("F907", "is not a list", key)
            return
        heads, said = ROWS[key]
        seen: set[Place] = set()
        for rank, row in enumerate(data):
            where = f"{key}[{rank}]"
            if not isinstance(row, dict) or set(row) != {*heads, *said}:
                self.fault("F907", f"is not {{{', '.join((*heads, *said))}}}", where)
                continue
            index = tuple(self.find(name, row[name], where) for name in heads)
            if index in seen:
                self.fault("F907", "stands twice", where)
            elif min(index) >= 0:
                seen.add(index)
                yield where, row, index

    def amounts(self, data: Any, key: str) -> Iterator[tuple[Place, int]]:
        """Yield where an amount goes, and the amount in whole m2 or EUR."""
        for where, row, index in self.rows(data, key):
            amount = row[ROWS[key][1][0]]
            if isinstance(amount, bool) or not isinstance(amount, int) or abs(amount) > LARGEST:
                self.fault("F907", f"{amount!r} is not a whole amount", where)
            else:
                yield index, amount

    def plans(self, data: Any) -> tuple[Any, ...]:
        """Return one plan per period; the periods must be those of the problem, in order."""
        rows = data if isinstance(data, list) else []
        told = [row.get("period") if isinstance(row, dict) else None for row in rows]
        names = list(self.index["period"])
        if told != names:
            if data is not None:
                self.fault("F907", f"does not tell the periods {', '.join(names)}", "periods")
            return ()
        plans = []
        for rank, row in enumerate(rows):
            where = f"periods[{rank}]"
            if set(row) != {"period", "plan"}:
                self.fault("F907", "is not {period, plan}", where)
                continue
            try:
                plans.append(plan_from_dict(self.problem, row["plan"], f"{self.place}.{where}"))
            except Refusal as refusal:
                self.faults.extend(refusal.faults)
        return tuple(plans)

    def uses(self, data: Any) -> NDArray[np.int8]:
        use = np.full((len(self.index["period"]), self.problem.sites.count), -1, dtype=np.int8)
        for where, row, (site, period) in self.rows(data, "uses"):
            use[period, site] = self.find("use", row["use"], where)
        return use

    def firms(self, data: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        leaves = np.full(len(self.index["firm"]), -1, dtype=np.int32)
        premises = leaves.copy()
        for where, row, (firm,) in self.rows(data, "firms"):
            leaves[firm] = self.find("period", row["period"], where)
            if row["premises"] is not None:
                premises[firm] = self.find("premises", row["premises"], where)
        return leaves, premises

    def pavilions(self, data: Any) -> NDArray[np.int32]:
        shape = (len(self.index["pavilion"]), len(self.index["period"]))
        option = np.full(shape, -1, dtype=np.int32)
        for where, row, index in self.rows(data, "pavilions"):
            site = self.find("site", row["site"], where)
            design = self.find("design", row["design"], where)
            found = self.option.get((site, design), -1)
            if found < 0 <= min(site, design):
                cause = f"the problem has no option {row['design']!r} on site {row['site']!r}"
                self.fault("F906", cause, where)
            option[index] = found
        return option
