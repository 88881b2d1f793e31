"""Small changes of the hotel told in full; those inside it, by family."""

from __future__ import annotations

import numpy as np

from tests.verify import town as t
from tests.verify.stacking import house as h
from tests.verify.stacking.house import column, good_plan, house
from tests.verify.town import floats, ints

GOOD = good_plan()
HOTEL, GROUND, UPPER = "hotel on site hall", "unit ground", "unit upper"
ANNEX, HEAT = "annex 1 of tenant bakery", "exchange from tenant bakery to partner pool"


def equipment(name, value):
    """Return the problem with another figure of the hotel, or of the hub inside."""
    return column("equipment", name, (0 if name == "inside_docks" else 3, value))


def needs(name, tenant, value):
    return column("businesses", name, (tenant, value))


def roof(*m2, option=t.HALL_HOTEL):
    table = np.zeros((10, 2), dtype=np.int64)
    table[t.HALL_HOTEL] = 200, 200
    table[option] = m2
    return good_plan(roof_m2=table)


def served(*options):
    table = np.zeros((10, 1), dtype=bool)
    table[list(options)] = True
    return good_plan(service=table)


def exchange(giver, taker, amount):
    """Return the good plan with one more exchange of heat."""
    return good_plan(
        giver=ints(t.BAKERY, t.BAKERY, giver),
        taker=ints(t.STUDIO, h.POOL, taker),
        resource=ints(0, 0, 0),
        amount=floats(50, 50, amount),
    )


def noise(tenant, band, power_db):
    return needs("noise_db", (tenant, band), power_db)


# By name: problem, plan, and the family and place of what must be found.
INSIDE = {
    # stacking
    "an office is put into a workshop": (
        column("annexes", "space", (0, 2)),
        good_plan(annex_level=ints(h.GROUND)),
        "stacking",
        ANNEX,
    ),
    "a main part is an office among workshops": (
        needs("space", t.PRESS, 2),
        GOOD,
        "stacking",
        "tenant press",
    ),
    "water is missing": (needs("wet", t.TAILOR, value=True), GOOD, "stacking", "tenant tailor"),
    "extraction is missing": (
        needs("vented", t.STUDIO, value=True),
        GOOD,
        "stacking",
        "tenant studio",
    ),
    "a lift lacks a kilogram": (
        column("units", "lift_kg", (h.UPPER, 499)),
        GOOD,
        "stacking",
        "tenant tailor",
    ),
    "an annex is too heavy": (column("annexes", "load_kg_m2", (0, 501)), GOOD, "stacking", ANNEX),
    "an annex is too far": (column("annexes", "levels_apart_max", (0, 0)), GOOD, "stacking", ANNEX),
    "an annex has no place": (
        house(),
        good_plan(annex_level=ints(-1)),
        "stacking",
        "tenant bakery",
    ),
    "an annex takes a square metre more": (
        column("annexes", "share", (0, 0.204)),
        GOOD,
        "stacking",
        f"{UPPER} of {HOTEL}",
    ),
    "a main part takes a square metre more": (
        column("annexes", "share", (0, 0.196)),
        GOOD,
        "stacking",
        f"{GROUND} of {HOTEL}",
    ),
    "a unit has a tenant too many": (
        column("units", "tenants_max", (h.GROUND, 1)),
        GOOD,
        "stacking",
        f"{GROUND} of {HOTEL}",
    ),
    "an annex counts among the tenants of a unit": (
        column("units", "tenants_max", (h.UPPER, 2)),
        GOOD,
        "stacking",
        f"{UPPER} of {HOTEL}",
    ),
    "a lift makes a trip too many": (equipment("lift_trips_max", 11), GOOD, "stacking", HOTEL),
    # docks
    "a minute is missing at the dock": (
        needs("dock_minutes", t.PRESS, 61),
        GOOD,
        "docks",
        HOTEL,
    ),
    "a dock window moves into the rush": (
        house(
            "businesses",
            dock_from=ints(*h.by_tenant(0, bakery=6, press=6, tailor=6)),
            dock_until=ints(*h.by_tenant(24, bakery=8, press=8, tailor=8)),
        ),
        GOOD,
        "docks",
        HOTEL,
    ),
    "a hub takes the only dock": (equipment("inside_docks", 1), GOOD, "docks", HOTEL),
    "a tenant wants a dock of its own": (
        needs("dock_minutes", t.BAKERY, 0),
        GOOD,
        "docks",
        HOTEL,
    ),
    # nuisance
    "blows come a metre nearer": (
        column("apart", "distance_m", (0, 20.5)),
        GOOD,
        "nuisance",
        HOTEL,
    ),
    "ovens are hot while tailors work": (
        needs("work_until", t.BAKERY, 33),
        GOOD,
        "nuisance",
        HOTEL,
    ),
    "hours do not matter any more": (
        column("apart", "same_hours", (1, False)),
        GOOD,
        "nuisance",
        HOTEL,
    ),
    "a wall keeps less from the school": (
        column("neighbours", "attenuation_db", (0, 39.99)),
        GOOD,
        "nuisance",
        "neighbour school",
    ),
    "a limit falls": (
        column("neighbours", "limit_db", ((0, 0), 49.99)),
        GOOD,
        "nuisance",
        "neighbour school",
    ),
    "there is noise already": (
        column("neighbours", "background_db", ((0, 0), 20.0)),
        GOOD,
        "nuisance",
        "neighbour school",
    ),
    "a second source adds to the first": (
        noise(t.TAILOR, 0, 60.0),
        GOOD,
        "nuisance",
        "neighbour school",
    ),
    "nights are more silent than ovens": (
        noise(t.BAKERY, 2, 80.01),
        GOOD,
        "nuisance",
        "neighbour school",
    ),
    # hybrids
    "an office moves among workshops": (
        needs("space", t.STUDIO, 2),
        GOOD,
        "hybrids",
        f"{UPPER} of {HOTEL}",
    ),
    "an annex makes a unit an office": (
        column("annexes", "space", (0, 2)),
        GOOD,
        "hybrids",
        f"{UPPER} of {HOTEL}",
    ),
}
