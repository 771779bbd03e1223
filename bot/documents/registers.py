"""Makes the register that officers ask for in their group: an XLSX without identities."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.channels.base import MadeDocument
from bot.clock.zone import ZONE
from bot.database.period_cases import PeriodQuery, Skipped, cases_of_period
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.documents.register import Register, Words, write_register
from conversations.complaints.case import Case
from conversations.complaints.report import read_asked
from conversations.complaints.rules import Rules
from conversations.documents.register import Sight
from conversations.messages import Document
from conversations.reading.periods import Period, read_period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RegisterUnknownError(LookupError):
    """The register is of an agency or a period that there is not."""


class RegisterStoppedError(Exception):
    """The bot ends; the register is made after the next start."""


class Registers:
    """Makes registers in threads of their own, so that no turn waits."""

    def __init__(self, store: Store, codec: Codec, words: Words) -> None:
        self._store, self._codec, self._words = store, codec, words

    async def make(self, document: Document, rules: Rules, language: str) -> MadeDocument:
        """The register of a period. Raises RegisterUnknownError."""
        stopped = threading.Event()
        try:
            return await asyncio.to_thread(self._make, document, rules, language, stopped)
        finally:
            # The thread of a cancelled register must not delay the end of the process.
            stopped.set()

    def _make(
        self, document: Document, rules: Rules, language: str, stopped: threading.Event
    ) -> MadeDocument:
        agency, asked = rules.agency(document.subject), read_asked(document.detail)
        today = asked.at.astimezone(ZONE).date()
        period = read_period(asked.period, today)
        if agency is None or not isinstance(period, Period):
            raise RegisterUnknownError(document.subject, asked.period)
        groups = (True,) if asked.restricted else (False, True)
        query, skipped = PeriodQuery((agency.id,), period.first, period.last, groups), Skipped()
        sight = Sight(restricted=asked.restricted)
        register = Register(sight, language, today, rules, self._words, notes_skipped=True)
        cases = _until(stopped, cases_of_period(self._store, self._codec, query, skipped))
        with TemporaryDirectory(prefix="aduan-register-") as folder:
            path = Path(folder) / "register.xlsx"
            write_register(path, "xlsx", register, cases, skipped)
            content = path.read_bytes()
        return MadeDocument(f"register-{agency.id}-{period.name}.xlsx", XLSX, content)


def _until(stopped: threading.Event, cases: Iterator[Case]) -> Iterator[Case]:
    for case in cases:
        if stopped.is_set():
            raise RegisterStoppedError
        yield case
