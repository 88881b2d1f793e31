"""A folder tells which of its files were altered."""

from __future__ import annotations

import hashlib

import pytest

from optimizer.core.checksums import SUMS, altered, write_sums


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "ledgers.csv").write_text("used\n10\n", encoding="utf-8")
    (tmp_path / "plan.gpkg").write_bytes(b"map")
    write_sums(tmp_path)
    return tmp_path


def test_the_list_is_what_sha256sum_reads(folder):
    digest = hashlib.sha256(b"used\n10\n").hexdigest()
    assert (folder / SUMS).read_text(encoding="utf-8") == f"{digest}  tables/ledgers.csv\n"


def test_an_untouched_folder_has_nothing_altered(folder):
    assert altered(folder) == ()


def test_an_edited_table_is_named(folder):
    (folder / "tables" / "ledgers.csv").write_text("used\n11\n", encoding="utf-8")
    assert altered(folder) == ("tables/ledgers.csv",)


def test_what_a_map_program_or_a_person_adds_or_takes_away_is_no_alteration(folder):
    (folder / "plan.gpkg").write_bytes(b"map, shown")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "tables" / "ledgers.csv").unlink()
    assert altered(folder) == ()


@pytest.mark.parametrize("content", [b"", b"\xff", b"nonsense\n"])
def test_a_damaged_list_is_named_itself(folder, content):
    (folder / SUMS).write_bytes(content)
    assert altered(folder) == (SUMS,)


def test_a_folder_without_a_list_names_nothing(tmp_path):
    (tmp_path / "a").write_text("a", encoding="utf-8")
    assert altered(tmp_path) == ()
