"""Machinery of the covering models: rows, reductions, bounds, local search, exact finish."""
