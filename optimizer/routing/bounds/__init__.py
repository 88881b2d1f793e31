"""Proven lower bounds on tours; see `trips` (the relaxation), `plain` and `ascent` (the proofs)."""

from optimizer.routing.bounds.tours import TourBound, bound_tours

__all__ = ["TourBound", "bound_tours"]
