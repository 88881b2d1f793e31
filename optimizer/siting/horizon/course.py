"""Every figure of a programme, as `Course`, by the models' own arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import LandBasis
from optimizer.core.programme import ONE_OFF_WEIGHT_TERMS, Course
from optimizer.core.result import WEIGHT_TERMS, Criteria
from optimizer.core.timeline import annuity_of_periods, horizon_of
from optimizer.siting.criteria import criteria_of
from optimizer.siting.horizon import programme as ledgers
from optimizer.siting.horizon.accounts import Accounts, accounts_of, period_problems
from optimizer.siting.horizon.criteria import jobs_lost, one_off_terms
from optimizer.siting.horizon.uses import in_jurisdiction, use_area_m2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.data import SitingData

YEARLY = ("rents", "other_uses", "running", "subsidies", "interest")
"""Lines paid in equal parts at the end of each year; the others fall on a period's first day."""
WORTHLESS = ("opening", "transfers")
"""Lines that a purse does not earn or spend."""


def course_of(problem: Problem, datas: tuple[SitingData, ...], programme: Programme) -> Course:
    """Return every figure of `programme`; `datas` belong to the periods of `problem`."""
    parts = period_problems(problem)
    accounts, horizon = accounts_of(problem, parts), horizon_of(problem)
    periods = tuple(
        criteria_of(part, data, plan)
        for part, data, plan in zip(parts, datas, programme.plans, strict=True)
    )
    opened, use = ledgers.openings(programme), programme.use
    used = ledgers.land_used_m2(problem, accounts, opened, use)
    restored = ledgers.land_restored_m2(problem, accounts, programme.renaturation_m2)
    allowed = horizon.land.budget_m2 + programme.land_transfer_m2
    lines = ledgers.cash_lines(problem, accounts, programme)
    position, interest = ledgers.cash_positions(problem, accounts, lines)
    lines["interest"] = interest
    residual = _residual_eur(problem, accounts, programme)
    return Course(
        criteria=_criteria(problem, accounts, programme, periods),
        periods=periods,
        land_used_m2=used,
        land_restored_m2=restored,
        land_left_m2=allowed[:, None] - used + restored,
        cash=lines,
        debt_eur=np.maximum(-position, 0),
        balance_eur=np.maximum(position, 0),
        reserve_eur=ledgers.reserve_eur(problem, accounts, opened, use),
        npv_eur=_npv_eur(problem, accounts, lines, residual),
        residual_eur=residual,
        jobs_lost=float(jobs_lost(problem, accounts, programme)[-1]),
        use_m2=_use_m2(problem, accounts, programme),
        subsidy_eur_year=ledgers.subsidy_eur_year(problem, accounts, programme.plans),
    )


def _criteria(
    problem: Problem, accounts: Accounts, programme: Programme, periods: tuple[Criteria, ...]
) -> Criteria:
    """Return the figures of the whole horizon: weighted years, and totals of land and money."""

    def mean(figures: list[float]) -> float:
        return float(accounts.year_weight @ figures)

    def means(rows: list[dict[str, float]]) -> dict[str, float]:
        return {key: mean([row[key] for row in rows]) for key in rows[0]}

    terms = means([one.terms for one in periods]) | one_off_terms(problem, accounts, programme)
    weighing = (*WEIGHT_TERMS, *ONE_OFF_WEIGHT_TERMS)
    objective = sum(terms.values())
    opened = ledgers.openings(programme)
    basis = LandBasis(problem.rules.land_basis)
    soil = ledgers.soil_m2(problem, accounts, opened, programme.use, basis)[-1]
    sites = ledgers.cash_by_site(problem, accounts, programme)
    return Criteria(
        objective=objective,
        terms=terms,
        cost_eur_per_year=objective - sum(terms[name] for name in weighing),
        co2e_kg_per_year=mean([one.co2e_kg_per_year for one in periods]),
        vehicle_km_per_day=means([one.vehicle_km_per_day for one in periods]),
        share_by_channel=means([one.share_by_channel for one in periods]),
        served_share=mean([one.served_share for one in periods]),
        walk_min_mean=mean([one.walk_min_mean for one in periods]),
        land_consumption_m2=_by_jurisdiction(problem, soil),
        acquisition_eur=_by_jurisdiction(
            problem, (sites["purchases"] + sites["building"]).sum(axis=0)
        ),
        jobs_hosted=mean([one.jobs_hosted for one in periods]),
        floor_area_let_m2=mean([one.floor_area_let_m2 for one in periods]),
        jobs_by_skill=means([one.jobs_by_skill for one in periods]),
        sector_m2=means([one.sector_m2 for one in periods]),
        exchanged=means([one.exchanged for one in periods]),
        noise_share_max=mean([one.noise_share_max for one in periods]),
    )


