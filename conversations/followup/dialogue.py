"""Citizens follow up a complaint. This folder implements the following conversation; "…" leaves text out.

    Siti:  (files a complaint)
    Siti:  /status
    Bot:   Pengaduan Anda (1) DPMD-2026-0001 · Diterima …
           [DPMD-2026-0001] [Nomor lain]
    Siti:  [DPMD-2026-0001]
    Bot:   Pengaduan DPMD-2026-0001 … Status: Diterima … [Tambah Keterangan] [Baca lengkap]
    Rina:  (asks) Tanggal berapa bantuan dijanjikan?
    Bot to Siti:
           Petugas bertanya tentang pengaduan DPMD-2026-0001 Tanggal berapa bantuan dijanjikan? …
           [Jawab sekarang]
    Siti:  [Jawab sekarang]
    Bot:   Silakan jawab pertanyaan petugas tentang DPMD-2026-0001. … [Batalkan]
    Siti:  Tanggal 5 Februari.
    Bot:   Tercatat: 1 … [Kirim] [Batalkan]
    Siti:  [Kirim]
    Bot:   ✅ Tercatat 1 pesan pada DPMD-2026-0001 dan diteruskan kepada petugas. …
    Bot to the group:
           Rina, ada jawaban atas pertanyaan petugas pada DPMD-2026-0001 · … Tanggal 5 Februari.
    Rina:  (responds) Bantuan dicairkan hari Senin.
    Bot to Siti:
           Tanggapan atas pengaduan DPMD-2026-0001 Bantuan dicairkan hari Senin. … [Puas] [Belum Puas]
    Telegram:  (delivers the response)
    Siti:  [Belum Puas]
    Bot:   Kami mohon maaf tanggapan DPMD-2026-0001 belum memuaskan. Apa alasannya? …
    Siti:  Sampai hari ini belum cair.
    Bot:   Tercatat: 1 Untuk DPMD-2026-0001 (keberatan). … Kirim paling lambat …
    Siti:  [Kirim]
    Bot:   … Pengaduan dibuka kembali. Kami menanggapinya paling lambat …
    Siti:  Dua tetangga saya juga belum menerima.
    Bot:   Pesan Anda belum diteruskan kepada petugas. Pesan ini untuk apa? …
           [Ke DPMD-2026-0001] [Pengaduan baru] [Batal]

| part                                                     | file                           |
|----------------------------------------------------------|--------------------------------|
| /status: the list; one complaint and its buttons         | status.py; case_page.py        |
| a complaint of another account, by number and code       | access.py                      |
| messages for a case until "Kirim"; their count           | additions.py; tally.py         |
| "Cabut Pengaduan": the buttons; the case after it        | withdrawing.py; withdrawal.py  |
| "Puas", "Belum Puas", the stars, silence                 | verdict.py                     |
| until when an objection reopens the case                 | objection.py                   |
| messages while no dialogue listens; what they are for    | unaddressed.py; asking.py      |
| a reply to a question or response                        | replies.py                     |
| thanks and greetings                                     | courtesies.py                  |
| a word that leads nowhere; a person is asked for         | idle.py                        |
| the present question after an outdated press             | again.py                       |
| messages that cannot be kept                             | refusals.py                    |
| a power of attorney that is sent later                   | attorney.py                    |
| what a citizen adds, as the group reads it               | group_notice.py                |
| /bantuan, /standar, /privasi, /bahasa                    | pages.py                       |
| the person's data as files; their correction, erasure    | rights.py, data_requests.py    |
| "Dokumen"; /cek: whether the text is the signed one      | case_documents.py; checking.py |
| "Baca" below the notice that there is news               | news.py                        |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import keys, listening
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.references import parse_reference
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import (
    ButtonPressed,
    CommandReceived,
    Event,
    FileLost,
    FileReceived,
    LocationReceived,
    MessageEdited,
    PersonEvent,
    TextReceived,
)
from conversations.followup import (
    access,
    additions,
    asking,
    case_documents,
    case_page,
    checking,
    courtesies,
    idle,
    news,
    pages,
    rights,
    status,
    unaddressed,
    verdict,
    withdrawing,
)
from conversations.followup.case_page import for_owner, for_reader
from conversations.intake import dialogue as intake
from conversations.intake.confusion import is_no_answer
from conversations.messages import Rows
from conversations.screens import ButtonHandler, in_new_messages, is_typed
from conversations.world import World

Handler = Callable[[PersonEvent, World, Conversation], Outcome]

COMMANDS: Mapping[str, Handler] = {
    "status": status.status,
    "bantuan": pages.show_help,
    "standar": pages.standard,
    "privasi": pages.privacy,
    "bahasa": pages.choose_language,
    "cek": checking.check,
}

ACTIONS: Mapping[str, ButtonHandler] = {
    "status": status.status,
    "help": pages.show_help,
    "standard": pages.standard_pressed,
    "language": pages.language_chosen,
    "cases": status.show_page,
    "case": for_reader(case_page.open_case),
    "read_case": for_owner(case_page.read_case),
    "other_number": status.other_number,
    "leave": access.leave_pressed,
    "add": for_owner(case_page.add),
    "answer_now": for_owner(case_page.answer_now),
    "complete_now": for_owner(case_page.complete_now),
    "send_attorney": for_owner(case_page.send_attorney),
    "send_parts": for_owner(additions.send_pressed),
    "drop_parts": additions.drop_pressed,
    "hold_add": for_owner(unaddressed.add),
    "hold_new": unaddressed.new,
    "hold_attorney": for_owner(unaddressed.attorney),
    "hold_draft": unaddressed.to_draft,
    "hold_is_answer": unaddressed.is_answer,
    "hold_drop": unaddressed.drop,
    "hold_other": unaddressed.other,
    "hold_answer": for_owner(unaddressed.answer),
    "satisfied": for_owner(verdict.satisfied),
    "not_satisfied": for_owner(verdict.not_satisfied),
    "is_complaint": for_owner(verdict.is_complaint),
    "star": for_owner(verdict.star),
    "withdraw": for_owner(withdrawing.withdraw),
    "withdraw_for": for_owner(withdrawing.reason_chosen),
    "withdraw_confirm": for_owner(withdrawing.confirmed),
    "remark": for_owner(verdict.remark),
    "documents": for_owner(case_documents.show),
    "document": for_owner(case_documents.send),
    rights.DOWNLOAD: rights.download,
    rights.CORRECT: rights.correct,
    rights.ERASE: rights.erase,
    "correct_of": for_owner(rights.correct_of),
    "erase_of": for_owner(rights.erase_of),
    news.READ: news.read,
}

# What can be typed while no dialogue listens: keys of an earlier reply keyboard, and "cabut".
_LABELS: Mapping[str, Handler] = {
    "check_status": status.status,
    "help": pages.show_help,
    "file_complaint": intake.COMMANDS["lapor"],
    "withdraw": withdrawing.asked,
    "add_information": idle.add,
}

_OWN_LISTENERS = frozenset({"none", "reference"})
_OWN_BUTTONS = frozenset(
    {"status", "cases", "file", "hold_other", "hold_answer", rights.CORRECT, rights.ERASE, news.READ}
)


def wants_own_cases(event: PersonEvent, conversation: Conversation | None) -> bool:
    """Whether the event needs the sender's own cases: lists, edits, messages while no dialogue listens."""
    match event:
        case CommandReceived(command=command):
            known = command_of(Audience.CITIZEN, command)
            return known is not None and known.own_cases
        case ButtonPressed(action=action):
            return action in _OWN_BUTTONS or bool(conversation and conversation.held)
        case MessageEdited():
            return True
        case TextReceived() | FileReceived() | LocationReceived():
            listener = listening.present(conversation) if conversation else "none"
            # A text that was written before the draft's question was shown is held.
            held = listener == "intake" and isinstance(event, TextReceived)
            held = held or (isinstance(event, TextReceived) and _offers_own(conversation))
            return held or listener in _OWN_LISTENERS or bool(event.origin.reply_to)
        case _:
            return False


