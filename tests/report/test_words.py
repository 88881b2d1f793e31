from __future__ import annotations

import pytest

from optimizer.core.result import Outcome
from optimizer.report.words import (
    _against_baseline,
    _balance,
    _what_is_done,
    amount,
    at_most_percent,
    counted,
    headline,
    how_sure,
    listed,
    percent,
    proof_words,
    spaced,
)
from tests.report.answers import infeasible, nothing_found


def test_thousands_are_spaced_and_minus_is_a_minus():
    assert spaced(1234567, mark=" ") == "1 234 567"
    assert spaced(-1234.5, 1, mark=" ") == "\u22121 234.5"
    assert spaced(-0.2, mark=" ") == "0"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (870, "870"),
        (12_345, "12 000"),
        (412_345, "412 000"),
        (1_934_000, "1.93 M"),
        (48e6, "48.0 M"),
    ],
)
def test_money_has_no_more_digits_than_are_meant(value, words):
    assert amount(value, " ") == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (1, "100 %"), (0.9999, "99.9 %"), (0.00001, "less than 0.1 %"), (0.091, "9.1 %")],
)
def test_percents_are_never_a_false_nothing_or_everything(share, words):
    assert percent(share, " ") == words


def test_at_most_is_rounded_up_so_that_it_stays_true():
    assert at_most_percent(0.0071, " ") == "0.8 %"
    assert at_most_percent(0.008, " ") == "0.8 %"
    assert at_most_percent(0.2, " ") == "20 %"


def test_small_numbers_are_words():
    assert counted(1, ("hub", "hubs")) == "one hub"
    assert counted(24, ("locker", "lockers")) == "24 lockers"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_the_headline_says_the_answer_and_how_sure_it_is(problem, result):
    text = headline(problem, result, " ")
    assert text.startswith("Five hubs, one productive hotel and nine delivery points take 89 %")
    assert text.endswith("no plan can be more than 0.8 % cheaper.")
    assert "1.20 M EUR a year" in text


def test_parcels_that_nobody_serves_are_not_passed_over():
    shares = {"bike": 0.0, "pickup": 0.0, "van": 0.0, "unserved": 1.0}
    assert _what_is_done([], 0, shares, " ") == "nothing opens and 100 % of parcels stay unserved"
    hotel = _what_is_done(["one hotel"], 1, shares, " ")
    assert hotel == "one hotel opens and 100 % of parcels stay unserved"
    some = _what_is_done(["two hubs"], 2, {"bike": 0.5, "van": 0.25, "unserved": 0.25}, " ")
    assert some == "two hubs take 50 % of parcels off vans, 25 % of parcels stay unserved,"


def test_a_hotel_that_leaves_the_parcels_to_vans_says_so():
    words = _what_is_done(["one hotel"], 1, {"van": 1.0}, " ")
    assert words == "one hotel opens and vans alone serve everyone"


def test_a_plan_that_yields_money_has_no_negative_cost():
    assert _balance(-49_000.0, "EUR", " ") == " with 49 000 EUR a year to the good"
    assert _balance(-0.2, "EUR", " ") == " for 0 EUR a year"


def test_the_difference_to_today_is_told_in_money_where_a_share_means_nothing():
    assert _against_baseline(50.0, 200.0, " EUR", " ") == ", 75 % less than today"
    assert _against_baseline(-100.0, 200.0, " EUR", " ") == ", 300 EUR better off than today"
    assert _against_baseline(40.0, 0.0, " EUR", " ") == ", 40 EUR worse off than today"
    assert _against_baseline(200.0, 200.0, " EUR", " ") == ", as much as today"


def test_an_unknown_bound_claims_nothing():
    outcome = Outcome("plan", "none", "time", 100.0, None, "mip")
    assert "not known" in how_sure(outcome, "EUR")


def test_how_sure_is_told_in_money_where_a_share_means_nothing():
    outcome = Outcome("plan", "gap", "time", -12_000.0, -207_793.2, "decomposition")
    told = "no plan can be more than 195 794 EUR a year better"
    assert how_sure(outcome, "EUR", " ") == told
    dear = outcome.replace(value=100.0, bound=-100.0)
    assert how_sure(dear, "EUR", " ") == "no plan can be more than 200 EUR a year better"


def test_an_optimal_plan_is_called_proven():
    outcome = Outcome("plan", "optimal", "proof", 100.0, 100.0, "mip")
    assert how_sure(outcome, "EUR") == "no plan is cheaper, which is proven"


def test_infeasible_and_not_found_are_told_apart(problem):
    assert "proven" in headline(problem, infeasible(problem))
    assert "none was ruled out" in headline(problem, nothing_found(problem))


def test_the_proof_tells_value_bound_and_what_is_left_on_the_table(problem, result):
    text = " ".join(proof_words(problem, result, " "))
    assert spaced(result.solution.outcome.bound, mark=" ") in text
    assert "on the table" in text
