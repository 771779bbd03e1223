"""What an event needs in the working set before it can be decided. Pure: the shell loads it in bulk."""

from __future__ import annotations

from dataclasses import dataclass

from conversations import keys, listening, typed_choices
from conversations.complaints.references import first_line, parse_marked, parse_reference
from conversations.conversation import Conversation, ConversationKey
from conversations.desk import assigning, digest, duplicates, typed
from conversations.desk import blocking as desk_blocking
from conversations.desk import checking as desk_checking
from conversations.desk import dialogue as desk
from conversations.desk import introductions as desk_introductions
from conversations.desk import links as desk_links
from conversations.desk import membership as desk_membership
from conversations.desk import on_behalf as desk_on_behalf
from conversations.desk import profiles as desk_profiles
from conversations.desk.history import wanted_history
from conversations.desk.lists import listing, staff_needed
from conversations.desk.registers import wanted_register
from conversations.desk.searching import wanted_search
from conversations.desk.tickets import shown_ticket
from conversations.digests import DigestQuery
from conversations.events import (
    AnonymousSpoke,
    BotAdded,
    ButtonPressed,
    CommandReceived,
    DeadlinePassed,
    Event,
    FileLost,
    FileReceived,
    FileStored,
    GroupMoved,
    MembershipChanged,
    MessageEdited,
    MessageReported,
    MorningCame,
    Origin,
    PersonEvent,
    TextReceived,
)
from conversations.followup import checking as followup_checking
from conversations.followup import dialogue as followup
from conversations.followup import idle
from conversations.queries import HistoryWanted, Listing, Received, Search
from conversations.world import World

