"""Proven lower bounds on tours.

Of one routing problem (`bound_tours`): `trips` states the relaxation, `plain` and `ascent` prove.
Of a parcel on any tours of any day, for siting: `parcels`; `optimizer.siting.tour_bound` turns
these prices into a bound on plan and tours together.
"""

from optimizer.routing.bounds.parcels import SupplyPrices, bike_prices, supply_prices
from optimizer.routing.bounds.tours import TourBound, bound_tours

__all__ = ["SupplyPrices", "TourBound", "bike_prices", "bound_tours", "supply_prices"]
