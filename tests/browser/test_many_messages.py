"""A long chat is as fast as a short one, measured as a ratio of both in the same run."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import CDPSession, Page, expect

from bot.simulator.server import Simulator
from tests.browser.chromium import opened
from tests.browser.test_messages import BUTTONS

MANY, FEW, NEW = 500, 20, 30
# A list that is drawn again with each message costs 25 times as much, noise of the machine far less.
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


async def work(session: CDPSession) -> float:
    """Return the seconds of work of the page's main thread until now."""
    metrics: dict[str, Any] = await session.send("Performance.getMetrics")
    return float(next(each["value"] for each in metrics["metrics"] if each["name"] == "TaskDuration"))


def fill(messenger: Simulator, person: int, count: int) -> None:
    chat, bot = messenger.people[person].chat, messenger.world.bot
    chat.started = True
    for number in range(count):
        keyboard = {"reply_markup": BUTTONS} if number % 3 == 0 else {}
        text = f"Pesan {number}: " + "uraian yang agak panjang " * 6
        messenger.world.post(chat, bot, {"text": text, **keyboard})


async def cost(messenger: Simulator, page: Page, session: CDPSession, person: int) -> tuple[float, float]:
    """Return the work of receiving new messages, and of scrolling, in this person's chat."""
    await page.get_by_label("Ponsel milik").select_option(str(person))
    units = page.locator("#citizen .unit")
    before = len(messenger.people[person].messages)
    await expect(units).to_have_count(before)
    await page.evaluate(SCROLL, 10)
    began = await work(session)
    for number in range(NEW):
        await messenger.people[person].say(f"baru {number}")
        await expect(units).to_have_count(before + number + 1)
        await asyncio.sleep(0)
    received = await work(session) - began
    began = await work(session)
    await page.evaluate(SCROLL, 60)
    return received, await work(session) - began


async def test_five_hundred_messages_are_as_fast_as_few(messenger: Simulator) -> None:
    messenger.person(5002, "Budi")
    fill(messenger, 5001, FEW)
    fill(messenger, 5002, MANY)
    async with opened(messenger.address, guide=False) as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        few = await cost(messenger, page, session, 5001)
        many = await cost(messenger, page, session, 5002)
    assert many[0] / few[0] < MOST_TIMES, ("receiving", many, few)
    assert many[1] / few[1] < MOST_TIMES, ("scrolling", many, few)
