"""The practice clock is moved forward: the group gets reminders and its digest, later the leader too."""

from __future__ import annotations

from pathlib import Path

from bot.practice import town
from bot.simulator.control.staging import advance_time
from tests.acceptance.bot_setup import LEADER, ChatUser, opened, words
from tests.questions import labels_of


async def test_reminders_and_the_digest_come_on_working_mornings(tmp_path: Path) -> None:
    async with opened(tmp_path, practice=True) as setup:
        setup.simulator.staging.next_working_day = town.next_working_day
        leader = ChatUser(setup.simulator.people[LEADER])
        await leader.says("/start", "Selamat datang")
        _, _, reference = await setup.filed()
        card = await setup.named(await setup.card_shows(reference, "Diterima"))
        rina = setup.officer()

        rina.mark_read()
        await advance_time(setup.simulator, {"working_days": 1})
        reminder = await rina.sees("belum diverifikasi")
        assert reminder["reply_to_message"]["message_id"] == card["message_id"]
        digest = await rina.sees("Ringkasan pagi")
        assert f"• {reference} · belum diambil" in words(digest)
        await rina.presses("Buka daftar", "Daftar pengaduan: terbuka", on=digest)
        await rina.presses("Ambil", on=reminder)
        await setup.card_shows(reference, "Petugas: Rina")
        await setup.rested()

        # No second digest and no second reminder after a crash.
        rina.mark_read()
        await setup.bot.kill()
        await setup.bot.restart()
        await setup.settled()
        assert [words(each) for each in rina.new_messages() if "Ringkasan" in words(each)] == []

        leader.mark_read()
        await advance_time(setup.simulator, {"working_days": 3})
        late = await rina.sees(f"{reference}", unless=lambda each: "LEWAT TENGGAT" not in words(each))
        await rina.sees("⚠️ Lewat tenggat (1)")
        await setup.card_shows(reference, "LEWAT TENGGAT")
        assert "Petugas: Rina" in words(await leader.sees(f"Pengaduan {reference} lewat tenggat"))
        assert labels_of(late)
