"""`aduan report`: writes the report of an agency and a period to a file; the bot may be running."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.config.settings import Config
from bot.database import schema
from bot.database.key_guard import load_fitting
from bot.database.stores.choice import store_of
from bot.documents.reports import PICTURE_PPI, count, pdf_data, picture_data
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import FIRST_LANGUAGE, Renderer
from conversations.complaints.agency import Agency
from conversations.complaints.report import Asked
from conversations.complaints.rules import Rules
from conversations.reading.periods import Period, read_period

PAPER, PICTURE = ".pdf", ".png"


class ReportRefusedError(Exception):
    """The report cannot be written: the message says why, in Indonesian."""

    def __init__(self, word: str, **params: str) -> None:
        super().__init__(Renderer().word(word, FIRST_LANGUAGE, **params))


class NoStoreError(Exception):
    """There is no database to read."""


def write_report(config: Config, agency_id: str, period: str, output: Path, now: datetime) -> str:
    """Write the report as a PDF or PNG, and return what was done as Indonesian sentences.

    Raises ReportRefusedError, NoStoreError, KeysMissingError, MigrationNeededError, TypesettingError and
    OSError.
    """
    agency, asked = _agency(config.rules, agency_id), Asked(_period(period, now), now)
    if output.suffix.lower() not in {PAPER, PICTURE}:
        raise ReportRefusedError("report_wrong_ending", output=str(output))
    store = store_of(config.database)
    if not store.exists():
        raise NoStoreError(store.not_there)
    with store.reading() as connection:
        schema.require(connection)
    codec, renderer = load_fitting(store, config.database.keys_path), Renderer()
    figures = count(store, codec, agency, asked)
    paper = output.suffix.lower() == PAPER
    output.write_bytes(asyncio.run(_typeset(Typesetter(), renderer, agency, figures, paper=paper)))
    total, skipped = figures["figures"]["total"], figures["skipped"]
    done = [renderer.word("report_written", FIRST_LANGUAGE, count=total, output=str(output))]
    done += [renderer.word("report_skipped", FIRST_LANGUAGE, count=skipped)] * bool(skipped)
    return "\n".join(done)


async def _typeset(
    typesetter: Typesetter, renderer: Renderer, agency: Agency, figures: Mapping[str, Any], *, paper: bool
) -> bytes:
    try:
        if paper:
            return await typesetter.pdf("report", pdf_data(renderer, agency, figures, FIRST_LANGUAGE))
        data = picture_data(renderer, figures, FIRST_LANGUAGE)
        return await typesetter.picture("report_picture", data, PICTURE_PPI)
    finally:
        await typesetter.close()


def _agency(rules: Rules, agency_id: str) -> Agency:
    agency = rules.agency(agency_id.strip().lower())
    if agency is None:
        known = ", ".join(entry.id for entry in rules.agencies)
        raise ReportRefusedError("report_unknown_agency", agency=agency_id, known=known)
    return agency


def _period(text: str, now: datetime) -> str:
    period = read_period(text, now.date())
    if not isinstance(period, Period):
        raise ReportRefusedError("report_unknown_period", period=text)
    if period.first > now.date():
        raise ReportRefusedError("report_early_period", period=text)
    return period.name
