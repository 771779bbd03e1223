"""Actions on the practice page, by its visible texts and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import SECONDS

RECEIPT = re.compile(r"Nomor registrasi: (\S+)")


async def number_in(receipt: Locator) -> str:
    """The registration number in this message.

    Messages outside the visible part are not laid out (`content-visibility`): their `inner_text` is empty.
    """
    found = RECEIPT.search(await receipt.text_content() or "")
    assert found
    return found[1]


@dataclass
class Screen:
    """One open page; a narrow one shows one side at a time, which `turn` selects."""

    page: Page
    narrow: bool = False

    def side(self, name: str) -> Locator:
        return self.page.locator(f"#{name}")

    async def turn(self, name: str) -> None:
        if self.narrow:
            await self.page.locator(f".switch [data-side={name}]").click()

    async def sees(self, side: str, *texts: str) -> Locator:
        """Wait for a message with all these texts and return the newest."""
        found = self.side(side).locator(".unit")
        for text in texts:
            found = found.filter(has_text=text)
        await expect(found.last).to_be_visible(timeout=SECONDS)
        return found.last

    async def open_group(self, name: str) -> None:
        await self.page.locator(f".tabs button[title^='{name} – Pengaduan']").first.click()

    async def press(self, side: str, label: str) -> None:
        """Press the newest button of this label; a date may follow the label of a day."""
        # The browser's form of a regular expression ends at a slash that is not escaped.
        name = re.compile(rf"^{re.escape(label)}(, \d+ \w+)?$".replace("/", r"\/"))
        buttons = self.side(side).locator(".buttons").get_by_role("button", name=name)
        await buttons.last.click(timeout=SECONDS)

    async def tap(self, side: str, label: str) -> None:
        await self.side(side).locator(".keys").get_by_role("button", name=label, exact=True).click()

    async def say(self, side: str, text: str) -> None:
        writing = self.side(side).get_by_label("Tulis pesan")
        await writing.fill(text)
        await writing.press("Enter")

    async def attach(self, side: str, item: str) -> None:
        await self.side(side).get_by_role("button", name="Kirim foto, berkas").click()
        await self.page.get_by_role("menuitem", name=item).click()

    async def become(self, name: str) -> None:
        """Add a citizen and act as this person."""
        await self.page.get_by_role("button", name="Warga baru").click()
        await self.page.get_by_label("Nama", exact=True).fill(name)
        await self.page.get_by_role("button", name="Simpan").click()
        chosen = self.page.get_by_label("Ponsel milik").locator("option:checked")
        await expect(chosen).to_have_text(name, timeout=SECONDS)

    async def file(self, agency: str, service: str, name: str) -> str:
        """File a complaint with a text and three photos; return its number."""
        await self.say("citizen", "/lapor")
        await self.sees("citizen", "Pengaduan ini tentang apa?")
        await self.press("citizen", agency)
        await self.press("citizen", "Mengerti, lanjut")
        await self.sees("citizen", "— Layanan")
        await self.press("citizen", service)
        await self.sees("citizen", "— Kejadian")
        await self.say("citizen", "Berkas saya ditolak tanpa alasan.")
        await self.sees("citizen", "Tercatat: 1")
        await self.attach("citizen", "Album contoh")
        await self.sees("citizen", "Tercatat: 4")
        await self.tap("citizen", "Lanjut")
        await self.sees("citizen", "— Waktu kejadian")
        await self.press("citizen", "Kemarin")
        await self.sees("citizen", "— Tempat kejadian")
        await self.say("citizen", "loket pelayanan")
        await self.sees("citizen", "— Kerugian")
        await self.press("citizen", "Tidak ada")
        await self.sees("citizen", "— Penyelesaian")
        await self.press("citizen", "Penjelasan tertulis")
        await self.sees("citizen", "— Nama lengkap")
        await self.say("citizen", name)
        await self.sees("citizen", "— Alamat lengkap")
        await self.say("citizen", "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil")
        await self.sees("citizen", "— Ringkasan")
        return await self.sign(name)

    async def sign(self, name: str) -> str:
        await self.press("citizen", "Lanjut")
        await self.press("citizen", "Saya nyatakan benar")
        signing = self.side("citizen").locator(".unit").filter(has_text="tanda tangan").last
        await expect(signing.get_by_role("button", name="Saya nyatakan benar")).to_have_count(0)
        await self.say("citizen", name)
        await self.press("citizen", "Kirim")
        return await number_in(await self.sees("citizen", "Nomor registrasi:"))

    async def saved(self, caption: str) -> str:
        """Save the citizen's document with this caption, and open it as a PDF; the name of the saved file."""
        document = await self.sees("citizen", caption)
        await expect(document.locator("a.file")).to_contain_text(re.compile(r"\d KB"))
        async with self.page.expect_download() as download:
            await document.locator("a.file").click()
        address = await document.get_by_role("link", name="Buka").get_attribute("href")
        shown = await self.page.request.get(f"{self.page.url.partition('?')[0].rstrip('/')}{address}")
        assert shown.headers["content-type"] == "application/pdf"
        assert (await shown.body()).startswith(b"%PDF-")
        return (await download.value).suggested_filename

    async def answer(self, reference: str, text: str) -> None:
        """Take the case, answer with a text, check the preview and press "Kirim"."""
        card = await self.sees("staff", f"Pengaduan {reference}")
        await card.get_by_role("button", name="Ambil", exact=True).click()
        await self.sees("staff", f"Pengaduan {reference}", "Petugas: ")
        await card.get_by_role("button", name="Jawab", exact=True).click()
        await self.sees("staff", "mohon balas pesan ini", reference)
        await expect(self.side("staff").locator(".quoted")).to_be_visible(timeout=SECONDS)
        await self.say("staff", text)
        await self.sees("staff", "Periksa dahulu", reference)
        await self.press("staff", "Kirim")

    async def approve(self, reference: str, leader: int) -> None:
        """Act as the leader, read the draft and approve it."""
        await self.sees("staff", f"Pengaduan {reference}", "menunggu persetujuan pimpinan")
        await self.page.get_by_label("Bertindak sebagai").select_option(str(leader))
        await self.press("staff", "Periksa Konsep")
        await self.sees("staff", f"Konsep tanggapan akhir {reference}")
        await self.press("staff", "Setujui")

    async def rate(self, reference: str, text: str) -> None:
        """Wait for the response, press Satisfied ("Puas"), give five stars."""
        await self.sees("citizen", f"Tanggapan atas pengaduan {reference}", text)
        await self.press("citizen", "Puas")
        await self.press("citizen", "⭐⭐⭐⭐⭐")
        await self.sees("citizen", "Terima kasih atas penilaian ⭐⭐⭐⭐⭐")
