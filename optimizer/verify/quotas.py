"""Rule 10, quotas: numbers of facilities by kind and place; required and forbidden options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case

MUST_OPEN = (OptionStatus.REQUIRED, OptionStatus.EXISTING)


def check(case: Case) -> Iterator[Violation]:
    """Check statuses and quotas; the baseline holds what exists today and nothing else."""
    for option, code in enumerate(case.problem.options.status.tolist()):
        opened, status = bool(case.plan.open_option[option]), OptionStatus(code)
        if case.baseline and opened != (status is OptionStatus.EXISTING):
            words = "the baseline holds exactly the facilities that exist today"
            yield Violation("quotas", case.name(option), words)
        elif opened and status is OptionStatus.FORBIDDEN:
            yield Violation("quotas", case.name(option), "it is open but forbidden")
        elif not (opened or case.baseline) and status in MUST_OPEN:
            yield Violation("quotas", case.name(option), f"it is {status.name.lower()} but closed")
    if not case.baseline:
        yield from _numbers(case)


def _numbers(case: Case) -> Iterator[Violation]:
    quotas = case.problem.rules.quotas
    for q, name in enumerate(quotas.name):
        where, kind = int(quotas.jurisdiction[q]), int(quotas.kind[q])
        number = sum(
            1
            for option in case.opened
            if case.kind(option) == kind
            and where in {-1, int(case.problem.sites.jurisdiction[case.site(option)])}
        )
        least, most = int(quotas.at_least[q]), int(quotas.at_most[q])
        words = f"{number} open of the kind {Kind(kind).words}"
        if number < least:
            yield Violation("quotas", f"quota {name}", f"{words}, at least {least} are asked for")
        if 0 <= most < number:
            yield Violation("quotas", f"quota {name}", f"{words}, at most {most} are allowed")
