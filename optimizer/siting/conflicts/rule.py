"""One rule of the user: its words, the problem without it, and the problem with another amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.problem import Problem

    Change = Callable[[Problem], Problem]

AMPLE = 2**40
"""A budget that nothing exhausts: a million million."""


@dataclass(frozen=True)
class Amount:
    """The whole amount that a rule states, and how far it could be loosened.

    limit : where the rule binds nothing any more; above `allowed` for what may be raised, below it
    for what may be lowered. put : the problem with another amount. unit : after the figure.
    """

    allowed: int
    limit: int
    unit: str
    put: Callable[[Problem, int], Problem]

    @property
    def step(self) -> int:
        """+1 where the amount is raised to loosen the rule, -1 where it is lowered."""
        return 1 if self.limit > self.allowed else -1


class Rule(NamedTuple):
    """One rule.

    family, title, words : as in `core.result.Conflict`. without : the problem without the rule.
    remedy : what a person does to take it away ("drop the requirement").
    amount : None where the rule states none. demand : what this rule asks for, in a few words, so
    that others can say what they would have to bear; empty for limits.
    told_both : its words tell both sides already. option : the option that it states, or -1.
    """

    family: str
    title: str
    words: str
    without: Change
    remedy: str = ""
    amount: Amount | None = None
    demand: str = ""
    told_both: bool = False
    option: int = -1


def of_amount(
    family: str,
    title: str,
    words: str,
    amount: Amount,
    *,
    demand: str = "",
    told_both: bool = False,
) -> Rule:
    """Return a rule that is taken away by an amount that binds nothing."""
    return Rule(
        family,
        title,
        words,
        without=lambda problem: amount.put(problem, amount.limit),
        amount=amount,
        demand=demand,
        told_both=told_both or bool(demand),
    )
