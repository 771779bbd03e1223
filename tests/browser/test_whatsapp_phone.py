"""The WhatsApp phone next to the Telegram phone: what it shows, what its person does. The test is the bot."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.simulator.people import samples
from bot.simulator.server import Simulator
from tests.browser.chromium import NARROW, WIDE, opened
from tests.browser.screen import Screen
from tests.browser.test_accessibility import findings
from tests.browser.test_keyboard import FOCUSED
from tests.browser.test_messages import HOSTILE, call
from tests.integration.cloud_api_client import CloudClient, text

HUGE, TINY = (1900, 1000), (320, 640)
WAHYUNI, YANTO = "6281230001111", "6281230002222"
NOTICE = ("Mengerti, lanjut", "Baca lengkap", "Tidak setuju")
SERVICES = (("Dana Desa", "Pendampingan"), ("BLT Desa", ""), ("Lainnya", ""))


def interactive(kind: str, body: str, **action: Any) -> dict[str, Any]:
    content = {"type": kind, "body": {"text": body}, "action": action}
    return {"type": "interactive", "interactive": content}


def notice(body: str = "*Pemberitahuan privasi*", titles: tuple[str, ...] = NOTICE) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": title[:9], "title": title}} for title in titles]
    return interactive("button", body, buttons=replies)


def services(rows: tuple[tuple[str, str], ...] = SERVICES) -> dict[str, Any]:
    listed = [
        {"id": f"service:{at}", "title": row, "description": detail} for at, (row, detail) in enumerate(rows)
    ]
    return interactive(
        "list", "Langkah 1 dari 9 — *Layanan*", button="Pilih layanan", sections=[{"rows": listed}]
    )


@pytest_asyncio.fixture(loop_scope="session")
async def cloud(messenger: Simulator) -> AsyncIterator[CloudClient]:
    """The bot's side of WhatsApp, with two citizens there; one shows no number."""
    messenger.staging.links = {"dpmd": "Dinas Pemberdayaan Masyarakat dan Desa"}
    messenger.staging.openings = {"dpmd": "Lapor DPMD"}
    messenger.whatsapp.person(WAHYUNI, "Wahyuni")
    messenger.whatsapp.person(YANTO, "Yanto", username_only=True)
    async with aiohttp.ClientSession() as session:
        yield CloudClient(messenger.whatsapp, session)


async def use(page: Page, name: str = "Wahyuni") -> Locator:
    """Choose a person on WhatsApp, and return the phone."""
    await page.get_by_label("Ponsel milik").select_option(label=name)
    phone = page.locator("#whatsapp")
    await expect(phone).to_be_visible()
    await expect(phone.locator("h2")).to_have_text("Aduan Latihan")
    return phone


async def populate(cloud: CloudClient) -> None:
    """Exchange one message of each kind with Wahyuni."""
    person = cloud.cloud.people[WAHYUNI]
    first = await person.say("Lapor DPMD")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": first["id"]}
    await cloud.result("POST", f"{cloud.cloud.phone_number_id}/messages", json=read)
    await cloud.send(text("*tebal* _miring_ ~coret~ `kode` https://example.com\n> kutipan"))
    await cloud.send(notice())
    await person.press("Mengerti")
    await cloud.send(services())
    await person.send_photo(samples.photo(), "Jalan")
    await person.send_document(samples.document(), "bukti.pdf")
    await person.send_voice(samples.voice())
    await person.send_location(-7.6, 112.8, "Balai Desa", "Raci")
    await person.send_contact()
    await cloud.send(interactive("location_request_message", "Di mana?", name="send_location"))
    await cloud.send(interactive("request_contact_info", "Nomor telepon?", name="request_contact_info"))
    paper = await cloud.uploaded(samples.document(), "application/pdf")
    letter = {"id": paper, "filename": "surat.pdf", "caption": "Surat pengaduan"}
    await cloud.send({"type": "document", "document": letter})
    cloud.cloud.template("kabar", "id", "Ada kabar tentang {{1}} untuk Anda.", ("Baca",))
    value = {"type": "body", "parameters": [{"type": "text", "text": "DPMD-2026-0001"}]}
    news = {"name": "kabar", "language": {"code": "id"}, "components": [value]}
    await cloud.send({"type": "template", "template": news})
    await person.say("Terima kasih", reply_to=person.messages[-1])


