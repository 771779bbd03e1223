"""The messages of a chat: every kind, hostile text as text, and links that open the right chat."""

from __future__ import annotations

from typing import Any

import aiohttp
from playwright.async_api import expect

from bot.simulator.people import samples
from bot.simulator.server import Simulator
from tests.browser.chromium import NARROW, opened
from tests.browser.screen import Screen

HOSTILE = """<img src=x onerror="window.taken=1"><script>window.taken=1</script></article>
<svg onload=window.taken=1> {{7*7}} ${window.taken=1} &lt;b&gt; javascript:window.taken=1"""
BUTTONS = {
    "inline_keyboard": [
        [
            {"text": "Ambil", "callback_data": "a", "style": "primary"},
            {"text": "Kirim", "callback_data": "b", "style": "success"},
            {"text": "Batal", "callback_data": "c", "style": "danger"},
        ],
        [{"text": "Salin", "copy_text": {"text": "K4-x"}}, {"text": "Situs", "url": "https://example.com"}],
    ]
}


async def call(messenger: Simulator, method: str, **params: Any) -> Any:
    address = f"{messenger.base_url}{messenger.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(address, json=params) as response:
        body = await response.json()
        assert body["ok"], body
        return body["result"]


async def test_hostile_text_is_shown_as_text(messenger: Simulator) -> None:
    mallory = messenger.person(5002, "<b onmouseover=window.taken=1>Mallory</b>")
    await mallory.say(HOSTILE)
    await mallory.send_document(
        b"<script>window.taken=1</script>", "<img src=x onerror=window.taken=1>.html", "text/html"
    )
    await call(
        messenger,
        "sendMessage",
        chat_id=5002,
        text=HOSTILE,
        reply_markup={"inline_keyboard": [[{"text": HOSTILE[:60], "callback_data": "x"}]]},
    )
    links = [
        {
            "type": "text_link",
            "offset": 0,
            "length": 4,
            "url": "http://example.com/?javascript:window.taken=1",
        }
    ]
    await call(messenger, "sendMessage", chat_id=5002, text="klik di sini", entities=links)
    group = messenger.group(-1002, "<i>Grup</i> – Pengaduan", members=[mallory, messenger.people[6001]])
    await mallory.say(HOSTILE, group)
    async with opened(messenger.address) as page:
        await page.locator(".tabs button").nth(1).click()
        await page.get_by_label("Bertindak sebagai").select_option("6001")
        screen = Screen(page)
        shown = await screen.sees("staff", "javascript:window.taken=1")
        await expect(shown).to_contain_text(HOSTILE.splitlines()[0])
        await expect(page.locator(".author", has_text="<b onmouseover")).to_be_visible()
        assert await page.evaluate("window.taken") is None
        assert (
            await page.locator(
                ".unit script, .unit svg[onload], .unit [onerror], .unit [onmouseover]"
            ).count()
            == 0
        )


async def test_every_kind_of_message_is_shown(messenger: Simulator) -> None:
    siti = messenger.people[5001]
    await siti.send_album([("photo", samples.photo(number)) for number in range(3)], "Tiga bukti")
    await siti.send_voice(samples.voice(), 2)
    await siti.send_document(samples.document(), "bukti.pdf", "application/pdf")
    await siti.send_location(-7.6, 112.8)
    await siti.send_contact()
    html = "<b>tebal</b> <i>miring</i> <u>garis</u> <code>kode</code> "
    html += "<tg-spoiler>rahasia</tg-spoiler>\n<blockquote>kutipan</blockquote>"
    sent = await call(
        messenger, "sendMessage", chat_id=5001, text=html, parse_mode="HTML", reply_markup=BUTTONS
    )
    async with opened(messenger.address, guide=False) as page:
        screen = Screen(page)
        await screen.sees("citizen", "tebal")
        album = await screen.sees("citizen", "Tiga bukti")
        await expect(album.locator("img")).to_have_count(3)
        loaded = "images => images.every(image => image.complete && image.naturalWidth > 0)"
        await page.wait_for_function(
            f"() => ({loaded})([...document.querySelectorAll('#citizen .photo img')])"
        )
        await album.get_by_role("button", name="Lihat Foto 2").click()
        await expect(page.locator(".viewer")).to_contain_text("2/3")
        await page.keyboard.press("ArrowRight")
        await expect(page.locator(".viewer")).to_contain_text("3/3")
        await page.keyboard.press("Escape")
        await page.evaluate("document.querySelector('#citizen audio').play()")
        await page.wait_for_function("() => document.querySelector('#citizen audio').currentTime > 0")
        async with page.expect_download() as download:
            await page.locator("#citizen a.file").click()
        assert (await download.value).suggested_filename == "bukti.pdf"
        for tag, text in (
            ("b", "tebal"),
            ("i", "miring"),
            ("u", "garis"),
            ("code", "kode"),
            ("blockquote", "kutipan"),
        ):
            await expect(page.locator(f"#citizen .body {tag}", has_text=text)).to_be_visible()
        await expect(page.locator("#citizen .place")).to_contain_text("-7.6")
        await expect(page.locator("#citizen .row .danger")).to_have_text("Batal")
        await call(messenger, "editMessageText", chat_id=5001, message_id=sent["message_id"], text="lain")
        await expect((await screen.sees("citizen", "lain")).locator(".meta")).to_contain_text("disunting")
        await call(messenger, "sendChatAction", chat_id=5001, action="typing")
        await expect(page.locator("#citizen .chatname")).to_contain_text("mengetik")
        await call(messenger, "deleteMessage", chat_id=5001, message_id=sent["message_id"])
        await expect(page.locator("#citizen .unit", has_text="lain")).to_have_count(0)


