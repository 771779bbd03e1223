"""The removal of buttons goes after the messages of its chat, and takes no room from them (invariant 3)."""

from __future__ import annotations

import time
from pathlib import Path

from bot.outbox.pacing import ASKED, COSMETIC, Limits, Pacing
from conversations.effects import StripButtons
from conversations.messages import Button
from tests.calls import values
from tests.integration.stage import STAFF, Stage, edit, send, stage

TAKE = ((Button("take", "take", "abc", 1, style="primary"),),)
SLOW = Limits(private_burst=2, private_per_second=4, overall_per_second=1000)


async def asked(stand: Stage, *keys: str) -> list[int]:
    """The ids of messages with buttons that Siti has received."""
    siti = stand.simulator.person(7, "Siti")
    await siti.say("/start")
    for key in keys:
        await stand.post(send(7, key, key, buttons=TAKE))
        await siti.wait_for(key)
    await stand.empty()
    return [row.message_id for row in await stand.rows("SELECT message_id FROM sent_messages ORDER BY 1")]


def methods(stand: Stage) -> list[str]:
    return [call.method for call in stand.simulator.calls if values(call).get("chat_id") == 7]


def buttons_of(stand: Stage, message: int) -> object:
    return stand.simulator.person(7, "Siti").chat.messages[message].message.get("reply_markup")


async def test_the_receipt_goes_before_the_buttons_of_the_answered_screen(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        (screen,) = await asked(stand, "screen:7:1")
        before = len(methods(stand))
        await stand.post(StripButtons(7, screen), send(7, "tanda terima"), send(7, "lanjutan"))
        await stand.empty()
        assert methods(stand)[before:] == ["sendMessage", "sendMessage", "editMessageReplyMarkup"]
        assert buttons_of(stand, screen) is None


async def test_many_removals_do_not_delay_the_message_after_them(tmp_path: Path) -> None:
    async with stage(tmp_path, SLOW) as stand:
        screens = await asked(stand, "screen:7:1", "screen:7:2", "screen:7:3")
        await stand.post(*(StripButtons(7, each) for each in screens))
        # The removals alone would use up the room of a second.
        started = time.monotonic()
        await stand.post(send(7, "tanda terima"))
        await stand.simulator.person(7, "Siti").wait_for("tanda terima")
        assert time.monotonic() - started < 0.6
        await stand.empty()
        assert all(buttons_of(stand, each) is None for each in screens)


async def test_a_removal_never_takes_the_buttons_of_a_later_edit(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        by_key, by_number, by_both = await asked(stand, "judge:a", "stars:a", "claim:7")
        held = stand.simulator.fault("sendMessage", kind="hold")
        await stand.post(send(7, "tertahan"))
        await held.reached()
        await stand.post(StripButtons(7, key="judge:a"), edit(7, "judge:a", "lagi 1", buttons=TAKE))
        await stand.post(StripButtons(7, by_number), edit(7, "stars:a", "lagi 2", buttons=TAKE))
        await stand.post(StripButtons(7, by_both), edit(7, "claim:7", "lagi 3", at=by_both, buttons=TAKE))
        held.release()
        await stand.empty()
        assert all(buttons_of(stand, each) for each in (by_key, by_number, by_both))


async def test_a_removal_by_key_concerns_the_message_before_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        (old,) = await asked(stand, "judge:a")
        await stand.post(StripButtons(7, key="judge:a"), send(7, "baru", "judge:a", buttons=TAKE))
        new = (await stand.simulator.person(7, "Siti").wait_for("baru"))["message_id"]
        await stand.empty()
        await stand.simulator.until(lambda: buttons_of(stand, old) is None)
        assert buttons_of(stand, new)


async def test_a_removal_survives_a_restart(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        (screen,) = await asked(stand, "screen:7:1")
        await stand.store(StripButtons(7, screen), send(7, "tanda terima"))
        await stand.restart_outbox()
        await stand.simulator.person(7, "Siti").wait_for("tanda terima")
        await stand.empty()
        assert buttons_of(stand, screen) is None


def test_messages_have_their_whole_pace_next_to_cosmetic_edits() -> None:
    pacing = Pacing(Limits(private_burst=5, private_per_second=1))
    for second in range(2):
        assert pacing.wait(7, COSMETIC, 1, second) == 0
        pacing.sent(7, COSMETIC, 1, second)
    assert pacing.wait(7, COSMETIC, 1, 2) > 0
    for _ in range(5):
        assert pacing.wait(7, ASKED, 1, 2) == 0
        pacing.sent(7, ASKED, 1, 2)
    assert pacing.wait(7, ASKED, 1, 2) > 0


def test_cosmetic_edits_wait_while_many_chats_are_written_to() -> None:
    pacing = Pacing(Limits(overall_per_second=10))
    for _ in range(4):
        pacing.reserve(1, 0.0)
    assert pacing.wait(STAFF, COSMETIC, 1, 0.1) == 0
    pacing.reserve(1, 0.0)
    assert pacing.wait(STAFF, COSMETIC, 1, 0.1) > 0.5
    assert pacing.wait(STAFF, ASKED, 1, 0.1) == 0
