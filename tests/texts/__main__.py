"""`make texts`: the book of all texts to standard output, and as build/texts.html."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.texts.book import as_html, as_text
from tests.texts.screens import screens

PAGE = Path(__file__).parents[2] / "build" / "texts.html"


def main() -> None:
    """Print the book and write the page."""
    found = screens()
    sys.stdout.write(as_text(found))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(as_html(found), encoding="utf-8")
    sys.stderr.write(f"{len(found)} screens; with pictures of the buttons: {PAGE}\n")


if __name__ == "__main__":
    main()
