"""A citizen without an account: what the bot would send to them becomes a task of the officers.

An officer has entered such a complaint ("/catat"); its `filed_by` is NO_ACCOUNT. The dialogues send to
`filed_by` as for every case, and know nothing of this. The engine passes each outcome through here, before
the cards are shown, so that nothing is ever sent to the chat 0:

1. What only changes how an earlier message looks (edits, buttons) is dropped, and so is the notice that
   silence has closed the case, which invites to rate.
2. A message becomes a message of the group, as a reply to the card: "Mohon sampaikan kepada pengadu …", with
   the button "Sudah disampaikan". The case keeps it until an officer has pressed that (Case.untold), so that
   the card shows it and can send it again.
3. Of a confidential case it goes to the private chat of the officer who caused it; of one that the clock
   caused, to the restricted chat or to the leaders.
4. A receipt, which has the access code and the name, goes to that officer in private in any case.
5. A response replaces an earlier one that was not passed on yet (_REPLACES); a recalled message must not be
   passed on.

The words are those of the template for citizens, or of `told.<name>` where it speaks of buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conversations import casefile, keys, message_kinds
from conversations.catalogue import MESSAGES
from conversations.complaints.case import Case, changed
from conversations.complaints.entry import NO_ACCOUNT
from conversations.complaints.untold import Untold
from conversations.effects import DeleteMessages, Edit, Effect, Lane, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, CommandReceived, Event, TextReceived
from conversations.messages import Button, OutgoingMessage
from conversations.world import World

# What a citizen without an account does not get: the closing by silence offers the stars, and the request
# itself says until when it has to be completed. Officers print letters and receipts (desk/papers.py).
_DROPPED = frozenset(
    {"followup.closed_by_silence", "completion.reminder", "captions.response", "captions.receipt"}
)
# A message -> the kind of earlier ones that need not be passed on any more.
_REPLACES: Mapping[str, message_kinds.Kind] = {
    **dict.fromkeys(("followup.response", "followup.correction"), message_kinds.Kind.RESPONSE),
    **dict.fromkeys(("completion.request", "completion.confirmed"), message_kinds.Kind.REQUEST),
    **dict.fromkeys(("completion.withdrawn", "completion.lapsed"), message_kinds.Kind.REQUEST),
}
_TO_CITIZENS = Send | Edit | StripButtons | DeleteMessages


def without_sends(event: Event, world: World, outcome: Outcome) -> Outcome:
    """The outcome without effects in the chat of a citizen who has no account."""
    if not any(_is_to_nobody(effect) for effect in outcome.effects):
        return outcome
    cases = {case.id: case for case in outcome.cases}
    before, effects = dict(cases), list[Effect]()
    for effect in outcome.effects:
        if not _is_to_nobody(effect):
            effects.append(effect)
        elif isinstance(effect, DeleteMessages):
            effects += _recalled(effect, world, cases)
        elif isinstance(effect, Send) and _is_receipt(effect):
            effects.append(replace(effect, chat=_officer(event, world, cases, effect)))
        elif isinstance(effect, Send) and not _is_dropped(effect.message):
            effects += _passed_on(event, effect, world, cases)
    more = tuple(case for name, case in cases.items() if before.get(name) is not case)
    return replace(outcome, cases=(*outcome.cases, *more), effects=tuple(effects))


def _is_to_nobody(effect: Effect) -> bool:
    return isinstance(effect, _TO_CITIZENS) and effect.chat == NO_ACCOUNT


def _is_receipt(effect: Send) -> bool:
    """Whether it is a receipt: it has the access code and the name, which the group never sees."""
    key = keys.parse(effect.key)
    return key is not None and key.kind is message_kinds.Kind.RECEIPT


def _officer(event: Event, world: World, cases: dict[str, Case], effect: Send) -> int:
    """The officer who caused it, to hand it on; else the one who entered the complaint."""
    if isinstance(event, ButtonPressed | CommandReceived | TextReceived):
        return event.origin.person.id
    officer = _case_of(effect, world, cases).recorded_by
    if officer is None:
        message = "no officer has entered the complaint of a citizen without an account"
        raise LookupError(message)
    return officer.id


def _is_dropped(message: OutgoingMessage) -> bool:
    """Whether it is not for the citizen; that a message was recalled which they never got is neither."""
    unknown = message.template == "followup.recalled" and message.params["deleted"]
    return message.template in _DROPPED or bool(unknown)


def _case_of(effect: Send | DeleteMessages, world: World, cases: dict[str, Case]) -> Case:
    """The case that the effect is about, after the event. Raises LookupError without one."""
    key = keys.parse(effect.key)
    name = effect.report or (key.case if key else "")
    if not name and isinstance(effect, Send):
        named = str(effect.message.params.get("reference", ""))
        name = next((case.id for case in cases.values() if case.reference == named), "")
        name = name or world.references.get(named, "")
    case = cases.get(name) or world.cases.get(name)
    if case is None:
        message = "a message to a citizen without an account names no case"
        raise LookupError(message)
    return case


def _passed_on(event: Event, effect: Send, world: World, cases: dict[str, Case]) -> list[Effect]:
    """The task for the officers; the case in `cases` waits for it."""
    case = _case_of(effect, world, cases)
    kind = _REPLACES.get(effect.message.template)
    replaced = [one for one in case.untold if kind and _kind_of(one) is kind]
    left = tuple(one for one in case.untold if one not in replaced)
    if replaced and effect.message.template == "completion.withdrawn":
        # The citizen was never asked.
        cases[case.id] = changed(case, untold=left)
        return _over(case, replaced)
    told = Untold(
        number=case.passed_on + 1,
        key=effect.key,
        template=wording(effect.message.template),
        params=dict(effect.message.params),
        files=effect.message.files,
        chats=_chats(event, world, case),
    )
    cases[case.id] = case = changed(case, untold=(*left, told), passed_on=told.number)
    return [*_over(case, replaced), *tasks(case, told, world)]


def wording(template: str) -> str:
    """The template whose words an officer passes on."""
    told = f"told.{template.partition('.')[2]}"
    return told if told in MESSAGES else template


def _kind_of(told: Untold) -> message_kinds.Kind | None:
    key = keys.parse(told.key)
    return key.kind if key else None


def _chats(event: Event, world: World, case: Case) -> tuple[int, ...]:
    """Where the officers are asked to pass it on."""
    group = casefile.group_of(case, world.rules)
    if not case.complaint.confidential:
        return (group,)
    if isinstance(event, ButtonPressed | CommandReceived | TextReceived):
        return (event.origin.person.id,)
    agency = casefile.agency_of(case, world.rules)
    return (group,) if case.restricted or not agency.leaders else agency.leaders


def tasks(case: Case, told: Untold, world: World) -> tuple[Send, ...]:
    """The messages that ask the officers to pass this one on."""
    group = casefile.group_of(case, world.rules)
    return tuple(
        Send(
            chat, _task(case, told, in_group=chat == group), keys.pass_on(case.id, told.number), Lane.UNASKED
        )
        for chat in told.chats
    )


def _task(case: Case, told: Untold, *, in_group: bool) -> OutgoingMessage:
    officer = case.officer or case.recorded_by
    params = {
        **about(case, told),
        "officer": {"id": officer.id, "name": officer.name} if officer else None,
        "channel": case.complaint.channel,
        "tracking": case.complaint.tracking_id or "",
    }
    done = Button("passed_on", "passed_on", case.id, case.version, str(told.number), "success")
    reply_to = keys.card(case.id) if in_group else ""
    return OutgoingMessage("desk.pass_on", params, ((done,),), files=told.files, reply_to=reply_to)


def about(case: Case, told: Untold) -> dict[str, object]:
    """The parameters that every state of the task has."""
    return {"reference": casefile.marked(case), "template": told.template, "params": told.params}


def _recalled(effect: DeleteMessages, world: World, cases: dict[str, Case]) -> list[Effect]:
    """Take the task back; where the message was passed on already, nothing can be deleted."""
    case = _case_of(effect, world, cases)
    gone = [one for one in case.untold if one.key == effect.target]
    if not gone:
        return []
    cases[case.id] = changed(case, untold=tuple(one for one in case.untold if one not in gone))
    return _over(case, gone)


def _over(case: Case, gone: list[Untold]) -> list[Effect]:
    """The tasks as messages that say that there is nothing to pass on any more."""
    message = OutgoingMessage("desk.pass_on_over", {"reference": casefile.marked(case)})
    return [
        Edit(chat, keys.pass_on(case.id, one.number), message, lane=Lane.UNASKED)
        for one in gone
        for chat in one.chats
    ]