async def test_a_citizen_on_whatsapp_starts_presses_picks_and_shares(cloud: CloudClient) -> None:
    person = cloud.cloud.people[WAHYUNI]
    async with opened(cloud.cloud.address, WIDE) as page:
        screen = Screen(page)
        phone = await use(page)
        await expect(page.locator("#citizen")).to_be_hidden()
        await phone.locator(".banner").get_by_role("button", name="Lapor DPMD").click()
        await screen.sees("whatsapp", "Lapor DPMD")
        await cloud.send(notice())
        await screen.sees("whatsapp", "Pemberitahuan privasi")
        await screen.press("whatsapp", "Mengerti, lanjut")
        await cloud.send(services())
        await screen.press("whatsapp", "Pilih layanan")
        sheet = phone.get_by_role("dialog", name="Pilih layanan")
        await expect(sheet).to_contain_text("Pendampingan")
        await sheet.get_by_role("button", name="Dana Desa").click()
        await expect(sheet).to_have_count(0)
        await cloud.send(interactive("location_request_message", "Di mana?", name="send_location"))
        await screen.press("whatsapp", "Kirim lokasi")
        await cloud.send(interactive("request_contact_info", "Nomor?", name="request_contact_info"))
        await screen.press("whatsapp", "Bagikan nomor saya")
        await screen.sees("whatsapp", f"+{WAHYUNI}")
        await screen.say("whatsapp", "Jalan kami rusak")
        await screen.attach("whatsapp", "Album contoh")
        await expect(phone.locator(".own .photo")).to_have_count(3)
        shown = [(each["type"], each["shown"]) for each in person.messages if each["direction"] == "person"]
    assert shown[1:3] == [("interactive", "Mengerti, lanjut"), ("interactive", "Dana Desa")]
    assert person.messages[2]["interactive"]["button_reply"]["id"] == "Mengerti,"
    assert [kind for kind, _ in shown[3:]] == ["location", "contacts", "text", "image", "image", "image"]


async def test_every_kind_of_message_is_shown_and_read(cloud: CloudClient) -> None:
    await populate(cloud)
    person = cloud.cloud.people[WAHYUNI]
    async with opened(cloud.cloud.address, WIDE, guide=False) as page:
        screen = Screen(page)
        phone = await use(page)
        await screen.sees("whatsapp", "Terima kasih")
        for tag, words in (
            ("b", "tebal"),
            ("i", "miring"),
            ("s", "coret"),
            ("code", "kode"),
            ("blockquote", "kutipan"),
        ):
            await expect(phone.locator(f".body {tag}", has_text=words).first).to_be_visible()
        await expect(phone.get_by_role("link", name="https://example.com")).to_be_visible()
        first = await screen.sees("whatsapp", "Lapor DPMD")
        await expect(first.locator(".ticks")).to_have_text("dibaca")
        last = await screen.sees("whatsapp", "Terima kasih")
        await expect(last.locator(".ticks")).to_have_text("terkirim")
        await expect(last.locator(".reply")).to_contain_text("Ada kabar tentang DPMD-2026-0001")
        await expect(phone.locator(".place", has_text="Balai Desa, Raci")).to_be_visible()
        loaded = (
            "() => [...document.querySelectorAll('#whatsapp .photo img')].every((each) => each.naturalWidth)"
        )
        await page.wait_for_function(loaded)
        await phone.locator("audio").evaluate("(sound) => sound.play()")
        await page.wait_for_function("() => document.querySelector('#whatsapp audio').currentTime > 0")
        async with page.expect_download() as download:
            await (await screen.sees("whatsapp", "Surat pengaduan")).locator("a.file").click()
        assert (await download.value).suggested_filename == "surat.pdf"
        await screen.press("whatsapp", "Baca")
        await screen.sees("whatsapp", "Baca")
    assert person.messages[-1]["button"] == {"payload": "Baca", "text": "Baca"}
    told = {each["status"] for each in person.messages if each["direction"] == "business"}
    assert told == {"read"}


