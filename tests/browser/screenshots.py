"""The pictures of README and docs, from a practice whose stories run by themselves: `make screenshots`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.practice.town import OFFICES
from tests.browser.chromium import NARROW, SECONDS, opened
from tests.browser.conftest import ROOT, practising
from tests.browser.screen import Screen
from tests.browser.shrink import shrunk
from tests.browser.whatsapp_screen import WhatsAppScreen

FOLDER = ROOT / "docs" / "pictures"
STORY_SECONDS = 90_000
# Small enough for a page to load quickly.
MOST_BYTES = 150_000
WIDTH = (1280, 760)
# A window in which a whole card is visible.
TALL = (900, 1200)
DPMD, BAKESBANGPOL = "Dinas Pemberdayaan Masyarakat dan Desa", "Badan Kesatuan Bangsa dan Politik"


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
    write(name, await page.screenshot())


def write(name: str, picture: bytes) -> None:
    """Write the picture of this name, reduced."""
    path = FOLDER / f"{name}.png"
    path.write_bytes(shrunk(picture))
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


async def on_whatsapp(address: str) -> None:
    async with opened(address, NARROW, has_touch=True) as page:
        screen = WhatsAppScreen(page, narrow=True)
        await screen.use("Wahyuni")
        await screen.phone.locator(".banner").get_by_role("button", name="Lapor DPMD").click()
        await screen.choose("Pemberitahuan privasi", "Mengerti, lanjut")
        asked = await screen.shows("— Layanan")
        await asked.locator(".choice").click()
        await expect(screen.phone.locator(".listrow").first).to_be_visible(timeout=SECONDS)
        await keep(page, "whatsapp")


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


async def keep_message(message: Locator, name: str) -> None:
    """Take the picture of one message with its buttons, for docs/officers.md."""
    await message.page.mouse.move(0, 0)
    await message.scroll_into_view_if_needed()
    await message.page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished))")
    write(f"officers-{name}", await message.screenshot())


async def card_to_preview(screen: Screen) -> None:
    """The desk of DPMD: a new card, its verification, a request for completion, a previewed response."""
    reference = await screen.file(DPMD, "Penyaluran BLT Desa", "Siti Aminah")
    await keep_message(await screen.sees("staff", f"Pengaduan {reference}"), "card")
    await screen.press("staff", "Verifikasi")
    await keep_message(await screen.sees("staff", "termasuk kelas apa", reference), "verify")
    await screen.press("staff", "Batal")
    await screen.press("staff", "Minta Kelengkapan")
    await screen.sees("staff", "belum lengkap", reference)
    for item in ("Tempat kejadian", "Alamat lengkap"):
        await screen.press("staff", f"☐ {item}")
        ticks = screen.side("staff").locator(".unit").filter(has_text=f"☑ {item}")
        await expect(ticks.last).to_be_visible(timeout=SECONDS)
    await keep_message(ticks.last, "completeness")
    await screen.press("staff", "Batal")
    await screen.press("staff", "Jawab")
    await screen.sees("staff", "mohon balas pesan ini", reference)
    await screen.say("staff", "Bantuan Ibu sudah kami salurkan tanggal 24 November. Mohon maaf.")
    await keep_message(await screen.sees("staff", "Periksa dahulu", reference), "preview")


async def approval(screen: Screen) -> None:
    """A draft of Bakesbangpol in the leader's private chat."""
    page, office = screen.page, OFFICES[1]
    await screen.become("Tono")
    reference = await screen.file(BAKESBANGPOL, "Rekomendasi penelitian", "Tono Wijaya")
    await page.locator(".tabs button", has_text="Pribadi").click()
    await page.get_by_label("Bertindak sebagai").select_option(str(office.leader[0]))
    await page.locator("#staff .banner").get_by_role("button", name="Mulai").click()
    await screen.open_group("Bakesbangpol")
    await page.get_by_label("Bertindak sebagai").select_option(str(next(iter(office.officers))))
    await screen.say("staff", f"/jawab {reference} Surat rekomendasi terbit dan dapat diambil hari Jumat.")
    await screen.sees("staff", "Periksa dahulu", reference)
    await screen.press("staff", "Kirim")
    await screen.sees("staff", "menunggu persetujuan pimpinan", reference)
    await page.locator(".tabs button", has_text="Pribadi").click()
    await page.get_by_label("Bertindak sebagai").select_option(str(office.leader[0]))
    await keep_message(await screen.sees("staff", "Konsep", reference), "approval")


async def digest(screen: Screen) -> None:
    """The morning digest of DPMD: overdue and new complaints."""
    page = screen.page
    await screen.open_group("DPMD")
    await page.locator("#toggle").click()
    await page.locator("#tab-time").click()
    await page.get_by_role("button", name="+3 hari kerja").click()
    await screen.sees("staff", "Ringkasan pagi", "Tenggat hari ini")
    await screen.become("Wati")
    await screen.file(DPMD, "Administrasi pemerintah desa", "Wati Lestari")
    await page.get_by_role("button", name="+1 hari kerja").click()
    await screen.sees("staff", "LEWAT TENGGAT 1 hari kerja")
    await page.locator("#toggle").click()
    shown = await screen.sees("staff", "Ringkasan pagi", "Lewat tenggat")
    # The list stays where a user has scrolled up; else it follows the newest message.
    await shown.hover()
    await page.mouse.wheel(0, -200)
    await keep_message(shown, "digest")


async def officers(address: str) -> None:
    async with opened(address, TALL, guide=False) as page:
        screen = Screen(page)
        await screen.become("Siti")
        await card_to_preview(screen)
        await approval(screen)
        await digest(screen)


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, practising(Path(folder)) as address:
        await wide(address)
        await narrow(address)
        await on_whatsapp(address)
        await dark(address)
    with tempfile.TemporaryDirectory() as folder, practising(Path(folder)) as address:
        await officers(address)


if __name__ == "__main__":
    asyncio.run(main())
