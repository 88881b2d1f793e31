"""What a programme does to land, purses and sites: fast arithmetic shared by all ways of solving.

Every function takes the `Accounts` of the problem and plain decision arrays, so that a search can
ask for one ledger alone. Shapes: t periods, o options, s sites, b ledgers or purses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.horizon import COUNTS, NET, WHILE_STANDING
from optimizer.core.kinds import LandBasis
from optimizer.core.programme import CASH_LINES
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.accounts import whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.horizon import LandLedgers
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.accounts import Accounts

    Bools = NDArray[np.bool_]
    Whole = NDArray[np.int64]

PAYMENTS = CASH_LINES[CASH_LINES.index("purchases") :]
DAYS = 365.0


@dataclass(frozen=True, eq=False)
class ProgrammeAnswer(Frozen):
    """What a way of solving found: programme, proven bound (EUR per year), why it stopped.

    stopped_by : as in `core.result.Outcome`. infeasible : proven that there is no programme.
    """

    programme: Programme | None
    bound: float | None
    stopped_by: str
    infeasible: bool = False


def openings(programme: Programme) -> Bools:
    """Return which options are open in each period, shape (t, o)."""
    return np.array([plan.open_option for plan in programme.plans])


def starts_and_stops(accounts: Accounts, opened: Bools) -> tuple[Bools, Bools]:
    """Return when new options open and close, shapes (t, o)."""
    before = np.vstack([np.zeros_like(opened[:1]), opened[:-1]])
    return opened & ~before & accounts.new, before & ~opened & accounts.new


def on_sites(accounts: Accounts, amounts: NDArray[np.generic]) -> Whole:
    """Add up amounts of options over their sites: (t, o) -> (t, s)."""
    total = np.zeros((len(amounts), len(accounts.soil)), dtype=np.int64)
    np.add.at(total.T, accounts.site, amounts.T.astype(np.int64))
    return total


def touched(accounts: Accounts, opened: Bools, use: NDArray[np.int8]) -> Bools:
    """Return which sites have been built on or used otherwise, in a period or before, (t, s)."""
    built = on_sites(accounts, opened & (accounts.footprint_m2 > 0)) > 0
    reached: Bools = np.logical_or.accumulate(built | (use >= 0), axis=0)
    return reached


def first_time(state: Bools) -> Bools:
    """Return where a state that never ends begins, shape (t, ...)."""
    begins: Bools = state & ~np.concatenate([np.zeros_like(state[:1]), state[:-1]])
    return begins


def ledger_periods(ledgers: LandLedgers, accounts: Accounts) -> Bools:
    """Return in which periods each ledger holds, shape (b, t)."""
    year = accounts.first_year[None, :]
    holds: Bools = (ledgers.first_year[:, None] <= year) & (year <= ledgers.last_year[:, None])
    return holds


def taken_m2(
    problem: Problem, accounts: Accounts, opened: Bools, use: NDArray[np.int8], basis: str
) -> Whole:
    """Return the soil that open options and sealing uses take in each period itself, (t, s)."""
    uses, parcel = horizon_of(problem).uses, problem.sites.parcel_m2[None, :]
    taken = on_sites(accounts, np.where(opened, accounts.footprint_m2, 0))
    if basis == LandBasis.PARCEL:
        taken = np.where(taken > 0, parcel, 0)
    if uses.count:
        taken = np.where((use >= 0) & uses.artificialises[use], parcel, taken)
    return np.where(accounts.soil, taken, 0)


def soil_m2(
    problem: Problem, accounts: Accounts, opened: Bools, use: NDArray[np.int8], basis: str
) -> Whole:
    """Return the soil that open options and sealing uses have consumed by each period, (t, s)."""
    taken = taken_m2(problem, accounts, opened, use, basis)
    soil: Whole = np.maximum.accumulate(taken, axis=0)
    return soil


def land_used_m2(
    problem: Problem, accounts: Accounts, opened: Bools, use: NDArray[np.int8]
) -> Whole:
    """Return what each ledger has used by the end of each period, 0 outside its years; (b, t)."""
    ledgers = horizon_of(problem).land
    holds = ledger_periods(ledgers, accounts)
    used, unused = np.zeros(holds.shape, dtype=np.int64), np.full_like(use, -1)
    for ledger in np.flatnonzero(holds.any(axis=1)).tolist():
        basis, temporary = ledgers.basis[ledger], ledgers.temporary[ledger]
        passing = opened & accounts.dismantlable & (temporary != COUNTS)
        soil = soil_m2(problem, accounts, opened & ~passing, use, basis)
        begin = int(np.argmax(holds[ledger]))
        spent = soil - soil[begin - 1] if begin > 0 else soil
        if temporary == WHILE_STANDING:
            brief = taken_m2(problem, accounts, passing, unused, basis)
            spent = spent + np.where((soil > 0) & (basis == LandBasis.PARCEL), 0, brief)
        mine = ledgers.covers[ledger, problem.sites.jurisdiction]
        used[ledger] = np.where(holds[ledger], spent[:, mine].sum(axis=1), 0)
    return used


def restoring(problem: Problem, accounts: Accounts) -> Bools:
    """Return which starts of renaturation count for a ledger in a period, shape (b, r, s, t)."""
    horizon = horizon_of(problem)
    ledgers, projects, year = horizon.land, horizon.renaturation, accounts.first_year
    holds = ledger_periods(ledgers, accounts)
    net = np.array([metric == NET for metric in ledgers.metric], dtype=bool)
    mine = ledgers.covers[:, projects.jurisdiction] & net[:, None]
    periods = np.arange(len(year))
    done = (year[:, None] + projects.years[:, None, None]) <= (year + accounts.years)[None, None]
    done = done & (periods[:, None] <= periods[None, :])
    counts: Bools = mine[:, :, None, None] & done[None] & holds[:, None, :, None]
    return counts & holds[:, None, None, :]


def land_restored_m2(problem: Problem, accounts: Accounts, renaturation_m2: Whole) -> Whole:
    """Return what each ledger may count as given back by the end of each period, shape (b, t)."""
    counts = restoring(problem, accounts).astype(np.int64)
    restored: Whole = np.einsum("brst,rs->bt", counts, renaturation_m2)
    return restored


def placements(pavilion_option: NDArray[np.int32]) -> tuple[Bools, Bools]:
    """Return when pavilions arrive somewhere, and which arrivals are their first; (v, t) each."""
    before = np.hstack([np.full_like(pavilion_option[:, :1], -1), pavilion_option[:, :-1]])
    arrived: Bools = (pavilion_option >= 0) & (pavilion_option != before)
    first: Bools = arrived & (np.cumsum(arrived, axis=1) == 1)
    return arrived, first


def capacity_share(
    problem: Problem, accounts: Accounts, pavilion_option: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return the share of its capacity that each option keeps while pavilions move, (t, o)."""
    share = np.ones(accounts.build_eur.shape)
    arrived, first = placements(pavilion_option)
    for which, period in zip(*np.nonzero(arrived & ~first), strict=True):
        share[period, pavilion_option[which, period]] = moved_share(
            problem, accounts, int(which), int(period)
        )
    return share