SYSTEM_EVENTS = (
    AnonymousSpoke,
    BotAdded,
    GroupMoved,
    MembershipChanged,
    DeadlinePassed,
    FileStored,
    FileLost,
    MessageReported,
    MorningCame,
)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an event needs in the working set."""

    # The conversation in which it happened.
    conversation: ConversationKey | None = None
    # The message of ours that it replies to (chat, id), whose key is needed.
    reply: tuple[int, int] | None = None
    # The ids of cases. The event is refused when one of them cannot be read.
    cases: frozenset[str] = frozenset()
    # The registration numbers of cases.
    references: frozenset[str] = frozenset()
    # The person whose filed cases are needed; 0 for none.
    own: int = 0
    # A page of an agency's cases. The event runs alone then, so that the query includes all earlier changes.
    listing: Listing | None = None
    # The ids of cases that the event can do without: one that cannot be read is left out.
    optional_cases: frozenset[str] = frozenset()
    # The persons whose memberships are needed.
    members: frozenset[int] = frozenset()
    # The officers whose open cases are needed.
    handled: frozenset[int] = frozenset()
    # Further conversations.
    others: frozenset[ConversationKey] = frozenset()
    # The groups whose officers are needed who have acted before: memberships, conversations and profiles.
    officers: frozenset[int] = frozenset()
    # The key (chat, key) of a message of ours: its first id is needed, or that it is not sent yet.
    shown: tuple[int, str] | None = None
    # The chat whose open cases are needed, those left out that cannot be read; 0 for none.
    group: int = 0
    # A chat and a case: the conversations there of the officers who were asked to write about it are needed.
    writers: tuple[int, str] | None = None
    # Whether the number of cases that need a reminder is needed, of each group.
    loads: bool = False
    # A morning digest. The event runs alone then.
    digest: DigestQuery | None = None
    # The id of the agency whose cases that are with a division are needed, in the same way; empty for none.
    divided: str = ""
    # The group whose officers' names are needed: the conversations in it; 0 for none.
    staff: int = 0
    # A page of a case's history, and the names of the officers on it. The event runs alone then.
    history: HistoryWanted | None = None
    # The ids or registration numbers of cases with which the citizen's other cases are shown.
    with_others: frozenset[str] = frozenset()
    # The cases that have some words, or were received on some days. The event runs alone then.
    search: Search | None = None
    # The cases whose complainants' private conversations and memberships are needed.
    filers: frozenset[str] = frozenset()
    # The cases received in a period, to be counted. The event runs alone then.
    received: Received | None = None

    @property
    def alone(self) -> bool:
        """Whether the event needs a query that has to include all earlier changes."""
        return bool(self.listing or self.history or self.search or self.digest or self.received)


def needs(event: Event, world: World) -> Needs:  # noqa: PLR0911 - a table of events
    """What the event by itself needs. The world contains only rules and time here."""
    match event:
        case MessageReported(case=case) | FileStored(owner=case):
            return Needs(cases=frozenset({case}))
        case FileLost(owner=owner, chat=chat):
            lost, owners = ConversationKey(chat, chat), frozenset({owner})
            return Needs(lost, cases=owners, own=max(chat, 0), writers=(chat, owner))
        case DeadlinePassed(case=case, person=person) if case:
            return _case_deadline(case, person, world)
        case DeadlinePassed(chat=chat, person=person):
            return Needs(ConversationKey(chat, person), others=frozenset({desk_profiles.key_of(person)}))
        case MorningCame():
            return Needs(others=_leaders(world), loads=True, digest=digest.query(event, world))
        case MembershipChanged(left=left):
            persons = frozenset((*event.joined, *left))
            others = desk_membership.private_keys(event)
            return Needs(handled=frozenset(left), others=others, members=persons)
        case GroupMoved(chat=chat):
            agency = world.rules.of_chat(chat)
            divided = agency.id if agency and chat in agency.division_chats else ""
            return Needs(group=chat, divided=divided)
        case AnonymousSpoke() | BotAdded():
            return Needs()
        case _:
            return _person_needs(event, world)


def _case_deadline(case: str, person: int, world: World) -> Needs:
    """The case, what its citizen has answered so far, and the leaders who have started the bot."""
    talk = frozenset({ConversationKey(person, person)}) if person else frozenset()
    return Needs(cases=frozenset({case}), others=talk | _leaders(world), loads=True)


def _leaders(world: World) -> frozenset[ConversationKey]:
    """The private chats of all leaders: those that exist show who has started the bot."""
    leaders = (person for agency in world.rules.agencies for person in agency.leaders)
    return frozenset(ConversationKey(person, person) for person in leaders)


def _person_needs(event: PersonEvent, world: World) -> Needs:
    origin = event.origin
    cases, references = set[str](), set[str]()
    if isinstance(event, ButtonPressed) and event.subject:
        cases.add(event.subject)
    if isinstance(event, CommandReceived):
        cases |= desk_links.linked_case(event.argument)
        if found := parse_reference(event.argument):
            references.add(found)
    if not origin.private:
        references |= _officers_references(event, world)
    if found := _answered_reference(origin):
        references.add(found)
    history = wanted_history(event, world) or desk_checking.wanted_history(event, world)
    history = history or followup_checking.wanted_history(event)
    if history:
        # A case that does not open is named by the answer, in place of a refusal.
        references.clear()
    return Needs(
        ConversationKey(origin.chat, origin.person.id),
        (origin.chat, origin.reply_to) if origin.reply_to else None,
        frozenset(cases),
        frozenset(references),
        listing=listing(event, world),
        staff=staff_needed(event, world),
        history=history,
        search=wanted_search(event, world),
        received=wanted_register(event, world),
        with_others=shown_ticket(event, world),
        own=origin.person.id if idle.needs_own_cases(event, world) else 0,
        members=frozenset() if origin.private and not _is_officers(event) else frozenset({origin.person.id}),
        others=_profiles(origin, world),
        officers=_colleagues(event, world),
        filers=desk_blocking.filers(event, None),
    )


def _profiles(origin: Origin, world: World) -> frozenset[ConversationKey]:
    """The private conversation of an officer who acts in a group, for the name of the profile."""
    in_group = not origin.private and world.rules.of_chat(origin.chat) is not None
    return frozenset({desk_profiles.key_of(origin.person.id)} if in_group else ())


def _colleagues(event: PersonEvent, world: World) -> frozenset[int]:
    """The groups of the agency whose case a leader assigns; its id is in the button."""
    if not isinstance(event, ButtonPressed) or event.action not in assigning.ACTIONS:
        return frozenset()
    agency = world.rules.agency(event.value.partition(",")[0])
    return agency.groups if agency else frozenset()


def _is_officers(event: PersonEvent) -> bool:
    """Whether an event in a private chat may be that of an officer: a link, or a button of the desk."""
    match event:
        case CommandReceived(argument=argument):
            opens = desk_introductions.is_link(event) or desk_on_behalf.is_link(event)
            return opens or bool(desk_links.linked_case(argument))
        case ButtonPressed(action=action):
            return action in desk.PRIVATE_ACTIONS
        case _:
            return False


def _answered_reference(origin: Origin) -> str | None:
    """The number in the message of ours that was replied to; desk and followup decide whether it counts."""
    if origin.private:
        return parse_reference(first_line(origin.replied_text))
    found = parse_marked(origin.replied_text)
    return found and found[0]


def _officers_references(event: PersonEvent, world: World) -> set[str]:
    """The registration numbers in an officer's command, caption or edited command, as they may be meant."""
    match event:
        case FileReceived(caption=text) | MessageEdited(text=text):
            argument = typed.argument_of(text, world.rules) or ""
        case CommandReceived(argument=argument):
            text = argument
        case _:
            text = argument = ""
    agency = world.rules.of_chat(event.origin.chat)
    named = {parse_reference(text) or "", typed.named(argument, agency, world.today.year)[0]}
    quoted = {typed.quoted_reference(event)} if event.origin.reply_to else set[str]()
    return (named | quoted) - {""}


