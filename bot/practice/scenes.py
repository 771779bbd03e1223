"""What happens in the sample stories after a complaint is filed: one function for each continuation."""

from __future__ import annotations

from bot.practice.acting import Cast, Desk, Message, Stage, labels, shown
from bot.practice.filing import Complaint
from bot.simulator.people.person import Person

# The working days until a complaint without a response is overdue, by the example's clock.
DAYS_UNTIL_OVERDUE = 4
ADDRESS_REMARK = "Mohon tulis RT dan RW, serta nama tempat penyalurannya."
INSTRUCTION = "Mohon ditelusuri ke pemerintah desa dan dilaporkan kepada kami."
REPORT = "Sudah kami periksa: bangunan pasar desa selesai bulan ini, kunci kios dibagikan Senin depan."


async def responded(stage: Stage, cast: Cast, reference: str, complaint: Complaint) -> None:
    """An officer takes and answers the complaint, the citizen is satisfied and gives stars."""
    chat = cast.desk.group.chat
    card = await shown(chat, f"Pengaduan {reference}", button="Ambil")
    await stage.press(cast.desk.officer, "Ambil", card, cast.desk.group)
    card = await shown(chat, f"Pengaduan {reference}", button="Jawab")
    called = complaint.name.split()[0]
    text = f"Terima kasih, Bapak {called}. Perbaikan jalan Dusun Krajan dimulai Senin depan."
    await _answer(stage, cast.desk, card, reference, text)
    await _rate(stage, cast.citizen, reference)


async def completed(stage: Stage, cast: Cast, reference: str, complaint: Complaint) -> None:
    """An officer asks for two items, the citizen completes them, the officer verifies the complaint."""
    desk, chat = cast.desk, cast.desk.group.chat
    card = await shown(chat, f"Pengaduan {reference}", button="Minta Kelengkapan")
    await stage.press(desk.officer, "Minta Kelengkapan", card, desk.group)
    ticks = await shown(chat, reference, button="☐ Alamat lengkap")
    for item in ("Tempat kejadian", "Alamat lengkap"):
        await stage.press(desk.officer, f"☐ {item}", ticks, desk.group)
        await shown(chat, reference, button=f"☑ {item}")
    last = chat.last_message_id
    await stage.press(desk.officer, "Lanjut", ticks, desk.group)
    preview = await shown(chat, "Ini yang akan dibaca pengadu", reference, button="Kirim")
    await stage.say(desk.officer, ADDRESS_REMARK, desk.group, reply_to=preview)
    preview = await shown(chat, ADDRESS_REMARK, reference, button="Kirim", since=last)
    await stage.press(desk.officer, "Kirim", preview, desk.group)
    await _complete(stage, cast.citizen, reference, complaint)
    await _verify(stage, desk, reference)
    await shown(cast.citizen.chat, "dinyatakan lengkap oleh", reference)


async def _complete(stage: Stage, citizen: Person, reference: str, complaint: Complaint) -> None:
    chat = citizen.chat
    request = await shown(chat, reference, ADDRESS_REMARK, button="Lengkapi sekarang")
    last = chat.last_message_id
    await stage.press(citizen, "Lengkapi sekarang", request)
    await shown(chat, "— Tempat kejadian", since=last)
    await stage.say(citizen, "Balai Desa Raci, loket bantuan")
    await shown(chat, "— Alamat lengkap", since=last)
    await stage.say(citizen, f"Dusun Krajan RT 02/RW 01, {complaint.address.partition(', ')[2]}")
    summary = await shown(chat, "— Ringkasan kelengkapan", button="Lanjut", since=last)
    await stage.press(citizen, "Lanjut", summary)
    signing = await shown(chat, "— Tanda tangan", button="Saya nyatakan benar", since=last)
    await stage.press(citizen, "Saya nyatakan benar", signing)
    await shown(chat, "Sudah dinyatakan benar", since=last)
    await stage.say(citizen, complaint.name)
    signing = await shown(chat, "Silakan tekan Kirim", button="Kirim", since=last)
    await stage.press(citizen, "Kirim", signing)
    await shown(chat, "Kelengkapan pengaduan", reference, since=last)


