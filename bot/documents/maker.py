"""Makes the documents of the outbox: which part of this folder makes which kind is one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bot.channels.base import MadeDocument, Wording
from bot.database.contents import Contents
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.documents.case_file import TEMPORARY_NAME, CaseFiles
from bot.documents.case_papers import CasePapers
from bot.documents.personal_data import PersonalData
from bot.documents.registers import Registers
from bot.documents.reports import Reports
from bot.documents.typesetting import Typesetter
from bot.foundation.modes import make_folder
from conversations.complaints.rules import Rules
from conversations.documents.pages import PAGES
from conversations.messages import Document, DocumentKind

Make = Callable[[Document, Rules, str], Awaitable[MadeDocument]]


class Paths(NamedTuple):
    """The contents of the stored files, and the folder of documents which are made and not sent yet."""

    kept: Contents
    temporary: Path


class UnknownKindError(LookupError):
    """No part of this folder makes this kind of document."""


class DocumentMaker:
    """Makes documents from the store."""

    def __init__(
        self, database: Database, codec: Codec, wording: Wording, rules: Rules, paths: Paths
    ) -> None:
        # The rules of the service; the name of the bot is added when the messenger has said it.
        self.rules = rules
        self._typesetter = Typesetter()
        papers = CasePapers(database, codec, wording, self._typesetter)
        self._folder = paths.temporary
        empty(self._folder)
        case_files = CaseFiles(database, codec, wording, papers, paths.kept, paths.temporary)
        reports = Reports(database.store, codec, wording, self._typesetter)
        personal = PersonalData(database, codec, wording, self._typesetter)
        self._makers: Mapping[DocumentKind, Make] = {
            **dict.fromkeys(PAGES, papers.make),
            DocumentKind.CASE_FILE: case_files.make,
            DocumentKind.REPORT: reports.make,
            DocumentKind.REPORT_PICTURE: reports.make,
            **dict.fromkeys((DocumentKind.PERSONAL_DATA, DocumentKind.PERSONAL_JSON), personal.make),
            DocumentKind.REGISTER: Registers(database.store, codec, wording).make,
        }

    async def make(self, document: Document, language: str) -> MadeDocument:
        """The document in this language. Raises any exception when it cannot be made."""
        if document.kind not in self._makers:
            raise UnknownKindError(document.kind)
        return await self._makers[document.kind](document, self.rules, language)

    async def close(self) -> None:
        """End the typesetting, and delete what was made and not sent: it is made again."""
        await self._typesetter.close()
        empty(self._folder)


def empty(folder: Path) -> None:
    """Delete the temporary files of this process or of one that was killed; create the folder.

    Other files stay: next to a database in somebody's home, the folder may be theirs.
    """
    make_folder(folder)
    for left in folder.iterdir():
        if TEMPORARY_NAME.fullmatch(left.name):
            with suppress(FileNotFoundError):
                left.unlink()
