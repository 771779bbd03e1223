"""Composes the running bot. Owns the clock of business time and trusted wall time (invariant 10).

1. Takes the lock and opens the store. When another process works on it, the second one refuses with a
   sentence, or stands by where several may wait for a server (bot/leadership/).
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
from collections.abc import Collection, Sequence
from functools import partial

import structlog

from bot.channels.messengers import writer_of
from bot.channels.moves import Moves
from bot.channels.telegram import profile
from bot.channels.telegram.channel import TelegramChannel
from bot.clock.business_time import BusinessClock
from bot.config.settings import Config
from bot.database import arrivals, digests, reindexing
from bot.database.engine import Database
from bot.database.kept_agencies import require_all
from bot.database.opening import open_store
from bot.database.outbox_rows import OutboxRow
from bot.database.own_contents import contents_of
from bot.database.own_files import tighten_own
from bot.database.quarantine import Fault
from bot.database.sealing import Codec
from bot.database.starting import Start
from bot.database.stores.choice import store_of
from bot.database.watermark import Watermark
from bot.documents.maker import DocumentMaker, Paths
from bot.ending import end_tasks, end_workers
from bot.files.files import Files
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.service_manager import STOPPING, notify
from bot.health.monitor import make_monitor
from bot.leadership.lead import ALONE, Alone, take_lead
from bot.opening import connect, make_room, recall, report_unread, warm, warn_of_public_groups
from bot.outbox.asking_again import AskingAgain
from bot.outbox.operator_notes import Operator
from bot.outbox.outbox import Outbox
from bot.outbox.pacing import Limits, Pacing
from bot.second_messenger import run_sources, second_messenger_of
from bot.sources.daily_backup import DailyBackup
from bot.sources.erasures import Erasures, Senders
from bot.sources.membership_checks import MembershipChecks
from bot.sources.order_completion import complete_orders
from bot.sources.polling import Polling
from bot.sources.retention import RetentionWork
from bot.sources.scheduler import Scheduler
from bot.sources.settings_watch import FindProblems, SettingsWatch
from bot.sources.shares import Shares
from bot.sources.time_watch import TimeWatch
from bot.sources.watchdog import Watchdog
from bot.turns.numbering import Numbering
from bot.turns.providers import calendars, make_providers
from bot.turns.turns import Committed, TurnContext, Turns
from bot.web import health_page, metrics, webhook_page
from bot.web.server import WebServer
from bot.wording.rendering import LANGUAGES, Renderer
from conversations import engine
from conversations.complaints.part import MEGABYTE
from conversations.complaints.rules import Rules
from conversations.complaints.terms import Terms

log = structlog.get_logger(__name__)

# The longest sleep of the scheduler, in seconds: a reminder comes at most so much later. Practice may put
# business time forward while people watch.
LONGEST_SLEEP, PRACTICE_SLEEP = 30.0, 1.0
# All stages of the end share one deadline, so that the store is closed within five seconds.
END_SECONDS, LAST_TURN_SECONDS = 4.5, 1.5


async def run(config: Config, find_problems: FindProblems | None = None) -> None:
    """Run until a signal ends it. `find_problems` asks the messengers what is wrong with the settings.

    Raises AlreadyRunningError, NotInitialisedError, KeysMissingError, KeysDamagedError, KeysForeignError,
    RegisterMissingError, MigrationNeededError, AgencyMissingError and TokenRefusedError.
    """
    stopping = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, stopping.set)
    store = store_of(config.database)
    lead = await take_lead(config, store, stopping)
    if lead is None:
        log.info("app.stopped")
        return
    try:
        tighten_own(config.database)
        database, codec = await open_store(store, config.database.keys_path, lead.hold.engine)
        try:
            lead.watch(database)
            lead.hold.include_database()
            await database.write(lambda connection: require_all(connection, codec, config.agencies))
            await Service(config, database, codec, lead, find_problems).run(stopping)
        finally:
            lead.unwatch()
            await database.close()
    finally:
        lead.give_up()


class Service:
    """All parts of one running bot, wired."""

    def __init__(
        self,
        config: Config,
        database: Database,
        codec: Codec,
        lead: Alone = ALONE,
        find_problems: FindProblems | None = None,
    ) -> None:
        self._config, self._database, self._codec, self._lead = config, database, codec, lead
        self._settings_watch = SettingsWatch(find_problems)
        self._clock = BusinessClock(practice=config.practice)
        self._time = self._clock.time
        self._words = Renderer()
        self._menu = partial(profile.commands_in, self._words)
        self._groups, self._divisions = config.groups, config.division_groups
        self._moves = Moves(self._groups)
        self._operator = operator = Operator(codec, config.operator_chat_id, config.leaders, self._time.wall)
        self._contents = contents = contents_of(config.database)
        self._files = self._make_files()
        self._telegram = TelegramChannel(
            config.telegram, self._words, self._files, self._moves, self._clock, self._menu, lead.may_send
        )
        self._second = second_messenger_of(
            config, (database, codec), self._words, self._files, self._clock, lead.may_send
        )
        self._channel = self._second.next_to(self._telegram)
        self._webhook = webhook_page.webhook_of(config, codec, self._telegram.bot, self._time.wall)
        pacing = Pacing(Limits(**config.pacing.model_dump()))
        paths = Paths(contents, config.database.documents_path)
        self._documents = DocumentMaker(database, codec, self._words, config.rules, paths)
        self._outbox = Outbox(
            database, codec, self._channel, pacing, self._moves, operator, self._documents, self._wake
        )
        self._watch = TimeWatch(database, self._time, self._telegram.ask, self._outbox.notify_operator)
        watermark = Watermark(config.database.watermark_path)
        self._numbering = Numbering(
            database, watermark, operator, self._outbox.accept, self._clock.now, self._time.wall
        )
        self._scheduler: Scheduler | None = None
        self._checks: MembershipChecks | None = None
        self._shares: Shares | None = None
        self._tasks = BackgroundTasks()
        self._monitor = make_monitor(
            database, config, operator, self._outbox.accept, self._clock.now, self._time
        )

    def _make_files(self) -> Files:
        config, database, contents = self._config, self._database, self._contents
        largest = config.limits.file_megabytes * MEGABYTE
        room = make_room(config, contents, database, self._operator, self._accept)
        return Files(database, self._codec, contents, self._wake, self._report, largest, room)

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
        self._tasks.start(self._lead.keep(self._database))
        self._tasks.start(self._monitor.run())
        pages = (*health_page.routes(self._monitor, self._lead.role), *metrics.routes(self._monitor))
        pages = (*pages, *webhook_page.routes(self._webhook), *self._second.routes)
        self._tasks.start(WebServer(self._config.web.address, pages, self._second.largest_body).run())
        start = Start(self._database)
        await recall(start, self._config, self._codec, self._moves)
        me = await connect(self._telegram, self._database)
        await self._watch.start()
        known = {"bot_username": me.username or "", "words": self._words.word_lists()}
        rules = self._documents.rules = self._config.rules.model_copy(update=known)
        turns = self._turns(rules)
        self._shares = shares = self._make_shares(turns)
        await self._second.start(shares)
        offset = await self._take_up(start, turns, shares)
        if self._config.practice:
            self._tasks.start(self._clock.follow(self._config.telegram.base_url, self._wake))
        self._tasks.start(
            profile.register(self._telegram.bot, self._words, self._groups, LANGUAGES, self._divisions)
        )
        self._tasks.start(warn_of_public_groups(self._telegram, self._groups, self._outbox.notify_operator))
        accept, wall = self._outbox.accept, self._time.wall
        asking = AskingAgain(self._database, self._codec, rules, writer_of, accept, wall)
        self._tasks.start(asking.run())
        self._tasks.start(self._settings_watch.run())
        notified, store = self._outbox.notify_operator, self._database.store
        self._tasks.start(complete_orders(self._config, store, self._codec, notified))
        self._tasks.start(DailyBackup(self._config, notified).run())
        self._tasks.start(asyncio.to_thread(warm, self._words, rules, self._clock.now().date()))
        # The objects made at the start stay: the garbage collector need not look at them again.
        gc.freeze()
        log.info("app.started", bot=me.username)
        polling = Polling(self._telegram, shares.take, offset, shares.sift)
        source = webhook_page.source_of(self._webhook, polling, shares.take)
        parts = {"updates": source.alive, "outbox": self._outbox.alive, **self._second.parts}
        self._lead.at_work()
        self._tasks.start(Watchdog(self._database, parts).run())
        await run_sources([source, *self._second.sources], stopping)

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
        await self._files.start(self._channel, self._time.is_certain, self._time.wall)
        start.faults += [*await self._checks.start(), *await shares.start()]
        name = self._telegram.name
        offset = await start.step("offset", lambda c, d: arrivals.offset(c, name, self._time.wall(), d), 0)
        await report_unread(start, self._codec, rules, self._outbox.notify_operator)
        await self._report(start.faults)
        self._tasks.start(self._watch.run())
        self._tasks.start(self._scheduler.run())
        self._tasks.start(shares.run())
        self._tasks.start(reindexing.fill(self._database, self._codec))
        self._tasks.start(self._erasures().run())
        self._tasks.start(RetentionWork(self._config, self._time.is_certain).run())
        return offset

    def _erasures(self) -> Erasures:
        terms = Terms(self._config.rules, calendars(self._config.rules))
        outbox, files = self._outbox, self._files
        senders = Senders(outbox.withdraw, outbox.accept, files.sweep, files.erase_unneeded)
        contents, now = self._contents, self._clock.now
        return Erasures(self._database, self._codec, terms, contents, now, senders, self._time.wall)

    def _turns(self, rules: Rules) -> Turns:
        context = TurnContext(
            core=engine,
            operator=self._operator,
            rules=rules,
            providers=make_providers(rules, self._codec.pepper, self._words.wordings),
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

    async def _report(self, faults: Collection[Fault]) -> None:
        await self._outbox.report(faults)

    def _wake(self) -> None:
        if self._scheduler:
            self._scheduler.wake()

    async def _end(self, end: float) -> None:
        """Stop the sources of work before its workers."""
        stopping = self._files.stop(), self._checks.stop() if self._checks else None
        await end_tasks(tuple(self._tasks), stopping, end)
        closing = self._documents.close(), self._second.stop(), self._channel.close()
        await end_workers(self._outbox, closing, end)
        log.info("app.stopped")
