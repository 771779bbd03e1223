"""Officers work in their group. This folder implements the following conversation; "…" leaves text out.

    Siti:  (files a complaint)
    Bot to the group:
           Pengaduan DPMD-2026-0001 · … Status: Diterima Tenggat: Jumat, 20 Maret 2026 …
           [Ambil] [Verifikasi] [Jawab] [Tanya] [Baca lengkap] [Lihat Identitas] [Catatan]
    Rina:  [Ambil]
    Alert: DPMD-2026-0001 sekarang Anda tangani.
    Bot:   Pengaduan DPMD-2026-0001 · … Petugas: Rina, sejak … [Verifikasi] [Lepas] [Ambil Alih] [Jawab]
    Rina:  [Lihat Identitas]
    Alert: DPMD-2026-0001 Nama lengkap: Siti Aminah Alamat lengkap: …
    Rina:  (reply to the card) Sudah menelepon balai desa.
    Bot:   Rina, tulisan ini untuk apa pada DPMD-2026-0001 · …
           [Tanggapan akhir] [Pertanyaan] [Catatan] [Batal]
    Rina:  [Catatan]
    Bot:   📝 Catatan Rina disimpan pada DPMD-2026-0001. Pengadu tidak melihatnya.
    Rina:  /daftar
    Bot:   Daftar pengaduan: terbuka (1) DPMD-2026-0001 · … [Terbuka] [Milik saya] [Lewat tenggat]
    Rina:  [Jawab]
    Bot:   Rina, mohon balas pesan ini dengan tanggapan akhir untuk DPMD-2026-0001 · … Batal: /batal
    Rina:  (reply) Bantuan dicairkan hari Senin.
    Bot:   Periksa dahulu. Ini yang akan dibaca pengadu: … Bantuan dicairkan hari Senin. …
           [Kirim] [Ubah] [Batal]
    Rina:  [Kirim]
    Bot:   ✅ Tanggapan akhir DPMD-2026-0001 dikirim oleh Rina. … Tanggapan: sedang dikirim
    Bot to Siti:
           Tanggapan atas pengaduan DPMD-2026-0001 Bantuan dicairkan hari Senin. … [Puas] [Belum Puas]
    Telegram:  (delivers the response)
    Bot to the group:
           … Sudah sampai di Telegram pengadu, … Tanggapan: Terkirim, … [Ambil Alih] [Tanya] [Ralat] [Tarik]
    Rina:  [Ralat]
    Bot:   Rina, mohon balas pesan ini dengan ralat tanggapan untuk DPMD-2026-0001 · …
    Rina:  (reply) Bantuan dicairkan hari Selasa.
    Bot:   … Periksa dahulu. … Ralat atas tanggapan pengaduan DPMD-2026-0001 … [Kirim] [Ubah] [Batal]
    Rina:  [Kirim]
    Bot:   ✅ Ralat tanggapan DPMD-2026-0001 dikirim oleh Rina. … Tanggapan: sedang dikirim
    Bot to Siti:
           Ralat atas tanggapan pengaduan DPMD-2026-0001 … [Puas] [Belum Puas]

| part                                                     | file                              |
|----------------------------------------------------------|-----------------------------------|
| the card and its buttons: one table                      | actions.py, card_button.py        |
| "Ambil"; "Verifikasi" and "Ubah Kelas"                   | handling.py; verification.py      |
| how an officer is named; introducing oneself             | profiles.py, introductions.py,    |
|                                                          | invitations.py                    |
| the private chat: text for a prompt, typed buttons       | in_private.py                     |
| "Lepas" and "Ambil Alih"                                 | handing_over.py                   |
| "Disposisi" and "Ambil kembali"; the instruction is sent | disposition.py; instructing.py    |
| the division's card: one table; what its buttons do      | division_cards.py,                |
|                                                          | division_acts.py                  |
| the division's own group; its report to the desk         | division_group.py; reporting.py   |
| whether the presser is the reported person; "Tugaskan"   | conflict.py; assigning.py         |
| "Bukti", "Baca lengkap", "Lihat Identitas"; "Dokumen"    | viewing.py; papers.py, slips.py   |
| "Jawab", "Ralat", "Tanya", "Catatan"; private links      | links.py                          |
| what officers write for, and when: one table             | purposes.py                       |
| what "Kirim" does with it: one table                     | posts.py                          |
| an officer is asked to write; a reply to a message       | prompts.py; replies.py            |
| ready answers; an edit of what was sent                  | canned.py; late_edits.py          |
| the text and its preview; sending it                     | writing.py; posting.py            |
| a response that needs the leader's approval             | approving.py; drafts.py           |
| the response was delivered, or cannot be                 | delivery.py                       |
| a complaint ends without a response; it is archived      | exits.py; archiving.py            |
| the account of a complainant is blocked for some days     | blocking.py, account_blocks.py    |
| what is missing: the list, the request, its withdrawal    | checklist.py; completeness.py     |
| "Tarik": a message is deleted from the citizen's chat    | recalling.py                      |
| reminders of a case; the morning digest                  | reminders.py; digest.py           |
| /daftar and its filters; /riwayat                        | lists.py, filters.py; history.py  |
| /cek: whether the text is the one that was signed        | checking.py                       |
| a complaint is entered for a citizen; messages to one    | on_behalf.py; passing_on.py       |
| without an account are passed on; their objection        | told_objection.py                 |
| what a citizen asks about their data                     | data_requests.py                  |
| /cari; /tiket; /jawab, /batal, /bantuan                  | searching, tickets, commands      |
| /rekap; /register                                        | figures.py; registers.py          |
| a key for each message, so that replies find their case  | naming.py                         |
| who may do what; whether the sender is in the group      | access.py; membership.py          |
| what an officer reads when an act is refused             | refusals.py                       |

Cases that are confidential are read and written about in private chats. Talk among officers is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from conversations import listening
from conversations.catalogue.commands import Audience, command_of
from conversations.conversation import Conversation
from conversations.desk import (
    access,
    approving,
    archiving,
    assigning,
    blocking,
    canned,
    checking,
    checklist,
    commands,
    conflict,
    data_requests,
    disposition,
    division_acts,
    division_cards,
    division_group,
    exits,
    figures,
    handing_over,
    history,
    introductions,
    invitations,
    links,
    lists,
    naming,
    on_behalf,
    papers,
    passing_on,
    prompts,
    recalling,
    refusals,
    registers,
    replies,
    searching,
    tickets,
    typed,
    verification,
    writing,
)
from conversations.desk.actions import CARD
from conversations.desk.card_button import Freshness
from conversations.desk.refusals import Result
from conversations.effects import Outcome
from conversations.events import ButtonPressed, CommandReceived, FileReceived, MessageEdited, PersonEvent
from conversations.screens import ButtonHandler
from conversations.world import World


class Action(NamedTuple):
    """The handler of a button and the check of its presser; a `private` one works in private chats too."""

    handler: ButtonHandler
    freshness: Freshness = Freshness.ORDINARY
    private: bool = False


def _at_prompt(act: writing.PromptAct, freshness: Freshness) -> Action:
    handler = access.in_any_chat(writing.at_own_prompt(act))
    return Action(handler, freshness, private=True)


def _asked_anywhere(act: access.RefusableAct) -> Action:
    """The answer to a question that is asked in the group, or in private where the case is confidential."""
    return Action(access.in_any_chat(conflict.asked_first(act)), Freshness.STRICT, private=True)


_ACTIONS: Mapping[str, Action] = {
    **{entry.label: Action(access.in_its_group(entry.handler), entry.freshness) for entry in CARD},
    **{
        entry.label: Action(division_acts.at_division(entry.handler), entry.freshness)
        for entry in division_cards.CARD
    },
    disposition.CHOICE: Action(access.in_any_chat(disposition.chosen), Freshness.AS_THE_CASE, private=True),
    "what_for": Action(access.in_any_chat(prompts.purpose_chosen), private=True),
    handing_over.CONFIRM_ACTION: Action(access.in_its_group(handing_over.decided), Freshness.AS_THE_CASE),
    conflict.ACTION: Action(access.in_any_chat(conflict.decided), Freshness.AS_THE_CASE, private=True),
    verification.VERIFY_ACTION: _asked_anywhere(verification.verify_answered),
    verification.CHANGE_ACTION: _asked_anywhere(verification.change_answered),
    assigning.ASK_ACTION: Action(access.in_any_chat(assigning.ask), Freshness.STRICT, private=True),
    assigning.ACTION: Action(access.in_any_chat(assigning.chosen), Freshness.STRICT, private=True),
    recalling.CONFIRM_ACTION: Action(access.in_its_group(recalling.decided), Freshness.STRICT),
    "claim": Action(access.where_it_is(prompts.claim_pressed)),
    tickets.ACTION: Action(access.in_its_group(tickets.pressed)),
    lists.LIST_ACTION: Action(lists.list_pressed),
    lists.SHOW_ACTION: Action(lists.list_pressed),
    "desk_post": _at_prompt(writing.post, Freshness.STRICT),
    "desk_rewrite": _at_prompt(checklist.rewrite, Freshness.ORDINARY),
    checklist.ACTION: Action(access.in_any_chat(checklist.pressed), private=True),
    checklist.CONFIRM_ACTION: Action(access.in_its_group(checklist.decided), Freshness.STRICT),
    "desk_discard": _at_prompt(writing.discard, Freshness.NOT_NEEDED),
    "desk_note": _at_prompt(writing.save_as_note, Freshness.AS_THE_CASE),
    archiving.DIVISION_ACTION: _asked_anywhere(archiving.division_chosen),
    archiving.DAY_ACTION: _asked_anywhere(archiving.day_chosen),
    blocking.CHOICE_ACTION: _asked_anywhere(blocking.days_chosen),
    exits.CHOICE_ACTION: _asked_anywhere(exits.destination_chosen),
    canned.ACTION: Action(access.in_any_chat(canned.chosen), private=True),
    "approve": Action(access.in_any_chat(approving.approve), Freshness.STRICT, private=True),
    "return_draft": Action(access.in_any_chat(approving.return_draft), Freshness.STRICT, private=True),
    "revise": Action(access.in_any_chat(approving.revise), Freshness.STRICT, private=True),
    "desk_write": Action(access.in_any_chat(links.write_chosen), Freshness.STRICT, private=True),
    invitations.OPEN_ACTION: Action(invitations.open_pressed),
    introductions.ACTION: Action(introductions.pressed, private=True),
    on_behalf.OPEN_ACTION: Action(on_behalf.open_pressed),
    on_behalf.OTHER_ACTION: Action(on_behalf.begin_other, private=True),
    papers.ACTION: Action(access.in_its_group(papers.chosen), Freshness.STRICT),
    **dict.fromkeys(
        data_requests.CHOICES,
        Action(access.in_any_chat(data_requests.chosen), Freshness.STRICT, private=True),
    ),
    passing_on.ACTION: Action(access.in_any_chat(passing_on.done), Freshness.AS_THE_CASE, private=True),
}
# The acts that the history does not record: an officer without a name can do them, too.
UNRECORDED = frozenset({
    "evidence", "read_all", "see_evidence", "read_whole", "more", "ticket", lists.LIST_ACTION,
    "desk_rewrite", "desk_discard", invitations.OPEN_ACTION, introductions.ACTION,
    on_behalf.OPEN_ACTION, on_behalf.OTHER_ACTION, "untold", "papers",
})  # fmt: skip
ACTIONS: Mapping[str, Action] = {
    name: action if name in UNRECORDED else action._replace(handler=invitations.named_first(action.handler))
    for name, action in _ACTIONS.items()
}
PRIVATE_ACTIONS: Mapping[str, ButtonHandler] = {
    name: action.handler for name, action in ACTIONS.items() if action.private
}

COMMANDS: Mapping[str, division_group.GroupCommand] = {
    "daftar": lists.show_list,
    "tiket": tickets.show,
    "cari": searching.show,
    "riwayat": history.show,
    "rekap": figures.show,
    registers.NAME: registers.show,
    "jawab": commands.answer,
    "batal": commands.cancel,
    "bantuan": commands.show_help,
    introductions.COMMAND: invitations.in_group,
    on_behalf.COMMAND: on_behalf.in_group,
    checking.COMMAND: checking.show,
}


def handle(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Handle an event in an agency's group."""
    outcome = naming.named(event, world, _handle(event, world, conversation))
    return invitations.offered(event, world, conversation, outcome)


