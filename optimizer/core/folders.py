"""Where what can be made again is kept."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "FAUBOURG_CACHE_DIR"


def cache_folder() -> Path:
    """Return the folder of the cache: FAUBOURG_CACHE_DIR, else the user's cache folder."""
    stated = os.environ.get(VARIABLE)
    if stated:
        return Path(stated)
    import platformdirs

    return Path(platformdirs.user_cache_dir("faubourg", appauthor=False))
