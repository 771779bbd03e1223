"""Makes the case file: everything about one case as a ZIP, for the citizen and for the archive.

The summary is a page of its own and not a part of the index: a person who takes the file to the Ombudsman
prints it, and the index names the digests of all files, the summary's among them. The same case gives the
same bytes: nothing in it tells when it was made.

The ZIP is written to a temporary file that only its owner can read, one content in memory at a time, in a
thread for each, so that an end of the process need not wait for it. Names of people's files are made safe
for every disk: a number in front, no path, no invisible characters, a limited length.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import mimetypes
import os
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection

from bot.channels.base import MadeDocument, Wording
from bot.channels.names import file_name
from bot.clock.zone import ZONE
from bot.database import history
from bot.database.contents import Contents
from bot.database.engine import Database
from bot.database.file_rows import FileJob, FileState, content
from bot.database.files_table import readable_files
from bot.database.sealing import Codec
from bot.documents.case_papers import CasePapers, FilesPendingError, load, page_data, sources_of
from bot.documents.typesetting import Typesetter
from conversations.complaints.case import Case
from conversations.complaints.rules import Rules
from conversations.documents import case_file
from conversations.documents.case_file import Attached, Folder
from conversations.documents.pages import PAGES, Page
from conversations.documents.sources import Sources
from conversations.messages import Document
from conversations.queries import HistoryRecord

P = ParamSpec("P")
R = TypeVar("R")
ZIP = "application/zip"
# The messenger takes 50 MB; the rest is for names and the index.
LARGEST = 49 * 1024 * 1024
# What an entry of the ZIP needs besides its content, and what the texts may need.
ENTRY_BYTES, TEXTS_BYTES = 1024, 256 * 1024
OWNER_ONLY = 0o600
# The names of temporary files: what has another name is not ours to delete.
TEMPORARY_NAME = re.compile(r"[0-9a-f]{16}\.zip")
LONGEST_NAME_BYTES = 120
EARLIEST = datetime(1980, 1, 1, tzinfo=ZONE)
ENDINGS = {"photo": "jpg", "video": "mp4", "voice": "ogg", "audio": "mp3", "video_note": "mp4"}
# Contents that are compressed already.
COMPRESSED = ("image/", "video/", "audio/", "application/pdf", "application/zip", "application/vnd.openxml")


@dataclass(frozen=True, slots=True)
class Material:
    """What a case file is made from: the sources, the history with its links, and the files of the case."""

    sources: Sources
    records: Sequence[HistoryRecord]
    files: Sequence[Attached]
    jobs: Mapping[str, FileJob]
    internal: bool

    @property
    def case(self) -> Case:
        """The case."""
        return self.sources.case

    @property
    def until(self) -> datetime:
        """When the case last changed."""
        return max((entry.at for entry in self.sources.history if entry.at), default=self.case.received_at)


@dataclass(slots=True)
class Written:
    """What has been written: the lines of the index, and the names of the files that were too large."""

    index: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    bytes: int = 0


def read_material(
    connection: Connection, codec: Codec, case_id: str, rules: Rules, *, internal: bool = False
) -> Material:
    """What the case file is made from. Raises CaseMissingError, and what opening a damaged case raises.

    Raises FilesPendingError while a file is to be fetched; the archive gets what is there.
    """
    case = load(connection, codec, case_id)
    files = case_file.attached(case, internal=internal)
    jobs = readable_files(connection, codec, [each.part.file for each in files])
    if not internal and any(job.state is FileState.PENDING for job in jobs.values()):
        raise FilesPendingError
    sources = sources_of(connection, codec, case, rules, jobs)
    return Material(sources, history.records(connection, codec, case.id), files, jobs, internal)


class CaseFiles:
    """Makes case files in a folder of temporary files."""

    def __init__(
        self,
        database: Database,
        codec: Codec,
        wording: Wording,
        papers: CasePapers,
        kept: Contents,
        folder: Path,
    ) -> None:
        self._database, self._codec, self._folder = database, codec, folder
        self._writer = Writer(codec, wording, papers.typesetter, kept)
        self._papers = papers

    async def make(self, document: Document, rules: Rules, language: str) -> MadeDocument:
        """The case file for the citizen. Raises what `read_material` raises, OSError and TypesettingError."""
        material = await self._database.read(lambda c: read_material(c, self._codec, document.subject, rules))
        path = self._folder / f"{secrets.token_hex(8)}.zip"
        left_out = await self._writer.write(path, material, language, LARGEST)
        name = self._papers.file_name(document, material.sources, language).removesuffix(".pdf")
        return MadeDocument(f"{name}.zip", ZIP, path, caption={"left_out": left_out})


class Writer:
    """Writes a case file. `kept` are the contents of the stored files."""

    def __init__(self, codec: Codec, wording: Wording, typesetter: Typesetter, kept: Contents) -> None:
        self._codec, self._wording, self._typesetter, self._kept = codec, wording, typesetter, kept

    async def write(self, path: Path, material: Material, language: str, largest: int = 0) -> list[str]:
        """Write the whole file or none; return the names of what was left out above `largest` bytes."""
        with _new_zip(path) as archive:
            work = _Work(self, archive, material, language, Written())
            await work.texts()
            await work.files(largest)
            await work.index()
            return work.written.left_out

    async def page(self, page: Page, sources: Sources, language: str) -> bytes:
        """A document of the case as a PDF."""
        return await self._typesetter.pdf("document", page_data(page, sources, self._wording, language))

    def word(self, name: str, language: str, /, **params: Any) -> str:
        """A block of words.html."""
        return self._wording.word(name, language, **params)

    def content(self, job: FileJob) -> bytes | None:
        """The bytes of a stored file; None when they are gone."""
        return content(self._kept, self._codec, job)


@dataclass(slots=True)
class _Work:
    """One case file while it is written."""

    writer: Writer
    archive: zipfile.ZipFile
    material: Material
    language: str
    written: Written

    async def texts(self) -> None:
        """The summary, the documents of the case, and the history."""
        sources, internal, case = self.material.sources, self.material.internal, self.material.case
        summary = Page("letters.case_summary", lambda of: case_file.summary(of, internal=internal))
        await self._add(f"00-{self._word('case_summary')}.pdf", await self._page(summary, sources))
        documents = (
            (kind, detail) for kind, detail in case_file.letters(case, internal=internal) if kind in PAGES
        )
        for number, (kind, detail) in enumerate(documents, 1):
            name = "-".join(filter(None, (f"{number:02}", self._word(f"document_{kind}"), detail)))
            await self._add(f"{name}.pdf", await self._page(PAGES[kind], replace(sources, detail=detail)))
        told = case_file.history(case, self.material.records, internal=internal)
        await self._add(f"{self._word('case_history')}.json", _json(told))
        if internal:
            await self._add(f"{self._word('case_data')}.json", _json(case_file.whole(case)))

    async def files(self, largest: int) -> None:
        """The files of the case; the largest ones are left out while all together are too large."""
        dropped = _too_large(self.material, largest - self.written.bytes) if largest else frozenset[str]()
        numbers = dict.fromkeys(Folder, 0)
        for each in self.material.files:
            numbers[each.folder] += 1
            name = self._name(each, numbers[each.folder])
            job = self.material.jobs.get(each.part.file)
            if each.part.file in dropped and job:
                self.written.left_out.append(name)
                self._list(name, job.size, job.sha256, "left_out")
                continue
            stored = job and job.state is FileState.STORED
            data = await _in_thread(self.writer.content, job) if job and stored else None
            if data is None:
                self._list(name, 0, "", "pending" if job and job.state is FileState.PENDING else "lost")
            else:
                await self._add(name, data)

    async def index(self) -> None:
        """The list of all that is in it, and of what is missing."""
        params = {
            "reference": self.material.case.reference,
            "files": self.written.index,
            "head": self.material.case.history_head,
            "messenger": self.material.case.messenger,
        }
        text = self._word("case_index", **params).strip() + "\n"
        await self._add(f"{self._word('case_contents')}.txt", text.encode())

    def _name(self, each: Attached, number: int) -> str:
        given = file_name(unicodedata.normalize("NFC", each.part.name))
        named = given or f"{self._word(f'kind_{each.part.kind}')}.{ENDINGS.get(each.part.kind, 'bin')}"
        return f"{self._word(f'folder_{each.folder}')}/{number:02}-{_fitting(named)}"

    async def _add(self, name: str, data: bytes) -> None:
        digest = await _in_thread(self._write, name, data)
        self._list(name, len(data), digest, "")
        self.written.bytes += len(data) + ENTRY_BYTES

    def _write(self, name: str, data: bytes) -> str:
        moment = max(EARLIEST, self.material.until.astimezone(ZONE))
        entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
        entry.external_attr = OWNER_ONLY << 16
        kind = mimetypes.guess_type(name)[0] or ""
        entry.compress_type = zipfile.ZIP_STORED if kind.startswith(COMPRESSED) else zipfile.ZIP_DEFLATED
        self.archive.writestr(entry, data)
        return hashlib.sha256(data).hexdigest()

    def _list(self, name: str, size: int, digest: str, missing: str) -> None:
        self.written.index.append({"name": name, "size": size, "digest": digest, "missing": missing})

    def _word(self, word: str, /, **params: Any) -> str:
        return self.writer.word(word, self.language, **params)

    async def _page(self, page: Page, sources: Sources) -> bytes:
        return await self.writer.page(page, sources, self.language)


@contextmanager
def _new_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """A ZIP that is complete, or is not there."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "w+b") as file, zipfile.ZipFile(file, "w") as archive:
            yield archive
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run it in a thread; a cancellation waits for its end, as the ZIP must not be closed meanwhile."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _too_large(material: Material, room: int) -> frozenset[str]:
    """The files to leave out, the largest first, so that the others fit."""
    jobs = [each for each in material.jobs.values() if each.state is FileState.STORED]
    over = sum(job.size + ENTRY_BYTES for job in jobs) + TEXTS_BYTES - room
    dropped = set()
    for job in sorted(jobs, key=lambda job: job.size, reverse=True):
        if over <= 0:
            break
        dropped.add(job.key)
        over -= job.size + ENTRY_BYTES
    return frozenset(dropped)


def _fitting(name: str) -> str:
    """The name with its ending, cut to the bytes that every disk takes."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    room = LONGEST_NAME_BYTES - len(f"{dot}{ending}".encode())
    return f"{stem.encode()[:room].decode(errors='ignore').rstrip('. ')}{dot}{ending}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
