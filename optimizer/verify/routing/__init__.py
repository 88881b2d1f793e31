"""The second opinion on tours (`optimizer.core.routing`) and days (`optimizer.core.day`).

Every moment is recomputed from the one before it, every leg from the coordinates, the matrix, the
pace or the corners; nothing is shared with the rooms that plan.
"""

from optimizer.verify.routing.check import check_tours
from optimizer.verify.routing.day import check_day
from optimizer.verify.routing.figures import TourFigures, recompute_tours

__all__ = ["TourFigures", "check_day", "check_tours", "recompute_tours"]
