"""The second opinion on decisions over years: every rule and figure from Problem and Programme.

One module per family of `core.rules.PROGRAMME_FAMILIES`, written from the statement of the model
over years alone; each period's plan goes through the checks of one period.
"""

from optimizer.verify.horizon.alliance import check_alliance, member_costs
from optimizer.verify.horizon.baseline import baseline_course, check_baseline
from optimizer.verify.horizon.check import check_programme
from optimizer.verify.horizon.claims import check_programme_claims
from optimizer.verify.horizon.problem_check import check_horizon
from optimizer.verify.horizon.recompute import recompute_programme

__all__ = [
    "baseline_course",
    "check_alliance",
    "check_baseline",
    "check_horizon",
    "check_programme",
    "check_programme_claims",
    "member_costs",
    "recompute_programme",
]
