"""A citizen adds to a case: messages add up behind one tally until "Kirim" (invariant 6).

A draft is set aside meanwhile, and asks on afterwards.
"""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.cards import card_key, edit_card
from conversations.complaints.case import Case, CaseEvent, Contribution, Purpose, changed
from conversations.complaints.complaint import Part
from conversations.complaints.wakeups import is_due
from conversations.conversation import Collecting, Conversation
from conversations.effects import (
    AnswerPress,
    DropFile,
    Edit,
    Effect,
    GiveFiles,
    Lane,
    Outcome,
    RecordHistory,
    Send,
    StripButtons,
)
from conversations.events import ButtonPressed, DeadlinePassed, MessageEdited, PersonEvent, TextReceived
from conversations.followup.objection import reopened, reopens
from conversations.followup.words import is_unreadable
from conversations.intake import dialogue as intake
from conversations.intake.flow import limit_of
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import keep, part_of, refusal, with_edit
from conversations.screens import say
from conversations.world import World


def tally_key(case: str) -> str:
    """The name of the message that counts."""
    return f"tally:{case}"


def begin(
    world: World,
    conversation: Conversation,
    case: Case,
    purpose: Purpose,
    parts: tuple[Part, ...] = (),
) -> Outcome:
    """Listen for this case; what was held, and `parts`, come first. Something unsent is settled before."""
    writing = conversation.collecting
    said = (*conversation.held, *parts)
    if writing and writing.parts and (writing.case, writing.purpose) != (case.id, purpose):
        return _settle_first(conversation.model_copy(update={"held": said}), world, writing)
    before = writing.parts if writing and (writing.case, writing.purpose) == (case.id, purpose) else ()
    collecting = Collecting(case=case.id, purpose=purpose, parts=(*before, *said), since=world.now)
    listening = conversation.model_copy(
        update={"listener": "collecting", "collecting": collecting, "held": ()}
    )
    if collecting.parts:
        files = tuple(part.file for part in said if part.file)
        given: tuple[Effect, ...] = (GiveFiles(files, case.id),) if files else ()
        return Outcome.of(listening, *given, _tally(listening, case, fresh=True))
    params = {"reference": case.reference, "purpose": purpose.value}
    stop = Button("cancel", "drop_parts", case.id, case.version)
    return say(listening, "followup.collect", params, buttons=((stop,),))


def _settle_first(conversation: Conversation, world: World, writing: Collecting) -> Outcome:
    case = world.cases.get(writing.case)
    reference = case.reference if case else ""
    params = {"reference": reference, "purpose": writing.purpose.value, "count": len(writing.parts)}
    buttons = _ways(writing, case.version if case else 0, conversation.person)
    return say(conversation, "followup.settle_first", params, buttons=buttons)


def _is_citizens(writing: Collecting) -> bool:
    """Whether the person writes as the citizen; a leader may write as an officer in the same chat."""
    return writing.purpose in casefile.CITIZENS


def _ways(writing: Collecting, version: int, person: int) -> Rows:
    case = writing.case
    if not _is_citizens(writing):
        return (
            (
                Button("send", "desk_post", case, version, str(person), "success"),
                Button("discard", "desk_discard", case, version, str(person)),
            ),
        )
    return (
        (
            Button("send", "send_parts", case, version, style="success"),
            Button("cancel", "drop_parts", case, version),
        ),
    )


def _tally(conversation: Conversation, case: Case, *, fresh: bool) -> Effect:
    writing = conversation.collecting
    parts = writing.parts if writing else ()
    params = {
        "reference": case.reference,
        "purpose": writing.purpose.value if writing else "",
        "count": len(parts),
        "until": _last_day(case, writing),
    }
    ways = _ways(writing, case.version, conversation.person) if writing else ()
    message = OutgoingMessage("followup.tally", params, ways)
    if fresh:
        return Send(conversation.chat, message, tally_key(case.id))
    return Edit(conversation.chat, tally_key(case.id), message)


def _last_day(case: Case, writing: Collecting | None) -> str:
    """The day until which an objection is to be sent; empty for anything else."""
    objects = writing is not None and writing.purpose is Purpose.OBJECTION
    return case.objection_until.isoformat() if objects and case.objection_until else ""


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A message while collecting: counted in place, or explained."""
    writing = conversation.collecting
    case = world.cases.get(writing.case) if writing else None
    if writing is None or case is None:
        return Outcome.of(conversation)
    labels = event.labels if isinstance(event, TextReceived) else frozenset[str]()
    if labels & {"send", "next"}:
        return send(world, conversation, case)
    if labels & {"cancel", "back", "discard"}:
        return drop(world, conversation)
    return _join(event, world, conversation, case, writing)


def _join(
    event: PersonEvent, world: World, conversation: Conversation, case: Case, writing: Collecting
) -> Outcome:
    part = part_of(event)
    if part is None:
        return is_unreadable(event, conversation)
    if problem := refusal(event, writing.parts, world.rules.limits):
        params = {"problem": problem.value, "limit": limit_of(problem, world.rules.limits)}
        return say(conversation, "followup.problem", params)
    kept = keep(event, case.id)
    more = conversation.model_copy(
        update={"collecting": writing.model_copy(update={"parts": (*writing.parts, part)})}
    )
    effects: tuple[Effect, ...] = (kept,) if kept else ()
    return Outcome.of(more, *effects, _tally(more, case, fresh=not writing.parts))


def edited(event: MessageEdited, conversation: Conversation) -> Outcome | None:
    """An edit of something collected but not sent; both versions are kept. None if it is not that."""
    writing = conversation.collecting
    parts = with_edit(writing.parts, event.origin.message, event.text) if writing else None
    if writing is None or parts is None:
        return None
    collecting = writing.model_copy(update={"parts": parts})
    return say(conversation, "followup.edited", collecting=collecting)


def send_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Kirim."""
    writing, case = conversation.collecting, world.cases.get(event.subject)
    if writing is None or case is None or writing.case != case.id or not _is_citizens(writing):
        return Outcome.of(conversation, AnswerPress(event.press, "system.press_outdated"))
    return send(world, conversation, case)


