"""Explains what is wrong with a configuration: which key, what was found, what was expected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

# pydantic's error types -> what was expected; {names} are of the error's context.
EXPECTED: Mapping[str, str] = {
    "int_type": "a whole number without quotes",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number without quotes",
    "float_type": "a number without quotes",
    "float_parsing": "a number without quotes",
    "bool_type": "true or false, without quotes",
    "bool_parsing": "true or false, without quotes",
    "string_type": 'a text in quotes: "…"',
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "a text like {pattern}",
    "tuple_type": "a list: […]",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "literal_error": "{expected}",
    "date_type": "a date: 2026-12-24",
    "date_parsing": "a date: 2026-12-24",
    "date_from_datetime_parsing": "a date: 2026-12-24",
    "date_from_datetime_inexact": "a date without a time: 2026-12-24",
    "model_type": "a section with keys",
    "model_attributes_type": "a section with keys",
}

PATTERNS: Mapping[str, str] = {
    r"^[a-z][a-z0-9_]{1,15}$": "2 to 16 small letters, digits or _, beginning with a letter",
    r"^[a-z0-9_-]{1,16}$": "1 to 16 small letters, digits, _ or -",
}

# Sections whose values are secrets, or may be a secret in the wrong place.
SECRET = ("telegram", "whatsapp")
OPEN = frozenset({"base_url", "base_file_url", "updates", "api_version"})
# A token of Telegram, or of Meta.
TOKEN = re.compile(r"\d{3,}:[\w-]{6,}|EAA\w{12,}")
# An address in which a password may stand.
WITH_PASSWORD = re.compile(r"://\S*(@|password=)\S*")
LONGEST_FOUND = 60
# An entry of a list is named by its id, if that is a plain word and no other entry has it.
NAME = re.compile(r"[\w-]{1,32}")


Kind = Literal["config_missing", "config_unreadable", "config_wrong"]


class ConfigError(Exception):
    """The configuration is wrong; each problem is a line that names its key.

    `kind` names the sentence above them, a block of words.html, for the person who keeps the bot.
    """

    def __init__(self, path: Path, problems: Sequence[str], kind: Kind = "config_wrong") -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path, self.problems, self.kind = path, tuple(problems), kind


def describe(error: ValidationError, model: type[BaseModel], values: Mapping[str, Any]) -> tuple[str, ...]:
    """One line for every wrong key, in the order of the file's model."""
    details = error.errors(include_url=False)
    lines: list[str] = []
    for detail in details:
        if not _follows(detail, details):
            lines += _lines(detail, model, values)
    return tuple(lines)


def _follows(detail: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """Whether a list counts as too short only because each of its entries is wrong."""
    where = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(where) and other["loc"][: len(where)] == where for other in details
    )


def _lines(detail: ErrorDetails, model: type[BaseModel], values: Mapping[str, Any]) -> list[str]:
    where, kind = detail["loc"], detail["type"]
    if kind == "value_error" and isinstance(detail["input"], dict):
        # A section's own check names the keys itself, one a line.
        inside = _dotted((*where, ""), values)
        return [f"{inside}{line}" for line in str(detail["ctx"]["error"]).splitlines()]
    name = _dotted(where, values)
    if kind == "missing":
        return [f"{name}: missing; expected {_purpose(where)}"]
    if kind == "extra_forbidden":
        return [f"{name}: unknown key{_did_you_mean(model, where)}"]
    return [f"{name}: {_found(where, values)}expected {_expected(detail)}"]


def _expected(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context["error"])
    if pattern := PATTERNS.get(str(context.get("pattern"))):
        return pattern
    wording = EXPECTED.get(detail["type"])
    return wording.format(**context) if wording else detail["msg"]


def _dotted(where: Sequence[str | int], values: Any) -> str:
    name = ""
    for step in where:
        name += f"[{entry_name(values, step)}]" if isinstance(step, int) else f".{step}"
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            values = None
    return name.lstrip(".")


def entry_name(entries: Any, place: int) -> str:
    """The id of an entry of a list, or its place where the id does not name it."""
    ids = [entry.get("id") if isinstance(entry, dict) else None for entry in entries or ()]
    name = ids[place] if place < len(ids) else None
    plain = isinstance(name, str) and NAME.fullmatch(name) and ids.count(name) == 1
    return str(name) if plain else str(place)


# The start of a line of TOML: its key, and the value up to the end of the line.
LINE = re.compile(r"\s*([\w.\"'-]+)\s*=\s*(.*)")
PLACE = re.compile(r"at line (\d+)")
CLOSED = re.compile(r"""("([^"\\]|\\.)*"|'[^']*')\s*(#.*)?""")


def explain_toml(text: str, error: str) -> str:
    """What is wrong with the line at which the file is no TOML, without its value, which may be a secret."""
    lines = text.splitlines()
    error = error.replace("at end of document", f"at line {len(lines)}, the last")
    found = PLACE.search(error)
    line = LINE.fullmatch(lines[int(found[1]) - 1]) if found and 0 < int(found[1]) <= len(lines) else None
    if line is None:
        return f"is not TOML: {error}"
    key, value = line.groups()
    if value.startswith(('"', "'")):
        hint = "" if CLOSED.fullmatch(value) else f"; {key}: the quotes are not closed"
    else:
        hint = "" if value.startswith(("[", "{")) else f'; {key}: a text is written in quotes: {key} = "…"'
    return f"is not TOML: {error}{hint}"


def _purpose(where: Sequence[str | int]) -> str:
    if tuple(where) == ("telegram", "token"):
        return "the token that @BotFather gave, here or in the environment as ADUAN_TELEGRAM__TOKEN"
    return "a value as in config.example.toml"


def _found(where: Sequence[str | int], values: Mapping[str, Any]) -> str:
    """The value in the file, cut short; empty for what may be a secret."""
    if where and where[0] in SECRET and where[-1] not in OPEN:
        return ""
    value: Any = values
    for step in where:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    # Long lists and sections are not repeated.
    if isinstance(value, (dict, list)) and value:
        return f"found a {'list' if isinstance(value, list) else 'section'}, "
    shown = WITH_PASSWORD.sub("://…'", TOKEN.sub("…", repr(value)))
    return f"found {shown if len(shown) <= LONGEST_FOUND else shown[:LONGEST_FOUND] + '…'}, "


def _did_you_mean(model: type[BaseModel], where: Sequence[str | int]) -> str:
    owner = _model_at(model, where[:-1])
    names = sorted(owner.model_fields) if owner else []
    wrong = str(where[-1])
    if close := difflib.get_close_matches(wrong, names, n=1, cutoff=0.6):
        return f"; did you mean {close[0]}?"
    for place, section in sorted(model.model_fields.items()):
        inner = _model_in(section.annotation)
        if inner and wrong in inner.model_fields:
            return f"; did you mean {place}.{wrong}?"
    return f"; expected one of {', '.join(names)}"


def _model_at(model: type[BaseModel] | None, where: Sequence[str | int]) -> type[BaseModel] | None:
    for step in where:
        if isinstance(step, str) and model:
            field = model.model_fields.get(step)
            model = _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The settings class of a section, or of a list's entries."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
