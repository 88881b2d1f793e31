"""The second opinion on a delivery day (`optimizer.core.day`): orders, hubs, ways, crews, tours."""

from optimizer.verify.routing.day.check import check_day

__all__ = ["check_day"]
