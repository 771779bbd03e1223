"""The process that typesets: `python -m bot.documents.compiler`. Started and ended by typesetting.py.

It reads one JSON object a line, `{page, data, format, ppi}`. The answer to each is its length in 4 bytes, one
byte that is 1 for a document and 0 for an error, and the document or the kind of the error. `page` is a file
in templates/letters/, which gets `data` as JSON in `sys.inputs.data`: what people wrote is never code.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typst

import templates
from bot.documents.fonts import printable

FOLDER = Path(templates.__file__).parent / "letters"
# The members that are no text of a document: a drawing, and the path of a picture.
DRAWN = frozenset({"svg", "logo"})


def main() -> None:
    """Answer requests until the input ends."""
    compiler = typst.Compiler(root="/", ignore_system_fonts=True)
    for line in sys.stdin.buffer:
        made, answer = _answer(compiler, json.loads(line))
        sys.stdout.buffer.write(len(answer).to_bytes(4) + bytes([made]) + answer)
        sys.stdout.buffer.flush()


def _answer(compiler: typst.Compiler, request: dict[str, Any]) -> tuple[bool, bytes]:
    try:
        return True, _without_a_broken_logo(compiler, request)
    except BaseException as error:  # noqa: BLE001 - a panic of typst is no Exception
        # The words of an error may quote what a person wrote: its kind is enough.
        return False, type(error).__name__.encode()


def _without_a_broken_logo(compiler: typst.Compiler, request: dict[str, Any]) -> bytes:
    """The document; without its logo where that picture is missing or damaged."""
    try:
        return _compiled(compiler, request)
    except BaseException:
        head = request["data"].get("letterhead", {})
        if not head.get("logo"):
            raise
        plain = {**request["data"], "letterhead": {**head, "logo": ""}}
        return _compiled(compiler, {**request, "data": plain})


def _compiled(compiler: typst.Compiler, request: dict[str, Any]) -> bytes:
    made = compiler.compile(
        str(FOLDER / f"{request['page']}.typ"),
        format=request["format"],
        ppi=request["ppi"],
        sys_inputs={"data": json.dumps(_printable(request["data"]))},
    )
    # A picture of several pages is a list: the page of a picture is one.
    page = made[0] if isinstance(made, list) else made
    assert page is not None  # noqa: S101 - only with an output file there is no result
    return page


def _printable(data: Any) -> Any:
    """The data with every text as the fonts can print it."""
    match data:
        case str():
            return printable(data)
        case list():
            return [_printable(each) for each in data]
        case dict():
            return {name: value if name in DRAWN else _printable(value) for name, value in data.items()}
        case _:
            return data


if __name__ == "__main__":
    main()
