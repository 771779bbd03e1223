"""Takes the right to work on the store, standing by until it is free, and watches over it.

A process that has lost its session has lost the right. It ends at once, in the middle of its work:
what it could still write or send would be a second answer next to the new leader's. Nothing is lost by that
(docs/architecture.md, invariant 5), and the service manager starts it again, as a standby.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

import structlog

from bot.config.settings import Config
from bot.database.engine import Database
from bot.database.stores.store import Hold, Store
from bot.foundation.exit_codes import ExitCode
from bot.foundation.faults import error_place
from bot.leadership import standby_pages
from bot.leadership.asking import LARGEST_DIFFERENCE
from bot.leadership.following import follow
from bot.leadership.signs import give_signs
from bot.leadership.standby import SET_CLOCK, Standby
from bot.web.server import WebServer

if TYPE_CHECKING:
    from bot.database.stores.postgres import PostgresStore

log = structlog.get_logger(__name__)

BEAT_SECONDS = 2.0
# A clock that is set right is wrong for a moment: so many answers in a row say that it stays wrong.
WRONG_BEATS = 5
# How long the socket is watched before the watching thread looks whether it is still wanted.
LISTEN_SECONDS = 1.0
# How often a call looks whether the right is certain again.
LOOK_SECONDS = 0.1
SECOND = (
    "another process has just filed a complaint under the number of this one: two bots work on this store; "
    "find the other one and stop it"
)
SILENT = (
    "nothing is fetched or sent until it answers; a commit waits for the synchronous replica: look whether "
    "that runs"
)
STARTS_AGAIN = "another process may lead now; this one ends and, started again, stands by"


class Alone:
    """The right to work of a process that can be the only one: nothing can end it."""

    # What the health page says that this process is; empty where there is no other one.
    role = ""

    async def may_send(self) -> None:
        """Return at once: the right is certain."""

    async def keep(self, database: Database) -> None:
        """Return at once."""

    def at_work(self) -> None:
        """Do nothing: the watchdog of the running bot is the first one."""


ALONE = Alone()


class Lead(Alone):
    """The right to work on the store, which `hold` has."""

    def __init__(self, hold: Hold, role: str = "", signs: asyncio.Task[None] | None = None) -> None:
        self.hold, self.role = hold, role
        self._signs = signs
        self._watching = False
        self._telling = asyncio.create_task(self.tell_silence()) if hold.lease else None

    async def may_send(self) -> None:
        """Return when the right is certain: a call to the messenger waits for it."""
        lease = self.hold.lease
        while lease and not lease.holds():  # noqa: ASYNC110 - a time, no event
            await asyncio.sleep(LOOK_SECONDS)

    def watch(self, database: Database) -> None:
        """End the process as soon as its session is lost, or a statement finds that another one writes."""
        database.lost = partial(end_at_once, database.store)
        database.doubled = partial(end_as_second, database.store)
        if self.hold.lease:
            self._watching = True
            listen = partial(self._listen, database.lost)
            threading.Thread(target=listen, daemon=True, name="session").start()

    def unwatch(self) -> None:
        """Let the session end: this process closes it now."""
        self._watching = False

    def _listen(self, lost: Callable[[], None]) -> None:
        """Without this an idle leader learns of the loss with its next beat, and sends meanwhile."""
        while self._watching:
            if self.hold.hung_up(LISTEN_SECONDS) and self._watching:
                lost()
                return

    async def keep(self, database: Database) -> None:
        """Let the session be heard again and again: it is not silent then, and a loss is found."""
        wrong = 0
        while self.hold.lease is not None:
            try:
                ahead = await database.outside(self.hold.beat)
            except Exception as error:  # noqa: BLE001 - the next one may be answered
                log.warning("app.not_heard", error=error_place(error))
            else:
                wrong = wrong + 1 if abs(ahead) > LARGEST_DIFFERENCE else 0
                if wrong >= WRONG_BEATS:
                    end_with_wrong_clock(ahead)
            await asyncio.sleep(BEAT_SECONDS)

    async def tell_silence(self) -> None:
        """Log when the server leaves a statement unanswered, and when it answers again; until cancelled."""
        silent = False
        while lease := self.hold.lease:
            await asyncio.sleep(LOOK_SECONDS)
            if silent != (silent := not lease.holds()):
                if silent:
                    log.warning("app.server_silent", advice=SILENT)
                else:
                    log.info("app.server_answers")

    def at_work(self) -> None:
        """Leave the signs for systemd to the watchdog of the running bot."""
        if self._signs:
            self._signs.cancel()

    def give_up(self) -> None:
        """Give the right up, so that another process can take it at once."""
        self.at_work()
        if self._telling:
            self._telling.cancel()
        self.hold.release()


def end_at_once(store: Store) -> None:
    """End the process without any further statement or message; from any thread."""
    log.critical("app.session_lost", store=store.name, advice=STARTS_AGAIN)
    os._exit(ExitCode.STOPPED)


def end_with_wrong_clock(ahead: float) -> None:
    """End the process, so that one with a right clock leads; it stands by until its own one is right."""
    log.critical("app.clock_wrong", seconds_ahead=round(ahead, 1), advice=SET_CLOCK)
    os._exit(ExitCode.STOPPED)


def end_as_second(store: Store) -> None:
    """End the process at once because another one issues registration numbers; from any thread."""
    log.critical("app.second_process", store=store.name, advice=SECOND)
    os._exit(ExitCode.STOPPED)


async def take_lead(config: Config, store: Store, stopping: asyncio.Event) -> Lead | None:
    """The right to work, at once or after standing by; None when `stopping` came first.

    Raises AlreadyRunningError for a file on which another process works, and what a server refuses for ever.
    """
    if config.database.is_file:
        return Lead(store.hold())
    signs = asyncio.create_task(give_signs())
    try:
        hold = await _stand_by(config, cast("PostgresStore", store), stopping)
    except BaseException:
        signs.cancel()
        raise
    if hold is None:
        signs.cancel()
        return None
    return Lead(hold, "leader", signs)


async def _stand_by(config: Config, store: PostgresStore, stopping: asyncio.Event) -> Hold | None:
    standby = Standby(store)
    pages = standby_pages.routes(config, lambda: standby.standing)
    serving = asyncio.create_task(WebServer(config.web.address, pages).run())
    leading, stopped = asyncio.create_task(standby.lead()), asyncio.create_task(stopping.wait())
    following = asyncio.create_task(follow(config.database, store))
    try:
        await asyncio.wait({leading, stopped, following}, return_when=asyncio.FIRST_COMPLETED)
        if not leading.done() and following.done():
            following.result()
        return leading.result().hold if leading.done() else None
    finally:
        await _cancelled(leading, stopped, serving, following)


async def _cancelled(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
