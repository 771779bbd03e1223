"""What the practice page and other processes can let people do: each action by its name under /practice/."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.simulator.groups import Group
from bot.simulator.people import Person

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

Fields = dict[str, Any]
Action = Callable[["Simulator", Fields], Awaitable[Any]]
ACTIONS: dict[str, Action] = {}
PICTURES = {"image/jpeg", "image/png", "image/webp"}
FIRST_NEW_PERSON = 9001


class RefusedError(ValueError):
    """An action that cannot be done; its text says why."""


def action(name: str) -> Callable[[Action], Action]:
    """Enter an action under its name."""

    def enter(act: Action) -> Action:
        ACTIONS[name] = act
        return act

    return enter


def _person(simulator: "Simulator", fields: Fields) -> Person:
    person = simulator.people.get(_number(fields, "person"))
    if person is None:
        raise RefusedError("unknown person")
    return person


def _number(fields: Fields, name: str) -> int:
    try:
        return int(fields[name])
    except (KeyError, TypeError, ValueError):
        raise RefusedError(f"{name} must be a number") from None


def _text(fields: Fields, name: str = "text") -> str:
    text = fields.get(name)
    if not isinstance(text, str) or not text:
        raise RefusedError(f"{name} must be a text")
    return text


def _group(simulator: "Simulator", fields: Fields, person: Person) -> Group | None:
    if fields.get("chat") in (None, "", person.id, str(person.id)):
        return None
    chat_id = _number(fields, "chat")
    found = next((group for group in simulator.groups.values() if group.id == chat_id), None)
    if found is None:
        raise RefusedError("unknown chat")
    return found


def _message(person: Person, group: Group | None, fields: Fields, name: str) -> dict[str, Any] | None:
    if fields.get(name) in (None, ""):
        return None
    chat = group.chat if group else person.chat
    stored = chat.messages.get(_number(fields, name))
    if stored is None:
        raise RefusedError("unknown message")
    return stored.message


@action("say")
async def write(simulator: "Simulator", fields: Fields) -> Any:
    """Write {person, chat?, text, reply_to?}."""
    person = _person(simulator, fields)
    group = _group(simulator, fields, person)
    return await person.say(_text(fields), group, _message(person, group, fields, "reply_to"))


@action("press")
async def press_button(simulator: "Simulator", fields: Fields) -> Any:
    """Press {person, chat?, label, message?, timeout?} and return the answer, or nothing when none came."""
    person = _person(simulator, fields)
    group = _group(simulator, fields, person)
    message = _message(person, group, fields, "message")
    seconds = float(fields.get("timeout", 10))
    return await person.press(_text(fields, "label"), group, message, seconds)


@action("tap")
async def tap_key(simulator: "Simulator", fields: Fields) -> Any:
    """Press a key {person, chat?, label}."""
    person = _person(simulator, fields)
    return await person.tap(_text(fields, "label"), _group(simulator, fields, person))


@action("upload")
async def send_file(simulator: "Simulator", fields: Fields) -> Any:
    """Send a file {person, chat?, file, caption?, as_file?, reply_to?}; a picture goes as a photo."""
    person = _person(simulator, fields)
    group = _group(simulator, fields, person)
    sent = fields.get("file")
    if not isinstance(sent, web.FileField):
        raise RefusedError("file must be an upload")
    data, caption = sent.file.read(), fields.get("caption") or None
    reply = _message(person, group, fields, "reply_to")
    if sent.content_type in PICTURES and not fields.get("as_file"):
        return await person.send_photo(data, caption, group, reply)
    return await person.send_document(data, sent.filename, sent.content_type, caption, group, reply)


@action("contact")
async def share_contact(simulator: "Simulator", fields: Fields) -> Any:
    """Share one's own number {person}."""
    return await _person(simulator, fields).send_contact()


@action("location")
async def share_location(simulator: "Simulator", fields: Fields) -> Any:
    """Share a place {person, chat?, latitude, longitude}."""
    person = _person(simulator, fields)
    place = float(fields.get("latitude", -7.0051)), float(fields.get("longitude", 113.8594))
    return await person.send_location(*place, in_chat=_group(simulator, fields, person))


@action("edit")
async def change_message(simulator: "Simulator", fields: Fields) -> Any:
    """Change an own message {person, chat?, message, text}."""
    person = _person(simulator, fields)
    message = _message(person, _group(simulator, fields, person), fields, "message")
    if message is None or message["from"].get("id") != person.id:
        raise RefusedError("not an own message")
    return await person.edit(message, _text(fields))


@action("open")
async def follow_link(simulator: "Simulator", fields: Fields) -> Any:
    """Follow a link to the bot {person, link}."""
    return await _person(simulator, fields).open(_text(fields, "link"))


@action("block")
async def block_bot(simulator: "Simulator", fields: Fields) -> Any:
    """Block the bot or let it write again {person, blocked}."""
    person = _person(simulator, fields)
    await (person.block() if fields.get("blocked", True) else person.unblock())
    return person.chat.blocked


@action("person")
async def bring_person(simulator: "Simulator", fields: Fields) -> Any:
    """Bring a new person {first_name, id?, language_code?} and return who it is."""
    taken = max((FIRST_NEW_PERSON - 1, *simulator.people))
    user_id = _number(fields, "id") if "id" in fields else taken + 1
    language = str(fields.get("language_code") or "id")
    return simulator.person(user_id, _text(fields, "first_name")[:64], language_code=language).user


@action("fault")
async def make_fault(simulator: "Simulator", fields: Fields) -> Any:
    """Make calls fail {kind, method?, chat?, times?, place?, retry_after?, seconds?}."""
    simulator.fault(
        method=fields.get("method"),
        chat_id=fields.get("chat"),
        times=int(fields.get("times", 1)),
        place=fields.get("place", "before"),
        kind=fields.get("kind", "500"),
        retry_after=int(fields.get("retry_after", 1)),
        seconds=float(fields.get("seconds", 1)),
    )
    return True


@action("migrate")
async def migrate_group(simulator: "Simulator", fields: Fields) -> Any:
    """Turn a group into a supergroup {chat, new_id}."""
    chat_id = _number(fields, "chat")
    found = next((group for group in simulator.groups.values() if group.id == chat_id), None)
    if found is None:
        raise RefusedError("unknown chat")
    await found.migrate(_number(fields, "new_id"))
    return found.id
