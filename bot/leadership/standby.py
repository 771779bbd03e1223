"""Stands by until this process may lead: asks once a second, and logs in words what changed.

A database that cannot be reached is waited for. It is no reason to end: the service manager would count a
failed start, and the database may be about to come back, or to be moved to its replica.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.database.stores import refusals
from bot.foundation.daemon_thread import in_daemon_thread
from bot.foundation.faults import is_infrastructure
from bot.leadership.asking import SILENT_SECONDS, Asker, Kind, Standing

if TYPE_CHECKING:
    from bot.database.stores.postgres import PostgresStore

log = structlog.get_logger(__name__)

ASK_SECONDS = 1.0
# Connecting takes at most some seconds for each host of the address.
ANSWER_SECONDS = 15.0
SET_CLOCK = "set this machine's clock right and turn on NTP; until then this process does not lead"
WAITING = "this process waits for the database and asks again every second"
ONE_ROLE = (
    "a silent leader cannot be seen or ended: let all processes of this bot connect as one role, and leave "
    "track_activities of the server on"
)


class Standby:
    """Asks for the right to lead. `standing` is the last answer, None before the first one."""

    def __init__(
        self,
        store: PostgresStore,
        *,
        wall: Callable[[], float] = time.time,
        silent: float = SILENT_SECONDS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.standing: Standing | None = None
        self._store, self._pause = store, pause
        self._wall, self._silent = wall, silent
        self._asker = self._new_asker()

    async def lead(self) -> Standing:
        """Return once this process has the right. Raises what the database refuses for ever."""
        try:
            while (standing := await self._asked()).kind is not Kind.LEADS:
                self._note(standing)
                await self._pause(ASK_SECONDS)
        except BaseException:
            self._asker.give_up()
            raise
        self._note(standing)
        return standing

    def _new_asker(self) -> Asker:
        return Asker(self._store.candidate, self._wall, self._silent)

    async def _asked(self) -> Standing:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await in_daemon_thread(self._asker.ask)
        except TimeoutError:
            reason = f"no answer for {ANSWER_SECONDS:.0f} seconds"
        except Exception as error:
            if not is_infrastructure(error):
                raise
            reason = self._said(error)
        self._asker.give_up()
        self._asker = self._new_asker()
        return Standing(Kind.UNREACHABLE, reason=reason)

    def _said(self, error: BaseException) -> str:
        """What it means, else what the driver says: without the password, which that may quote."""
        if meaning := refusals.meaning(error):
            return meaning
        said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
        password = make_url(self._store.url).password
        return said.replace(str(password), "…") if password else said

    def _note(self, standing: Standing) -> None:
        before, self.standing = self.standing, standing
        if standing.ended and standing.holder:
            log.warning(
                "app.silent_leader_ended", leader=str(standing.holder), seconds=standing.holder.silent
            )
        if before is None or _what(before) != _what(standing):
            _say(standing, self._store)


def _what(standing: Standing) -> tuple[object, ...]:
    """What is worth a line when it changes."""
    holder = standing.holder
    return standing.kind, holder and (holder.pid, holder.opened), standing.forbidden, standing.reason


def _say(standing: Standing, store: PostgresStore) -> None:
    if standing.kind is Kind.LEADS:
        log.info("app.leads", store=store.name)
    elif standing.kind is Kind.WRONG_CLOCK:
        log.error("app.clock_wrong", seconds_ahead=round(standing.ahead, 1), advice=SET_CLOCK)
    elif standing.kind is Kind.UNREACHABLE:
        log.warning("app.database_unreachable", store=store.name, reason=standing.reason, advice=WAITING)
    elif standing.holder:
        log.info("app.standing_by", leader=str(standing.holder))
        if standing.forbidden:
            log.warning("app.leader_not_seen", leader=str(standing.holder), advice=ONE_ROLE)
