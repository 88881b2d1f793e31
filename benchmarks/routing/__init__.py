"""Routing on the literature: cases of vehicle routing, of location with routes, of hourly travel."""
