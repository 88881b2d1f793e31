import pytest

from optimizer.core.refusal import Refusal
from optimizer.demand import read_tenants
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
