"""Complaints with a marked word in every field, then a search for the marks in what is left on the disk.

Arguments: `python -m tests.acceptance.marked_run --complaints 200`. Exits with 1 when a mark is readable, or
when a field's mark was never stored, because then its absence shows nothing.

The bot is killed once in the middle of its work, with a write-ahead log, held and unsent messages, and an
officer's update that waits for a check of membership. It is searched then, and again after a normal stop.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from sqlalchemy import select

from bot.database import file_rows
from bot.database.contents import FolderContents
from bot.database.sealed_columns import SEALED
from bot.database.sealing import Codec
from bot.database.stores.sqlite import SqliteStore
from bot.database.tables import files
from tests.acceptance.bot_setup import LOOK_AGAIN, RINA, SECONDS, ChatUser, Setup, opened
from tests.marked import MARKS, Found, find_marks
from tests.officers import OfficerPlayer
from tests.questions import ANSWERS, PHOTO

M = MARKS
WORDS = f"Jalan {M['story']} rusak sejak Januari."
MARKED = replace(
    ANSWERS,
    story=(WORDS, PHOTO + M["content"].encode()),
    occurred_place=f"loket {M['place']}",
    loss=f"ongkos {M['loss']} tiga kali",
    resolution=f"Mohon {M['resolution']} dijelaskan",
    name=f"{M['name']} Aminah",
    represented_name=f"{M['represented']} Aminah",
    represented_address=f"Dusun {M['representedhome']} RT 1 RW 2, Desa Raci, Kecamatan Bangil",
    address=f"Dusun {M['address']} RT 1 RW 2, Desa Raci, Kecamatan Bangil",
    reported_person=f"Pak {M['accused']}",
)
# The marks that a run stores. Other tests with the same list put the rest elsewhere.
STORED = (
    *("story", "content", "place", "loss", "resolution", "name", "represented", "representedhome", "address"),
    *(
        "accused",
        "filename",
        "caption",
        "firstname",
        "officer",
        "edit",
        "held",
        "draft",
        "unsent",
        "addition",
    ),
    *("response", "note", "question", "answer", "objection", "quarantine", "waiting"),
)


@dataclass
class Result:
    """The marks found in plain, with the end of the bot after which; the fields found sealed."""

    found: list[tuple[str, Found]] = field(default_factory=list)
    sealed: set[str] = field(default_factory=set)

    @property
    def missing(self) -> list[str]:
        """The fields whose mark was never stored: that it is not found shows nothing."""
        return [name for name in STORED if name not in self.sealed]


async def marked_run(folder: Path, complaints: int) -> Result:
    """File complaints, kill the bot among them, stop it; search its folder after each."""
    result = Result()
    async with opened(folder) as setup:
        setup.simulator.people[RINA].user["first_name"] = M["officer"]
        for number in range(complaints):
            siti, reference = await _complaint(setup)
            if number == complaints // 2:
                await _leave_open(setup, siti, reference)
                await setup.bot.kill()
                assert (folder / "aduan.db-wal").stat().st_size
                _search(folder, "kill -9", result)
                await setup.bot.restart()
        await setup.settled()
        await setup.bot.stop()
    _search(folder, "a normal stop", result)
    return result


async def _complaint(setup: Setup) -> tuple[ChatUser, str]:
    """One complaint from the first message to the objection; who filed it, and its number."""
    citizen = setup.citizen(MARKED)
    person = citizen.person
    person.user |= {"first_name": M["firstname"], "last_name": M["lastname"], "username": M["username"]}
    siti = ChatUser(person)
    await citizen.begin()
    await citizen.play("story")
    written = await siti.says(f"Mulanya {M['edit']}", "Tercatat: 1")
    await siti.edits(written, f"Mulanya {M['edit']} juga")
    await siti.shares(
        person.send_document(
            b"%PDF-1.4 " + M["content"].encode(), f"{M['filename']}.pdf", caption=M["caption"]
        ),
        "Tercatat: 2",
    )
    citizen.sent_parts = 0
    await citizen.play()
    reference = citizen.reference
    await siti.says(f"Tadi {M['addition']} datang lagi.", "Pesan ini untuk apa?")
    await siti.presses(f"Ke {reference}", "Tercatat: 1")
    await siti.presses("Kirim", "Tercatat 1 pesan")
    await _handle(setup, siti, reference)
    return siti, reference


async def _handle(setup: Setup, siti: ChatUser, reference: str) -> None:
    rina = OfficerPlayer(setup.simulator.people[RINA], setup.groups["dpmd"])
    siti.mark_read()
    await rina.ask(reference, f"Berapa {M['question']}?")
    await setup.named(await siti.sees(M["question"]))
    await siti.presses("Jawab sekarang", "Silakan jawab")
    await siti.says(f"Jawabannya {M['answer']}", "Tercatat: 1")
    await siti.presses("Kirim", "diteruskan kepada petugas")
    await rina.note(reference, f"Catatan {M['note']}")
    siti.mark_read()
    await rina.answer(reference, f"Sudah {M['response']} kami bayar.")
    response = await setup.named(await siti.sees(f"Sudah {M['response']}"))
    judged = await siti.says(f"Belum {M['objection']} datang", "belum diteruskan", reply_to=response)
    await siti.presses("Belum Puas", "Tercatat: 1", on=judged)
    await siti.presses("Kirim", "dibuka kembali")
    await setup.card_shows(reference, "Keberatan:")


async def _leave_open(setup: Setup, siti: ChatUser, reference: str) -> None:
    """What is stored and not finished: a draft, held and unsent messages, what is set aside, what waits."""
    _, drafting = await setup.at("story", MARKED)
    await drafting.says(f"Jalan {M['draft']} rusak", "Tercatat: 1")
    _, leaving = await setup.at("story", MARKED)
    await leaving.shares(leaving.person.send_photo(PHOTO + M["discarded"].encode()), "Tercatat: 1")
    await leaving.says(f"Jalan {M['discarded']} rusak", "Tercatat: 2")
    await leaving.says("/batal", "Batalkan pengaduan ini?")
    await leaving.presses("Ya, batalkan")
    holding = setup.user(M["firstname"])
    await holding.says(f"Jalan {M['held']} rusak", "pengaduan belum dibuat")
    await siti.says(f"Tambahan {M['unsent']}", "Pesan ini untuk apa?")
    await siti.presses(f"Ke {reference}", "Tercatat: 1")
    user = {"id": 2**63, "is_bot": False, "first_name": M["quarantine"]}
    message = {"message_id": 1, "date": 1774597320, "chat": holding.chat.public, "from": user}
    setup.simulator.inject({"message": {**message, "text": M["quarantine"]}})
    await setup.settled()
    await _let_wait(setup, reference)


async def _let_wait(setup: Setup, reference: str) -> None:
    """Somebody whose membership is not known writes while the messenger does not say who is in the group."""
    guest, card = setup.person("Tamu"), await setup.named(await setup.card(reference))
    setup.simulator.fault("getChatMember", kind="hold")
    message = {"message_id": card["message_id"] + 1000, "date": card["date"], "chat": card["chat"]}
    said = {"from": guest.user, "text": f"Saya {M['waiting']}", "reply_to_message": card}
    setup.simulator.inject({"message": {**message, **said}})
    async with asyncio.timeout(SECONDS):
        while not setup.read("SELECT 1 FROM waiting"):  # noqa: ASYNC110 - the database is the other process's
            await asyncio.sleep(LOOK_AGAIN)


def _search(folder: Path, after: str, result: Result) -> None:
    """Look for marks in the bytes, and for those that are sealed."""
    result.found += [(after, found) for found in find_marks([folder])]
    result.sealed |= {name for plain in _opened(folder) for name, mark in M.items() if mark in plain}


def _opened(folder: Path) -> Iterator[str]:
    """Everything that is sealed, opened: what was searched for is there."""
    codec = Codec.load(folder / "aduan.key", create=False)
    with tempfile.TemporaryDirectory() as copy:
        # In a copy: a reader of the store itself would change its write-ahead log.
        for name in ("aduan.db", "aduan.db-wal"):
            with suppress(FileNotFoundError):
                shutil.copy(folder / name, copy)
        engine = SqliteStore(Path(copy, "aduan.db")).writing_engine()
        with engine.connect() as connection:
            for column, sealed_to in SEALED:
                for row in connection.execute(select(column.table).where(column.is_not(None))):
                    yield _text(codec.open(getattr(row, column.name), sealed_to(row)))
            kept = FolderContents(folder / "files")
            for row in connection.execute(select(files).where(files.c.state == "stored")):
                data = file_rows.content(kept, codec, file_rows.read_job(codec, row))
                yield _text(data or b"")
        engine.dispose()


def _text(plain: bytes) -> str:
    """The text of a state, whose JSON may have escapes, or of an update."""
    return plain.decode("utf-8", "replace").replace("\\u00e9", "é")


def main() -> int:
    """Make one run."""
    parser = argparse.ArgumentParser(prog="marked_run", description=__doc__)
    parser.add_argument("--complaints", type=int, default=200)
    wanted, console = parser.parse_args(), Console()
    with tempfile.TemporaryDirectory(prefix="aduan-marked-") as folder:
        result = asyncio.run(marked_run(Path(folder), wanted.complaints))
    for after, found in result.found:
        console.print(f"READABLE after {after}: {found}", markup=False, style="red")
    for name in result.missing:
        console.print(f"NEVER STORED: {name}", style="red")
    counts = f"{len(result.sealed)} marks sealed, {len(result.found)} readable"
    console.print(f"{wanted.complaints} complaints, {counts}")
    return 1 if result.found or result.missing else 0


if __name__ == "__main__":
    sys.exit(main())
