"""Facilities with capacities whose customers may be split: relaxation, flows, search, tree."""
