"""Tours of vehicles whose travel time changes with the hour."""

from optimizer.routing.hours.conduct import plan_hours
from optimizer.routing.hours.model import refused

__all__ = ["plan_hours", "refused"]
