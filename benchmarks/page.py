"""The page of the report: one file, no scripts, nothing from elsewhere; light, dark and paper."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.drawings import Figure
    from benchmarks.tables import Table

STYLE = Path(__file__).with_name("page.css")
FOLDED = 60
"""A table with more rows is folded."""
MARKED = {"reached": "yes", "not reached": "no", "not measured": "soft"}


def page(
    sentence: str,
    about: str,
    tables: Sequence[Table],
    drawings: Sequence[tuple[str, Sequence[Figure]]],
) -> str:
    """Return the page: the sentence, then tables and drawings in the order given.

    drawings : heading and figures of each section; they stand after the first table.
    """
    first, *others = tables
    body = [_table(first), *(_section(*drawing) for drawing in drawings if drawing[1])]
    body.extend(_table(table) for table in others)
    style = STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Benchmarks of Faubourg</title><style>\n{style}</style></head><body><main>"
        f'<h1>Benchmarks of Faubourg</h1><p class="answer">{escape(sentence)}</p>'
        f'<p class="soft">{escape(about)}</p>{"".join(body)}</main></body></html>\n'
    )


def _section(heading: str, figures: Sequence[Figure]) -> str:
    parts = []
    for name, remark, svg in figures:
        caption = f"<figcaption>{escape(name)}</figcaption>" if name != heading else ""
        parts.append(f"<figure>{caption}{remark}{svg}</figure>")
    kind = "many" if len(figures) > 1 else "one"
    return (
        f'<section><h2>{escape(heading)}</h2><div class="{kind}">{"".join(parts)}</div></section>'
    )


def _table(table: Table) -> str:
    def cell(tag: str, rank: int, text: str) -> str:
        kinds = ("right" if rank in table.right else "", MARKED.get(text, ""))
        kind = " ".join(filter(None, kinds))
        marks = ' scope="col"' if tag == "th" else ""
        marks += f' class="{kind}"' if kind else ""
        return f"<{tag}{marks}>{escape(text)}</{tag}>"

    def line(tag: str, cells: Sequence[str]) -> str:
        return "<tr>" + "".join(cell(tag, rank, text) for rank, text in enumerate(cells)) + "</tr>"

    rows = "".join(line("td", row) for row in table.rows)
    head = line("th", table.columns)
    inner = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(table.heading)}">'
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )
    if len(table.rows) > FOLDED:
        words = f"{table.heading} ({len(table.rows)})"
        return f"<section><details><summary>{escape(words)}</summary>{inner}</details></section>"
    return f"<section><h2>{escape(table.heading)}</h2>{inner}</section>"
