"""Recompute every figure of a programme."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.programme import CASH_LINES, ONE_OFF_TERMS, ONE_OFF_WEIGHT_TERMS, Course
from optimizer.core.result import WEIGHT_TERMS, Criteria
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.cash import entries, lines
from optimizer.verify.horizon.events import events
from optimizer.verify.horizon.firms import jobs_lost
from optimizer.verify.horizon.land import restored_m2, soil_m2, used_m2
from optimizer.verify.horizon.money import reserve_eur
from optimizer.verify.horizon.subsidy import subsidy_eur_year
from optimizer.verify.horizon.uses import area_m2
from optimizer.verify.horizon.worth import npv_eur, residual_eur, year_weights
from optimizer.verify.paths import Paths
from optimizer.verify.recompute import recompute_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.verify.horizon.cash import Entry


def recompute_programme(
    problem: Problem, programme: Programme, *, paths: Paths | None = None
) -> Course:
    """Return every figure of `programme`, computed anew from the problem.

    The programme must be well formed (`check_programme` finds nothing about "programme").
    """
    years = Years(problem, programme, paths or Paths(problem.streets))
    periods = tuple(recompute_case(case) for case in years.cases)
    happened = entries(years)
    ledgers, purses = range(years.horizon.land.count), range(years.horizon.purses.count)
    told = [lines(years, b, happened) for b in purses]
    residual = [residual_eur(years, b) for b in purses]
    positions = _table(years, [position for _, position in told])
    used = _table(years, [used_m2(years, b) for b in ledgers])
    restored = _table(years, [restored_m2(years, b) for b in ledgers])
    allowed = years.horizon.land.budget_m2 + programme.land_transfer_m2
    return Course(
        criteria=_criteria(years, periods, happened),
        periods=periods,
        land_used_m2=used,
        land_restored_m2=restored,
        land_left_m2=allowed[:, None] - used + restored,
        cash={line: _table(years, [row[line] for row, _ in told]) for line in CASH_LINES},
        debt_eur=np.maximum(0, -positions),
        balance_eur=np.maximum(0, positions),
        reserve_eur=_table(years, [_row(years, reserve_eur, b) for b in purses]),
        npv_eur=np.array([npv_eur(years, told[b][0], residual[b]) for b in purses], dtype=float),
        residual_eur=np.array(residual, dtype=float),
        jobs_lost=jobs_lost(years),
        use_m2=_table(years, [_row(years, area_m2, u) for u in range(years.horizon.uses.count)]),
        subsidy_eur_year=_table(
            years, [_row(years, subsidy_eur_year, b) for b in purses], kind=np.float64
        ),
    )


def _row(years: Years, figure: Callable[[Years, int, int], Any], which: int) -> list[Any]:
    return [figure(years, which, t) for t in range(years.count)]


def _table(years: Years, rows: list[list[Any]], kind: type = np.int64) -> NDArray[Any]:
    """Return rows by period as a table, also where there is no row."""
    return np.array(rows, dtype=kind).reshape(len(rows), years.count)


def _criteria(years: Years, periods: tuple[Criteria, ...], happened: list[Entry]) -> Criteria:
    """Return the figures of the whole horizon."""
    weights = year_weights(years)

    def mean(figures: Iterable[float]) -> float:
        return math.fsum(w * figure for w, figure in zip(weights, figures, strict=True))

    def means(rows: list[dict[str, float]]) -> dict[str, float]:
        return {key: mean([row[key] for row in rows]) for key in rows[0]}

    terms = means([one.terms for one in periods])
    added = events(years)
    for term in ONE_OFF_TERMS:
        terms[term] = math.fsum(one.eur_year for one in added if one.term == term)
    weighing = {*WEIGHT_TERMS, *ONE_OFF_WEIGHT_TERMS}
    return Criteria(
        objective=math.fsum(terms.values()),
        terms=terms,
        cost_eur_per_year=math.fsum(eur for term, eur in terms.items() if term not in weighing),
        co2e_kg_per_year=mean([one.co2e_kg_per_year for one in periods]),
        vehicle_km_per_day=means([one.vehicle_km_per_day for one in periods]),
        share_by_channel=means([one.share_by_channel for one in periods]),
        served_share=mean([one.served_share for one in periods]),
        walk_min_mean=mean([one.walk_min_mean for one in periods]),
        land_consumption_m2=_consumed(years),
        acquisition_eur=_acquired(years, happened),
        jobs_hosted=mean([one.jobs_hosted for one in periods]),
        floor_area_let_m2=mean([one.floor_area_let_m2 for one in periods]),
        jobs_by_skill=means([one.jobs_by_skill for one in periods]),
        sector_m2=means([one.sector_m2 for one in periods]),
        exchanged=means([one.exchanged for one in periods]),
        noise_share_max=mean([one.noise_share_max for one in periods]),
    )


def _consumed(years: Years) -> dict[str, float]:
    """Return the soil that the programme consumes for good, by jurisdiction."""
    rules = years.problem.rules
    soil = soil_m2(years, rules.land_basis, dismantlable=True)[-1]
    found = dict.fromkeys(rules.jurisdiction, 0.0)
    for j, m2 in enumerate(soil.tolist()):
        found[rules.jurisdiction[years.jurisdiction(j)]] += float(m2)
    return found


def _acquired(years: Years, happened: list[Entry]) -> dict[str, float]:
    """Return purchases and buildings of all periods, by jurisdiction."""
    names = years.problem.rules.jurisdiction
    found = dict.fromkeys(names, 0)
    for one in happened:
        if one.line in {"purchases", "building"}:
            found[names[one.jurisdiction]] += one.eur
    return {name: float(eur) for name, eur in found.items()}
