"""Authorities together: alone first, then jointly, then payments that leave none worse off.

Each member's own case is solved to a proven bound: no programme of its own can cost it less. The
joint programme shares the gain over the sum of these bounds in proportion to them, so that every
member pays at most its bound. Payments in money exist because the joint optimum of a problem with
side payments is the cheapest joint programme (transferable utility; Shapley & Shubik 1966,
DOI 10.2307/1910091).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer import engine
from optimizer.core.limits import Progress, silent
from optimizer.core.partners import alone, cooperation_of
from optimizer.core.programme import Alliance
from optimizer.programmes import build_datas
from optimizer.siting.horizon.shares import joint_shares
from optimizer.verify.horizon.alliance import check_alliance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result

ALONE_SHARE = 0.4
"""Share of the time that the members' own cases take together; the joint case takes the rest."""


def solve_together(
    problem: Problem,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Result:
    """Solve every member alone, then all together, and tell what each gains.

    The result is that of the joint problem with an `Alliance`; without one where a member has no
    proven bound (out of time, or infeasible on its own: it needs the others).
    """
    members = cooperation_of(problem).member
    apart = _limited(limits, ALONE_SHARE / len(members))
    results = [
        engine.solve(alone(problem, rank), apart, listener=_named(listener, name), cancel=cancel)
        for rank, name in enumerate(members)
    ]
    joint = engine.solve(
        problem, _limited(limits, 1 - ALONE_SHARE), listener=_named(listener, "all"), cancel=cancel
    )
    outcomes = [result.solution.outcome for result in results]
    bounds = [outcome.bound for outcome in outcomes if outcome.bound is not None]
    values = [outcome.value for outcome in outcomes if outcome.value is not None]
    complete = len(bounds) == len(values) == len(members)
    if joint.solution.programme is None or not complete:
        return joint
    found = np.array(bounds), np.array(values)
    alliance = share_the_gain(problem, joint, *found, limits.memory_gb)
    refused = check_alliance(problem, joint.solution.programme, alliance)
    if refused:  # a defect of ours: no figure that the checker refuses leaves the house
        message = f"{refused[0].where}: {refused[0].words}"
        raise RuntimeError(message)
    return joint.replace(solution=joint.solution.replace(alliance=alliance))


def share_the_gain(
    problem: Problem,
    joint: Result,
    bounds: NDArray[np.float64],
    values: NDArray[np.float64],
    memory_gb: float = 16.0,
) -> Alliance:
    """Return what each member pays when the gain is shared in proportion to its bound.

    Parameters
    ----------
    joint : result of `problem`, with a programme. bounds, values : each member's own case, (c,).
    """
    programme = joint.solution.programme
    if programme is None:
        message = "there is no joint programme"
        raise ValueError(message)
    costs = joint_shares(problem, build_datas(problem, memory_gb), programme)
    gain = float(bounds.sum() - costs.sum())
    weight = np.abs(bounds) / max(float(np.abs(bounds).sum()), 1e-300)
    payment = bounds - gain * weight - costs
    payment[-1] = -payment[:-1].sum()  # rounding goes to the last one
    return Alliance(
        alone_bound=bounds,
        alone_value=values,
        joint_eur=costs,
        payment_eur=payment,
        proven=gain >= 0,
    )


def _limited(limits: Limits, share: float) -> Limits:
    return replace(
        limits,
        time_s=None if limits.time_s is None else limits.time_s * share,
        work=None if limits.work is None else max(int(limits.work * share), 1),
    )


def _named(listener: Listener, name: str) -> Listener:
    return lambda line: listener(
        Progress(line.elapsed_s, f"{name}: {line.phase}", line.value, line.bound, line.gap)
    )
