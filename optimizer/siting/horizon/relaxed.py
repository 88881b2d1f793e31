"""What one period alone must keep of the rules over years: rows and charges of its city.

Every programme obeys them in every period, so a bound of a period with them stays a bound.

purse, up to period t: what is open in t was paid for in t or before, so with
    uses[t]        least payment for the areas asked for other uses (`least_uses`)
    cheapest[o,t]  least net payment up to t that leaves o open in t, at the best moments of start
                   and stop, running and the rents of its floors included
    gained[o,t]    most that opening o and closing it again before t can bring
    sum_o (cheapest + gained) open[o] + sum_j once[j] touched[j]
        <= opening + grants + debt allowed - uses[t] + sum_o gained[o,t]
    and the same without the rents of floors, but with the rents that all tenants could pay
land ledger, period t of its years:
    what new options take in t <= budget + renaturation at most + soil that may have been consumed
    before the ledger's first period (what ledgers of those years allow; else there is no row)
pavilions: no more options of a design than there are pavilions of it
charges, EUR per year: a one-off amount that falls due in the first period in which a site is
touched is shared out as (d[t] - d[t+1]) / w[t], with d = 0 after the end: who is touched in some
periods pays at most d[first] over all of them.
Purses (ledgers) whose budgets may pass between partners are added up into one row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.core.horizon import COUNTS, FREE, NET
from optimizer.core.kinds import LandBasis
from optimizer.core.partners import NOBODY, member_of_ledger
from optimizer.core.timeline import horizon_of
from optimizer.siting.city import City, build_city, within_rows
from optimizer.siting.horizon.programme import ledger_periods
from optimizer.siting.horizon.tenant_costs import areas_m2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.accounts import Accounts

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


class Row(NamedTuple):
    """use . open + once . touched <= limit, where the options `trigger` touch their site."""

    family: str
    limit: float
    use: Floats
    once: Floats
    trigger: Bools


def period_city(
    problem: Problem,
    accounts: Accounts,
    parts: Sequence[Problem],
    datas: Sequence[SitingData],
    period: int,
    paid_eur: Floats,
) -> City:
    """Return the city of one period with the rows and charges that it alone must keep.

    paid_eur : (b, t), what each purse pays for other uses up to a period at least.
    """
    rows = [
        *purse_rows(problem, accounts, datas, period, paid_eur),
        *land_rows(problem, accounts, period),
        *stock_rows(problem, accounts),
    ]
    city = with_rows(build_city(parts[period], datas[period]), rows)
    return charged(city, touching(accounts), site_charge(problem, accounts, period))


def touching(accounts: Accounts) -> Bools:
    """Return the options that touch their site when open, (o,)."""
    touches: Bools = accounts.footprint_m2 > 0
    return touches


class Flow(NamedTuple):
    """What options pay, (t, o): price of a start, back from a stop, keep while open (net)."""

    price: Floats
    back: Floats
    keep: Floats


def cheapest_net(
    problem: Problem, accounts: Accounts, flow: Flow, may: Bools
) -> tuple[Floats, Floats]:
    """Return least net payment up to t that leaves an option open, and most gained if closed.

    Both (t, o), by starting and stopping at the best moments that dates and minimum stays allow.
    may : which options may be open in each period, (t, o). Payments are inf where nothing helps.
    """
    count = len(flow.price)
    stay = horizon_of(problem).timing.minimum_stay_years[problem.options.design]
    cost = np.full(flow.price.shape, np.inf)
    gained = np.zeros_like(flow.price)
    year = accounts.first_year
    best = np.zeros(flow.price.shape[1])  # most gained when closed in the period before
    ends = np.zeros_like(flow.price)
    for begin in range(count):
        if begin > 0:
            best = np.maximum(best, ends[begin - 1])
            gained[begin - 1] = np.maximum(best, ends[begin - 1])
        run = flow.price[begin] - best
        fine = np.ones(len(run), dtype=bool)
        for period in range(begin, count):
            if period > begin:
                over = year[period] >= year[begin] + stay
                won = np.where(fine & over, flow.back[period] - run, 0.0)
                ends[period:] = np.maximum(ends[period:], won)
            fine &= may[period]
            run = run + flow.keep[period]
            cost[period] = np.where(fine, np.minimum(cost[period], run), cost[period])
    gained[-1] = np.maximum(best, ends[-1])
    return cost, gained


def purse_rows(
    problem: Problem,
    accounts: Accounts,
    datas: Sequence[SitingData],
    period: int,
    paid_eur: Floats,
) -> list[Row]:
    """Return the rows of each purse, or one for all that may pass money on; see `period_city`.

    Where a purse gets rents there are two: with the rents that all tenants could pay, and with
    those that the floors of each hotel could bring.
    """
    purses = horizon_of(problem).purses
    may = np.array([~data.forbidden for data in datas])
    kinds = (False, True) if np.any(purses.gets_rents) else (False,)
    rows = []
    for of_floors in kinds:
        each = [
            _purse_row(problem, accounts, (purse, period, may), of_floors=of_floors)
            for purse in range(purses.count)
        ]
        left = [
            row._replace(limit=row.limit - float(paid))
            for row, paid in zip(each, paid_eur[:, period], strict=True)
        ]
        rows += _pooled(problem, left, purses.covers, money=True)
    return rows


def _purse_row(
    problem: Problem, accounts: Accounts, which: tuple[int, int, Bools], *, of_floors: bool
) -> Row:
    purse, period, may = which
    purses = horizon_of(problem).purses
    here = purses.covers[purse][problem.sites.jurisdiction]
    mine = here[accounts.site]
    limit = float(purses.opening_eur[purse] + purses.grant_eur[purse, : period + 1].sum())
    debt = int(purses.borrow_max_eur[purse])
    if period == accounts.period_count - 1:
        debt = min(debt, int(purses.debt_end_max_eur[purse]))
    limit += debt
    keep = np.zeros(accounts.running_eur.shape)
    if purses.pays_running[purse]:
        keep += accounts.running_eur
    if purses.gets_rents[purse] and of_floors:
        keep -= floor_rents_eur(problem, accounts)
    if purses.gets_rents[purse] and not of_floors:
        limit += rents_at_most(problem, accounts, period)
    build = np.where(accounts.on_pavilion, 0, accounts.build_eur)
    price = np.where(accounts.new, build + accounts.land_eur, 0).astype(float)
    back = np.where(accounts.new, accounts.resale_eur - accounts.closing_eur, 0).astype(float)
    cost, gained = cheapest_net(problem, accounts, Flow(price, back, keep), may)
    always = mine & ~accounts.new
    limit -= float(keep[: period + 1, always].sum())
    gained = np.where(mine & accounts.new, gained[period], 0.0)
    use = np.where(mine & accounts.new & np.isfinite(cost[period]), cost[period], 0.0) + gained
    once = horizon_of(problem).ground.clean_up_eur + removal_eur(problem)
    limit += float(gained.sum())
    return Row("money", limit, use, np.where(here, once, 0.0), touching(accounts))


def floor_rents_eur(problem: Problem, accounts: Accounts) -> Floats:
    """Return what the floors of each hotel could bring in a period at most, (t, o), EUR.

    Rents are whole EUR per tenant: half a euro each for rounding.
    """
    levels = problem.levels
    area = np.bincount(levels.design, levels.area_m2, problem.designs.count)
    size = areas_m2(problem)[:, :, None]
    each = np.where(size > 0, (accounts.rent_eur + 0.5) / np.maximum(size, 1), 0.0)
    dearest = each.max(axis=1, initial=0.0)
    rents: Floats = (dearest * area[None, :])[:, problem.options.design]
    return rents


def removal_eur(problem: Problem) -> Floats:
    """Return the least payment for firms that cannot stay beside a building, by site."""
    firms = horizon_of(problem).firms
    least = np.zeros(problem.sites.count)
    for firm in np.flatnonzero(~firms.may_stay).tolist():
        ways = [float(firms.lost_eur[firm])]
        if can_move(problem, firm):
            ways.append(float(firms.move_eur[firm]))
        least[firms.site[firm]] += min(ways)
    return least


def can_move(problem: Problem, firm: int) -> bool:
    """Return whether any premises are near and large enough."""
    firms = horizon_of(problem).firms
    near = firms.move_m[firm] <= firms.move_max_m
    return bool(np.any(near & (firms.premises_area_m2 >= firms.area_m2[firm])))


def rents_at_most(problem: Problem, accounts: Accounts, period: int) -> float:
    """Return what all tenants together can have paid by the end of a period, EUR.

    Who fits where does not change over the years but by rent, which only narrows: any level that is
    large, strong and high enough counts.
    """
    tenants, levels = problem.tenants, problem.levels
    least = areas_m2(problem)[: period + 1].min(axis=0)
    if problem.hotels is not None:  # annexes may lie elsewhere
        least[problem.hotels.annexes.tenant] = 0
    could = least[:, None] <= levels.area_m2[None, :]
    could &= tenants.load_kg_m2[:, None] <= levels.load_kg_m2[None, :]
    could &= tenants.clear_height_m[:, None] <= levels.clear_height_m[None, :]
    design = np.zeros((tenants.count, problem.designs.count), dtype=bool)
    firm, level = np.nonzero(could)
    design[firm, levels.design[level]] = True
    design[:, ~np.isin(np.arange(problem.designs.count), problem.options.design)] = False
    paid = np.where(design, accounts.rent_eur[: period + 1], 0)
    return float(paid.max(axis=2, initial=0).sum())


def land_rows(problem: Problem, accounts: Accounts, period: int) -> list[Row]:
    """Return a row per ledger that holds in a period and whose past is known."""
    horizon = horizon_of(problem)
    ledgers, holds = horizon.land, ledger_periods(horizon.land, accounts)
    rows = []
    for ledger in range(ledgers.count):
        traded = bool(_partners(problem, ledgers.covers, money=False)[ledger] != NOBODY)
        limit = _soil_at_most(problem, accounts, ledger, int(np.argmax(holds[ledger])))
        if not holds[ledger, period] or limit is None or traded:
            continue
        mine = accounts.soil & ledgers.covers[ledger][problem.sites.jurisdiction]
        counts = mine[accounts.site] & (accounts.footprint_m2 > 0)
        if ledgers.temporary[ledger] == FREE:
            counts &= ~accounts.dismantlable
        parcel = ledgers.basis[ledger] == LandBasis.PARCEL
        use = np.where(counts & (not parcel), accounts.footprint_m2, 0).astype(float)
        once = np.where(mine & parcel, problem.sites.parcel_m2, 0).astype(float)
        rows.append(Row("land", limit, use, once, counts))
    return rows


def _soil_at_most(problem: Problem, accounts: Accounts, ledger: int, begin: int) -> float | None:
    """Return budget, renaturation, and soil that may be consumed before; None: without limit."""
    horizon = horizon_of(problem)
    ledgers, projects = horizon.land, horizon.renaturation
    total = float(ledgers.budget_m2[ledger])
    if ledgers.metric[ledger] == NET:
        total += float(projects.area_m2[ledgers.covers[ledger][projects.jurisdiction]].sum())
    holds = ledger_periods(ledgers, accounts)
    while begin > 0:
        before = [
            other
            for other in np.flatnonzero(holds[:, begin - 1]).tolist()
            if _sees_at_least(problem, other, ledger)
        ]
        if not before:
            return None
        other = before[0]
        total += float(ledgers.budget_m2[other])
        if ledgers.metric[other] == NET:
            total += float(projects.area_m2[ledgers.covers[other][projects.jurisdiction]].sum())
        begin = int(np.argmax(holds[other]))
    return total


def _sees_at_least(problem: Problem, other: int, ledger: int) -> bool:
    """Return whether a ledger counts all soil of another one, and trades with nobody."""
    ledgers = horizon_of(problem).land
    wide = not np.any(ledgers.covers[ledger] & ~ledgers.covers[other])
    strict = ledgers.temporary[other] == COUNTS or ledgers.temporary[ledger] != COUNTS
    alone = _partners(problem, ledgers.covers, money=False)[other] == NOBODY
    return bool(wide and strict and alone and ledgers.basis[other] == ledgers.basis[ledger])


def stock_rows(problem: Problem, accounts: Accounts) -> list[Row]:
    """Return a row per design of pavilions."""
    pavilions = horizon_of(problem).pavilions
    nothing = np.zeros(problem.sites.count)
    rows = []
    for design in np.unique(pavilions.design).tolist():
        count = float((pavilions.design == design).sum())
        use = (problem.options.design == design) & accounts.new
        nobody = np.zeros(len(use), dtype=bool)
        rows.append(Row("quotas", count, use.astype(float), nothing, nobody))
    return rows


def site_charge(problem: Problem, accounts: Accounts, period: int) -> Floats:
    """Return what a touched site is charged in a period for one-off amounts, EUR per year, (s,)."""
    horizon = horizon_of(problem)
    due = np.append(accounts.one_off_weight, 0.0)
    share = float(due[period] - due[period + 1]) / float(accounts.year_weight[period])
    charge: Floats = horizon.ground.clean_up_eur.astype(np.float64) * share
    firms = horizon.firms
    for firm in np.flatnonzero(~firms.may_stay).tolist():
        ways = [share * firms.lost_eur[firm] + firms.job_lost_eur_year * firms.jobs[firm]]
        if can_move(problem, firm):
            ways.append(share * firms.move_eur[firm])
        charge[firms.site[firm]] += min(ways)
    return charge


def with_rows(city: City, rows: Sequence[Row]) -> City:
    """Return the city with more rows; combinations that can never keep them are left out."""
    if not rows:
        return city
    combos = city.combos
    use = [combos.use, *(sparse.csr_matrix(_of_combos(city, row)[:, None]) for row in rows)]
    by_option = [city.option_use, *(sparse.csr_matrix(row.use[:, None]) for row in rows)]
    nothing = sparse.csr_matrix((city.site_use.shape[0], len(rows)))
    more = city._replace(
        combos=combos._replace(use=sparse.csr_matrix(sparse.hstack(use))),
        rows=city.rows._replace(
            family=(*city.rows.family, *(row.family for row in rows)),
            limit=np.concatenate([city.rows.limit, [row.limit for row in rows]]),
        ),
        option_use=sparse.csr_matrix(sparse.hstack(by_option)),
        site_use=sparse.csr_matrix(sparse.hstack([city.site_use, nothing])),
    )
    kept, affordable = within_rows(more.combos, more.rows)
    return more._replace(combos=kept, possible=more.possible and affordable)


def _of_combos(city: City, row: Row) -> Floats:
    """Return what each combination uses of a row."""
    total = np.zeros(len(city.combos.site))
    for part in (city.combos.hub, city.combos.hotel, city.combos.point):
        total += np.append(row.use, 0.0)[part]
    hit = _touched(city, row.trigger)
    return total + np.where(hit, row.once[city.combos.site], 0.0)


def _touched(city: City, trigger: Bools) -> Bools:
    hit = np.zeros(len(city.combos.site), dtype=bool)
    for part in (city.combos.hub, city.combos.hotel, city.combos.point):
        hit |= np.append(trigger, False)[part]
    return hit


def charged(city: City, trigger: Bools, charge: Floats) -> City:
    """Return the city in which combinations that touch their site cost `charge` more a year."""
    more = np.where(_touched(city, trigger), charge[city.combos.site], 0.0)
    return city._replace(combos=city.combos._replace(fixed=city.combos.fixed + more))


def _partners(problem: Problem, covers: Bools, *, money: bool) -> Whole:
    """Return the member that may trade each ledger or purse, NOBODY where none does, (b,)."""
    cooperation = horizon_of(problem).cooperation
    trades = False
    if cooperation is not None:
        trades = cooperation.trades_money if money else cooperation.trades_land
    if not trades:
        return np.full(len(covers), NOBODY)
    return member_of_ledger(problem, covers)


def _pooled(problem: Problem, rows: list[Row], covers: Bools, *, money: bool) -> list[Row]:
    """Return rows of those who trade added up into one, because transfers add up to nothing."""
    mine = _partners(problem, covers, money=money) != NOBODY
    shared = [row for row, is_traded in zip(rows, mine.tolist(), strict=True) if is_traded]
    alone = [row for row, is_traded in zip(rows, mine.tolist(), strict=True) if not is_traded]
    if not shared:
        return alone
    one = shared[0]._replace(
        limit=sum(row.limit for row in shared),
        use=np.sum([row.use for row in shared], axis=0),
        once=np.sum([row.once for row in shared], axis=0),
    )
    return [*alone, one]
