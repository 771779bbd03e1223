"""Checks of one value of a request, as small rules that tables combine.

A rule takes the place of a value, such as text['body'], and the value; it raises CloudError with the code
that the Cloud API uses: 100 for missing, unknown and malformed parameters, and inside `interactive` 131009
for what is too long, too many or repeated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.whatsapp.errors import CloudError, invalid

Rule = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Need:
    """A field that must be there."""

    rule: Rule


# Field -> its rule.
Shape = Mapping[str, Rule | Need]


def beyond(place: str, details: str) -> CloudError:
    """Make the refusal of a value that is too long, too many or repeated."""
    return CloudError(131009 if place.startswith("interactive") else 100, details)


def text(most: int, least: int = 1) -> Rule:
    """Take a text of `least` to `most` characters."""

    def check(place: str, value: Any) -> None:
        if not isinstance(value, str):
            raise invalid(f"Param {place} must be a string")
        if len(value.strip()) < least:
            raise invalid(f"Param {place} must be a non-empty string")
        if len(value) > most:
            raise beyond(place, f"Param {place} must be at most {most} characters long")

    return check


def choice(*allowed: Any) -> Rule:
    """Take one of these values."""

    def check(place: str, value: Any) -> None:
        if isinstance(value, (dict, list)) or value not in allowed:
            raise invalid(f"Param {place} must be one of {{{', '.join(map(str, allowed))}}} - got {value!r}")

    return check


def flag(place: str, value: Any) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        raise invalid(f"Param {place} must be a boolean")


def number(low: float, high: float) -> Rule:
    """Take a number, also written as text, from `low` to `high`."""

    def check(place: str, value: Any) -> None:
        try:
            fits = not isinstance(value, bool) and low <= float(value) <= high
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise invalid(f"Param {place} must be a number from {low:g} to {high:g}")

    return check


def record(shape: Shape) -> Rule:
    """Take an object with these fields and no other."""

    def check(place: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise invalid(f"Param {place} must be a JSON object")
        for name in value:
            if name not in shape:
                raise invalid(f'Unexpected key "{name}" on param "{place or "message"}"')
        for name, rule in shape.items():
            inner = f"{place}['{name}']" if place else name
            if name in value:
                (rule.rule if isinstance(rule, Need) else rule)(inner, value[name])
            elif isinstance(rule, Need):
                raise invalid(f"The parameter {inner} is required")

    return check


def array(item: Rule, most: int, least: int = 1, what: str = "items") -> Rule:
    """Take a list of `least` to `most` items."""

    def check(place: str, value: Any) -> None:
        if not isinstance(value, list):
            raise invalid(f"Param {place} must be an array")
        if not least <= len(value) <= most:
            raise beyond(
                place, f"Invalid {what} count. Min allowed {what}: {least}, Max allowed {what}: {most}"
            )
        for index, each in enumerate(value):
            item(f"{place}[{index}]", each)

    return check


def unique(place: str, what: str, values: list[str]) -> None:
    """Refuse repeated values."""
    if len({value.strip() for value in values}) < len(values):
        raise beyond(place, f"Param {place} has a repeated {what}; each {what} must be unique")
