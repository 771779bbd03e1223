"""Complaint letter and receipt as their readers see them: both agencies, both languages, each legal item."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from bot.documents.fonts import printable
from conversations.complaints.case import Case, Contribution, Officer
from conversations.complaints.completion import Supplement
from conversations.complaints.entry import NO_ACCOUNT
from conversations.complaints.life_cycle import Status
from conversations.complaints.purpose import Purpose
from conversations.messages import DocumentKind
from tests.lettered import (
    FILED,
    PHOTO_DIGEST,
    SIGNATURE_DIGEST,
    VOICE_DIGEST,
    Printer,
    case_of,
    complaint,
    part,
)
from tests.paper import page_count

LETTER, RECEIPT = DocumentKind.COMPLAINT, DocumentKind.RECEIPT
LANGUAGES = ("id", "en")
RINA = Officer(id=7, name="Rina Wati", position="Analis Pelayanan", nip="198001012005011001")


@pytest.fixture
async def printer() -> AsyncIterator[Printer]:
    made = Printer()
    yield made
    await made.close()


# agency -> name, address, contacts as in the letterhead, telephones as in the receipt
HEADS = {
    "dpmd": (
        "Dinas Pemberdayaan Masyarakat dan Desa",
        "Jl. Raya Raci Km. 9 Pasuruan - Bangil 67153",
        "(0343) 749035 · 08165456650 · dpmd.pasuruankab.go.id",
        "(0343) 749035 · 08165456650",
    ),
    "bakesbangpol": (
        "Badan Kesatuan Bangsa dan Politik",
        (
            "Jln. Raya Raci Km 9 Komplek Perkantoran Kabupaten Pasuruan, Gedung Lettu Imam Adi L.3, Bangil "
            "Pasuruan 67100"
        ),
        "(0343) 747004 · 082232130269 · bakesbangpol@pasuruankab.go.id · bakesbangpol.pasuruankab.go.id",
        "(0343) 747004 · 082232130269",
    ),
}
LETTERS = {
    "id": """PEMERINTAH KABUPATEN PASURUAN {NAME} {address} {contact}
Bangil, Selasa, 17 Maret 2026
Surat Pengaduan Pelayanan Publik
Nomor registrasi : {reference}
Yth. Kepala {name} {address}
Dengan hormat,
Saya yang bertanda tangan di bawah ini:
Nama lengkap : Siti Aminah
Alamat lengkap : Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil
menyampaikan pengaduan tentang pelayanan berikut ini:
Layanan : Pelayanan loket
Waktu kejadian : Senin, 16 Maret 2026
Jenis kerugian : materiel
Uraian kerugian : Rp 50.000 untuk transpor
Penyelesaian : Penjelasan tertulis
Uraian kejadian
Saya diminta datang lagi. Tidak ada penjelasan.
Demikian pengaduan ini saya sampaikan dengan sebenarnya. Atas perhatian dan penyelesaiannya, saya ucapkan
terima kasih.
Tanda tangan
Siti Aminah
Tanda tangan elektronik tidak tersertifikasi: nama lengkap diketik sendiri oleh pengadu di Bangil, Selasa,
17 Maret 2026 pukul 09.05 WIB, dari akun Telegram nomor 501.
Sidik digital naskah yang ditandatangani (SHA-256): {digest}
{reference} 1 / 1""",
    "en": """PEMERINTAH KABUPATEN PASURUAN {NAME} {address} {contact}
Bangil, Tuesday, 17 March 2026
Complaint about a Public Service
Registration number : {reference}
To the Head of {name} {address}
Dear Sir or Madam,
I, who sign this letter:
Full name : Siti Aminah
Full address : Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil
complain about the following service:
Service : Pelayanan loket
When it happened : Monday, 16 March 2026
Kind of loss : material
The loss : Rp 50.000 untuk transpor
Resolution asked for : Penjelasan tertulis
What happened
Saya diminta datang lagi. Tidak ada penjelasan.
I declare that this complaint is true. Thank you for considering and resolving it.
Signature
Siti Aminah
Uncertified electronic signature: the full name was typed by the complainant at Bangil, Tuesday, 17 March
2026 at 09.05 WIB, from the Telegram account 501.
Digest of the signed text (SHA-256): {digest}
{reference} 1 / 1""",
}
RECEIPTS = {
    "id": """PEMERINTAH KABUPATEN PASURUAN {NAME} {address} {contact}
