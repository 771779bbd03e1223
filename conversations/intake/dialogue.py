"""A citizen files a complaint. This folder implements the following conversation; "…" leaves text out.

    Siti: /start
    Bot:  Selamat datang di layanan Aduan. … [Buat Pengaduan] [Cek Status] [Bantuan]
    Siti: [Buat Pengaduan]
    Bot:  Pengaduan ini tentang apa? … [Dinas Pemberdayaan Masyarakat dan Desa] [Bukan keduanya]
          [Hanya ingin bertanya]
    Siti: [Dinas Pemberdayaan Masyarakat dan Desa]
    Bot:  Langkah 1 dari 10 — Pemberitahuan privasi … [Mengerti, lanjut] [Saya tidak setuju]
    Siti: [Mengerti, lanjut]
    Bot:  Langkah 2 dari 10 — Layanan … [Penyaluran BLT Desa] [Lainnya]
    Siti: [Penyaluran BLT Desa]
    Bot:  Langkah 3 dari 10 — Kejadian … Apa yang terjadi, dan apa yang tidak sesuai? … [Lanjut]
    Siti: Bantuan saya belum cair sejak Januari.
    Bot:  Tercatat: 1 …
    Siti: (a photo)
    Bot:  Tercatat: 2 (berkas: 1) … Silakan tambah lagi, atau tekan Lanjut.
    Siti: Lanjut
    Bot:  Uraian Bapak/Ibu sudah tersimpan (2 pesan). …
          Langkah 4 dari 10 — Waktu kejadian … [Hari ini, 17 Mar] [Kemarin, 16 Mar] [Lewati]
    Siti: 12 Maret 2026 di Kantor Desa Raci
    Bot:  Langkah 5 dari 10 — Kerugian … [Uang/barang] [Waktu/tenaga/batin] [Keduanya] [Tidak ada]
    Siti: [Tidak ada]
    Bot:  Langkah 6 dari 10 — Penyelesaian … [Penjelasan tertulis]
    Siti: [Penjelasan tertulis]
    Bot:  Langkah 7 dari 10 — Nama lengkap … [Mewakili orang lain]
    Siti: Siti Aminah
    Bot:  Langkah 8 dari 10 — Alamat lengkap …
    Siti: Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil
    Bot:  Langkah 9 dari 10 — Ringkasan … Mohon periksa. … [Lanjut] [Ubah] [Tambah (opsional)]
    Siti: [Lanjut]
    Bot:  Langkah 10 dari 10 — Tempat dan tanda tangan … Bangil, Selasa, 17 Maret 2026 …
          [Saya nyatakan benar]
    Siti: [Saya nyatakan benar]
    Bot:  ✅ Sudah dinyatakan benar. … 2. Ketik nama lengkap Anda sekali lagi sebagai tanda tangan …
    Siti: Siti Aminah
    Bot:  ✅ Ditandatangani: Siti Aminah … [Kirim]
    Siti: [Kirim]
    Bot:  ✅ Tanda terima pengaduan … Nomor registrasi: DPMD-2026-0001 … Kode akses: …

| part                                                  | file                                   |
|-------------------------------------------------------|----------------------------------------|
| welcome, /start, /lapor, /batal, resuming a draft     | start.py                               |
| agency and privacy notice                             | notice.py                              |
| another agency; a question and no complaint           | elsewhere.py                           |
| further drafts that are set aside                     | several.py                             |
| a question: its screen; its buttons; messages, edits  | questions.py; presses.py; answers.py   |
| the story, which is collected over several messages   | story.py                               |
| an answer in several messages; one that is incomplete | continuing.py; incomplete.py           |
| files and places where words are needed               | aside.py                               |
| the summary and its menus                             | summary.py; menus.py                   |
| the signing screen and the case; declare, sign, send  | signing.py; filing.py                  |
| from one screen to the next                           | flow.py                                |
| the table of all buttons; texts that act as buttons   | buttons.py; typed.py                   |
| a text that is no answer: the question in plain words | confusion.py                           |
| a name or address that hardly can be one              | doubts.py                              |
| a message while the question is out of sight          | detours.py                             |
| what completes a filed complaint                      | completing.py, supplement.py           |
| the reminder of a draft, its end, lost files          | reminders.py                           |

How each question is asked and read is in complaints/complaint.py (the order) and complaints/kinds.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import is_at
from conversations.complaints.kinds import SERVICE, STORY
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import FileReceived, MessageEdited, PersonEvent, TextReceived, UnreadableReceived
from conversations.intake import aside, completing, several, start, story
from conversations.intake.answers import edited, read
from conversations.intake.buttons import ACTIONS, Handler
from conversations.intake.confusion import (
    asked_again,
    explained,
    greeted,
    is_no_answer,
    names_service,
    phones,
)
from conversations.intake.continuing import answered_with, joined
from conversations.intake.detours import instead, takes_text
from conversations.intake.notice import AGENCY, NOTICE, agency_typed
from conversations.intake.reminders import draft_dropped, draft_reminder, file_lost
from conversations.intake.start import begin, continuing, is_untouched, resume
from conversations.intake.typed import as_press, leads_on
from conversations.messages import OutgoingMessage
from conversations.reading.courtesy import OPENING, courtesy_of
from conversations.screens import say
from conversations.world import World

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "answer",
    "answered_with",
    "begin",
    "belongs_to_draft",
    "continue_before",
    "continuing",
    "draft_dropped",
    "draft_reminder",
    "file_lost",
    "is_no_answer",
    "is_untouched",
    "leads_on",
    "phones",
    "resume",
    "takes_text",
]


def belongs_to_draft(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether an event concerns one of the drafts even while another dialogue listens."""
    return _owner(event, conversation) is not None


