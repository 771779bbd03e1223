"""Prints the screens in both languages side by side: as plain text, and as a page with drawn buttons."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest

from bot.wording.rendering import LANGUAGES, Renderer
from conversations.messages import Keyboard, OutgoingMessage
from tests.texts.screens import Screen

WIDTH = 60
RENDERER = Renderer()

STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 1rem; background: #dfe7dc; color: #111 }
h1, h2 { margin: 1.2rem 0 .3rem } h3 { margin: 1rem 0 .2rem; font: 13px monospace; color: #345 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; align-items: start; max-width: 64rem }
.bubble { background: #fff; border-radius: 12px; padding: .6rem .8rem; white-space: pre-wrap;
  overflow-wrap: anywhere; box-shadow: 0 1px 1px #0003 }
.alert .bubble { background: #333; color: #fff }
blockquote { margin: .2rem 0; padding-left: .6rem; border-left: 3px solid #5a8 }
.row { display: flex; gap: 4px; margin-top: 4px }
.row span { flex: 1; text-align: center; background: #6b8f80; color: #fff; border-radius: 8px;
  padding: .35rem }
.row.keys span { background: #f4f4f4; color: #111; border: 1px solid #bbb }
"""


def label_rows(message: OutgoingMessage, language: str) -> list[list[str]]:
    """The labels of its buttons, row by row."""
    return [
        [RENDERER.label(button.label, button.params, language) for button in row] for row in message.buttons
    ]


def key_rows(message: OutgoingMessage, language: str) -> list[list[str]]:
    """The labels of its reply keyboard, row by row."""
    rows = message.keyboard.rows if isinstance(message.keyboard, Keyboard) else ()
    return [[RENDERER.label(key.label, {}, language) for key in row] for row in rows]


def as_text(screens: Iterable[Screen]) -> str:
    """The book as plain text, the languages side by side."""
    return "\n".join(_page(screen) for screen in screens) + "\n"


def _page(screen: Screen) -> str:
    texts, buttons = ([part(screen.message, language) for language in LANGUAGES] for part in (_said, _drawn))
    return "\n".join((_title(screen), *_side_by_side(texts), *_side_by_side(buttons), ""))


def _side_by_side(columns: Sequence[Sequence[str]]) -> list[str]:
    return [
        "   ".join(piece.ljust(WIDTH) for piece in pair).rstrip()
        for pair in zip_longest(*columns, fillvalue="")
    ]


def _said(message: OutgoingMessage, language: str) -> list[str]:
    text = RENDERER.plain(message.template, message.params, language)
    return [line for written in text.split("\n") for line in textwrap.wrap(written, WIDTH) or [""]]


def _drawn(message: OutgoingMessage, language: str) -> list[str]:
    rows = (*label_rows(message, language), *key_rows(message, language))
    buttons = ["  ".join(f"[{label}]" for label in row) for row in rows]
    return [line for row in buttons for line in textwrap.wrap(row, WIDTH)]


def _title(screen: Screen) -> str:
    kind = " (sample)" if screen.sampled else " (answer to a press)" if screen.alert else ""
    return f"== {screen.message.template}{kind} =="


def as_html(screens: Sequence[Screen]) -> str:
    """The book as a page that needs no other file."""
    body = []
    for file, group in groupby(screens, key=lambda screen: screen.message.template.partition(".")[0]):
        body.append(f"<h2>{file}</h2>")
        body += [_pair(screen) for screen in group]
    return (
        '<!doctype html><html lang="id"><meta charset="utf-8"><title>Texts of Aduan</title>'
        f"<style>{STYLE}</style><h1>Texts of Aduan</h1>{''.join(body)}</html>\n"
    )


def _pair(screen: Screen) -> str:
    cells = "".join(_bubble(screen.message, language) for language in LANGUAGES)
    kind = "pair alert" if screen.alert else "pair"
    return f'<h3>{html.escape(_title(screen).strip("= "))}</h3><div class="{kind}">{cells}</div>'


def _bubble(message: OutgoingMessage, language: str) -> str:
    rows = [("row", row) for row in label_rows(message, language)]
    rows += [("row keys", row) for row in key_rows(message, language)]
    drawn = "".join(
        f'<div class="{name}">{"".join(f"<span>{html.escape(label)}</span>" for label in row)}</div>'
        for name, row in rows
    )
    text = RENDERER.text(message, language)
    return f'<div lang="{language}"><div class="bubble">{text}</div>{drawn}</div>'
