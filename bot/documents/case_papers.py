"""Makes the documents of a case: its sources from the store, its words from templates/, its page by typst."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from bot.channels.base import DocumentNotReadyError, MadeDocument, Wording
from bot.clock.calendars import WorkingCalendar
from bot.database import history
from bot.database.cases import load_cases
from bot.database.engine import Database
from bot.database.file_rows import FileJob, FileState
from bot.database.files_table import readable_files
from bot.database.sealing import Codec
from bot.documents.blocks import blocks
from bot.documents.letterhead import letterhead
from bot.documents.officer_names import officer_names
from bot.documents.typesetting import Typesetter
from conversations import casefile
from conversations.complaints.case import Case
from conversations.complaints.rules import Rules
from conversations.documents.pages import PAGES, Page
from conversations.documents.sources import Sources
from conversations.messages import Document, OutgoingMessage

PDF = "application/pdf"


class CaseMissingError(LookupError):
    """The case of a document is not in the store."""


class FilesPendingError(DocumentNotReadyError):
    """A file whose digest belongs on the document is not fetched yet."""


def load(connection: Connection, codec: Codec, case: str) -> Case:
    """The case of a document. Raises CaseMissingError, and what opening a damaged one raises."""
    found = load_cases(connection, codec, ids=[case])
    if case not in found:
        raise CaseMissingError(case)
    return found[case]


def stored_files(connection: Connection, codec: Codec, keys: Iterable[str]) -> dict[str, FileJob]:
    """The files of these keys that can be read. Raises FilesPendingError while one is to be fetched."""
    jobs = readable_files(connection, codec, keys)
    if any(job.state is FileState.PENDING for job in jobs.values()):
        raise FilesPendingError
    return jobs


def digests(jobs: Mapping[str, FileJob]) -> dict[str, str]:
    """The SHA-256 of each stored file, in hex; empty for one that was lost."""
    return {key: job.sha256 if job.state is FileState.STORED else "" for key, job in jobs.items()}


def page_data(page: Page, sources: Sources, wording: Wording, language: str) -> dict[str, Any]:
    """What document.typ prints for a page of the case."""
    return {
        "title": sources.case.reference,
        "language": language,
        "letterhead": letterhead(sources.agency),
        "footer": sources.case.reference,
        "blocks": blocks(wording.text(OutgoingMessage(page.template, page.params(sources)), language)),
    }


def sources_of(
    connection: Connection,
    codec: Codec,
    case: Case,
    rules: Rules,
    jobs: Mapping[str, FileJob],
    detail: str = "",
) -> Sources:
    """What a document of the case is made from; `jobs` are its files."""
    entries = history.entries(connection, codec, case.id)
    names = officer_names(connection, codec, casefile.group_of(case, rules), entries)
    works = WorkingCalendar(casefile.agency_of(case, rules).closed_dates).is_working_day
    return Sources(case, rules, entries, digests(jobs), detail, works, names)


class CasePapers:
    """Reads the sources of a case's documents, and makes one of them."""

    def __init__(self, database: Database, codec: Codec, wording: Wording, typesetter: Typesetter) -> None:
        self._database, self._codec = database, codec
        self._wording, self.typesetter = wording, typesetter

    async def make(self, document: Document, rules: Rules, language: str) -> MadeDocument:
        """The document as a PDF. Raises CaseMissingError, FilesPendingError and TypesettingError."""
        sources = await self.sources(document, rules)
        content = await self.typeset(PAGES[document.kind], sources, language)
        return MadeDocument(self.file_name(document, sources, language), PDF, content)

    async def sources(self, document: Document, rules: Rules) -> Sources:
        """What the documents of a case are made from."""
        return await self._database.read(lambda c: self._read(c, document, rules))

    def _read(self, connection: Connection, document: Document, rules: Rules) -> Sources:
        case = load(connection, self._codec, document.subject)
        parts = (part.file for part in casefile.evidence(case) if part.file)
        jobs = stored_files(
            connection, self._codec, [*parts, *casefile.personal_files(case), *_answers(case)]
        )
        return sources_of(connection, self._codec, case, rules, jobs, document.detail)

    async def typeset(self, page: Page, sources: Sources, language: str) -> bytes:
        """A page of the case as a PDF."""
        return await self.typesetter.pdf("document", page_data(page, sources, self._wording, language))

    def file_name(self, document: Document, sources: Sources, language: str) -> str:
        """The file's name: what it is, and the number of the case."""
        named = (self._wording.word(f"document_{document.kind}", language), sources.case.reference)
        return f"{'-'.join((*named, *filter(None, [document.detail])))}.pdf"


def _answers(case: Case) -> Iterator[str]:
    """The keys of the files of responses that were not recalled."""
    return (name for given in case.responses if not given.recall for name in given.files)
