"""What must be true after any number of kills: in the store, in the folder of files, in every chat.

The bot has to be stopped; `quiet` waits until it has no work left. Each violation is returned as a sentence.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from bot.config.sections import Database as Settings
from bot.database.cases import load_cases
from bot.database.conversations import load_conversations
from bot.database.file_rows import content, read_job
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.tables import cases, files, gaps, outbox, quarantine
from bot.operations.verify import verify
from bot.simulator.server import Simulator
from bot.simulator.state.chats import Chat
from bot.simulator.whatsapp.cloud import CloudCall
from conversations.conversation import ConversationKey
from tests.acceptance.journey import Filer, Journey

# What is left to do -> how the store counts it. A draft's file is reported to the core when it is filed.
LEFT = {
    "sending": "SELECT count(*) FROM outbox",
    "fetching": "SELECT count(*) FROM files WHERE state = 'pending'",
    "telling": "SELECT count(*) FROM files WHERE reported = 0",
}
LOOKS_A_SECOND = 20
# What a sending contains, by the parameters of its method.
CONTENT = ("text", "caption", "photo")


def settings_in(folder: Path) -> Settings:
    """Return the settings of the database that write_config() puts into a folder."""
    return Settings(url=f"sqlite:///{folder / 'aduan.db'}")


async def quiet(settings: Settings, seconds: float, *kinds: str) -> bool:
    """Wait until no work of these kinds is left; False when the time runs out."""
    until, store = time.monotonic() + seconds, store_of(settings)
    while time.monotonic() < until:
        with store.reading() as connection:
            if not any(connection.scalar(text(LEFT[kind])) for kind in kinds):
                return True
        # The database of another process sends no signal.
        await asyncio.sleep(1 / LOOKS_A_SECOND)
    return False


def copies(simulator: Simulator) -> Counter[tuple[object, ...]]:
    """Return how often each message was sent; equal texts to one chat count as one message."""
    sent = (call for call in simulator.calls if call.method.startswith("send") and call.outcome == "ok")
    counted: Counter[tuple[object, ...]] = Counter(
        (call.method, str(call.params["chat_id"]), *(str(call.params.get(name)) for name in CONTENT))
        for call in sent
    )
    calls = simulator.whatsapp.calls
    counted.update(_as_key(call.params) for call in calls if call.method == "messages" and _shows(call))
    return counted


def _shows(call: CloudCall) -> bool:
    """Tell whether a call has sent a message: others mark one as read."""
    return call.outcome == "ok" and "status" not in call.params


def _as_key(message: dict[str, Any]) -> tuple[object, ...]:
    """Return a message without what differs in each sending; an upload gives a file another id."""
    kind = str(message["type"])
    media = isinstance(message[kind], dict) and "id" in message[kind]
    content = {name: value for name, value in message.items() if name != "biz_opaque_callback_data"}
    if media:
        content[kind] = {name: value for name, value in message[kind].items() if name != "id"}
    return kind, json.dumps(content, sort_keys=True)


class Audit:
    """Checks the results of the journeys and collects the violations."""

    def __init__(self, simulator: Simulator, settings: Settings, journeys: Sequence[Journey[Filer]]) -> None:
        self.simulator, self.settings, self.journeys = simulator, settings, journeys
        self.violations: list[str] = []
        # The number that the bot has for each citizen -> the citizen's journey.
        self._people: dict[int, Journey[Filer]] = {}

    def run(self, most_copies: int) -> list[str]:
        """Return all violations; a message may have arrived `most_copies` times."""
        codec, store = Codec.load(self.settings.keys_path, create=False), store_of(self.settings)
        with store.reading() as connection:
            self._people = {each.citizen.stored_id(connection, codec): each for each in self.journeys}
            if len(self._people) < len(self.journeys) or 0 in self._people:
                self.violations.append(f"{len(self.journeys)} citizens are known as {sorted(self._people)}")
            self._register(connection)
            self._contents(connection, codec)
            self._files(connection, codec)
            self._left_over(connection, codec)
        self._add(verify(store, codec).faults)
        for person, journey in self._people.items():
            self._chats(person, journey)
        often = [(what, count) for what, count in copies(self.simulator).items() if count > most_copies]
        self._add(f"came {count} times: {what}" for what, count in often)
        return self.violations

    def _add(self, violations: Iterable[str]) -> None:
        self.violations += violations

    def _register(self, connection: Connection) -> None:
        """One complaint each, numbers without repeats or gaps that are not noted, closed."""
        rows = connection.execute(select(cases)).all()
        filed = Counter(row.filed_by for row in rows)
        people = set(self._people)
        self._add(
            f"citizen {each} has {filed[each]} complaints" for each in people | set(filed) if filed[each] != 1
        )
        known = {row.filed_by: row.reference for row in rows}
        self._add(
            f"citizen {person} was shown {sorted(each.citizen.receipts)}, stored is {known[person]}"
            for person, each in self._people.items()
            if person in known and set(each.citizen.receipts) - {known[person]}
        )
        issued = [(row.agency, row.serial) for row in rows]
        for gap in connection.execute(select(gaps)):
            issued += [(gap.agency, serial) for serial in range(gap.first, gap.last + 1)]
        for agency in {agency for agency, _ in issued}:
            serials = sorted(serial for each, serial in issued if each == agency)
            if serials != list(range(1, len(serials) + 1)):
                self.violations.append(f"the numbers of {agency} are {serials}")
        self._add(f"{row.reference} is {row.status}" for row in rows if row.status != "closed")

    def _contents(self, connection: Connection, codec: Codec) -> None:
        """Each complaint has the texts of its citizen, and one response, all of them once."""
        for person, journey in self._people.items():
            for case in load_cases(connection, codec, filed_by=[person]).values():
                wrote = [part for part in journey.citizen.answers.story if isinstance(part, str)]
                told = [part.text for part in case.complaint.story if part.kind == "text"]
                answers = [contribution.text for contribution in case.responses]
                if (told, answers) != (wrote, [journey.answer]):
                    self.violations.append(f"{case.reference} has the texts {told} and responses {answers}")

    def _files(self, connection: Connection, codec: Codec) -> None:
        """Every file is stored, whole, and the core knows; the folder contains no other file."""
        rows, kept = connection.execute(select(files)).all(), contents_of(self.settings)
        for row in rows:
            if row.state != "stored" or not row.reported:
                self.violations.append(f"file {row.key} is {row.state}, reported {row.reported}")
                continue
            job = read_job(codec, row)
            if hashlib.sha256(content(kept, codec, job) or b"").hexdigest() != job.sha256:
                self.violations.append(f"file {row.key} is not what was sent")
        owned = Counter(row.owner for row in rows)
        for case, person in connection.execute(select(cases.c.id, cases.c.filed_by)):
            wanted = _files_sent(self._people[person].citizen) + 1 if person in self._people else 0
            if owned[case] != wanted:
                self.violations.append(
                    f"citizen {person} and the officer sent {wanted} files, {owned[case]} are kept"
                )
        self._add(f"orphan {path}" for path in set(kept.paths()) - {row.path for row in rows})

    def _left_over(self, connection: Connection, codec: Codec) -> None:
        """No draft is stuck, nothing waits to be sent, nothing was set aside."""
        talks = load_conversations(connection, codec, [ConversationKey(each, each) for each in self._people])
        stuck = [key.person for key, talk in talks.items() if talk.draft or talk.collecting or talk.held]
        self._add(f"the draft of citizen {person} is stuck" for person in stuck)
        self._add(f"set aside: {row.error}" for row in connection.execute(select(quarantine)))
        self._add(
            f"still to be sent: {row.kind} {row.key} {row.state}"
            for row in connection.execute(select(outbox))
        )

    def _chats(self, person: int, journey: Journey[Filer]) -> None:
        """The receipt, the card, the response with its file: each has arrived, and only its own."""
        citizen, group = journey.citizen, journey.group.chat
        name = f"citizen {person}"
        receipts = citizen.receipts
        if len(receipts) != 1:
            self.violations.append(f"{name} has receipts of {sorted(receipts)}")
            return
        reference = next(iter(receipts))
        if not _says(group, f"Pengaduan {reference}"):
            self.violations.append(f"the card of {reference} is not in its group")
        if not journey.answer or not citizen.was_told(journey.answer):
            self.violations.append(f"{name} never got the response")
        if not citizen.has_photo:
            self.violations.append(f"{name} never got the photo of the response")


def _files_sent(citizen: Filer) -> int:
    counts = [
        1 if isinstance(each, bytes) else len(each)
        for each in citizen.answers.story
        if not isinstance(each, str)
    ]
    return sum(counts)


def _says(chat: Chat, text: str) -> bool:
    return any(text in stored.message.get("text", "") for stored in chat.messages.values() if stored.by_bot)
