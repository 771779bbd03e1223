"""Wrong answers on the real process: one is corrected, one is deleted from the citizen's chat."""

from __future__ import annotations

import pytest

from tests.acceptance.bot_setup import BUDI, RINA, Setup, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_wrong_answer_is_deleted_and_the_case_is_answered_again(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    rina = setup.officer(RINA)
    preview = await rina.says(f"/jawab {reference} Urusan orang lain.", "Urusan orang lain.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Urusan orang lain.")
    card = await setup.card_shows(reference, "Tanggapan: Terkirim")
    await rina.sees("Sudah sampai di Telegram pengadu")
    sure = await setup.named(await rina.presses("Tarik", "dari percakapan pengadu?", on=card))
    siti.mark_read()
    await rina.presses("Ya, tarik", "sudah dihapus dari percakapan pengadu", on=sure)
    await siti.sees("sudah kami hapus dari percakapan ini")
    assert not any("Urusan orang lain." in words(each) for each in citizen.person.messages)
    await setup.card_shows(reference, "Ditangani petugas")
    preview = await rina.says(f"/jawab {reference} Bantuan cair Senin.", "Bantuan cair Senin.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Bantuan cair Senin.")


async def test_a_colleague_takes_over_and_corrects_the_answer(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    rina, budi = setup.officer(RINA), setup.officer(BUDI)
    preview = await rina.says(f"/jawab {reference} Cair tanggal 20.", "Cair tanggal 20.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Cair tanggal 20.")
    card = await setup.card_shows(reference, "Tanggapan: Terkirim")
    sure = await setup.named(await budi.presses("Ambil Alih", "sedang ditangani", on=card))
    await budi.presses("Ya, ambil alih", "mengambil alih", on=sure)
    card = await setup.card_shows(reference, "Petugas: Budi")
    prompt = await setup.named(await budi.presses("Ralat", "mohon balas pesan ini", on=card))
    preview = await budi.says("Cair tanggal 23.", "Ralat atas tanggapan", reply_to=prompt)
    siti.mark_read()
    await budi.presses("Kirim", "dikirim oleh Budi", on=preview)
    await siti.sees("Ralat atas tanggapan pengaduan")
