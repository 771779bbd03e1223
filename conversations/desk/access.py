"""Who may do what with a case, and the refusals, which state what is true now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from conversations import casefile
from conversations.complaints.block import Block
from conversations.complaints.case import Case, Officer, Purpose
from conversations.complaints.life_cycle import Role, Status
from conversations.conversation import Conversation
from conversations.desk.purposes import WRITTEN, is_explained
from conversations.effects import AnswerPress, Outcome, Send
from conversations.events import ButtonPressed, Origin, Person, PersonEvent
from conversations.messages import OutgoingMessage, Params
from conversations.screens import ButtonHandler, CaseAct, told_erased, with_case
from conversations.world import World

LINK_WORKS = timedelta(minutes=10)


class Refusal(NamedTuple):
    """The message that says why an act is refused, and its parameters."""

    template: str
    params: Params


def officer_of(event: PersonEvent, world: World) -> Officer:
    """The sender of the event as an officer, with name, position and NIP of the profile if there is one."""
    person = event.origin.person
    profile = world.profile(person.id)
    if profile is None:
        return Officer(id=person.id, name=person.name)
    return Officer(id=person.id, name=profile.name, position=profile.position, nip=profile.nip)


def history_name(event: PersonEvent) -> str:
    """The sender as the history names an officer, `officer:42`."""
    return f"officer:{event.origin.person.id}"


def is_leader(case: Case, person: int, world: World) -> bool:
    """Whether the person leads the case's agency."""
    return person in casefile.agency_of(case, world.rules).leaders


def role_of(case: Case, person: int, world: World, chat: int = 0) -> Role:
    """The role of a member of the group: leader if the configuration says so, else officer.

    In the own group of a division all are its members.
    """
    if world.rules.is_of_division(chat):
        return Role.DIVISION
    return Role.LEADER if is_leader(case, person, world) else Role.OFFICER


def is_handled_here(case: Case, origin: Origin, world: World) -> bool:
    """Whether the case is handled in this chat; a restricted one only in the restricted chat."""
    return origin.chat == casefile.group_of(case, world.rules)


def is_with_division_here(case: Case, chat: int, world: World) -> bool:
    """Whether a division has the case now, and this chat is where it gets its card."""
    place = casefile.division_place(case, world.rules)
    return place is not None and place.chat == chat


def is_here(case: Case, origin: Origin, world: World) -> bool:
    """Whether the case is handled in this chat, or is with the division of this chat now."""
    return is_handled_here(case, origin, world) or is_with_division_here(case, origin.chat, world)


Result = Outcome | Refusal
RefusableAct = Callable[[ButtonPressed, World, Conversation, Case], Result]


def in_its_group(act: RefusableAct) -> ButtonHandler:
    """The handler of a button that works in the group where the case is handled."""
    return with_case(
        lambda case, event, world: is_handled_here(case, event.origin, world),
        answering_refusals(act),
        outdated,
    )


def where_it_is(act: RefusableAct) -> ButtonHandler:
    """The handler of a button that works in the group of the case, and in that of its division."""
    return with_case(
        lambda case, event, world: is_here(case, event.origin, world),
        answering_refusals(act),
        outdated,
    )


def in_any_chat(act: RefusableAct) -> ButtonHandler:
    """The handler of a button whose act itself checks who presses it, and where."""
    return with_case(lambda _case, _event, _world: True, answering_refusals(act), outdated)


