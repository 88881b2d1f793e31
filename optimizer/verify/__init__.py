"""The second opinion: recomputes every rule and every figure from Problem and Plan alone.

Shares no code with the rooms that decide: shortest paths, costs and rules are written again here,
from the words of the model (the docstring of the siting room), one module per rule family.
Arithmetic is exact where the data are whole numbers (`int`, `Fraction`); shares and sums of
shares hold to `tolerance.RELATIVE`.
"""

from optimizer.verify.check import check_plan
from optimizer.verify.claims import check_claims
from optimizer.verify.folder import verify_folder
from optimizer.verify.horizon import check_programme, recompute_programme
from optimizer.verify.problem_check import check_problem
from optimizer.verify.recompute import recompute
from optimizer.verify.routing import check_day, check_tours, recompute_tours

__all__ = [
    "check_claims",
    "check_day",
    "check_plan",
    "check_problem",
    "check_programme",
    "check_tours",
    "recompute",
    "recompute_programme",
    "recompute_tours",
    "verify_folder",
]
