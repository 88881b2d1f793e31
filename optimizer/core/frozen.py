"""Make the arrays inside frozen dataclasses read-only, and derive variants of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, Self

import numpy as np


class Frozen:
    """Base of immutable data: arrays lose their write flag, variants come from `replace`."""

    def __post_init__(self) -> None:
        """Take the write flag from every array (also inside mappings)."""
        if not is_dataclass(self):  # pragma: no cover - a programming error
            message = f"{type(self).__name__} must be a dataclass"
            raise TypeError(message)
        for field in fields(self):
            value = getattr(self, field.name)
            values = value.values() if isinstance(value, dict) else (value,)
            for item in values:
                if isinstance(item, np.ndarray):
                    item.flags.writeable = False

    def replace(self, **changes: Any) -> Self:
        """Return a copy with `changes` applied; everything else is shared."""
        return replace(self, **changes)  # type: ignore[type-var]
