"""One message of a story, an addition or a response, as it is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from conversations.events import FileKind


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
    # Its texts before it was edited, oldest first.
    replaced: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Its text as people read it: coordinates have a pin in front."""
        return f"📍 {self.text}" if self.kind == "location" else self.text