def further_needs(event: Event, conversation: Conversation | None, key: str) -> Needs:
    """What the event needs in addition, by the stored conversation and the key of the message replied to."""
    answered = keys.parse(key)
    cases = {answered.case} - {""} if answered else set[str]()
    own, members = 0, frozenset[int]()
    references = followup.wanted_references(event, conversation)
    if isinstance(event, DeadlinePassed) and conversation and conversation.held:
        # The reminder asks again what the held messages are for.
        own = conversation.person
    if not isinstance(event, SYSTEM_EVENTS) and event.origin.private:
        own = event.origin.person.id if followup.wants_own_cases(event, conversation) else 0
        if conversation and _expects_an_officer(event, conversation):
            members = frozenset({conversation.person})
    if conversation is None:
        return Needs(cases=frozenset(cases), own=own, references=references)
    cases |= {unsent.case for unsent in (conversation.collecting, conversation.writing) if unsent}
    references |= duplicates.wanted_references(event, conversation)
    begun = (conversation.draft, *conversation.completing)
    completed = {draft.completes.case for draft in begun if draft and draft.completes}
    return Needs(
        cases=frozenset(cases),
        references=references | {conversation.asked_reference} - {""},
        own=own,
        optional_cases=frozenset(
            {
                *(post.case for post in conversation.posts),
                *conversation.opened,
                *completed,
                *typed_choices.subjects(event, conversation),
            }
        ),
        members=members,
        filers=desk_blocking.filers(event, conversation),
        shown=_first_showing(event, conversation),
    )


def _expects_an_officer(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether an officer's prompt, introduction or entry may take an event in a private chat."""
    entry = desk_on_behalf.sends(event, conversation)
    return entry or listening.officer_listens(conversation) or desk_introductions.takes(event, conversation)


def _first_showing(event: Event, conversation: Conversation) -> tuple[int, str] | None:
    """The key of the draft's question, to know whether a text was written before it was shown."""
    if isinstance(event, TextReceived) and conversation.listener == "intake" and conversation.first_shown:
        return (conversation.chat, conversation.first_shown)
    return None
