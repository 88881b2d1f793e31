from __future__ import annotations

import io
import json

from rich.console import Console

from optimizer.core.limits import Progress
from optimizer.report import live_progress, print_evaluation, print_summary
from tests.report.answers import hostile, infeasible


class Pipe(io.StringIO):
    def isatty(self) -> bool:
        return False


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(problem, result, **options) -> str:
    stream = Pipe()
    console = Console(file=stream, width=120, highlight=False, **options)
    print_summary(problem, result, None, console)
    return stream.getvalue()


def test_a_pipe_gets_no_colours(problem, result, capsys):
    print_summary(problem, result, None)
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert text.startswith("Five hubs")


def test_a_terminal_gets_the_colours_of_the_kinds(problem, result):
    text = printed(problem, result, force_terminal=True, color_system="truecolor")
    assert "38;2;230;159;0" in text  # orange: micro-hub
    assert "38;2;0;114;178" in text  # blue: productive hotel
    assert "38;2;0;158;115" in text  # green: delivery point


def test_the_summary_names_ledgers_gap_and_what_was_left_out(problem, result):
    text = printed(problem, result)
    assert "purse: 8.16 M of 9.00 M EUR used" in text
    assert "proven gap 0.8 % of the cost" in text
    assert "3.5 parcels a day; reasons in tables/unserved.csv" in text


def test_an_infeasible_scenario_names_the_rules_in_conflict(problem):
    text = printed(problem, infeasible(problem))
    assert "at least 40 hubs, but only 12 sites can take one" in text
    assert "today" not in text


def test_brackets_in_names_are_not_markup(problem, result):
    sites = problem.sites.replace(name=("[bold]x[/]",) * problem.sites.count)
    assert "[bold]x[/]" in printed(problem.replace(sites=sites), result)
    assert "<img src=x" in printed(hostile(problem), result)


def test_an_evaluation_is_json_or_words(problem, capsys):
    outcome = {"status": "plan", "value_eur_per_year": 1234567.0, "gap": 0.0281, "proof": "gap"}
    outcome["verified"] = True
    nothing = {
        "status": "infeasible",
        "value_eur_per_year": None,
        "gap": None,
        "proof": "infeasible",
    }
    nothing["verified"] = False
    told = {
        "words": "1 of 2 choices can be opened",
        "best": outcome,
        "evaluated": nothing,
        "choices": [{"words": "A hub on [b]Site 1[/b] costs nothing"}],
        "conflicts": ["the purse holds too little"],
    }
    print_evaluation(problem, told, as_json=True)
    assert json.loads(capsys.readouterr().out) == told
    print_evaluation(problem, told, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "1 of 2 choices can be opened.",
        "",
        "  A hub on [b]Site 1[/b] costs nothing",
        "  conflict: the purse holds too little",
        "",
        "best plan known: 1 234 567 EUR a year, proven within 2.9 %, verified",
        "plan with these sites: proven impossible",
    ]


def test_a_pipe_gets_at_most_one_line_a_second_and_only_on_change():
    stream, now = Pipe(), [0.0]
    with live_progress(stream, clock=lambda: now[0]) as listen:
        listen(Progress(0.0, "search", None, None, None))
        listen(Progress(0.1, "search", 1000.0, None, None))  # too soon
        now[0] = 1.5
        listen(Progress(1.5, "search", 1000.0, 900.0, 0.1))
        now[0] = 9.0
        listen(Progress(9.0, "search", 1000.0, 900.0, 0.1))  # nothing new
    lines = stream.getvalue().splitlines()
    assert lines == ["     0.0 s  search", "     1.5 s  search  plan 1 000  bound 900  gap 10.00 %"]


def test_a_milestone_is_written_however_soon_it_comes():
    stream = Pipe()
    with live_progress(stream, clock=lambda: 0.0) as listen:
        listen(Progress(0.0, "search", None, None, None))
        listen(Progress(0.1, "round 1: agreed", None, None, None, is_milestone=True))
    assert stream.getvalue().splitlines()[1] == "     0.1 s  round 1: agreed"


def test_a_milestone_stays_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()
    with live_progress(stream) as listen:
        listen(Progress(0.1, "round 1: agreed", None, None, None, is_milestone=True))
        listen(Progress(0.2, "search", None, None, None))
    text = stream.getvalue()
    assert text.count("round 1: agreed") >= 1
    assert text.rindex("round 1: agreed") < text.rindex("search")


def test_a_terminal_shows_plan_bound_and_gap(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()
    with live_progress(stream) as listen:
        listen(Progress(3.0, "bound", 1234567.0, 1200000.0, 0.028))
    text = stream.getvalue()
    assert "1 234 567" in text
    assert "2.80 %" in text
