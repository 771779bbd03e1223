"""The leader approves a response in the private chat; the citizen reads nothing before."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.bot_setup import AGENCIES, LEADER, ChatUser, opened, words

ASKING = {"dpmd": {**AGENCIES["dpmd"], "approval": True}}


async def test_a_response_is_returned_continued_and_approved(tmp_path: Path) -> None:
    async with opened(tmp_path, agencies=ASKING) as setup:
        leader = ChatUser(setup.simulator.people[LEADER])
        await leader.says("/id", "Nomor akun")
        _, siti, reference = await setup.filed()
        rina = setup.officer()
        siti.mark_read()
        leader.mark_read()
        await rina.says(f"/jawab {reference} Bantuan disalurkan.", "Periksa dahulu")
        await rina.presses("Kirim", "menunggu persetujuan pimpinan")
        await leader.sees("Bantuan disalurkan.")
        await leader.presses("Kembalikan", "alasan pengembalian")
        await leader.says("Sebutkan tanggalnya.", "Periksa dahulu")
        await leader.presses("Kirim", "dikembalikan")
        await rina.sees("Sebutkan tanggalnya.")
        await rina.presses("Perbaiki", "Periksa dahulu")
        leader.mark_read()
        await rina.presses("Kirim", "menunggu persetujuan pimpinan")
        await leader.sees("Bantuan disalurkan.")
        assert not any("Bantuan disalurkan" in words(message) for message in siti.new_messages())
        await setup.bot.kill()
        await setup.bot.restart()
        await leader.presses("Setujui", on=await leader.sees("Bantuan disalurkan."))
        response = await siti.sees("Bantuan disalurkan.")
        assert "Petugas: Rina" in words(response)
        await rina.sees("disetujui Pak Lurah")
        await setup.card_shows(reference, "Ditanggapi")
