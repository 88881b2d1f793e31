"""Tours: who is visited, by what, on which way, and when (`optimizer.core.routing` states it)."""

from optimizer.routing.tours import plan_tours

__all__ = ["plan_tours"]
