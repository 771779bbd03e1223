"""Begin, resume and cancel a complaint: /start, /lapor, /batal, and their buttons."""

from __future__ import annotations

from conversations import blocks, keys
from conversations.complaints.case import Case
from conversations.complaints.draft import Draft, with_story
from conversations.complaints.draft_path import has_account
from conversations.complaints.references import parse_reference
from conversations.conversation import Conversation
from conversations.effects import DropFiles, ForgetKeys, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, CommandReceived, PersonEvent
from conversations.intake.flow import at_screen, in_place
from conversations.intake.notice import AGENCY, NOTICE, ask_agency, ask_notice, choose, ready
from conversations.intake.several import (
    MOST_DRAFTS,
    ask_which,
    brought_forward,
    drafts_of,
    paused,
    shown,
    with_room_for_another,
    without_draft,
)
from conversations.messages import Button, OutgoingMessage
from conversations.parts import drop_files, give_files
from conversations.reading.numbers import MOST_ID, whole
from conversations.screens import offer, outdated, say, show
from conversations.world import World


def start(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    """Act on /start, which a deep link may give an agency."""
    agency = ready(world, event.argument.strip().lower())
    conversation = paused(conversation)
    draft = conversation.draft
    if draft and is_untouched(draft) and agency:
        return choose(world, conversation, draft, agency.id)
    if draft:
        return offer_to_resume(world, conversation, draft, agency.id if agency else "")
    if agency:
        return begin(world, conversation, agency=agency.id)
    return welcome(world, conversation)


def welcome(world: World, conversation: Conversation) -> Outcome:
    """Say what this service is; offer to file a complaint, check a status, or read the help."""
    buttons = (
        (offer(conversation, "file_complaint", "begin", style="primary"),),
        (offer(conversation, "check_status", "status"), offer(conversation, "help", "help")),
        (offer(conversation, "just_asking", "just_asking"),),
    )
    agencies = [agency.full_name for agency in world.rules.open_agencies]
    params = {"agencies": agencies, "contacts": world.rules.contacts()}
    return show(conversation, "intake.welcome", params, buttons=buttons)


def begin_or_resume(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Act on /lapor or "Buat Pengaduan", on any menu: begin a complaint, or offer to resume the draft.

    The button of a closed case begins a complaint that names it.
    """
    earlier = world.cases.get(event.subject) if isinstance(event, ButtonPressed) else None
    conversation = paused(conversation)
    if conversation.draft:
        wanted = _naming(world, conversation, earlier) if earlier else ""
        return offer_to_resume(world, conversation, conversation.draft, wanted)
    return continuing(world, conversation, earlier) if earlier else begin(world, conversation)


def is_untouched(draft: Draft) -> bool:
    """Whether no question has been answered; what was held before it may be in its story."""
    told = bool(draft.story) and draft.screen not in {AGENCY, NOTICE}
    return not told and set(draft.answers) <= {"earlier_complaint", "on_behalf"}


def continuing(world: World, conversation: Conversation, earlier: Case) -> Outcome:
    """Begin a complaint that names an earlier one of the same person, at the same agency.

    A draft that is there takes the number.
    """
    wanted = _naming(world, conversation, earlier)
    if conversation.filing:
        return _of_earlier(world, conversation, conversation.filing, wanted)
    return _begin_wanted(world, conversation, wanted)


def _naming(world: World, conversation: Conversation, earlier: Case) -> str:
    """What a new complaint after this case begins with, as a button's value: "dpmd,DPMD-2026-0042"."""
    agency = ready(world, earlier.agency)
    own = earlier.filed_by == conversation.person
    return f"{agency.id if agency else ''},{earlier.reference}" if own else ""


def _begin_wanted(world: World, conversation: Conversation, wanted: str) -> Outcome:
    """Begin a draft with the agency and the earlier number of a button's value; both may be missing."""
    agency, _, earlier = wanted.partition(",")
    return begin(world, conversation, agency, earlier=parse_reference(earlier) or "")


def offer_to_resume(world: World, conversation: Conversation, draft: Draft, wanted: str) -> Outcome:
    """Ask whether to resume the draft, begin another or start over; an empty one is simply asked again."""
    if is_untouched(draft):
        return _of_earlier(world, conversation, draft, wanted)
    return ask_which(world, conversation, wanted)


def _of_earlier(world: World, conversation: Conversation, draft: Draft, wanted: str) -> Outcome:
    """Ask the draft's question again, with the earlier number and the agency of a button's value."""
    agency, _, named = wanted.partition(",")
    earlier = parse_reference(named)
    if not earlier:
        return resume(world, conversation)
    draft = draft.model_copy(update={"answers": {**draft.answers, "earlier_complaint": earlier}})
    continued = conversation.model_copy(update={"draft": draft})
    if agency and agency != draft.agency:
        return choose(world, continued, draft, agency)
    return resume(world, continued)


def begin(world: World, conversation: Conversation, agency: str = "", *, earlier: str = "") -> Outcome:
    """Begin a draft; messages that were held become the story's first parts, which the person is shown."""
    agencies, conversation = world.rules.open_agencies, paused(conversation)
    if not agencies:
        return say(conversation, "system.not_ready", {"contacts": world.rules.contacts()})
    wanted = agency or (agencies[0].id if len(agencies) == 1 else "")
    if blocked := blocks.refusal(world, conversation, wanted):
        return Outcome.of(conversation, Send(conversation.chat, blocked))
    draft = Draft(
        id=world.providers.new_id(),
        screen=AGENCY,
        answers={"earlier_complaint": earlier} if earlier else {},
        story=conversation.held,
        started_at=world.now,
        touched_at=world.now,
    )
    given = Outcome.of(give_files(draft.story, draft.id), _taken_over(conversation, draft))
    conversation = conversation.model_copy(update={"held": ()})
    if wanted:
        return given + choose(world, conversation, draft, wanted)
    return given + ask_agency(world, conversation, draft)


def _taken_over(conversation: Conversation, draft: Draft) -> Send | None:
    """The message that shows the held messages with which a complaint begins; None without any."""
    if not draft.story:
        return None
    last = str(max(part.message for part in draft.story))
    rows = ((Button("do_not_use", "leave_out", draft.id, value=last),),)
    params = {"parts": [{"kind": part.kind, "text": part.text} for part in draft.story]}
    return Send(conversation.chat, OutgoingMessage("intake.taken_over", params, rows))


def leave_out(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Jangan dipakai": remove the messages with which the complaint began, and ask again."""
    draft, last = conversation.draft, whole(event.value, MOST_ID)
    gone = tuple(part for part in (draft.story if draft else ()) if last and part.message <= last)
    if draft is None or draft.id != event.subject or not gone:
        return outdated(event, conversation)
    story = tuple(part for part in draft.story if part not in gone)
    changed = with_story(draft, story, world.now)
    if not has_account(story):
        changed = changed.model_copy(update={"story_finished": False})
    strip = StripButtons(conversation.chat, event.origin.message)
    left = conversation.model_copy(update={"draft": changed})
    said = Send(conversation.chat, OutgoingMessage("intake.left_out"))
    dropped = Outcome.of(left, strip, *drop_files(gone), said)
    return dropped + resume(world, left) if left.listener == "intake" else dropped


def decline(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Saya tidak setuju": drop the draft, and name counter, telephone and address."""
    agency = world.rules.agency(draft.agency)
    if agency is None:
        return ask_agency(world, conversation, draft)
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
    """The conversation without this draft, whose files and message keys are dropped too."""
    gone = without_draft(conversation, draft)
    return gone, Outcome.of(gone, DropFiles(draft.id), ForgetKeys(keys.tallies(draft.id)))


def cancel_command(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Act on /batal, which may come while there is no draft."""
    if conversation.draft is None:
        begin, status = Button("file_complaint", "begin", style="primary"), Button("check_status", "status")
        rows = ((begin, status), (Button("help", "help"),))
        params = {"contacts": world.rules.contacts()}
        return say(conversation, "intake.nothing_to_cancel", params, buttons=rows)
    return cancel(event, world, conversation, conversation.draft)


def cancel(_event: PersonEvent, _world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Batalkan" or /batal: ask once more, since all answers would be deleted."""
    return confirm_cancel(conversation, draft)


def confirm_cancel(conversation: Conversation, draft: Draft, *, unsaved: bool = False) -> Outcome:
    """Ask whether to cancel; `unsaved` after a message, which is not stored meanwhile."""
    buttons = (
        (offer(conversation, "cancel_no", "resume", draft.id, style="success"),),
        (offer(conversation, "cancel_yes", "cancel_yes", style="danger"),),
    )
    params = {"unsaved": unsaved}
    return show(conversation, "intake.confirm_cancel", params, buttons=buttons, detour="cancel")


def cancel_confirmed(
    event: ButtonPressed, _world: World, conversation: Conversation, draft: Draft
) -> Outcome:
    """Act on "Ya, batalkan": drop the draft with its files."""
    gone, dropping = dropped(conversation, draft)
    buttons = ((offer(gone, "file_complaint", "begin"),),)
    return dropping + in_place(event, conversation, show(gone, "intake.cancelled", buttons=buttons))


def start_over(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Mulai dari awal": ask once more, since all answers would be deleted."""
    buttons = (
        (offer(conversation, "cancel_no", "resume", draft.id, style="success"),),
        (offer(conversation, "start_over_yes", "start_over_yes", event.value, style="danger"),),
    )
    params = shown(draft, world)
    asked = show(conversation, "intake.confirm_start_over", params, buttons=buttons, detour="resume")
    return in_place(event, conversation, asked)


def begin_other(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Buat pengaduan lain": set the draft aside and begin a new one."""
    if len(drafts_of(conversation)) >= MOST_DRAFTS:
        return offer_to_resume(world, conversation, draft, event.value)
    return _begin_wanted(world, with_room_for_another(conversation), event.value)


def start_over_confirmed(
    event: ButtonPressed, world: World, conversation: Conversation, draft: Draft
) -> Outcome:
    """Act on "Ya, mulai dari awal": drop the draft and begin a new one."""
    gone, dropping = dropped(conversation, draft)
    return dropping + _begin_wanted(world, gone, event.value)


def resume(world: World, conversation: Conversation) -> Outcome:
    """Ask the draft's present question again; without a draft, show the welcome."""
    draft = conversation.draft
    if draft is None:
        return welcome(world, conversation)
    if draft.screen == AGENCY:
        return ask_agency(world, conversation, draft)
    if draft.screen == NOTICE:
        return ask_notice(world, conversation, draft)
    return at_screen(world, conversation, draft)


def resume_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Lanjutkan", on any menu or reminder: the draft's seven days begin again.

    Its value is the id of the draft; without one, and with several drafts, the person is asked which.
    """
    if conversation.draft and event.value != conversation.draft.id:
        conversation = paused(conversation)
    draft = conversation.draft
    if draft is None:
        return outdated(event, conversation)
    if conversation.set_aside and not event.value:
        return ask_which(world, conversation)
    forward = brought_forward(conversation, event.value or draft.id)
    if forward is None or forward.draft is None:
        return outdated(event, conversation)
    going_on = forward.draft.model_copy(update={"touched_at": world.now})
    return resume(world, forward.model_copy(update={"draft": going_on}))
