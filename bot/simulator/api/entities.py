"""Formatted text: HTML or given entities as a message's text and entities, in UTF-16 units."""

import re
from collections.abc import Callable
from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.html import Parser, utf16_length
from bot.simulator.api.links import LinkError, checked_link, mentioned_user

MOST_ENTITIES = 100
PLAIN = {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
AUTOMATIC = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
KNOWN = PLAIN | AUTOMATIC | set(NEEDS) | {"code", "pre"}
CLOSED = {"code", "pre", "text_link", "text_mention"}
# Telegram removes carriage returns, line separators and bidirectional controls, and turns others into blanks.
DROPPED = re.compile("[\r\u2028-\u202e]")
BLANKED = re.compile("[\x00-\x08\x0b-\x1f]")
HINT = re.compile(r"[/@#.]")
FOUND = re.compile(
    r"(?P<email>(?<![\w.@])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]']"
    r"|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|org|net|id|me|info)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]'])?)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w))"
    r"|(?P<hashtag>(?<!\w)#(?=\w*[^\W\d])\w{1,256})"
)
FindUser = Callable[[int], dict[str, Any] | None]
Entities = list[dict[str, Any]]


def formatted(
    source: str, parse_mode: str | None, given: Entities | None, find_user: FindUser
) -> tuple[str, Entities]:
    """Return the text and entities that a message gets; raise ApiError for wrong markup."""
    source = BLANKED.sub(" ", DROPPED.sub("", source))
    if parse_mode is None:
        text, entities = source, checked(source, given or [], find_user)
    elif parse_mode.lower() == "html":
        text, entities = Parser(source).parse()
        entities = linked(entities, find_user)
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = trimmed(text, in_order(entities))
    return text, with_detected(text, entities)


def linked(entities: Entities, find_user: FindUser) -> Entities:
    """Resolve the links in HTML; like Telegram, silently drop links that cannot be used."""
    kept = []
    for entity in entities:
        if entity["type"] == "text_link":
            user_id = mentioned_user(entity["url"])
            if user_id is not None:
                user = find_user(user_id)
                if user is None:
                    continue
                del entity["url"]
                entity |= {"type": "text_mention", "user": user}
            else:
                try:
                    entity["url"] = checked_link(entity["url"])
                except LinkError:
                    continue
        kept.append(entity)
    return kept


def checked(text: str, given: Entities, find_user: FindUser) -> Entities:
    """Return given entities if each is within the text and complete; else raise ApiError."""
    length = utf16_length(text) if given else 0
    return [_checked(dict(entity), length, find_user) for entity in given if entity["type"] not in AUTOMATIC]


def _checked(entity: dict[str, Any], length: int, find_user: FindUser) -> dict[str, Any]:
    kind = entity["type"]
    if kind not in KNOWN:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    need = NEEDS.get(kind)
    if need and need not in entity:
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{need}\"")
    _check_range(entity["offset"], entity["length"], length)
    if kind == "text_link":
        try:
            entity["url"] = checked_link(entity["url"])
        except LinkError as reason:
            raise bad_request(f"entity URL '{entity['url']}' is invalid: {reason}") from None
    if kind == "text_mention":
        user = find_user(entity["user"]["id"])
        if user is None:
            raise bad_request("user not found")
        entity["user"] = user
    return entity


def _check_range(begin: int, size: int, length: int) -> None:
    if begin < 0:
        raise bad_request(f"receive an entity with incorrect offset {begin}")
    if size < 0:
        raise bad_request(f"receive an entity with incorrect length {size}")
    if begin > length:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {begin}")
    if begin + size > length:
        over = f"ends after the end of the text at UTF-16 offset {begin + size}"
        raise bad_request(f"entity beginning at UTF-16 offset {begin} {over}")


def in_order(entities: Entities) -> Entities:
    """Sort as Telegram does, keep a hundred, and drop entities inside code."""
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    kept: Entities = []
    code_end = 0
    for entity in entities[:MOST_ENTITIES]:
        if entity["length"] == 0 or entity["offset"] < code_end:
            continue
        if entity["type"] in {"code", "pre"}:
            code_end = entity["offset"] + entity["length"]
        kept.append(entity)
    return kept


def trimmed(text: str, entities: Entities) -> tuple[str, Entities]:
    """Cut the outer blanks as Telegram does: at the end, and at the start before any entity."""
    tail = text.rstrip()
    head = len(tail) - len(tail.lstrip(" \n"))
    if entities:
        head = min(head, entities[0]["offset"])
    if not head and len(tail) == len(text):
        return text, entities
    length = utf16_length(tail) - head
    for entity in entities:
        entity["offset"] -= head
        entity["length"] = min(entity["length"], length - entity["offset"])
    return tail[head:], [entity for entity in entities if entity["length"] > 0]


def with_detected(text: str, entities: Entities) -> Entities:
    """Add the links, addresses, commands and mentions that Telegram detects."""
    if not HINT.search(text):
        return entities
    closed = [
        (each["offset"], each["offset"] + each["length"]) for each in entities if each["type"] in CLOSED
    ]
    found = []
    for match in FOUND.finditer(text):
        begin = utf16_length(text[: match.start()])
        end = begin + utf16_length(match[0])
        if any(begin < stop and start < end for start, stop in closed):
            continue
        found.append({"offset": begin, "length": end - begin, "type": str(match.lastgroup)})
    if not found:
        return entities
    return sorted(entities + found, key=lambda entity: (entity["offset"], -entity["length"]))
