"""Alerts the operator when an age passes its limit, once, and again when that is over.

The ages are of what waits, and of what cuts the bot off from its senders (cut_off.py).

An age has to be above the limit, or below it, in two rounds: rows that were released a moment ago are old
and go at once. What is open is stored with the alert, so that a restart neither repeats an alert nor forgets
its end. A notice that can reach no one is kept by `Operator`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.clock.zone import ZONE
from bot.database import alerts
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.foundation.figures import figures
from bot.health.cut_off import WATCHED
from bot.outbox.operator_notes import Operator
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

MINUTE = 60.0


class Alerts:
    """The alerts about ages. `accept` gets the stored rows.

    `limit` is how long something may wait, in seconds; with 0 there are no alerts at all.
    """

    def __init__(
        self,
        database: Database,
        operator: Operator,
        accept: Callable[[list[OutboxRow]], None],
        limit: float,
    ) -> None:
        self._database, self._operator = database, operator
        self._accept, self._limit = accept, limit
        self._open: dict[str, float] | None = None
        self._longest: dict[str, float] = {}
        # The names whose last round differed from what the operator has got.
        self._changing: set[str] = set()

    async def round(self, ages: Mapping[str, float], wall: float) -> None:
        """Compare the ages with their limits, at wall time `wall`. Raises what the database raises."""
        if not self._limit:
            return
        if self._open is None:
            self._open = await self._database.write(alerts.load)
        for name, age in ages.items():
            late = age > (WATCHED[name].limit if name in WATCHED else self._limit)
            if late:
                self._longest[name] = max(age, self._longest.get(name, 0.0))
            if late == (name in self._open):
                self._changing.discard(name)
            elif name not in self._changing:
                self._changing.add(name)
            else:
                await (self._begin(name, age, wall) if late else self._end(name, wall))
                self._changing.discard(name)

    async def _begin(self, name: str, age: float, wall: float) -> None:
        log.warning("health.late", what=name, seconds=round(age))
        begun = _moment(wall - age)
        if name in WATCHED:
            params = {"what": name, "detail": figures.troubles.detail(name), "begun": begun}
            message = OutgoingMessage("system.operator_cut_off", params)
        else:
            minutes = int(age // MINUTE)
            message = OutgoingMessage(
                "system.operator_late", {"late": name, "minutes": minutes, "begun": begun}
            )
        await self._notify(message, lambda c: alerts.keep(c, name, wall))
        self._known()[name] = wall

    async def _end(self, name: str, wall: float) -> None:
        log.info("health.late_over", what=name)
        begun = self._known()[name]
        longest = max(self._longest.pop(name, 0.0), wall - begun if begun else 0.0)
        minutes = int(longest // MINUTE)
        if name in WATCHED:
            message = OutgoingMessage("system.operator_cut_off_over", {"what": name, "minutes": minutes})
        else:
            message = OutgoingMessage("system.operator_late_over", {"late": name, "minutes": minutes})
        await self._notify(message, lambda c: alerts.forget(c, name))
        del self._known()[name]

    def _known(self) -> dict[str, float]:
        if self._open is None:
            raise RuntimeError("the alerts are not loaded")
        return self._open

    async def _notify(self, message: OutgoingMessage, mark: Callable[[Connection], None]) -> None:
        def work(connection: Connection) -> list[OutboxRow]:
            mark(connection)
            return self._operator.notify(connection, [message])

        self._accept(await self._database.write(work))


def _moment(wall: float) -> str:
    return datetime.fromtimestamp(wall, ZONE).isoformat(timespec="minutes")
