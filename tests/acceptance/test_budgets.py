"""What one person sends is bounded in the real process: programs, and the files of cancelled drafts."""

from __future__ import annotations

import asyncio

import pytest

from tests.acceptance.bot_setup import LOOK_AGAIN, SECONDS, Setup, words
from tests.made_files import zipped

pytestmark = pytest.mark.asyncio(loop_scope="module")

APP = zipped({"AndroidManifest.xml": b"x", "classes.dex": b"dex\n035"})


async def test_a_program_is_refused_in_words_and_a_cancelled_draft_leaves_no_file(setup: Setup) -> None:
    _, siti = await setup.at("story")
    await siti.shares(siti.person.send_photo(b"\xff\xd8\xff\xe0 of this test alone"), "Tercatat: 1")
    await siti.shares(siti.person.send_document(APP, "Undangan.apk"), "Tercatat: 2")
    refused = await siti.sees("berisi program atau skrip")
    assert "Undangan.apk.bin" in words(refused)
    assert "tangkapan layar" in words(refused)
    await setup.settled()
    before = stored(setup)
    (photo,) = setup.read("SELECT path FROM files WHERE chat = ? AND state = 'stored'", siti.id)
    assert photo[0] in before
    await siti.taps("Batalkan", "Batalkan pengaduan ini")
    await siti.presses("Ya, batalkan", "dibatalkan")
    async with asyncio.timeout(SECONDS):
        while photo[0] in stored(setup):  # noqa: ASYNC110 - the folder is the other process's
            await asyncio.sleep(LOOK_AGAIN)
    assert stored(setup) == before - {photo[0]}


def stored(setup: Setup) -> set[str]:
    """The contents on the disk."""
    return {f"{path.parent.name}/{path.name}" for path in (setup.folder / "files").glob("??/*")}


async def test_a_blocked_account_sends_nothing_new_and_still_sees_its_status(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    rina = setup.officer()
    card = await setup.card_shows(reference, "Diterima")
    await rina.presses("Lainnya", reference, on=card)
    await rina.presses("Blokir Pengirim", "berapa lama")
    prompt = await rina.presses("7 hari", "alasan pemblokiran")
    await rina.says("Mengirim hal yang sama 40 kali.", "akan dibaca pengadu", reply_to=prompt)
    await rina.presses("Kirim", "akun pengadu diblokir oleh Rina")
    assert "Mengirim hal yang sama 40 kali." in words(await siti.sees("dari akun ini ditutup"))
    await setup.card_shows(reference, "Pengirim diblokir")
    await siti.says("/start dpmd", "dari akun ini ditutup")
    await siti.says(f"/status {reference}", "Diterima")
    await siti.presses("Tambah Keterangan", "dari akun ini ditutup")
    await rina.presses("Lainnya", reference, on=await setup.card(reference))
    await rina.presses("Buka Blokir")
    await siti.sees("membuka kembali pengiriman")
    await siti.says("/start dpmd", "— ")
