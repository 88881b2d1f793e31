"""Plans as JSON by ids, for people and for the checker, and strictly back."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.documents import RESTORE, sealed
from optimizer.core.interiors_io import (
    INTERIOR_KEYS,
    interiors_from_dict,
    interiors_to_dict,
    named_option,
)
from optimizer.core.plan import Plan
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem

FORMAT = "faubourg-plan-1"
KEYS = ("open", "bike", "pickup", "van", "unserved", "tenants")
TENANT = ("tenant", "site", "design", "level")


def plan_to_dict(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Return the decisions by ids; shares keep full float precision, zero shares are left out.

    Returns
    -------
    dict
        `open`: [{site, design}]; `bike`, `pickup`: [[point, site, design, share]]; `van`,
        `unserved`: {point: share}; `tenants`: [{tenant, site, design, level}], level 0 is the
        ground floor. Sorted as the problem numbers things. Where the problem tells its hotels in
        full, tenants have a `unit` too, and `core.interiors_io` tells the rest.
    """
    hotels = problem.hotels
    return {
        "open": [named_option(problem, int(o)) for o in np.flatnonzero(plan.open_option)],
        "bike": _flows_out(problem, plan.bike_point, plan.bike_option, plan.bike_share),
        "pickup": _flows_out(problem, plan.pickup_point, plan.pickup_option, plan.pickup_share),
        "van": _shares_out(problem, plan.van_share),
        "unserved": _shares_out(problem, plan.unserved_share),
        "tenants": [
            {
                "tenant": problem.tenants.id[f],
                **named_option(problem, int(plan.tenant_option[f])),
                "level": int(problem.levels.number[plan.tenant_level[f]]),
                **({} if hotels is None else {"unit": hotels.units.id[plan.tenant_level[f]]}),
            }
            for f in np.flatnonzero(plan.tenant_option >= 0)
        ],
        **({} if hotels is None else interiors_to_dict(problem, plan)),
    }


def plan_document(
    problem: Problem,
    problem_digest: str,
    plan: Plan | None,
    baseline: Plan,
    programme: dict[str, Any] | None = None,
    baseline_programme: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the content of plan.json: the plan (None where there is none), the baseline, digests.

    problem_digest : what `core.store.save` or `core.store.digest` says of `problem`. programme,
        baseline_programme : of `core.programme_io.programme_to_dict`. Their keys stand there for
        problems with a horizon alone; `plan` and `baseline` are then those of the first period.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "problem_digest": problem_digest,
        "plan": None if plan is None else plan_to_dict(problem, plan),
        "baseline": plan_to_dict(problem, baseline),
    }
    if problem.horizon is not None:
        content |= {"programme": programme, "baseline_programme": baseline_programme}
    return sealed(content)


def plan_from_dict(problem: Problem, data: Any, place: str) -> Plan:
    """Return the plan that `data` (of `plan_to_dict`) tells; `place` names it in faults.

    Raises
    ------
    Refusal
        F905 unknown or missing keys, F906 an id that the problem does not have, F907 a value that
        is malformed or stands twice; all at once.
    """
    reader = PlanReader(problem, place)
    if not isinstance(data, dict):
        reader.fault("F905", "is not an object", "")
        raise Refusal(*reader.faults)
    keys = KEYS if problem.hotels is None else KEYS + INTERIOR_KEYS
    for key in keys:
        if key not in data:
            reader.fault("F905", "is missing", key)
    for key in data:
        if key not in keys:
            reader.fault("F905", "is not a part of a plan", str(key))
    bike = reader.flows(data.get("bike"), "bike")
    pickup = reader.flows(data.get("pickup"), "pickup")
    tenant_option, tenant_level = reader.tenants(data.get("tenants"))
    plan = Plan(
        open_option=reader.open_options(data.get("open")),
        bike_point=bike[0],
        bike_option=bike[1],
        bike_share=bike[2],
        pickup_point=pickup[0],
        pickup_option=pickup[1],
        pickup_share=pickup[2],
        van_share=reader.shares(data.get("van"), "van"),
        unserved_share=reader.shares(data.get("unserved"), "unserved"),
        tenant_option=tenant_option,
        tenant_level=tenant_level,
        interiors=None
        if problem.hotels is None
        else interiors_from_dict(reader, data, tenant_option),
    )
    if reader.faults:
        raise Refusal(*reader.faults)
    return plan


def _flows_out(
    problem: Problem,
    point: NDArray[np.int32],
    option: NDArray[np.int32],
    share: NDArray[np.float64],
) -> list[list[Any]]:
    rows = []
    for rank in np.lexsort((option, point)):
        if share[rank] != 0:
            named = named_option(problem, int(option[rank]))
            name = problem.demand.id[point[rank]]
            rows.append([name, named["site"], named["design"], float(share[rank])])
    return rows


def _shares_out(problem: Problem, share: NDArray[np.float64]) -> dict[str, float]:
    return {problem.demand.id[i]: float(share[i]) for i in np.flatnonzero(share)}


Flows = tuple["NDArray[np.int32]", "NDArray[np.int32]", "NDArray[np.float64]"]


