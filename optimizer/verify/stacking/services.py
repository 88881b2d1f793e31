"""Rule 18, services: where tenants share one, and what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of, interiors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.plan import Plan
    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check that services are in open hotels that may have them, with enough tenants."""
    services = hotels_of(case).services
    for option, v in np.argwhere(interiors_of(case).service).tolist():
        where = f"service {services.name[v]} in {case.name(option)}"
        if not case.plan.open_option[option]:
            yield Violation("services", where, "the hotel is not open")
        if not services.designs[v, case.design(option)]:
            yield Violation("services", where, "this design cannot have it")
        tenants, least = len(case.tenants_in.get(option, [])), int(services.tenants_min[v])
        if tenants < least:
            yield Violation("services", where, f"{tenants} tenants share it, it needs {least}")


def where_they_pay(case: Case) -> Plan:
    """Return the plan with every service that pays and none that does not."""
    services, inside = hotels_of(case).services, interiors_of(case)
    runs = np.zeros_like(inside.service)
    for option in case.opened:
        tenants = len(case.tenants_in.get(option, []))
        pays = services.eur_tenant_year * tenants > services.eur_year
        runs[option] = (
            pays & services.designs[:, case.design(option)] & (services.tenants_min <= tenants)
        )
    return case.plan.replace(interiors=inside.replace(service=runs))


def cost_eur(case: Case) -> list[float]:
    """Return the cost of every service less what its tenants gain by it."""
    services = hotels_of(case).services
    return [
        float(services.eur_year[v])
        - float(services.eur_tenant_year[v]) * len(case.tenants_in.get(option, []))
        for option, v in np.argwhere(interiors_of(case).service).tolist()
    ]
