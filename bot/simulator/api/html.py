"""Telegram's HTML into text and entities, with the sentences and byte offsets of Telegram's parser."""

import re
from dataclasses import dataclass
from typing import Any

from bot.simulator.api.errors import ApiError, bad_request

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
SPACE = " \t\r\n\v"
SPECIAL = re.compile(r"[<&]")
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))(;?)")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LAST_CODE = 0x10FFFF
LONGEST_REFERENCE = 10
TAG_NAME = re.compile(rf"[^{SPACE}>]*")
SPACES = re.compile(rf"[{SPACE}]*")
ATTRIBUTE_NAME = re.compile(rf"[^{SPACE}=>]*")
NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


@dataclass(slots=True)
class OpenTag:
    """A tag whose end is not read yet: name, attributes, begin of its text (`offset` in UTF-16 units)."""

    name: str
    attributes: dict[str, str]
    offset: int
    start: int


def utf16_length(text: str) -> int:
    """Count UTF-16 units, the unit of every Telegram offset and limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Parser:
    """One pass over the markup; `text` and `entities` hold the result after `parse`."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.parts: list[str] = []
        self.entities: list[dict[str, Any]] = []
        self.open: list[OpenTag] = []
        self.units = 0
        self.size = 0

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        """Return text and entities; raise ApiError "can't parse entities: …" where Telegram does."""
        position = 0
        while special := SPECIAL.search(self.markup, position):
            self._add(self.markup[position : special.start()])
            position = special.start()
            position = self._tag(position) if special[0] == "<" else self._reference(position)
        self._add(self.markup[position:])
        if self.open:
            raise fault(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.parts), self.entities

    def _add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.units += utf16_length(text)
            self.size += len(text)

    def _reference(self, position: int) -> int:
        character, end = decode_reference(self.markup, position)
        self._add(character)
        return end

    def _tag(self, position: int) -> int:
        if self.markup.startswith("</", position):
            return self._end_tag(position)
        name, position_after = self._start_name(position)
        attributes, end = self._attributes(name, position, position_after)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._fault('Tag "span" must have class "tg-spoiler"', position)
        self.open.append(OpenTag(name, attributes, self.units, self.size))
        return end

    def _start_name(self, position: int) -> tuple[str, int]:
        found = TAG_NAME.match(self.markup, position + 1)
        end = found.end() if found else position + 1
        if end == len(self.markup):
            raise self._fault("Unclosed start tag", position)
        name = self.markup[position + 1 : end].lower()
        if name not in STYLES:
            raise self._fault(f'Unsupported start tag "{name}"', position)
        return name, end

    def _attributes(self, tag: str, begin: int, position: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while True:
            position = skip_spaces(self.markup, position)
            if position == len(self.markup):
                raise self._fault("Unclosed start tag", begin)
            if self.markup[position] == ">":
                return attributes, position + 1
            name, position = take(ATTRIBUTE_NAME, self.markup, position)
            if not name:
                raise self._fault(f'Empty attribute name in the tag "{tag}"', begin)
            value, position = self._value(tag, begin, position)
            attributes[name.lower()] = value

    def _value(self, tag: str, begin: int, position: int) -> tuple[str, int]:
        position = skip_spaces(self.markup, position)
        if not self.markup.startswith("=", position):
            return "", position
        position = skip_spaces(self.markup, position + 1)
        if position == len(self.markup):
            raise self._fault(f'Unclosed start tag "{tag}"', begin)
        quote = self.markup[position]
        if quote in "'\"":
            return self._quoted(quote, begin, position + 1)
        token, end = take(NAME_TOKEN, self.markup, position)
        if end < len(self.markup) and self.markup[end] not in SPACE + ">":
            raise self._fault("Unexpected end of name token", position)
        return token.lower(), end

    def _quoted(self, quote: str, begin: int, position: int) -> tuple[str, int]:
        value: list[str] = []
        while position < len(self.markup) and self.markup[position] != quote:
            if self.markup[position] == "&":
                character, position = decode_reference(self.markup, position)
                value.append(character)
            else:
                value.append(self.markup[position])
                position += 1
        if position + 1 >= len(self.markup):
            raise self._fault("Unclosed start tag", begin)
        return "".join(value), position + 1

    def _end_tag(self, position: int) -> int:
        if not self.open:
            raise self._fault("Unexpected end tag", position)
        name, end = take(TAG_NAME, self.markup, position + 2)
        end = skip_spaces(self.markup, end)
        if not self.markup.startswith(">", end):
            raise self._fault("Unclosed end tag", position)
        tag = self.open.pop()
        if name and name.lower() != tag.name:
            expected = f'expected "</{tag.name}>", found "</{name.lower()}>"'
            raise fault(f"Unmatched end tag at byte offset {self._byte(position)}, {expected}")
        if self.units > tag.offset:
            self._close(tag)
        return end + 1

    def _close(self, tag: OpenTag) -> None:
        entity = {"offset": tag.offset, "length": self.units - tag.offset, "type": STYLES[tag.name]}
        if tag.name == "a":
            entity["url"] = tag.attributes.get("href") or "".join(self.parts)[tag.start :]
        elif tag.name == "tg-emoji":
            entity["custom_emoji_id"] = custom_emoji_id(tag.attributes.get("emoji-id", ""))
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "code" and tag.attributes.get("class", "").startswith("language-"):
            entity["language"] = tag.attributes["class"].removeprefix("language-")
        elif tag.name == "pre":
            self._merge_code(entity)
        self.entities.append(entity)

    def _merge_code(self, pre: dict[str, Any]) -> None:
        last = self.entities[-1] if self.entities else {}
        if (last.get("type"), last.get("offset"), last.get("length")) == (
            "code",
            pre["offset"],
            pre["length"],
        ):
            self.entities.pop()
            if "language" in last:
                pre["language"] = last["language"]

    def _byte(self, position: int) -> int:
        return len(self.markup[:position].encode())

    def _fault(self, sentence: str, position: int) -> ApiError:
        return fault(f"{sentence} at byte offset {self._byte(position)}")


def fault(sentence: str) -> ApiError:
    """Make the refusal of markup that cannot be read."""
    return bad_request(f"can't parse entities: {sentence}")


def take(pattern: re.Pattern[str], text: str, position: int) -> tuple[str, int]:
    """Return the text that the pattern matches here, and its end."""
    found = pattern.match(text, position)
    return (found[0], found.end()) if found else ("", position)


def skip_spaces(text: str, position: int) -> int:
    """Return the next position without a space."""
    return take(SPACES, text, position)[1]


def decode_reference(markup: str, position: int) -> tuple[str, int]:
    """Return the character of the reference here and where it ends; an unknown one is kept as text."""
    found = REFERENCE.match(markup, position)
    if not found:
        return "&", position + 1
    if found[3] is not None:
        named = NAMED.get(found[3])
        return (named, found.end()) if named else ("&", position + 1)
    code = int(found[1] or "0", 16) if found[1] is not None else int(found[2] or "0")
    too_long = found.end() - len(found[4]) - position >= LONGEST_REFERENCE
    if code == 0 or code >= LAST_CODE or too_long:
        return "&", position + 1
    return chr(code), found.end()


def custom_emoji_id(text: str) -> str:
    """Return a valid custom emoji id or refuse it."""
    if not text.isdecimal() or not 0 < int(text) < 2**63:
        raise fault("Invalid custom emoji identifier specified")
    return text