Tanda Terima Pengaduan
Nomor registrasi : {reference}
Diterima : Selasa, 17 Maret 2026 pukul 09.05 WIB
Instansi tujuan : {name}
Layanan yang diadukan : Pelayanan loket
Nama pengadu : Siti Aminah
Alamat pengadu : Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil
Tempat pengaduan dibuat : Bangil
Lampiran : tidak ada
Tenggat tanggapan : Jumat, 27 Maret 2026
Biaya : tidak dipungut biaya
Status : Diterima
Petugas : menunggu verifikasi petugas
Cara memeriksa perkembangan
Pindai kode ini dengan ponsel yang dipakai untuk mengadu, atau ketik /status dalam percakapan dengan bot.
Telepon: {phones}. Loket: {address}.
Keaslian
Untuk memeriksa apakah naskah yang tersimpan masih sama dengan yang ditandatangani, ketik dalam percakapan
dengan bot: /cek {reference} {check}
Sidik digital naskah yang ditandatangani (SHA-256): {digest}
Sidik catatan riwayat saat tanda terima ini dibuat: {head}
{reference} 1 / 1""",
    "en": """PEMERINTAH KABUPATEN PASURUAN {NAME} {address} {contact}
Receipt of a Complaint
Registration number : {reference}
Received : Tuesday, 17 March 2026 at 09.05 WIB
Addressed to : {name}
Service complained of : Pelayanan loket
Complainant : Siti Aminah
Address : Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil
Place of the complaint : Bangil
Enclosures : none
Response due : Friday, 27 March 2026
Cost : free of charge
Status : Received
Officer : waits for an officer's verification
How to check the status
Scan this code with the phone that was used to complain, or type /status in the chat with the bot.
Telephone: {phones}. Counter: {address}.
Authenticity
To check whether the stored text still is the one that was signed, type in the chat with the bot:
/cek {reference} {check}
Digest of the signed text (SHA-256): {digest}
Link of the history when this receipt was made: {head}
{reference} 1 / 1""",
}


def squeezed(text: str) -> str:
    """The text without spaces: a line ends where it is full, also inside of a long word."""
    return "".join(text.split())


def _expected(text: str, agency: str, case: Case) -> str:
    name, address, contact, phones = HEADS[agency]
    digest = case.complaint.signature_digest
    filled = text.format(
        name=name,
        NAME=name.upper(),
        address=address,
        contact=contact,
        phones=phones,
        reference=case.reference,
        digest=digest,
        check=digest[:16],
        head="ab" * 32,
    )
    return squeezed(filled)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("agency", HEADS)
async def test_letter_and_receipt_say_exactly_this(printer: Printer, agency: str, language: str) -> None:
    case = case_of(complaint(agency))
    letter = await printer.text(LETTER, case, language)
    receipt = await printer.text(RECEIPT, case, language)
    assert squeezed(letter) == _expected(LETTERS[language], agency, case)
    assert squeezed(receipt) == _expected(RECEIPTS[language], agency, case)


def _with_evidence() -> Case:
    story = (
        part(text="Loket tutup."),
        part("photo", "Papan loket", "photo"),
        part("document", file="lost", name="surat.pdf"),
        part("voice", file="voice"),
        part("location", "Balai Desa (-7.600000, 112.800000)"),
    )
    return case_of(complaint(story=story))


def _completed() -> Case:
    given = Supplement(
        items=("address", "story"),
        answers={"address": "Dusun Baru RT 03/RW 02, Desa Raci"},
        story=(part(text="Saya datang dua kali."), part("photo", file="photo")),
        at=FILED + timedelta(days=3),
        place="Raci",
        signature="Siti Aminah",
        digest="cd" * 32,
    )
    confirmed = Supplement(items=("loss",), at=FILED + timedelta(days=4), by="Rina Wati")
    return case_of(complaint(), supplements=(given, confirmed))


def _later() -> Case:
    added = Contribution(purpose=Purpose.ADDITION, by="", at=FILED, parts=(part("voice", file="voice"),))
    page = part("photo", file="photo")
    signed = complaint(represents=True, represented_name="Sumiati", represented_address="Desa Raci, Bangil")
    return case_of(signed, thread=(added,), power_of_attorney=(page,))


def _represented(**more: Any) -> Case:
    who: dict[str, Any] = {
        "represents": True,
        "represented_name": "Sumiati",
        "represented_address": "Desa Pogar, Bangil",
    }
    return case_of(complaint(**who, **more))


def _entered(**more: Any) -> Case:
    entry: dict[str, Any] = {"on_behalf": True, "received_on": date(2026, 3, 16), "signature": "", **more}
    return case_of(complaint(**entry), filed_by=NO_ACCOUNT, recorded_by=RINA)


def _reported() -> Case:
    more: dict[str, Any] = {
        "reported_person": "Petugas loket",
        "reported_handles": "no",
        "earlier_complaint": "DPMD-2026-0007",
    }
    return case_of(complaint(phone="+628123456789", **more))


# name -> the case, the document, what it says in Indonesian, and in English
SAID: Mapping[str, tuple[Callable[[], Case], DocumentKind, tuple[str, ...], tuple[str, ...]]] = {
    "evidence of each kind, with digests and a place on the map": (
        _with_evidence,
        LETTER,
        (
            (
                "Loket tutup. Papan loket Balai Desa (-7.600000, 112.800000) (https://maps.google.com/?q=-7.600000,"
                "112.800000)"
            ),
            (
                f"Lampiran 1. foto; sidik digital: {PHOTO_DIGEST} 2. dokumen “surat.pdf”; sidik digital: "
                f"tidak tersimpan 3. pesan suara; sidik digital: {VOICE_DIGEST} 4. lokasi: Balai Desa "
                "(-7.600000, 112.800000)"
            ),
        ),
        (
            (
                f"Enclosures 1. photo; digest: {PHOTO_DIGEST} 2. document “surat.pdf”; digest: not stored "
                f"3. voice message; digest: {VOICE_DIGEST} 4. location: Balai Desa (-7.600000, 112.800000)"
            ),
        ),
    ),
    "evidence, counted on the receipt": (
        _with_evidence,
        RECEIPT,
        ("Lampiran : 1 foto, 1 dokumen, 1 pesan suara, 1 lokasi",),
        ("Enclosures : 1 photo, 1 document, 1 voice message, 1 location",),
    ),
    "confidential": (
        lambda: case_of(complaint(confidential=True)),
        LETTER,
        ("DPMD-2026-0042 Sifat : Rahasia",),
        ("DPMD-2026-0042 Classification : Confidential",),
    ),
    "confidential, on the receipt": (
        lambda: case_of(complaint(confidential=True)),
        RECEIPT,
        ("Sifat : Rahasia",),
        ("Classification : Confidential",),
    ),
    "represented, without a power of attorney": (
        _represented,
        LETTER,
        ("Nama yang diwakili : Sumiati Alamat yang diwakili : Desa Pogar", "1. Surat kuasa: belum diterima"),
        ("Represented name : Sumiati", "1. Power of attorney: not received yet"),
    ),
    "represented, with a power of attorney": (
        lambda: _represented(power_of_attorney=(part("photo", file="photo"),)),
        LETTER,
        (f"1. Surat kuasa: foto; sidik digital: {PHOTO_DIGEST} DPMD",),
        (f"1. Power of attorney: photo; digest: {PHOTO_DIGEST} DPMD",),
    ),
    "represented, on the receipt": (
        _represented,
        RECEIPT,
        ("Mewakili : Sumiati",),
        ("On behalf of : Sumiati",),
    ),
    "what came later": (
        _later,
        LETTER,
        (
            f"1. Dikirim kemudian: pesan suara; sidik digital: {VOICE_DIGEST}",
            f"2. Surat kuasa, dikirim kemudian: foto; sidik digital: {PHOTO_DIGEST}",
        ),
        ("1. Sent later: voice message", "2. Power of attorney, sent later: photo"),
    ),
    "completed": (
        _completed,
        LETTER,
        (
            "Dusun Baru RT 03/RW 02, Desa Raci (dilengkapi Jumat, 20 Maret 2026 pukul 09.05 WIB)",
            "Uraian kejadian (dilengkapi Jumat, 20 Maret 2026 pukul 09.05 WIB) Saya datang dua kali.",
            "Dilengkapi Jumat, 20 Maret 2026 pukul 09.05 WIB (Alamat lengkap, Uraian kejadian), "
            "ditandatangani secara elektronik (tidak tersertifikasi) di Raci oleh Siti Aminah. Sidik "
            "digital kelengkapan: " + "cd" * 32,
            "(Uraian kerugian), dinyatakan lengkap oleh petugas Rina Wati.",
            f"1. Dikirim kemudian: foto; sidik digital: {PHOTO_DIGEST}",
        ),
        (
            "Full address : Dusun Baru RT 03/RW 02, Desa Raci (completed Friday, 20 March 2026 at 09.05 WIB)",
            "signed electronically (uncertified) at Raci by Siti Aminah. Digest of the completion: "
            + "cd" * 32,
            "(The loss), found complete by the officer Rina Wati.",
        ),
    ),
    "signed by photo": (
        lambda: case_of(complaint(signature="", signature_file=part("photo", file="signature"))),
        LETTER,
        (
            (
                "Ditandatangani dengan tulisan tangan di Bangil. Foto tanda tangan dikirim Selasa, 17 Maret "
                f"2026 pukul 09.05 WIB dari akun Telegram nomor 501; sidik digital foto: {SIGNATURE_DIGEST}."
            ),
        ),
        (f"from the Telegram account 501; digest of the photo: {SIGNATURE_DIGEST}.",),
    ),
    "signed by a photo that was lost": (
        lambda: case_of(complaint(signature="", signature_file=part("photo", file="lost"))),
        LETTER,
        ("sidik digital foto: foto tidak tersimpan.",),
        ("digest of the photo: the photo is not stored.",),
    ),
    "made orally": (
        lambda: _entered(oral=True, channel="visit"),
        LETTER,
        (
            "Pengaduan ini disampaikan secara lisan oleh: Nama lengkap",
            "Saluran : datang langsung Tanggal diterima : Senin, 16 Maret 2026",
            "Pengaduan ini disampaikan secara lisan, dan dicatat oleh petugas Rina Wati di Bangil",
        ),
        ("This complaint was made orally by: Full name", "written down by the officer Rina Wati at Bangil"),
    ),
    "entered from a letter": (
        lambda: _entered(channel="letter", signature_file=part("photo", file="signature")),
        LETTER,
        ("Foto tanda tangan dikirim Selasa, 17 Maret 2026 pukul 09.05 WIB oleh petugas Rina Wati;",),
        ("was sent Tuesday, 17 March 2026 at 09.05 WIB by the officer Rina Wati;",),
    ),
    "entered, on the receipt": (
        lambda: _entered(oral=True, channel="phone"),
        RECEIPT,
        ("dengan ponsel yang memiliki Telegram, lalu ketik kode akses: ____________________ Telepon",),
        ("a phone that has Telegram, then type the access code: ____________________ Telephone",),
    ),
    "verified": (
        lambda: case_of(complaint(), verified_by=RINA, status=Status.VERIFIED),
        RECEIPT,
        ("Status : Terverifikasi Petugas : Rina Wati, Analis Pelayanan (NIP 198001012005011001)",),
        ("Status : Verified Officer : Rina Wati, Analis Pelayanan (NIP 198001012005011001)",),
    ),
    "the person complained of": (
        _reported,
        LETTER,
        (
            (
                "Nomor telepon : +628123456789 menyampaikan pengaduan tentang pelayanan berikut ini: "
                "Pihak yang diadukan : Petugas loket Menangani pengaduan : Tidak Layanan"
            ),
            "Pengaduan terdahulu : DPMD-2026-0007",
        ),
        ("complain about the following service: Reported person : Petugas loket",),
    ),
}
# name -> what this document does not say, in either language
UNSAID: Mapping[str, tuple[str, ...]] = {
    "made orally": ("tersertifikasi", "uncertified", "Demikian", "bertanda tangan", "Telegram nomor"),
    "signed by photo": ("tersertifikasi", "ncertified"),
    "represented, with a power of attorney": ("belum diterima", "not received"),
    "what came later": ("belum diterima", "not received"),
    "entered, on the receipt": ("dipakai untuk mengadu", "used to complain"),
    "verified": ("menunggu", "waits"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAID)
async def test_each_legal_item_is_printed(printer: Printer, name: str, language: str) -> None:
    case, kind, *said = SAID[name]
    printed = squeezed(await printer.text(kind, case(), language))
    for words in said[LANGUAGES.index(language)]:
        assert squeezed(words) in printed
    for words in UNSAID.get(name, ()):
        assert squeezed(words) not in printed


@pytest.mark.parametrize("status", [Status.RESPONDED, Status.INCOMPLETE, Status.WITHDRAWN])
async def test_a_receipt_names_no_due_date_that_does_not_hold(printer: Printer, status: Status) -> None:
    printed = await printer.text(RECEIPT, case_of(complaint(), status=status))
    assert ("Tenggat" in printed) is (status is Status.INCOMPLETE)


HOSTILE = (
    '#panic("x") #read("/etc/passwd") *tebal* _miring_ $x^2$ `kode` = judul - butir @acu \\u{41}',
    "<b>tebal</b> <script>alert(1)</script> &amp; </blockquote><h1>Palsu</h1> <!-- x -->",
    "{{ 7*7 }} {% raw %} =HYPERLINK(1) %PDF-1.7 endobj",
    "\u202egnp.exe \x07\x1b[31m \U0001f600 \u0627\u0644\u0633\u0644\u0627\u0645 \u200b\ue000",
)


@pytest.mark.parametrize("text", HOSTILE, ids=["typst", "html", "other languages", "invisible"])
async def test_what_people_wrote_is_printed_literally(printer: Printer, text: str) -> None:
    fields = ("loss", "resolution", "name", "address", "signature", "service", "reported_person")
    hostile: dict[str, Any] = {field: f"{text} {field}" for field in fields}
    story = (part(text=text), part("document", file="photo", name=text), part("location", text))
    case = case_of(
        complaint(story=story, occurred={"text": text, "day": None}, occurred_place=text, **hostile)
    )
    printed = squeezed(await printer.text(LETTER, case))
    shown = squeezed(printable(text).replace("\u200b", ""))
    for field in fields:
        assert f"{shown}{field}" in printed
    assert printed.count(shown) == len(fields) + 6
    assert f"{shown}name" in squeezed(await printer.text(RECEIPT, case))


async def test_nothing_of_a_story_of_20000_characters_vanishes(printer: Printer) -> None:
    words = [f"kata{number:05d}" for number in range(2000)]
    story = (
        part(text=" ".join(words[:1000])),
        part(text="\n".join(words[1000:1200])),
        part(text=" ".join(words[1200:])),
    )
    case = case_of(complaint(story=story))
    assert sum(len(one.text) for one in story) == 20000 - 3
    pdf = await printer.pdf(LETTER, case)
    assert page_count(pdf) > 5
    printed = await printer.text(LETTER, case)
    assert [word for word in words if word not in printed] == []
    assert printed.index("kata01999") < printed.index("Demikian pengaduan ini")


async def test_a_word_of_20000_characters_is_printed_whole(printer: Printer) -> None:
    case = case_of(complaint(story=(part(text="x" * 20000),)))
    printed = await printer.text(LETTER, case)
    assert printed.count("x") >= 20000
