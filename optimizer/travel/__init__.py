"""Exact travel times on streets: many sources to many targets, sparse, in whole seconds."""

from optimizer.travel.costs import StreetCosts
from optimizer.travel.lists import TravelLists, many_to_many, round_trips
from optimizer.travel.merging import Merged, merge_customers
from optimizer.travel.table import travel_table

__all__ = [
    "Merged",
    "StreetCosts",
    "TravelLists",
    "many_to_many",
    "merge_customers",
    "round_trips",
    "travel_table",
]