def drop_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Batalkan."""
    writing = conversation.collecting
    if writing is None or writing.case != event.subject or not _is_citizens(writing):
        return Outcome.of(conversation, AnswerPress(event.press, "system.press_outdated"))
    return drop(world, conversation)


def drop(world: World, conversation: Conversation) -> Outcome:
    """Nothing is sent; a draft that was set aside asks on."""
    writing = conversation.collecting
    case = world.cases.get(writing.case) if writing else None
    if writing is None or case is None:
        return Outcome.of(conversation)
    over = OutgoingMessage("followup.dropped", {"reference": case.reference})
    files = tuple(DropFile(part.file) for part in writing.parts if part.file)
    return Outcome.of(*_finish_tally(conversation, case, over), *files) + ended(world, conversation)


def _finish_tally(conversation: Conversation, case: Case, message: OutgoingMessage) -> tuple[Effect, ...]:
    """The last word stands in the tally when there is one, so that its buttons go."""
    writing = conversation.collecting
    if writing and writing.parts:
        return (Edit(conversation.chat, tally_key(case.id), message),)
    return (Send(conversation.chat, message),)


def ended(world: World, conversation: Conversation) -> Outcome:
    """Collecting is over: back to the draft that was set aside, or to nobody listening."""
    listening = conversation.listener == "collecting"
    closed = conversation.model_copy(update={"collecting": None})
    if not listening:
        return Outcome.of(closed)
    closed = closed.model_copy(update={"listener": "nobody"})
    return intake.resume(world, closed) if closed.draft else Outcome.of(closed)


def send(world: World, conversation: Conversation, case: Case) -> Outcome:
    """What was collected goes into the case and to its group. Nothing said is ever dropped here."""
    writing = conversation.collecting
    if writing is None or not writing.parts:
        return say(conversation, "followup.nothing_yet", {"reference": case.reference})
    if writing.purpose is Purpose.OBJECTION and not reopens(case, writing, world):
        moved = writing.model_copy(update={"purpose": Purpose.ADDITION})
        late = say(conversation, "followup.objection_late", {"reference": case.reference})
        conversation, writing = conversation.model_copy(update={"collecting": moved}), moved
        return late + _sent(world, conversation, case, writing)
    return _sent(world, conversation, case, writing)


def _sent(world: World, conversation: Conversation, case: Case, writing: Collecting) -> Outcome:
    entry = Contribution(purpose=writing.purpose, by="", at=world.now, parts=writing.parts)
    strip: tuple[Effect, ...] = ()
    if writing.purpose is Purpose.OBJECTION:
        case = reopened(case, world)
        strip = (StripButtons(conversation.chat, key=f"response:{case.id}:{len(case.responses)}"),)
    case = changed(case, thread=(*case.thread, entry))
    what = CaseEvent.OBJECTED if writing.purpose is Purpose.OBJECTION else writing.purpose
    params = {
        "reference": case.reference,
        "purpose": writing.purpose.value,
        "count": len(entry.parts),
        "due": case.due_on.isoformat(),
        "open": case.open,
    }
    effects = (
        *_finish_tally(conversation, case, OutgoingMessage("followup.sent", params)),
        *strip,
        _tell_group(case, world, entry),
        edit_card(case, world, Lane.UNASKED),
        RecordHistory(case.id, f"citizen:{conversation.person}", what, entry.text),
    )
    return Outcome.of(case, *effects) + ended(world, conversation)


def _tell_group(case: Case, world: World, entry: Contribution) -> Send:
    officer = {"id": case.officer.id, "name": case.officer.name} if case.officer else None
    params: dict[str, Any] = {
        "reference": casefile.marked(case),
        "purpose": entry.purpose.value,
        "officer": officer,
        "due": case.due_on.isoformat() if case.open else "",
    }
    group, key = casefile.group_of(case, world.rules), f"added:{case.id}:{len(case.thread)}"
    if case.complaint.confidential:
        message = OutgoingMessage("desk.added_confidential", params, reply_to=card_key(case))
        return Send(group, message, key, Lane.UNASKED)
    params |= {"text": entry.text, "files": casefile.counted(entry.parts)}
    message = OutgoingMessage("desk.added", params, files=entry.files, reply_to=card_key(case))
    return Send(group, message, key, Lane.UNASKED)


def due(event: DeadlinePassed, world: World) -> Outcome:
    """Remind once of messages that wait for the Send button ("Kirim")."""
    conversation = world.conversation(event.chat, event.person)
    writing = conversation.collecting
    if writing is None or not is_due(event.kind, writing, world.rules.limits, world.now):
        return Outcome()
    case = world.cases.get(writing.case)
    if case is None:
        return Outcome()
    reminded = writing.model_copy(update={"reminded": True})
    params: dict[str, Any] = {"reference": case.reference, "purpose": writing.purpose.value}
    if writing.purpose in casefile.CITIZENS:
        params |= {"count": len(writing.parts), "until": _last_day(case, writing)}
        buttons = _ways(writing, case.version, conversation.person)
        return say(conversation, "followup.reminder", params, buttons=buttons, collecting=reminded)
    officer = {"id": conversation.person, "name": conversation.name}
    return say(conversation, "desk.reminder", params | {"officer": officer}, collecting=reminded)
