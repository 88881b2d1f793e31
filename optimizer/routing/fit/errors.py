"""How far the estimate is from tours, (estimate - tours) / tours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE
from optimizer.routing.fit.estimate import VEHICLES, constants_at
from optimizer.routing.fit.regress import fit_samples
from optimizer.travel.haul import Leg, rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.fit import TourFit
    from optimizer.core.problem import Problem
    from optimizer.routing.fit.measure import Sample

FIGURES = ("eur", "km", "hours")


@dataclass(frozen=True, eq=False)
class Area(Frozen):
    """A point of the plot: one vehicle in one area over some days; sums."""

    vehicle: str
    area: str
    estimate: dict[str, float]
    tours: dict[str, float]

    def error(self, figure: str) -> float:
        """Return (estimate - tours) / tours; 0 where there is neither, nan where no tours are."""
        told, real = self.estimate[figure], self.tours[figure]
        if real <= 0.0:
            return 0.0 if told <= 0.0 else float("nan")
        return (told - real) / real


def compare(problem: Problem, fit: TourFit | None, samples: Sequence[Sample]) -> list[Area]:
    """Return estimate and tours of all days together: bikes by hub, lorries and vans by city."""
    sums: dict[tuple[str, str], Area] = {}
    for sample in samples:
        for vehicle in VEHICLES:
            told = sample.estimate[vehicle].told(constants_at(fit, vehicle, sample.site))
            real = sample.tours[vehicle]
            for row in range(len(real.metres)):
                area = _name(problem, sample, row) if vehicle == CARGO_BIKE else "city"
                figures = _figures(problem, vehicle, Leg(told.s[row : row + 1], told.m[row]))
                taken = _figures(
                    problem, vehicle, Leg(real.seconds[row : row + 1], real.metres[row])
                )
                known = sums.get((vehicle, area))
                if known is not None:
                    figures = {key: x + known.estimate[key] for key, x in figures.items()}
                    taken = {key: x + known.tours[key] for key, x in taken.items()}
                sums[vehicle, area] = Area(vehicle, area, figures, taken)
    return list(sums.values())


def together(areas: Sequence[Area], vehicle: str | None = None) -> Area:
    """Return the sum over areas, of one vehicle or all."""
    mine = [area for area in areas if vehicle in {None, area.vehicle}]
    return Area(
        vehicle or "all",
        "city",
        {key: sum(area.estimate[key] for area in mine) for key in FIGURES},
        {key: sum(area.tours[key] for area in mine) for key in FIGURES},
    )


def held_back_hubs(problem: Problem, samples: Sequence[Sample]) -> list[Area]:
    """Return each hub's tours beside the estimate with constants fitted to all other hubs."""
    found = []
    for site in np.unique(np.concatenate([sample.site for sample in samples])):
        fit = fit_samples(samples, problem.sites.count, without=int(site))
        name = problem.sites.id[int(site)]
        areas = compare(problem, fit, samples)
        found += [one for one in areas if one.vehicle == CARGO_BIKE and one.area == name]
    return found


def _name(problem: Problem, sample: Sample, row: int) -> str:
    return problem.sites.id[int(sample.site[row])]


def _figures(problem: Problem, vehicle: str, leg: Leg) -> dict[str, float]:
    seconds, metres = float(np.sum(leg.s)), float(np.sum(leg.m))
    rate = rates(problem.prices, vehicle)
    eur = rate.eur_per_s * seconds + rate.eur_per_m * metres
    return {"eur": eur, "km": metres / 1000.0, "hours": seconds / 3600.0}
