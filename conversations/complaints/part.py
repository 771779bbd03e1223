"""One message of a story, an addition or a response, as it is stored."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from conversations.complaints.bounds import with_version
from conversations.events import FileKind

MEGABYTE = 1 << 20
_COORDINATES = re.compile(r"(-?\d{1,2}\.\d+), (-?\d{1,3}\.\d+)\)?$")


class Frozen(BaseModel):
    """A frozen model: a change is a copy."""

    model_config = ConfigDict(frozen=True)


class Part(Frozen):
    """One message of a story, an addition or a response."""

    # The messenger's id of the message.
    message: int
    # When it was sent.
    at: datetime
    # What it is.
    kind: FileKind | Literal["text", "location"] = "text"
    # The text or caption; of a location its coordinates.
    text: str = ""
    # The key of its stored file; empty without a file.
    file: str = ""
    # The sender's name for the file.
    name: str = ""
    # The id of the album that it belongs to.
    album: str = ""
    # Its texts before it was edited: the first one and the newest (bounds.py), oldest first.
    replaced: tuple[str, ...] = ()
    # The number of such texts between them that are not kept.
    left_out: int = 0
    # The messenger's id of its file's content, to notice a file that was replaced by an edit.
    unique: str = ""
    # Who first wrote it and when, in words, if it was forwarded.
    forwarded: str = ""
    # The part of another message that it quotes.
    quoted: str = ""

    def after(self, earlier: Part) -> Part:
        """This part in the place of its earlier state, whose text is kept."""
        replaced, more = with_version(earlier.replaced, earlier.text)
        return self.model_copy(update={"replaced": replaced, "left_out": earlier.left_out + more})

    @property
    def shown(self) -> str:
        """Its text as people read it: below its origin and its quote; coordinates have a pin in front."""
        pinned = f"📍 {self.text}" if self.kind == "location" else self.text
        return with_source(pinned, self.forwarded, self.quoted)


def with_source(text: str, forwarded: str, quoted: str) -> str:
    """The text below the line that says who first wrote it, and below the lines that it quotes."""
    origin = [f"[{forwarded}]"] if forwarded else []
    quotes = [f"> {line}" for line in quoted.splitlines() if line.strip()]
    return "\n".join((*origin, *quotes, *([text] if text else ())))


def map_address(text: str) -> str:
    """The address, on a map, of the place whose coordinates end the text; empty without coordinates."""
    found = _COORDINATES.search(text)
    return f"https://maps.google.com/?q={found[1]},{found[2]}" if found else ""
