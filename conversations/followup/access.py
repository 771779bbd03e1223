"""A complaint from another account: it is opened by its number and access code, with a limit on wrong tries.

An unknown number and a wrong code get the same answer and count alike.
"""

from __future__ import annotations

import hmac
import re
from datetime import timedelta

from conversations import listening
from conversations.complaints.case import Case
from conversations.complaints.references import parse_code, printed_reference, split_reference
from conversations.conversation import Conversation, Listener
from conversations.effects import Outcome
from conversations.events import (
    ButtonPressed,
    ContactReceived,
    PersonEvent,
    TextReceived,
    UnreadableReceived,
)
from conversations.followup import case_page, unaddressed
from conversations.followup.refusals import refuse_kind
from conversations.intake.confusion import is_no_answer, phones
from conversations.messages import Button, Rows
from conversations.screens import is_typed, say, told_erased
from conversations.world import World

MOST_OPENED = 5
# The most characters of a mistyped number; a longer text is meant as a complaint.
LONGEST_NUMBER = 40
# The most words next to a number that still are its code: "kode akses ABCD 2345".
MOST_CODE_WORDS = 4
ASKING: tuple[Listener, ...] = ("reference", "access_code")
# The list of words such as "selesai".
END = "call_leave"
LEAVE: Rows = ((Button("cancel", "leave"),),)


def is_locked(world: World, conversation: Conversation) -> bool:
    """Whether no access code is accepted now, because too many wrong ones were tried.

    A lock that ends much later than a lock can was set by a wrong clock, and holds no one.
    """
    until, lock = conversation.locked_until, timedelta(minutes=world.rules.limits.lock_minutes)
    return until is not None and world.now < until <= world.now + 2 * lock


def _locked(world: World, conversation: Conversation) -> Outcome:
    until = conversation.locked_until or world.now
    params = {"until": until.isoformat(), "contacts": world.rules.contacts()}
    locked = say(conversation, "followup.locked", params)
    return locked + stop_asking(world, conversation)


def ask_reference(
    world: World, conversation: Conversation, *, unread: bool = False, empty: bool = False
) -> Outcome:
    """Ask for the registration number; `unread` after a text that is none, `empty` without own cases."""
    if is_locked(world, conversation):
        return _locked(world, conversation)
    example = world.rules.agencies[0].prefix if world.rules.agencies else "DPMD"
    params = {"example": f"{example}-{world.today.year}-0042", "unread": unread, "empty": empty}
    resuming: Rows = ((Button("resume_draft", "resume", style="success"),),) if conversation.filing else ()
    return say(
        conversation,
        "followup.ask_reference",
        params,
        buttons=(*resuming, *LEAVE),
        listener="reference",
        asked_reference="",
    )


