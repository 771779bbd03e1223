"""A store, an outbox and a Telegram channel before the embedded messenger, without any turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from bot.channels.base import MadeDocument, ShellEvent, UnreadableUpdate
from bot.channels.moves import Moves
from bot.channels.telegram.channel import TelegramChannel
from bot.database import chats
from bot.database.contents import FolderContents
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.outbox_table import insert_rows
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.files.files import Files
from bot.outbox.chats import note
from bot.outbox.making import Documents
from bot.outbox.operator_notes import Operator
from bot.outbox.outbox import Outbox, rows
from bot.outbox.pacing import Limits, Pacing
from bot.simulator.server import Simulator
from bot.simulator.state.limits import Limits as FloodLimits
from conversations.effects import Edit, Effect, Lane, Send
from conversations.messages import Document, DocumentKind, OutgoingMessage, Params, Rows
from tests.calls import values
from tests.integration.both_stores import Place

STAFF = -100
OPERATOR = 999
FAST = Limits(
    overall_per_second=1000, private_burst=1000, private_per_second=1000, group_messages=1000, group_seconds=1
)


class Words:
    """Renders a message as its title, in Telegram's HTML."""

    def text(self, message: OutgoingMessage, language: str) -> str:
        assert language
        return str(message.params.get("title", message.template))

    def label(self, name: str, params: Params, language: str) -> str:
        return name if params is not None and language else ""

    def plain(self, template: str, params: Params, language: str) -> str:
        assert template
        assert language
        return str(params["title"])

    def word(self, name: str, language: str, /, **_params: Any) -> str:
        return {"unnamed_citizen": "Warga", "unnamed_officer": "Petugas"}[name] if language == "id" else ""


@dataclass
class Settings:
    token: SecretStr
    base_url: str
    base_file_url: str


def says(words: str, buttons: Rows = (), **more: Any) -> OutgoingMessage:
    return OutgoingMessage("system.unknown_group", {"chat": 0, "title": words}, buttons, **more)


def send(chat: int, words: str, key: str = "", **more: Any) -> Send:
    lane, report = more.pop("lane", Lane.ASKED), more.pop("report", "")
    return Send(chat, says(words, **more), key, lane, report)


def edit(chat: int, key: str, words: str, at: int = 0, **more: Any) -> Edit:
    return Edit(chat, key, says(words, **more), at)


def paper(chat: int, words: str, kind: DocumentKind = DocumentKind.COMPLAINT, **more: Any) -> Send:
    """A message with a document, whose subject is its caption."""
    return send(chat, words, document=Document(kind, words), **more)


@dataclass
class FakeDocuments:
    """Makes documents of their subjects; `failures` are raised first; it waits until it is `open`."""

    folder: Path
    failures: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    # Whether the content is in a temporary file.
    in_files: bool = False
    # Whether it is sent as a photo.
    picture: bool = False
    # The parameters of captions that are known once a document is made.
    caption: dict[str, Any] = field(default_factory=dict)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def make(self, document: Document, language: str) -> MadeDocument:
        assert language
        self.asked.append(document.subject)
        await self.open.wait()
        if self.failures:
            raise self.failures.pop(0)
        content, path = f"%PDF {document.subject}".encode(), self.folder / f"{len(self.asked)}.pdf"
        if self.in_files:
            self.folder.mkdir(exist_ok=True)
            path.write_bytes(content)
        given = path if self.in_files else content
        return MadeDocument(f"{document.subject}.pdf", "application/pdf", given, self.picture, self.caption)


