"""Conflicts over years: land and money by period, dates, other uses, firms, pavilions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.impossible.seed import PLENTY, REQUIRED, Seeded, Town
from optimizer.core.horizon import EVER, NET, Firms, Pavilions, Renaturation, Rents, Uses
from optimizer.core.kinds import Kind, LandStatus, OptionStatus
from optimizer.siting.horizon.accounts import accounts_of
from tests.horizon import ints, land_ledger, purse, whole

if TYPE_CHECKING:
    from collections.abc import Callable

HUB, HOTEL = Kind.MICRO_HUB, Kind.PRODUCTIVE_HOTEL
BEGIN, SPAN = 2026, 5


def _town(seed: int, *, firms: int = 2) -> tuple[Town, int]:
    """Return a town over years and how many periods it has."""
    count = 2 + seed % 3
    return Town(seed, firms=firms, periods=count), count


def land_over_years(seed: int) -> Seeded:
    """Put in a budget of consumption to the end, smaller than what is required."""
    town, _ = _town(seed)
    option = town.pick(HUB, HOTEL, soil=True)
    town.require(option)
    budget = town.footprint(option) - town.some(1, 90)
    town.years(land=land_ledger(town.problem, budget, name=("ENAF",)))
    return Seeded(town.problem, (("land", "land budget 'ENAF'"), REQUIRED))


def second_ledger(seed: int) -> Seeded:
    """Two budgets one after the other, and a required hub that comes when the second begins."""
    town, _ = _town(seed)
    option = town.pick(HUB, soil=True)
    town.require(option)
    town.year_at("timing", "build_years", town.design(option), SPAN)
    both = np.ones((2, 2), dtype=bool)
    ledger = land_ledger(town.problem, 0).replace(
        name=("ENAF", "ZAN"),
        metric=("enaf_consumption", NET),
        basis=("footprint",) * 2,
        temporary=("counts",) * 2,
        source=("by hand",) * 2,
        covers=both,
        budget_m2=whole(0, town.footprint(option) - 1),
        first_year=ints(0, BEGIN + SPAN),
        last_year=ints(BEGIN + SPAN - 1, EVER),
    )
    town.years(land=ledger)
    return Seeded(town.problem, (("land", "land budget 'ZAN'"), REQUIRED))


def _park(town: Town, area_m2: int, years: int, first_year: int = BEGIN) -> Renaturation:
    return Renaturation(
        ("park",), ("by hand",), ints(0), whole(area_m2), whole(town.some(1, 50)), ints(years),
        ints(first_year),
    )  # fmt: skip


def net_zero(seed: int) -> Seeded:
    """No net artificialisation, nothing to give back, and a required hub on natural land."""
    town, _ = _town(seed)
    town.require(town.pick(HUB, soil=True))
    town.years(land=land_ledger(town.problem, 0, metric=(NET,)))
    return Seeded(town.problem, (("land", "land budget 'soil'"), REQUIRED))


def too_little_to_give_back(seed: int) -> Seeded:
    """No net artificialisation, and less to give back than what is required takes."""
    town, _ = _town(seed)
    option = town.pick(HUB, soil=True)
    town.require(option)
    park = _park(town, town.footprint(option) - town.some(1, 60), 0)
    town.years(land=land_ledger(town.problem, 0, metric=(NET,)), renaturation=park)
    clash = (("land", "land budget 'soil'"), ("renaturation", "renaturation 'park'"), REQUIRED)
    return Seeded(town.problem, clash)


def given_back_too_late(seed: int) -> Seeded:
    """Enough to give back, but it counts years after the soil is taken."""
    town, _ = _town(seed)
    option = town.pick(HUB, soil=True)
    town.require(option)
    park = _park(town, 9 * town.footprint(option), SPAN + town.some(1, 9))
    town.years(land=land_ledger(town.problem, 0, metric=(NET,)), renaturation=park)
    clash = (("land", "land budget 'soil'"), ("renaturation", "time of renaturation"), REQUIRED)
    return Seeded(town.problem, clash)


def _price(town: Town, option: int, period: int = 0) -> int:
    accounts = accounts_of(town.problem)
    return int(accounts.build_eur[period, option] + accounts.land_eur[period, option])


def grants_come_late(seed: int) -> Seeded:
    """Put in a purse that is empty until a grant which comes one period too late."""
    town, count = _town(seed)
    option = town.pick(HUB, HOTEL)
    town.require(option)
    price = _price(town, option)
    grants = np.zeros((1, count), dtype=np.int64)
    grants[0, 1] = 2 * price
    town.years(purses=purse(town.problem, price - town.some(1, 9_999), count, grant_eur=grants))
    return Seeded(town.problem, (("money", "purse 'purse'"), REQUIRED))


def debt_is_due(seed: int) -> Seeded:
    """Put in a purse that may borrow what it needs, and cannot pay it back to the end."""
    town, count = _town(seed)
    option = town.pick(HUB)
    town.require(option)
    price = _price(town, option)
    town.years(
        purses=purse(
            town.problem, 0, count, borrow_max_eur=whole(2 * price),
            debt_end_max_eur=whole(price - town.some(1, 9_999)),
        )
    )  # fmt: skip
    return Seeded(town.problem, (("money", "purse 'purse'"), ("money", "at the end"), REQUIRED))


def running_costs(seed: int) -> Seeded:
    """Put in an existing hub whose running cost the purse cannot bear."""
    town, count = _town(seed)
    option = town.pick(HUB)
    town.require(option, status=OptionStatus.EXISTING)
    total = int(accounts_of(town.problem).running_eur[:, option].sum())
    owner = purse(town.problem, total - town.some(1, 999), count, pays_running=np.array([True]))
    town.years(purses=owner)
    return Seeded(town.problem, (("money", "purse 'purse'"), ("quotas", "existing option")))


def reserve_is_missing(seed: int) -> Seeded:
    """Put in a purse that pays the price, but not the surprise that it must be ready for."""
    town, count = _town(seed)
    option = town.pick(HUB)
    town.require(option)
    deviation = town.some(1_000, 50_000)
    town.year_at("ground", "clean_up_deviation_eur", town.site(option), deviation)
    owner = purse(town.problem, _price(town, option) + deviation // 2, count, gamma=ints(1))
    town.years(purses=owner)
    return Seeded(town.problem, (("money", "purse 'purse'"), ("money", "reserve"), REQUIRED))


def subsidies_are_capped(seed: int) -> Seeded:
    """Put in a required hotel full of young firms, whose rent nobody may make up for."""
    town, count = _town(seed, firms=40)
    option = town.pick(HOTEL)
    town.require(option)
    town.design_at("let_share_min", town.design(option), 0.3)
    founded = np.full(40, BEGIN - 1, dtype=np.int32)
    town.years(
        rents=Rents(ints(60), np.array([0.5]), founded),
        purses=purse(town.problem, PLENTY, count, subsidy_max_eur_year=whole(town.some(0, 99))),
    )
    return Seeded(town.problem, (("subsidy", "subsidies"), ("floors", "let share"), REQUIRED))


def _use(town: Town, area_m2: int, first_year: int = BEGIN) -> Uses:
    zones = len(town.problem.zoning.zone)
    return Uses(
        ("health",), ("by hand",), ints(-1), whole(area_m2), ints(first_year),
        np.ones((1, zones), dtype=bool), np.zeros(1), np.zeros(1, dtype=bool),
    )  # fmt: skip


def uses_outgrow_the_town(seed: int) -> Seeded:
    """Another use that needs more land than all sites have."""
    town, count = _town(seed)
    total = int(town.problem.sites.parcel_m2.sum())
    last = BEGIN + SPAN * (count - 1)
    town.years(uses=_use(town, total + town.some(1, 5_000), last))
    return Seeded(town.problem, (("uses", "area of the use 'health'"),))


def uses_against_required(seed: int) -> Seeded:
    """Another use that needs every site but one, where a hub is required as well."""
    town, _ = _town(seed)
    option = town.pick(HUB)
    town.require(option)
    town.years(uses=_use(town, int(town.problem.sites.parcel_m2.sum())))
    return Seeded(town.problem, (("uses", "area of the use 'health'"), REQUIRED))


def _firm(town: Town, option: int, premises_m: float, **limits: float) -> Firms:
    site = town.site(option)
    jobs = float(town.some(5, 60))
    fields = {
        "move_max_m": 1_000.0, "jobs_lost_max": jobs - town.some(1, 5), "job_lost_eur_year": 0.0,
        **limits,
    }  # fmt: skip
    return Firms(
        ("forge",), ("Forge",), ints(site), whole(4), np.array([jobs]), np.zeros(1, dtype=bool),
        whole(10_000), whole(50_000), ("shed",), whole(500), np.array([[premises_m]]), **fields,
    )  # fmt: skip


def jobs_are_lost(seed: int) -> Seeded:
    """Put in a firm that would have to go, nowhere to go, and a limit on jobs lost."""
    town, _ = _town(seed)
    option = town.pick(HUB)
    town.require(option)
    town.years(firms=_firm(town, option, np.inf))
    return Seeded(town.problem, (("firms", "jobs lost"), ("firms", "firm 'Forge'"), REQUIRED))


def premises_are_far(seed: int) -> Seeded:
    """Put in a firm that could move, but only farther than the limit."""
    town, _ = _town(seed)
    option = town.pick(HUB)
    town.require(option)
    town.years(firms=_firm(town, option, 1_000.0 + town.some(1, 3_000)))
    clash = (("firms", "jobs lost"), ("firms", "distance of a move"), REQUIRED)
    return Seeded(town.problem, clash)


def stay_outlasts_the_lease(seed: int) -> Seeded:
    """Put in a minimum stay longer than the site is free."""
    town, _ = _town(seed)
    option = town.pick(HUB)
    town.require(option)
    town.year_at("ground", "free_until_year", town.site(option), BEGIN + SPAN - 1)
    town.year_at("timing", "minimum_stay_years", town.design(option), SPAN + town.some(1, SPAN))
    clash = (("time", "free years"), ("time", "minimum stay"), REQUIRED)
    return Seeded(town.problem, clash)


def free_after_the_end(seed: int) -> Seeded:
    """Put in a site that becomes free when the horizon is almost over."""
    town, count = _town(seed)
    option = town.pick(HUB, HOTEL)
    town.require(option)
    town.year_at("ground", "free_from_year", town.site(option), BEGIN + SPAN * count - 1)
    return Seeded(town.problem, (("time", "free years"), REQUIRED))


def delay_beyond_the_end(seed: int) -> Seeded:
    """Put in a required hotel that takes longer to come than the horizon lasts."""
    town, count = _town(seed)
    option = town.pick(HOTEL)
    town.require(option)
    delay = SPAN * count + town.some(0, 5)
    town.year_at("timing", "build_years", town.design(option), delay)
    return Seeded(town.problem, (("time", "delay"), REQUIRED))


def clean_up_takes_too_long(seed: int) -> Seeded:
    """Put in a site that cannot be cleaned up before the end."""
    town, count = _town(seed)
    option = town.pick(HUB, HOTEL)
    town.require(option)
    town.year_at("ground", "clean_up_years", town.site(option), SPAN * count)
    return Seeded(town.problem, (("time", "clean-up"), REQUIRED))


def _pavilions(design: int, count: int, moves: int) -> Pavilions:
    return Pavilions(
        tuple(f"pavilion {rank}" for rank in range(count)),
        np.full(count, design, dtype=np.int32),
        np.full(count, moves, dtype=np.int32),
        np.full(count, 1_000, dtype=np.int64),
        np.zeros(count),
    )


def _same_design(town: Town) -> tuple[int, int]:
    """Return two options of the small hub on two sites."""
    mine = np.flatnonzero(town.problem.options.design == 0)
    first, second = town.dice.choice(mine, 2, replace=False)
    return int(first), int(second)


def stock_is_short(seed: int) -> Seeded:
    """Two places for one pavilion."""
    town, _ = _town(seed)
    town.require(*_same_design(town))
    town.years(pavilions=_pavilions(0, 1, 5))
    return Seeded(town.problem, (("pavilions", "stock"), REQUIRED, REQUIRED))


def pavilions_may_not_move(seed: int) -> Seeded:
    """One pavilion, two sites one after the other, and no move allowed."""
    town, _ = _town(seed)
    first, second = _same_design(town)
    town.require(first, second)
    town.year_at("ground", "free_until_year", town.site(first), BEGIN + SPAN - 1)
    town.year_at("ground", "free_from_year", town.site(second), BEGIN + SPAN)
    town.years(pavilions=_pavilions(0, 1, 0))
    clash = (("pavilions", "moves"), ("pavilions", "stock"), REQUIRED, REQUIRED)
    return Seeded(town.problem, clash)


def quota_of_a_later_year(seed: int) -> Seeded:
    """Put in a quota of lockers' sites from the second period on, when none of them is free."""
    town, _ = _town(seed)
    kind = town.problem.designs.kind[town.problem.options.design]
    mine = np.unique(town.problem.options.site[kind == Kind.DELIVERY_POINT])
    until = town.problem.horizon.ground.free_until_year.copy()
    until[mine] = BEGIN + SPAN - 1
    town.quota(Kind.DELIVERY_POINT, at_least=town.some(1, 2))
    ground = town.problem.horizon.ground.replace(free_until_year=until)
    town.years(ground=ground, quota_first_year=ints(BEGIN + SPAN))
    return Seeded(town.problem, (("quotas", "at least"), ("time", "free years of sites")))


