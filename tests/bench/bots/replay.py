"""What every replaying bot reads: its settings, and the recorded calls of each act (see ../recording.py)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
SINGLE = "--single" in sys.argv
FORMATTED = ("text", "caption")


@dataclass(frozen=True)
class Upload:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """One recorded call; `makes` is the number of the message that it makes."""

    method: str
    params: Mapping[str, Any]
    makes: int | None
    answers: bool

    @property
    def files(self) -> bool:
        """Whether the call names the registration number."""
        return any("{reference}" in str(self.params.get(name)) for name in FORMATTED)

    @property
    def wanted_by_author(self) -> bool:
        """Whether a bot with one message for each act makes it too: answer, press, file, card."""
        other_chat = self.method == "sendMessage" and self.params["chat_id"] != "$person"
        return self.answers or other_chat or self.method in {"answerCallbackQuery", "getFile"}

    def arguments(self, memory: Mapping[str, Any], press: str, file: str, person: int) -> dict[str, Any]:
        """Return the parameters for one person: what was said and sent so far is in the memory."""
        own = {"$person": person, "$press": press, "$file": file}
        said = {name: escape(value, quote=False) for name, value in memory["said"].items()}
        return {name: _filled(name, value, own, said, memory["sent"]) for name, value in self.params.items()}


def _filled(name: str, value: Any, own: Mapping[str, Any], said: Mapping[str, str], sent: Any) -> Any:
    if name in FORMATTED:
        return value.format_map(said)
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    word, *rest = value.split()
    if word == "$sent":
        return sent[int(rest[0])]
    if word == "$upload":
        return Upload(" ".join(rest[:-1]), bytes(int(rest[-1])))
    return own[value]


@dataclass(frozen=True)
class Act:
    """What a citizen does, and what the bot then calls."""

    kind: str
    calls: tuple[Call, ...]


def acts_of(recording: Mapping[str, Any], *, single: bool) -> list[Act]:
    """Return the acts of a recording; with `single` only the calls of a bot with one message for each act."""
    acts = []
    for act in recording["acts"]:
        calls = (
            Call(call["method"], call["params"], call.get("makes"), call.get("answers", False))
            for call in act["calls"]
        )
        kept = tuple(call for call in calls if call.wanted_by_author or not single)
        acts.append(Act(act["kind"], kept))
    return acts


def snake(method: str) -> str:
    """Return a method's name as the libraries write it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method)


def read(name: str) -> Any:
    """Return a JSON file of the bot's folder."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