def _owner(event: PersonEvent, conversation: Conversation) -> Draft | None:
    """The draft that the edited message belongs to, or the late item of an album."""
    if isinstance(event, MessageEdited):
        return several.owner_of(conversation, event.origin.message)
    album = event.album if isinstance(event, FileReceived) else ""
    return several.owner_of(conversation, 0, album) if album else None


def answer(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Handle a message while the draft listens."""
    draft = conversation.draft
    if draft is None:
        return resume(world, conversation)
    owner = _owner(event, conversation)
    if owner and owner.id != draft.id:
        return _of_another(event, world, conversation, owner)
    if isinstance(event, MessageEdited):
        return edited(event, world, conversation, draft)
    if done := _without_answer(event, world, conversation, draft):
        return done
    if isinstance(event, UnreadableReceived):
        return say(conversation, "intake.unreadable", {"kind": event.kind})
    return _read(event, world, conversation, draft)


def _of_another(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Apply an edit or a late item to a draft that is set aside; the present question stays open."""
    alone = conversation.model_copy(update={"draft": draft, "set_aside": (), "listener": "none"})
    if isinstance(event, MessageEdited):
        outcome = edited(event, world, alone, draft)
    else:
        late = aside.late_item(event, world, alone, draft)
        outcome = late or story.collect(event, world, alone, draft)
    changed = outcome.conversations[-1].draft or draft
    return Outcome.of(several.with_draft(conversation, changed), *outcome.effects)


def _read(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if draft.screen == AGENCY and isinstance(event, TextReceived):
        return agency_typed(event, world, conversation, draft)
    if draft.screen in {AGENCY, NOTICE}:
        return asked_again(world, conversation, OutgoingMessage("intake.press_a_button"))
    return read(event, world, conversation, draft)


def continue_before(event: TextReceived, world: World, conversation: Conversation) -> Outcome | None:
    """Handle a text that was written before the present question was shown; None where it is to be held."""
    draft = conversation.draft
    if draft is None or draft.screen in {AGENCY, NOTICE}:
        return answer(event, world, conversation)
    return _without_answer(event, world, conversation, draft) or joined(event, world, conversation, draft)


def _without_answer(
    event: PersonEvent, world: World, conversation: Conversation, draft: Draft
) -> Outcome | None:
    """Handle a typed button, a message that is not taken yet, and a text that answers nothing."""
    text = event if isinstance(event, TextReceived) else None
    if text and (pressed := as_press(text, world, conversation, draft)):
        return pressed
    if text and (nothing := _no_answer(text, world, conversation, draft)):
        return nothing
    return instead(event, world, conversation, draft)


def _no_answer(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Handle thanks, a greeting and a confused text: the question is asked again; None for an answer."""
    kind = courtesy_of(event.text, world.rules.words)
    # "Ya" and "baik" belong to the story.
    if kind and not (kind == "assent" and is_at(draft, STORY)):
        if kind in OPENING:
            return greeted(world, conversation, draft, kind)
        said = say(conversation, "intake.courtesy", {"kind": kind, "explained": "", "phones": []})
        return said + resume(world, conversation)
    nothing = is_no_answer(event.text, world) or (is_at(draft, SERVICE) and not names_service(event.text))
    return explained(world, conversation, draft) if nothing else None


COMMANDS: Mapping[str, Handler] = {
    "start": start.start,
    "lapor": start.begin_or_resume,
    "batal": completing.cancel_command,
}