def ask_code(world: World, conversation: Conversation, reference: str) -> Outcome:
    """Ask for the access code, also where the number does not exist."""
    if is_locked(world, conversation):
        return _locked(world, conversation)
    params = {"reference": reference}
    return say(
        conversation,
        "followup.ask_code",
        params,
        buttons=LEAVE,
        listener="access_code",
        asked_reference=reference,
    )


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Read a message while a number or a code is asked for."""
    if _leaves(event, world):
        return leave(world, conversation)
    if isinstance(event, UnreadableReceived | ContactReceived):
        return refuse_kind(event, conversation)
    if not isinstance(event, TextReceived):
        return _ask_for_text(conversation)
    if is_no_answer(event.text, world):
        asked = f"explain.{conversation.listener}"
        return say(conversation, asked, {"phones": phones(world, "")}, buttons=LEAVE)
    return _read(event, world, conversation)


def _leaves(event: PersonEvent, world: World) -> bool:
    """Whether the message ends the question: "batal", "kembali", "selesai"."""
    if is_typed(event, world, "cancel", "discard", "back"):
        return True
    return isinstance(event, TextReceived) and world.rules.words.has(END, event.text)


def _read(event: TextReceived, world: World, conversation: Conversation) -> Outcome:
    """Read a text as the number or the code."""
    reference, rest = split_reference(event.text)
    if (
        conversation.listener == "reference"
        and not reference
        and _is_for_a_complaint(event.text, conversation)
    ):
        not_asked = conversation.model_copy(update={"listener": "none"})
        return unaddressed.hold(event, world, not_asked)
    if conversation.listener == "reference" or reference:
        code = "" if event.origin.forwarded else parse_code(rest)
        return _reference_given(world, conversation, reference, code)
    code = parse_code(event.text)
    return _code_given(code, world, conversation) if code else _ask_for_text(conversation)


def _is_for_a_complaint(text: str, conversation: Conversation) -> bool:
    """Whether a text without a number is a message for a complaint, and not a mistyped number."""
    return conversation.filing is not None or len(text) > LONGEST_NUMBER


def _ask_for_text(conversation: Conversation) -> Outcome:
    params = {"code": conversation.listener == "access_code"}
    return say(conversation, "followup.text_please", params, buttons=LEAVE)


def _reference_given(world: World, conversation: Conversation, reference: str, code: str) -> Outcome:
    if not reference:
        return ask_reference(world, conversation, unread=True)
    return named(world, conversation, reference, code)


def named(world: World, conversation: Conversation, reference: str, code: str = "") -> Outcome:
    """Show the case with this number to its owner, or with its access code; without a code, ask for it."""
    case = world.by_reference(reference)
    if case and case.erased:
        return _erased(world, conversation, case)
    if case and case.filed_by == conversation.person:
        if conversation.listener not in ASKING:
            return case_page.show(world, conversation, case)
        closed = stop_asking(world, conversation)
        return case_page.show(world, closed.conversations[-1], case) + closed
    if not code:
        return ask_code(world, conversation, reference)
    asking = conversation.model_copy(update={"asked_reference": reference, "listener": "access_code"})
    return _code_given(code, world, asking)


def status_asked(event: TextReceived, world: World) -> tuple[str, str] | None:
    """The number, and the code if any, of a text that only asks for the status; None for other texts.

    That is a number with nothing else than its code, or a forwarded receipt: the code in a receipt does not
    count, because it may be another person who forwards it.
    """
    reference, rest = split_reference(event.text)
    if event.origin.forwarded:
        printed = printed_reference(event.text)
        return (printed, "") if printed and _is_ours(printed, world) else None
    if not reference or not _is_ours(reference, world):
        return None
    code = parse_code(rest)
    words = re.findall(r"\w+", rest)
    return (reference, code) if not words or (code and len(words) <= MOST_CODE_WORDS) else None


def _is_ours(reference: str, world: World) -> bool:
    return reference.partition("-")[0] in {agency.prefix for agency in world.rules.agencies}


def _code_given(text: str, world: World, conversation: Conversation) -> Outcome:
    if is_locked(world, conversation):
        return _locked(world, conversation)
    reference = conversation.asked_reference
    case = world.by_reference(reference)
    if case and case.erased:
        return _erased(world, conversation, case)
    # Without such a case the code is hashed and compared too, so that the time needed is the same.
    given = world.providers.hash_code(text, reference)
    right = hmac.compare_digest(given.encode(), (case.access_hash if case else "").encode())
    if case is None or not right:
        return _wrong_code(world, conversation)
    opened = tuple(known for known in conversation.opened if known != case.id)
    # Wrong tries still count: a person with the code of their own case gets no more tries by using it.
    seen = conversation.model_copy(update={"opened": (*opened, case.id)[-MOST_OPENED:]})
    closed = stop_asking(world, seen)
    return case_page.show(world, closed.conversations[-1], case) + closed


def _erased(world: World, conversation: Conversation, case: Case) -> Outcome:
    """Tell anyone who asks for the number that its data were erased: the register line names no person."""
    params = {**told_erased(case), "contacts": world.rules.contacts()}
    closed = stop_asking(world, conversation)
    return say(closed.conversations[-1], "erased.case", params) + closed


def _wrong_code(world: World, conversation: Conversation) -> Outcome:
    counted = with_wrong_try(world, conversation)
    if is_locked(world, counted):
        return _locked(world, counted)
    params = {
        "reference": conversation.asked_reference,
        "left": tries_left(world, counted),
        "contacts": world.rules.contacts(),
    }
    return say(counted, "followup.wrong_code", params, buttons=LEAVE)


def with_wrong_try(world: World, conversation: Conversation) -> Conversation:
    """The conversation with one more wrong try; after the last one it is locked for a while."""
    limits = world.rules.limits
    lock = timedelta(minutes=limits.lock_minutes)
    counts = conversation.tried_at is not None and abs(world.now - conversation.tried_at) < lock
    tries = (conversation.tries if counts else 0) + 1
    if tries >= limits.wrong_codes:
        return conversation.model_copy(update={"tries": 0, "locked_until": world.now + lock})
    return conversation.model_copy(update={"tries": tries, "tried_at": world.now})


def tries_left(world: World, conversation: Conversation) -> int:
    """The number of wrong tries before the conversation is locked."""
    return world.rules.limits.wrong_codes - conversation.tries


def stop_asking(world: World, conversation: Conversation) -> Outcome:
    """End the question for a number or code; what was set aside continues."""
    closed = conversation.model_copy(update={"asked_reference": ""})
    return listening.over(world, closed, *ASKING)


def leave(world: World, conversation: Conversation) -> Outcome:
    """End the question and confirm it: each message gets an answer."""
    return say(conversation, "followup.left") + stop_asking(world, conversation)


def leave_pressed(_event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Batalkan" under the question for a number or code."""
    if conversation.listener not in ASKING:
        return say(conversation, "followup.nothing_open")
    return leave(world, conversation)
