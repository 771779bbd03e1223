"""On a phone one side is open at a time: what is seen first there, and the dot for what is not seen."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.simulator.server import Simulator
from tests.browser.chromium import NARROW, SECONDS, opened
from tests.browser.screen import Screen
from tests.browser.test_messages import BUTTONS, call

# The distance in pixels from the beginning of the newest message to that of the list.
FROM_TOP = """() => {
  const list = document.querySelector("#staff .messages");
  const newest = [...list.querySelectorAll("article")].at(-1);
  return Math.round(newest.getBoundingClientRect().top - list.getBoundingClientRect().top);
}"""


@pytest.mark.parametrize("lines", [5, 40])
@pytest.mark.parametrize("earlier", [1, 20])
async def test_a_group_opens_at_the_beginning_of_a_long_card(
    messenger: Simulator, lines: int, earlier: int
) -> None:
    group = messenger.group(-1002, "Bakesbangpol – Pengaduan", members=[messenger.people[6001]])
    text = "\n".join(f"Baris {number}" for number in range(lines))
    for chat in (-1001, group.id):
        for number in range(earlier):
            await call(messenger, "sendMessage", chat_id=chat, text=f"Pesan {number}\nlagi\ndan lagi")
        await call(messenger, "sendMessage", chat_id=chat, text=text, reply_markup=BUTTONS)
    async with opened(messenger.address, (390, 480), has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await screen.turn("staff")
        for name in ("DPMD", "Bakesbangpol", "DPMD"):
            await screen.open_group(name)
            await screen.sees("staff", "Baris 0")
            await page.wait_for_timeout(400)
            assert await page.evaluate(FROM_TOP) == 0, name


async def test_the_dot_shows_new_messages_of_the_bot_only(messenger: Simulator) -> None:
    async with opened(messenger.address, NARROW, has_touch=True) as page:
        screen = Screen(page, narrow=True)
        officers = page.locator(".switch [data-side=staff]")
        while not messenger.world.listeners:
            await page.wait_for_timeout(20)
        sent = await call(messenger, "sendMessage", chat_id=-1001, text="Kartu")
        await expect(officers).to_have_class("unread", timeout=SECONDS)
        await screen.turn("staff")
        await expect(officers).not_to_have_class("unread")
        await screen.turn("citizen")
        await call(messenger, "editMessageText", chat_id=-1001, message_id=sent["message_id"], text="Diubah")
        await messenger.people[6001].say("Halo semua", messenger.groups[-1001])
        await expect(page.locator("#staff .unit").filter(has_text="Halo semua")).to_have_count(1)
        await expect(officers).not_to_have_class("unread")
        await call(messenger, "sendMessage", chat_id=-1001, text="Kartu lain")
        await expect(officers).to_have_class("unread", timeout=SECONDS)


async def test_a_label_with_a_slash_is_pressed(messenger: Simulator) -> None:
    async with opened(messenger.address, guide=False) as page:
        screen = Screen(page)
        keyboard = {"inline_keyboard": [[{"text": "Uang/barang", "callback_data": "x"}]]}
        await call(messenger, "sendMessage", chat_id=5001, text="Kerugian", reply_markup=keyboard)
        await screen.press("citizen", "Uang/barang")
        busy = page.get_by_role("button", name="Uang/barang")
        await expect(busy).to_have_attribute("aria-busy", "true")
