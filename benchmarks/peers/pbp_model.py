"""pbp-pmedian: exact p-median by the Hammer-Beresnev representation, on scipy's HiGHS."""

from __future__ import annotations

from typing import Any

import numpy as np

KINDS = ("p_median",)


def load(_peer: str) -> None:
    """Import what takes long, before the clock starts."""
    import pbp_pmedian  # noqa: F401


def answer(_peer: str, data: dict[str, Any]) -> dict[str, Any]:
    """Solve with sites as rows and weighted customers as columns."""
    import pbp_pmedian

    weighted = np.ascontiguousarray((data["cost"] * data["weight"][:, None]).T)
    solved = pbp_pmedian.solve(weighted, int(data["at_most"]))
    return {"raw": str(solved)}
