"""Tours by string removals: windows, pairs, shifts, several depots, and few vehicles first."""

from optimizer.routing.strings.model import can_string
from optimizer.routing.strings.plan import plan_strings

__all__ = ["can_string", "plan_strings"]
