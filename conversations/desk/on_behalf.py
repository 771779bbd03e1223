"""/catat: an officer enters a complaint that came by letter, phone, at the counter or through SP4N-LAPOR!.

    Rina:  /catat                              (in the staff group)
    Bot:   Rina, untuk mencatat pengaduan … tekan tombol di bawah … [Catat Pengaduan]
    Rina:  [Catat Pengaduan]                   (opens her private chat)
    Bot to Rina:
           Langkah 1 dari 10 — Saluran … [Surat] [Telepon] [Datang langsung] [SP4N-LAPOR!]
    Rina:  [Surat]
    Bot to Rina:
           Langkah 1 dari 10 — Tanggal diterima … [Hari ini, 17 Mar] [Kemarin, 16 Mar]
    Rina:  [Kemarin, 16 Mar]
    Bot to Rina:
           Langkah 2 dari 10 — Layanan …       (the questions of the intake, about the complainant)
    …
    Bot to Rina:
           Langkah 10 dari 10 — Tanda tangan pengadu … [Disampaikan lisan] …
    Rina:  (a photo of the signed letter)
    Rina:  [Kirim]
    Bot to Rina:
           ✅ Tanda terima untuk pengadu … Nomor registrasi: DPMD-2026-0001 … Kode akses: …
    Bot to the group:
           Pengaduan DPMD-2026-0001 · … Masuk lewat: surat, dicatat Rina …

1. Names and addresses never stand in the group: it gets only the button of the link.
2. The link is no secret and opens nothing by itself. Its user has to be in the staff group of that agency, by
   an answer of the messenger that is not older than five minutes, at the start and again at "Kirim". In
   between the officer reads nothing but their own answers. Whoever leaves the group loses the draft.
3. The draft is one of the intake (Draft.answers["on_behalf"]): each question, check, edit and button is the
   same. The officer's own complaints are set aside meanwhile.
4. The case belongs to no account: no_account.py turns the messages to its citizen into tasks of the group.
"""

from __future__ import annotations

from conversations.complaints import draft_path
from conversations.complaints.agency import Agency
from conversations.complaints.draft import Draft, is_on_behalf
from conversations.conversation import Conversation
from conversations.desk import introductions, refusals
from conversations.desk.refusals import Refusal
from conversations.effects import AnswerPress, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent, TextReceived
from conversations.intake import start
from conversations.intake.flow import go_on
from conversations.intake.notice import ready
from conversations.intake.several import (
    MOST_DRAFTS,
    ask_which,
    brought_forward,
    drafts_of,
    paused,
    with_room_for_another,
)
from conversations.messages import REMOVE_KEYBOARD, Button, OutgoingMessage
from conversations.screens import outdated, say
from conversations.world import World

COMMAND = "catat"
# The start parameter is this and the id of the agency.
_LINK = "catat-"
# The button in the group, and the one in private that begins another entry.
OPEN_ACTION, OTHER_ACTION = "record", "record_other"
_STALE = Refusal("desk.link_stale", {})


def is_link(event: PersonEvent) -> bool:
    """Whether the command begins an entry: /catat, or the link of the button."""
    if not isinstance(event, CommandReceived):
        return False
    return event.command == COMMAND or bool(_linked(event))


def _linked(event: CommandReceived) -> str:
    """The id of the agency in the link; empty for another command."""
    argument = event.argument.strip()
    return argument.removeprefix(_LINK) if event.command == "start" and argument.startswith(_LINK) else ""


