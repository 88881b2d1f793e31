"""The second opinion on pure location models, from the definitions in `core.location` alone.

`check_location` recomputes feasibility, the objective and every claim about the bound with code
that no model shares: its own sums (`math.fsum`), its own reading of costs, its own shortest paths.
"""

from optimizer.verify.location.check import check_location, value_of

__all__ = ["check_location", "value_of"]
