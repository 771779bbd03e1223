"""One person floods the real process: the others are served as always, and a kill loses no update."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.acceptance.bot_setup import BUDI, SECONDS, ChatUser, Setup, opened, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Five portions of the messenger.
MESSAGES = 500
NOTICE = "terlalu banyak dalam waktu singkat"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """A bot of this module's own, as it is killed."""
    async with opened(tmp_path_factory.mktemp("flood")) as running:
        yield running


def notices(user: ChatUser) -> list[str]:
    """Return the notices in this person's chat."""
    texts = (words(stored.message) for stored in user.chat.newest_first() if stored.by_bot)
    return [text for text in texts if NOTICE in text]


async def test_a_flood_and_a_kill_lose_no_update_of_another_person(own: Setup) -> None:
    _, flooder = await own.at("story")
    siti, writer = await own.at("story")
    # While the bot is down the flood arrives, and in its midst what an honest person writes in 20 pieces.
    await own.bot.kill()
    for number in range(MESSAGES):
        await flooder.person.say(f"pesan {number}")
        if number % 20 == 0:
            await writer.person.say(f"Potongan {number // 20 + 1} dari surat saya.")
    held = own.simulator.fault("sendMessage", chat_id=flooder.id, kind="hold")
    await own.bot.restart()
    await writer.sees(f"Tercatat: {MESSAGES // 20}")
    await held.reached()
    await own.simulator.until(lambda: not own.simulator.world.pending, SECONDS)
    # Everything is fetched, and nothing has reached the flooder yet.
    await own.bot.kill()
    held.release(proceed=False)
    await own.bot.restart()
    await flooder.waits_for(lambda: notices(flooder), "the notice")
    await siti.play()
    assert len(siti.receipts) == 1
    reference = siti.reference
    card = await own.card(reference)
    rina = own.officer()
    full = await rina.presses("Baca lengkap", "Potongan 1 dari", on=card)
    assert all(f"Potongan {number} dari surat saya." in words(full) for number in range(1, 26))
    await own.settled()
    await own.rested()
    assert len(notices(flooder)) == 1


async def test_an_officer_is_answered_while_another_member_floods_the_group(own: Setup) -> None:
    rina, budi = own.officer(), own.officer(BUDI)
    for _ in range(400):
        await budi.person.say("/daftar", budi.group)
    await rina.says("/bantuan", "Bantuan untuk petugas")
    await rina.sees("terlalu banyak dalam waktu singkat")
    told = [text for text in map(words, rina.new_messages()) if NOTICE in text]
    assert len(told) == 1
