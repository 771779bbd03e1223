"""The logos of the agencies: what a letter can show of them is checked when the settings are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.config.errors import entry_name
from conversations.complaints.agency import Agency

MOST_BYTES = 1 << 20
# The ending of a file -> what its content has: at its start, or anywhere in an SVG.
BEGINNINGS: Mapping[str, bytes] = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}
SVG, SVG_TAG = ".svg", b"<svg"
EXPECTED = "expected the path of a PNG, JPG or SVG file of at most 1 MB"


def wrong_logos(agencies: tuple[Agency, ...]) -> list[str]:
    """The logos that are not there, too large, or no pictures; each line names its key."""
    ids = [{"id": agency.id} for agency in agencies]
    wrong = [(place, _wrong(agency.logo)) for place, agency in enumerate(agencies) if agency.logo]
    return [f"agencies[{entry_name(ids, place)}].logo: {what}; {EXPECTED}" for place, what in wrong if what]


def _wrong(logo: str) -> str:
    """What is wrong with this file; empty for nothing."""
    path = Path(logo)
    if not path.is_file():
        return f"{logo!r} is no file"
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        return f"{logo!r} cannot be read ({error.strerror})"
    if len(content) > MOST_BYTES:
        return f"{logo!r} is too large"
    return "" if _is_picture(path.suffix.lower(), content) else f"{logo!r} is no such picture"


def _is_picture(ending: str, content: bytes) -> bool:
    if ending == SVG:
        return SVG_TAG in content
    return ending in BEGINNINGS and content.startswith(BEGINNINGS[ending])
