import pytest

from optimizer.core.refusal import Refusal
from optimizer.demand import read_founded_years, read_tenants
from optimizer.demand.tenants import COLUMNS
from optimizer.scenario.choices import TenantsBlock

HEADER = ",".join(COLUMNS)


def read(tmp_path, *rows):
    (tmp_path / "t.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return read_tenants(TenantsBlock(file="t.csv"), tmp_path)


def test_no_block_means_no_tenants(tmp_path):
    assert read_tenants(None, tmp_path).count == 0


def test_tenants_are_read_in_the_order_of_the_file(tmp_path):
    found = read(
        tmp_path,
        "b,Bakery <b>,food,120,800,3.5,neutral,yes,6.5,140,true",
        'a,"Joiner, \x07Sons",crafts,200.2,1000,4,noisy,no,9,120,1',
    )
    assert found.id == ("b", "a")
    assert found.name == ("Bakery <b>", "Joiner, Sons")
    assert found.area_m2.tolist() == [120, 201]
    assert found.noise.tolist() == [0, 1]
    assert found.dock.tolist() == [True, False]


def test_every_fault_of_the_tenants_is_named_with_its_line(tmp_path):
    with pytest.raises(Refusal) as caught:
        read(
            tmp_path,
            "a,A,food,0,800,3.5,neutral,yes,6,140,true",
            "a,A,food,10,800,3.5,noissy,yes,6,140,true",
            "c,C,food,10,-1,nan,neutral,perhaps,6,140,true",
        )
    text = str(caught.value)
    assert [fault.place for fault in caught.value.faults] == [
        "t.csv:2", "t.csv:3", "t.csv:3", "t.csv:4", "t.csv:4", "t.csv:4",
    ]  # fmt: skip
    assert "did you mean 'noisy'?" in text
    assert "stands already in t.csv:2" in text


def founded(tmp_path, *years):
    row = "food,10,800,3.5,neutral,yes,6,140,true"
    rows = [f"f{rank},F,{row},{year}" for rank, year in enumerate(years)]
    text = "\n".join([f"{HEADER},founded_year", *rows])
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return read_founded_years(TenantsBlock(file="t.csv"), tmp_path)


def test_the_year_of_founding_may_be_left_out(tmp_path):
    assert founded(tmp_path, "2024", "", " 1890 ").tolist() == [2024, 0, 1890]
    read(tmp_path, "a,A,food,10,800,3.5,neutral,yes,6,140,true")
    assert read_founded_years(TenantsBlock(file="t.csv"), tmp_path).tolist() == [0]
    assert read_founded_years(None, tmp_path).tolist() == []


def test_a_year_that_is_none_is_refused_with_its_line(tmp_path):
    with pytest.raises(Refusal) as caught:
        founded(tmp_path, "2024", "soon", "24", "2024.5", "20240")
    assert [fault.place for fault in caught.value.faults] == [f"t.csv:{n}" for n in (3, 4, 5, 6)]
    assert {fault.code for fault in caught.value.faults} == {"F320"}
