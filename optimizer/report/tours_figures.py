"""Tours beside the estimate of the siting model: by vehicle and criterion, by day, by area.

What is read of the `figures` of tours.json, all of it optional:

    estimate   {"vehicles": {vehicle: {"km", "hours", "co2e_kg", "cost_eur"}}}, as of the tours
    held_back  [{"day" or "seed", "estimate_eur", "tours_eur"}], days not used for fitting
    fit        {"points": [{"area", "vehicle", "estimate_eur", "tours_eur"}], "words": text}
    bound      {"value", "bound", "gap", "how"}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.report.tours import DayTold

CRITERIA = ("km", "hours", "co2e_kg", "cost_eur")
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


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
