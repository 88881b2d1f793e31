"""The tour estimate against planned tours: fit its constants, and decide again with them.

`estimate` tells the estimate of a day part by part, `measure` what its tours took, `regress` fits
the one to the other, `errors` compares them on days and hubs held back, `feedback` closes the loop.
"""

from optimizer.routing.fit.estimate import estimate_day, estimate_figures, plan_legs
from optimizer.routing.fit.feedback import (
    Feedback,
    Schedule,
    feedback,
    figures_of,
    fit_tours,
)
from optimizer.routing.fit.regress import fit_samples

__all__ = [
    "Feedback",
    "Schedule",
    "estimate_day",
    "estimate_figures",
    "feedback",
    "figures_of",
    "fit_samples",
    "fit_tours",
    "plan_legs",
]
