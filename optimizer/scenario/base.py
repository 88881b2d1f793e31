"""Base of every block of a scenario file, and the number types that blocks use."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Year = Annotated[int, Field(ge=1800, le=2500)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,79}$")]


class Block(BaseModel):
    """A block of the file: strict, immutable, unknown keys refused, no nan or infinity."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Sourced(Block):
    """A block of figures that somebody chose; `source` says who, or "assumption: why"."""

    source: str = ""
    """Where the figures of this block come from. Shipped instances must fill it in."""
