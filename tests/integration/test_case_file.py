"""The case file: what is in it and for whom, hostile names, lost and large files, the same bytes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import stat
import threading
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import MadeDocument
from bot.database import file_rows, files_table
from bot.database.contents import FolderContents
from bot.database.engine import Database
from bot.database.sealing import Codec, context
from bot.documents.case_papers import FilesPendingError
from bot.documents.maker import DocumentMaker, Paths
from bot.foundation.disk import place_of, write
from bot.operations.archive import ArchiveError, archive
from bot.operations.archive import Source as ArchiveStore
from bot.wording.rendering import Renderer
from conversations.complaints.case import Case, Contribution, Officer, Purpose, Recall
from conversations.complaints.complaint import Part
from conversations.complaints.contribution import Happened
from conversations.complaints.life_cycle import Status
from conversations.effects import KeepFile, Outcome, RecordHistory
from conversations.events import Attachment
from conversations.messages import Document, DocumentKind
from tests.integration.sealed_store import LoadingCore, Store
from tests.integration.turn_setup import case_of
from tests.paper import words_of
from tests.unit.transcript import RULES, START

INTERNAL = "rahasia-dinas"
CASE_FILE = Document(DocumentKind.CASE_FILE, "a")
PICTURE, PAPER, SCAN = b"\xff\xd8\xff bukti", b"%PDF surat kuasa", b"%PDF tanggapan"
# The names of the citizen's documents, and how they are called in the case file.
NAMES = {
    "../../../etc/passwd": "02-etc_passwd",
    "C:\\Windows\\evil.exe": "03-C__Windows_evil.exe.bin",
    "bukti\u202egnp.pdf": "04-buktignp.pdf",
    "\x00\r\n\x1b[31mmerah.txt": "05-[31mmerah.txt",
    "surat.pdf": "06-surat.pdf",
    "surat.PDF": "07-surat.PDF",
    "ꦱ" * 300 + ".jpg": f"08-{'ꦱ' * 38}.jpg",
    "": "09-dokumen.bin",
    "...": "10-dokumen.bin",
}


def part(number: int, kind: Any = "document", name: str = "", text: str = "") -> Part:
    return Part(
        message=number,
        at=START,
        kind=kind,
        name=name,
        text=text,
        file="" if kind == "text" else f"7-{number}",
    )


def said(purpose: Purpose, by: str, *parts: Part, recall: Recall | None = None) -> Contribution:
    return Contribution(purpose=purpose, by=by, at=START, parts=parts, recall=recall)


def rich_case() -> Case:
    plain = case_of("a", 1)
    story = (
        part(100, "text", text="Bantuan belum cair"),
        part(101, "photo"),
        *(part(200 + place, name=name) for place, name in enumerate(NAMES)),
    )
    complaint = plain.complaint.model_copy(
        update={"story": story, "signature_file": part(300, "photo"), "place": "Bangil"}
    )
    recalled = Recall(by="Rina", at=START, deleted=True)
    thread = (
        said(Purpose.ADDITION, "", part(400, "text", text="Masih belum cair"), part(401, "photo")),
        said(Purpose.NOTE, "Rina", part(500, "text", text=INTERNAL), part(501, name=f"{INTERNAL}.pdf")),
        said(Purpose.INSTRUCTION, "Rina", part(502, "text", text=INTERNAL)),
        said(Purpose.RESPONSE, "Rina", part(600, "text", text="Sudah cair"), part(601, name="balasan.pdf")),
        said(Purpose.CORRECTION, "Rina", part(700, name=f"{INTERNAL}.pdf"), recall=recalled),
    )
    timeline = (Happened(status=Status.RESPONDED, at=START, by="Rina"),)
    changes: dict[str, Any] = {"complaint": complaint, "thread": thread, "status": Status.RESPONDED}
    changes |= {"officer": Officer(id=80177, name="Rina"), "timeline": timeline}
    return plain.model_copy(update={**changes, "power_of_attorney": (part(800, name="kuasa.pdf"),)})


@dataclass
class Files(Store):
    """A store with a rich case and its files."""

    folder: Path = field(default_factory=Path)

    async def file_case(self, case: Case) -> None:
        told = [
            RecordHistory("a", "citizen:7", "submitted", "DPMD-2026-0001 abc"),
            RecordHistory("a", "officer:80177", "note", INTERNAL),
            RecordHistory("a", "officer:80188", "identity_viewed", INTERNAL),
            RecordHistory("a", "officer:80177", "responded", "Sudah cair"),
        ]
        parts = [*case.complaint.story, case.complaint.signature_file, *case.power_of_attorney]
        parts += [each for entry in case.thread for each in entry.parts]
        kept = [
            KeepFile(each.file, "a", 7, Attachment("document", f"f{each.file}", each.file))
            for each in parts
            if each and each.file
        ]
        await self.do(lambda _: Outcome((), (case,), (*kept, *told)))

    async def keep(self, key: str, data: bytes) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        sealed = self.codec.seal_in_pieces(bytearray(data), context("file", sha256))
        write(self.folder, place_of(sha256), sealed)
        stored = file_rows.StoredFile(key, sha256, len(data), place_of(sha256))
        await self.database.write(lambda c: files_table.mark_stored(c, self.codec, [stored]))

    async def lose(self, key: str) -> None:
        await self.database.write(lambda c: files_table.mark_lost(c, key, "unreachable"))


@pytest.fixture
async def files(database: Database, codec: Codec, tmp_path: Path) -> Files:
    store = Files(database, codec, LoadingCore(), folder=tmp_path / "files")
    await store.file_case(rich_case())
    await store.keep("7-101", PICTURE)
    for place, name in enumerate(NAMES):
        await store.keep(f"7-{200 + place}", f"isi {name}".encode())
    await store.keep("7-300", PICTURE + b" tanda tangan")
    await store.lose("7-401")
    await store.keep("7-501", INTERNAL.encode())
    await store.keep("7-601", SCAN)
    await store.keep("7-700", INTERNAL.encode() * 2)
    await store.keep("7-800", PAPER)
    return store


@pytest.fixture
async def maker(files: Files, tmp_path: Path) -> AsyncIterator[DocumentMaker]:
    paths = Paths(FolderContents(files.folder), tmp_path / "documents")
    made = DocumentMaker(files.database, files.codec, Renderer(), RULES, paths)
    yield made
    await made.close()


def unpacked(made: MadeDocument) -> dict[str, bytes]:
    assert isinstance(made.content, Path)
    with zipfile.ZipFile(made.content) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len({name.casefold() for name in names}) == len(names)
        return {name: archive.read(name) for name in names}


async def test_the_citizen_gets_everything_that_concerns_the_case(maker: DocumentMaker) -> None:
    made = await maker.make(CASE_FILE, "id")
    inside = unpacked(made)
    assert made.name == "berkas-pengaduan-DPMD-2026-0001.zip"
    expected = {f"bukti/{shown}": f"isi {name}".encode() for name, shown in NAMES.items()}
    expected |= {"bukti/01-foto.jpg": PICTURE, "surat-kuasa/01-kuasa.pdf": PAPER}
    expected |= {"tanda-tangan/01-foto.jpg": PICTURE + b" tanda tangan", "tanggapan/01-balasan.pdf": SCAN}
    assert {name: data for name, data in inside.items() if "/" in name} == expected
    assert {name for name in inside if "/" not in name} >= {
        "00-ringkasan.pdf",
        "01-surat-pengaduan.pdf",
        "02-tanda-terima.pdf",
        "riwayat.json",
        "ISI.txt",
    }
    summary = words_of(inside["00-ringkasan.pdf"])
    assert "sudah disampaikan kepada" in summary
    assert "DPMD-2026-0001" in summary
    assert "Sudah cair" in summary
    index = inside["ISI.txt"].decode()
    for name, data in inside.items():
        if name != "ISI.txt":
            assert hashlib.sha256(data).hexdigest() in index.partition(f"\n{name}\n")[2].partition("\n\n")[0]
    assert "tambahan/01-foto.jpg\ntidak tersimpan" in index


async def test_nothing_internal_reaches_the_citizen(maker: DocumentMaker) -> None:
    inside = unpacked(await maker.make(CASE_FILE, "id"))
    for name, data in inside.items():
        shown = (
            words_of(data) if name.endswith(".pdf") and "/" not in name else data.decode("utf-8", "replace")
        )
        assert INTERNAL not in name + shown
        assert "80177" not in shown
        assert "80188" not in shown
    told = json.loads(inside["riwayat.json"])
    assert [entry["what"] for entry in told["entries"]] == ["submitted", "internal", "internal", "responded"]
    assert [entry["who"] for entry in told["entries"]] == ["citizen", "officer", "officer", "officer"]
    assert told["entries"][-1]["link"] == told["head"]
    assert told["count"] == 4
    assert [entry["purpose"] for entry in told["messages"]] == ["addition", "response"]


async def test_the_same_case_gives_the_same_bytes_in_a_file_for_its_owner_alone(maker: DocumentMaker) -> None:
    first, second = [await maker.make(CASE_FILE, "en") for _ in range(2)]
    assert isinstance(first.content, Path)
    assert isinstance(second.content, Path)
    assert first.content.read_bytes() == second.content.read_bytes()
    assert stat.S_IMODE(first.content.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.content.parent.stat().st_mode) == 0o700
    first.discard()
    second.discard()
    assert not list(first.content.parent.iterdir())


async def test_the_largest_files_are_left_out_and_named(
    files: Files, maker: DocumentMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await files.keep("7-200", b"x" * 3_000_000)
    await files.keep("7-201", b"y" * 2_000_000)
    monkeypatch.setattr("bot.documents.case_file.LARGEST", 2_900_000)
    made = await maker.make(CASE_FILE, "id")
    inside = unpacked(made)
    assert isinstance(made.content, Path)
    assert made.content.stat().st_size < 2_900_000
    assert made.caption == {"left_out": ["bukti/02-etc_passwd"]}
    assert "bukti/02-etc_passwd\ntidak disertakan karena terlalu besar" in inside["ISI.txt"].decode()
    assert len(inside["bukti/03-C__Windows_evil.exe.bin"]) == 2_000_000


async def test_documents_wait_for_a_file_that_is_being_fetched(files: Files, maker: DocumentMaker) -> None:
    kept = KeepFile("7-900", "a", 7, Attachment("photo", "f900", "u900"))
    addition = said(Purpose.ADDITION, "", part(900, "photo"))

    def added(case: Case) -> Case:
        return case.model_copy(update={"version": case.version + 1, "thread": (*case.thread, addition)})

    await files.do(lambda world: Outcome((), (added(world.cases["a"]),), (kept,)))
    for kind in (DocumentKind.CASE_FILE, DocumentKind.COMPLAINT):
        with pytest.raises(FilesPendingError):
            await maker.make(Document(kind, "a"), "id")
    await files.lose("7-900")
    assert "tambahan/02-foto.jpg" in unpacked(await maker.make(CASE_FILE, "id"))["ISI.txt"].decode()


async def test_a_damaged_file_is_named_and_stops_nothing(files: Files, maker: DocumentMaker) -> None:
    await files.attack("UPDATE files SET name = 'ff' WHERE key = '7-601'")
    path = files.folder / place_of(hashlib.sha256(PICTURE).hexdigest())
    path.write_bytes(b"damaged")
    inside = unpacked(await maker.make(CASE_FILE, "id"))
    for name in ("bukti/01-foto.jpg", "tanggapan/01-balasan.pdf"):
        assert name not in inside
        assert f"{name}\ntidak tersimpan" in inside["ISI.txt"].decode()


async def test_a_cancelled_one_leaves_nothing(
    maker: DocumentMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, released, ended = asyncio.Event(), threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def content(*_: Any) -> bytes:
        loop.call_soon_threadsafe(reached.set)
        released.wait(5)
        ended.set()
        return b"x" * 1_000_000

    monkeypatch.setattr("bot.documents.case_file.content", content)
    making = asyncio.create_task(maker.make(CASE_FILE, "id"))
    await reached.wait()
    making.cancel()
    loop.call_later(0.05, released.set)
    with pytest.raises(asyncio.CancelledError):
        await making
    # The ZIP is not closed while a thread may be writing to it.
    assert ended.is_set()
    assert not list((tmp_path / "documents").iterdir())


async def test_what_a_killed_process_left_is_deleted(files: Files, tmp_path: Path) -> None:
    left = tmp_path / "documents" / "0123456789abcdef.zip"
    left.parent.mkdir()
    left.write_bytes(b"PK")
    paths = Paths(FolderContents(files.folder), left.parent)
    await DocumentMaker(files.database, files.codec, Renderer(), RULES, paths).close()
    assert not left.exists()


async def test_the_archive_gets_the_internal_notes_too(files: Files, tmp_path: Path) -> None:
    output = tmp_path / "arsip.zip"
    store = ArchiveStore(files.database.store, tmp_path / "aduan.key", FolderContents(files.folder))
    done = await archive("dpmd-2026-1", output, store, RULES, Renderer())
    assert str(done) == f"{output}: everything about DPMD-2026-0001"
    assert done.warning == "1 files are not stored; the list in the ZIP names them."
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    with zipfile.ZipFile(output) as opened:
        inside = {name: opened.read(name) for name in opened.namelist()}
    assert inside["internal/01-rahasia-dinas.pdf"] == INTERNAL.encode()
    assert inside["internal/02-rahasia-dinas.pdf"] == INTERNAL.encode() * 2
    assert INTERNAL in words_of(inside["00-ringkasan.pdf"])
    entries = json.loads(inside["riwayat.json"])["entries"]
    assert (entries[2]["who"], entries[2]["what"], entries[2]["text"]) == (
        "officer:80188",
        "identity_viewed",
        INTERNAL,
    )
    kept = json.loads(inside["perkara.json"])
    assert kept["officer"]["id"] == 80177
    assert "access_hash" not in kept
    await files.attack("UPDATE history SET who = 'officer:1' WHERE seq = 2")
    changed = await archive("DPMD-2026-0001", output, store, RULES, Renderer(), force=True)
    assert "The history was changed" in changed.warning


@pytest.mark.parametrize(
    ("number", "said"),
    [("DPMD-2026-0099", "no complaint DPMD-2026-0099"), ("surat", "expected a registration number")],
)
async def test_the_archive_says_what_is_wrong(files: Files, tmp_path: Path, number: str, said: str) -> None:
    store = ArchiveStore(files.database.store, tmp_path / "aduan.key", FolderContents(files.folder))
    with pytest.raises(ArchiveError, match=said):
        await archive(number, tmp_path / "arsip.zip", store, RULES, Renderer())
    (tmp_path / "arsip.zip").write_text("lama")
    with pytest.raises(ArchiveError, match=r"arsip\.zip exists|expected"):
        await archive("DPMD-2026-0001", tmp_path / "arsip.zip", store, RULES, Renderer())
    assert (tmp_path / "arsip.zip").read_text() == "lama"
