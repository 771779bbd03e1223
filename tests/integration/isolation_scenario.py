"""A store with the data of several people, made by the real bot, and a restart over it with one row broken.

`build()` runs it once: the bot serves all people and is stopped while messages, a card and a file wait.
`reopened()` copies the store and the messenger, so that each case starts from the same state.

ALI writes a complaint and has sent a photo that is not fetched yet. BUDI has filed one with a photo. CITRA
writes another one. DINA has filed one, whose card an officer takes later. EKO's was answered, and the answer
waits to be sent. FITRI and GITA wait for a message. HANI's complaint went to a group that has moved, and its
card waits.
"""

from __future__ import annotations

import asyncio
import copy
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.app import Service
from bot.config.settings import Config, load
from bot.database.engine import Database
from bot.database.kept_agencies import require_all
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.stores.store import Store
from bot.simulator.api.dispatch import Dispatcher
from bot.simulator.people.groups import Group
from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from bot.simulator.state.chats import Chat
from bot.simulator.state.waiting import transcript, wait_until
from bot.simulator.state.world import World
from tests.bot_process import STAFF, UNPACED, write_config
from tests.breaking import changing
from tests.integration.both_stores import Place
from tests.officers import OfficerPlayer
from tests.players import Citizen
from tests.questions import ANSWERS, PHOTO, labels_of

ALI, BUDI, CITRA, DINA, EKO, FITRI, GITA, HANI = range(401, 409)
RINA, OPERATOR = 801, 804
MOVED = -1001000000077
SECONDS = 60.0
# Longer than a draft waits before its reminder.
LATER = timedelta(hours=25)
RESEARCH = "Rekomendasi penelitian"
REMINDED, HELP = "belum selesai", "Bantuan"
SET_ASIDE = "tidak dapat diproses"
NAMES = {
    ALI: "Ali",
    BUDI: "Budi",
    CITRA: "Citra",
    DINA: "Dina",
    EKO: "Eko",
    FITRI: "Fitri",
    GITA: "Gita",
    HANI: "Hani",
    RINA: "Rina",
    OPERATOR: "Operator",
}
# A message waits for each of the four chats that the messenger refuses, for the group under its first id.
ALL_WAIT = (
    "SELECT 1 FROM outbox WHERE state = 'pending' AND chat IN (405, 406, 407, -1001000000002) "
    "GROUP BY state HAVING count(DISTINCT chat) = 4"
)
QUARANTINE = "SELECT stage, subject, times FROM quarantine ORDER BY id"


@dataclass
class Snapshot:
    """The stopped bot's store, and the messenger as it was then; `numbers` are the complaints' by person."""

    folder: Path
    store: Store
    world: World
    people: dict[int, Person]
    groups: dict[int, Group]
    numbers: dict[int, str]


