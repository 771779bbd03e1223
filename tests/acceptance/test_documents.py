"""The documents that a citizen gets on paper, made and sent by the real process."""

from __future__ import annotations

import io
from pathlib import Path

from pypdf import PdfReader

from tests.acceptance.bot_setup import Message, Setup, opened


def text_of(setup: Setup, message: Message) -> str:
    """The text of a PDF as its reader sees it, without the marks where a long word may be broken."""
    content = setup.simulator.world.files.by_id[message["document"]["file_id"]].content()
    pages = PdfReader(io.BytesIO(content)).pages
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
