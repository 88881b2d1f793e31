"""The second opinion on productive hotels in full: one module per rule family, 11 to 19.

`units` is the family "stacking". Everything here is written from the statement of the model alone.
"""

from optimizer.verify.stacking import (
    access,
    docks,
    hybrids,
    mix,
    nuisance,
    roofs,
    services,
    symbiosis,
    units,
)

CHECKS = (
    units.check,
    docks.check,
    nuisance.check,
    hybrids.check,
    mix.check,
    access.check,
    symbiosis.check,
    services.check,
    roofs.check,
)

__all__ = ["CHECKS"]