@dataclass
class PlanReader:
    """Turns ids into indices and gathers faults."""

    problem: Problem
    place: str
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give every name of the problem its number."""
        problem = self.problem
        self.point = {name: i for i, name in enumerate(problem.demand.id)}
        self.tenant = {name: f for f, name in enumerate(problem.tenants.id)}
        self.option = {
            (problem.sites.id[j], problem.designs.id[d]): o
            for o, (j, d) in enumerate(
                zip(problem.options.site, problem.options.design, strict=True)
            )
        }
        self.level = {
            (int(d), int(number)): rank
            for rank, (d, number) in enumerate(
                zip(problem.levels.design, problem.levels.number, strict=True)
            )
        }
        self.unit: dict[tuple[int, str], int] = {}
        if problem.hotels is not None:
            names = zip(problem.levels.design.tolist(), problem.hotels.units.id, strict=True)
            self.unit = {key: rank for rank, key in enumerate(names)}

    def fault(self, code: str, cause: str, where: str) -> None:
        """Note a fault at a place inside the plan."""
        self.faults.append(
            Fault(f"{self.place}.{where}" if where else self.place, code, cause, RESTORE)
        )

    def rows(self, data: Any, key: str) -> Iterator[tuple[str, Any]]:
        """Yield where a row of a list stands, and the row."""
        if not isinstance(data, list):
            if data is not None:
                self.fault("F907", "is not a list", key)
            return
        for rank, row in enumerate(data):
            yield f"{key}[{rank}]", row

    def find(self, known: dict[str, int], name: Any, what: str, where: str) -> int:
        """Return the number of a name, -1 with a fault where it is not known."""
        found = known.get(name, -1) if isinstance(name, str) else -1
        if found < 0:
            self.fault("F906", f"the problem has no {what} {name!r}", where)
        return found

    def number(self, value: Any, where: str, what: str = "share") -> float:
        """Return a finite number, 0 with a fault for anything else."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("F907", f"{what} {value!r} is not a number", where)
            return 0.0
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.fault("F907", f"{what} {value!r} is not finite", where)
            return 0.0
        return number

    def find_option(self, site: Any, design: Any, where: str) -> int:
        """Return the option of a site and a design, -1 with a fault where there is none."""
        option = self.option.get((site, design)) if _texts(site, design) else None
        if option is None:
            self.fault("F906", f"the problem has no option {design!r} on site {site!r}", where)
            return -1
        return option

    def open_options(self, data: Any) -> NDArray[np.bool_]:
        """Return which options are open, shape (o,)."""
        opened = np.zeros(self.problem.options.count, dtype=bool)
        for where, row in self.rows(data, "open"):
            if not isinstance(row, dict) or set(row) != {"site", "design"}:
                self.fault("F907", "is not {site, design}", where)
                continue
            option = self.find_option(row["site"], row["design"], where)
            if option >= 0 and opened[option]:
                self.fault("F907", "stands twice", where)
            elif option >= 0:
                opened[option] = True
        return opened

    def flows(self, data: Any, key: str) -> Flows:
        """Return point, option and share of every flow."""
        found: dict[tuple[int, int], float] = {}
        for where, row in self.rows(data, key):
            if not isinstance(row, list) or len(row) != 4:
                self.fault("F907", "is not [point, site, design, share]", where)
                continue
            point = self.point.get(row[0]) if _texts(row[0]) else None
            if point is None:
                self.fault("F906", f"the problem has no demand point {row[0]!r}", where)
            option = self.find_option(row[1], row[2], where)
            share = self.number(row[3], where)
            if point is None or option < 0:
                continue
            if (point, option) in found:
                self.fault("F907", "stands twice", where)
            found[point, option] = share
        points, options = [pair[0] for pair in found], [pair[1] for pair in found]
        return (
            np.array(points, dtype=np.int32),
            np.array(options, dtype=np.int32),
            np.array(list(found.values()), dtype=np.float64),
        )

    def shares(self, data: Any, key: str) -> NDArray[np.float64]:
        """Return the share of every demand point, shape (n,)."""
        share = np.zeros(self.problem.demand.count)
        if data is not None and not isinstance(data, dict):
            self.fault("F907", "is not {point: share}", key)
            return share
        for name, value in (data or {}).items():
            if name not in self.point:
                self.fault("F906", f"the problem has no demand point {name!r}", key)
                continue
            share[self.point[name]] = self.number(value, f"{key}.{name}")
        return share

    def tenants(self, data: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the option and the row of `Levels` of every tenant, shape (f,) each."""
        option = np.full(self.problem.tenants.count, -1, dtype=np.int32)
        level = np.full(self.problem.tenants.count, -1, dtype=np.int32)
        columns = TENANT if self.problem.hotels is None else (*TENANT, "unit")
        for where, row in self.rows(data, "tenants"):
            if not isinstance(row, dict) or set(row) != set(columns):
                self.fault("F907", f"is not {{{', '.join(columns)}}}", where)
                continue
            tenant = self.find(self.tenant, row["tenant"], "tenant", where)
            found = self.find_option(row["site"], row["design"], where)
            if min(tenant, found) < 0:
                continue
            rank = self.find_level(found, row["level"], where)
            if rank >= 0 and self.problem.hotels is not None:
                rank = self.find_unit(found, row["unit"], where, row["level"])
            if option[tenant] >= 0:
                self.fault("F907", f"tenant {row['tenant']!r} stands twice", where)
            option[tenant], level[tenant] = found, rank
        return option, level

    def find_level(self, option: int, number: Any, where: str) -> int:
        """Return a row of `Levels` of the option's design with this number."""
        design = int(self.problem.options.design[option])
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole or (design, number) not in self.level:
            name = self.problem.designs.id[design]
            self.fault("F906", f"design {name!r} has no level {number!r}", where)
            return -1
        return self.level[design, number]

    def find_unit(self, option: int, unit: Any, where: str, level: int | None = None) -> int:
        """Return the unit of the option's design, which lies on `level` where one is told."""
        design = int(self.problem.options.design[option])
        rank = self.unit.get((design, unit), -1) if _texts(unit) else -1
        if rank < 0 or level not in (None, int(self.problem.levels.number[rank])):
            there = "" if level is None else f" on level {level}"
            name = self.problem.designs.id[design]
            self.fault("F906", f"design {name!r} has no unit {unit!r}{there}", where)
            return -1
        return rank


def _texts(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)
