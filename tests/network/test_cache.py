"""The cache changes how long a load takes and nothing else."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from optimizer.network import cache as store
from optimizer.network import load, load_network
from optimizer.scenario.city import StreetsBlock
from tests.network.towns import BONDY, RING, RING_WAY, STREET, bondy, same_streets, write_town

BLOCK = StreetsBlock(osm=BONDY.name)


def same_network(one, other):
    """Tell whether two networks agree in everything; tables are compared by pandas."""
    for name in ("areas", "points", "lines"):
        assert_frame_equal(getattr(one.features, name), getattr(other.features, name))
    assert_frame_equal(one.street_lines, other.street_lines)
    return (
        same_streets(one, other)
        and one.boundary.equals_exact(other.boundary, 0)
        and (one.osm_date, one.audit) == (other.osm_date, other.audit)
    )


def entries(folder):
    return sorted(path for path in folder.iterdir() if path.is_dir())


def test_what_comes_from_the_cache_equals_what_went_in(own_cache):
    cold = load_network(BLOCK, BONDY.parent)
    assert len(entries(own_cache)) == 1
    assert same_network(load_network(BLOCK, BONDY.parent), cold)
    assert same_network(bondy(), cold)


def test_a_second_load_does_not_read_the_streets_again(own_cache, monkeypatch):
    load_network(BLOCK, BONDY.parent)
    monkeypatch.setattr(load, "read_osm", None)
    assert load_network(BLOCK, BONDY.parent).streets.node_count == bondy().streets.node_count


def test_without_cache_nothing_is_written(own_cache):
    load_network(BLOCK, BONDY.parent, cache=False)
    assert not own_cache.exists()


def test_the_key_follows_content_and_settings_and_not_the_name(tmp_path):
    copy = tmp_path / "other.osm.pbf"
    copy.write_bytes(BONDY.read_bytes())
    key = store.key_of(BLOCK, BONDY)
    assert store.key_of(StreetsBlock(osm="other.osm.pbf"), copy) == key
    copy.write_bytes(BONDY.read_bytes() + b"x")
    assert store.key_of(BLOCK, copy) != key
    for change in ({"crs": "EPSG:2154"}, {"congestion": {"main": 2.0}}, {"clip": (2.0, 48, 3, 49)}):
        assert store.key_of(StreetsBlock(osm=BONDY.name, **change), BONDY) != key
    assert store.key_of(StreetsBlock(osm=BONDY.name, snap_max_m=50.0), BONDY) == key


@pytest.mark.parametrize("name", ["streets.npz", "world.npz"])
def test_a_damaged_entry_is_built_again(own_cache, tmp_path, name):
    path = write_town(tmp_path / "town.osm", RING, [RING_WAY])
    block = StreetsBlock(osm=path.name)
    cold = load_network(block, tmp_path)
    damaged = entries(own_cache)[0] / name
    content = damaged.read_bytes()
    for broken in (b"", content[: len(content) // 2], b"PK\x03\x04 nonsense"):
        damaged.write_bytes(broken)
        assert same_network(load_network(block, tmp_path), cold)
        assert damaged.read_bytes() != broken


def test_a_changed_byte_in_an_entry_never_changes_the_streets(own_cache, tmp_path):
    path = write_town(tmp_path / "town.osm", RING, [RING_WAY, ("be", STREET)])
    block = StreetsBlock(osm=path.name)
    cold = load_network(block, tmp_path)
    stored = entries(own_cache)[0] / "streets.npz"
    content = stored.read_bytes()
    for place in np.linspace(0, len(content) - 1, 12).astype(int):
        changed = bytearray(content)
        changed[place] ^= 0x40
        stored.write_bytes(bytes(changed))
        assert same_streets(load_network(block, tmp_path), cold)
        stored.write_bytes(content)


def test_a_cache_folder_that_cannot_be_written_is_left_alone(tmp_path, monkeypatch):
    path = write_town(tmp_path / "town.osm", RING, [RING_WAY])
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FAUBOURG_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert load_network(StreetsBlock(osm=path.name), tmp_path).streets.node_count > 0


def test_a_full_disk_leaves_no_half_entry(own_cache, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    path = write_town(tmp_path / "town.osm", RING, [RING_WAY])
    monkeypatch.setattr(store.np, "savez", full)
    load_network(StreetsBlock(osm=path.name), tmp_path)
    assert entries(own_cache) == []


def test_the_users_cache_folder_is_the_default(monkeypatch):
    monkeypatch.delenv("FAUBOURG_CACHE_DIR")
    assert store.cache_folder().name.lower().startswith("faubourg")
