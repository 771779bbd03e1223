"""The answers to a citizen who asks for a person, or types a word that leads nowhere: nothing is asked."""

from __future__ import annotations

from conversations import listening
from conversations.cards import case_button
from conversations.complaints.case import Purpose
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import PersonEvent, TextReceived
from conversations.followup import access, additions, courtesies, withdrawing
from conversations.followup.asking import MOST_CASES, asking_cases, may_add, open_verdicts
from conversations.intake import dialogue as intake
from conversations.messages import Button, Rows
from conversations.parts import part_of
from conversations.screens import is_typed, is_wording, say
from conversations.world import World

# Keys and buttons that go on from a question, with their synonyms.
_ONWARD = ("next", "back", "skip", "send", "continue_to_signing", "keep_answer", "understood", "resume_draft")
# The lists of the requests that need the person's own complaints.
_OWN = ("call_status", "call_privacy")


def contacts(event: TextReceived, world: World, conversation: Conversation) -> Outcome:
    """Name telephone, address and hours; the question stays open.

    A text that may be its answer is kept, and becomes the answer after one press.
    """
    listener, draft = listening.present(conversation), conversation.draft
    if listener == "collecting":
        return additions.explained(world, conversation)
    kept = part_of(event) if listener == "intake" and intake.takes_text(conversation) else None
    params = {
        "contacts": world.rules.contacts(draft.agency if draft else ""),
        "asked": listener != "none",
        "text": kept.text if kept else "",
    }
    rows: Rows
    match listener:
        case "intake":
            rows = _back_to_question(conversation, kept=bool(kept))
        case "reference" | "access_code":
            rows = access.LEAVE
        case _:
            rows = courtesies.ways_on(world, conversation)
    return say(conversation, "followup.contacts", params, buttons=rows, unread=kept)


def _back_to_question(conversation: Conversation, *, kept: bool) -> Rows:
    draft = conversation.draft
    resume = Button("resume_draft", "resume", value=draft.id if draft else "", style="success")
    answer = Button("use_as_answer", "use_text", version=conversation.turn)
    return ((answer,), (resume,)) if kept else ((resume,),)


def add(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A text such as "tambah keterangan": collect for the one open complaint, else ask for which one."""
    cases = [case for case in world.own_cases(conversation.person) if may_add(case)][:MOST_CASES]
    if len(cases) == 1:
        return additions.begin(world, conversation, cases[0], Purpose.ADDITION)
    if not cases:
        return say(conversation, "followup.nothing_asked", buttons=courtesies.ways_on(world, conversation))
    rows = tuple((case_button(case, "add"),) for case in cases)
    return say(conversation, "followup.add_which", buttons=rows)


def without_question(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """Answer a word that leads on while nothing is asked and nothing is held; None for any other message.

    A synonym may answer the open question of an officer: "sudah".
    """
    if conversation.held:
        return None
    if is_typed(event, world, "cancel") or is_wording(event, world, "discard"):
        offered = None if conversation.draft else withdrawing.after_cancel(world, conversation)
        return offered or intake.COMMANDS["batal"](event, world, conversation)
    if not _leads_on(event, world, conversation):
        return None
    if open_verdicts(world, conversation.person):
        return courtesies.answered(world, conversation, "assent")
    return say(conversation, "followup.nothing_asked", buttons=courtesies.ways_on(world, conversation))


def _leads_on(event: PersonEvent, world: World, conversation: Conversation) -> bool:
    if intake.leads_on(event, world):
        return True
    if not isinstance(event, TextReceived) or asking_cases(world, conversation.person):
        return False
    words = world.rules.words
    ends = words.has(access.END, event.text) or words.has("call_done", event.text)
    return ends or is_typed(event, world, *_ONWARD)


def needs_own_cases(event: PersonEvent, world: World) -> bool:
    """Whether a text is a request that needs the person's own complaints."""
    if not isinstance(event, TextReceived) or not event.origin.private:
        return False
    return any(world.rules.words.has(name, event.text) for name in _OWN)