def one_of_two_towns(seed: int) -> Seeded:
    """Two jurisdictions with land of their own; only one of them is short of it."""
    town, _ = _town(seed)
    option = town.pick(HUB, soil=True)
    town.require(option)
    place = int(town.problem.sites.jurisdiction[town.site(option)])
    budgets = [PLENTY, PLENTY]
    budgets[place] = town.footprint(option) - 1
    ledger = land_ledger(town.problem, 0).replace(
        name=("east soil", "west soil"),
        metric=("enaf_consumption",) * 2,
        basis=("parcel", "footprint"),
        temporary=("counts",) * 2,
        source=("by hand",) * 2,
        covers=np.eye(2, dtype=bool),
        budget_m2=whole(*budgets),
        first_year=ints(0, 0),
        last_year=ints(EVER, EVER),
    )
    town.years(land=ledger)
    name = ("east soil", "west soil")[place]
    return Seeded(town.problem, (("land", f"land budget {name!r}"), REQUIRED))


def other_use_on_natural_land(seed: int) -> Seeded:
    """Another use that seals the soil which the land budget protects."""
    town, _ = _town(seed)
    status = np.full(town.problem.sites.count, LandStatus.NATURAL, dtype=np.int8)
    town.sites(land_status=status)
    least = town.some(50, 400)
    town.years(
        uses=_use(town, least).replace(artificialises=np.ones(1, dtype=bool)),
        land=land_ledger(town.problem, 5),
    )
    clash = (("land", "land budget 'soil'"), ("uses", "area of the use 'health'"))
    return Seeded(town.problem, clash)


SEEDS: tuple[Callable[[int], Seeded], ...] = (
    land_over_years,
    second_ledger,
    net_zero,
    too_little_to_give_back,
    given_back_too_late,
    grants_come_late,
    debt_is_due,
    running_costs,
    reserve_is_missing,
    subsidies_are_capped,
    uses_outgrow_the_town,
    uses_against_required,
    jobs_are_lost,
    premises_are_far,
    stay_outlasts_the_lease,
    free_after_the_end,
    delay_beyond_the_end,
    clean_up_takes_too_long,
    stock_is_short,
    pavilions_may_not_move,
    quota_of_a_later_year,
    one_of_two_towns,
    other_use_on_natural_land,
)
