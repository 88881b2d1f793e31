"""Routing on the literature: vehicle routing, location with routes, travel by the hour."""
