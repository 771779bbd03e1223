"""What must be true after any number of kills: in the store, in the folder of files, in every chat.

The bot has to be stopped; `quiet` waits until it has no work left. Each violation is returned as a sentence.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Connection, select, text

from bot.config.settings import Database as Settings
from bot.database.conversations import load_conversations
from bot.database.file_rows import content, read_job
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.tables import cases, files, gaps, outbox, quarantine
from bot.operations.verify import verify
from bot.simulator.server import Simulator
from bot.simulator.state.chats import Chat
from conversations.conversation import ConversationKey
from tests.acceptance.journey import Journey
from tests.players import Citizen

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
    return Counter(
        (call.method, str(call.params["chat_id"]), *(str(call.params.get(name)) for name in CONTENT))
        for call in sent
    )


class Audit:
    """Checks the results of the journeys and collects the violations."""

    def __init__(self, simulator: Simulator, settings: Settings, journeys: Sequence[Journey]) -> None:
        self.simulator, self.settings, self.journeys = simulator, settings, journeys
        self.violations: list[str] = []

    def run(self, most_copies: int) -> list[str]:
        """Return all violations; a message may have arrived `most_copies` times."""
        codec, store = Codec.load(self.settings.keys_path, create=False), store_of(self.settings)
        with store.reading() as connection:
            self._register(connection)
            self._files(connection, codec)
            self._left_over(connection, codec)
        self._add(verify(store, codec).faults)
        for journey in self.journeys:
            self._chats(journey)
        often = [(what, count) for what, count in copies(self.simulator).items() if count > most_copies]
        self._add(f"came {count} times: {what}" for what, count in often)
        return self.violations

    def _add(self, violations: Iterable[str]) -> None:
        self.violations += violations

    def _register(self, connection: Connection) -> None:
        """One complaint each, numbers without repeats or gaps that are not noted, closed."""
        rows = connection.execute(select(cases)).all()
        filed = Counter(row.filed_by for row in rows)
        people = {journey.citizen.person.id for journey in self.journeys}
        self._add(
            f"citizen {each} has {filed[each]} complaints" for each in people | set(filed) if filed[each] != 1
        )
        known = {row.filed_by: row.reference for row in rows}
        self._add(
            f"citizen {each.person.id} was shown {sorted(each.receipts)}, stored is {known[each.person.id]}"
            for each in (journey.citizen for journey in self.journeys)
            if each.person.id in known and set(each.receipts) - {known[each.person.id]}
        )
        issued = [(row.agency, row.serial) for row in rows]
        for gap in connection.execute(select(gaps)):
            issued += [(gap.agency, serial) for serial in range(gap.first, gap.last + 1)]
        for agency in {agency for agency, _ in issued}:
            serials = sorted(serial for each, serial in issued if each == agency)
            if serials != list(range(1, len(serials) + 1)):
                self.violations.append(f"the numbers of {agency} are {serials}")
        self._add(f"{row.reference} is {row.status}" for row in rows if row.status != "closed")

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
            wanted = sum(
                _files_sent(each.citizen) + 1 for each in self.journeys if each.citizen.person.id == person
            )
            if owned[case] != wanted:
                self.violations.append(
                    f"citizen {person} and the officer sent {wanted} files, {owned[case]} are kept"
                )
        self._add(f"orphan {path}" for path in set(kept.paths()) - {row.path for row in rows})

    def _left_over(self, connection: Connection, codec: Codec) -> None:
        """No draft is stuck, nothing waits to be sent, nothing was set aside."""
        people = [journey.citizen.person.id for journey in self.journeys]
        talks = load_conversations(connection, codec, [ConversationKey(each, each) for each in people])
        stuck = [key.person for key, talk in talks.items() if talk.draft or talk.collecting or talk.held]
        self._add(f"the draft of citizen {person} is stuck" for person in stuck)
        self._add(f"set aside: {row.error}" for row in connection.execute(select(quarantine)))
        self._add(
            f"still to be sent: {row.kind} {row.key} {row.state}"
            for row in connection.execute(select(outbox))
        )

    def _chats(self, journey: Journey) -> None:
        """The receipt, the card, the response with its file: each has arrived, and only its own."""
        citizen, group = journey.citizen, journey.group.chat
        name = f"citizen {citizen.person.id}"
        receipts = citizen.receipts
        if len(receipts) != 1:
            self.violations.append(f"{name} has receipts of {sorted(receipts)}")
            return
        reference = next(iter(receipts))
        if not _says(group, f"Pengaduan {reference}"):
            self.violations.append(f"the card of {reference} is not in its group")
        if not journey.answer or not _says(citizen.person.chat, journey.answer):
            self.violations.append(f"{name} never got the response")
        if not any(
            stored.by_bot and "photo" in stored.message for stored in citizen.person.chat.messages.values()
        ):
            self.violations.append(f"{name} never got the photo of the response")


def _files_sent(citizen: Citizen) -> int:
    counts = [
        1 if isinstance(each, bytes) else len(each)
        for each in citizen.answers.story
        if not isinstance(each, str)
    ]
    return sum(counts)


def _says(chat: Chat, text: str) -> bool:
    return any(text in stored.message.get("text", "") for stored in chat.messages.values() if stored.by_bot)
