"""A long chat is as little work as a short one: what the page's script does is counted, not timed."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import CDPSession, Page, expect

from bot.simulator.server import Simulator
from tests.browser.chromium import opened
from tests.browser.test_messages import BUTTONS

MANY, FEW, NEW = 500, 20, 30
# A list that is drawn again with each message costs 13 times as much; otherwise only the frames differ.
MOST_TIMES = 4.0
SCROLL = """async (steps) => {
  const list = document.querySelector("#citizen .messages");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let step = 0; step < steps; step++) {
    list.dispatchEvent(new WheelEvent("wheel"));
    list.scrollTop += step % 2 ? 300 : -300;
    await frame();
  }
}"""


async def work(session: CDPSession) -> int:
    """Return how often the page's functions and their blocks, loops included, ran since the last call."""
    taken: dict[str, Any] = await session.send("Profiler.takePreciseCoverage")
    own = (each for each in taken["result"] if "/page/" in each["url"] or each["url"].endswith(".js"))
    functions = (function for each in own for function in each["functions"])
    return sum(block["count"] for function in functions for block in function["ranges"])


def fill(messenger: Simulator, person: int, count: int) -> None:
    chat, bot = messenger.people[person].chat, messenger.world.bot
    chat.started = True
    for number in range(count):
        keyboard = {"reply_markup": BUTTONS} if number % 3 == 0 else {}
        text = f"Pesan {number}: " + "uraian yang agak panjang " * 6
        messenger.world.post(chat, bot, {"text": text, **keyboard})


async def cost(messenger: Simulator, page: Page, session: CDPSession, person: int) -> tuple[int, int]:
    """Return the work of receiving new messages, and of scrolling, in this person's chat."""
    await page.get_by_label("Ponsel milik").select_option(str(person))
    units = page.locator("#citizen .unit")
    before = len(messenger.people[person].messages)
    await expect(units).to_have_count(before)
    await page.evaluate(SCROLL, 10)
    await work(session)
    for number in range(NEW):
        await messenger.people[person].say(f"baru {number}")
        await expect(units).to_have_count(before + number + 1)
        await asyncio.sleep(0)
    received = await work(session)
    await page.evaluate(SCROLL, 60)
    return received, await work(session)


async def test_five_hundred_messages_are_as_little_work_as_few(messenger: Simulator) -> None:
    messenger.person(5002, "Budi")
    fill(messenger, 5001, FEW)
    fill(messenger, 5002, MANY)
    async with opened(messenger.address, guide=False) as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Profiler.enable")
        await session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})
        few = await cost(messenger, page, session, 5001)
        many = await cost(messenger, page, session, 5002)
    assert many[0] / few[0] < MOST_TIMES, ("receiving", many, few)
    assert many[1] / few[1] < MOST_TIMES, ("scrolling", many, few)