async def test_what_nobody_looks_at_is_not_read(cloud: CloudClient) -> None:
    person = cloud.cloud.people[WAHYUNI]
    await person.say("halo")
    async with opened(cloud.cloud.address, NARROW, has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await use(page)
        await screen.turn("staff")
        await cloud.send(text("Selamat datang"))
        await expect(page.locator(".switch [data-side=citizen]")).to_have_class("unread")
        assert person.messages[-1]["status"] == "delivered"
        await screen.turn("citizen")
        await screen.sees("whatsapp", "Selamat datang")
        await expect(page.locator(".switch [data-side=citizen]")).not_to_have_class("unread")
        while person.messages[-1]["status"] != "read":
            await page.wait_for_timeout(20)


async def test_hostile_text_is_shown_as_text(cloud: CloudClient) -> None:
    mallory = cloud.cloud.person("6281230009999", "<b onmouseover=window.taken=1>Mallory</b>")
    await mallory.say(HOSTILE)
    await mallory.send_document(b"<script>", "<img src=x onerror=window.taken=1>.html", "text/html")
    row = ("<img src=x>", "<svg onload=window.taken=1>")
    for body in (
        notice(HOSTILE, ("<i>Ya</i>",)),
        services((row,)),
        text(f"*{HOSTILE}*\n> <b>x</b> `<u>y</u>`"),
    ):
        status, answer = await cloud.post({**body, "to": "6281230009999"})
        assert status == 200, answer
    async with opened(cloud.cloud.address) as page:
        screen = Screen(page)
        phone = await use(page, mallory.name)
        shown = await screen.sees("whatsapp", "<b>x</b>")
        await expect(shown).to_contain_text("<script>window.taken=1</script>")
        await screen.press("whatsapp", "Pilih layanan")
        await expect(phone.get_by_role("dialog")).to_contain_text("<svg onload=window.taken=1>")
        assert (
            await phone.locator("svg[onload], .unit img, [onerror], [onmouseover], .body script").count() == 0
        )
        assert await page.evaluate("window.taken") is None


async def test_marks_stand_at_the_edges_of_words_only(cloud: CloudClient) -> None:
    person = cloud.cloud.people[WAHYUNI]
    await person.say("a_b_c 2*3*4 * x * *_dua_* https://example.com/a_b_c_ (*x*)\nsatu\n> q1\n> q2\ndua")
    async with opened(cloud.cloud.address, guide=False) as page:
        await use(page)
        body = (await Screen(page).sees("whatsapp", "a_b_c")).locator(".body")
        marks = await body.evaluate(
            "(node) => [...node.querySelectorAll('b, i, a, blockquote')].map((each) => each.textContent)"
        )
        assert marks == ["dua", "dua", "https://example.com/a_b_c", "x", "q1\nq2"]
        await expect(body).to_have_text(re.compile(r"^a_b_c 2\*3\*4 \* x \* dua "))


async def test_the_window_is_shown_and_closes_as_time_moves_forward(cloud: CloudClient) -> None:
    async with opened(cloud.cloud.address, WIDE) as page:
        screen = Screen(page)
        phone = await use(page, "Yanto")
        window = phone.locator(".window")
        await expect(window).to_contain_text("Tanpa nomor, hanya nama pengguna. Warga belum menulis")
        await screen.say("whatsapp", "halo")
        await expect(window).to_contain_text("Jendela 24 jam terbuka sampai")
        await page.locator("#tab-time").click()
        await page.get_by_role("button", name="+1 hari", exact=True).click()
        await expect(window).to_contain_text("Jendela 24 jam tertutup")
        await expect(window).to_have_class("window shut")
        await screen.say("whatsapp", "ada kabar?")
        await expect(window).to_contain_text("terbuka sampai")


async def test_an_edit_says_that_the_bot_does_not_read_it(cloud: CloudClient) -> None:
    person = cloud.cloud.people[WAHYUNI]
    await person.say("Jalan rusak")
    await cloud.send(notice())
    await person.press("Mengerti, lanjut")
    async with opened(cloud.cloud.address, guide=False) as page:
        screen = Screen(page)
        phone = await use(page)
        pressed = await screen.sees("whatsapp", "Mengerti, lanjut")
        await expect(pressed.get_by_role("button", name="Sunting")).to_have_count(0)
        written = await screen.sees("whatsapp", "Jalan rusak")
        await written.hover()
        await written.get_by_role("button", name="Sunting pesan ini").click()
        await screen.say("whatsapp", "Jembatan rusak")
        await expect(page.locator("#toast")).to_contain_text("bukan isinya")
        await expect((await screen.sees("whatsapp", "Jembatan rusak")).locator(".meta")).to_contain_text(
            "Diedit"
        )
        await expect(phone.locator(".unit", has_text="Jalan rusak")).to_have_count(0)


async def test_people_are_chosen_across_the_messengers(cloud: CloudClient) -> None:
    async with opened(cloud.cloud.address, WIDE) as page:
        await expect(page.locator("#citizen optgroup")).to_have_count(2)
        await use(page, "Yanto")
        chosen = page.get_by_label("WhatsApp milik")
        await expect(chosen).to_be_focused()
        await expect(chosen.locator("option:checked")).to_have_text("Yanto")
        await page.get_by_role("button", name="Tampilkan kedua ponsel").click()
        await expect(page.locator("#citizen")).to_be_visible()
        await chosen.select_option(label="Siti")
        await expect(page.get_by_label("Ponsel milik")).to_be_focused()
        await expect(chosen.locator("option:checked")).to_have_text("Yanto")
        await page.locator("#citizen").get_by_role("button", name="Tampilkan kedua ponsel").click()
        await expect(page.locator("#whatsapp")).to_be_hidden()
        await page.set_viewport_size({"width": HUGE[0], "height": HUGE[1]})
        await use(page)
        await expect(page.locator("#citizen")).to_be_visible()
        await page.get_by_role("button", name="Warga WhatsApp baru").click()
        await page.get_by_label("Nama", exact=True).fill("Sulastri")
        await page.get_by_label("Menyembunyikan nomor").check()
        await page.get_by_role("button", name="Simpan").click()
        await expect(chosen.locator("option:checked")).to_have_text("Sulastri")
        await expect(page.locator(".window")).to_contain_text("Tanpa nomor")


async def test_a_hidden_phone_with_news_is_marked_in_the_chooser(cloud: CloudClient) -> None:
    await cloud.cloud.people[WAHYUNI].say("halo")
    async with opened(cloud.cloud.address, WIDE) as page:
        await use(page)
        await page.get_by_label("WhatsApp milik").select_option(label="Siti")
        await expect(page.locator("#whatsapp")).to_be_hidden()
        await cloud.send(text("Kabar"))
        names = page.get_by_label("Ponsel milik").locator("option")
        await expect(names.filter(has_text="Wahyuni")).to_have_text("Wahyuni •")
        await page.get_by_label("Ponsel milik").select_option(WAHYUNI)
        await Screen(page).sees("whatsapp", "Kabar")
        await expect(page.get_by_label("WhatsApp milik").locator("option:checked")).to_have_text("Wahyuni")


async def test_a_link_opens_the_phone_of_somebody_who_has_not_written(cloud: CloudClient) -> None:
    await cloud.cloud.people[WAHYUNI].say("halo")
    async with opened(f"{cloud.cloud.address}/?lapor=dpmd", NARROW) as page:
        screen = Screen(page, narrow=True)
        await expect(page.get_by_label("WhatsApp milik").locator("option:checked")).to_have_text("Yanto")
        await page.locator("#whatsapp .banner").get_by_role("button", name="Kirim “Lapor DPMD”").click()
        await screen.sees("whatsapp", "Lapor DPMD")
        await page.get_by_role("button", name="Tautan dan kode QR").click()
        await expect(page.get_by_role("dialog")).to_contain_text("wa.me/6281130000001?text=Lapor%20DPMD")
        await page.wait_for_function("() => document.querySelector('.link img').naturalWidth > 0")
    assert cloud.cloud.people[YANTO].messages[0]["text"] == {"body": "Lapor DPMD"}


async def test_the_tools_offer_the_faults_of_whatsapp(cloud: CloudClient) -> None:
    await cloud.cloud.people[WAHYUNI].say("halo")
    async with opened(cloud.cloud.address, WIDE) as page:
        phone = await use(page)
        await page.locator("#tab-faults").click()
        await page.get_by_label("Untuk").select_option("whatsapp.messages")
        await page.get_by_label("Berapa kali").fill("1")
        await page.get_by_role("button", name="Akun ditangguhkan").click()
        await page.get_by_role("button", name="Kabar WhatsApp datang dua kali").click()
        armed = page.locator(".armed li")
        await expect(armed).to_have_text(
            ["Akun ditangguhkan: 1 × lagi, kiriman bot lewat WhatsApp", "Kabar WhatsApp datang dua kali"]
        )
        assert await cloud.refusal(text()) == 131031
        await cloud.send(text())
        await expect(page.locator(".log")).to_contain_text("131031: Account has been locked")
        await expect(page.locator(".log li.good")).to_contain_text("percobaan ke-2")
        await page.get_by_role("button", name="Pulihkan semua").click()
        await expect(armed).to_have_count(0)
        await page.get_by_role("button", name="Wahyuni mematikan ponsel").click()
        await expect(phone.locator(".window")).to_contain_text("Ponsel mati")
        await page.get_by_role("button", name="Wahyuni berganti nomor").click()
        await expect(phone.locator(".window")).to_contain_text("+6281390000001")
        await phone.get_by_role("button", name="Blokir bisnis").click()
        await expect(phone.locator(".banner")).to_contain_text("Anda memblokir bisnis ini")


async def test_both_phones_are_used_with_the_keyboard_only(cloud: CloudClient) -> None:
    await cloud.cloud.people[WAHYUNI].say("halo")
    await cloud.send(notice())
    await cloud.send(services())
    async with opened(cloud.cloud.address, WIDE) as page:
        screen = Screen(page)
        phone = await use(page)
        await screen.sees("whatsapp", "Layanan")
        await page.keyboard.press("Alt+w")
        await expect(phone.locator("textarea")).to_be_focused()
        await until(page, "Pilih layanan")
        await page.keyboard.press("Enter")
        await expect(phone.locator(".listrow").first).to_be_focused()
        await page.keyboard.press("ArrowDown")
        assert await page.evaluate(FOCUSED) == ["BLT Desa", True]
        await page.keyboard.press("Escape")
        assert (await page.evaluate(FOCUSED))[0] == "Pilih layanan"
        await page.keyboard.press("Enter")
        for key in ("End", "Enter"):
            await page.keyboard.press(key)
        await screen.sees("whatsapp", "Lainnya")
        await page.keyboard.press("Alt+p")
        await expect(page.locator("#staff textarea")).to_be_focused()


async def until(page: Page, label: str) -> None:
    """Move back until this button has the focus."""
    for _ in range(9):
        await page.keyboard.press("Shift+Tab")
        now, seen = await page.evaluate(FOCUSED)
        assert seen, f"the focus on {now!r} is not to be seen"
        if now == label:
            return
    raise AssertionError(f"{label!r} is not reached")


async def test_every_screen_of_the_phone_is_accessible(cloud: CloudClient) -> None:
    await populate(cloud)
    found = []
    for dark in (False, True):
        async with opened(cloud.cloud.address, HUGE, dark=dark) as page:
            screen = Screen(page)
            phone = await use(page)
            await screen.sees("whatsapp", "Terima kasih")
            found += await findings(page, "both phones")
            await screen.press("whatsapp", "Pilih layanan")
            await expect(phone.get_by_role("dialog")).to_be_visible()
            found += await findings(page, "sheet")
            await page.keyboard.press("Escape")
            await page.locator("#tab-faults").click()
            await page.get_by_label("Untuk").select_option("whatsapp.messages")
            found += await findings(page, "faults")
            await page.get_by_role("button", name="Warga WhatsApp baru").click()
            found += await findings(page, "new person")
            await page.keyboard.press("Escape")
            await page.get_by_label("WhatsApp milik").select_option(label="Yanto")
            await expect(phone.locator(".banner")).to_be_visible()
            found += await findings(page, "new chat")
    assert not found, "\n".join(found)


async def test_nothing_of_the_phone_is_wider_than_a_small_screen(cloud: CloudClient) -> None:
    await populate(cloud)
    async with opened(cloud.cloud.address, TINY, has_touch=True) as page:
        screen = Screen(page, narrow=True)
        phone = await use(page)
        await screen.sees("whatsapp", "Terima kasih")
        over = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert await page.evaluate(over) <= 0
        await expect(phone.get_by_label("Tulis pesan")).to_be_in_viewport(ratio=1)
        assert (await findings(page, "narrow")) == []
        await screen.press("whatsapp", "Pilih layanan")
        await expect(phone.locator(".listrow").last).to_be_in_viewport(ratio=1)
        await page.keyboard.press("Escape")
        await screen.turn("staff")
        await expect(phone).to_be_hidden()


async def test_a_telegram_message_reaches_the_phone_that_stays_visible(
    messenger: Simulator, cloud: CloudClient
) -> None:
    async with opened(cloud.cloud.address, HUGE) as page:
        screen = Screen(page)
        await use(page)
        await call(messenger, "sendMessage", chat_id=5001, text="lewat Telegram")
        await screen.sees("citizen", "lewat Telegram")
        await screen.say("citizen", "dari Telegram")
        await screen.say("whatsapp", "dari WhatsApp")
        await screen.sees("whatsapp", "dari WhatsApp")
    assert messenger.people[5001].messages[-1]["text"] == "dari Telegram"
