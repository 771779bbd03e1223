"""What the real bot called for each act of one citizen, as data that the other bots replay.

An act is one update of the citizen. The recorder (recorder.py) waits after each act until the bot is idle, so
that each call belongs to one act. Values of the citizen stand in the texts as `str.format` fields: `{said7}`
is what was written in act 7, `{reference}` and `{code}` are those of the receipt. In the other parameters a
text that begins with "$" names what differs from person to person:

    $person         the citizen's chat          $sent 3         the id of message number 3 (`makes`)
    $press          the press of this act       $file           the file of this act, which is downloaded
    $upload N SIZE  a new file of this name and size
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Literal

from bot.simulator.api.dispatch import Call
from tests.calls import values as parameters_of
from tests.questions import RECEIPT, labels_of, name_of

Kind = Literal["command", "text", "photo", "press"]
Recording = Mapping[str, Any]

FORMATTED = ("text", "caption")
# Calls that a bot makes without a citizen's act.
RECEIVING = "getUpdates"
UPLOAD = "attach://"
TAG = re.compile(r"<[^>]+>")


class OtherPathError(Exception):
    """A call that the recording cannot express."""


def recorded(calls: Sequence[Call], marks: Sequence[int], person: int) -> Recording:
    """Return the recording. Act k made the calls from marks[k] to marks[k + 1].

    Raises OtherPathError when the number of updates is not the number of acts.
    """
    updates = list(updates_of(calls, person))
    acts = [
        [call for call in calls[begin:end] if call.method != RECEIVING]
        for begin, end in itertools.pairwise(marks)
    ]
    if len(acts) != len(updates):
        raise OtherPathError(f"{len(updates)} updates in {len(acts)} acts")
    values = values_of(updates, [call for act in acts for call in act])
    writer = _Writer(person, values)
    return {
        "reference": values["reference"],
        "acts": [
            {"kind": kind_of(update), "said": said_in(update), "calls": writer.act(act)}
            for update, act in zip(updates, acts, strict=True)
        ],
    }


def updates_of(calls: Iterable[Call], person: int) -> Iterator[dict[str, Any]]:
    """Yield each update of a person once, in their order, from what the bot fetched."""
    fetched = {
        update["update_id"]: update
        for call in calls
        if call.method == RECEIVING
        for update in call.result or ()
    }
    for _, update in sorted(fetched.items()):
        content = update.get("message") or update.get("callback_query") or {}
        if content.get("from", {}).get("id") == person:
            yield update


def kind_of(update: Mapping[str, Any]) -> Kind:
    """Return what kind of act an update is."""
    if "callback_query" in update:
        return "press"
    message = update["message"]
    if "photo" in message:
        return "photo"
    return "command" if message.get("text", "").startswith("/") else "text"


def said_in(update: Mapping[str, Any]) -> str:
    """Return the text of an act; a press and a photo have none."""
    return str(update.get("message", {}).get("text", ""))


def values_of(updates: Sequence[Mapping[str, Any]], calls: Sequence[Call]) -> dict[str, str]:
    """Return field -> its text: what the citizen wrote in own words, the number and the code."""
    values = dict[str, str]()
    keys = {"Lanjut"} | {label for call in calls for label in _labels(call)}
    for number, update in enumerate(updates):
        said = said_in(update)
        if said and said not in keys and kind_of(update) == "text" and said not in values.values():
            values[f"said{number}"] = said
    found = next(filter(None, (RECEIPT.search(_plain(call)) for call in calls)), None)
    if found is None:
        raise OtherPathError("no receipt in the recorded calls")
    return {**values, "reference": found[1], "code": found[2]}


def _labels(call: Call) -> list[str]:
    return labels_of(call.result) if isinstance(call.result, dict) else []


def _plain(call: Call) -> str:
    return TAG.sub("", str(call.params.get("text", "")))


def with_fields(text: str, values: Mapping[str, str]) -> str:
    """Return a text in which the values are `str.format` fields."""
    text = text.replace("{", "{{").replace("}", "}}")
    for name, value in sorted(values.items(), key=lambda item: -len(item[1])):
        text = text.replace(escape(value, quote=False), f"{{{name}}}")
    return text


def answering(calls: Sequence[Mapping[str, Any]]) -> int:
    """Return the index of the call that the citizen waits for: the question, else a message, else an edit."""
    texts = [
        (index, call["method"], name_of(TAG.sub("", call["params"]["text"])))
        for index, call in enumerate(calls)
        if call["params"].get("chat_id") == "$person" and "text" in call["params"]
    ]
    asked = [index for index, _, name in texts if name]
    sent = [index for index, method, _ in texts if method == "sendMessage"]
    return (asked or sent or [index for index, *_ in texts] or [len(calls) - 1])[-1]


class _Writer:
    """Writes calls down one after another, and numbers the messages that they make."""

    def __init__(self, person: int, values: Mapping[str, str]) -> None:
        self._person = person
        self._values = values
        self._sent: dict[tuple[int, int], int] = {}

    def act(self, calls: Iterable[Call]) -> list[dict[str, Any]]:
        written = [self._call(call) for call in calls]
        if written:
            written[answering(written)]["answers"] = True
        return written

    def _call(self, call: Call) -> dict[str, Any]:
        if call.outcome != "ok":
            raise OtherPathError(f"{call.method}: {call.error}")
        params = parameters_of(call)
        chat = int(params.get("chat_id", 0))
        uploads = {str(value).removeprefix(UPLOAD) for value in params.values() if _is_upload(value)}
        written = {
            name: self._value(call, name, value, chat)
            for name, value in params.items()
            if name not in uploads
        }
        return {"method": call.method, "params": written, **self._made(call, chat)}

    def _made(self, call: Call, chat: int) -> dict[str, int]:
        """Return the number of the message that the call made, if it made one."""
        if not call.method.startswith("send") or not isinstance(call.result, dict):
            return {}
        number = self._sent[chat, call.result["message_id"]] = len(self._sent)
        return {"makes": number}

    def _value(self, call: Call, name: str, value: Any, chat: int) -> Any:
        if name in FORMATTED:
            return with_fields(value, self._values)
        if _is_upload(value):
            file = call.params[value.removeprefix(UPLOAD)]
            return f"$upload {file} {call.result[name]['file_size']}"
        if name == "message_id":
            return self._message(call, chat, value)
        if name == "reply_parameters":
            raise OtherPathError(f"{call.method} replies to a message, which is not replayed")
        if name == "chat_id":
            return "$person" if chat == self._person else chat
        return {"callback_query_id": "$press", "file_id": "$file"}.get(name, value)

    def _message(self, call: Call, chat: int, message: int) -> str:
        if (chat, message) not in self._sent:
            raise OtherPathError(f"{call.method} names message {message}, which no recorded call made")
        return f"$sent {self._sent[chat, message]}"


def _is_upload(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(UPLOAD)
