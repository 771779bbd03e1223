"""Composes the running bot. Owns the clock of business time and trusted wall time (invariant 10).

1. Takes the lock and opens the store; refuses with a sentence when another process works on it.
2. Connects the channel, notes the bot's account, and continues what the outbox and the files had left.
3. Fetches updates, takes them in turns and sends, until SIGTERM or SIGINT.
4. Ends within five seconds of the signal: the long poll is cancelled, a turn that has begun is finished,
   calls in progress get a moment, marks are written. All other work stays stored.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Awaitable, Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from bot.channels.base import DeliveryError, FetchError
from bot.channels.message_ids import ACCOUNT_SHIFT
from bot.channels.moves import Moves
from bot.channels.telegram import profile
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.writers import writer_of
from bot.clock.business_time import BusinessClock
from bot.clock.calendars import WorkingCalendar
from bot.config.settings import Config
from bot.database import arrivals, cases, chats, digests, reindexing
from bot.database.accounts import note_account
from bot.database.engine import Database
from bot.database.kept_agencies import require_all
from bot.database.lock import Lock
from bot.database.opening import open_store
from bot.database.outbox_rows import OutboxRow
from bot.database.own_files import tighten_own
from bot.database.quarantine import Fault
from bot.database.renaming import rename_chats
from bot.database.sealing import Codec
from bot.database.starting import Start
from bot.database.unread_cases import ADVICE, unread_cases
from bot.database.watermark import Watermark
from bot.documents.maker import DocumentMaker, Paths
from bot.files.files import Files
from bot.files.room import Room
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.service_manager import STOPPING, notify
from bot.health.monitor import make_monitor
from bot.outbox.asking_again import AskingAgain
from bot.outbox.operator_notes import Operator
from bot.outbox.outbox import Outbox
from bot.outbox.pacing import Limits, Pacing
from bot.sources.daily_backup import DailyBackup
from bot.sources.erasures import Erasures, Senders
from bot.sources.membership_checks import MembershipChecks
from bot.sources.no_room import NoRoomNotices
from bot.sources.polling import Polling, TokenRefusedError
from bot.sources.retention import RetentionWork
from bot.sources.scheduler import Scheduler
from bot.sources.shares import Shares
from bot.sources.time_watch import TimeWatch
from bot.sources.watchdog import Watchdog
from bot.sources.webhook import LARGEST_BODY
from bot.turns.numbering import Numbering
from bot.turns.providers import calendars, make_providers
from bot.turns.turns import Committed, TurnContext, Turns
from bot.web import health_page, metrics, webhook_page
from bot.web.server import WebServer
from bot.wording.rendering import LANGUAGES, Renderer
from conversations import engine
from conversations.catalogue.commands import Audience
from conversations.complaints.agency import Rules
from conversations.complaints.part import MEGABYTE
from conversations.complaints.terms import Terms
from conversations.messages import OutgoingMessage

if TYPE_CHECKING:
    from telegram import User

log = structlog.get_logger(__name__)

# The longest sleep of the scheduler, in seconds. Practice may put business time forward while people watch.
LONGEST_SLEEP, PRACTICE_SLEEP = 5.0, 1.0
# All stages of the end share one deadline, so that the store is closed within five seconds.
END_SECONDS, LAST_TURN_SECONDS, CLOSING_SECONDS = 4.5, 1.5, 0.3
# Due dates fall into these days; around New Year they reach into the next year's calendar.
WARM_DAYS = 30


async def run(config: Config) -> None:
    """Run until a signal ends it.

    Raises AlreadyRunningError, KeysMissingError, KeysDamagedError, KeysForeignError, RegisterMissingError,
    MigrationNeededError, AgencyMissingError and TokenRefusedError.
    """
    stopping = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, stopping.set)
    lock = Lock(config.database.path)
    try:
        tighten_own(config.database)
        database, codec = await open_store(config.database.path, config.database.keys_path)
        try:
            lock.include_database()
            await database.write(lambda connection: require_all(connection, codec, config.agencies))
            await Service(config, database, codec).run(stopping)
        finally:
            await database.close()
    finally:
        lock.release()


class Service:
    """All parts of one running bot, wired."""

    def __init__(self, config: Config, database: Database, codec: Codec) -> None:
        self._config, self._database, self._codec = config, database, codec
        self._clock = BusinessClock(practice=config.practice)
        self._time = self._clock.time
        self._words = Renderer()
        self._groups, self._divisions = config.groups, config.division_groups
        self._moves = Moves(self._groups)
        self._operator = operator = Operator(codec, config.operator_chat_id, config.leaders, self._time.wall)
        largest = config.limits.file_megabytes * MEGABYTE
        self._files = Files(
            database, codec, config.database.files_path, self._wake, self._report, largest, self._room()
        )
        self._channel = TelegramChannel(
            config.telegram, self._words, self._files, self._moves, self._clock, self._commands
        )
        self._webhook = webhook_page.webhook_of(config, codec, self._channel.bot)
        pacing = Pacing(Limits(**config.pacing.model_dump()))
        paths = Paths(config.database.files_path, config.database.documents_path)
        self._documents = DocumentMaker(database, codec, self._words, config.rules, paths)
        self._outbox = Outbox(
            database, codec, self._channel, pacing, self._moves, operator, self._documents, self._wake
        )
        self._watch = TimeWatch(database, self._time, self._channel.ask, self._outbox.notify_operator)
        watermark = Watermark(config.database.watermark_path)
        self._numbering = Numbering(database, watermark, operator, self._outbox.accept, self._clock.now)
        self._scheduler: Scheduler | None = None
        self._checks: MembershipChecks | None = None
        self._shares: Shares | None = None
        self._tasks = BackgroundTasks()
        self._monitor = make_monitor(database, config, operator, self._outbox.accept, self._clock.now)

    def _room(self) -> Room:
        reserve, rules = self._config.limits.disk_reserve_megabytes * MEGABYTE, self._config.rules
        notices = NoRoomNotices(self._database, self._operator, rules, reserve, self._accept)
        return Room(self._config.database.files_path, reserve, notices)

    def _accept(self, rows: Sequence[OutboxRow]) -> None:
        # The files are made before the outbox.
        self._outbox.accept(rows)

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until `stopping`, then end in order."""
        serving = asyncio.create_task(self._serve(stopping))
        stopped = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            end = time.monotonic() + END_SECONDS
            notify(STOPPING)
            stopped.cancel()
            await asyncio.wait({serving}, timeout=LAST_TURN_SECONDS)
            serving.cancel()
            await asyncio.wait({serving}, timeout=LAST_TURN_SECONDS)
            await self._end(end)
        if serving.done() and not serving.cancelled():
            serving.result()

    async def _serve(self, stopping: asyncio.Event) -> None:
        log.info("app.starting", waits_for=self._config.telegram.base_url)
        self._tasks.start(self._monitor.run())
        pages = (*health_page.routes(self._monitor), *metrics.routes(self._monitor))
        pages = (*pages, *webhook_page.routes(self._webhook))
        self._tasks.start(WebServer(self._config.web.address, pages, LARGEST_BODY).run())
        start = Start(self._database)
        await self._recall(start)
        me = await self._connect()
        known = {"bot_username": me.username or "", "words": self._words.word_lists()}
        rules = self._documents.rules = self._config.rules.model_copy(update=known)
        turns = self._turns(rules)
        self._shares = shares = self._make_shares(turns)
        offset = await self._take_up(start, turns, shares)
        if self._config.practice:
            self._tasks.start(self._clock.follow(self._config.telegram.base_url, self._wake))
        self._tasks.start(
            profile.register(self._channel.bot, self._words, self._groups, LANGUAGES, self._divisions)
        )
        self._tasks.start(self._warn_of_public_groups())
        accept, wall = self._outbox.accept, self._time.wall
        asking = AskingAgain(self._database, self._codec, rules, writer_of, accept, wall)
        self._tasks.start(asking.run())
        self._tasks.start(DailyBackup(self._config, self._outbox.notify_operator).run())
        self._tasks.start(asyncio.to_thread(self._warm, rules))
        # The objects made at the start stay: the garbage collector need not look at them again.
        gc.freeze()
        log.info("app.started", bot=me.username)
        polling = Polling(self._channel, shares.take, offset, shares.sift)
        source = webhook_page.source_of(self._webhook, polling, shares.take)
        parts = {"updates": source.alive, "outbox": self._outbox.alive}
        self._tasks.start(Watchdog(self._database, parts).run())
        await source.run(stopping)

    async def _recall(self, start: Start) -> None:
        """Repair the numbers, and load where groups moved."""
        await start.counters()
        await start.step("serials", cases.repair_serials, None)
        known: dict[int, int] = await start.step("moves", lambda c, d: chats.moves(c, self._codec, d), {})
        for old, new in known.items():
            self._moves.add(old, new)
        if renamed := self._moves.renamed():
            terms = Terms(self._config.rules, calendars(self._config.rules))
            await start.step("renaming", lambda c, d: rename_chats(c, self._codec, renamed, terms, d), None)

    async def _connect(self) -> User:
        """Reach the messenger; the bot's account there. Raises TokenRefusedError."""
        try:
            me = await self._channel.start()
        except FetchError as error:
            raise TokenRefusedError from error
        name, shift = self._channel.name, ACCOUNT_SHIFT
        generation = await self._database.write(lambda c: note_account(c, name, me.id, shift))
        self._channel.use_account(generation)
        await self._watch.start()
        return me

    def _make_shares(self, turns: Turns) -> Shares:
        ours, leaders = self._moves.is_named, self._config.leaders
        return Shares(self._database, self._codec, self._channel, turns.take, ours, leaders)

    async def _take_up(self, start: Start, turns: Turns, shares: Shares) -> int:
        """Continue what the last run left; return the offset from which to poll."""
        longest = PRACTICE_SLEEP if self._config.practice else LONGEST_SLEEP
        self._scheduler = Scheduler(
            self._database,
            self._codec,
            turns.take,
            self._clock.now,
            self._time.wall,
            longest,
            self._report,
            self._time.is_certain,
        )
        self._checks = MembershipChecks(
            self._database, self._codec, self._channel, turns.take, self._outbox.answer, self._clock.wall
        )
        await start.guarded("numbers", self._numbering.start())
        rules, now = self._config.rules, self._clock.now()
        await start.step("digests", lambda c, _: digests.prepare(c, rules, now), None)
        await self._outbox.start(self._config.topics)
        await self._files.start(self._channel, self._time.is_certain)
        start.faults += [*await self._checks.start(), *await shares.start()]
        name = self._channel.name
        offset = await start.step("offset", lambda c, d: arrivals.offset(c, name, self._time.wall(), d), 0)
        await self._report_unread(start)
        await self._report(start.faults)
        self._tasks.start(self._watch.run())
        self._tasks.start(self._scheduler.run())
        self._tasks.start(shares.run())
        self._tasks.start(reindexing.fill(self._database, self._codec))
        self._tasks.start(self._erasures().run())
        self._tasks.start(RetentionWork(self._config, self._time.is_certain).run())
        return offset

    async def _report_unread(self, start: Start) -> None:
        """Name the open complaints that no one can read with this configuration."""
        rules = self._config.rules
        unread: list[str] = await start.step(
            "unread", lambda c, _: unread_cases(c.exec_driver_sql, self._codec, rules), []
        )
        if unread:
            log.warning("app.complaints_unread", references=unread, advice=ADVICE)
            params = {"references": unread}
            await self._outbox.notify_operator(OutgoingMessage("system.operator_unread", params))

    async def _warn_of_public_groups(self) -> None:
        """Notify the operator of each staff group that is public."""
        for chat in sorted(self._groups):
            try:
                username = await self._channel.public_name(chat)
            except DeliveryError as error:
                log.warning("app.group_not_seen", chat=chat, reason=error.reason)
                continue
            if username:
                params = {"chat": chat, "username": username}
                await self._outbox.notify_operator(OutgoingMessage("system.operator_public_group", params))

    def _erasures(self) -> Erasures:
        terms = Terms(self._config.rules, calendars(self._config.rules))
        senders = Senders(self._outbox.withdraw, self._outbox.accept, self._files.sweep, self._files.fresh)
        folder, now = self._config.database.files_path, self._clock.now
        return Erasures(self._database, self._codec, terms, folder, now, senders, self._time.wall)

    def _warm(self, rules: Rules) -> None:
        """Read calendars and compile texts in a thread, so that no turn waits for either."""
        self._words.compile()
        for agency in rules.agencies:
            calendar = WorkingCalendar(agency.closed_dates)
            for days in range(WARM_DAYS):
                calendar.is_working_day(self._clock.now().date() + timedelta(days=days))

    def _turns(self, rules: Rules) -> Turns:
        context = TurnContext(
            core=engine,
            operator=self._operator,
            rules=rules,
            providers=make_providers(rules, self._codec.pepper),
            now=self._clock.now,
            wall=self._time.wall,
            home=self._moves.home,
        )
        return Turns(
            self._database, context, self._committed, self._outbox.in_flight, issued=self._numbering.issued
        )

    def _committed(self, done: Committed) -> None:
        """After the commit: the network may begin (invariant 3)."""
        for press in done.presses:
            self._outbox.answer(press.answer, press.language)
        for event in done.happened:
            self._outbox.changed(event)
        if self._checks:
            self._checks.accept(done.parked)
        if self._shares:
            self._shares.accept(done.postponed)
        self._outbox.accept(done.rows)
        self._files.accept(done.files)
        self._files.release(done.dropped)

    def _commands(self, chat: int, language: str) -> tuple[tuple[str, str], ...]:
        audience = Audience.CITIZEN if chat > 0 else Audience.OFFICER
        return profile.commands(audience, language, self._words)

    async def _report(self, faults: Collection[Fault]) -> None:
        await self._outbox.report(faults)

    def _wake(self) -> None:
        if self._scheduler:
            self._scheduler.wake()

    async def _end(self, end: float) -> None:
        """Stop the sources of work before its workers; nothing waits beyond `end`, a monotonic time."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        left = end - CLOSING_SECONDS
        checks = self._checks.stop() if self._checks else _nothing()
        for stopping in (asyncio.gather(*tasks, return_exceptions=True), self._files.stop(), checks):
            await _within(stopping, left - time.monotonic())
        await self._outbox.stop(max(0.0, left - time.monotonic()))
        await _within(self._documents.close(), end - time.monotonic())
        await _within(self._channel.close(), end - time.monotonic())
        log.info("app.stopped")


async def _nothing() -> None:
    """Nothing to stop."""


async def _within(work: Awaitable[Any], seconds: float) -> None:
    try:
        await asyncio.wait_for(work, max(0.0, seconds))
    except TimeoutError:
        log.warning("app.not_stopped_in_time")
