"""Exact travel times on streets: many sources to many targets, sparse, in whole seconds."""

from optimizer.travel.lists import TravelLists, many_to_many, round_trips

__all__ = ["TravelLists", "many_to_many", "round_trips"]
