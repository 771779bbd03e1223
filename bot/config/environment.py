"""The names of the settings in the environment: ADUAN_ and a key, or ADUAN_, a section, __ and its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

PREFIX = "ADUAN_"
DELIMITER = "__"
_FIELD = re.compile(r'field "(\w+)"')


def names(model: type[BaseModel]) -> Mapping[str, tuple[str, ...]]:
    """The name of each setting in the environment -> its path."""
    found: dict[str, tuple[str, ...]] = {}
    for name, field in model.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            found |= {f"{PREFIX}{name}{DELIMITER}{key}".upper(): (name, key) for key in section.model_fields}
        else:
            found[f"{PREFIX}{name}".upper()] = (name,)
    return found


def misspelt(model: type[BaseModel], environment: Iterable[str]) -> tuple[str, ...]:
    """A line for each name that differs from a setting's name in underscores, or lacks its section.

    Other names with the prefix belong to other programs, for example to a container's manager.
    """
    known = names(model)
    meant = {_letters(name): name for name in known}
    # The first section that has the key is meant: ADUAN_TOKEN is Telegram's.
    for name, path in known.items():
        meant.setdefault(_letters(PREFIX + path[-1]), name)
    lines = []
    for name in sorted(environment):
        right = meant.get(_letters(name))
        if name.upper().startswith(PREFIX) and right and name.upper() not in known:
            lines.append(f"{name} in the environment: unknown name; did you mean {right}?")
    return tuple(lines)


def not_json(error: str) -> str:
    """The line for a value that had to be JSON; the value, which may be a secret, is not shown."""
    found = _FIELD.search(error)
    name = found[1] if found else ""
    example = f"{PREFIX}{name.upper()}"
    return (
        f"{example} in the environment: expected JSON. Write {name} into the file instead, or a single key "
        f"as {PREFIX}<SECTION>{DELIMITER}<KEY>"
    )


def _letters(name: str) -> str:
    return name.upper().replace("_", "")
