"""How records are shown as text and as HTML: numbers with units, plurals, lists of words, tables."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Sequence


def plural(number: int, one: str, more: str = "") -> str:
    """A number with its noun: '1 client', '1,200 clients'. more: the plural, if it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def duration(seconds: float) -> str:
    """A duration with its unit: '2.50 s', and below a tenth of a second '31.0 ms' or '0.85 ms'."""
    if seconds >= 0.1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.{1 if seconds >= 0.001 or not seconds else 2}f} ms"


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: 'a', 'a and b', 'a, b and c'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def as_text(title: str, rows: Collection[Iterable[str]], notes: Iterable[str]) -> str:
    """A record as text: its title, a table of rows of equal length, headings first, if there are any, and notes."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([title, *lines, *notes])


def as_html(title: str, rows: Sequence[Iterable[str]], notes: Iterable[str]) -> str:
    """The same as HTML; the title is the table's caption."""
    table = html_table(rows[0], rows[1:], title) if rows else ""
    paragraphs = notes if rows else (title, *notes)
    return table + "".join(f'<p style="text-align: left">{html.escape(text)}</p>' for text in paragraphs)


def html_table(head: Iterable[str], rows: Iterable[Iterable[str]], caption: str = "", marked: int | None = None) -> str:
    """An HTML table whose first cells are the headings of their rows.

    The last column keeps its spaces and has letters of one width if its heading is 'lane'. marked: the number of a
    row, counted from 0, that gets the class 'here'.
    """
    head = list(head)
    looks = ["; white-space: pre; font-family: monospace" if name == "lane" else "" for name in head]

    def cells(tags: Iterable[str], row: Iterable[str]) -> str:
        return "".join(
            f'<{tag} style="text-align: left{look}">{html.escape(cell.strip() if not look else cell)}</{tag[:2]}>'
            for tag, look, cell in zip(tags, looks, row, strict=True)
        )

    top = f'<caption style="text-align: left">{html.escape(caption)}</caption>' if caption else ""
    tags = ['th scope="row"', *["td"] * (len(head) - 1)]
    here = {marked: ' class="here"'}
    body = "".join(f"<tr{here.get(number, '')}>{cells(tags, row)}</tr>" for number, row in enumerate(rows))
    heads = cells(['th scope="col"'] * len(head), head)
    return f"<table>{top}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
