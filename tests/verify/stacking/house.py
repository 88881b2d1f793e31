"""The line town with its hotel told in full, every rule at its edge.

ground (550 m2, workshop)   bakery 200 m2, press 150 m2, and 200 m2 of the hub
upper (750 m2, hybrid)      studio 495 m2, tailor 205 m2, and an annex of the bakery of 50 m2

One dock: bakery and press take it from 6 to 8. Docker, heavy and the others have no place.
"""

from __future__ import annotations

import numpy as np

from optimizer.core.hotels import Space
from optimizer.core.plan import Interiors
from tests.hotels import with_hotels
from tests.verify import town as t
from tests.verify.town import floats, ints, whole

GROUND, UPPER = t.GROUND, t.UPPER
POOL = 11
"""The partner outside, numbered after eleven tenants."""
SILENT, AWAY = -np.inf, np.inf
ANNUITY = 0.05 * 1.1025 / 0.1025
"""Of two years at 5 %."""


def by_tenant(rest, **some):
    """Return one value per tenant: those named, and `rest` for all others."""
    names = ("bakery", "press", "studio", "tailor", "docker")
    values = [rest] * 11
    for name, value in some.items():
        values[names.index(name)] = value
    return values


def members(*who):
    """Return a row that marks tenants."""
    row = np.zeros((1, 11), dtype=bool)
    row[0, list(who)] = True
    return row


def _rows(*tables):
    return np.concatenate(tables)


def _parts(problem):
    hall = problem.sites.lon[0], problem.sites.lat[0]
    everywhere = np.ones((1, 2), dtype=bool)
    inner = np.array([[True, False]])
    hotel = np.zeros((1, 6), dtype=bool)
    hotel[0, 3] = True
    return {
        "units": {
            "id": ("ground", "upper"),
            "position_m": floats(0, 20),
            "space": np.array([Space.WORKSHOP, Space.HYBRID], dtype=np.int8),
            "wet": np.array([True, False]),
            "vented": np.array([True, False]),
            "lift_kg": whole(0, 500),
            "tenants_max": ints(2, 3),
            "fit_out_eur": whole(0, 41_000),
            "switch_eur": whole(0, 4_000),
        },
        "equipment": {
            "lift_trips_max": ints(-1, -1, -1, 12, -1, -1),
            "roof_m2": whole(0, 0, 0, 400, 0, 0),
        },
        "businesses": {
            "space": np.array(by_tenant(1, studio=0), dtype=np.int8),
            "wet": np.array(by_tenant(rest=False, bakery=True)),
            "vented": np.array(by_tenant(rest=False, press=True)),
            "lift_kg": whole(*by_tenant(0, tailor=500, press=900)),
            "lift_trips": ints(*by_tenant(0, bakery=30, studio=4, tailor=8)),
            "dock_minutes": ints(*by_tenant(0, bakery=60, press=60, tailor=30)),
            "dock_from": ints(*by_tenant(0, bakery=6, press=6, tailor=8)),
            "dock_until": ints(*by_tenant(24, bakery=8, press=8, tailor=10)),
            "work_from": ints(*by_tenant(8, bakery=22)),
            "work_until": ints(*by_tenant(18, bakery=32)),
            "noise_db": np.array(
                by_tenant([SILENT] * 3, press=[90.0, SILENT, SILENT], bakery=[SILENT, SILENT, 80.0])
            ),
            "jobs_by_skill": np.array(
                by_tenant([0.0, 0.0], bakery=[10, 0], press=[5, 0], studio=[0, 9], tailor=[6, 0]),
                dtype=float,
            ),
            "needs_support": np.array(by_tenant(rest=False, tailor=True)),
            "gives_support": np.array(by_tenant(rest=False, studio=True)),
        },
        "annexes": {
            "tenant": ints(t.BAKERY),
            "share": floats(0.2),
            "space": np.array([Space.ANY], dtype=np.int8),
            "load_kg_m2": whole(500),
            "levels_apart_max": ints(1),
        },
        "apart": {
            "name": ("blows and ears", "ovens by day"),
            "source": ("by hand",) * 2,
            "first": _rows(members(t.PRESS), members(t.BAKERY)),
            "second": _rows(members(t.STUDIO), members(t.TAILOR)),
            "levels": ints(2, 2),
            "distance_m": floats(20, AWAY),
            "same_hours": np.array([False, True]),
        },
        "neighbours": {
            "id": ("school",),
            "lon": floats(6.107),
            "lat": floats(46.2),
            "limit_db": np.array([[50.0, 45.0, 40.0]]),
            "background_db": np.array([[SILENT, SILENT, SILENT]]),
            "attenuation_db": floats(40, AWAY, AWAY, AWAY, AWAY).reshape(5, 1),
        },
        "mix": {
            "name": ("crafts",),
            "source": ("by hand",),
            "members": members(t.BAKERY, t.PRESS, t.TAILOR),
            "covers": inner,
            "each_hotel": np.array([False]),
            "share_min": floats(0.55),
            "share_max": floats(0.55),
            "area_min_m2": whole(605),
            "area_max_m2": whole(605),
            "skill": ("manual", "desk"),
            "jobs_name": ("hands",),
            "jobs_source": ("by hand",),
            "jobs_skill": ints(0),
            "jobs_covers": everywhere,
            "jobs_min": floats(21),
        },
        "access": {
            "source": "by hand",
            "worker_id": ("at A", "at C"),
            "node_walk": ints(0, 2),
            "node_bike": ints(0, 2),
            "workers": np.array([[30.0, 10.0], [12.0, 8.0]]),
            "limit_s": 360,
            "by": ("walk",),
            "capture_share": 0.5,
            "stop_id": ("A", "B"),
            "stop_node": ints(0, 1),
            "ride_s": ints(-1, 200, -1, -1).reshape(2, 2),
            "support_id": ("incubator",),
            "support_node": ints(0),
            "support_limit_s": 100,
        },
        "symbiosis": {
            "resource": ("heat",),
            "source": ("by hand",),
            "unit": ("MWh",),
            "value_eur": floats(60),
            "loss_per_km": floats(0.2),
            "reach_m": floats(1001),
            "link_eur_m_year": floats(2),
            "gives": floats(*by_tenant(0, bakery=100, docker=5)).reshape(11, 1),
            "takes": floats(*by_tenant(0, studio=50)).reshape(11, 1),
            "partner_id": ("pool",),
            "partner_lon": floats(hall[0]),
            "partner_lat": floats(hall[1] + 0.009),
            "partner_gives": floats(0).reshape(1, 1),
            "partner_takes": floats(39.99).reshape(1, 1),
        },
        "services": {
            "name": ("canteen",),
            "source": ("by hand",),
            "designs": hotel,
            "eur_year": floats(3000),
            "eur_tenant_year": floats(1000),
            "tenants_min": ints(4),
        },
        "roofs": {
            "name": ("solar", "farm"),
            "source": ("by hand",) * 2,
            "net_eur_m2_year": floats(4, 9),
            "plot_min_m2": whole(0, 200),
            "share_min": floats(0.5, 0),
            "total_max_m2": whole(-1, 200),
        },
    }


