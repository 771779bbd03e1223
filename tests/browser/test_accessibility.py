"""An accessibility check of each screen, light and dark, wide and narrow: no serious finding."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.async_api import Page, expect

from bot.simulator.people import samples
from bot.simulator.server import Simulator
from tests.browser.chromium import NARROW, WIDE, opened
from tests.browser.screen import Screen
from tests.browser.test_messages import BUTTONS, call

WEIGHTY = {"serious", "critical", "moderate"}
# What passes is not sent: it is most of the result.
VIOLATIONS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations"""


async def findings(page: Page, where: str) -> list[str]:
    """Return each finding with its rule and its place."""
    # Colours in a transition are not findings.
    await page.evaluate(
        "() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => 0)))"
    )
    if await page.evaluate("() => !window.axe"):
        await page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = await page.evaluate(VIOLATIONS)
    return [
        f"{where}: {finding['id']} ({finding['impact']}): {node['target']} {node['failureSummary'][:300]}"
        for finding in violations
        if finding["impact"] in WEIGHTY
        for node in finding["nodes"]
    ]


async def populate(messenger: Simulator) -> None:
    """Send one message of each kind into both chats."""
    siti, rina = messenger.people[5001], messenger.people[6001]
    group = messenger.groups[-1001]
    await siti.say("Jalan kami /status rusak https://example.com")
    await siti.send_album([("photo", samples.photo(number)) for number in range(3)], "Bukti")
    await siti.send_voice(samples.voice())
    await siti.send_document(samples.document())
    await siti.send_location(-7.6, 112.8)
    await siti.send_contact()
    html = "<b>tebal</b> <code>kode</code> <tg-spoiler>rahasia</tg-spoiler>\n<blockquote>kutipan</blockquote>"
    keyboard = {"keyboard": [["Lanjut"], ["Kembali", "Batalkan"]], "is_persistent": True}
    content = {"text": html, "parse_mode": "HTML", "reply_markup": BUTTONS}
    card = await call(messenger, "sendMessage", chat_id=-1001, **content)
    await rina.say("Saya ambil", group, reply_to=group.chat.messages[card["message_id"]].message)
    await call(messenger, "sendMessage", chat_id=5001, **content)
    await call(messenger, "sendMessage", chat_id=5001, text="Silakan", reply_markup=keyboard)
    messenger.staging.links = {"dpmd": "Dinas Pemberdayaan Masyarakat dan Desa"}
    messenger.fault(method="writing", times=2)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_wide_screen_passes(messenger: Simulator, *, dark: bool) -> None:
    await populate(messenger)
    async with opened(messenger.address, WIDE, dark=dark) as page:
        screen = Screen(page)
        await screen.sees("citizen", "Silakan")
        found = await findings(page, "guide")
        await (await screen.sees("citizen", "Jalan kami")).locator(".body").click(position={"x": 5, "y": 5})
        for tab in ("tab-time", "tab-faults"):
            await page.locator(f"#{tab}").click()
            await expect(page.locator(f"#{tab}")).to_have_attribute("aria-selected", "true")
            found += await findings(page, tab)
        await page.get_by_role("button", name="Tautan dan kode QR").click()
        found += await findings(page, "links")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Lihat Foto 2").click()
        found += await findings(page, "photo")
        await page.keyboard.press("Escape")
        await screen.side("citizen").get_by_role("button", name="Kirim foto, berkas").click()
        found += await findings(page, "attach")
        await page.keyboard.press("Escape")
        await screen.side("citizen").get_by_role("button", name="Blokir bot").click()
        await expect(page.locator("#citizen .banner")).to_be_visible()
        found += await findings(page, "blocked")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_narrow_screen_passes(messenger: Simulator, *, dark: bool) -> None:
    await populate(messenger)
    async with opened(messenger.address, NARROW, dark=dark, has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await screen.sees("citizen", "Silakan")
        found = await findings(page, "citizen")
        for side in ("staff", "tools"):
            await screen.turn(side)
            await expect(page.locator(f"#{side}")).to_be_visible()
            found += await findings(page, side)
    assert not found, "\n".join(found)


async def test_nothing_is_wider_than_a_phone(messenger: Simulator) -> None:
    await populate(messenger)
    async with opened(messenger.address, (320, 640), has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await screen.sees("citizen", "Silakan")
        for side in ("citizen", "staff", "tools"):
            await screen.turn(side)
            await expect(page.locator(f"#{side}")).to_be_visible()
            over = await page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            assert over <= 0, side
        for label in ("Tulis pesan", "Kirim foto, berkas, suara, lokasi, atau kontak"):
            await screen.turn("citizen")
            await expect(screen.side("citizen").get_by_label(label)).to_be_in_viewport(ratio=1)
