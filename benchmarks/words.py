"""A row as a line of a table that people read while a suite runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.rows import Row

HEAD = (
    f"{'family':<18} {'instance':<22} {'solver':<12} {'objective':>15} {'gap':>9} "
    f"{'to known':>9} {'time s':>8} {'peak MB':>8}  how"
)


def row_words(row: Row) -> str:
    """Return one line for a row."""
    return (
        f"{row['family']:<18} {row['instance']:<22} {row['solver']:<12} "
        f"{number(row['objective']):>15} {percent(row['gap']):>9} "
        f"{percent(row['gap_to_best_known'], sign=True):>9} {seconds(row['time_s']):>8} "
        f"{number(row['peak_mb'], 0):>8}  {how(row)}"
    )


def how(row: Row) -> str:
    """Tell in a few words how a row ended."""
    if row["error"]:
        return f"FAILED: {row['error']}"
    if row["ratio"] is not None:
        return f"{row['ratio']:.1f} times as fast as the twin"
    words = row["proof"] if row["status"] == "plan" else str(row["status"])
    if row["beaten"]:
        words += ", better than published"
    doubtful = row["verified"] is False and row["objective"] is not None
    return f"{words}, NOT VERIFIED" if doubtful else words


def percent(share: float | None, *, sign: bool = False) -> str:
    """Return a share in percent with as many digits as are meant."""
    if share is None:
        return ""
    value = 100.0 * share
    if abs(value) < 5e-5:
        return "0"
    digits = 4 if abs(value) < 0.01 else 2 if abs(value) < 10 else 0
    return f"{value:+.{digits}f} %" if sign else f"{value:.{digits}f} %"


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with thousands spaced; whole numbers have no decimals."""
    if value is None:
        return ""
    if value == round(value):
        digits = 0
    return f"{value:,.{digits}f}".replace(",", " ")


def seconds(value: float | None) -> str:
    """Return seconds to the hundredth."""
    return "" if value is None else f"{value:.2f}"
