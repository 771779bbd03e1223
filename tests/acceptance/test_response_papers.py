"""A complaint on paper, by the real process: slip, response letter, closing record, copies for officers."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.bot_setup import AGENCIES, ChatUser, Setup, opened
from tests.acceptance.test_disposition import ECONOMY, JOKO, assigned, divisions
from tests.acceptance.test_documents import text_of


async def archived(setup: Setup, rina: ChatUser, reference: str) -> None:
    """Rina archives the case with a plan of the complaint desk."""
    card = await setup.card_shows(reference, "Selesai")
    who = await rina.presses("Arsipkan", "siapa yang menindaklanjuti", on=card)
    when = await rina.presses("Meja pengaduan", "Kapan tindak lanjut", on=who)
    prompt = await setup.named(await rina.presses("1 minggu", "mohon balas pesan ini", on=when))
    preview = await rina.says("Memeriksa lagi.", "Periksa dahulu", reply_to=prompt)
    await rina.presses("Simpan", "Pengaduan ini diarsipkan", on=preview)


async def test_each_step_of_the_procedure_has_its_document(tmp_path: Path) -> None:
    agencies = {**AGENCIES, "dpmd": {**AGENCIES["dpmd"], "divisions": divisions()}}
    async with opened(tmp_path, agencies=agencies) as setup:
        joko = setup.simulator.person(JOKO, "Joko")
        setup.groups["ekonomi"] = setup.simulator.group(ECONOMY, "Bidang Ekonomi", members=[joko])
        division = ChatUser(joko, setup.groups["ekonomi"])
        citizen, siti, reference = await setup.filed()
        rina = await assigned(setup, reference, "Ekonomi")
        (slip,) = await division.sees_documents(f"Lembar disposisi {reference}")
        said = text_of(setup, slip)
        assert "Mohon telusuri." in said
        assert citizen.answers.name not in said
        assert slip["reply_to_message"]["text"].startswith(f"Disposisi {reference}")

        preview = await rina.says(f"/jawab {reference} Sudah cair hari Senin.", "Periksa dahulu")
        siti.mark_read()
        await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
        response = await siti.sees("Tanggapan atas pengaduan")
        (letter,) = await siti.sees_documents(f"Surat tanggapan {reference}")
        said = text_of(setup, letter)
        assert f"Bapak/Ibu {citizen.answers.name}" in said
        assert "Sudah cair hari Senin." in said
        assert "tidak dipungut biaya" in said

        await siti.presses("Puas", "selesai", on=response)
        await archived(setup, rina, reference)
        (record,) = await rina.sees_documents(f"Berita acara penutupan {reference}")
        said = text_of(setup, record)
        assert "Memeriksa lagi." in said
        assert "mendisposisikan ke bidang" in said
        assert "Rina" in said
        assert citizen.answers.name not in said

        card = await setup.card_shows(reference, "Diarsipkan")
        more = await rina.presses("Lainnya", "Tindakan lain", on=card)
        offered = await rina.presses("Dokumen", f"Dokumen {reference}", on=more)
        pressed = await rina.presses("Surat Pengaduan", on=offered)
        private = ChatUser(rina.person)
        await private.shares(private.person.open(pressed["url"]), f"Dokumen {reference}")
        (copy,) = await private.sees_documents(f"Dokumen {reference}")
        assert citizen.answers.name in text_of(setup, copy)
