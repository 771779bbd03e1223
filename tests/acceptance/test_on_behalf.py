"""An officer enters a letter for a citizen, also across a kill; the response is passed on, silence closes."""

from __future__ import annotations

from pathlib import Path

from bot.practice import town
from bot.simulator.control.staging import advance_time
from tests.acceptance.bot_setup import BUDI, SECONDS, ChatUser, opened, words
from tests.players import Citizen
from tests.questions import ANSWERS, PHOTO, RECEIPT, labels_of

DAY = 86_400
SIGNING = "— Tanda tangan pengadu"


async def test_a_letter_is_entered_answered_passed_on_and_closed(tmp_path: Path) -> None:
    async with opened(tmp_path, practice=True) as setup:
        setup.simulator.staging.next_working_day = town.next_working_day
        rina = setup.officer()
        link = await rina.says("/catat", "untuk mencatat pengaduan warga")
        answer = await rina.presses("Catat Pengaduan", on=link)
        assert answer["url"].endswith("?start=catat-dpmd")

        # The officer in private: the same questions, killed in the middle.
        writer = Citizen(rina.person, ANSWERS, link="catat-dpmd", seconds=SECONDS)
        await writer.begin()
        await writer.play("loss_kind")
        await setup.bot.kill()
        await setup.bot.restart()
        await writer.play(SIGNING)
        private = ChatUser(rina.person)
        rina.mark_read()
        await private.shares(private.person.send_photo(PHOTO), "Ada foto surat yang ditandatangani")
        receipt = words(await private.presses("Kirim", "Tanda terima untuk pengadu"))
        found = RECEIPT.search(receipt)
        assert found
        reference, code = found.groups()
        assert f"/status {reference} {code}" in receipt

        # The group: the channel and the officer, nothing about the person.
        card = await setup.card_shows(reference, "Masuk lewat: surat, dicatat Rina")
        shown = [words(message) for message in rina.new_messages()]
        assert not [text for text in shown if ANSWERS.name in text or "Krajan" in text]

        # Handled by another officer; passed on by the one who entered it.
        budi = setup.officer(BUDI)
        prompt = await setup.named(await budi.presses("Jawab", "mohon balas pesan ini", on=card))
        preview = await budi.says("Bantuan cair hari Senin.", "Periksa dahulu.", reply_to=prompt)
        rina.mark_read()
        await budi.presses("Kirim", "mohon sampaikan pesan di bawah", on=preview)
        task = await rina.sees("mohon sampaikan kepada pengadu")
        assert "Bantuan cair hari Senin." in words(task)
        assert labels_of(task) == ["Sudah disampaikan"]
        await setup.card_shows(reference, "Belum disampaikan kepada pengadu: 1 pesan")
        await rina.presses("Sudah disampaikan", "sudah disampaikan kepada pengadu oleh Rina", on=task)
        await setup.card_shows(reference, "Tanggapan: Disampaikan")

        # The citizen's family follows it from another account; after the objection days it is closed.
        reader = setup.user("Cucu")
        await reader.says(f"/status {reference} {code}", "Ditanggapi")
        await advance_time(setup.simulator, {"seconds": 12 * DAY})
        await setup.card_shows(reference, "Selesai")
        # Nothing was ever sent to the chat of an account that does not exist.
        assert setup.read("SELECT count(*) FROM outbox WHERE chat = 0") == [(0,)]
