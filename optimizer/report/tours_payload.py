"""What the page shows of a day's tours, as JSON columns; lines are packed apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.report.plan_payload import degrees
from optimizer.report.tours import HOUR_S
from optimizer.report.tours_figures import (
    CRITERION_WORDS,
    VEHICLE_WORDS,
    beside,
    bound_of,
    fitted,
    held_back,
    vehicles_of,
)
from optimizer.report.tours_hubs import hub_days
from optimizer.report.tours_words import customers, day_sentence, missed_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.report.tours import DayTold
    from optimizer.report.tours_hubs import HubDay

MISSED_SHOWN = 200


def tours_payload(told: DayTold) -> dict[str, Any]:
    """Return everything about the day but the lines of its ways."""
    missed = missed_rows(told)
    currency = told.problem.prices.currency
    return {
        "sentence": day_sentence(told),
        "seed": told.day.seed,
        "parcels": told.figures["parcels"],
        "total": told.figures["total"],
        "stops": customers(told),
        "vehicles": [[name, *VEHICLE_WORDS.get(name, (name, name))] for name in vehicles_of(told)],
        "list": _list(told),
        "visits": _visits(told),
        "hubs": [_hub(one) for one in hub_days(told)],
        "beside": [
            [
                CRITERION_WORDS[row.criterion].format(currency=currency),
                row.vehicle,
                row.estimate,
                row.tours,
                row.error,
            ]
            for row in beside(told)
        ],
        "heldBack": held_back(told),
        "fit": fitted(told),
        "bound": bound_of(told),
        "missed": [
            [
                *(row[key] for key in ("stop", "parcels", "reason", "action")),
                degrees(row["lon"]),
                degrees(row["lat"]),
            ]
            for row in missed[:MISSED_SHOWN]
        ],
        "missedCount": len(missed),
    }


def _list(told: DayTold) -> dict[str, list[Any]]:
    """Return one column per figure of a tour; `first` has one more, the end of the last."""
    tours = told.tours
    names = vehicles_of(told)
    return {
        "id": [tour.id for tour in tours],
        "hub": [tour.hub for tour in tours],
        "vehicle": [names.index(tour.vehicle) for tour in tours],
        "type": [tour.type_name for tour in tours],
        "begin": [round(tour.begin_s) for tour in tours],
        "end": [round(tour.end_s) for tour in tours],
        "m": [tour.metres for tour in tours],
        "parcels": [tour.parcels for tour in tours],
        "kg": [round(tour.kg) for tour in tours],
        "stops": [tour.stops for tour in tours],
        "trips": [tour.trips for tour in tours],
        "eur": [round(tour.cost_eur, 1) for tour in tours],
        "co2e": [round(tour.co2e_kg, 2) for tour in tours],
        "first": [*(tour.first for tour in tours), len(told.visits.kind)],
    }


def _visits(told: DayTold) -> dict[str, list[Any]]:
    visits = told.visits
    names = sorted(set(visits.name))
    rank = {name: number for number, name in enumerate(names)}
    return {
        "names": names,
        "name": [rank[name] for name in visits.name],
        "kind": visits.kind.tolist(),
        "what": [("", "hub", "delivery point", "door").index(what) for what in visits.what],
        "number": visits.number.tolist(),
        "trip": visits.trip.tolist(),
        "arrive": _seconds(visits.arrive_s),
        "begin": _seconds(visits.begin_s),
        "leave": _seconds(visits.leave_s),
        "m": visits.metres.tolist(),
        "parcels": visits.parcels.tolist(),
        "onBoard": visits.on_board.tolist(),
        "kg": _tenths(visits.kg_on_board),
        "lon": [degrees(value) for value in visits.lon],
        "lat": [degrees(value) for value in visits.lat],
    }


def _seconds(values: NDArray[np.float64]) -> list[int]:
    return [int(value) for value in np.rint(values)]


def _tenths(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 1) for value in values]


def _hub(one: HubDay) -> dict[str, Any]:
    rate, storage = one.handling_per_hour, one.storage
    return {
        "id": one.id,
        "name": one.name,
        "site": one.site,
        "storage": storage if np.isfinite(storage) else None,
        "handling": rate if np.isfinite(rate) else None,
        "parcels": one.parcels,
        "peak": one.peak,
        "came": [
            [
                row.tour,
                round(row.arrive_s),
                round(row.came_s),
                round(row.ready_s),
                row.parcels,
                None if row.first_leave_s is None else round(row.first_leave_s),
                round(row.ready_s - (HOUR_S * row.parcels / rate)),
            ]
            for row in one.consignments
        ],
        "trips": [
            [trip.tour, trip.trip, round(trip.begin_s), round(trip.leave_s), trip.parcels]
            for trip in one.trips
        ],
        "at": _seconds(one.at_s),
        "stored": one.stored.tolist(),
        "handled": _tenths(one.handled),
    }
