"""The actions of people on WhatsApp through the practice page, and what can go wrong in the service.

`person` is the page's id of a phone (control/phones.py), `message` the number of a message on it.
"""

from itertools import count
from typing import TYPE_CHECKING, Any

from bot.simulator.control.actions import (
    Action,
    Fields,
    RefusedError,
    number,
    seconds_of_voice,
    text_of,
    uploads_of,
)
from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.phone import Shown

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

# What WhatsApp sends as a picture; others go as files.
PICTURES = {"image/jpeg", "image/png"}
RACI = (-7.6012, 112.8153)
FIRST_NEW_NUMBER = 6281390000001
# Codes with which a message fails after the service has accepted it.
CODES = {"unreachable": 131026, "window": 131047, "paused": 132015, "error": 131000}
MODES = ("duplicate", "shuffle")


def find_person(simulator: "Simulator", fields: Fields) -> CloudPerson:
    """Return the person whose phone `person` names."""
    person = simulator.whatsapp.people.get(str(number(fields, "person")))
    if person is None:
        raise RefusedError("unknown person")
    return person


def _shown(person: CloudPerson, fields: Fields, name: str = "message") -> Shown | None:
    if fields.get(name) in (None, ""):
        return None
    place, log = number(fields, name), person.phone.log
    if not 1 <= place <= len(log) or log[place - 1].deleted:
        raise RefusedError("unknown message")
    return log[place - 1]


def _message(person: CloudPerson, fields: Fields, name: str = "message") -> dict[str, Any] | None:
    shown = _shown(person, fields, name)
    return shown.as_dict() if shown else None


async def write(simulator: "Simulator", fields: Fields) -> Any:
    """Write {person, text, reply_to?}."""
    person = find_person(simulator, fields)
    return _sent(person, await person.say(text_of(fields), _message(person, fields, "reply_to")))


async def press_button(simulator: "Simulator", fields: Fields) -> Any:
    """Press the button {person, message?, label}."""
    person = find_person(simulator, fields)
    return _sent(person, await person.press(text_of(fields, "label"), _message(person, fields)))


async def pick_row(simulator: "Simulator", fields: Fields) -> Any:
    """Pick a row of a list {person, message?, row or label}; `row` is its id."""
    person = find_person(simulator, fields)
    message = _message(person, fields)
    if fields.get("row"):
        return _sent(person, await person.choose(text_of(fields, "row"), message))
    return _sent(person, await person.pick(text_of(fields, "label"), message))


async def send_file(simulator: "Simulator", fields: Fields) -> Any:
    """Send files {person, file, caption?, as_file?, voice?, reply_to?}, each as a message of its own."""
    person = find_person(simulator, fields)
    reply = _message(person, fields, "reply_to")
    caption = fields.get("caption") or None
    sent = []
    for place, file in enumerate(uploads_of(fields)):
        data, words = file.file.read(), caption if place == 0 else None
        if seconds_of_voice(fields):
            sent.append(await person.send_voice(data, reply))
        elif file.content_type in PICTURES and not fields.get("as_file"):
            sent.append(await person.send_photo(data, words, reply))
        else:
            sent.append(await person.send_document(data, file.filename, file.content_type, words, reply))
    return [_sent(person, message) for message in sent]


async def share_location(simulator: "Simulator", fields: Fields) -> Any:
    """Share a place {person, latitude?, longitude?}."""
    person = find_person(simulator, fields)
    place = float(fields.get("latitude", RACI[0])), float(fields.get("longitude", RACI[1]))
    return _sent(person, await person.send_location(*place))


async def share_contact(simulator: "Simulator", fields: Fields) -> Any:
    """Share the own number {person}."""
    person = find_person(simulator, fields)
    return _sent(person, await person.send_contact())


async def change_message(simulator: "Simulator", fields: Fields) -> Any:
    """Edit an own text {person, message, text}; the bot does not get the new text."""
    person = find_person(simulator, fields)
    shown = _shown(person, fields)
    if shown is None or shown.direction != "person" or shown.content["type"] != "text":
        raise RefusedError("not an own text")
    await person.edit(shown.as_dict(), text_of(fields))
    return True


