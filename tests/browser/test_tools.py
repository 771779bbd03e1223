"""The tools next to the chats, with the real bot: stories, time, faults, moved groups, restart."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.chromium import SECONDS, opened
from tests.browser.screen import Screen

STORY_SECONDS = 180_000


async def ticked(page: Page, *steps: int) -> None:
    for step in steps:
        await expect(page.locator(".tour li").nth(step - 1)).to_have_class("done", timeout=SECONDS)


async def test_a_story_runs_the_guide_ticks_time_moves_and_the_practice_restarts(
    quick_demo: str,
) -> None:
    async with opened(quick_demo) as page:
        screen = Screen(page)
        await page.get_by_role("button", name="Jalan desa rusak").click()
        await expect(page.locator(".playing")).to_contain_text("Sedang berjalan")
        await expect(page.locator(".playing")).to_be_hidden(timeout=STORY_SECONDS)
        await screen.sees("citizen", "Terima kasih atas penilaian ⭐⭐⭐⭐⭐")
        await ticked(page, 1, 2, 3, 4, 5, 6, 7)
        await screen.say("citizen", "/lapor")
        await screen.press("citizen", "Dinas Pemberdayaan Masyarakat dan Desa")
        await screen.sees("citizen", "Pemberitahuan privasi")
        before = await page.locator("#clock").text_content() or ""
        await page.locator("#tab-time").click()
        await page.get_by_role("button", name="+1 hari kerja").click()
        await expect(page.locator("#clock")).not_to_have_text(before)
        await page.get_by_role("button", name="+1 hari", exact=True).click()
        await screen.sees("citizen", "belum selesai")
        await page.locator("#tab-guide").click()
        await ticked(page, 8)
        await page.get_by_role("button", name="Mulai ulang").click()
        await page.get_by_role("button", name="Ya, mulai ulang").click()
        await expect(page.locator("#citizen .banner").get_by_role("button", name="Mulai")).to_be_visible(
            timeout=SECONDS
        )
        await expect(page.locator(".unit")).to_have_count(0)
        await page.locator("#citizen .banner").get_by_role("button", name="Mulai").click()
        await screen.sees("citizen", "Selamat datang")


async def test_the_bot_retries_after_faults_and_every_call_is_listed(own_demo: str) -> None:
    async with opened(own_demo) as page:
        screen = Screen(page)
        await expect(page.locator("#citizen .banner")).to_be_visible()
        await page.locator("#tab-faults").click()
        await page.get_by_label("Berapa kali").fill("2")
        await page.get_by_role("button", name="Menolak 429").click()
        await page.get_by_role("button", name="Putus sebelum sampai").click()
        await expect(page.locator(".armed li")).to_have_count(2)
        await screen.say("citizen", "/start")
        await screen.sees("citizen", "Selamat datang")
        log = page.locator(".log")
        await expect(log).to_contain_text("429: tunggu 2 detik")
        await expect(log).to_contain_text("sambungan putus")
        box = await log.bounding_box()
        assert box
        assert box["height"] > 100
        await expect(log.locator("li.good").filter(has_text="percobaan ke-").first).to_be_visible()
        await expect(page.locator(".armed li")).to_have_count(0)
        assert await page.locator("#citizen .unit", has_text="Selamat datang").count() == 1


async def test_a_group_moves_and_the_bot_is_removed_and_added(own_demo: str) -> None:
    async with opened(own_demo) as page:
        screen = Screen(page)
        await expect(page.locator("#citizen .banner")).to_be_visible()
        await page.locator("#tab-faults").click()
        await page.get_by_role("button", name="DPMD – Pengaduan berpindah").click()
        await screen.sees("staff", "kelanjutan dari grup yang lama")
        await page.get_by_role("button", name="Keluarkan bot dari DPMD").click()
        await expect(page.locator("#staff .banner")).to_contain_text("Bot tidak ada di grup ini")
        await page.locator("#staff .banner").get_by_role("button", name="Tambahkan bot lagi").click()
        await expect(page.locator("#staff .composer")).to_be_visible()
        await screen.say("staff", "/daftar")
        await screen.sees("staff", "Tidak ada pengaduan dalam daftar ini")
