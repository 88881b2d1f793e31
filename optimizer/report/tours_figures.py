"""Tours beside the estimate of the siting model: by vehicle and criterion, by day, by area.

What is read of the `figures` of tours.json, all of it optional:

    estimate   {"vehicles": {vehicle: {"km", "hours", "co2e_kg", "cost_eur"}}}, as of the tours
    held_back  {"days": count, vehicle or "all": {"eur", "km", "hours"}}: (estimate - tours) /
               tours on days that were not used for fitting
    fit        {"points" and "other_hubs": [{"vehicle", "area": site or "city", "estimate": {"eur"},
               "tours": {"eur"}}], "rounds": [{"errors": {"eur", "km", "hours"},
               "changed_options"}], "agreed"}
    bound      {"value", "bound", "gap", "how"}
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.report.tours import DayTold

CRITERIA = ("km", "hours", "co2e_kg", "cost_eur")
ERRORS = ("eur", "km", "hours")
CRITERION_WORDS = {
    "km": "Distance (km)",
    "hours": "Time (hours)",
    "co2e_kg": "CO2e (kg)",
    "cost_eur": "Cost ({currency})",
}
VEHICLES = ("lorry", "van", "cargo_bike")
VEHICLE_WORDS = {
    "lorry": ("lorry", "lorries"),
    "van": ("van", "vans"),
    "cargo_bike": ("cargo bike", "cargo bikes"),
}


@dataclass(frozen=True)
class Beside:
    """One figure of tours beside its estimate; vehicle "" = all. estimate : None if not given."""

    criterion: str
    vehicle: str
    tours: float
    estimate: float | None

    @property
    def error(self) -> float | None:
        """(estimate - tours) / tours."""
        if self.estimate is None or self.tours == 0:
            return None
        return (self.estimate - self.tours) / self.tours


def vehicles_of(told: DayTold) -> list[str]:
    """Return the vehicles that drive, in the order of all figures."""
    used = {tour.vehicle for tour in told.tours}
    return [name for name in VEHICLES if name in used] + sorted(used - set(VEHICLES))


def beside(told: DayTold) -> list[Beside]:
    """Return every figure of tours with its estimate, criterion by criterion, all vehicles last."""
    sums = told.figures["vehicles"]
    estimate = told.told.get("estimate", {}).get("vehicles", {})
    names = vehicles_of(told)
    names += [name for name in estimate if name not in names and any(estimate[name].values())]
    rows = []
    for criterion in CRITERIA:
        lines = [
            Beside(
                criterion,
                name,
                sums.get(name, {}).get(criterion, 0.0),
                _number(estimate.get(name, {}).get(criterion)),
            )
            for name in names
        ]
        known = [line.estimate for line in lines if line.estimate is not None]
        whole = sum(known) if known and len(known) == len(lines) else None
        rows += [*lines, Beside(criterion, "", sum(line.tours for line in lines), whole)]
    return rows


def held_back(told: DayTold) -> dict[str, Any] | None:
    """Return how far the estimate is off on days held back: rows of vehicle and errors."""
    found = told.told.get("held_back")
    if not found:
        return None
    rows = [
        [name, *(_number(found[name].get(key)) for key in ERRORS)]
        for name in (*VEHICLES, "all")
        if isinstance(found.get(name), dict)
    ]
    return {"days": found.get("days"), "rows": rows}


def fitted(told: DayTold) -> dict[str, Any] | None:
    """Return points of estimate against tours, and what each round of fitting came to."""
    found = told.told.get("fit")
    if not found:
        return None
    rounds = [
        [*(_number(one["errors"].get(key)) for key in ERRORS), int(one["changed_options"])]
        for one in found.get("rounds", ())
    ]
    return {
        "points": _points(found.get("points", ())),
        "others": _points(found.get("other_hubs", ())),
        "rounds": rounds,
        "agreed": bool(found.get("agreed", False)),
    }


def _points(areas: Any) -> list[list[Any]]:
    """Return [vehicle, area, estimate, tours] in money, where both are amounts."""
    rows = [
        [one["vehicle"], one["area"], *(_number(one[key]["eur"]) for key in ("estimate", "tours"))]
        for one in areas
    ]
    return [row for row in rows if row[2] and row[3] and row[2] > 0 and row[3] > 0]


def bound_of(told: DayTold) -> dict[str, Any] | None:
    """Return value, bound and gap of the plan with its tours, and how the bound is proven."""
    found = told.told.get("bound")
    if not found:
        return None
    value, bound = _number(found.get("value")), _number(found.get("bound"))
    if value is None or bound is None:
        return None
    gap = _number(found.get("gap"))
    if gap is None and value > 0:
        gap = (value - bound) / value
    return {"value": value, "bound": bound, "gap": gap, "how": str(found.get("how", ""))}


def _number(value: Any) -> float | None:
    """Return a figure, or None for what is none (an error where no tours were, for instance)."""
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    return None
