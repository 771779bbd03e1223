"""A call's parameters: read from text, JSON or multipart into typed values, or refused as Telegram does."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.schema import Field, Method, find_problem

WHOLE_NUMBER = re.compile(r"-?\d{1,19}")
TRUE = {"true", "1", "yes"}
FALSE = {"false", "0", "no", ""}
# Telegram's sentences for a required parameter that is missing or empty; others get a general sentence.
MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "video": "there is no video in the request",
    "voice": "there is no voice in the request",
    "audio": "there is no audio in the request",
    "video_note": "there is no video note in the request",
    "message_id": "message identifier is not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "action": "wrong parameter action in request",
    "file_id": "file_id not specified",
    "user_id": "invalid user_id specified",
    "media": "there are no messages to send",
}
# Prefixes of the sentences about objects inside these parameters.
PREFIXES = {
    "entities": "can't parse MessageEntity: ",
    "caption_entities": "can't parse MessageEntity: ",
    "commands": "can't parse BotCommand: ",
}
# An empty webhook address removes the webhook.
MAY_BE_EMPTY = {"url"}
# Other modules read these: their rules exceed those of types.
READ_ELSEWHERE = {"reply_markup", "media"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent in the request."""

    name: str
    mime: str
    data: bytes


def read_parameters(method: Method, raw: dict[str, Any]) -> dict[str, Any]:
    """Return typed parameters; raise ApiError for an unknown, missing or wrongly typed one.

    The chat is checked last: Telegram reads the content before it looks up the chat.
    """
    values: dict[str, Any] = {}
    for name, value in raw.items():
        field = method.fields.get(name)
        if field is None:
            if isinstance(value, Upload):
                continue  # named by attach:// from another parameter
            raise bad_request(f'unknown parameter "{name}"')
        if value is None or (value == "" and name not in MAY_BE_EMPTY):
            continue
        values[name] = _read(name, value, field)
    missing = [name for name, field in method.fields.items() if field.required and name not in values]
    for name in sorted(missing, key=lambda each: each == "chat_id"):
        raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
    return values


def _read(name: str, value: Any, field: Field) -> Any:
    kinds = field.kinds
    reader = READERS.get(kinds)
    if reader:
        return reader(name, value)
    if "InputFile" in kinds:
        return _file(name, value, kinds)
    return _json(name, value, kinds)


def _wrong(name: str, word: str) -> Exception:
    return bad_request(f'parameter "{name}" must be of type {word}')


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "String")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return value


def _integer(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value):
        return int(value)
    raise _wrong(name, "Integer")


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in TRUE | FALSE:
        return word in TRUE
    raise _wrong(name, "Boolean")


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool):
        raise _wrong(name, "Float")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise _wrong(name, "Float") from None


def _chat(name: str, value: Any) -> int | str:
    if isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value):
        return value
    return _integer(name, value)


READERS: dict[tuple[str, ...], Callable[[str, Any], Any]] = {
    ("String",): _text,
    ("Integer",): _integer,
    ("Boolean",): _boolean,
    ("Float",): _number,
    ("Integer", "String"): _chat,
}


def _file(name: str, value: Any, kinds: tuple[str, ...]) -> Upload | str:
    if isinstance(value, Upload) or (isinstance(value, str) and "String" in kinds):
        return value
    raise _wrong(name, "InputFile")


def _json(name: str, value: Any, kinds: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            what = "reply keyboard markup" if name == "reply_markup" else name.replace("_", " ")
            raise bad_request(f"can't parse {what} JSON object") from None
    if name in READ_ELSEWHERE:
        return value
    found = find_problem(value, kinds, name)
    if found:
        raise bad_request(PREFIXES.get(name, "") + found.sentence)
    return value
