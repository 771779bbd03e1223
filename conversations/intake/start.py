"""The way into a complaint: /start and /lapor, the agency, the privacy notice; and out of it: /batal."""

from __future__ import annotations

from conversations import keys
from conversations.complaints.agency import Agency
from conversations.complaints.complaint import Step
from conversations.complaints.draft import Draft, NoticeAccepted
from conversations.conversation import Conversation
from conversations.effects import DropFiles, Edit, ForgetKeys, GiveFiles, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent
from conversations.intake.flow import at_screen, go_on
from conversations.screens import is_outdated, offer, outdated, say, screen_key, show
from conversations.world import World

AGENCY, NOTICE = "agency", "notice"


def start(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    """/start, perhaps with an agency from a deep link."""
    agency = _ready(event.argument.strip().lower(), world)
    if conversation.draft:
        return offer_to_resume(conversation, conversation.draft, world, agency.id if agency else "")
    if agency:
        return begin(world, conversation, agency=agency.id)
    return welcome(world, conversation)


def _ready(agency: str, world: World) -> Agency | None:
    return next((entry for entry in world.rules.open_agencies if entry.id == agency), None)


def welcome(world: World, conversation: Conversation) -> Outcome:
    """What this is, and the three things one can do."""
    buttons = (
        (offer(conversation, "file_complaint", "begin", style="primary"),),
        (offer(conversation, "check_status", "status"), offer(conversation, "help", "help")),
    )
    agencies = [agency.full_name for agency in world.rules.open_agencies]
    return show(conversation, "intake.welcome", {"agencies": agencies}, buttons=buttons)


def file_command(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/lapor, or "Buat Pengaduan"."""
    if conversation.draft:
        return offer_to_resume(conversation, conversation.draft, world, "")
    return begin(world, conversation)


def begin_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Buat Pengaduan": good on any old menu, since it harms nothing."""
    return file_command(event, world, conversation)


def offer_to_resume(conversation: Conversation, draft: Draft, world: World, agency: str) -> Outcome:
    """A draft is there: go on, or begin anew."""
    buttons = (
        (offer(conversation, "resume_draft", "resume", style="success"),),
        (offer(conversation, "begin_anew", "anew", agency, style="danger"),),
    )
    known = world.rules.agency(draft.agency)
    params = {"started_at": draft.started_at.isoformat(), "agency": known.full_name if known else ""}
    return show(conversation, "intake.resume_or_anew", params, buttons=buttons)


def begin(world: World, conversation: Conversation, agency: str = "") -> Outcome:
    """Start a draft; what was held becomes the story's first parts, whatever road leads here."""
    ready = world.rules.open_agencies
    if not ready:
        return say(conversation, "system.not_ready")
    draft = Draft(
        id=world.providers.new_id(),
        screen=AGENCY,
        story=conversation.held,
        started_at=world.now,
        touched_at=world.now,
    )
    files = tuple(part.file for part in draft.story if part.file)
    given = Outcome.of(*((GiveFiles(files, draft.id),) if files else ()))
    conversation = conversation.model_copy(update={"held": ()})
    if agency or len(ready) == 1:
        return given + choose(conversation, draft, world, agency or ready[0].id)
    return given + _ask_agency(conversation, draft, world)


def _ask_agency(conversation: Conversation, draft: Draft, world: World) -> Outcome:
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
    buttons = (*rows, (offer(conversation, "cancel", "cancel"),))
    asking = draft.model_copy(update={"screen": AGENCY})
    return show(conversation, "intake.choose_agency", buttons=buttons, draft=asking, listener="intake")


def choose(conversation: Conversation, draft: Draft, world: World, agency: str) -> Outcome:
    """The agency is known: its privacy notice, unless this version was accepted before."""
    chosen = draft.model_copy(update={"agency": agency, "screen": NOTICE, "touched_at": world.now})
    if draft.agency != agency:
        answers = {name: value for name, value in draft.answers.items() if name != "service"}
        chosen = chosen.model_copy(update={"answers": answers, "notice": None})
    accepted = _accepted(conversation, agency, world)
    if accepted:
        chosen = chosen.model_copy(update={"notice": accepted, "notice_skipped": True})
        return go_on(conversation, chosen, world)
    return ask_notice(conversation, chosen, world)


def _accepted(conversation: Conversation, agency: str, world: World) -> NoticeAccepted | None:
    version = world.rules.notice.version
    return next(
        (entry for entry in conversation.notices if (entry.agency, entry.version) == (agency, version)),
        None,
    )


def ask_notice(conversation: Conversation, draft: Draft, world: World) -> Outcome:
    """Who processes what, why and where, and the person's rights: to be accepted or declined."""
    agency = world.rules.agency(draft.agency)
    if agency is None:
        return _ask_agency(conversation, draft, world)
    params = {
        "agency": agency.full_name,
        "address": agency.contact.address,
        "phones": list(agency.contact.phones),
        "email": agency.contact.email,
        "version": world.rules.notice.version,
        "step": 1,
        "steps": len(Step),
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


def agency_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """An agency was chosen: the same message now shows its notice."""
    draft = conversation.draft
    if draft is None or is_outdated(event, conversation) or not _ready(event.value, world):
        return outdated(event, conversation)
    return in_place(choose(conversation, draft, world, event.value), event, conversation)


def to_agency(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Back from the notice to the choice of agency, in the same message."""
    draft = conversation.draft
    if draft is None or is_outdated(event, conversation):
        return outdated(event, conversation)
    return in_place(_ask_agency(conversation, draft, world), event, conversation)


def in_place(outcome: Outcome, event: ButtonPressed, before: Conversation) -> Outcome:
    """The outcome with its screen shown in the pressed message instead of a new one.

    The message keeps the name that it had in `before`, so that a copy of it is changed as well. A
    screen with a reply keyboard stays a message of its own: an edit cannot bring one.
    """
    *others, send = outcome.effects
    if not isinstance(send, Send) or send.message.keyboard is not None:
        return outcome
    edit = Edit(send.chat, screen_key(before), send.message, at=event.origin.message)
    talks = tuple(talk.model_copy(update={"screen": before.screen}) for talk in outcome.conversations)
    return Outcome.of(*talks, *outcome.cases, *others, edit)


def accept(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The notice was accepted: version and time are stored, for this draft and for later ones."""
    draft = conversation.draft
    if draft is None or draft.screen != NOTICE or is_outdated(event, conversation):
        return outdated(event, conversation)
    accepted = NoticeAccepted(agency=draft.agency, version=world.rules.notice.version, at=world.now)
    knowing = conversation.model_copy(update={"notices": (*conversation.notices, accepted)})
    return go_on(knowing, draft.model_copy(update={"notice": accepted}), world)


def decline(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The notice was declined: the counter, the phone and the letter address; the draft is dropped."""
    draft = conversation.draft
    if draft is None or is_outdated(event, conversation):
        return outdated(event, conversation)
    agency = world.rules.agency(draft.agency)
    if agency is None:
        return _ask_agency(conversation, draft, world)
    contact = agency.contact
    params = {
        "agency": agency.full_name,
        "address": contact.address,
        "phones": list(contact.phones),
        "hours": contact.counter_hours,
    }
    gone, dropping = dropped(conversation, draft)
    buttons = ((offer(gone, "file_complaint", "begin"),),)
    return dropping + show(gone, "intake.declined", params, buttons=buttons)


def dropped(conversation: Conversation, draft: Draft) -> tuple[Conversation, Outcome]:
    """The conversation without its draft, whose files and message keys go too."""
    gone = conversation.model_copy(update={"draft": None})
    return gone, Outcome.of(gone, DropFiles(draft.id), ForgetKeys(keys.tallies(draft.id)))


def cancel(event: PersonEvent, _world: World, conversation: Conversation) -> Outcome:
    """Act on "Batalkan" or /batal: asked once more, since all answers would go."""
    if isinstance(event, ButtonPressed) and is_outdated(event, conversation):
        return outdated(event, conversation)
    if conversation.draft is None:
        return say(conversation, "intake.nothing_to_cancel")
    buttons = (
        (offer(conversation, "cancel_no", "resume", style="success"),),
        (offer(conversation, "cancel_yes", "cancel_yes", style="danger"),),
    )
    return show(conversation, "intake.confirm_cancel", {}, buttons=buttons)


def cancel_confirmed(event: ButtonPressed, _world: World, conversation: Conversation) -> Outcome:
    """The draft goes, with its files."""
    draft = conversation.draft
    if draft is None or is_outdated(event, conversation):
        return outdated(event, conversation)
    gone, dropping = dropped(conversation, draft)
    buttons = ((offer(gone, "file_complaint", "begin"),),)
    return dropping + in_place(show(gone, "intake.cancelled", buttons=buttons), event, conversation)


def anew(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Mulai dari awal": the old draft goes, a new one begins."""
    draft = conversation.draft
    if draft is None or is_outdated(event, conversation):
        return outdated(event, conversation)
    gone, dropping = dropped(conversation, draft)
    return dropping + begin(world, gone, agency=event.value)


def resume(world: World, conversation: Conversation) -> Outcome:
    """Ask the draft's question again, where the person left it."""
    draft = conversation.draft
    if draft is None:
        return welcome(world, conversation)
    if draft.screen == AGENCY:
        return _ask_agency(conversation, draft, world)
    if draft.screen == NOTICE:
        return ask_notice(conversation, draft, world)
    return at_screen(conversation, draft, world)


def resume_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Lanjutkan": harmless on any old menu."""
    draft = conversation.draft
    if draft is None:
        return outdated(event, conversation)
    going_on = draft.model_copy(update={"touched_at": world.now, "reminded": False})
    return resume(world, conversation.model_copy(update={"draft": going_on}))
