"""The removal of buttons goes after the messages of its chat, and takes no room from them (invariant 3)."""

from __future__ import annotations

from dataclasses import replace

from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from bot.outbox.chat_queue import ChatQueue, Item
from bot.outbox.pacing import ASKED, COSMETIC, Limits, Pacing
from conversations.effects import Edit, Lane, StripButtons
from conversations.messages import Button
from tests.calls import values
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import FAST, STAFF, OutboxSetup, edit, outbox_setup, send

TAKE = ((Button("take", "take", "abc", 1, style="primary"),),)
SLOW = Limits(private_burst=2, private_per_second=2, overall_per_second=1000)
# A cosmetic edit waits for a quiet of two steps, which never comes here; the messages of a burst go at once.
NEVER_QUIET = Limits(private_burst=2, private_per_second=1e-6, overall_per_second=1000)


async def asked(setup: OutboxSetup, *keys: str) -> list[int]:
    """The ids of messages with buttons that Siti has received."""
    siti = setup.simulator.person(7, "Siti")
    await siti.say("/start")
    for key in keys:
        await setup.post(send(7, key, key, buttons=TAKE))
        await siti.wait_for(key)
    await setup.empty()
    return [row.message_id for row in await setup.rows("SELECT message_id FROM sent_messages ORDER BY 1")]


def answered(key: str, message: int = 0) -> Edit:
    """The answer in the place of its question."""
    return replace(edit(7, key, "terjawab", message), lane=Lane.COSMETIC)


def methods(setup: OutboxSetup) -> list[str]:
    return [call.method for call in setup.simulator.calls if values(call).get("chat_id") == 7]


def buttons_of(setup: OutboxSetup, message: int) -> object:
    return setup.simulator.person(7, "Siti").chat.messages[message].message.get("reply_markup")


async def test_the_receipt_goes_before_the_buttons_of_the_answered_screen(place: Place) -> None:
    async with outbox_setup(place) as setup:
        (screen,) = await asked(setup, "screen:7:1")
        before = len(methods(setup))
        await setup.post(StripButtons(7, screen), send(7, "tanda terima"), send(7, "lanjutan"))
        await setup.empty()
        assert methods(setup)[before:] == ["sendMessage", "sendMessage", "editMessageReplyMarkup"]
        assert buttons_of(setup, screen) is None


async def test_many_removals_do_not_delay_the_message_after_them(place: Place) -> None:
    async with outbox_setup(place, replace(NEVER_QUIET, private_burst=4)) as setup:
        screens = await asked(setup, "screen:7:1", "screen:7:2", "screen:7:3")
        before = len(methods(setup))
        await setup.post(*(StripButtons(7, each) for each in screens))
        # The chat has room for one more call.
        await setup.post(send(7, "tanda terima"))
        await setup.simulator.person(7, "Siti").wait_for("tanda terima")
        assert methods(setup)[before:] == ["sendMessage"]
        await setup.kill_outbox()
        setup.limits = FAST
        await setup.restart_outbox()
        await setup.empty()
        assert all(buttons_of(setup, each) is None for each in screens)


async def test_a_removal_never_takes_the_buttons_of_a_later_edit(place: Place) -> None:
    async with outbox_setup(place) as setup:
        by_key, by_number, by_both = await asked(setup, "judge:a", "stars:a", "claim:7")
        held = setup.simulator.fault("sendMessage", kind="hold")
        await setup.post(send(7, "tertahan"))
        await held.reached()
        await setup.post(StripButtons(7, key="judge:a"), edit(7, "judge:a", "lagi 1", buttons=TAKE))
        await setup.post(StripButtons(7, by_number), edit(7, "stars:a", "lagi 2", buttons=TAKE))
        await setup.post(StripButtons(7, by_both), edit(7, "claim:7", "lagi 3", at=by_both, buttons=TAKE))
        held.release()
        await setup.empty()
        assert all(buttons_of(setup, each) for each in (by_key, by_number, by_both))


async def test_a_removal_by_key_concerns_the_message_before_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        (old,) = await asked(setup, "judge:a")
        await setup.post(StripButtons(7, key="judge:a"), send(7, "baru", "judge:a", buttons=TAKE))
        new = (await setup.simulator.person(7, "Siti").wait_for("baru"))["message_id"]
        await setup.empty()
        await setup.simulator.until(lambda: buttons_of(setup, old) is None)
        assert buttons_of(setup, new)


async def test_a_removal_that_failed_takes_no_buttons_of_the_message_after_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        (old,) = await asked(setup, "judge:a")
        held = setup.simulator.fault("editMessageReplyMarkup", kind="hold")
        await setup.post(StripButtons(7, key="judge:a"))
        await held.reached()
        await setup.post(send(7, "baru", "judge:a", buttons=TAKE))
        held.release(proceed=False)
        new = (await setup.simulator.person(7, "Siti").wait_for("baru"))["message_id"]
        await setup.empty()
        await setup.simulator.until(lambda: buttons_of(setup, old) is None)
        assert buttons_of(setup, new)