def sends(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether the event may be "Kirim", pressed or typed, of an entry."""
    draft = conversation.draft
    if draft is None or not is_on_behalf(draft) or draft.screen != draft_path.SIGNING:
        return False
    return isinstance(event, TextReceived) or (isinstance(event, ButtonPressed) and event.action == "file")


def concerns(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether an event in a private chat needs the membership of a staff group for an entry."""
    begins = isinstance(event, ButtonPressed) and event.action == OTHER_ACTION
    return is_link(event) or begins or sends(event, conversation)


def group_of(event: PersonEvent, world: World, conversation: Conversation) -> int:
    """The staff group whose membership the event needs; 0 where no agency is named or known."""
    agency = _agency(event, world, conversation)
    return agency.staff_chat_id if agency else 0


def _agency(event: PersonEvent, world: World, conversation: Conversation) -> Agency | None:
    if isinstance(event, CommandReceived):
        named = _linked(event)
        return ready(world, named) if named else _only_agency(world, conversation.person)
    if isinstance(event, ButtonPressed) and event.action == OTHER_ACTION:
        return ready(world, event.value)
    return world.rules.agency(conversation.draft.agency) if conversation.draft else None


def _only_agency(world: World, person: int) -> Agency | None:
    """The agency of the one staff group in which this person is known to be; None for none or several."""
    known = [
        agency
        for agency in world.rules.open_agencies
        if (member := world.members.get((agency.staff_chat_id, person))) and member.present
    ]
    return known[0] if len(known) == 1 else None


def in_group(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/catat in the group: the button that opens the private chat."""
    agency = world.rules.of_chat(conversation.chat)
    officer = {"id": conversation.person, "name": event.origin.person.name}
    params = {"officer": officer, "agency": agency.full_name if agency else ""}
    message = OutgoingMessage("desk.record_here", params, ((Button("record", OPEN_ACTION),),))
    return Outcome.of(conversation, Send(conversation.chat, message))


def open_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Catat Pengaduan": open the presser's private chat with the link of this group's agency."""
    agency = world.rules.of_chat(conversation.chat)
    if agency is None:
        return outdated(event, conversation)
    if not event.press:
        return in_group(event, world, conversation)
    return Outcome.of(conversation, AnswerPress(event.press, link=f"{_LINK}{agency.id}"))


def open_link(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    """Begin an entry for a member of the agency's staff group, or ask whether to go on with one."""
    agency = _agency(event, world, conversation)
    if agency is None:
        unknown = _STALE if _linked(event) else Refusal("desk.record_where", {})
        return refusals.refuse(event, conversation, unknown)
    if event.origin.person.nameless and conversation.profile is None:
        return introductions.open_page(event, world, conversation)
    begun = _begun(conversation, agency)
    if begun is None:
        return _begin(world, conversation, agency)
    if start.is_untouched(begun):
        return start.resume(world, brought_forward(conversation, begun.id) or conversation)
    buttons = (
        (Button("resume_draft", "resume", value=begun.id, style="success"),),
        (Button("record_other", OTHER_ACTION, value=agency.id),),
    )
    params = {"agency": agency.full_name, "started_at": begun.started_at.isoformat()}
    return say(conversation, "desk.record_unfinished", params, buttons=buttons)


def _begun(conversation: Conversation, agency: Agency) -> Draft | None:
    """The newest unfinished entry for this agency."""
    entries = (draft for draft in drafts_of(conversation) if is_on_behalf(draft))
    return next((draft for draft in entries if draft.agency == agency.id), None)


def begin_other(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Catat yang lain": begin another entry."""
    agency = ready(world, event.value)
    if agency is None or not conversation.private:
        return outdated(event, conversation)
    return _begin(world, conversation, agency)


def _begin(world: World, conversation: Conversation, agency: Agency) -> Outcome:
    conversation = paused(conversation)
    if len(drafts_of(conversation)) >= MOST_DRAFTS:
        return ask_which(world, conversation)
    draft = Draft(
        id=world.providers.new_id(),
        agency=agency.id,
        screen="",
        answers={"on_behalf": True},
        notice_skipped=True,
        started_at=world.now,
        touched_at=world.now,
    )
    return go_on(world, with_room_for_another(conversation), draft)


def without_entries(conversation: Conversation, agency: str) -> Outcome:
    """The conversation without entries for this agency, whose group its person has left."""
    gone = [draft for draft in drafts_of(conversation) if is_on_behalf(draft) and draft.agency == agency]
    outcome = Outcome()
    for draft in gone:
        conversation, dropping = start.dropped(conversation, draft)
        outcome += dropping
    if not gone:
        return outcome
    keyboard = REMOVE_KEYBOARD if conversation.keyboard else None
    left = conversation.model_copy(update={"keyboard": False})
    return outcome + say(left, "desk.entry_dropped", keyboard=keyboard)