@dataclass
class Scenario:
    """A running bot on a copy of the store."""

    folder: Path
    simulator: Simulator
    config: Config
    numbers: dict[int, str]
    service: Service = field(init=False)
    database: Database = field(init=False)
    since: dict[int, int] = field(default_factory=dict)

    @property
    def codec(self) -> Codec:
        """The keys of this store."""
        return Codec.load(self.config.database.keys_path, create=False)

    def chat(self, number: int) -> Chat:
        """A private chat, or a group under its present id."""
        return self.simulator.groups[number].chat if number < 0 else self.simulator.people[number].chat

    def person(self, number: int) -> Person:
        """A person, new or known."""
        return self.simulator.person(number, NAMES.get(number, "Warga"))

    def texts(self, number: int) -> list[str]:
        """What the bot has said in a chat since the bot was started, or changed there."""
        chat = self.chat(number)
        stored = [
            chat.messages[message]
            for message, _ in chat.log[self.since.get(number, 0) :]
            if message in chat.messages
        ]
        return [
            str(each.message.get("text", each.message.get("caption", ""))) for each in stored if each.by_bot
        ]

    async def sees(self, number: int, *words: str) -> str:
        """Wait until one message of the chat says all of this; the message."""

        def said() -> str:
            return next((text for text in self.texts(number) if all(word in text for word in words)), "")

        try:
            found = await wait_until(lambda: self.chat(number).signal, said, SECONDS)
        except TimeoutError:
            raise AssertionError(f"never saw {words}; {transcript(self.chat(number))}") from None
        return str(found)

    async def presses(self, label: str, reference: str) -> None:
        """Let the officer press a button of a complaint's newest card in her group."""
        group = self.simulator.groups[STAFF["dpmd"]]
        await self.person(RINA).press(label, group, await self.card(reference, label), wait=False)

    async def card(self, reference: str, label: str) -> dict[str, Any]:
        """Wait for a card of the complaint with this button, and return the newest."""
        group = self.simulator.groups[STAFF["dpmd"]]

        def newest() -> dict[str, Any] | None:
            cards = (each.message for each in group.chat.newest_first() if each.by_bot)
            fitting = (each for each in cards if f"Pengaduan {reference}" in each.get("text", ""))
            return next((each for each in fitting if label in labels_of(each)), None)

        found: dict[str, Any] = await wait_until(lambda: group.chat.signal, newest, SECONDS)
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the store."""
        with store_of(self.config.database).reading() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def calls(self) -> int:
        """How many calls the bot made that a person can see; a document is sent whenever it is made."""
        return sum(
            call.method not in {"getUpdates", "getMe", "sendDocument"}
            and not call.method.lower().startswith(("get", "setmy"))
            for call in self.simulator.calls
        )

    @asynccontextmanager
    async def running(self, later: timedelta = timedelta()) -> AsyncIterator[None]:
        """Run the bot, with business time put forward."""
        store = store_of(self.config.database)
        codec = Codec.load(self.config.database.keys_path, create=not store.exists())
        self.since = {
            number: len(self.chat(number).log) for number in (*self.simulator.people, *self.simulator.groups)
        }
        self.database, stopping = await Database.open(store), asyncio.Event()
        await self.database.write(lambda c: require_all(c, codec, self.config.agencies))
        self.service = Service(self.config, self.database, codec)
        self.service._clock._offset = later
        running = asyncio.create_task(self.service.run(stopping))
        try:
            await self._started(running)
            yield
        finally:
            stopping.set()
            await running
            await self.database.close()

    async def _started(self, running: asyncio.Task[None]) -> None:
        before = len(self.simulator.calls)
        asked = asyncio.ensure_future(
            self.simulator.until(lambda: any(c.method == "getUpdates" for c in self.simulator.calls[before:]))
        )
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            asked.cancel()
            running.result()
        await asked

    async def settled(self) -> None:
        """Run the clock's rounds and wait until nothing is left to send, several times."""
        scheduler = self.service._scheduler
        assert scheduler
        for _ in range(3):
            await scheduler.round()
            await self._all_sent()

    async def _all_sent(self) -> None:
        """Wait for messages, their marks, the removals of buttons that follow, and answers to presses."""
        outbox = self.service._outbox
        async with asyncio.timeout(SECONDS):
            await outbox._marks.flush()
            while outbox._queues.all() or any(outbox._tasks):
                await asyncio.sleep(0.01)
                await outbox._marks.flush()


async def build(place: Place) -> Snapshot:
    """Run the scenario up to the stop."""
    simulator = await Simulator.start()
    try:
        for number, name in NAMES.items():
            simulator.person(number, name)
        for group in STAFF.values():
            simulator.group(group, "Petugas", members=[simulator.people[RINA]])
        scenario = Scenario(place.folder, simulator, _config(simulator, place), {})
        async with scenario.running():
            await _play(scenario)
    finally:
        await simulator.close()
    # As if more than an hour ago: the operator is to be informed of each kind again.
    store = store_of(scenario.config.database)
    with changing(store) as connection:
        connection.execute(text("DELETE FROM told"))
        connection.commit()
    world, numbers = simulator.world, scenario.numbers
    return Snapshot(place.folder, store, world, simulator.people, simulator.groups, numbers)