def _handle(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    of_division = world.rules.is_of_division(event.origin.chat)
    match event:
        case ButtonPressed(action=action):
            known = ACTIONS.get(action) if action in division_group.ACTIONS or not of_division else None
            return (
                known.handler(event, world, conversation) if known else refusals.outdated(event, conversation)
            )
        case CommandReceived(command=typed_command):
            command = command_of(Audience.OFFICER, typed_command)
            known_here = division_group.COMMANDS if of_division else COMMANDS
            unknown = division_group.unknown_command if of_division else commands.unknown_command
            handler = known_here.get(command.name, unknown) if command else unknown
            result = handler(event, world, conversation)
        case MessageEdited():
            result = writing.edited(event, world, conversation)
        case _:
            result = _message(event, world, conversation)
    return refusals.outcome_of(event, conversation, result)


def _message(event: PersonEvent, world: World, conversation: Conversation) -> Result:
    if isinstance(event, FileReceived) and (command := typed.captioned(event, world.rules)):
        return _captioned(event, command, world, conversation)
    if event.origin.reply_to:
        return replies.handle(event, world, conversation)
    if prompts.joins_album(event, conversation):
        return writing.receive(event, world, conversation)
    if listening.officer_listens(conversation):
        return prompts.plain_message(event, world, conversation)
    return _mentioned(event, world)


def _captioned(
    event: FileReceived, command: CommandReceived, world: World, conversation: Conversation
) -> Result:
    if world.rules.is_of_division(event.origin.chat):
        return division_group.unknown_command(command, world, conversation)
    return commands.answer(command, world, conversation, event)


def _mentioned(event: PersonEvent, world: World) -> Result:
    if not typed.mentions_bot(event, world.rules):
        return Outcome()
    of_division = world.rules.is_of_division(event.origin.chat)
    return division_group.mentioned(event) if of_division else commands.mentioned(event)
