"""Parses the body of a webhook's POST into its updates: one damaged update does not affect the others.

One POST holds up to a thousand updates, in entry[], changes[], and there in messages[], statuses[] or
user_id_update[]. Each is named by a text that is the same whenever it is repeated: the id of the message, and
of a status the id with the status. What this version does not know gives no update, and is acknowledged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.channels.base import UnreadableUpdateError
from bot.channels.json_values import Numbers, decoded, encoded, storable
from bot.channels.whatsapp.ports import Address

Json = Mapping[str, Any]

NOBODY = Address()
LONGEST_WIRE_ID, LONGEST_USER_ID, LONGEST_NAME = 512, 192, 256
_USER_ID = re.compile(r"[!-~]+")
_WA_ID = re.compile(r"[0-9]{5,20}")
# Earlier statuses are not needed: the API's answer says that it has accepted the message.
_SENT = "sent"
CHANGED_NUMBER, CHANGED_USER_ID = "user_changed_number", "user_changed_user_id"


class Part(StrEnum):
    """What an update is: a person's message, the status of one of ours, or a change of a person's ids."""

    MESSAGE = "message"
    STATUS = "status"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One update. `key` names it, `body` is its object as it was delivered.

    `person` are the ids of who wrote, or to whom the message went; `former` those before a change. `name` is
    the name of the person's profile. With `fault` it cannot be read: `raw` has its bytes.
    """

    key: str
    part: Part
    person: Address = NOBODY
    former: Address = NOBODY
    name: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The updates of one POST, and the ids of other numbers that it has updates of, which are left out."""

    updates: tuple[Delivered, ...] = ()
    foreign: frozenset[str] = frozenset()


def parse(body: bytes, phone_number_id: str) -> Delivery:
    """The updates of a POST's body that are for the number with this id. Raises nothing."""
    try:
        whole = decoded(body, Numbers())
    except (ValueError, RecursionError) as error:
        return Delivery((_unreadable(body, f"the body: {type(error).__name__}"),))
    values = [*_values(whole)]
    ours = [(name, value) for name, value in values if _number_of(value) == phone_number_id]
    foreign = frozenset({_number_of(value) for _, value in values} - {phone_number_id, ""})
    updates = (update for name, value in ours for update in _updates(name, value))
    return Delivery(tuple(updates), foreign)


def _values(whole: Any) -> Iterator[tuple[str, Json]]:
    """The field and value of each change."""
    for entry in _objects(_object(whole).get("entry")):
        for change in _objects(entry.get("changes")):
            yield str(change.get("field")), _object(change.get("value"))


def _number_of(value: Json) -> str:
    return _text(_object(value.get("metadata")).get("phone_number_id"), LONGEST_USER_ID)


def _updates(name: str, value: Json) -> Iterator[Delivered]:
    """The updates of one change; none of a field that is not known."""
    for read, items in ((read, value.get(part)) for part, read in _PARTS.get(name, {}).items()):
        contacts = _Contacts(value)
        for item in items if isinstance(items, list) else ():
            if update := _tried(read, item, contacts):
                yield update


def _tried(read: _Read, item: Any, contacts: _Contacts) -> Delivered | None:
    """The update; one that cannot be stored is named by its bytes."""
    try:
        return read(_storable_object(item), contacts)
    except UnreadableUpdateError as error:
        return _unreadable(encoded(item), str(error))


