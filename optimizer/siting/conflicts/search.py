"""From a proof that there is no plan to the rules that clash, and what would help."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen
from optimizer.core.limits import Cancel
from optimizer.core.result import Conflict
from optimizer.siting.conflicts.proof import IMPOSSIBLE, OPEN, POSSIBLE, Proof, least_change
from optimizer.siting.conflicts.rule import Amount

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from optimizer.core.problem import Problem
    from optimizer.siting.conflicts.rule import Rule

DEMANDS_NAMED = 3
SEARCH_S, RELAX_S = 120.0, 60.0
"""Wall time for the guilty rules, and for what would help; after it both stop where they are."""


class _Patience(Cancel):
    """A switch that also throws itself after a while, or when another one is thrown."""

    def __init__(self, seconds: float, other: Cancel | None) -> None:
        self._end, self._other = time.monotonic() + seconds, other
        super().__init__()

    @property
    def cancelled(self) -> bool:
        """Whether it is time to stop."""
        asked = self._other is not None and self._other.cancelled
        return asked or time.monotonic() > self._end

    @cancelled.setter
    def cancelled(self, value: bool) -> None:
        if value:
            self._end = 0.0


@dataclass(frozen=True, eq=False)
class Finding(Frozen):
    """A guilty rule and the problem in which it alone is loosened as little as suffices.

    loosened : None where no change of this rule alone helps, or none was found.
    """

    rule: Rule
    conflict: Conflict
    loosened: Problem | None


def explain(
    problem: Problem,
    rules: Sequence[Rule],
    proofs: Sequence[Proof],
    guilty_by: Proof,
    cancel: Cancel | None = None,
) -> tuple[Finding, ...]:
    """Return an irreducible part of the rules that `guilty_by` calls impossible, and what helps.

    proofs : in growing strength; what loosens a rule must pass all of them. guilty_by must not call
    impossible without a rule what it calls possible with it.
    A search that is cancelled, or out of time, returns the rules that it has not yet ruled out, and
    no more relaxations.
    """
    guilty = guilty_rules(problem, rules, guilty_by, _Patience(SEARCH_S, cancel))
    cancel = _Patience(RELAX_S, cancel)
    alone = _without(problem, [rule for rule in rules if rule not in guilty])
    return tuple(
        _finding(problem, alone, rule, guilty, (proofs, guilty_by), cancel) for rule in guilty
    )


def guilty_rules(
    problem: Problem, rules: Sequence[Rule], proof: Proof, cancel: Cancel | None = None
) -> list[Rule]:
    """Return an irreducible part of `rules` without which `proof` would not hold."""
    every = list(rules)

    def holds(kept: list[Rule]) -> bool:
        if cancel is not None and cancel.cancelled:
            return False
        trial = _without(problem, [rule for rule in every if rule not in kept])
        return proof.verdict(trial) == IMPOSSIBLE

    guilty = [] if holds([]) else _quick_explain([], every, holds, background_grew=False)
    return sorted(guilty, key=every.index)


def _without(problem: Problem, rules: Sequence[Rule]) -> Problem:
    for rule in rules:
        problem = rule.without(problem)
    return problem


def _quick_explain(
    background: list[Rule],
    rules: list[Rule],
    holds: Callable[[list[Rule]], bool],
    *,
    background_grew: bool,
) -> list[Rule]:
    if background_grew and holds(background):
        return []
    if len(rules) <= 1:
        return rules
    half = len(rules) // 2
    first, second = rules[:half], rules[half:]
    from_second = _quick_explain(background + first, second, holds, background_grew=True)
    from_first = _quick_explain(
        background + from_second, first, holds, background_grew=bool(from_second)
    )
    return from_first + from_second


def _finding(
    problem: Problem,
    alone: Problem,
    rule: Rule,
    guilty: Sequence[Rule],
    proofs: tuple[Sequence[Proof], Proof],
    cancel: Cancel | None,
) -> Finding:
    every, guilty_by = proofs
    if cancel is not None and cancel.cancelled:
        return Finding(rule, Conflict(rule.family, rule.title, rule.words), None)
    if rule.amount is None:
        trial = rule.without(problem)
        backed = _backed(trial, every)
        remedy = "" if backed is None else rule.remedy
        if backed is False and remedy:
            remedy += " (no other obstacle is known)"
        conflict = Conflict(rule.family, rule.title, rule.words, remedy)
        return Finding(rule, conflict, trial if remedy else None)
    amount = rule.amount
    value, backed = _least(problem, amount, every, cancel)
    needed = value if value is not None else least_change(alone, amount, guilty_by, cancel)
    conflict = Conflict(
        rule.family,
        rule.title,
        rule.words + _other_side(rule, guilty, needed),
        "" if value is None else _advice(amount, value, backed=backed),
        float(amount.allowed),
        None if needed is None else float(needed),
        amount.unit,
    )
    return Finding(rule, conflict, None if value is None else amount.put(problem, value))


def _least(
    problem: Problem, amount: Amount, proofs: Sequence[Proof], cancel: Cancel | None
) -> tuple[int | None, bool]:
    """Return the least change that passes every proof, and whether an exact one backs it."""
    value, backed = amount.allowed, False
    for proof in proofs:
        verdict = proof.verdict(amount.put(problem, value))
        if verdict == IMPOSSIBLE:
            from_here = Amount(value, amount.limit, amount.unit, amount.put)
            found = least_change(problem, from_here, proof, cancel)
            if found is None:
                return None, False
            value = found
            verdict = proof.verdict(amount.put(problem, value)) if proof.exact else OPEN
        backed = backed or (proof.exact and verdict == POSSIBLE)
    return value, backed


def _backed(problem: Problem, proofs: Sequence[Proof]) -> bool | None:
    """Return whether a plan is known to exist; None where some proof denies it."""
    backed = False
    for proof in proofs:
        verdict = proof.verdict(problem)
        if verdict == IMPOSSIBLE:
            return None
        backed = backed or (proof.exact and verdict == POSSIBLE)
    return backed


def _other_side(rule: Rule, guilty: Sequence[Rule], needed: int | None) -> str:
    """Return what the demands among the other guilty rules need of this limit."""
    demands = [other.demand for other in guilty if other.demand and other is not rule]
    if not demands or rule.told_both or needed is None or rule.amount is None:
        return ""
    told = ", ".join(demands[:DEMANDS_NAMED])
    if len(demands) > DEMANDS_NAMED:
        told += f" and {len(demands) - DEMANDS_NAMED} more"
    if rule.amount.step < 0:
        return f"; with {told} at most {figure(needed, rule.amount.unit)} is possible"
    others = [other for other in guilty if other.amount and not other.demand and other is not rule]
    if others:
        return f"; with {told} it has to be {figure(needed, rule.amount.unit)}, all else as it is"
    verb = "needs" if len(demands) == 1 else "together need"
    return f"; {told} {verb} {figure(needed, rule.amount.unit)}"


def _advice(amount: Amount, value: int, *, backed: bool) -> str:
    verb, limit = ("raise", "at least ") if amount.step > 0 else ("lower", "at most ")
    return f"{verb} it to {'' if backed else limit}{figure(value, amount.unit)}"


def figure(value: int, unit: str) -> str:
    """Return an amount with its unit; years stand alone."""
    if unit == "":
        return str(value)
    if unit == "%":
        return f"{value}%"
    return f"{value:,} {unit.removesuffix('s') if value == 1 else unit}"