def _offers_own(conversation: Conversation | None) -> bool:
    """Whether a choice that can be typed needs the person's own complaints."""
    return conversation is not None and any(each.action in _OWN_BUTTONS for each in conversation.offered)


def wanted_references(event: Event, conversation: Conversation | None) -> frozenset[str]:
    """The registration number in a citizen's text while it may ask for that case."""
    if not isinstance(event, TextReceived) or not event.origin.private:
        return frozenset()
    if conversation and listening.present(conversation) not in {"none", *access.ASKING}:
        return frozenset()
    return frozenset({parse_reference(event.text) or ""} - {""})


def receive_unaddressed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Handle a message or an edit while no dialogue listens."""
    if isinstance(event, MessageEdited):
        return unaddressed.edited(event, world, conversation)
    for label, handler in _LABELS.items():
        if is_typed(event, world, label):
            return handler(event, world, conversation)
    if isinstance(event, TextReceived) and (asked := access.status_asked(event, world)):
        return access.named(world, conversation, *asked)
    answers = (_typed_label, _confused, courtesies.received, idle.without_question)
    answered = next((said for answer in answers if (said := answer(event, world, conversation))), None)
    return answered or unaddressed.hold(event, world, conversation)


def _confused(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """The help for a text that says nothing; None for any other message."""
    if not isinstance(event, TextReceived) or not is_no_answer(event.text, world):
        return None
    return pages.show_help(event, world, conversation)


def _typed_label(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """The button that a text names, of those that need no screen."""
    known = (news.typed, _typed, case_documents.typed, rights.typed)
    return next((pressed for press in known if (pressed := press(event, world, conversation))), None)


def typed_below_held(event: TextReceived, world: World, conversation: Conversation) -> Outcome | None:
    """Press the button that a text names, while the newest message asks what held messages are for."""
    if not conversation.held or conversation.latest != keys.held(conversation.person):
        return None
    return _typed(event, world, conversation)


def _typed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """Press the button that a text names, of the question about held messages or of the one open verdict."""
    verdicts = asking.open_verdicts(world, conversation.person)
    offered: Rows = ()
    if conversation.held:
        offered = asking.question(conversation, world).buttons
    elif len(verdicts) == 1:
        offered = asking.verdict_rows(verdicts, held=False)
    meant = [button for row in offered for button in row if is_typed(event, world, button.label)]
    if len(meant) != 1 or meant[0].action not in ACTIONS:
        return None
    button, origin = meant[0], event.origin
    pressed = ButtonPressed(origin, "", button.action, button.subject, button.version, button.value)
    return in_new_messages(ACTIONS[button.action](pressed, world, conversation), conversation.chat)


def count_without_lost(event: FileLost, world: World, after: World) -> Outcome:
    """Correct the counts shown to a citizen whose file was lost; `after` has the states without it."""
    if event.chat < 0:
        return Outcome()
    before, conversation = (each.conversation(event.chat, event.chat) for each in (world, after))
    added = additions.count_without_lost(event, after, conversation)
    if before.held == conversation.held:
        return added
    return unaddressed.count_held_again(after, conversation) + added