async def mark_read(simulator: "Simulator", fields: Fields) -> Any:
    """Look at the chat {person}: the bot's messages are read."""
    await find_person(simulator, fields).read()
    return True


async def block_bot(simulator: "Simulator", fields: Fields) -> Any:
    """Block or unblock the business {person, blocked}; it gets no notice."""
    person = find_person(simulator, fields)
    await (person.block() if fields.get("blocked", True) else person.unblock())
    return person.blocked


async def switch_phone(simulator: "Simulator", fields: Fields) -> Any:
    """Take the phone off the network or connect it again {person, off}."""
    person = find_person(simulator, fields)
    await (person.switch_off() if fields.get("off", True) else person.switch_on())
    return person.switched_off


async def change_number(simulator: "Simulator", fields: Fields) -> Any:
    """Give the person another telephone number {person}; the business learns of it."""
    person = find_person(simulator, fields)
    await person.change_number(_free_number(simulator))
    return person.number


async def add_person(simulator: "Simulator", fields: Fields) -> Any:
    """Add a person {first_name, username_only?} and return the page's id of the phone."""
    digits, name = _free_number(simulator), text_of(fields, "first_name")[:64]
    simulator.whatsapp.person(digits, name, username_only=bool(fields.get("username_only")))
    return {"id": int(digits), "first_name": name}


def _free_number(simulator: "Simulator") -> str:
    people = simulator.whatsapp.people
    taken = {int(digits) for name, person in people.items() for digits in (name, person.number)}
    return str(next(digits for digits in count(FIRST_NEW_NUMBER) if digits not in taken))


async def fail_messages(simulator: "Simulator", fields: Fields) -> Any:
    """Let the next messages fail after the service has accepted them {reason, times?}."""
    code = CODES.get(text_of(fields, "reason"))
    if code is None:
        raise RefusedError("unknown reason")
    simulator.whatsapp.receipts.fail(code, times=max(1, number(fields, "times")) if "times" in fields else 1)
    return True


async def set_mode(simulator: "Simulator", fields: Fields) -> Any:
    """Deliver updates twice, in any order, or hold statuses back {mode, on}."""
    mode, cloud = text_of(fields, "mode"), simulator.whatsapp
    if mode in MODES:
        setattr(cloud.webhooks, mode, bool(fields.get("on")))
        cloud.webhooks.in_order = not cloud.webhooks.shuffle
    elif mode == "held":
        (cloud.receipts.hold if fields.get("on") else cloud.receipts.release)()
    else:
        raise RefusedError("unknown mode")
    return True


def end_faults(simulator: "Simulator") -> None:
    """Remove all faults of the service and end its modes."""
    cloud = simulator.whatsapp
    cloud.faults.clear()
    cloud.receipts.failing.clear()
    cloud.receipts.release()
    cloud.webhooks.duplicate = cloud.webhooks.shuffle = False
    cloud.webhooks.in_order = True


def _sent(person: CloudPerson, message: dict[str, Any]) -> int:
    """Return the number of a sent message."""
    ids = [shown.wamid for shown in person.phone.log]
    return ids.index(message["id"]) + 1


ACTIONS: dict[str, Action] = {
    "whatsapp_say": Action(write),
    "whatsapp_press": Action(press_button),
    "whatsapp_pick": Action(pick_row),
    "whatsapp_upload": Action(send_file),
    "whatsapp_location": Action(share_location),
    "whatsapp_contact": Action(share_contact),
    "whatsapp_edit": Action(change_message),
    "whatsapp_read": Action(mark_read),
    "whatsapp_block": Action(block_bot, changes_state=True),
    "whatsapp_switch": Action(switch_phone, changes_state=True),
    "whatsapp_number": Action(change_number, changes_state=True),
    "whatsapp_person": Action(add_person, changes_state=True),
    "whatsapp_fail": Action(fail_messages, changes_state=True),
    "whatsapp_mode": Action(set_mode, changes_state=True),
}
