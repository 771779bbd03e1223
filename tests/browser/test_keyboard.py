"""The page with the keyboard only: every step can be reached, and the focus is visible."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.chromium import SECONDS, opened
from tests.browser.screen import Screen, number_in

FOCUSED = """() => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [here.textContent.trim(), seen];
}"""
MOST_KEYS = 25


async def reach(page: Page, side: str, label: str, key: str = "Shift+Tab") -> None:
    """Move from the composer to the button of this label, and press it."""
    await page.keyboard.press({"citizen": "Alt+w", "staff": "Alt+p"}[side])
    for _ in range(MOST_KEYS):
        await page.keyboard.press(key)
        text, seen = await page.evaluate(FOCUSED)
        assert seen, f"the focus on {text!r} is not to be seen"
        if text == label or text.startswith(f"{label}, "):
            await page.keyboard.press("Enter")
            return
    raise AssertionError(f"{label!r} is not within {MOST_KEYS} keys")


async def reach_messages(page: Page) -> None:
    """Move from the composer back to a message, past the buttons between them."""
    for _ in range(MOST_KEYS):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate("document.activeElement.matches('article')"):
            return
    raise AssertionError(f"no message is within {MOST_KEYS} keys")


async def write(page: Page, side: str, text: str) -> None:
    await page.keyboard.press({"citizen": "Alt+w", "staff": "Alt+p"}[side])
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def test_a_complaint_is_filed_and_taken_without_a_pointer(demo: str) -> None:
    async with opened(demo) as page:
        screen = Screen(page)
        await expect(page.locator("#clock")).not_to_be_empty()
        await page.keyboard.press("Alt+w")
        await screen.become("Ponirah")
        steps = (
            ("Pengaduan ini tentang apa?", "Dinas Pemberdayaan Masyarakat dan Desa"),
            ("Pemberitahuan privasi", "Mengerti, lanjut"),
            ("— Layanan", "Pembinaan BUM Desa"),
        )
        await write(page, "citizen", "/lapor")
        for question, label in steps:
            await screen.sees("citizen", question)
            await reach(page, "citizen", label)
        await screen.sees("citizen", "— Kejadian")
        await write(page, "citizen", "Usul kami tidak dijawab.")
        await screen.sees("citizen", "Tercatat: 1")
        await reach(page, "citizen", "Lanjut", "Tab")
        await screen.sees("citizen", "— Waktu kejadian")
        await reach(page, "citizen", "Hari ini")
        await screen.sees("citizen", "— Tempat kejadian")
        await reach(page, "citizen", "Lewati")
        await screen.sees("citizen", "— Kerugian")
        await reach(page, "citizen", "Tidak ada")
        await screen.sees("citizen", "— Penyelesaian")
        await reach(page, "citizen", "Penjelasan tertulis")
        await screen.sees("citizen", "— Nama lengkap")
        await write(page, "citizen", "Ponirah Astuti")
        await screen.sees("citizen", "— Alamat lengkap")
        await write(page, "citizen", "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil")
        await screen.sees("citizen", "— Ringkasan")
        await reach(page, "citizen", "Lanjut")
        await screen.sees("citizen", "tanda tangan")
        await reach(page, "citizen", "Saya nyatakan benar")
        await screen.sees("citizen", "nama lengkap Anda sekali lagi")
        await write(page, "citizen", "Ponirah Astuti")
        await screen.sees("citizen", "tekan Kirim")
        await reach(page, "citizen", "Kirim")
        receipt = await screen.sees("citizen", "Nomor registrasi:")
        number = await number_in(receipt)
        await screen.sees("staff", f"Pengaduan {number}")
        await reach(page, "staff", "Ambil")
        await screen.sees("staff", f"Pengaduan {number}", "Petugas: ")


async def test_commands_replies_and_edits_have_shortcuts(demo: str) -> None:
    async with opened(demo) as page:
        screen = Screen(page)
        await screen.become("Sutrisno")
        await page.keyboard.press("Alt+w")
        await page.keyboard.type("/ba")
        # Shown as soon as the bot has registered its commands.
        await expect(screen.side("citizen").locator(".commands")).to_be_visible(timeout=SECONDS)
        await page.keyboard.press("ArrowDown")
        assert (await page.evaluate(FOCUSED))[0].startswith("/batal")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await screen.sees("citizen", "/bantuan")
        await screen.sees("citizen", "Lewat bot ini")
        await page.keyboard.press("Alt+w")
        await page.keyboard.press("ArrowUp")
        await expect(screen.side("citizen").locator(".quoted b")).to_have_text("Menyunting")
        await page.keyboard.press("Escape")
        await expect(screen.side("citizen").locator(".quoted")).to_be_hidden()
        await reach_messages(page)
        for key in ("Home", "Enter"):
            await page.keyboard.press(key)
        await expect(screen.side("citizen").locator(".quoted b")).to_contain_text("Membalas")
        await page.keyboard.press("Alt+t")
        assert (await page.evaluate(FOCUSED))[0] == "Panduan"
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("#panel-time")).to_be_visible()
