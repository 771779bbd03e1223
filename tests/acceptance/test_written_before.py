"""Texts that were written before the present question was shown, or perhaps before it."""

from __future__ import annotations

import pytest

from tests.acceptance.bot_setup import ChatUser, Setup, words
from tests.questions import ANSWERS

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION, NEXT = "— Nama lengkap", "— Alamat lengkap"


def shown(siti: ChatUser, text: str) -> int:
    """How often a question was shown."""
    return sum(text in words(stored.message) for stored in siti.chat.messages.values() if stored.by_bot)


async def test_an_answer_to_a_copy_whose_call_was_cut_is_taken(setup: Setup) -> None:
    """The answer is between the two copies, and the bot reads it after it has stored the second one."""
    _, siti = await setup.at("resolution")
    setup.simulator.fault("sendMessage", siti.id, kind="drop", place="after")
    await siti.says("Mohon dicairkan", QUESTION)
    fetching = setup.simulator.fault("getUpdates", kind="hold")
    # Ends the call that may be waiting for updates already.
    setup.person().send({"text": "/id"})
    await fetching.reached()
    siti.person.send({"text": "Siti Aminah"})
    await siti.waits_for(lambda: shown(siti, QUESTION) == 2, "a second copy")
    await setup.named(siti.new_messages()[-1])
    fetching.release()
    await siti.sees(NEXT)


async def test_an_impatient_line_while_the_bot_was_down_continues_the_answer(setup: Setup) -> None:
    _, siti = await setup.at("resolution")
    await setup.bot.kill()
    siti.mark_read()
    siti.person.send({"text": "Mohon dicairkan"})
    siti.person.send({"text": "kapan bantuan saya cair"})
    setup.bot.start()
    joined = await siti.sees("Ditambahkan pada")
    assert "Mohon dicairkan" in words(joined)
    assert "kapan bantuan saya cair" in words(joined)
    await siti.sees(QUESTION)
    await siti.says("Siti Aminah", NEXT)


async def test_an_answer_that_the_client_cuts_is_refused_with_all_of_its_pieces(setup: Setup) -> None:
    _, siti = await setup.at("resolution")
    siti.mark_read()
    for length in (4096, 4096, 300):
        siti.person.send({"text": "a" * length})
    await siti.sees("terlalu panjang")
    await setup.settled()
    assert shown(siti, QUESTION) == 0
    await siti.says("Mohon dicairkan", QUESTION)
    await siti.says("Siti Aminah", NEXT)
    summary = words(await siti.says(ANSWERS.address, "— Ringkasan"))
    assert "Mohon dicairkan" in summary
    assert "aaa" not in summary