def answering_refusals(act: RefusableAct) -> CaseAct:
    """The act as a CaseAct, which sends its refusal to the officer."""

    def handle(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
        return outcome_of(event, conversation, act(event, world, conversation, case))

    return handle


def outcome_of(event: PersonEvent, conversation: Conversation, result: Result) -> Outcome:
    """The outcome; of a refusal, the reply to the officer."""
    return refuse(event, conversation, result) if isinstance(result, Refusal) else result


def is_restricted(case: Case, world: World) -> bool:
    """Whether the case is handled in the restricted chat, whose members may read all of it."""
    return case.restricted and bool(casefile.agency_of(case, world.rules).restricted_chat_id)


def reading_refusal(case: Case, person: int, world: World) -> Refusal | None:
    """Why this person may not read the case; None when they may.

    A confidential case is read by leaders, and in the restricted chat by its members. An officer who said
    that the case is about them may read none of it.
    """
    if person in case.meant:
        return Refusal("desk.meant_by_it", {"reference": case.reference})
    if not case.complaint.confidential or is_restricted(case, world):
        return None
    if not is_leader(case, person, world):
        return Refusal("desk.leaders_only", {"reference": case.reference})
    return None


def own_refusal(case: Case, person: int) -> Refusal | None:
    """The refusal of a person who filed the case: they cannot handle it; None for others."""
    return Refusal("desk.own_case", {"reference": case.reference}) if case.filed_by == person else None


def handling_refusal(case: Case, person: int, world: World) -> Refusal | None:
    """Why this person may not handle the case: they filed it, or may not read it; None when they may."""
    return own_refusal(case, person) or reading_refusal(case, person, world)


def may_write_here(case: Case, origin: Origin, world: World) -> bool:
    """Whether the sender may write about the case here: in its group, or after a prompt.

    A prompt counts in private, and in the group of a division, which may have lost the case since.
    """
    if not origin.private and is_handled_here(case, origin, world):
        return True
    if not (origin.private or origin.chat in casefile.agency_of(case, world.rules).division_chats):
        return False
    return origin.person.id in case.prompted and reading_refusal(case, origin.person.id, world) is None


def writing_refusal(case: Case, person: int, purpose: Purpose, world: World, chat: int = 0) -> Refusal | None:
    """Why this officer may not write for this purpose now, in this chat; None when they may."""
    if refusal := erased_refusal(case) or handling_refusal(case, person, world):
        return refusal
    written, role = WRITTEN[purpose], role_of(case, person, world, chat)
    with_division = is_with_division_here(case, chat, world)
    if role is Role.DIVISION and not with_division:
        return left_refusal(case, world)
    if not written.possible(case, role):
        return _NOT_POSSIBLE.get(purpose, state_refusal)(case)
    held_by_other = case.officer is not None and case.officer.id != person
    # A question of the division does not need the officer at the desk.
    of_holder = written.of_holder and not (with_division and purpose is Purpose.QUESTION)
    if of_holder and held_by_other and role is not Role.LEADER:
        return taken_refusal(case)
    return None


def left_refusal(case: Case, world: World) -> Refusal:
    """The refusal that tells a division where the case is now: at another one, or at the desk."""
    params = {
        "reference": case.reference,
        "division": casefile.division_of(case, world.rules),
        "status": case.status.value,
        "name": case.timeline[-1].by if case.timeline else "",
    }
    return Refusal("desk.left_division", params)


def assigned_refusal(case: Case, world: World) -> Refusal:
    """The refusal that names the division that has the case, who instructed it last, and when."""
    place = casefile.instruction_place(case)
    params = {
        "reference": case.reference,
        "division": casefile.division_of(case, world.rules),
        "name": case.thread[place - 1].by if place else "",
        "at": case.assigned_at.isoformat() if case.assigned_at else "",
    }
    return Refusal("desk.already_assigned", params)


def taken_refusal(case: Case) -> Refusal:
    """The refusal that names the officer who handles the case, and since when; or says that no one does."""
    if case.officer is None:
        return Refusal("desk.no_holder", {"reference": case.reference, "name": case.released_by})
    return Refusal("desk.taken", taken_params(case))


def taken_params(case: Case) -> dict[str, str]:
    """The number, the officer who handles the case, and since when."""
    name = case.officer.name if case.officer else ""
    since = case.taken_at.isoformat() if case.taken_at else ""
    return {"reference": case.reference, "name": name, "since": since}


def state_refusal(case: Case) -> Refusal:
    """The refusal that states the status, where the life cycle has no such step."""
    if case.awaits_approval and case.pending:
        waiting = case.pending.contribution
        params = {"reference": case.reference, "name": waiting.by, "at": waiting.at.isoformat()}
        return Refusal("desk.awaiting_approval", params)
    if is_explained(case) and case.explained_by:
        params = {"reference": case.reference, "name": case.explained_by}
        return Refusal("desk.already_explained", params)
    if case.status is Status.RESPONDED and case.responses:
        given = case.responses[-1]
        params = {"reference": case.reference, "name": given.by, "at": given.at.isoformat()}
        return Refusal("desk.already_answered", {**params, "approved_by": given.approved_by})
    if case.request:
        params = {
            "reference": case.reference,
            "name": case.request.name,
            "at": case.request.at.isoformat(),
            "until": case.request.until.isoformat(),
        }
        return Refusal("desk.already_requested", params)
    last = case.timeline[-1] if case.timeline else None
    params = {
        "reference": case.reference,
        "status": case.status.value,
        "name": last.by if last else "",
        "at": last.at.isoformat() if last else "",
    }
    return Refusal("desk.not_now", params)


def plan_refusal(case: Case) -> Refusal:
    """The refusal of an act on a follow-up plan that is not open: who has carried it out, or the status."""
    if case.plan is None or case.plan.done_at is None:
        return state_refusal(case)
    params = {"reference": case.reference, "name": case.plan.done_by, "at": case.plan.done_at.isoformat()}
    return Refusal("desk.plan_done_already", params)


def block_refusal(case: Case) -> Refusal:
    """The refusal of a block: who has blocked the account because of this case, or that it is no account."""
    if case.block:
        return blocked_already(case, case.block)
    return Refusal("desk.block_no_account", {"reference": case.reference})


def blocked_already(case: Case, block: Block) -> Refusal:
    """The refusal that names who has blocked the account, and until when."""
    params = {
        "reference": case.reference,
        "name": block.officer.name,
        "at": block.at.isoformat(),
        "until": block.until.isoformat(),
    }
    return Refusal("desk.block_already", params)


# Why a purpose is not possible now; others are refused by the status.
_NOT_POSSIBLE: Mapping[Purpose, Callable[[Case], Refusal]] = {
    Purpose.POSTPONEMENT: plan_refusal,
    Purpose.BLOCK: block_refusal,
}


def refuse(event: PersonEvent, conversation: Conversation, refusal: Refusal) -> Outcome:
    """Send a refusal: as the alert of a button whose press is not answered yet, else to the chat."""
    if isinstance(event, ButtonPressed) and event.press:
        alert = AnswerPress(event.press, refusal.template, refusal.params, alert=True)
        return Outcome.of(conversation, alert)
    message = OutgoingMessage(refusal.template, refusal.params)
    return Outcome.of(conversation, Send(event.origin.chat, message))


OUTDATED = Refusal("system.press_outdated", {})


def not_yours(case: Case, owner: int) -> Refusal:
    """The refusal that names the officer who was asked."""
    return Refusal("desk.not_yours", {"reference": case.reference, "name": case.prompted.get(owner, "")})


def erased_refusal(case: Case) -> Refusal | None:
    """The refusal that says that the data of the case were erased; None while they are there."""
    return Refusal("erased.here", told_erased(case)) if case.erased else None


def outdated(event: ButtonPressed, conversation: Conversation) -> Outcome:
    """Refuse a button of a case that is not handled here, or of a prompt that was closed."""
    return refuse(event, conversation, OUTDATED)


def may_choose_here(event: ButtonPressed, world: World, case: Case, kind: str) -> bool:
    """Whether the presser may choose here before writing: in private after this link, else in the group."""
    if event.origin.private:
        return may_follow_link(case, kind, event.origin.person.id, world)
    return is_handled_here(case, event.origin, world) and not case.complaint.confidential


def with_prompted_officer(case: Case, person: Person) -> Case:
    """The case with this officer among those who were asked to write; the version is unchanged."""
    return case.model_copy(update={"prompted": {**case.prompted, person.id: person.name}})


def with_link(case: Case, kind: str, person: int, now: datetime) -> Case:
    """The case with a private link for this person, valid for ten minutes; the version is unchanged."""
    valid = {name: until for name, until in case.grants.items() if until > now}
    return case.model_copy(update={"grants": {**valid, f"{kind}:{person}": now + LINK_WORKS}})


def may_follow_link(case: Case, kind: str, person: int, world: World) -> bool:
    """Whether this person has this link, it is valid, and they have been in the group since they got it.

    An officer who said that the case is about them may follow no link. One that is valid for much longer
    than a link can be was given by a wrong clock.
    """
    if person in case.meant:
        return False
    until = case.grants.get(f"{kind}:{person}")
    known = world.members.get((casefile.group_of(case, world.rules), person))
    if until is None or known is None or not world.now <= until <= world.now + 2 * LINK_WORKS:
        return False
    return known.since <= until - LINK_WORKS
