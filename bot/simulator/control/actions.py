"""The actions of people through the practice page, each by its name under /practice/."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.simulator.people.groups import Group
from bot.simulator.people.person import Person

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

Fields = dict[str, Any]
PICTURES = {"image/jpeg", "image/png", "image/webp"}
MOST_IN_ALBUM = 10
FIRST_NEW_PERSON = 9001


@dataclass(frozen=True, slots=True)
class Action:
    """One action; `changes_state` makes the page load people, groups and time again."""

    perform: Callable[["Simulator", Fields], Awaitable[Any]]
    changes_state: bool = False


class RefusedError(ValueError):
    """An action that cannot be performed; the text says why."""


def find_person(simulator: "Simulator", fields: Fields) -> Person:
    """Return the person that `person` names."""
    person = simulator.people.get(number(fields, "person"))
    if person is None:
        raise RefusedError("unknown person")
    return person


def number(fields: Fields, name: str) -> int:
    """Return a field that must be a whole number."""
    try:
        return int(fields[name])
    except (KeyError, TypeError, ValueError):
        raise RefusedError(f"{name} must be a number") from None


def text_of(fields: Fields, name: str = "text") -> str:
    """Return a field that must be a non-empty text."""
    text = fields.get(name)
    if not isinstance(text, str) or not text:
        raise RefusedError(f"{name} must be a text")
    return text


def find_group(simulator: "Simulator", fields: Fields) -> Group:
    """Return the group that `chat` names by its current id."""
    chat_id = number(fields, "chat")
    found = next((group for group in simulator.groups.values() if group.id == chat_id), None)
    if found is None:
        raise RefusedError("unknown chat")
    return found


def _group(simulator: "Simulator", fields: Fields, person: Person) -> Group | None:
    private = fields.get("chat") in (None, "", person.id, str(person.id))
    return None if private else find_group(simulator, fields)


def _message(person: Person, group: Group | None, fields: Fields, name: str) -> dict[str, Any] | None:
    if fields.get(name) in (None, ""):
        return None
    chat = group.chat if group else person.chat
    stored = chat.messages.get(number(fields, name))
    if stored is None:
        raise RefusedError("unknown message")
    return stored.message


async def write(simulator: "Simulator", fields: Fields) -> Any:
    """Write {person, chat?, text, reply_to?}."""
    person = find_person(simulator, fields)
    group = _group(simulator, fields, person)
    return await person.say(text_of(fields), group, _message(person, group, fields, "reply_to"))


async def press_button(simulator: "Simulator", fields: Fields) -> Any:
    """Press {person, chat?, label or data, message?, timeout?}; return the answer, or None without one.

    `data` selects the button where several have the same label.
    """
    person = find_person(simulator, fields)
    group = _group(simulator, fields, person)
    message = _message(person, group, fields, "message")
    seconds = float(fields.get("timeout", 10))
    if message and fields.get("data"):
        return await person.press_exactly(text_of(fields, "data"), message, seconds)
    return await person.press(text_of(fields, "label"), group, message, seconds)


async def tap_key(simulator: "Simulator", fields: Fields) -> Any:
    """Press a key {person, chat?, label}."""
    person = find_person(simulator, fields)
    return await person.tap(text_of(fields, "label"), _group(simulator, fields, person))


async def send_file(simulator: "Simulator", fields: Fields) -> Any:
    """Send files {person, chat?, file, caption?, as_file?, voice?, reply_to?}; several are sent as an album.

    A picture is sent as a photo unless `as_file`, a sound as a voice message with `voice` (its seconds).
    """
    person = find_person(simulator, fields)
    group = _group(simulator, fields, person)
    files = uploads_of(fields)
    caption, reply = fields.get("caption") or None, _message(person, group, fields, "reply_to")
    if len(files) > 1:
        items = [("photo" if _is_photo(each, fields) else "document", each.file.read()) for each in files]
        names = [each.filename for each in files]
        return await person.send_album(items, caption, group, names, reply)
    (sent,) = files
    data = sent.file.read()
    if seconds := seconds_of_voice(fields):
        return await person.send_voice(data, seconds, group, reply)
    if _is_photo(sent, fields):
        return await person.send_photo(data, caption, group, reply)
    return await person.send_document(data, sent.filename, sent.content_type, caption, group, reply)


def seconds_of_voice(fields: Fields) -> int:
    """Return the length of a voice message, 0 for another file."""
    return max(1, number(fields, "voice")) if fields.get("voice") else 0


def uploads_of(fields: Fields) -> list[web.FileField]:
    """Return the uploads of `file`; raise RefusedError for none, too many, or something else."""
    given = fields.get("file")
    files = given if isinstance(given, list) else [given]
    uploads = [each for each in files if isinstance(each, web.FileField)]
    if len(files) > MOST_IN_ALBUM or len(uploads) < len(files):
        raise RefusedError(f"file must be an upload, or up to {MOST_IN_ALBUM}")
    return uploads


def _is_photo(sent: web.FileField, fields: Fields) -> bool:
    return sent.content_type in PICTURES and not fields.get("as_file")


async def share_contact(simulator: "Simulator", fields: Fields) -> Any:
    """Share the person's own number {person}."""
    return await find_person(simulator, fields).send_contact()


async def share_location(simulator: "Simulator", fields: Fields) -> Any:
    """Share a place {person, chat?, latitude, longitude}."""
    person = find_person(simulator, fields)
    place = float(fields.get("latitude", -7.6012)), float(fields.get("longitude", 112.8153))
    return await person.send_location(*place, in_chat=_group(simulator, fields, person))


async def change_message(simulator: "Simulator", fields: Fields) -> Any:
    """Edit an own message {person, chat?, message, text}."""
    person = find_person(simulator, fields)
    message = _message(person, _group(simulator, fields, person), fields, "message")
    if message is None or message["from"].get("id") != person.id:
        raise RefusedError("not an own message")
    return await person.edit(message, text_of(fields))


async def follow_link(simulator: "Simulator", fields: Fields) -> Any:
    """Follow a link to the bot {person, link}."""
    return await find_person(simulator, fields).open(text_of(fields, "link"))


async def block_bot(simulator: "Simulator", fields: Fields) -> Any:
    """Block or unblock the bot {person, blocked}."""
    person = find_person(simulator, fields)
    await (person.block() if fields.get("blocked", True) else person.unblock())
    return person.chat.blocked


async def add_person(simulator: "Simulator", fields: Fields) -> Any:
    """Add a person {first_name, id?, language_code?} and return the user."""
    taken = max((FIRST_NEW_PERSON - 1, *simulator.people))
    user_id = number(fields, "id") if "id" in fields else taken + 1
    language = str(fields.get("language_code") or "id")
    return simulator.person(user_id, text_of(fields, "first_name")[:64], language_code=language).user


ACTIONS: dict[str, Action] = {
    "say": Action(write),
    "press": Action(press_button),
    "tap": Action(tap_key),
    "upload": Action(send_file),
    "contact": Action(share_contact),
    "location": Action(share_location),
    "edit": Action(change_message),
    "open": Action(follow_link),
    "block": Action(block_bot, changes_state=True),
    "person": Action(add_person, changes_state=True),
}
