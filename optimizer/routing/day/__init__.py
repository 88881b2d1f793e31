"""A delivery day of a siting plan, in two echelons (`optimizer.core.day` states what ties them).

base = day_base(problem, plan)                places and ways, once for all days of the plan
orders = draw_orders(problem, plan, seed)     who gets how much today, by which channel
day = build_day(base, orders, seed)           both echelons as routing problems
planned = plan_day(base, day, limits)         their tours; `planned.day` has release times
"""

from optimizer.routing.day.base import DayBase, day_base
from optimizer.routing.day.build import build_day
from optimizer.routing.day.orders import draw_orders
from optimizer.routing.day.plan import PlannedDay, plan_day

__all__ = ["DayBase", "PlannedDay", "build_day", "day_base", "draw_orders", "plan_day"]
