"""Messages while no dialogue listens are held, and the person is asked what they are for (invariant 6)."""

from __future__ import annotations

from conversations import casefile, keys, listening
from conversations.complaints import draft as drafts
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from conversations.effects import Edit, Effect, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, MessageEdited, PersonEvent
from conversations.followup import additions
from conversations.followup.refusals import part_or_refusal
from conversations.intake import dialogue as intake
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import drop_files, give_files, holds, keep, with_edit
from conversations.screens import outdated, say
from conversations.world import World

MOST_CASES = 5
# A citizen can add to open cases, and to those with these statuses.
ADDABLE = frozenset({Status.RESPONDED})


def may_add(case: Case) -> bool:
    """Whether the citizen can add to the case ("Tambah Keterangan")."""
    return case.open or case.status in ADDABLE


def hold(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Hold a message and ask what it is for; further messages change the count in that question."""
    part = part_or_refusal(event, world, conversation, conversation.held)
    if isinstance(part, Outcome):
        return part
    more = conversation.model_copy(update={"held": (*conversation.held, part)})
    key, message = keys.held(conversation.person), _question(more, world)
    asked: Effect = Send(conversation.chat, message, key)
    if conversation.held:
        asked = Edit(conversation.chat, key, message)
    # Until it is clear which case or draft they are for, files belong to the person.
    return Outcome.of(more, keep(event, str(conversation.person)), asked)


def _question(conversation: Conversation, world: World) -> OutgoingMessage:
    cases = [case for case in world.own_cases(conversation.person) if may_add(case)][:MOST_CASES]
    adding = tuple((_add_button(case),) for case in cases)
    drafting = conversation.draft is not None
    rows: Rows = (
        *(((Button("add_to_draft", "hold_draft", style="success"),),) if drafting else ()),
        *adding,
        (Button("new_complaint" if cases or drafting else "file_complaint", "hold_new", style="primary"),),
        (Button("check_status", "status"), Button("help", "help")),
        (Button("discard", "hold_drop"),),
    )
    count = len(conversation.held)
    if cases or drafting:
        return OutgoingMessage("followup.what_for", {"count": count, "draft": drafting}, rows)
    params = {"count": count, "contacts": world.rules.contacts()}
    return OutgoingMessage("followup.begin_with_this", params, rows)


def _add_button(case: Case) -> Button:
    """The button that adds to this case: as an answer while a question of an officer is open."""
    params = {"reference": case.reference}
    if case.open and casefile.open_question(case):
        return Button("answer_question", "hold_add", case.id, value="answer", params=params)
    return Button("add_to_case", "hold_add", case.id, params=params)


def _strip(event: ButtonPressed, conversation: Conversation) -> Outcome:
    return Outcome.of(StripButtons(conversation.chat, event.origin.message))


def add(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button of a case: collect the held messages for it."""
    if not conversation.held:
        return outdated(event, conversation)
    if not may_add(case):
        params = {"reference": case.reference, "status": case.status.value}
        return say(conversation, "followup.not_open", params)
    answers = event.value == "answer" and bool(casefile.open_question(case))
    purpose = Purpose.ANSWER if answers else Purpose.ADDITION
    return _strip(event, conversation) + additions.begin(world, conversation, case, purpose)


def new(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Pengaduan baru": begin a complaint with the held messages; a draft goes first."""
    if not conversation.held:
        return outdated(event, conversation)
    if conversation.draft:
        return intake.COMMANDS["lapor"](event, world, conversation)
    return _strip(event, conversation) + intake.begin(world, conversation)


def to_draft(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button of the draft: add the held messages to its story, and ask its question again."""
    draft, held = conversation.draft, conversation.held
    if draft is None or not held:
        return outdated(event, conversation)
    longer = drafts.with_story(draft, (*draft.story, *held), world.now)
    given = Outcome.of(give_files(held, draft.id))
    joined = conversation.model_copy(update={"draft": longer, "held": ()})
    return _strip(event, conversation) + given + intake.resume(world, joined)


def drop(event: ButtonPressed, _world: World, conversation: Conversation) -> Outcome:
    """The button "Batal": drop the held messages."""
    if not conversation.held:
        return outdated(event, conversation)
    dropped = drop_files(conversation.held)
    emptied = conversation.model_copy(update={"held": ()})
    over = OutgoingMessage("followup.let_go", {})
    edit = Edit(conversation.chat, keys.held(conversation.person), over, event.origin.message)
    return Outcome.of(emptied, edit, *dropped)


def edited(event: MessageEdited, world: World, conversation: Conversation) -> Outcome:
    """Apply an edit to collected or held messages; for a filed message, offer to add the new text."""
    if changed := additions.edited(event, conversation):
        return changed
    if parts := with_edit(conversation.held, event.origin.message, event.text):
        return say(conversation, "followup.edited", held=parts)
    message = event.origin.message
    for case in world.own_cases(conversation.person):
        if message in case.sources or holds(_filed(case), message):
            return _offer_to_add(event, conversation, case)
    if listening.present(conversation) == "intake":
        return intake.answer(event, world, conversation)
    return say(conversation, "followup.edit_unknown")


def _filed(case: Case) -> tuple[Part, ...]:
    later = tuple(part for entry in case.thread for part in entry.parts if not entry.by)
    return (*case.complaint.story, *later)


def _offer_to_add(event: MessageEdited, conversation: Conversation, case: Case) -> Outcome:
    """Offer to add the new text, because the signed complaint does not change."""
    if not may_add(case):
        params = {"reference": case.reference, "status": case.status.value}
        return say(conversation, "followup.not_open", params)
    part = Part(message=event.origin.message, at=event.origin.at, text=event.text)
    rows: Rows = (
        (Button("add_information", "hold_add", case.id, style="primary"),),
        (Button("discard", "hold_drop"),),
    )
    message = OutgoingMessage("followup.edit_filed", {"reference": case.reference}, rows)
    more = conversation.model_copy(update={"held": (*conversation.held, part)})
    return Outcome.of(more, Send(conversation.chat, message, keys.held(conversation.person)))
