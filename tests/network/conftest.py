"""Every test of this room has its own cache folder."""

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("FAUBOURG_CACHE_DIR", str(folder))
    return folder