async def _verify(stage: Stage, desk: Desk, reference: str) -> None:
    chat = desk.group.chat
    card = await shown(chat, f"Pengaduan {reference}", "Dilengkapi", button="Verifikasi")
    await stage.press(desk.officer, "Verifikasi", card, desk.group)
    asked = await shown(chat, "termasuk kelas apa", reference, button="Batal")
    await stage.press(desk.officer, labels(asked)[0], asked, desk.group)
    asked = await shown(chat, "siapa yang menangani", reference, button="Tingkat 1: petugas")
    await stage.press(desk.officer, "Tingkat 1: petugas", asked, desk.group)


async def assigned(stage: Stage, cast: Cast, reference: str, _complaint: Complaint) -> None:
    """The desk gives the complaint to a division, which reports from its own group; then the desk answers."""
    desk, chat, last = cast.desk, cast.desk.group.chat, cast.desk.group.chat.last_message_id
    card = await shown(chat, f"Pengaduan {reference}", button="Disposisi")
    await stage.press(desk.officer, "Disposisi", card, desk.group)
    choice = await shown(chat, "didisposisikan ke bidang mana?", reference, button="Batal")
    await stage.press(desk.officer, labels(choice)[0], choice, desk.group)
    prompt = await shown(chat, "instruksi disposisi", reference, since=last)
    await stage.say(desk.officer, INSTRUCTION, desk.group, reply_to=prompt)
    preview = await shown(chat, "Periksa dahulu", reference, button="Kirim", since=last)
    await stage.press(desk.officer, "Kirim", preview, desk.group)
    await _report(stage, cast.division, reference)
    report = await shown(chat, REPORT, button="Jawab", since=last)
    text = "Kios pasar desa dibagikan Senin depan di balai desa. Mohon maaf atas keterlambatannya."
    await _answer(stage, desk, report, reference, text)
    await _rate(stage, cast.citizen, reference)


async def _report(stage: Stage, division: Desk, reference: str) -> None:
    chat, member = division.group.chat, division.officer
    card = await shown(chat, f"Disposisi {reference}", INSTRUCTION, button="Terima")
    await stage.press(member, "Terima", card, division.group)
    card = await shown(chat, f"Disposisi {reference}", button="Lapor")
    last = chat.last_message_id
    await stage.press(member, "Lapor", card, division.group)
    prompt = await shown(chat, "laporan bidang", reference, since=last)
    await stage.say(member, REPORT, division.group, reply_to=prompt)
    preview = await shown(chat, REPORT, button="Kirim", since=last)
    await stage.press(member, "Kirim", preview, division.group)


async def approved(stage: Stage, cast: Cast, reference: str, _complaint: Complaint) -> None:
    """A leader returns the response once, then approves it; the citizen reads nothing before."""
    desk, chat, leader = cast.desk, cast.desk.group.chat, cast.desk.leader
    if not leader.chat.started:
        await leader.say("/start")
    card = await shown(chat, f"Pengaduan {reference}", button="Jawab")
    text = "Surat rekomendasi penelitian Bapak/Ibu sedang kami proses."
    await _answer(stage, desk, card, reference, text)
    draft = await shown(leader.chat, "Konsep", reference, button="Kembalikan")
    last = leader.chat.last_message_id
    await stage.press(leader, "Kembalikan", draft)
    await shown(leader.chat, "alasan pengembalian", reference, since=last)
    await stage.say(leader, "Mohon sebutkan kapan suratnya terbit.")
    preview = await shown(leader.chat, "Periksa dahulu", reference, button="Kirim", since=last)
    since = chat.last_message_id
    await stage.press(leader, "Kirim", preview)
    returned = await shown(chat, "dikembalikan", reference, button="Perbaiki", since=since)
    await stage.press(desk.officer, "Perbaiki", returned, desk.group)
    since = returned["message_id"]
    preview = await shown(chat, "Periksa dahulu", reference, button="Ubah", since=since)
    await stage.press(desk.officer, "Ubah", preview, desk.group)
    prompt = await shown(chat, "mohon balas pesan ini", reference, since=since)
    better = "Surat rekomendasi penelitian Bapak/Ibu terbit dan dapat diambil hari Jumat."
    await stage.say(desk.officer, better, desk.group, reply_to=prompt)
    preview = await shown(chat, "Periksa dahulu", better, button="Kirim", since=since)
    await stage.press(desk.officer, "Kirim", preview, desk.group)
    draft = await shown(leader.chat, "Konsep", better, button="Setujui", since=last)
    await stage.press(leader, "Setujui", draft)
    await _rate(stage, cast.citizen, reference)


