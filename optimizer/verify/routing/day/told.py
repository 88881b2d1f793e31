"""What tours.json must say, leaf by leaf, recomputed from problem, day and tours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.day import DayRecord
from optimizer.core.documents import DIGEST
from optimizer.core.routing import Visit
from optimizer.core.tours_io import FORMAT
from optimizer.verify.compare import Free
from optimizer.verify.routing.day.figures import expected_figures, tour_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.case import Halt, Tour
    from optimizer.verify.routing.day.case import DayCase, Part

WORDS = Free(lambda claim: isinstance(claim, str) and claim.strip() != "", "a text")


def expected_document(case: DayCase, told: dict[str, Any]) -> dict[str, Any]:
    """Return tours.json as it must be; of other figures than those of tours anything may be told.

    Parameters
    ----------
    told
        The content of tours.json.
    """
    figures = told.get("figures")
    others = {} if not isinstance(figures, dict) else dict.fromkeys(figures, FREE)
    return {
        "format": FORMAT,
        "problem_digest": store.digest(case.problem),
        "day_digest": store.digest(DayRecord(case.day, case.day_plan)),
        "seed": case.day.seed,
        "hubs": [_hub(case, hub) for hub in range(len(case.day.hubs.id))],
        "tours": [_tour(case, part, tour) for part in case.parts for tour in part.tours.all],
        "not_brought": list(_not_brought(case)),
        "figures": {**others, "tours": expected_figures(case)},
        DIGEST: WORDS,
    }


FREE = Free(lambda _: True, "anything")


def _hub(case: DayCase, hub: int) -> dict[str, Any]:
    option, rules = int(case.day.hubs.option[hub]), case.problem.day
    site, design = case.site(option), int(case.problem.options.design[option])
    found: dict[str, Any] = {
        "id": case.day.hubs.id[hub],
        "site": case.problem.sites.id[site],
        "design": case.problem.designs.id[design],
        "lon": float(case.problem.sites.lon[site]),
        "lat": float(case.problem.sites.lat[site]),
    }
    for name in ("storage_parcels", "handling_parcels_per_hour"):
        found[name] = 0.0 if rules is None else float(getattr(rules, name)[design])
    return found


def _tour(case: DayCase, part: Part, tour: Tour) -> dict[str, Any]:
    fleet, places = part.tours.problem.fleet, part.tours.problem.place
    figures = tour_figures(case, part, tour)
    first, last = tour.halts[0], tour.halts[-1]
    return {
        "id": f"{_origin(case, part)} {tour.rank + 1}",
        **_echelon(case, part),
        "vehicle": fleet.profile[tour.vehicle_type],
        "type": fleet.id[tour.vehicle_type],
        "start": places[first.place],
        "end": places[last.place],
        "begins": hour_of_day(first.begin_s),
        "ends": hour_of_day(last.leave_s),
        "km": round(figures["km"], 3),
        "hours": figures["hours"],
        "cost_eur": figures["cost_eur"],
        "trips": [_trip(case, part, trip) for trip in tour.trips],
    }


def _origin(case: DayCase, part: Part) -> str:
    return "supply" if part.hub < 0 else case.day.hubs.id[part.hub]


def _echelon(case: DayCase, part: Part) -> dict[str, Any]:
    if part.hub < 0:
        return {"echelon": "supply", "hub": None}
    return {"echelon": "last_mile", "hub": case.day.hubs.id[part.hub]}


def _trip(case: DayCase, part: Part, trip: tuple[Halt, ...]) -> dict[str, Any]:
    problem = part.tours.problem
    stops = [halt.stop for halt in trip if halt.stop >= 0]
    load = {
        name: sum(int(problem.stops.deliver[stop, column]) for stop in stops)
        for column, name in enumerate(problem.load)
    }
    return {
        "leaves": hour_of_day(trip[0].leave_s),
        "load": load,
        "visits": [_visit(case, part, halt) for halt in trip],
    }


def _visit(case: DayCase, part: Part, halt: Halt) -> dict[str, Any]:
    problem = part.tours.problem
    found: dict[str, Any] = {
        "kind": Visit(halt.kind).name.lower(),
        "place": problem.place[halt.place],
        "lon": float(problem.lon[halt.place]),
        "lat": float(problem.lat[halt.place]),
        "arrive": hour_of_day(halt.arrive_s),
        "begin": hour_of_day(halt.begin_s),
        "leave": hour_of_day(halt.leave_s),
    }
    if halt.stop < 0:
        return found
    found |= {"stop": problem.stops.id[halt.stop], "parcels": part.parcels[halt.stop]}
    day = case.day
    belongs = day.supply_order if part.hub < 0 else day.last_mile_order[part.hub]
    order = int(belongs[halt.stop])
    if order >= 0:
        receiver = case.problem.demand.id[int(day.orders.point[order])]
        return {**found, "what": "delivery", "for": receiver}
    hub = int(day.supply_hub[halt.stop])
    if hub >= 0:
        return {**found, "what": "consignment", "for": day.hubs.id[hub]}
    site = case.site(int(day.supply_option[halt.stop]))
    return {**found, "what": "resupply", "for": case.problem.sites.id[site]}


def _not_brought(case: DayCase) -> Iterator[dict[str, Any]]:
    for part in case.parts:
        for stop, name in enumerate(part.tours.problem.stops.id):
            if stop not in part.visited:
                parcels, why = part.parcels[stop], {"reason": WORDS, "action": WORDS}
                yield {"stop": name, **_echelon(case, part), "parcels": parcels, **why}


def hour_of_day(moment_s: float) -> str:
    """Return hours, minutes and seconds since midnight, to the nearest second (half: up)."""
    minutes, seconds = divmod(int((moment_s + 0.5) // 1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"
