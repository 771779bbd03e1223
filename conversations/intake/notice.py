"""The first two screens of a complaint: which agency it is for, and that agency's privacy notice."""

from __future__ import annotations

from conversations import blocks
from conversations.complaints import draft as drafts
from conversations.complaints import draft_path
from conversations.complaints.agency import Agency
from conversations.complaints.draft import Draft, NoticeAccepted
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, TextReceived
from conversations.intake.flow import go_on, in_place
from conversations.parts import part_of, refusal
from conversations.reading.agencies import Known, named_agency
from conversations.screens import offer, outdated, show
from conversations.world import World

AGENCY, NOTICE = "agency", "notice"
BOTH = 2
# A text of more words is a sentence and no name.
MOST_NAME_WORDS = 6


def ready(world: World, agency: str) -> Agency | None:
    """The agency of that id, if it takes complaints."""
    return next((entry for entry in world.rules.open_agencies if entry.id == agency), None)


def ask_agency(
    world: World, conversation: Conversation, draft: Draft, *, unread: bool = False, kept: bool = False
) -> Outcome:
    """Ask which agency the complaint is for.

    `unread` says that a text named none of them; `kept` that the text begins the story.
    """
    rows = tuple(
        (
            offer(
                conversation,
                "choice",
                "agency",
                agency.id,
                params={"text": agency.full_name},
                style="primary",
            ),
        )
        for agency in world.rules.open_agencies
    )
    none = "neither" if len(rows) == BOTH else "none_of_these"
    buttons = (
        *rows,
        (offer(conversation, none, "none_of_these"),),
        (offer(conversation, "just_asking", "just_asking"),),
        (offer(conversation, "cancel", "cancel"),),
    )
    asking = draft.model_copy(update={"screen": AGENCY})
    params = {"contacts": world.rules.contacts(), "unread": unread, "kept": kept}
    return show(
        conversation, "intake.choose_agency", params, buttons=buttons, draft=asking, listener="intake"
    )


def agency_typed(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Read a text as the name of an agency or as one of its topics; a sentence begins the story too."""
    part = part_of(event)
    kept = part is not None and bool(part.text) and len(event.text.split()) > MOST_NAME_WORDS
    if part and kept and not refusal(event, draft.story, world.rules.limits):
        draft = drafts.with_story(draft, (*draft.story, part), world.now)
    agency = named_agency(event.text, {known.id: _known(known) for known in world.rules.open_agencies})
    if agency:
        return choose(world, conversation, draft, agency)
    return ask_agency(world, conversation, draft, unread=True, kept=kept)


def _known(agency: Agency) -> Known:
    topics = (*agency.handles.split(","), *(service.name for service in agency.services))
    return Known((agency.id, agency.short_name), agency.full_name, topics)


def agency_chosen(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on the choice of an agency: show its notice in the same message."""
    if not ready(world, event.value):
        return outdated(event, conversation)
    return in_place(event, conversation, choose(world, conversation, draft, event.value))


def choose(world: World, conversation: Conversation, draft: Draft, agency: str) -> Outcome:
    """Take the agency; show its privacy notice, unless this version was accepted before."""
    blocked = None if drafts.is_on_behalf(draft) else blocks.refusal(world, conversation, agency)
    if blocked:
        return Outcome.of(Send(conversation.chat, blocked)) + ask_agency(world, conversation, draft)
    chosen = draft.model_copy(update={"agency": agency, "screen": NOTICE, "touched_at": world.now})
    if draft.agency != agency:
        answers = {name: value for name, value in draft.answers.items() if name != "service"}
        chosen = chosen.model_copy(update={"answers": answers, "notice": None})
    earlier = _accepted_before(world, conversation, agency)
    if earlier:
        chosen = chosen.model_copy(update={"notice": earlier, "notice_skipped": True})
        return go_on(world, conversation, chosen)
    return ask_notice(world, conversation, chosen)


def _accepted_before(world: World, conversation: Conversation, agency: str) -> NoticeAccepted | None:
    version = world.rules.notice.version
    return next(
        (entry for entry in conversation.notices if (entry.agency, entry.version) == (agency, version)),
        None,
    )


def ask_notice(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Show the privacy notice, to be accepted or declined."""
    agency = world.rules.agency(draft.agency)
    if agency is None:
        return ask_agency(world, conversation, draft)
    params = {
        "agency": agency.full_name,
        "address": agency.contact.address,
        "phones": list(agency.contact.phones),
        "email": agency.contact.email,
        "version": world.rules.notice.version,
        "messenger": world.capabilities(conversation.chat).messenger,
        **draft_path.step_of(draft.model_copy(update={"notice_skipped": False}), NOTICE),
    }
    ways = [offer(conversation, "cancel", "cancel")]
    if len(world.rules.open_agencies) > 1:
        ways.insert(0, offer(conversation, "back", "to_agency"))
    buttons = (
        (offer(conversation, "understood", "accept", style="success"),),
        (offer(conversation, "decline", "decline"),),
        tuple(ways),
    )
    noticed = draft.model_copy(update={"screen": NOTICE, "notice_skipped": False})
    return show(conversation, "intake.notice", params, buttons=buttons, draft=noticed, listener="intake")


def to_agency(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Go back from the notice to the choice of agency, in the same message."""
    return in_place(event, conversation, ask_agency(world, conversation, draft))


def accepted(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Saya mengerti": store version and time, for this draft and for later ones."""
    if draft.screen != NOTICE:
        return outdated(event, conversation)
    given = NoticeAccepted(agency=draft.agency, version=world.rules.notice.version, at=world.now)
    same = (given.agency, given.version)
    others = (known for known in conversation.notices if (known.agency, known.version) != same)
    knowing = conversation.model_copy(update={"notices": (*others, given)})
    return go_on(world, knowing, draft.model_copy(update={"notice": given}))
