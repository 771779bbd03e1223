"""A complaint from a WhatsApp phone, with the real bot: filed, answered in the window or after it, rated."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.chromium import NARROW, SECONDS, WIDE, opened
from tests.browser.whatsapp_screen import WhatsAppScreen

RESPONSE = "Mohon maaf, Ibu. Jalan dusun diperbaiki bulan ini."


async def test_a_complaint_is_filed_answered_and_rated_on_whatsapp(demo: str) -> None:
    async with opened(demo, NARROW, has_touch=True) as page:
        screen = WhatsAppScreen(page, narrow=True)
        await screen.use("Wahyuni")
        reference = await screen.file_on_whatsapp("Wahyuni Lestari")
        letter = await screen.shows(f"Surat pengaduan {reference}")
        async with page.expect_download() as download:
            await letter.locator("a.file").click()
        assert (await download.value).suggested_filename == f"surat-pengaduan-{reference}.pdf"
        await screen.turn("staff")
        await screen.open_group("DPMD")
        await screen.answer(reference, RESPONSE)
        await screen.sees("staff", f"Pengaduan {reference}", "Tanggapan: Terkirim")
        await screen.turn("citizen")
        await screen.shows(f"Tanggapan atas pengaduan {reference}", RESPONSE)
        await screen.choose(f"Tanggapan atas pengaduan {reference}", "Puas")
        await screen.choose("berikan nilai", "⭐⭐⭐⭐⭐")
        await screen.shows("Terima kasih atas penilaian ⭐⭐⭐⭐⭐")


async def test_the_guide_marks_what_the_next_step_needs_on_whatsapp(own_demo: str) -> None:
    async with opened(own_demo) as page:
        screen = WhatsAppScreen(page)
        await screen.use("Wahyuni")
        await screen.phone.locator(".banner").get_by_role("button", name="Lapor DPMD").click()
        notice = await screen.shows("Pemberitahuan privasi")
        # "Mengerti, lanjut" is a row of the list behind this button.
        await expect(notice.locator(".choice")).to_have_class("choice hint", timeout=SECONDS)
        await screen.choose("Pemberitahuan privasi", "Mengerti, lanjut")
        await screen.choose("— Layanan", "Pendampingan Dana Desa")
        await expect(screen.phone.locator("textarea")).to_have_class("hint", timeout=SECONDS)
        await expect(page.locator(".tour li").last).to_have_class("done")


async def test_after_a_day_a_template_tells_of_the_response_to_a_person_without_a_number(
    own_demo: str,
) -> None:
    async with opened(own_demo, WIDE) as page:
        screen = WhatsAppScreen(page)
        await screen.use("Yanto")
        reference = await screen.file_on_whatsapp("Yanto Prasetyo")
        await expect(screen.phone.locator(".window")).to_contain_text("terbuka sampai")
        await page.locator("#tab-time").click()
        await page.get_by_role("button", name="+1 hari kerja").click()
        await expect(screen.phone.locator(".window")).to_contain_text("tertutup")
        await screen.answer(reference, RESPONSE)
        news = await screen.shows("Ada kabar tentang pengaduan", reference)
        answered = screen.phone.locator(".unit").filter(has_text=RESPONSE)
        assert await answered.count() == 0
        await news.get_by_role("button", name="Baca").click()
        await expect(answered).to_have_count(1, timeout=SECONDS)
        await screen.sees("staff", f"Pengaduan {reference}", "Tanggapan: Terkirim")
