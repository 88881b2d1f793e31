"""How hotels are fitted out, as JSON by ids and names, and strictly back; see `core.plan_io`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.documents import distinct
from optimizer.core.plan import Interiors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.hotels import Hotels
    from optimizer.core.plan import Plan
    from optimizer.core.plan_io import PlanReader
    from optimizer.core.problem import Problem

INTERIOR_KEYS = ("annexes", "roofs", "services", "exchanges")
ANNEX = ("tenant", "annex", "site", "design", "unit")
ROOF = ("site", "design", "use", "area_m2")
SERVICE = ("site", "design", "service")
EXCHANGE = ("resource", "from", "to", "amount")


def hotels_of(problem: Problem) -> Hotels:
    """Return the hotels of a problem that tells them in full."""
    if problem.hotels is None:
        message = "the problem does not tell hotels in full"
        raise ValueError(message)
    return problem.hotels


def annex_ranks(problem: Problem) -> list[int]:
    """Return the number of every annex among those of its tenant, from 1 on, shape (a,)."""
    seen: defaultdict[int, int] = defaultdict(int)
    ranks = []
    for tenant in hotels_of(problem).annexes.tenant.tolist():
        seen[tenant] += 1
        ranks.append(seen[tenant])
    return ranks


def interiors_to_dict(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Return the decisions inside hotels by ids; what is nothing is left out.

    Returns
    -------
    dict
        `annexes`: [{tenant, annex, site, design, unit}], annex 1 is the tenant's first; `roofs`:
        [{site, design, use, area_m2}]; `services`: [{site, design, service}]; `exchanges`:
        [{resource, from, to, amount}], from and to are {tenant: id} or {partner: id}. Uses,
        services and resources go by `distinct` names. Sorted as the problem numbers things.
    """
    hotels, inside = hotels_of(problem), plan.interiors
    if inside is None:
        message = "the plan does not tell how hotels are fitted out"
        raise ValueError(message)
    tenant, ranks = hotels.annexes.tenant, annex_ranks(problem)
    uses, services = distinct(hotels.roofs.name), distinct(hotels.services.name)
    resources = distinct(hotels.symbiosis.resource)
    placed = (inside.annex_level >= 0) & (plan.tenant_option[tenant] >= 0)
    return {
        "annexes": [
            {
                "tenant": problem.tenants.id[tenant[a]],
                "annex": ranks[a],
                **named_option(problem, int(plan.tenant_option[tenant[a]])),
                "unit": hotels.units.id[inside.annex_level[a]],
            }
            for a in np.flatnonzero(placed).tolist()
        ],
        "roofs": [
            {
                **named_option(problem, o),
                "use": uses[w],
                "area_m2": int(inside.roof_m2[o, w]),
            }
            for o, w in np.argwhere(inside.roof_m2).tolist()
        ],
        "services": [
            {**named_option(problem, o), "service": services[v]}
            for o, v in np.argwhere(inside.service).tolist()
        ],
        "exchanges": [
            {
                "resource": resources[inside.resource[x]],
                "from": _named_place(problem, int(inside.giver[x])),
                "to": _named_place(problem, int(inside.taker[x])),
                "amount": float(inside.amount[x]),
            }
            for x in np.lexsort((inside.taker, inside.giver, inside.resource)).tolist()
            if inside.amount[x] != 0
        ],
    }


def named_option(problem: Problem, option: int) -> dict[str, str]:
    """Return an option by the ids of its site and its design."""
    return {
        "site": problem.sites.id[problem.options.site[option]],
        "design": problem.designs.id[problem.options.design[option]],
    }


def _named_place(problem: Problem, place: int) -> dict[str, str]:
    """Return a tenant, or a partner outside: numbers go on from tenants to partners."""
    outside = place - problem.tenants.count
    if outside < 0:
        return {"tenant": problem.tenants.id[place]}
    return {"partner": hotels_of(problem).symbiosis.partner_id[outside]}


def interiors_from_dict(reader: PlanReader, data: dict[str, Any], tenant_option: Any) -> Interiors:
    """Return what `data` (of `interiors_to_dict`) tells; faults go to `reader`."""
    return _Inside(reader, hotels_of(reader.problem)).read(data, tenant_option)


