"""The Bot API's methods and types as one table: every call in and every object out is checked against it.

Sentences about wrong fields are Telegram's. This server also refuses unknown parameters and fields, which
Telegram ignores: so a misspelt name in the bot becomes visible.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SCALARS: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}
JSON_WORDS = {"Integer": "Number", "Float": "Number", "Boolean": "Boolean", "String": "String"}
# Union -> (the field that names the member, its values).
UNIONS: dict[str, tuple[str, dict[Any, str]]] = {
    "ChatMember": (
        "status",
        {
            "creator": "ChatMemberOwner",
            "administrator": "ChatMemberAdministrator",
            "member": "ChatMemberMember",
            "restricted": "ChatMemberRestricted",
            "left": "ChatMemberLeft",
            "kicked": "ChatMemberBanned",
        },
    ),
    "MessageOrigin": (
        "type",
        {"user": "MessageOriginUser", "hidden_user": "MessageOriginHiddenUser", "chat": "MessageOriginChat"},
    ),
    "BotCommandScope": (
        "type",
        {
            "default": "BotCommandScopeDefault",
            "all_private_chats": "BotCommandScopeAllPrivateChats",
            "all_group_chats": "BotCommandScopeAllGroupChats",
            "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
            "chat": "BotCommandScopeChat",
            "chat_administrators": "BotCommandScopeChatAdministrators",
            "chat_member": "BotCommandScopeChatMember",
        },
    ),
    "MenuButton": (
        "type",
        {"commands": "MenuButtonCommands", "web_app": "MenuButtonWebApp", "default": "MenuButtonDefault"},
    ),
    "ReactionType": ("type", {"emoji": "ReactionTypeEmoji", "custom_emoji": "ReactionTypeCustomEmoji"}),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or field: the kinds of value that it accepts, and whether it is required."""

    kinds: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what it returns and its parameters by name."""

    name: str
    returns: str
    fields: dict[str, Field]


@dataclass(frozen=True, slots=True)
class Problem:
    """The first error in a value: its place, and Telegram's sentence."""

    path: str
    sentence: str


def _field(text: str) -> Field:
    return Field(tuple(text.removesuffix("!").split("|")), text.endswith("!"))


@cache
def table() -> dict[str, Any]:
    """Return the table as it is stored."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("bot_api.json").read_text("utf-8"))
    return loaded


@cache
def methods() -> dict[str, Method]:
    """Return the methods that this server performs, by lower-case name, as Telegram matches them."""
    return {
        name.lower(): Method(name, returns, {key: _field(text) for key, text in fields.items()})
        for name, (returns, fields) in table()["methods"].items()
    }


@cache
def other_methods() -> frozenset[str]:
    """Return the lower-case names of real methods that this server does not perform."""
    return frozenset(name.lower() for name in table()["other_methods"])


@cache
def types() -> dict[str, dict[str, Field]]:
    """Return the fields of each object type."""
    return {
        name: {key: _field(text) for key, text in fields.items()}
        for name, fields in table()["types"].items()
        if isinstance(fields, dict)
    }


def find_problem(value: Any, kinds: tuple[str, ...], path: str = "") -> Problem | None:
    """Return why the value fits none of the kinds, or None when it fits one."""
    first: Problem | None = None
    for kind in kinds:
        found = _problem(value, kind, path)
        if found is None:
            return None
        first = first or found
    return first


def _problem(value: Any, kind: str, path: str) -> Problem | None:
    if kind in SCALARS:
        fits = isinstance(value, SCALARS[kind]) and (kind == "Boolean" or not isinstance(value, bool))
        return None if fits else _wrong_type(path, JSON_WORDS[kind])
    if kind.startswith("Array of "):
        return _array_problem(value, kind.removeprefix("Array of "), path)
    if not isinstance(value, dict):
        return _wrong_type(path, "Object")
    if kind in UNIONS:
        return _union_problem(value, kind, path)
    if kind == "MaybeInaccessibleMessage":
        return _problem(value, "Message" if value.get("date") else "InaccessibleMessage", path)
    return _object_problem(value, kind, path)


def _array_problem(value: Any, kind: str, path: str) -> Problem | None:
    if not isinstance(value, list):
        return _wrong_type(path, "Array")
    for index, item in enumerate(value):
        found = _problem(item, kind, f"{path}[{index}]")
        if found:
            return found
    return None


def _union_problem(value: dict[str, Any], kind: str, path: str) -> Problem | None:
    name, members = UNIONS[kind]
    if name not in value:
        return Problem(path, f'Can\'t find field "{name}"')
    member = members.get(value[name])
    if member is None:
        return Problem(f"{path}.{name}", f'{kind} has no {name} "{value[name]}"')
    return _object_problem(value, member, path)


def _object_problem(value: dict[str, Any], kind: str, path: str) -> Problem | None:
    fields = types().get(kind)
    if fields is None:
        return Problem(path, f"This server knows no {kind}")
    for name, field in fields.items():
        if field.required and name not in value:
            return Problem(path, f'Can\'t find field "{name}"')
    for name, item in value.items():
        known = fields.get(name)
        if known is None:
            return Problem(path, f'{kind} has no field "{name}"')
        found = find_problem(item, known.kinds, f"{path}.{name}")
        if found:
            return found
    return None


def _wrong_type(path: str, word: str) -> Problem:
    return Problem(path, f'Field "{path.rpartition(".")[2]}" must be of type {word}')
