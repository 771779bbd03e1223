"""The router: one event and the working set in, one Outcome out. Pure.

A table assigns each event without a sender to a dialogue; private_chats.py and desk/dialogue.py do so for
messages, commands and buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from conversations import (
    budgets,
    choices,
    edits,
    limited_chats,
    listening,
    no_account,
    notices,
    old_buttons,
    private_chats,
    sight,
    topics,
    typed_choices,
    wakeup_handlers,
)
from conversations.conversation import Conversation
from conversations.desk import actions as desk_actions
from conversations.desk import delivery as desk_delivery
from conversations.desk import dialogue as desk
from conversations.desk import digest as desk_digest
from conversations.desk import division_cards
from conversations.desk import introductions as desk_introductions
from conversations.desk import lost_files as desk_lost_files
from conversations.desk import membership as desk_membership
from conversations.desk import profiles as desk_profiles
from conversations.desk import strangers as desk_strangers
from conversations.effects import AnswerPress, Lane, Outcome, Send
from conversations.events import (
    AnonymousSpoke,
    BotAdded,
    ButtonPressed,
    DeadlinePassed,
    Event,
    FileLost,
    FileStored,
    GroupMoved,
    MembershipChanged,
    MessageEdited,
    MessageReported,
    MorningCame,
    PersonEvent,
)
from conversations.followup import dialogue as followup
from conversations.followup import news
from conversations.intake import dialogue as intake
from conversations.needs import SYSTEM_EVENTS, Needs, further_needs, needs
from conversations.screens import OUTDATED, say
from conversations.world import RequiredMembership, World

__all__ = ["Needs", "advance", "further_needs", "needs", "required_membership"]


def required_membership(event: Event, world: World) -> RequiredMembership | None:
    """The membership that the event requires of its sender; None for most. Its needs must be loaded."""
    if isinstance(event, SYSTEM_EVENTS):
        return None
    conversation = world.conversation(event.origin.chat, event.origin.person.id)
    if isinstance(event, MessageEdited) and edits.change(event, world, conversation) is edits.Change.NOTHING:
        return None
    judge = desk_membership.in_private if event.origin.private else desk_membership.in_group
    return judge(event, world, conversation)


def advance(event: Event, world: World) -> Outcome:
    """The outcome of one event.

    Each press is answered, and each reply is sent where the person sees it (sight.py), and a
    question that another one follows loses its buttons (old_buttons.py). What the messenger of the
    chat cannot do is said in words (limited_chats.py), and more choices than it shows have pages
    (choices.py). The card of each case
    that is filed or changed is sent or edited here, so that dialogues change cases only.
    """
    outcome = listening.without_lost_draft(_advance(event, world), world)
    outcome = no_account.without_sends(event, world, outcome)
    outcome += Outcome.of(*desk_actions.updated_cards(world, outcome.cases, _lane(event)))
    outcome += Outcome.of(*division_cards.updated_cards(world, outcome.cases, _lane(event)))
    if isinstance(event, DeadlinePassed) or not isinstance(event, SYSTEM_EVENTS):
        outcome = _with_question(event, world, outcome)
        outcome = limited_chats.fitted(event, world, outcome, unanswered=news.READ)
        outcome = sight.in_sight(event, world, outcome)
        outcome = old_buttons.without_old_buttons(event, world, outcome)
        outcome = choices.paged(event, world, outcome)
        outcome = typed_choices.remembered(event, world, outcome)
    outcome = limited_chats.together(world, outcome)
    outcome = topics.placed(event, world.rules, outcome)
    answered = any(isinstance(effect, AnswerPress) for effect in outcome.effects)
    if isinstance(event, ButtonPressed) and event.press and not answered:
        return outcome + Outcome.of(AnswerPress(event.press))
    return outcome


def _with_question(event: Event, world: World, outcome: Outcome) -> Outcome:
    """The outcome of a press on an outdated button, with the present question below; not of a second tap."""
    if not isinstance(event, ButtonPressed) or not event.origin.private or not outcome.conversations:
        return outcome
    before = world.conversation(event.origin.chat, event.origin.person.id)
    answers = [effect.template for effect in outcome.effects if isinstance(effect, AnswerPress)]
    shows = any(isinstance(effect, Send) for effect in outcome.effects)
    of_officer = event.action in desk.PRIVATE_ACTIONS and event.action != desk_introductions.ACTION
    if OUTDATED not in answers or shows or of_officer or sight.is_repeated(event, before):
        return outcome
    return outcome + private_chats.ask_again(event, world, outcome.conversations[-1])


def _lane(event: Event) -> Lane:
    """The lane of the cards: ASKED after an act in a group, where the officer waits for the changed card."""
    acts = not isinstance(event, SYSTEM_EVENTS) and not event.origin.private
    return Lane.ASKED if acts else Lane.UNASKED


def _advance(event: Event, world: World) -> Outcome:
    handler = _SYSTEM.get(type(event))
    return handler(event, world) if handler else _person_event(cast("PersonEvent", event), world)


def _person_event(event: PersonEvent, world: World) -> Outcome:
    origin = event.origin
    conversation = world.conversation(origin.chat, origin.person.id)
    if conversation.name != origin.person.name:
        conversation = conversation.model_copy(update={"name": origin.person.name})
    if isinstance(event, MessageEdited):
        answered = _unchanged_or_file(event, world, conversation)
        if answered is not None:
            return answered
    outcome = edits.remembered(event, _allowed(event, world, conversation))
    return notices.once(event, budgets.within(event, world, conversation, outcome))


def _unchanged_or_file(event: MessageEdited, world: World, conversation: Conversation) -> Outcome | None:
    """Nothing for an edit without a change, the refusal for a replaced file; None for a changed text."""
    match edits.change(event, world, conversation):
        case edits.Change.NOTHING:
            return Outcome()
        case edits.Change.FILE if _is_ours(event, conversation):
            return say(conversation, "system.file_not_replaced")
        case _:
            return None


def _is_ours(event: MessageEdited, conversation: Conversation) -> bool:
    """Whether the message was meant for the bot, and not for colleagues in a group."""
    return event.origin.private or edits.in_writing(conversation, event.origin.message)


def _allowed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Handle the event, unless its sender is not in the group that it requires."""
    needed = required_membership(event, world)
    event = desk_profiles.with_profile_name(event, world)
    if needed and (refusal := desk_membership.refusal(needed, world)):
        return desk_membership.refuse(event, conversation, refusal)
    if event.origin.private:
        return private_chats.handle(event, world, conversation)
    return desk.handle(event, world, conversation) if world.rules.of_chat(event.origin.chat) else Outcome()


def _file_lost(event: FileLost, world: World) -> Outcome:
    if of_officer := desk_lost_files.file_lost(event, world):
        return of_officer
    lost = intake.file_lost(event, world)
    return lost + followup.count_without_lost(event, world, world.after(lost))


def _group_moved(event: GroupMoved, world: World) -> Outcome:
    return desk_actions.show_cards_again(event, world) + division_cards.show_cards_again(event, world)


# Events without a sender: of the clock, the file store, the outbox and the groups.
_SYSTEM: Mapping[type, Callable[[Any, World], Outcome]] = {
    BotAdded: desk_strangers.greet_group,
    AnonymousSpoke: desk_strangers.refuse_anonymous,
    MessageReported: desk_delivery.delivery_reported,
    MorningCame: desk_digest.send,
    FileStored: desk_delivery.file_stored,
    FileLost: _file_lost,
    DeadlinePassed: wakeup_handlers.deadline_passed,
    GroupMoved: _group_moved,
    MembershipChanged: desk_membership.members_changed,
}
