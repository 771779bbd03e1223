"""One session that asks who leads: each question is a few statements in a thread, answered with a `Standing`.

A server may leave a question without an answer. Then the session is given up and another one is opened; what
the server answers later, even with the right to lead, ends with the session that was given up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.database.stores.postgres_session import Holder, SessionHold

# A leader's clock dates complaints and their deadlines; the next leader's must go on from there.
LARGEST_DIFFERENCE = 1.0
# The holder of the right sends for 5 seconds after it was last heard (bot/database/stores/lease.py).
SILENT_SECONDS = 10.0


class Kind(StrEnum):
    """What this process may do."""

    LEADS = "leads"
    STANDS_BY = "stands by"
    WRONG_CLOCK = "its clock is wrong"
    UNREACHABLE = "it does not reach the database"


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to one question. `ahead` is in seconds; `reason` is a sentence without a password."""

    kind: Kind
    # The session that has the right: this process's own, and the one of another process.
    hold: SessionHold | None = None
    holder: Holder | None = None
    # Whether the other session was silent, and was ended; whether this role may not do that.
    ended: bool = False
    forbidden: bool = False
    ahead: float = 0.0
    reason: str = ""


class Asker:
    """Asks through one session, which it opens. `ask` may run in any thread, one call at a time."""

    def __init__(
        self, connect: Callable[[], SessionHold], wall: Callable[[], float], silent: float = SILENT_SECONDS
    ) -> None:
        self._connect, self._wall, self._silent = connect, wall, silent
        self._session: SessionHold | None = None
        self._lock = threading.Lock()
        self._asking = self._given_up = False

    def ask(self) -> Standing:
        """Ask for the right once. Raises what the connection raises, and has given the session up then."""
        self._asking = True
        try:
            return self._ask()
        except BaseException:
            self._given_up = True
            raise
        finally:
            with self._lock:
                self._asking = False
                if self._given_up:
                    self._release()

    def give_up(self) -> None:
        """End the session, now or when its question is answered."""
        with self._lock:
            self._given_up = True
            if not self._asking:
                self._release()

    def _release(self) -> None:
        session, self._session = self._session, None
        if session:
            session.release()

    def _ask(self) -> Standing:
        session = self._session = self._session or self._connect()
        ahead = session.clock_ahead(self._wall)
        if abs(ahead) > LARGEST_DIFFERENCE:
            # It does not ask: a process with a right clock must not find the right taken, even for a moment.
            return Standing(Kind.WRONG_CLOCK, ahead=ahead)
        if session.take():
            return Standing(Kind.LEADS, hold=session)
        holder = session.holder()
        if holder is None:
            return Standing(Kind.STANDS_BY)
        if holder.silent is None:
            return Standing(Kind.STANDS_BY, holder=holder, forbidden=True)
        return self._beside(session, holder)

    def _beside(self, session: SessionHold, holder: Holder) -> Standing:
        if not holder.may_be_ended(self._silent):
            return Standing(Kind.STANDS_BY, holder=holder)
        try:
            return Standing(Kind.STANDS_BY, holder=holder, ended=session.end(holder))
        except PermissionError:
            return Standing(Kind.STANDS_BY, holder=holder, forbidden=True)
