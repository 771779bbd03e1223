"""The rights of a person, with the real process: their data as files, a correction, an erasure on order."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

from bot.simulator.state.chats import Chat
from bot.simulator.state.waiting import wait_until
from tests.acceptance.bot_setup import RINA, SECONDS, opened, words
from tests.commands import aduan
from tests.questions import ANSWERS

MARKED = replace(ANSWERS, name="Siti Markaban", story=("Bantuan TANDAKHUSUS saya belum cair.",))


def _shows(chat: Chat, text: str) -> bool:
    return any(text in words(stored.message) for stored in chat.newest_first() if stored.by_bot)


async def test_a_person_gets_their_data_asks_for_a_correction_and_is_erased_on_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        _, siti, reference = await setup.filed(MARKED)
        rina = setup.officer(RINA)
        card = await setup.card_shows(reference, "Diterima")

        await siti.says("/privasi", "Yang tersimpan tentang Anda")
        await siti.presses("Unduh Data Saya", "sedang disiapkan")
        readable, complete = await siti.sees_documents("Data Bapak/Ibu yang tersimpan", "Data yang sama")
        content = setup.simulator.world.files.by_id[complete["document"]["file_id"]].content()
        assert json.loads(content)["complaints"][0]["complaint"]["name"] == MARKED.name
        assert readable["document"]["file_name"] == "data-saya.pdf"
        await siti.says("unduh data saya", "sudah dikirim")

        await siti.says("perbaiki data", "Data mana yang salah")
        await siti.says("Nama saya Siti Markaban Utami.", "Tercatat: 1")
        rina.mark_read()
        await siti.presses("Kirim", "sudah diteruskan kepada petugas")
        task = await rina.sees("meminta perbaikan data pribadinya")
        assert "Utami" not in words(task)
        answer = await rina.presses("Permintaan Data", on=task)
        assert answer
        assert "data-" in str(answer["url"])
        await rina.person.open(answer["url"])
        private = rina.person.chat
        await wait_until(lambda: private.signal, lambda: _shows(private, "Utami"), SECONDS)

        more = await rina.presses("Lainnya", "Tindakan lain", on=await setup.card(reference))
        prompt = await setup.named(await rina.presses("Tolak", "mohon balas pesan ini", on=more))
        preview = await rina.says("Sudah ditangani di tempat lain.", "Periksa dahulu", reply_to=prompt)
        await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
        await siti.sees("tidak dapat diproses")
        await setup.rested()

        siti.mark_read()
        arguments = ("erase", reference, "--order", "Keputusan 12/2027", "--yes")
        config = ("--config", str(tmp_path / "config.toml"))
        done = await asyncio.to_thread(lambda: aduan(*arguments, *config, folder=tmp_path))
        assert (done.returncode, "the person is erased" in done.stdout) == (0, True), done
        await siti.sees("Pemberitahuan penghapusan data")
        await wait_until(lambda: private.signal, lambda: not _shows(private, "Utami"), SECONDS)

        def about_it() -> list[str]:
            shown = (stored for stored in rina.chat.newest_first() if stored.by_bot)
            return [words(stored.message) for stored in shown if reference in words(stored.message)]

        left = await rina.waits_for(
            lambda: about_it() if len(about_it()) == 1 else None, "one message about it in the group"
        )
        assert "Data pengadu dihapus" in left[0]
        assert "TANDAKHUSUS" not in left[0]
        await siti.says(f"/status {reference}", "telah dihapus")
        await rina.says(f"/tiket {reference}", "Data pengadu dihapus")
        await rina.says("Halo", "sudah dihapus", reply_to=card)
        assert setup.read("SELECT filed_by, access_hash FROM cases") == [(0, "")]
        shown = await asyncio.to_thread(lambda: aduan("verify", *config, folder=tmp_path))
        assert (shown.returncode, "by order: Keputusan 12/2027" in shown.stdout) == (0, True), shown
        assert not {"TANDAKHUSUS", MARKED.name} & set(setup.bot.log.split())
