"""Wrong answers on the real process: one is corrected, one is deleted from the citizen's chat."""

from __future__ import annotations

import pytest

from tests.acceptance.scene import BUDI, RINA, Scene, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_wrong_answer_is_deleted_and_the_case_is_answered_again(scene: Scene) -> None:
    citizen, siti, reference = await scene.filed()
    await scene.card_shows(reference, "Diterima")
    rina = scene.officer(RINA)
    preview = await rina.says(f"/jawab {reference} Urusan orang lain.", "Urusan orang lain.")
    siti.listen()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.hears("Urusan orang lain.")
    card = await scene.card_shows(reference, "Tanggapan: Terkirim")
    await rina.hears("Sudah sampai di Telegram pengadu")
    sure = await scene.named(await rina.presses("Tarik", "dari percakapan pengadu?", on=card))
    siti.listen()
    await rina.presses("Ya, tarik", "sudah dihapus dari percakapan pengadu", on=sure)
    await siti.hears("sudah kami hapus dari percakapan ini")
    assert not any("Urusan orang lain." in words(each) for each in citizen.person.messages)
    await scene.card_shows(reference, "Ditangani petugas")
    preview = await rina.says(f"/jawab {reference} Bantuan cair Senin.", "Bantuan cair Senin.")
    siti.listen()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.hears("Bantuan cair Senin.")


async def test_a_colleague_takes_over_and_corrects_the_answer(scene: Scene) -> None:
    _, siti, reference = await scene.filed()
    await scene.card_shows(reference, "Diterima")
    rina, budi = scene.officer(RINA), scene.officer(BUDI)
    preview = await rina.says(f"/jawab {reference} Cair tanggal 20.", "Cair tanggal 20.")
    siti.listen()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.hears("Cair tanggal 20.")
    card = await scene.card_shows(reference, "Tanggapan: Terkirim")
    sure = await scene.named(await budi.presses("Ambil Alih", "sedang ditangani", on=card))
    await budi.presses("Ya, ambil alih", "mengambil alih", on=sure)
    card = await scene.card_shows(reference, "Petugas: Budi")
    prompt = await scene.named(await budi.presses("Ralat", "mohon balas pesan ini", on=card))
    preview = await budi.says("Cair tanggal 23.", "Ralat atas tanggapan", reply_to=prompt)
    siti.listen()
    await budi.presses("Kirim", "dikirim oleh Budi", on=preview)
    await siti.hears("Ralat atas tanggapan pengaduan")
