"""The documents that a citizen gets on paper, made and sent by the real process."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

from pypdf import PdfReader

from tests.acceptance.bot_setup import Message, Setup, opened, words
from tests.questions import ANSWERS, PHOTO

END_SECONDS = 5.0


def content_of(setup: Setup, message: Message) -> bytes:
    return setup.simulator.world.files.by_id[message["document"]["file_id"]].content()


def text_of(setup: Setup, message: Message) -> str:
    """The text of a PDF as its reader sees it, without the marks where a long word may be broken."""
    pages = PdfReader(io.BytesIO(content_of(setup, message))).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


async def test_a_citizen_gets_letter_and_receipt_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        citizen, siti, reference = await setup.filed()
        letter, receipt = await siti.sees_documents("Surat pengaduan", "Tanda terima")
        said = text_of(setup, letter)
        assert reference in said
        assert citizen.answers.name in said
        assert "tidak tersertifikasi" in said
        assert "tidak dipungut biaya" in text_of(setup, receipt)


async def test_the_case_file_arrives_although_the_bot_is_stopped_during_its_upload(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        _, siti, reference = await setup.filed(replace(ANSWERS, story=("Berkas saya ditolak.", PHOTO)))
        await siti.sees_documents("Surat pengaduan", "Tanda terima")
        await siti.says(f"/status {reference}", "Perjalanan pengaduan")
        await siti.presses("Dokumen", "Dokumen pengaduan")
        held = setup.simulator.fault("sendDocument", kind="hold")
        await siti.presses("Berkas Lengkap")
        await held.reached()
        clock = asyncio.get_running_loop().time
        before = clock()
        assert await setup.bot.stop() == 0
        assert clock() - before < END_SECONDS
        assert list((tmp_path / "documents").iterdir()) == []
        held.release(proceed=False)
        await setup.bot.restart()
        (sent,) = await siti.sees_documents("Berkas lengkap")
        with zipfile.ZipFile(io.BytesIO(content_of(setup, sent))) as archive:
            assert sent["document"]["file_name"] == f"berkas-pengaduan-{reference}.zip"
            assert archive.read("bukti/01-foto.jpg") == PHOTO
            assert {"00-ringkasan.pdf", "01-surat-pengaduan.pdf", "riwayat.json", "ISI.txt"} < set(
                archive.namelist()
            )


async def test_a_receipt_is_checked_completed_and_asked_for_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        _, siti, reference = await setup.filed()
        (receipt,) = await siti.sees_documents("Tanda terima")
        typed = re.search(rf"/cek {reference} [0-9a-f]{{16}}", text_of(setup, receipt))
        assert typed
        await siti.says(typed[0], "naskah masih asli")
        budi = setup.officer()
        await budi.says(typed[0], "naskah masih asli")
        await budi.says(f"/cek {reference} {'0' * 16}", "tidak cocok")
        asked = await budi.presses("Verifikasi", "termasuk kelas apa", on=await setup.card(reference))
        asked = await budi.presses("Sikap petugas", "siapa yang menangani", on=asked)
        await budi.presses("Tingkat 1: petugas", "memverifikasi", on=asked)
        (completed,) = await siti.sees_documents(f"Tanda terima {reference}, dengan nama petugas")
        name = words(completed).split("dengan nama petugas ")[1].partition(": dapat")[0]
        assert re.search(rf"Petugas : {re.escape(name)}", text_of(setup, completed))
        page = await siti.says(f"/status {reference}", "Terverifikasi")
        listed = await siti.presses("Dokumen", "Dokumen pengaduan", on=page)
        await siti.presses("Surat Pengaduan", "Surat pengaduan", on=listed)