def moved_share(problem: Problem, accounts: Accounts, pavilion: int, period: int) -> float:
    """Return the share of a period in which a pavilion that has just moved is in use."""
    days = float(horizon_of(problem).pavilions.move_days[pavilion])
    return max(1.0 - days / (DAYS * int(accounts.years[period])), 0.0)


def with_moves(data: SitingData, share: NDArray[np.float64]) -> SitingData:
    """Return the data of a period with the capacity that moves leave; share: shape (o,)."""
    return data.replace(capacity_mean=data.capacity_mean * share) if np.any(share < 1.0) else data


def subsidy_eur_year(
    problem: Problem, accounts: Accounts, plans: tuple[Plan, ...]
) -> NDArray[np.float64]:
    """Return the rent that tenants on the sites of each purse are spared per year, (b, t)."""
    covers = horizon_of(problem).purses.covers
    total = np.zeros((len(covers), len(plans)))
    for period, plan in enumerate(plans):
        tenant = np.flatnonzero(plan.tenant_option >= 0)
        option = plan.tenant_option[tenant]
        amount = accounts.subsidy_eur_year[period, tenant, problem.options.design[option]]
        mine = covers[:, problem.sites.jurisdiction[accounts.site[option]]]
        total[:, period] = mine @ amount
    return total


def cash_by_site(problem: Problem, accounts: Accounts, programme: Programme) -> dict[str, Whole]:
    """Return the lines of purses that arise on sites, whoever pays them; shape (t, s) each."""
    opened, use = openings(programme), programme.use
    begins, ends = starts_and_stops(accounts, opened)
    given = first_time(use >= 0)
    new = first_time(touched(accounts, opened, use))
    built = np.where(begins & ~accounts.on_pavilion, accounts.build_eur, 0)
    lines = {
        "rents": _of_tenants(problem, accounts.rent_eur, programme.plans),
        "resale": on_sites(accounts, np.where(ends, accounts.resale_eur, 0)),
        "purchases": on_sites(accounts, np.where(begins, accounts.land_eur, 0))
        + np.where(given, accounts.use_land_eur, 0),
        "building": on_sites(accounts, built),
        "clean_up": np.where(new, horizon_of(problem).ground.clean_up_eur[None, :], 0),
        "closing": on_sites(accounts, np.where(ends, accounts.closing_eur, 0)),
        "moves": np.zeros_like(given, dtype=np.int64),
        "other_uses": np.zeros_like(given, dtype=np.int64),
        "running": on_sites(accounts, np.where(opened, accounts.running_eur, 0)),
        "subsidies": _of_tenants(problem, accounts.subsidy_eur, programme.plans),
    }
    period, site = np.nonzero(use >= 0)
    lines["other_uses"][period, site] = accounts.use_eur[period, use[period, site], site]
    _add_moves(problem, accounts, programme, lines)
    return lines


def _of_tenants(problem: Problem, amount: Whole, plans: tuple[Plan, ...]) -> Whole:
    total = np.zeros((len(plans), problem.sites.count), dtype=np.int64)
    for period, plan in enumerate(plans):
        tenant = np.flatnonzero(plan.tenant_option >= 0)
        option = plan.tenant_option[tenant]
        paid = amount[period, tenant, problem.options.design[option]]
        np.add.at(total[period], problem.options.site[option], paid)
    return total


