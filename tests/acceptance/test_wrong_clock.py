"""The clock of the bot's machine is wrong: nothing is lost or closed, and numbers and dates stay right."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from bot.clock.zone import ZONE
from tests.acceptance.bot_setup import OPERATOR, RINA, ChatUser, Setup, opened, words
from tests.unit.wrong_clocks import DAY, MONTH

YEARS = 800 * DAY


class ClockFile:
    """The file that says by how many seconds the clock is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, wrong: float) -> None:
        """Set the clock: the file is never seen half written."""
        new = self.path.with_suffix(".new")
        new.write_text(str(wrong), encoding="ascii")
        new.replace(self.path)


async def _operator(setup: Setup) -> ChatUser:
    """Return the operator, who has written to the bot before: it may not write first."""
    user = ChatUser(setup.simulator.people[OPERATOR])
    await user.says("/id", "Nomor akun")
    user.mark_read()
    return user


async def _restart(setup: Setup, clock: ClockFile) -> None:
    """Restart the bot on the machine with this clock."""
    await setup.rested()
    await setup.bot.stop()
    python, option, _, *arguments = setup.bot.command
    setup.bot.command = [python, option, "tests.acceptance.set_clock", str(clock.path), *arguments]
    assert python == sys.executable
    await setup.bot.restart()


async def test_a_month_ahead_for_a_while_deletes_no_draft_and_closes_no_case(tmp_path: Path) -> None:
    clock = ClockFile(tmp_path / "clock")
    clock.set(0)
    async with opened(tmp_path) as setup:
        operator = await _operator(setup)
        _, siti, reference = await setup.filed()
        rina = setup.officer(RINA)
        answer = await rina.says(f"/jawab {reference} Sudah disalurkan.", "Sudah disalurkan.")
        siti.mark_read()
        await rina.presses("Kirim", "dikirim oleh Rina", on=answer)
        await siti.sees("Tanggapan atas pengaduan")
        _, budi = await setup.at("story")
        await _restart(setup, clock)

        clock.set(MONTH)
        told = await operator.sees("lebih cepat")
        assert "30 hari lebih cepat" in words(told)
        # The scheduler has looked several times since; a crash does not undo it.
        await setup.rested()
        await setup.bot.kill()
        await setup.bot.restart()
        await budi.says("Bantuan belum saya terima.", "Tercatat")
        await siti.says(f"/status {reference}", "Status: Ditanggapi")
        clock.set(0)
        await operator.sees("sesuai lagi")
        await budi.taps("Lanjut", "Kapan")
        await siti.says(f"/status {reference}", "Status: Ditanggapi")
        assert len([each for each in operator.new_messages() if "lebih cepat" in words(each)]) == 1


async def test_a_complaint_under_a_wrong_clock_has_the_right_number_and_dates(tmp_path: Path) -> None:
    clock = ClockFile(tmp_path / "clock")
    clock.set(YEARS)
    async with opened(tmp_path) as setup:
        await _operator(setup)
        await _restart(setup, clock)
        before = datetime.now(ZONE)
        _, _, reference = await setup.filed()
        await setup.card_shows(reference, "Diterima")
        assert reference.split("-")[1] == str(before.year)
        ((received, due),) = setup.read("SELECT received_at, due_on FROM cases")
        assert abs((datetime.fromisoformat(received) - before).total_seconds()) < 300
        assert 1 <= (datetime.fromisoformat(due).date() - before.date()).days < 20
        ((taken,),) = setup.read("SELECT max(at) FROM updates")
        assert abs(taken - before.timestamp()) < 300
