"""How far two figures may be apart and still count as the same."""

from __future__ import annotations

from fractions import Fraction

RELATIVE = 1e-6
"""Of sums of shares, parcels and money."""

ABSOLUTE = 1e-6
"""Where a figure is near zero."""

TRACE = 1e-9
"""A share up to here is a rounding trace of the solver, not a decision."""


def close(first: float, second: float) -> bool:
    """Tell whether two figures are the same within the tolerance (False for NaN)."""
    if first == second:
        return True
    return (
        abs(first - second) <= max(RELATIVE * max(abs(first), abs(second)), ABSOLUTE) < float("inf")
    )


def above(value: float, limit: float) -> bool:
    """Tell whether `value` exceeds `limit` by more than the tolerance (True for NaN)."""
    return not value <= limit + max(RELATIVE * abs(limit), ABSOLUTE)


def as_written(value: float) -> Fraction:
    """Return the decimal number that a person wrote (0.55, not the nearest double)."""
    return Fraction(repr(float(value)))