def _add_moves(
    problem: Problem, accounts: Accounts, programme: Programme, lines: dict[str, Whole]
) -> None:
    horizon = horizon_of(problem)
    arrived, first = placements(programme.pavilion_option)
    which, period = np.nonzero(arrived)
    option = programme.pavilion_option[which, period]
    again = ~first[which, period]
    where = period, accounts.site[option]
    price = np.where(again, horizon.pavilions.move_eur[which], 0)
    np.add.at(lines["moves"], where, price)
    build = np.where(again, 0, accounts.build_eur[period, option])
    np.add.at(lines["building"], where, build)
    firms, gone = horizon.firms, np.flatnonzero(programme.firm_leaves >= 0)
    moved = programme.firm_premises[gone] >= 0
    price = np.where(moved, firms.move_eur[gone], firms.lost_eur[gone])
    np.add.at(lines["moves"], (programme.firm_leaves[gone], firms.site[gone]), price)


def cash_lines(problem: Problem, accounts: Accounts, programme: Programme) -> dict[str, Whole]:
    """Return every line of every purse but interest, whole EUR, shape (b, t) each."""
    horizon = horizon_of(problem)
    purses, projects = horizon.purses, horizon.renaturation
    mine = purses.covers[:, problem.sites.jurisdiction].astype(np.int64)
    sites = cash_by_site(problem, accounts, programme)
    lines: dict[str, Whole] = {name: mine @ amount.T for name, amount in sites.items()}
    lines["running"] = lines["running"] * purses.pays_running[:, None]
    lines["rents"] = lines["rents"] * purses.gets_rents[:, None]
    pays = ~purses.gets_rents & (purses.subsidy_max_eur_year >= 0)
    lines["subsidies"] = lines["subsidies"] * pays[:, None]
    lines["opening"] = np.zeros_like(purses.grant_eur)
    lines["opening"][:, 0] = purses.opening_eur
    lines["grants"] = purses.grant_eur.copy()
    lines["transfers"] = programme.purse_transfer_eur.copy()
    spent = projects.eur_m2[:, None] * programme.renaturation_m2
    lines["renaturation"] = purses.covers[:, projects.jurisdiction].astype(np.int64) @ spent
    return lines


def changes_eur(lines: dict[str, Whole]) -> Whole:
    """Return what comes in less what is paid, without interest, shape (b, t)."""
    signed = [-amount if name in PAYMENTS else amount for name, amount in lines.items()]
    change: Whole = np.sum(signed, axis=0)
    return change


def cash_positions(
    problem: Problem, accounts: Accounts, lines: dict[str, Whole]
) -> tuple[Whole, Whole]:
    """Return the position of each purse at the end of each period, and its interest; (b, t) each.

    A negative position is debt. `lines` as of `cash_lines`.
    """
    purses = horizon_of(problem).purses
    change = changes_eur(lines)
    position, interest = np.zeros_like(change), np.zeros_like(change)
    now = np.zeros(purses.count, dtype=np.int64)
    for period, years in enumerate(accounts.years.tolist()):
        debt = np.maximum(-now, 0)
        interest[:, period] = whole(purses.interest_rate * years * debt)
        now = now + change[:, period] - interest[:, period]
        position[:, period] = now
    return position, interest


def reserve_eur(
    problem: Problem, accounts: Accounts, opened: Bools, use: NDArray[np.int8]
) -> Whole:
    """Return what each purse keeps against its gamma dearest surprises, shape (b, t)."""
    horizon = horizon_of(problem)
    ground, purses = horizon.ground, horizon.purses
    begins, _ = starts_and_stops(accounts, opened)
    land = on_sites(accounts, np.where(begins & accounts.bought, accounts.footprint_m2, 0))
    dearer = ground.clean_up_deviation_eur * touched(accounts, opened, use)
    dearer = dearer + ground.price_deviation_eur_m2 * np.cumsum(land, axis=0)
    reserve = np.zeros(purses.grant_eur.shape, dtype=np.int64)
    for purse, gamma in enumerate(purses.gamma.tolist()):
        mine = dearer[:, purses.covers[purse, problem.sites.jurisdiction]]
        reserve[purse] = -np.sort(-mine, axis=1)[:, :gamma].sum(axis=1)
    return reserve


def cash_shortage_eur(problem: Problem, accounts: Accounts, programme: Programme) -> float:
    """Return by how much the purse that is worst off overruns its limit, 0 where none does."""
    purses = horizon_of(problem).purses
    if purses.count == 0:
        return 0.0
    position, _ = cash_positions(problem, accounts, cash_lines(problem, accounts, programme))
    limit = np.repeat(purses.borrow_max_eur[:, None], accounts.period_count, axis=1)
    limit[:, -1] = np.minimum(limit[:, -1], purses.debt_end_max_eur)
    reserve = reserve_eur(problem, accounts, openings(programme), programme.use)
    return float(max((reserve - position - limit).max(), 0))
