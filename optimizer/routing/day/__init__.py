"""A delivery day of a siting plan, in two echelons (`optimizer.core.day` states what ties them).

base = day_base(problem, plan)                places and ways, once for all days of the plan
orders = draw_orders(problem, plan, seed)     who gets how much today, by which channel
day = build_day(base, orders, seed)           both echelons as routing problems
"""

from optimizer.routing.day.base import DayBase, day_base
from optimizer.routing.day.build import build_day
from optimizer.routing.day.orders import draw_orders

__all__ = ["DayBase", "build_day", "day_base", "draw_orders"]
