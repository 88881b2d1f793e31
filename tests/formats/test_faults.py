"""A malformed file is refused with its line; nothing else ever comes out of a reader."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.formats import read_instance, read_table
from tests.formats import files

HEAD = "family,instance,file,value,status,source,params,verified,note\n"
SOUND = "cflp_orlib,cap1,cflp_orlib/cap1.txt,12.5,optimal,someone,p=5;S=800,proved,a note\n"

LAYOUTS = {
    "pmedian_orlib": (files.PMED, {}),
    "pmedian_tsplib": (files.TSPLIB, {"p": "2"}),
    "cflp_orlib": (files.CAP, {}),
    "uflp_bildekrarup": (files.UFLLIB, {}),
    "sscflp_any": (files.SSCFLP, {}),
    "cpmp_pmedcap": (files.PMEDCAP, {}),
    "cpmp_lorena": (files.LORENA, {}),
    "mclp_sjc": (files.SJC, {"p": "1", "S": "5"}),
    "mclp_maximo": (files.MAXIMO, {"p": "1", "S": "5"}),
}


def refusal(folder, family, text, params=None, name="one.txt"):
    row = files.row_of(family, files.write(folder, text, name), params)
    with pytest.raises(Refusal) as caught:
        read_instance(folder, row)
    (fault,) = caught.value.faults
    return fault


@pytest.mark.parametrize(
    ("family", "text", "params", "line", "cause"),
    [
        ("sscflp_x", "2 3\n10 20\n7 x\n1 2 3\n1 2\n3 4\n5 6\n", None, 3, "'x' is not a number"),
        ("sscflp_x", "2 3\n10 20\n7 8\n1 2 3\n1 2\n3 4\n5\n", None, 7, "the file ends after 5"),
        ("sscflp_x", "2 3\n10 20\n7 8\n1 2 3\n1 2\n3 4\n5 6\n7\n", None, 8, "more than the head"),
        ("sscflp_x", "2 3\n10 20\n7 8\n1 2 3\n1 -2\n3 4\n5 6\n", None, 5, "-2 is negative"),
        ("sscflp_x", "2.5 3\n", None, 1, "2.5 is not a whole number"),
        ("sscflp_x", "2 0\n", None, 1, "0 is not a whole number"),
        ("sscflp_x", "2 3\n10 nan\n7 8\n1 2 3\n1 2\n3 4\n5 6\n", None, 2, "'nan' is not"),
        ("pmedian_orlib", "4 2 2\n1 2 3\n2 5 4\n", None, 3, "edge 2 leads to no node of 1..4"),
        ("pmedian_orlib", "4 2 2\n1 2 3\n2 3 -4\n", None, 3, "negative length"),
        ("pmedian_orlib", "4 900000000 2\n1 2 3\n", None, 2, "3 of 900000000 x 3 numbers"),
        ("pmedian_tsplib", files.TSPLIB.replace("DIMENSION", "DIM"), {"p": "2"}, 9, "no heading"),
        ("pmedian_tsplib", files.TSPLIB.replace(": 3", ": many"), {"p": "2"}, 3, "DIMENSION is"),
        ("pmedian_tsplib", files.TSPLIB.replace("3 1 1\n", ""), {"p": "2"}, 7, "6 of 3 x 3"),
        ("cflp_orlib", files.CAPA, None, 2, "'capacity' is not a number"),
        ("cflp_orlib", files.CAP.replace("5.25", "-5"), None, 7, "negative"),
        ("uflp_m", files.CAP.replace("20 0.", "20 0. 3"), None, 7, "more than the head says"),
        ("uflp_bildekrarup", files.UFLLIB.replace("FILE", "NAME"), None, 1, "FILE: name"),
        ("uflp_bildekrarup", files.UFLLIB.replace("2 20", "3 20"), None, 4, "record 2"),
        ("mclp_maximo", files.MAXIMO.replace("\n6\n", "\n"), {"p": "1", "S": "9"}, 11, "after 2"),
    ],
)
def test_a_malformed_file_is_refused_at_its_line(tmp_path, family, text, params, line, cause):
    fault = refusal(tmp_path, family, text, params)
    assert fault.code == "F812"
    assert fault.place == f"{tmp_path / 'one.txt'}:{line}"
    assert cause in fault.cause


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="F811"):
        read_instance(tmp_path, files.row_of("sscflp_x", "nowhere.txt"))


@pytest.mark.parametrize("data", [b"", b"  \n", b"\xff\xfe\x00", b"\xfd7zXZ\x00 cut off"])
def test_an_empty_or_damaged_file_is_refused(tmp_path, data):
    name = "one.txt.xz" if data.startswith(b"\xfd") else "one.txt"
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Refusal, match="F811"):
        read_instance(tmp_path, files.row_of("sscflp_x", name))


def test_routing_layouts_are_refused_as_not_yet_read(tmp_path):
    fault = refusal(tmp_path, "cvrp_x", files.TSPLIB)
    assert (fault.code, fault.place) == ("F813", "best_known.csv:2")
    assert "cvrp_x" in fault.cause


@pytest.mark.parametrize(
    "params", [{}, {"p": "two"}, {"p": "0"}, {"p": "1.5"}, {"p": "inf"}], ids=str
)
def test_a_parameter_that_is_missing_or_wrong_is_refused(tmp_path, params):
    assert refusal(tmp_path, "pmedian_tsplib", files.TSPLIB, params).code == "F814"


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_a_file_says_a_reader_reads_or_refuses(tmp_path_factory, data):
    family = data.draw(st.sampled_from(sorted(LAYOUTS)))
    text, params = LAYOUTS[family]
    words = st.sampled_from(["", "-1", "x", "1e999", "nan", "2", "7 7", "\n", "99999", "p", "0"])
    pieces = text.split(" ")
    place = data.draw(st.integers(0, len(pieces) - 1))
    pieces[place] = data.draw(words)
    folder = tmp_path_factory.mktemp("files")
    row = files.row_of(family, files.write(folder, " ".join(pieces)), params)
    with contextlib.suppress(Refusal):
        problem = read_instance(folder, row)
        assert problem.weight.shape == (problem.costs.shape[0],)


def test_a_table_gives_its_rows_with_their_parameters_and_places(tmp_path):
    other = 'cvrp_x,"a, b",cvrp_x/a.vrp,,best-known,,,,\n'
    (tmp_path / "best_known.csv").write_text(HEAD + SOUND + other, encoding="utf-8")
    first, second = read_table(tmp_path)
    assert first.params == {"p": "5", "S": "800"}
    assert (first.value, first.status, first.count("p")) == (12.5, "optimal", 5)
    assert first.place.endswith("best_known.csv:2")
    assert (second.instance, second.value) == ("a, b", None)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "F811", "best_known.csv"),
        ("family,instance\n", "F810", "best_known.csv:1"),
        (HEAD + SOUND + SOUND, "F810", "best_known.csv:3"),
        (HEAD + "a,b,c\n", "F810", "best_known.csv:2"),
        (HEAD + SOUND.replace("12.5", "twelve"), "F810", "best_known.csv:2"),
        (HEAD + SOUND.replace("12.5", "nan"), "F810", "best_known.csv:2"),
        (HEAD + SOUND.replace("optimal", "perhaps"), "F810", "best_known.csv:2"),
        (HEAD + SOUND.replace("cap1,", ",", 1), "F810", "best_known.csv:2"),
        (HEAD + SOUND.replace("p=5;", "p;"), "F814", "best_known.csv:2"),
    ],
)
def test_a_malformed_table_is_refused_at_its_line(tmp_path, text, code, place):
    (tmp_path / "best_known.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        read_table(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == (code, str(tmp_path / place))