@dataclass
class _Inside:
    """Turns ids into indices for one plan."""

    reader: PlanReader
    hotels: Hotels

    def read(self, data: dict[str, Any], tenant_option: Any) -> Interiors:
        options, tenants = self.reader.problem.options.count, self.reader.problem.tenants.count
        found = {
            (tenant, rank): a
            for a, (tenant, rank) in enumerate(
                zip(
                    self.hotels.annexes.tenant.tolist(),
                    annex_ranks(self.reader.problem),
                    strict=True,
                )
            )
        }
        annex_level = np.full(len(found), -1, dtype=np.int32)
        for where, row in self.rows(data.get("annexes"), "annexes", ANNEX):
            option = self.reader.find_option(row["site"], row["design"], where)
            tenant = self.reader.find(self.reader.tenant, row["tenant"], "tenant", where)
            if option < 0 or tenant < 0:
                continue
            rank = row["annex"]
            if isinstance(rank, bool) or not isinstance(rank, int) or (tenant, rank) not in found:
                cause = f"tenant {row['tenant']!r} has no annex {rank!r}"
                self.reader.fault("F906", cause, where)
            elif tenant_option[tenant] != option:
                cause = f"tenant {row['tenant']!r} has no place in this hotel"
                self.reader.fault("F907", cause, where)
            elif annex_level[found[tenant, rank]] >= 0:
                self.reader.fault("F907", "stands twice", where)
            else:
                unit = self.reader.find_unit(option, row["unit"], where)
                annex_level[found[tenant, rank]] = unit
        exchanges = self.exchanges(data.get("exchanges"), tenants)
        keys = np.array(list(exchanges), dtype=np.int32).reshape(-1, 3)
        return Interiors(
            annex_level=annex_level,
            roof_m2=self.roofs(data.get("roofs"), options),
            service=self.services(data.get("services"), options),
            giver=keys[:, 1].copy(),
            taker=keys[:, 2].copy(),
            resource=keys[:, 0].copy(),
            amount=np.array(list(exchanges.values()), dtype=np.float64),
        )

    def rows(
        self, data: Any, key: str, columns: tuple[str, ...]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        for where, row in self.reader.rows(data, key):
            if isinstance(row, dict) and set(row) == set(columns):
                yield where, row
            else:
                self.reader.fault("F907", f"is not {{{', '.join(columns)}}}", where)

    def roofs(self, data: Any, options: int) -> Any:
        area = np.zeros((options, self.hotels.roofs.count), dtype=np.int64)
        uses = _numbered(distinct(self.hotels.roofs.name))
        for where, row in self.rows(data, "roofs", ROOF):
            option = self.reader.find_option(row["site"], row["design"], where)
            use = self.reader.find(uses, row["use"], "roof use", where)
            amount = row["area_m2"]
            if isinstance(amount, bool) or not isinstance(amount, int) or abs(amount) >= 2**62:
                self.reader.fault("F907", f"{amount!r} is not a whole amount", where)
            elif min(option, use) >= 0 and area[option, use]:
                self.reader.fault("F907", "stands twice", where)
            elif min(option, use) >= 0:
                area[option, use] = amount
        return area

    def services(self, data: Any, options: int) -> Any:
        runs = np.zeros((options, self.hotels.services.count), dtype=bool)
        names = _numbered(distinct(self.hotels.services.name))
        for where, row in self.rows(data, "services", SERVICE):
            option = self.reader.find_option(row["site"], row["design"], where)
            service = self.reader.find(names, row["service"], "service", where)
            if min(option, service) >= 0 and runs[option, service]:
                self.reader.fault("F907", "stands twice", where)
            elif min(option, service) >= 0:
                runs[option, service] = True
        return runs

    def exchanges(self, data: Any, tenants: int) -> dict[tuple[int, int, int], float]:
        found: dict[tuple[int, int, int], float] = {}
        resources = _numbered(distinct(self.hotels.symbiosis.resource))
        partners = _numbered(self.hotels.symbiosis.partner_id, tenants)
        for where, row in self.rows(data, "exchanges", EXCHANGE):
            key = (
                self.reader.find(resources, row["resource"], "resource", where),
                self.place(row["from"], partners, where),
                self.place(row["to"], partners, where),
            )
            amount = self.reader.number(row["amount"], where, "amount")
            if min(key) >= 0 and key in found:
                self.reader.fault("F907", "stands twice", where)
            elif min(key) >= 0:
                found[key] = amount
        return found

    def place(self, told: Any, partners: dict[str, int], where: str) -> int:
        if isinstance(told, dict) and set(told) == {"tenant"}:
            return self.reader.find(self.reader.tenant, told["tenant"], "tenant", where)
        if isinstance(told, dict) and set(told) == {"partner"}:
            return self.reader.find(partners, told["partner"], "partner", where)
        self.reader.fault("F907", f"{told!r} is not {{tenant}} or {{partner}}", where)
        return -1


def _numbered(names: tuple[str, ...], start: int = 0) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(names, start)}
