"""Which hotels are open, and who is in them: cooling by turns with trials of other openings.

A field tells what may be open when; every option is open from one period on to the end, if at all.
Tenants are annealed (`annealing`); then single hotels open, close, begin earlier or later, or take
each other's place, each trial cooled for a moment and kept where it pays. Whoever calls says
whether openings keep the rules of land and money, and when the time is over.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from optimizer.siting.stacking.annealing import Schedule, anneal, new_best
from optimizer.siting.stacking.seating import new_trail
from optimizer.siting.stacking.state import filled_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from optimizer.core.limits import Budget
    from optimizer.siting.stacking.annealing import Best
    from optimizer.siting.stacking.seating import Trail
    from optimizer.siting.stacking.state import State
    from optimizer.siting.stacking.stock import Stock

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

CHUNK = 5000  # moves between two looks at the clock
HOT, WARM, COLD = 0.06, 0.03, 3e-3  # temperatures as shares of what a tenant is worth
FIRST_MOVES = 12  # per tenant and period: to begin with
CYCLE_MOVES = 6000  # per tenant and period, at most: one cooling
TRIAL_MOVES, FOCUS_MOVES = 6, 2  # per tenant and period: after an opening, and for it alone
LEAST_MOVES = 600  # of one cooling
TRIAL_HOT = 5e-3
TRIALS = 60  # of other openings between two coolings,
OPENINGS_SHARE = 0.3  # in so much of the time left
FIRST_SHARE = 0.4  # of the time: the first cooling, where openings may change
ESTIMATE = 1.08  # of what hotels earn after the first moves
POOREST = 5  # open hotels that earn least are tried most
POOR, TWO, CLOSED = 0.5, 0.3, 3
DRAWS = 40  # openings that are drawn before a search for an allowed one ends
ROUNDING = 1e-6  # of a tally that is kept up by differences
MOVES_PER_WORK = 20_000.0


class Field(NamedTuple):
    """Openings of h houses in t periods.

    may, must : (t, h). cost : (t, h), EUR per year of the horizon while open. begin : (t, h), once
    when opened. rival : (h,), site; two houses on one site are never open together.
    allowed : says whether openings (t, h) keep land, money and quotas.
    """

    may: Flags
    must: Flags
    cost: Floats
    begin: Floats
    rival: Ints
    allowed: Callable[[Flags], bool]


class Clock(NamedTuple):
    """share : of the time used; 1: stop. spend : hears of moves, told : of the best state at times.

    pause : a context in which the time of the solve stands still, while kernels are compiled.
    """

    share: Callable[[], float]
    spend: Callable[[float], None]
    told: Callable[[Search], None]
    pause: Callable[[], AbstractContextManager[None]] = nullcontext


class Solving(Protocol):
    """What a clock needs of a solve."""

    budget: Budget

    def over(self, share: float = 1.0) -> bool:
        """Return whether that share of the budget is used."""

    def closed(self) -> bool:
        """Return whether what is found is as close to its bound as asked for."""

    def tell(self, phase: str, *, always: bool = False) -> None:
        """Send progress."""


def clock_until(
    solve: Solving, until: float, told: Callable[[Search], None] | None = None
) -> Clock:
    """Return a clock that ends when a share of the budget of a solve is used."""
    begin = solve.budget.used()

    def share() -> float:
        if solve.over(until) or solve.closed():
            return 1.0
        return min((solve.budget.used() - begin) / max(until - begin, 1e-9), 1.0)

    def spend(work: float) -> None:
        solve.budget.spend(work)
        solve.tell("hotels")

    return Clock(share, spend, told or (lambda _: None), solve.budget.pause)


@dataclass
class Search:
    """A state, the best one with its openings, and what they are worth."""

    stock: Stock
    field: Field
    opened: Flags
    state: State
    best: Best
    seed: int
    moves: int = 0

    @property
    def value(self) -> float:
        """EUR per year of the best state, its lacks priced."""
        tally = self.best.tally
        return float(tally[0] - self.stock.worth.price[0] * tally[1]) - cost_of(
            self.field, self.opened
        )

    @property
    def lacks(self) -> float:
        """What sums miss in the best state; 0 where it keeps every rule."""
        lacks = float(self.best.tally[1])
        return lacks if lacks > ROUNDING else 0.0


def begin_search(
    stock: Stock, field: Field, opened: Flags, seats: tuple[Ints, Ints] | None, seed: int
) -> Search:
    """Return a search from openings (t, h) and tenants; seats : home (t, f) and unit (t, p)."""
    periods, parts, _ = stock.rooms.fits.shape
    if seats is None:
        firms = stock.worth.gain.shape[1]
        seats = np.full((periods, firms), -1), np.full((periods, parts), -1)
    state = filled_state(stock, opened, *seats)
    return Search(stock, field, opened, state, new_best(state), seed)


def cost_of(field: Field, opened: Flags) -> float:
    """Return what openings cost, EUR per year of the horizon."""
    before = np.vstack([np.zeros_like(opened[:1]), opened[:-1]])
    return float(field.cost[opened].sum() + field.begin[opened & ~before].sum())


def start_afresh(search: Search, clock: Clock) -> None:
    """Choose openings by what each hotel earns with every one open, then cool tenants."""
    field = search.field
    if _has_choice(field):
        every = begin_search(search.stock, field, field.may, None, search.seed)
        cool(every, clock, FIRST_MOVES, HOT)
        greedy_openings(search, clock, ESTIMATE * earned(every))
    cool(search, clock, FIRST_MOVES, WARM)
    clock.told(search)


def go_on(search: Search, clock: Clock) -> None:
    """Cool tenants, try other openings, cool again, and so on until the time is over.

    Openings are tried where hotels are well filled: badly filled ones look too dear.
    """
    choice, part = _has_choice(search.field), FIRST_SHARE
    while clock.share() < 1.0:
        begin, moved = clock.share(), search.moves
        cool(search, clock, TRIAL_MOVES, WARM)
        rate = (search.moves - moved) / max(clock.share() - begin, 1e-9)
        longest = CYCLE_MOVES * search.stock.worth.area.size / max(rate, 1e-9)
        room = (part if choice else 1.0) * (1.0 - clock.share())
        cool_until(search, clock, min(clock.share() + min(longest, room), 1.0))
        clock.told(search)
        until = clock.share() + OPENINGS_SHARE * (1.0 - clock.share())
        for _ in range(TRIALS if choice else 0):
            if clock.share() >= until:
                break
            _try(search, clock)
        part = 1.0
    clock.told(search)


def make_ready(search: Search) -> None:
    """Have the kernels compiled."""
    trail, schedule = new_trail(search.stock), Schedule(0, 0, 1.0, 1.0, -1)
    anneal(search.stock, search.state, search.best, trail, schedule)


def cool(search: Search, clock: Clock, moves: float, hot: float, focus: int = -1) -> None:
    """Cool the tenants of the hotels that are open down, from their best state on.

    moves : per tenant and period. focus : a house that many of them go to.
    """
    whole = max(int(moves * search.stock.worth.area.size), LEAST_MOVES)
    left = whole
    back_to_best(search)
    trail = new_trail(search.stock)
    while left > 0 and clock.share() < 1.0:
        steps = min(CHUNK, left)
        shares = 1.0 - left / whole, 1.0 - (left - steps) / whole
        _anneal(search, clock, trail, (steps, focus), [hot * (COLD / hot) ** x for x in shares])
        left -= steps


def cool_until(search: Search, clock: Clock, until: float) -> None:
    """Cool tenants down until a share of the time is used."""
    back_to_best(search)
    trail, begin = new_trail(search.stock), clock.share()
    while clock.share() < until:
        done = (clock.share() - begin) / max(until - begin, 1e-9)
        heat = HOT * (COLD / HOT) ** min(done, 1.0)
        _anneal(search, clock, trail, (CHUNK, -1), [heat, heat])


def _anneal(
    search: Search, clock: Clock, trail: Trail, what: tuple[int, int], heats: list[float]
) -> None:
    """Take some moves; what : how many, and the house in focus."""
    worth = max(float(search.stock.worth.gain.max(initial=0.0)), 1e-9)
    search.seed += 1
    hot, cold = (worth * heat for heat in heats)
    schedule = Schedule(search.seed % (1 << 31), what[0], hot, cold, what[1])
    anneal(search.stock, search.state, search.best, trail, schedule)
    search.moves += what[0]
    clock.spend(what[0] / MOVES_PER_WORK)


def back_to_best(search: Search) -> None:
    """Go on from the best state; sums are added up anew."""
    best = search.best
    search.state = filled_state(search.stock, search.opened, best.home, best.unit)
    search.best = new_best(search.state)


def _has_choice(field: Field) -> bool:
    return bool(np.any(field.may & ~field.must))


def _try(search: Search, clock: Clock) -> None:
    """Try other openings for a moment; keep them if they are better."""
    opened = _other_openings(search)
    if opened is None:
        return
    known = search.opened, search.best, search.value, search.lacks
    fresh = np.flatnonzero((opened & ~search.opened).any(axis=0))
    _open(search, opened)
    for house in fresh.tolist():
        cool(search, clock, FOCUS_MOVES, TRIAL_HOT, house)
    cool(search, clock, TRIAL_MOVES, TRIAL_HOT)
    if search.value <= known[2] + 1e-6 or search.lacks > known[3]:
        search.opened, search.best = known[:2]


def _other_openings(search: Search) -> Flags | None:
    """Return openings that differ in one or two houses and keep the rules, or None."""
    rng = np.random.default_rng(search.seed)
    search.seed += 1
    field, opened = search.field, search.opened
    free = np.flatnonzero((field.may & ~field.must).any(axis=0))
    left = earned(search) - field.cost
    poor = free[np.argsort(np.where(opened, left, 0.0).sum(axis=0)[free])][:POOREST]
    for _ in range(DRAWS):
        other = opened.copy()
        house = int(rng.choice(poor if rng.random() < POOR else free))
        _begin_at(field, other, house, rng)
        if rng.random() < TWO:
            _begin_at(field, other, int(rng.choice(free)), rng)
        for _ in range(CLOSED):  # whatever opens may need the land or the money of others
            if np.array_equal(other, opened) or _allowed(field, other):
                break
            rest = free[other[:, free].any(axis=0) & (free != house)]
            if len(rest):
                _close(field, other, int(rng.choice(rest)))
        if not np.array_equal(other, opened) and _allowed(field, other):
            return other
    return None


def _one_by_site(field: Field, opened: Flags) -> bool:
    count = np.zeros((len(opened), int(field.rival.max(initial=0)) + 1), dtype=np.int64)
    for row, now in zip(count, opened, strict=True):
        np.add.at(row, field.rival[now], 1)
    return bool(np.all(count <= 1))


def _allowed(field: Field, opened: Flags) -> bool:
    return _one_by_site(field, opened) and field.allowed(opened)


def _close(field: Field, opened: Flags, house: int) -> None:
    opened[:, house] = field.must[:, house]


def _begin_at(field: Field, opened: Flags, house: int, rng: np.random.Generator) -> None:
    """Open a house in some period, or never; others on its site close."""
    rows = list(starts_of(field, house))
    if not rows:
        return
    opened[:, house] = rows[int(rng.integers(len(rows)))]
    if opened[:, house].any():
        for other in np.flatnonzero(field.rival == field.rival[house]).tolist():
            if other != house:
                _close(field, opened, other)


def starts_of(field: Field, house: int) -> Iterator[Flags]:
    """Yield when a house may be open, (t,) each: from one period on as long as it may be, once."""
    may, must = field.may[:, house], field.must[:, house]
    known = set()
    for begin in range(len(may) + 1):
        opened = must | (may & (np.arange(len(may)) >= begin))
        starts = int(opened[0]) + int(np.sum(opened[1:] & ~opened[:-1]))
        if starts <= 1 and opened.tobytes() not in known:
            known.add(opened.tobytes())
            yield opened


def greedy_openings(search: Search, clock: Clock, estimate: Floats) -> None:
    """Open what pays by an estimate of each house's tenants (t, h), dearest last, if allowed.

    Houses are taken by falling estimate less cost per EUR of cost.
    """
    field = search.field
    opened = field.must.copy()
    gains: list[tuple[float, int, Flags]] = []
    for house in np.flatnonzero((field.may & ~field.must).any(axis=0)).tolist():
        for rows in starts_of(field, house):
            alone = np.zeros_like(opened)
            alone[:, house] = rows
            cost = cost_of(field, alone)
            gain = float(estimate[:, house] @ rows) - cost
            if gain > 0.0:
                gains.append((gain, house, rows))
    for _, house, rows in sorted(gains, key=lambda item: -item[0]):
        if opened[:, house].any() and not field.must[:, house].any():
            continue
        other = opened.copy()
        other[:, house] = rows
        if clock.share() < 1.0 and _allowed(field, other):
            opened = other
    _open(search, opened)


def _open(search: Search, opened: Flags) -> None:
    """Go on with other openings; tenants of hotels that close have no place."""
    best = search.best
    search.opened = opened
    search.state = filled_state(search.stock, opened, best.home, best.unit)
    search.best = new_best(search.state)


def earned(search: Search) -> Floats:
    """Return what the tenants of every house bring in the best state, EUR per year, (t, h)."""
    worth, home = search.stock.worth, search.best.home
    total = np.zeros(search.opened.shape)
    period, firm = np.nonzero(home >= 0)
    np.add.at(total, (period, home[period, firm]), worth.gain[period, firm, home[period, firm]])
    return total
