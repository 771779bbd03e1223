"""How many bots one server carries, from what an update costs it and from the connections of a bot."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from bot.database.stores.store import READERS
from tests.bench.store_turns import Round, Session

# A bot may send 30 messages a second and sends 1.5 for an update; the leader's one writer, its readers, one
# connection while a file is written, and one session of a process that stands by.
MESSAGES_PER_SECOND, MESSAGES_PER_UPDATE = 30.0, 1.5
WRITER, FILE, STANDBY = 1, 1, 1
# Half of a processor is left for vacuum, checkpoints, backups and the replica.
LOAD = 0.5
# The default of max_connections, and of those that are kept for administrators.
CONNECTIONS, KEPT = 100, 3


class Carried(NamedTuple):
    """The measured costs: milliseconds of the server's CPU for one update, megabytes of a bot's sessions."""

    server: float
    megabytes: float

    @classmethod
    def of(cls, rounds: Sequence[Round], session: Session) -> Carried:
        """From turns of one update, which cost the most for each update."""
        return cls(median(one.server for one in rounds), session.writer + sum(session.readers))

    @property
    def updates(self) -> float:
        """Updates a second that half of one processor of the server carries."""
        return LOAD * 1000 / self.server

    def lines(self) -> list[str]:
        """The calculation in words."""
        most = MESSAGES_PER_SECOND / MESSAGES_PER_UPDATE
        used = WRITER + READERS + FILE + STANDBY
        cpu = (
            f"- CPU: {LOAD:g} of a processor / {self.server:.2f} ms = {self.updates:.0f} updates a second for"
            f" each processor of the server. A bot at Telegram's limit takes {MESSAGES_PER_SECOND:g} /"
            f" {MESSAGES_PER_UPDATE:g} = {most:g} updates a second: {self.updates / most:.0f} such bots."
        )
        connections = (
            f"- Connections: {WRITER} writer + {READERS} readers + {FILE} for files + {STANDBY} standby ="
            f" {used} at most; ({CONNECTIONS} - {KEPT}) / {used} = {(CONNECTIONS - KEPT) // used} bots with"
            " the server's default max_connections."
        )
        memory = f"- Memory: {self.megabytes:.0f} MB of a bot's sessions beside the shared buffers."
        return [cpu, connections, memory]
