"""The WhatsApp phones as the practice page shows them: what changed on each of them, and their files.

The page knows a phone by the digits of its first number, as an integer: it stays when the number changes.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from bot.simulator.whatsapp.cloud import Cloud
from bot.simulator.whatsapp.media import Media
from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.views import chat_view, person_view

Message = dict[str, Any]


@dataclass(slots=True)
class _Version:
    """A message as it was shown last, and the position of that change."""

    mark: str
    message: Message
    position: int


@dataclass(eq=False)
class PhoneLog:
    """The changes of one phone, each at a position; a message's number is its place on the phone, from 1."""

    person: CloudPerson
    position: int = 0
    # The files that were on the phone: it keeps them longer than the server does.
    files: dict[str, Media] = field(default_factory=dict)
    _versions: dict[int, _Version] = field(default_factory=dict)
    # Number of a deleted message -> the position of its deletion.
    _gone: dict[int, int] = field(default_factory=dict)

    @property
    def newest_of_bot(self) -> int:
        """Return the number of the bot's newest message, 0 without any."""
        log = self.person.phone.log
        places = (place for place, shown in enumerate(log, 1) if shown.direction == "business")
        return max(places, default=0)

    def update(self) -> int:
        """Compare the phone with what was shown last; return the position."""
        numbers = {shown.wamid: place for place, shown in enumerate(self.person.phone.log, 1)}
        there = {numbers[message["id"]]: message for message in chat_view(self.person)}
        for number, message in there.items():
            self._take(number, self._shown(numbers, number, message))
        for number in self._versions.keys() - there.keys():
            del self._versions[number]
            self.position += 1
            self._gone[number] = self.position
        return self.position

    def _take(self, number: int, message: Message) -> None:
        mark = json.dumps(message)
        known = self._versions.get(number)
        if known is None or known.mark != mark:
            self.position += 1
            self._versions[number] = _Version(mark, message, self.position)

    def _shown(self, numbers: dict[str, int], number: int, message: Message) -> Message:
        """Return the message for the page: numbers in place of ids, which contain telephone numbers."""
        shown = {**message, "number": number, "reply_to": numbers.get(message["reply_to"], 0)}
        del shown["id"]
        if media := shown["media"]:
            shown["media"] = self._with_facts(media)
        return shown

    def _with_facts(self, media: Message) -> Message:
        stored = self.person.account.media.get(media["id"])
        if stored:
            self.files[media["id"]] = stored
        kept = self.files.get(media["id"])
        return {**media, "mime": kept.mime, "size": kept.size} if kept else media

    def changes(self, since: int) -> dict[str, Any]:
        """Return what changed after a position: messages, oldest first, and numbers of deleted ones."""
        self.update()
        changed = sorted((n, each.message) for n, each in self._versions.items() if each.position > since)
        return {
            "position": self.position,
            "messages": [message for _, message in changed],
            "gone": [number for number, position in self._gone.items() if position > since],
        }


class Phones:
    """The phones of all people on WhatsApp."""

    def __init__(self) -> None:
        self._logs: WeakKeyDictionary[CloudPerson, PhoneLog] = WeakKeyDictionary()

    def of(self, person: CloudPerson) -> PhoneLog:
        """Return the log of a phone."""
        if person not in self._logs:
            self._logs[person] = PhoneLog(person)
        return self._logs[person]

    def by_id(self, cloud: Cloud) -> dict[int, PhoneLog]:
        """Return the logs by the ids by which the page knows the phones."""
        return {int(first_number): self.of(person) for first_number, person in cloud.people.items()}

    def file(self, cloud: Cloud, media_id: str) -> Media | None:
        """Return a file that is or was on a phone, or None."""
        logs = self.by_id(cloud).values()
        return next((log.files[media_id] for log in logs if media_id in log.files), None)


def facts_of(person: CloudPerson) -> dict[str, Any]:
    """Return what the page shows of a person, next to the messages."""
    return {**person_view(person), "off": person.switched_off, "started": bool(person.phone.log)}


def whatsapp_state(cloud: Cloud) -> dict[str, Any]:
    """Return the people on WhatsApp, the business with what it offers, and the changed modes."""
    account, webhooks = cloud.account, cloud.webhooks
    return {
        "people": [
            {"id": int(number), "first_name": person.name, **facts_of(person)}
            for number, person in cloud.people.items()
        ],
        "name": account.verified_name,
        "number": account.display_number,
        "connected": bool(webhooks.url),
        "prompts": account.automation.get("prompts", []),
        "commands": [
            {"command": each["command_name"], "description": each["command_description"]}
            for each in account.automation.get("commands", [])
        ],
        "modes": {
            "duplicate": webhooks.duplicate,
            "shuffle": webhooks.shuffle,
            "held": cloud.receipts.held is not None,
        },
        "failing": sum(failing.times for failing in cloud.receipts.failing),
    }
