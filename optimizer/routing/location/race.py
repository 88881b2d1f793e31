"""A race of configurations: many short runs choose the sets of sites, few long ones the routes.

First, in rounds: the most promising sets by rough cost, and those around the best runs, are run
shortly; the rough cost is fitted to what they gave. Then the best half goes on with longer runs,
again and again, until two are left (successive halving; Jamieson & Talwalkar 2016,
arXiv:1502.07943). Runs are side by side in threads: kernels do not hold the interpreter lock.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Progress
from optimizer.routing.location.bound import lower_bound
from optimizer.routing.location.choice import Rough, around, candidates, holds, most_open
from optimizer.routing.location.runner import Ration, Runner
from optimizer.routing.location.upper_plan import upper_tours

if TYPE_CHECKING:
    from optimizer.core.limits import Budget, Listener
    from optimizer.routing.location.runner import Plan
    from optimizer.routing.location.tables import Tables
    from optimizer.routing.location.upper_plan import Tour

    Set = tuple[int, ...]

STEPS_PER_WORK = 100
"""Steps per unit of work (about a millisecond of one core): 70 to 300, by size."""
SCREEN = 0.25
"""Share of the budget for short runs."""
SCREEN_ROUNDS = 4
FIELD = 12
"""Configurations that enter the race after the short runs."""
SHORT_STEPS = 30.0
"""Steps of a short run per customer and doubling of sites, where there is time for so many."""
WARM = 0.3
"""First heat of a run, in mean lengths of a way between neighbours."""
HOT = 1.0
SEEDS = 2


@dataclass
class Race:
    """Runs of configurations and what they found.

    found : cost of the best plan with exactly these sites in use, or allowed.
    """

    tables: Tables
    budget: Budget
    listener: Listener
    share: float = 1.0
    bound: float | None = None
    unit: float = field(init=False)
    runners: dict[tuple[Set, int], Runner] = field(default_factory=dict)
    found: dict[Set, float] = field(default_factory=dict)
    best: float = math.inf
    plan: Plan = field(default_factory=list)
    spent: float = 0.0

    def __post_init__(self) -> None:
        """Measure ways between neighbours."""
        n = self.tables.problem.customers
        ways = np.sort(self.tables.lower[:n, :n], axis=1)[:, 1:4]
        self.unit = max(float(ways.mean()) if ways.size else 0.0, 1e-6)

    @property
    def threads(self) -> int:
        """Threads to run in."""
        return max(self.budget.limits.threads, 1)

    def stop(self) -> bool:
        """Tell whether the solve has to end (work is rationed before runs begin)."""
        if self.budget.cancel.cancelled:
            return True
        return self.budget.limits.work is None and self.budget.stop_reason() is not None

    def ration(self, share: float, runs: int) -> Ration:
        """Return what each of some runs may spend of a share of the whole budget."""
        limits = self.budget.limits
        if limits.work is not None:
            steps = self.share * share * limits.work * STEPS_PER_WORK / max(runs, 1)
            return Ration(None, max(int(steps), 1), self.stop)
        total = 60.0 if limits.time_s is None else limits.time_s
        rows = math.ceil(runs / self.threads)
        return Ration(self.share * share * total / max(rows, 1), None, self.stop)

    def run(self, chosen: list[tuple[Set, int]], share: float, heat: float) -> None:
        """Run configurations side by side, and note what they found."""
        for key in chosen:
            if key not in self.runners:
                seed = self.budget.limits.seed * 7919 + len(self.runners)
                paid = key[1] % 2 == 0 and len(key[0]) < self.tables.problem.sites.count
                self.runners[key] = Runner(self.tables, key[0], seed, self.unit, paid)
        ration = self.ration(share, len(chosen))
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda key: self.runners[key].run(ration, heat), chosen))
        self.spent += share
        for key in chosen:
            runner = self.runners[key]
            for sites in {key[0], runner.used}:
                self.found[sites] = min(self.found.get(sites, math.inf), runner.value)
            if runner.best < self.best - 1e-7:
                self.best, self.plan = runner.best, runner.plan()
        self.tell()

    def tell(self) -> None:
        """Pass the state on to the listener."""
        value = None if math.isinf(self.best) else self.best
        gap = None
        if value is not None and self.bound is not None:
            gap = max(value - self.bound, 0.0) / max(abs(value), 1e-9)
        self.listener(Progress(self.budget.elapsed_s, "routes", value, self.bound, gap))

    def screen(self) -> None:
        """Run promising sets shortly."""
        problem, rough = self.tables.problem, Rough(self.tables)
        everything = tuple(range(problem.sites.count))
        count = self._short_runs()
        for rank in range(SCREEN_ROUNDS):
            if self.stop():
                return
            if self.found:
                rough.fit(self.found)
            pool = candidates(rough, self.found)
            near = [sites for best in self.leaders(3) for sites in around(problem, best)]
            near = [sites for sites in dict.fromkeys(near) if holds(problem, sites)]
            near.sort(key=lambda sites: (rough.cost(sites), sites))
            half = count // 2 if self.found else count
            fresh = [sites for sites in near if (sites, 0) not in self.runners][: count - half]
            fresh += [
                sites for sites in pool if (sites, 0) not in self.runners and sites not in fresh
            ]
            if rank == 0 and holds(problem, everything) and everything not in fresh[:count]:
                fresh.insert(0, everything)
            fresh = fresh[:count]
            if not fresh:
                return
            self.run([(sites, 0) for sites in fresh], SCREEN / SCREEN_ROUNDS, WARM)

    def _short_runs(self) -> int:
        """Return how many sets a round of short runs takes."""
        problem, limits = self.tables.problem, self.budget.limits
        seconds = 60.0 if limits.time_s is None else limits.time_s
        work = 1000.0 * self.threads * seconds if limits.work is None else float(limits.work)
        steps = self.share * SCREEN / SCREEN_ROUNDS * work * STEPS_PER_WORK
        short = max(SHORT_STEPS * problem.customers, 1000.0)
        return int(min(max(steps / short, 2), 64))

    def leaders(self, count: int) -> list[Set]:
        """Return the best sets so far."""
        return sorted(self.found, key=lambda sites: (self.found[sites], sites))[:count]

    def halve(self) -> None:
        """Let the best configurations go on, half of them each time, in longer and longer runs."""
        field_size = FIELD
        keys = self._field(field_size)
        stages = max(math.ceil(math.log2(max(len(keys), 2))), 1)
        share = (1.0 - self.spent) / stages
        for stage in range(stages):
            if self.stop() or not keys:
                return
            rest = 1.0 - self.spent if stage == stages - 1 else share
            self.run(keys, rest, HOT if stage == stages - 1 else WARM)
            keys.sort(key=lambda key: (self.runners[key].value, key))
            keys = keys[: max(math.ceil(len(keys) / 2), SEEDS)]

    def _field(self, size: int) -> list[tuple[Set, int]]:
        """Return the configurations that race: the best sets, again with other dice if few."""
        limit = most_open(self.tables.problem)
        sets = [sites for sites in self.leaders(size) if len(sites) <= limit]
        unique = list(dict.fromkeys(sets))
        keys = [(sites, 0) for sites in unique]
        seed = 1
        while unique and len(keys) < max(size // 2, SEEDS):
            keys += [(sites, seed) for sites in unique[: max(size // 2, SEEDS) - len(keys)]]
            seed += 1
        return keys

    def prove(self, share: float) -> None:
        """Prove a bound with what is left of the budget, or a share of it where work decides."""
        limits = self.budget.limits
        work = None if limits.work is None else share * limits.work
        left = self.budget.remaining_s()
        seconds = left if work is None and left is not None else None
        if work is None and seconds is None:
            seconds = share * 60.0
        self.bound = lower_bound(
            self.tables,
            self.plan,
            self.best,
            seconds=seconds,
            work=work,
            threads=self.threads,
            stop=self.stop,
        )
        self.tell()

    def supply(self) -> list[Tour]:
        """Return the upper tours of the best plan."""
        return upper_tours(self.tables, self.plan) if self.plan else []

    def statistics(self) -> dict[str, float]:
        """Return figures of the race."""
        return {
            "configurations": float(len({sites for sites, _ in self.runners})),
            "steps": float(sum(runner.steps for runner in self.runners.values())),
        }