async def test_taps_reply_forced_replies_open_and_presses_are_answered(messenger: Simulator) -> None:
    sent = await call(messenger, "sendMessage", chat_id=5001, text="Kartu", reply_markup=BUTTONS)
    async with opened(messenger.address, guide=False) as page:
        screen = Screen(page)
        await (await screen.sees("citizen", "Kartu")).locator(".body").click()
        await screen.say("citizen", "balasan saya")
        await expect((await screen.sees("citizen", "balasan saya")).locator(".reply")).to_contain_text(
            "Kartu"
        )
        assert messenger.people[5001].messages[-1]["reply_to_message"]["message_id"] == sent["message_id"]
        await call(
            messenger, "sendMessage", chat_id=5001, text="Mohon balas", reply_markup={"force_reply": True}
        )
        await expect(page.locator("#citizen .quoted")).to_contain_text("Mohon balas")
        await page.keyboard.press("Escape")
        await screen.press("citizen", "Ambil")
        update = next(each for each in messenger.world.pending if "callback_query" in each)
        query = update["callback_query"]["id"]
        await call(
            messenger, "answerCallbackQuery", callback_query_id=query, text="Sudah diambil", show_alert=True
        )
        await expect(page.get_by_role("dialog")).to_contain_text("Sudah diambil")
        await page.get_by_role("button", name="OK", exact=True).click()
        await page.get_by_role("button", name="Blokir bot").click()
        await expect(page.locator("#citizen .banner")).to_contain_text("Anda memblokir bot ini")
        await page.get_by_role("button", name="Buka blokir", exact=True).click()
        await expect(page.locator("#citizen .composer")).to_be_visible()


async def test_a_link_opens_the_chat_of_a_person_who_has_not_started(messenger: Simulator) -> None:
    messenger.person(5002, "Budi")
    messenger.staging.links = {"dpmd": "Dinas Pemberdayaan Masyarakat dan Desa"}
    async with opened(f"{messenger.address}/?start=dpmd", NARROW) as page:
        await expect(page.get_by_label("Ponsel milik").locator("option:checked")).to_have_text("Budi")
        await page.locator("#citizen .banner").get_by_role("button", name="Mulai").click()
        await Screen(page).sees("citizen", "/start dpmd")
        assert messenger.people[5002].messages[-1]["text"] == "/start dpmd"
        await page.get_by_role("button", name="Tautan dan kode QR").click()
        picture = page.get_by_alt_text("Kode QR ke Dinas")
        await page.wait_for_function("() => document.querySelector('.link img').naturalWidth > 0")
        await expect(picture).to_be_visible()


async def test_messages_during_a_lost_connection_appear_afterwards(
    messenger: Simulator,
) -> None:
    async with opened(messenger.address) as page:
        screen = Screen(page)
        await expect(page.locator("#clock")).not_to_be_empty()
        await page.context.set_offline(offline=True)
        await call(messenger, "sendMessage", chat_id=5001, text="sementara itu")
        await page.context.set_offline(offline=False)
        await screen.sees("citizen", "sementara itu")


async def test_the_newest_message_stays_visible_until_the_user_scrolls_up(messenger: Simulator) -> None:
    chat, bot = messenger.people[5001].chat, messenger.world.bot
    async with opened(messenger.address, NARROW) as page:
        screen = Screen(page)
        for number in range(40):
            text = f"Pesan {number} " + "panjang " * (number % 7 * 12)
            messenger.world.post(chat, bot, {"text": text})
            if number % 8 == 0:
                await screen.sees("citizen", f"Pesan {number} ")
        last = await screen.sees("citizen", "Pesan 39 ")
        await expect(last).to_be_in_viewport(ratio=0.9)
        await last.hover()
        await page.mouse.wheel(0, -900)
        await expect(last).not_to_be_in_viewport()
        messenger.world.post(chat, bot, {"text": "yang baru"})
        await expect(page.locator("#citizen .below")).to_be_visible()
        await expect(page.locator("#citizen .unit", has_text="yang baru")).not_to_be_in_viewport()
        await page.locator("#citizen .below").click()
        await expect(page.locator("#citizen .unit", has_text="yang baru")).to_be_in_viewport()
