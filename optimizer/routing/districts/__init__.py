"""Tours for tens of thousands of stops: districts planned side by side, borders repaired."""

from optimizer.routing.districts.plan import plan_districts

__all__ = ["plan_districts"]
