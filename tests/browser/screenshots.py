"""The pictures of README and docs, from a practice whose stories run by themselves: `make screenshots`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.chromium import NARROW, opened
from tests.browser.conftest import ROOT, practising
from tests.browser.screen import SECONDS, Screen
from tests.browser.shrink import shrunk

FOLDER = ROOT / "docs" / "pictures"
STORY_SECONDS = 90_000
# Small enough for a page to load quickly.
MOST_BYTES = 150_000
WIDTH = (1280, 760)


async def play(page: Page, label: str) -> None:
    await page.get_by_role("button", name=label).click()
    await expect(page.locator(".playing")).to_contain_text("Sedang berjalan")
    await expect(page.locator(".playing")).to_be_hidden(timeout=STORY_SECONDS)


async def keep(page: Page, name: str) -> None:
    """Take the picture after all animations."""
    await page.mouse.move(0, 0)
    await page.evaluate("() => document.activeElement.blur()")
    await page.evaluate("() => { document.querySelector('#panel-guide').scrollTop = 0; }")
    await expect(page.locator("#toast")).not_to_have_class("shown", timeout=SECONDS)
    await page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished))")
    path = FOLDER / f"{name}.png"
    path.write_bytes(shrunk(await page.screenshot()))
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")  # noqa: T201 - a command's own output
    assert size < MOST_BYTES, f"{path} is too large"


async def wide(address: str) -> None:
    async with opened(address, WIDTH) as page:
        screen = Screen(page)
        await play(page, "Jalan desa rusak")
        await screen.sees("citizen", "penilaian ⭐")
        await keep(page, "practice")
        await page.locator("#tab-faults").click()
        await page.get_by_label("Berapa kali").fill("2")
        await page.get_by_role("button", name="Menolak 429").click()
        await screen.say("citizen", "/status")
        again = page.locator(".log li.good").filter(has_text="percobaan")
        await expect(again.first).to_be_visible(timeout=SECONDS)
        await page.locator(".log").evaluate("(log) => log.scrollIntoView({ block: 'end' })")
        await keep(page, "faults")


async def narrow(address: str) -> None:
    async with opened(address, NARROW, has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await screen.turn("tools")
        await page.get_by_role("button", name="Surat keterangan ormas").click()
        await screen.sees("citizen", "— Kerugian")
        await keep(page, "phone")
        await screen.sees("citizen", "Nomor registrasi:")


async def dark(address: str) -> None:
    async with opened(address, WIDTH, dark=True) as page:
        screen = Screen(page)
        await page.get_by_label("Ponsel milik").select_option(label="Maimunah")
        await screen.open_group("Bakesbangpol")
        await screen.sees("staff", "Pengaduan BAKESBANGPOL")
        await page.locator("#tab-time").click()
        await page.get_by_role("button", name="+3 hari kerja").click()
        await expect(page.locator("#clock")).to_have_class("moved")
        await keep(page, "dark")


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, practising(Path(folder)) as address:
        await wide(address)
        await narrow(address)
        await dark(address)


if __name__ == "__main__":
    asyncio.run(main())