def _by_jurisdiction(problem: Problem, per_site: NDArray[np.int64]) -> dict[str, float]:
    names, where = problem.rules.jurisdiction, problem.sites.jurisdiction
    return {name: float(per_site[where == rank].sum()) for rank, name in enumerate(names)}


def _npv_eur(
    problem: Problem,
    accounts: Accounts,
    lines: dict[str, NDArray[np.int64]],
    residual_eur: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the present value of each purse's lines and of what it holds at the end, (b,)."""
    yearly = annuity_of_periods(problem) / accounts.years
    rate, begin = problem.prices.discount_rate, accounts.first_year - accounts.first_year[0]
    once = (1.0 + rate) ** -begin.astype(float)
    end = int(begin[-1] + accounts.years[-1])
    total = residual_eur * (1.0 + rate) ** -float(end)
    for name, eur in lines.items():
        if name not in WORTHLESS:
            worth = eur @ (yearly if name in YEARLY else once)
            total = total - worth if name in ledgers.PAYMENTS else total + worth
    npv: NDArray[np.float64] = total
    return npv


def _residual_eur(
    problem: Problem, accounts: Accounts, programme: Programme
) -> NDArray[np.float64]:
    """Return what buildings and land of each purse are worth on the last day, (b,)."""
    opened, use = ledgers.openings(programme), programme.use[-1]
    begins, _ = ledgers.starts_and_stops(accounts, opened)
    begun = accounts.period_count - 1 - np.argmax(begins[::-1], axis=0)
    standing = opened[-1] & accounts.new
    value = np.zeros(problem.sites.count)
    own = np.flatnonzero(standing & ~accounts.on_pavilion)
    np.add.at(value, accounts.site[own], _left_eur(problem, accounts, own, begun[own]))
    bought = np.flatnonzero(standing & accounts.bought)
    np.add.at(value, accounts.site[bought], accounts.land_eur[-1, bought])
    value += np.where(use >= 0, accounts.use_land_eur[-1], 0)
    _, first = ledgers.placements(programme.pavilion_option)
    placed = np.flatnonzero(first.any(axis=1))
    if len(placed):
        stood = programme.pavilion_option[placed]
        last = stood.shape[1] - 1 - np.argmax(stood[:, ::-1] >= 0, axis=1)
        option = stood[np.arange(len(placed)), last]
        left = _left_eur(problem, accounts, option, np.argmax(first[placed], axis=1))
        np.add.at(value, accounts.site[option], left)
    covers = horizon_of(problem).purses.covers[:, problem.sites.jurisdiction]
    residual: NDArray[np.float64] = covers @ value
    return residual


def _left_eur(
    problem: Problem,
    accounts: Accounts,
    option: NDArray[np.integer],
    period: NDArray[np.integer],
) -> NDArray[np.float64]:
    """Return the straight-line value at the end of buildings that date from `period`."""
    end = int(accounts.first_year[-1] + accounts.years[-1])
    age = end - accounts.first_year[period]
    lifetime = problem.designs.lifetime_years[problem.options.design[option]]
    left: NDArray[np.float64] = np.maximum(1.0 - age / lifetime, 0.0)
    worth: NDArray[np.float64] = accounts.build_eur[-1, option] * left
    return worth


def _use_m2(problem: Problem, accounts: Accounts, programme: Programme) -> NDArray[np.int64]:
    """Return the area of each use in its jurisdiction, shape (u, t)."""
    uses, opened = horizon_of(problem).uses, ledgers.openings(programme)
    area = np.zeros((uses.count, accounts.period_count), dtype=np.int64)
    for use in range(uses.count):
        here = in_jurisdiction(problem, use)
        if accounts.takes_sites[use]:
            area[use] = (programme.use == use) @ np.where(here, problem.sites.parcel_m2, 0)
        else:
            area[use] = opened @ np.where(here[accounts.site], use_area_m2(problem, use), 0)
    return area