def levels(problem):
    return problem.replace(levels=problem.levels.replace(area_m2=whole(550, 750)))


def house(part="units", /, **columns):
    """Return the problem; columns of one part of its hotels may be changed."""
    problem = levels(t.town())
    parts = _parts(problem)
    parts[part] = {**parts.get(part, {}), **columns}
    return with_hotels(problem, **parts)


def column(part, name, *pairs):
    """Return the problem with entries (place, value) of one column changed."""
    array = getattr(getattr(house().hotels, part), name).copy()
    for place, value in pairs:
        array[place] = value
    return house(part, **{name: array})


def interiors(**changes):
    """Return how the hotel of the good plan is fitted out."""
    roof, service = np.zeros((10, 2), dtype=np.int64), np.zeros((10, 1), dtype=bool)
    roof[t.HALL_HOTEL] = 200, 200
    service[t.HALL_HOTEL] = True
    fields = {
        "annex_level": ints(UPPER),
        "roof_m2": roof,
        "service": service,
        "giver": ints(t.BAKERY, t.BAKERY),
        "taker": ints(t.STUDIO, POOL),
        "resource": ints(0, 0),
        "amount": floats(50, 50),
    }
    return Interiors(**{**fields, **changes})


def good_plan(**changes):
    """Return the good plan of the line town, fitted out; `changes` to the interiors."""
    return t.good_plan().replace(interiors=interiors(**changes))


def placed(tenant, level, **changes):
    """Return the good plan with a tenant on another level (-1: nowhere)."""
    plan = good_plan(**changes)
    option, unit = plan.tenant_option.copy(), plan.tenant_level.copy()
    option[tenant], unit[tenant] = t.HALL_HOTEL if level >= 0 else -1, level
    return plan.replace(tenant_option=option, tenant_level=unit)


def empty_interiors(problem):
    """Return the interiors of a plan in which nobody has a place; None where none are told."""
    hotels, options = problem.hotels, problem.options.count
    if hotels is None:
        return None
    return Interiors(
        annex_level=np.full(hotels.annexes.count, -1, dtype=np.int32),
        roof_m2=np.zeros((options, hotels.roofs.count), dtype=np.int64),
        service=np.zeros((options, hotels.services.count), dtype=bool),
        giver=ints(),
        taker=ints(),
        resource=ints(),
        amount=floats(),
    )
