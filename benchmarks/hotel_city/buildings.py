"""Designs of productive hotels with three to seven levels, unit by unit (all figures assumed)."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

LEVELS = {3: 520, 4: 550, 5: 580, 6: 610, 7: 640}
"""Lettable area of an upper level by number of levels, m2."""
LOAD = (2000, 1500, 1200, 1000, 1000, 1000, 750)
HEIGHT = (5.5, 4.5, 4.2, 4.0, 4.0, 4.0, 3.6)
LIFT = (0, 2500, 2500, 2500, 1500, 1500, 1500)
RENT = {3: 126, 4: 129, 5: 131, 6: 133, 7: 135}
GROSS = 1.2  # gross over lettable area
BUILD_EUR_M2 = 2050
EMBODIED_KG_M2 = 810
RUNNING_EUR_M2 = 12
HUB_M2 = 180


def designs() -> list[Row]:
    """Return the hotel designs, lowest first."""
    return [_design(levels) for levels in LEVELS]


def _design(levels: int) -> Row:
    area = LEVELS[levels]
    gross = round(area * GROSS) * levels
    return {
        "id": f"hotel_{levels}",
        "label": f"Productive hotel, {levels} levels",
        "tenure": "buy",
        "footprint_m2": round(area * GROSS),
        "height_m": 4.0 * levels + 3.0,
        "build_eur": round(gross * BUILD_EUR_M2, -3),
        "running_eur_year": RUNNING_EUR_M2 * gross,
        "embodied_co2e_kg": EMBODIED_KG_M2 * gross,
        "lifetime_years": 50,
        "needs_lorry": True,
        "docks": 1 + levels // 3,
        "rent_eur_m2_year": RENT[levels],
        "productive_share_min": 0.55,
        "let_share_min": 0.4,
        "lift_trips_per_day": 14 * (levels - 1),
        "roof_m2": round(0.7 * area),
        "levels": [_level(number, area - 60 * (number == 0)) for number in range(levels)],
    }


def _level(number: int, area: int) -> Row:
    return {
        "load_kg_m2": LOAD[number],
        "clear_height_m": HEIGHT[number],
        "lift_kg": LIFT[number],
        "units": [{**unit, "id": f"{number}-{unit['id']}"} for unit in _units(number, area)],
    }


def _units(number: int, area: int) -> list[Row]:
    """Return the units of a level: heavy below, hybrids in the middle, offices on top."""
    half = area // 2
    match number:
        case 0:
            yard = area * 2 // 3
            return [
                _unit("yard", yard, 10, "workshop", wet=True),
                _unit("street", area - yard, 40, "any"),
            ]
        case 1 | 4:
            return [_unit("whole", area, 24, "workshop" if number == 1 else "any", wet=True)]
        case 2 | 5:
            return [_unit("whole", area, 24, "hybrid", wet=number == 2)]
        case _:
            return [
                _unit("west", half, 12, "hybrid", at_most=3),
                _unit("east", area - half, 36, "office", vented=False, at_most=4),
            ]


def _unit(
    name: str,
    area: int,
    position: int,
    space: str,
    *,
    wet: bool = False,
    vented: bool = True,
    at_most: int = -1,
) -> Row:
    hybrid = space == "hybrid"
    return {
        "id": name,
        "area_m2": area,
        "position_m": float(position),
        "space": space,
        "wet": wet,
        "vented": vented,
        "tenants_max": at_most,
        "fit_out_eur_m2": 90 if hybrid else 0,
        "switch_eur_m2": 35 if hybrid else 0,
    }