async def _answer(stage: Stage, desk: Desk, card: Message, reference: str, text: str) -> None:
    chat = desk.group.chat
    last = chat.last_message_id
    await stage.press(desk.officer, "Jawab", card, desk.group)
    prompt = await shown(chat, "mohon balas pesan ini", reference, since=last)
    await stage.say(desk.officer, text, desk.group, reply_to=prompt)
    preview = await shown(chat, "Periksa dahulu", reference, button="Kirim", since=last)
    await stage.press(desk.officer, "Kirim", preview, desk.group)


async def _rate(stage: Stage, citizen: Person, reference: str) -> None:
    response = await shown(citizen.chat, f"Tanggapan atas pengaduan {reference}", button="Puas")
    await stage.press(citizen, "Puas", response)
    stars = await shown(citizen.chat, reference, button="⭐⭐⭐⭐⭐")
    await stage.press(citizen, "⭐⭐⭐⭐⭐", stars)
    await shown(citizen.chat, "atas penilaian", reference)


async def redirected(stage: Stage, cast: Cast, reference: str, _complaint: Complaint) -> None:
    """An officer passes the complaint on to the other agency, where it gets another number."""
    desk, chat = cast.desk, cast.desk.group.chat
    last, others = chat.last_message_id, cast.other.group.chat.last_message_id
    card = await shown(chat, f"Pengaduan {reference}", button="Lainnya")
    await stage.press(desk.officer, "Lainnya", card, desk.group)
    more = await shown(chat, "Tindakan lain", reference, button="Bukan Kewenangan")
    await stage.press(desk.officer, "Bukan Kewenangan", more, desk.group)
    choice = await shown(chat, "diteruskan ke mana?", reference, button="Bakesbangpol")
    await stage.press(desk.officer, "Bakesbangpol", choice, desk.group)
    prompt = await shown(chat, "mohon balas pesan ini", reference, since=last)
    text = "Keberadaan organisasi kemasyarakatan ditangani Bakesbangpol."
    await stage.say(desk.officer, text, desk.group, reply_to=prompt)
    preview = await shown(chat, "Periksa dahulu", reference, button="Kirim", since=last)
    await stage.press(desk.officer, "Kirim", preview, desk.group)
    await shown(cast.citizen.chat, "bukan kewenangan kami", reference)
    await stage.turn(cast.citizen, cast.citizen.chat)
    await shown(cast.citizen.chat, "Tanda terima pengaduan", "BAKESBANGPOL-")
    await stage.turn(cast.other.officer, cast.other.group.chat)
    await shown(cast.other.group.chat, f"Diteruskan dari: {reference}", button="Ambil", since=others)


async def reminded(stage: Stage, cast: Cast, reference: str, _complaint: Complaint) -> None:
    """No one answers: working days pass, the bot reminds the group, then the leader."""
    leader, group = cast.desk.leader, cast.desk.group
    if not leader.chat.started:
        await leader.say("/start")
    await shown(group.chat, f"Pengaduan {reference}")
    for _ in range(DAYS_UNTIL_OVERDUE):
        last = group.chat.last_message_id
        await stage.turn(leader, group.chat)
        await stage.next_day()
        await shown(group.chat, reference, since=last)
    await stage.turn(leader, leader.chat)
    await shown(leader.chat, reference, "lewat tenggat")