def _storable_object(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise UnreadableUpdateError("not an object")
    found: dict[str, Any] = storable(item)
    return found


def _unreadable(raw: bytes, why: str) -> Delivered:
    key = f"bytes {hashlib.sha256(raw).hexdigest()}"
    return Delivered(key, Part.OTHER, fault=f"{UnreadableUpdateError.__name__} {why}", raw=raw)


class _Contacts:
    """The contacts of one change, found by either id: their order is not that of the messages."""

    def __init__(self, value: Json) -> None:
        self._known: dict[str, tuple[Address, str]] = {}
        for contact in _objects(value.get("contacts")):
            ids = Address(_user_id(contact.get("user_id")), _wa_id(contact.get("wa_id")))
            profile = _object(contact.get("profile"))
            name = _name(profile.get("name")) or _name(profile.get("username"))
            self._known.update({each: (ids, name) for each in (ids.user_id, ids.wa_id) if each})

    def of(self, ids: Address) -> tuple[Address, str]:
        """The ids with what the contact has in addition, and the name of the profile."""
        known, name = self._known.get(ids.user_id) or self._known.get(ids.wa_id) or (ids, "")
        if ids.user_id and known.user_id and known.user_id != ids.user_id:
            return ids, ""
        return Address(ids.user_id or known.user_id, ids.wa_id or known.wa_id), name


def _message(body: dict[str, Any], contacts: _Contacts) -> Delivered | None:
    if body.get("group_id"):
        # A group of people on WhatsApp: this service answers persons only.
        return None
    key = _wire_id(body)
    if body.get("type") == "system":
        return _system(key, body)
    person, name = contacts.of(Address(_user_id(body.get("from_user_id")), _wa_id(body.get("from"))))
    if person == NOBODY:
        raise UnreadableUpdateError("a message without a sender")
    return Delivered(key, Part.MESSAGE, person, name=name, body=body)


def _system(key: str, body: dict[str, Any]) -> Delivered | None:
    """A change of a person's ids; no contact comes with it."""
    told = _object(body.get("system"))
    if told.get("type") not in (CHANGED_NUMBER, CHANGED_USER_ID):
        return None
    now = Address(_user_id(told.get("user_id")), _wa_id(told.get("wa_id")))
    sender = _user_id(body.get("from_user_id"))
    before = _user_id(told.get("previous_user_id")) or ("" if sender == now.user_id else sender)
    return Delivered(key, Part.OTHER, now, Address(before, _wa_id(body.get("from"))), body=body)


def _id_update(body: dict[str, Any], _contacts: _Contacts) -> Delivered | None:
    ids = _object(body.get("user_id"))
    before, now = _user_id(ids.get("previous")), _user_id(ids.get("current"))
    if not (before and now):
        return None
    person = Address(now, _wa_id(body.get("wa_id")))
    return Delivered(f"user_id {before} {now}", Part.OTHER, person, Address(before), body=body)


def _status(body: dict[str, Any], contacts: _Contacts) -> Delivered | None:
    status = _text(body.get("status"), LONGEST_NAME)
    if status in ("", _SENT):
        return None
    ids = Address(_user_id(body.get("recipient_user_id")), _wa_id(body.get("recipient_id")))
    person, _ = contacts.of(ids)
    return Delivered(f"{_wire_id(body)} {status}", Part.STATUS, person, body=body)


_Read = Callable[[dict[str, Any], _Contacts], Delivered | None]
_PARTS: Mapping[str, Mapping[str, _Read]] = {
    "messages": {"messages": _message, "statuses": _status},
    "user_id_update": {"user_id_update": _id_update},
}


def _wire_id(body: Json) -> str:
    """The messenger's name of a message. Raises UnreadableUpdateError."""
    found = _text(body.get("id"), LONGEST_WIRE_ID)
    if not found:
        raise UnreadableUpdateError("no id")
    return found


def _user_id(value: Any) -> str:
    found = _text(value, LONGEST_USER_ID)
    return found if _USER_ID.fullmatch(found) else ""


def _wa_id(value: Any) -> str:
    found = _text(value, LONGEST_USER_ID).removeprefix("+")
    return found if _WA_ID.fullmatch(found) else ""


def _name(value: Any) -> str:
    try:
        found: str = storable(value) if isinstance(value, str) else ""
    except UnreadableUpdateError:
        return ""
    return found[:LONGEST_NAME]


def _text(value: Any, longest: int) -> str:
    return value if isinstance(value, str) and len(value) <= longest else ""


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Sequence[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else ()
