"""Makes the report on an agency's complaints: as a PDF, and as a picture of the same figures."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from bot.channels.base import MadeDocument, Wording
from bot.clock.calendars import WorkingCalendar
from bot.clock.zone import ZONE
from bot.database.period_cases import PeriodQuery, Skipped, cases_of_period
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.documents.blocks import blocks
from bot.documents.letterhead import letterhead
from bot.documents.typesetting import Typesetter
from conversations.catalogue import MESSAGES
from conversations.complaints.agency import Agency
from conversations.complaints.figures import Scope
from conversations.complaints.report import Asked, params, read_asked
from conversations.complaints.rules import Rules
from conversations.complaints.tally import Tally
from conversations.messages import Document, DocumentKind, OutgoingMessage
from conversations.reading.periods import Period, read_period

PDF, PNG = "application/pdf", "image/png"
# The page of the picture is 1080 points wide, so that a point is a pixel.
PICTURE_PPI = 72
# The picture and the PDF of a report are asked for together, and get the same figures.
REMEMBERED = 4


class ReportUnknownError(LookupError):
    """The report is about an agency or a period that there is not."""


class Reports:
    """Makes the report in both forms; both of one request have the same figures."""

    def __init__(self, store: Store, codec: Codec, wording: Wording, typesetter: Typesetter) -> None:
        self._store, self._codec = store, codec
        self._wording, self._typesetter = wording, typesetter
        self._counted: dict[tuple[str, str], dict[str, Any]] = {}
        self._counting = asyncio.Lock()

    async def make(self, document: Document, rules: Rules, language: str) -> MadeDocument:
        """The report of that kind. Raises ReportUnknownError and TypesettingError."""
        agency = rules.agency(document.subject)
        if agency is None:
            raise ReportUnknownError(document.subject)
        asked = read_asked(document.detail)
        figures = await self._counted_once(agency, asked)
        word = self._wording.word(f"document_{document.kind}", language)
        name = f"{word}-{agency.id}-{asked.period}"
        if document.kind is DocumentKind.REPORT:
            paper = pdf_data(self._wording, agency, figures, language)
            return MadeDocument(f"{name}.pdf", PDF, await self._typesetter.pdf("report", paper))
        picture = picture_data(self._wording, figures, language)
        content = await self._typesetter.picture("report_picture", picture, PICTURE_PPI)
        return MadeDocument(f"{name}.png", PNG, content, picture=True)

    async def _counted_once(self, agency: Agency, asked: Asked) -> dict[str, Any]:
        """The parameters of the report's words. Raises ReportUnknownError for an unknown period."""
        key = (agency.id, str(asked))
        async with self._counting:
            if key not in self._counted:
                self._counted[key] = await self._count(agency, asked)
                for old in [*self._counted][:-REMEMBERED]:
                    del self._counted[old]
            return self._counted[key]

    async def _count(self, agency: Agency, asked: Asked) -> dict[str, Any]:
        stopped = threading.Event()
        try:
            return await asyncio.to_thread(count, self._store, self._codec, agency, asked, stopped)
        finally:
            # The thread of a cancelled report must not delay the end of the process.
            stopped.set()


def pdf_data(wording: Wording, agency: Agency, figures: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data of report.typ."""
    caption = {"agency": agency.short_name, "period": figures["period"], "first": figures["first"]}
    title = wording.plain("captions.report_picture", caption, language)
    return {
        "title": title,
        "language": language,
        "letterhead": letterhead(agency),
        "footer": title,
        "blocks": _blocks(wording, "report.paper", figures, language),
    }


def picture_data(wording: Wording, figures: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data of report_picture.typ, with the same figures."""
    return {"language": language, "blocks": _blocks(wording, "report.picture", figures, language)}


def _blocks(
    wording: Wording, template: str, figures: Mapping[str, Any], language: str
) -> list[dict[str, Any]]:
    wanted = {name: figures[name] for name in MESSAGES[template]}
    return blocks(wording.text(OutgoingMessage(template, wanted), language))


def count(
    store: Store, codec: Codec, agency: Agency, asked: Asked, stopped: threading.Event | None = None
) -> dict[str, Any]:
    """The figures as parameters of the report's words; blocks until all complaints are read, or is stopped.

    Raises ReportUnknownError, and OperationalError without a store.
    """
    today = asked.at.astimezone(ZONE).date()
    period = read_period(asked.period, today)
    if not isinstance(period, Period):
        raise ReportUnknownError(asked.period)
    works = WorkingCalendar(agency.closed_dates).is_working_day
    scope = Scope(agency, period.first, period.last, today, works, asked.restricted)
    skipped, tally = Skipped(), Tally(scope)
    groups = (True,) if asked.restricted else (False, True)
    query = PeriodQuery((agency.id,), period.first, period.last, groups)
    for case in cases_of_period(store, codec, query, skipped):
        if stopped and stopped.is_set():
            break
        tally.add(case)
    return params(tally.figures(), scope, asked, skipped.count)
