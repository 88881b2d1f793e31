"""The only door to OR-Tools: models as arrays in, answers as arrays out."""

from optimizer.solvers.mathopt import solve_lp, solve_lp_inside, solve_milp, solver_versions
from optimizer.solvers.milp import Builder, Milp, MilpAnswer

__all__ = [
    "Builder",
    "Milp",
    "MilpAnswer",
    "solve_lp",
    "solve_lp_inside",
    "solve_milp",
    "solver_versions",
]