async def test_an_answer_during_the_call_of_its_question_is_shown(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        held = setup.simulator.fault("sendMessage", kind="hold", place="after")
        await setup.post(send(7, "pertanyaan", "screen:7:1", buttons=TAKE))
        question = (await siti.wait_for("pertanyaan"))["message_id"]
        await setup.post(answered("screen:7:1", question))
        held.release()
        await setup.empty()
        assert siti.chat.messages[question].message["text"] == "terjawab"


async def test_a_removal_survives_a_restart(place: Place) -> None:
    async with outbox_setup(place) as setup:
        (screen,) = await asked(setup, "screen:7:1")
        await setup.store(StripButtons(7, screen), send(7, "tanda terima"))
        await setup.restart_outbox()
        await setup.simulator.person(7, "Siti").wait_for("tanda terima")
        await setup.empty()
        assert buttons_of(setup, screen) is None


async def test_a_cosmetic_edit_goes_after_the_question_and_survives_a_restart(place: Place) -> None:
    async with outbox_setup(place) as setup:
        (screen,) = await asked(setup, "screen:7:1")
        before = len(methods(setup))
        await setup.store(answered("screen:7:1", screen), send(7, "berikutnya"))
        await setup.restart_outbox()
        await setup.simulator.person(7, "Siti").wait_for("terjawab")
        await setup.empty()
        assert methods(setup)[before:] == ["sendMessage", "editMessageText"]
        assert buttons_of(setup, screen) is None


async def test_a_later_edit_takes_no_place_behind_a_cosmetic_one_and_drops_it(place: Place) -> None:
    async with outbox_setup(place, NEVER_QUIET) as setup:
        (screen,) = await asked(setup, "screen:7:1")
        before = len(methods(setup))
        await setup.post(StripButtons(7, screen), answered("screen:7:1", screen))
        await setup.post(edit(7, "screen:7:1", "layar lain", screen, buttons=TAKE))
        await setup.simulator.person(7, "Siti").wait_for("layar lain")
        await setup.empty()
        assert methods(setup)[before:] == ["editMessageText"]
        assert buttons_of(setup, screen)


async def test_cosmetic_edits_of_one_message_are_one_call(place: Place) -> None:
    async with outbox_setup(place, SLOW) as setup:
        (screen,) = await asked(setup, "screen:7:1")
        before = len(methods(setup))
        await setup.post(StripButtons(7, screen), answered("screen:7:1", screen))
        await setup.post(answered("screen:7:1", screen))
        await setup.empty()
        assert methods(setup)[before:] == ["editMessageText"]


async def test_a_cosmetic_edit_of_a_message_that_is_gone_is_dropped(place: Place) -> None:
    async with outbox_setup(place) as setup:
        (screen,) = await asked(setup, "screen:7:1")
        del setup.simulator.person(7, "Siti").chat.messages[screen]
        await setup.post(answered("screen:7:1", screen), answered("screen:7:9"))
        await setup.empty()
        assert setup.texts(7) == ["screen:7:1"]


def test_of_the_removals_in_a_group_the_oldest_are_dropped() -> None:
    """Those of one case are next to each other in the lane."""
    queue = ChatQueue(STAFF)
    for number, case in enumerate(["abc", "def", "ghi", "jkl", "abc"], start=1):
        row = OutboxRow(number, STAFF, LaneNumber.COSMETIC, Kind.STRIP, "", number, key=f"card:{case}")
        queue.put(Item(row))
    assert [item.row.id for item in queue.outdated()] == [1, 2]


def test_cosmetic_edits_wait_until_the_chat_is_quiet() -> None:
    pacing = Pacing(Limits(private_burst=5, private_per_second=1))
    for second in range(10):
        assert pacing.wait(7, ASKED, 1, second) == 0
        pacing.sent(7, 1, second)
        assert pacing.wait(7, COSMETIC, 1, second + 0.99) > 0
    assert pacing.wait(7, COSMETIC, 1, 11.1) == 0


def test_cosmetic_edits_wait_while_many_chats_are_written_to() -> None:
    pacing = Pacing(Limits(overall_per_second=10))
    for _ in range(4):
        pacing.reserve(STAFF, 1, 0.0)
    assert pacing.wait(STAFF, COSMETIC, 1, 0.1) == 0
    pacing.reserve(STAFF, 1, 0.0)
    assert pacing.wait(STAFF, COSMETIC, 1, 0.1) > 0.5
    assert pacing.wait(STAFF, ASKED, 1, 0.1) == 0