@dataclass
class OutboxSetup:
    simulator: Simulator
    database: Database
    codec: Codec
    folder: Path
    limits: Limits
    channel: TelegramChannel
    files: Files
    moves: Moves
    documents: FakeDocuments
    outbox: Outbox = field(init=False)
    news: int = 0

    async def post(self, *effects: Effect) -> list[OutboxRow]:
        stored = await self.store(*effects)
        self.outbox.accept(stored)
        return stored

    async def store(self, *effects: Effect) -> list[OutboxRow]:
        made = rows(effects, lambda _: "id", 1.0)
        in_flight = self.outbox.in_flight()
        return await self.database.write(lambda c: insert_rows(c, self.codec, made, in_flight))

    async def happened(self, event: ShellEvent) -> None:
        """What a turn does about a chat: stored first, then kept in mind."""
        noted = await self.database.write(lambda c: note(c, self.codec, event, self.moves.home))
        self.outbox.changed(event)
        self.outbox.accept(noted.back)

    async def rows(self, sql: str) -> list[Any]:
        return await self.database.write(lambda c: list(c.execute(text(sql)).all()))

    async def empty(self) -> None:
        """Return once nothing waits in the table."""
        await eventually(lambda: self.count("SELECT count(*) FROM outbox WHERE state = 'pending'", 0))

    async def count(self, sql: str, wanted: int) -> bool:
        return bool((await self.rows(sql))[0][0] == wanted)

    async def kill_outbox(self) -> None:
        """End the senders as a kill would: nothing is finished, nothing marked."""
        self.outbox._stopping = True
        tasks = [queue.running for queue in self.outbox._queues.all() if queue.running]
        making = self.outbox._making._tasks
        tasks += [task for task in (self.outbox._marks._task, *self.outbox._tasks, *making) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def restart_outbox(self) -> None:
        moved = await self.database.write(lambda c: chats.moves(c, self.codec, Damage()))
        self.moves = Moves({STAFF}, moved)
        self.outbox = self.new_outbox()
        await self.outbox.start()

    def new_outbox(self, documents: Documents | None = None) -> Outbox:
        return Outbox(
            self.database,
            self.codec,
            self.channel,
            Pacing(self.limits),
            self.moves,
            Operator(self.codec, OPERATOR),
            documents or self.documents,
            self.on_news,
        )

    async def updates(self) -> list[dict[str, Any]]:
        """All that waits at the messenger, every one of it readable."""
        fetched = await self.channel.fetch(0, 0)
        assert not any(isinstance(raw, UnreadableUpdate) for raw in fetched)
        return [raw for raw in fetched if isinstance(raw, dict)]

    def on_news(self) -> None:
        self.news += 1

    def sent(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        return [
            values(call) for call in self.simulator.calls if call.method == method and call.outcome == "ok"
        ]

    def texts(self, chat: int) -> list[str]:
        return [call["text"] for call in self.sent() if call["chat_id"] == chat]


async def eventually(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Return once an asynchronous condition on the store holds."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the store has no signal to wait for
            await asyncio.sleep(0.01)


@asynccontextmanager
async def outbox_setup(
    place: Place, limits: Limits = FAST, flood: FloodLimits | None = None
) -> AsyncIterator[OutboxSetup]:
    folder = place.folder
    simulator = await Simulator.start(limits=flood)
    database = await Database.open(place(folder / "aduan.db", tables=True))
    codec = Codec.load(folder / "aduan.key", create=True)
    files = Files(database, codec, FolderContents(folder / "files"))
    moves = Moves({STAFF})
    settings = Settings(SecretStr(simulator.token), simulator.base_url, simulator.base_file_url)
    channel = TelegramChannel(settings, Words(), files, moves, Clock(), commands)
    documents = FakeDocuments(folder / "documents")
    setup = OutboxSetup(
        simulator, database, codec, folder / "files", limits, channel, files, moves, documents
    )
    setup.outbox = setup.new_outbox()
    await channel.start()
    try:
        yield setup
    finally:
        await setup.outbox.stop()
        await files.stop()
        await channel.close()
        await database.close()
        await simulator.close()


class Clock:
    """The messenger's moments, and a fixed present; what the messenger says about the time is not heard."""

    @staticmethod
    def moment(named: datetime | None) -> datetime:
        return clock(named)

    def answered(self, date: str | None) -> None:
        pass

    def sent(self, date: float) -> None:
        pass


def clock(moment: datetime | None) -> datetime:
    return moment or datetime.now(UTC)


def commands(chat: int, language: str) -> Sequence[tuple[str, str]]:
    return [("lapor", f"Buat pengaduan ({language})")]
