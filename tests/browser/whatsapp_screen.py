"""Actions on the WhatsApp phone of the practice page, by its visible texts and labels."""

from __future__ import annotations

import re

from playwright.async_api import Locator, expect

from tests.browser.chromium import SECONDS
from tests.browser.screen import Screen, number_in

SIDE = "whatsapp"


class WhatsAppScreen(Screen):
    """One open page whose citizen is on WhatsApp."""

    @property
    def phone(self) -> Locator:
        return self.side(SIDE)

    async def use(self, name: str) -> None:
        """Choose this person at the Telegram phone."""
        await self.page.get_by_label("Ponsel milik").select_option(label=name)
        await expect(self.phone).to_be_visible()

    async def shows(self, *texts: str) -> Locator:
        return await self.sees(SIDE, *texts)

    async def write(self, text: str) -> None:
        await self.say(SIDE, text)

    async def choose(self, question: str, label: str) -> None:
        """Press the button of this label under a question, or pick the row of a list there.

        A date may follow the label of a day.
        """
        asked = await self.shows(question)
        name = re.compile(rf"^{re.escape(label)}(, \d+ \w+)?$".replace("/", r"\/"))
        await expect(asked.locator(".choice").first).to_be_visible(timeout=SECONDS)
        button = asked.locator(".choice").filter(has_text=name)
        if await button.count():
            await button.first.click()
            return
        await asked.locator(".choice[aria-haspopup=dialog]").click()
        await self.phone.locator(".listrow").filter(has=self.page.locator("b", has_text=name)).click()

    async def file_on_whatsapp(self, name: str) -> str:
        """File a complaint at DPMD with a text and a photo; return its number."""
        await self.phone.locator(".banner").get_by_role("button", name="Lapor DPMD").click()
        await self.choose("Pemberitahuan privasi", "Mengerti, lanjut")
        await self.choose("— Layanan", "Pendampingan Dana Desa")
        await self.shows("— Kejadian")
        await self.write("Jalan dusun kami berlubang.")
        await self.attach(SIDE, "Foto contoh")
        await self.shows("Tercatat: 2")
        await self.choose("Tercatat: 2", "Lanjut")
        await self.choose("— Waktu kejadian", "Kemarin")
        await self.shows("— Tempat kejadian")
        await self.write("jalan Dusun Krajan")
        await self.choose("— Kerugian", "Tidak ada")
        await self.choose("— Penyelesaian", "Penjelasan tertulis")
        await self.shows("— Nama lengkap")
        await self.write(name)
        await self.shows("— Alamat lengkap")
        await self.write("Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil")
        await self.choose("— Ringkasan", "Lanjut")
        return await self.sign_on_whatsapp(name)

    async def sign_on_whatsapp(self, name: str) -> str:
        await self.choose("— Tempat dan tanda tangan", "Saya nyatakan benar")
        await self.shows("nama lengkap Anda sekali lagi")
        await self.write(name)
        await self.choose("tekan Kirim", "Kirim")
        return await number_in(await self.shows("Nomor registrasi:"))
