"""One message of a story, an addition or a response, as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from conversations.events import FileKind


class Frozen(BaseModel):
    """Immutable: a change is a copy."""

    model_config = ConfigDict(frozen=True)


class Part(Frozen):
    """One message of a story, an addition or a response. `file` is the key of a kept file.

    `message` is the messenger's id of the message; `replaced` its earlier texts, oldest first.
    """

    message: int
    at: datetime
    kind: FileKind | Literal["text", "location"] = "text"
    text: str = ""
    file: str = ""
    name: str = ""
    album: str = ""
    replaced: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Its text as people read it; a mark says that two numbers are a place."""
        return f"📍 {self.text}" if self.kind == "location" else self.text