def _config(simulator: Simulator, place: Place) -> Config:
    paths = place.settings(place.folder / "aduan.db")
    return load(
        write_config(
            simulator,
            place.folder,
            pacing=UNPACED,
            operator_chat_id=OPERATOR,
            database={**paths.model_dump(), "state": str(place.folder / "state")},
        )
    )


def _citizen(scenario: Scenario, number: int, agency: str = "dpmd", **answers: Any) -> Citizen:
    return Citizen(scenario.person(number), replace(ANSWERS, **answers), link=agency, seconds=SECONDS)


async def _play(scenario: Scenario) -> None:
    simulator = scenario.simulator
    await scenario.person(OPERATOR).say("/start")
    filing = {
        number: _citizen(scenario, number, story=story)
        for number, story in (
            (BUDI, ("Jalan rusak.", PHOTO)),
            (DINA, ("Bantuan belum cair.",)),
            (EKO, ("Pungutan.",)),
        )
    }
    references = await asyncio.gather(*(citizen.file() for citizen in filing.values()))
    scenario.numbers = dict(zip(filing, references, strict=True))
    await _until_found(scenario, "SELECT 1 FROM files WHERE state = 'stored'")
    await asyncio.gather(_draft(scenario, ALI), _draft(scenario, CITRA))
    simulator.inject({"update_id": simulator.world.next_update_id, "message": 5})
    simulator.world.next_update_id += 1
    held = simulator.fault("download", kind="hold")
    await scenario.person(ALI).send_photo(b"another photo")
    await held.reached()
    await simulator.groups[STAFF["bakesbangpol"]].migrate(MOVED)
    await _until_found(scenario, "SELECT 1 FROM chats WHERE migrated_to IS NOT NULL AND cards_void = 0")
    for chat in (EKO, FITRI, GITA, MOVED):
        simulator.fault("sendMessage", chat_id=chat, kind="500", times=999)
    scenario.numbers[HANI] = await _citizen(scenario, HANI, "bakesbangpol", service=RESEARCH).file()
    officer = OfficerPlayer(scenario.person(RINA), simulator.groups[STAFF["dpmd"]], SECONDS)
    await officer.take(scenario.numbers[EKO])
    await officer.answer(scenario.numbers[EKO], "Sudah kami tindak lanjuti.")
    for number in (FITRI, GITA):
        await scenario.person(number).say("/bantuan")
    await _until_found(scenario, ALL_WAIT)


async def _draft(scenario: Scenario, number: int) -> None:
    citizen = _citizen(scenario, number)
    await citizen.begin()
    await citizen.play("story")


async def _until_found(scenario: Scenario, query: str) -> None:
    async with asyncio.timeout(SECONDS):
        while not scenario.rows(query):  # noqa: ASYNC110 - the store has no signal to wait for
            await asyncio.sleep(0.01)


@asynccontextmanager
async def reopened(snapshot: Snapshot, place: Place) -> AsyncIterator[Scenario]:
    """Copy the store and the messenger; the bot is not running."""
    place.copy(snapshot.store, place.folder / "aduan.db")
    shutil.copy(snapshot.folder / "aduan.key", place.folder)
    if (snapshot.folder / "files").exists():
        shutil.copytree(snapshot.folder / "files", place.folder / "files")
    simulator = await Simulator.start()
    _quiet(snapshot.world)
    world, people, groups = copy.deepcopy((snapshot.world, snapshot.people, snapshot.groups))
    simulator.world, simulator.people, simulator.groups = world, people, groups
    simulator.dispatcher = Dispatcher(world, None)
    try:
        yield Scenario(place.folder, simulator, _config(simulator, place), snapshot.numbers)
    finally:
        await simulator.close()


def _quiet(world: World) -> None:
    """Wake all tasks that wait for a change: they cannot be copied."""
    for signal in (world.changed, world.updated, *(chat.signal for chat in world.chats.values())):
        signal.fire()
