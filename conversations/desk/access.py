"""Who may do what with a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from conversations import casefile
from conversations.complaints.case import Case, Officer, Purpose
from conversations.complaints.life_cycle import Role
from conversations.conversation import Conversation
from conversations.desk.purposes import WRITTEN
from conversations.desk.refusals import (
    Refusal,
    Result,
    block_refusal,
    erased_refusal,
    left_refusal,
    outcome_of,
    outdated,
    plan_refusal,
    state_refusal,
    taken_refusal,
)
from conversations.effects import Outcome
from conversations.events import ButtonPressed, Origin, Person, PersonEvent
from conversations.screens import ButtonHandler, CaseAct, with_case
from conversations.world import World

LINK_WORKS = timedelta(minutes=10)


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


# Why a purpose is not possible now; others are refused by the status.
_NOT_POSSIBLE: Mapping[Purpose, Callable[[Case], Refusal]] = {
    Purpose.POSTPONEMENT: plan_refusal,
    Purpose.BLOCK: block_refusal,
}


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
