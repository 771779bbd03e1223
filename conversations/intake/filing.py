"""From the summary to the case: the declaration, the signature, "Kirim". One case per draft."""

from __future__ import annotations

from conversations import budgets, casefile, keys, papers
from conversations.complaints import draft as drafts
from conversations.complaints import draft_path
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.complaints.complaint import FILES, REUSABLE, Part
from conversations.complaints.draft import Draft, Unconfirmed
from conversations.complaints.life_cycle import CaseEvent
from conversations.conversation import Conversation
from conversations.effects import (
    AnswerPress,
    DropFile,
    Effect,
    ForgetKeys,
    Outcome,
    RecordHistory,
    Send,
    StripButtons,
)
from conversations.events import ButtonPressed, FileReceived, PersonEvent, TextReceived
from conversations.intake.aside import put_aside
from conversations.intake.confusion import asked_again
from conversations.intake.doubts import unconfirmed
from conversations.intake.flow import at_screen, complain, in_place, limit_of, screen_message
from conversations.intake.questions import agency_of, place_of
from conversations.intake.signing import (
    bodies,
    is_confidential,
    may_be_sent,
    new_case,
    reported_handler,
)
from conversations.messages import Button, DocumentKind, OutgoingMessage
from conversations.parts import drop_files, keep, part_of, refusal
from conversations.reading.identity import Problem, read_name, same_name
from conversations.reading.plausibility import doubtful_name
from conversations.screens import is_outdated, is_typed, offer, outdated, say, screen_key, show
from conversations.world import World

SIGNATURE_KINDS = frozenset({"photo", "document"})


def to_signing(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Go to the signature. A complaint about a complaint officer first says who would read it."""
    left = draft_path.next_screen(draft)
    if left != draft_path.SUMMARY:
        return at_screen(world, conversation, draft.model_copy(update={"screen": left}))
    if draft.completes:
        return send_anyway(_event, world, conversation, draft)
    agency = agency_of(draft, world.rules)
    if is_confidential(draft) and not agency.readers:
        return _no_reader(world, conversation, draft)
    if reported_handler(draft) and not agency.restricted_chat_id:
        buttons = (
            (offer(conversation, "send_anyway", "send_anyway"),),
            (offer(conversation, "back", "to_summary"), offer(conversation, "cancel", "cancel")),
        )
        return show(conversation, "intake.handler_reported", {"bodies": bodies(world.rules)}, buttons=buttons)
    return send_anyway(_event, world, conversation, draft)


def _no_reader(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Ask what to do about a confidential complaint that no one could read any more."""
    buttons = (
        (offer(conversation, "remove_confidential", "confidential", "summary"),),
        (offer(conversation, "back", "to_summary"), offer(conversation, "cancel", "cancel")),
    )
    params = {"bodies": bodies(world.rules), "contacts": world.rules.contacts(draft.agency)}
    return show(conversation, "intake.no_reader", params, buttons=buttons)


def send_anyway(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Show the signing screen; ask for the place first where the address does not contain it."""
    screen = draft_path.SIGNING if place_of(draft) else "place"
    return at_screen(world, conversation, draft.model_copy(update={"screen": screen}))


def declare(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Saya nyatakan benar": note the declaration, in the same message."""
    declared = at_screen(world, conversation, draft.model_copy(update={"declared": True}))
    return in_place(event, conversation, declared)


def sign(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Read the name typed once more, or a photo of a signature; other files are kept aside.

    An officer who enters a complaint signs by no name.
    """
    if isinstance(event, TextReceived) and drafts.is_on_behalf(draft):
        return asked_again(world, conversation, OutgoingMessage("intake.press_a_button"))
    if isinstance(event, TextReceived):
        return _sign_by_name(event, world, conversation, draft)
    if isinstance(event, FileReceived) and event.attachment.kind in SIGNATURE_KINDS:
        return _sign_by_photo(event, world, conversation, draft)
    if part_of(event):
        return put_aside(event, world, conversation, draft)
    return say(conversation, "intake.contact_unasked")


def _sign_by_name(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    name = str(draft.answers["name"])
    if same_name(event.text, name):
        others = {message: field for message, field in draft.sources.items() if field != "signature"}
        named = draft.model_copy(update={"sources": {**others, event.origin.message: "signature"}})
        return _signed(world, conversation, named, "signature", event.text.strip())
    if draft.declared and is_typed(event, world, "declare"):
        return at_screen(world, conversation, draft)
    if draft.completes and "name" not in draft.completes.items:
        return asked_again(world, conversation, OutgoingMessage("completion.sign_with_name", {"name": name}))
    typed = read_name(event.text)
    if isinstance(typed, Problem) or _is_no_name(typed, world):
        return asked_again(world, conversation, OutgoingMessage("intake.sign_with_name", {"name": name}))
    unsure = Unconfirmed(field="signature", value=typed, message=event.origin.message)
    return _ask_which_name(world, conversation, draft.model_copy(update={"unconfirmed": unsure}), typed)


def _is_no_name(typed: str, world: World) -> bool:
    """Whether it hardly is a name, or is the wording of a button that is not shown here."""
    words = world.rules.words
    return doubtful_name(typed, words) or words.is_any_button(typed)


def _ask_which_name(world: World, conversation: Conversation, draft: Draft, typed: str) -> Outcome:
    """Show the complaint's name and the typed one to choose from, above the buttons of the signing screen."""
    name = str(draft.answers["name"])
    rows = (
        (offer(conversation, "use_name", "use_name", params={"text": typed}),),
        (offer(conversation, "keep_name", "keep_name", params={"text": name}),),
        *screen_message(world, conversation, draft).buttons,
    )
    params = {"name": name, "text": typed}
    return show(conversation, "intake.wrong_name", params, buttons=rows, draft=draft, listener="intake")


def use_name(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Pakai …": the name that was typed as the signature is the name, and signs the complaint."""
    typed = unconfirmed(draft)
    if typed is None or draft.screen != draft_path.SIGNING:
        return outdated(event, conversation)
    named = drafts.with_answer(draft, "name", typed.value, world.now, typed.message)
    declared = named.model_copy(update={"declared": draft.declared})
    return _signed(world, conversation, declared, "signature", typed.value)


def keep_name(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Tetap …": the name of the complaint is right, and is to be typed as the signature."""
    if unconfirmed(draft) is None or draft.screen != draft_path.SIGNING:
        return outdated(event, conversation)
    return at_screen(world, conversation, draft.model_copy(update={"unconfirmed": None}))


def _sign_by_photo(event: FileReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    part = part_of(event)
    if problem := refusal(event, (), world.rules.limits):
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    kept = keep(event, draft.id)
    signed = _signed(world, conversation, draft, "signature_file", part and part.model_dump(mode="json"))
    return Outcome.of(kept) + signed


def told_orally(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Disampaikan lisan": the officer's record replaces the signature."""
    if not drafts.is_on_behalf(draft) or draft.screen != draft_path.SIGNING:
        return outdated(event, conversation)
    return in_place(event, conversation, _signed(world, conversation, draft, "oral", value=True))


def _signed(world: World, conversation: Conversation, draft: Draft, field: str, value: object) -> Outcome:
    """Keep the signature among the answers that it covers; it voids none of them."""
    answers = {**drafts.unsigned(draft).answers, field: value}
    signed = draft.model_copy(update={"answers": answers, "touched_at": world.now})
    return at_screen(world, conversation, signed)


def file_complaint(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Kirim": make the case, send receipt and card. A second press gets the case's number."""
    draft = conversation.draft
    if draft is None:
        return _already_filed(event, world, conversation)
    if is_outdated(event, conversation) or not may_be_sent(draft):
        return outdated(event, conversation)
    if is_confidential(draft) and not agency_of(draft, world.rules).readers:
        return _no_reader(world, conversation, draft)
    counted = conversation
    if not drafts.is_on_behalf(draft):
        if refused := budgets.complaint_refusal(event.origin.at, world, conversation, draft.agency):
            return Outcome.of(conversation, AnswerPress(event.press), Send(conversation.chat, refused))
        counted = budgets.with_complaint(event.origin.at, conversation)
    code = world.providers.new_code()
    case = new_case(world, conversation, draft, code)
    filed = counted.model_copy(
        update={
            "draft": None,
            "turn": conversation.turn + 1,
            "shown": (),
            "keyboard": False,
            "last_answers": _last_answers(conversation, case),
        }
    )
    agency, service = agency_of(draft, world.rules), casefile.service_name(case, world.rules)
    number = world.rules.whatsapp_number
    effects: tuple[Effect, ...] = (
        AnswerPress(event.press),
        StripButtons(conversation.chat, event.origin.message),
        _record(conversation, case),
        Send(conversation.chat, receipt(case, code, agency, service, number), keys.receipt(case.id)),
        *_papers(conversation, case),
        *_unused_files(draft, case),
        ForgetKeys(keys.tallies(draft.id)),
        # The removal of the last screen's buttons needs its key.
        ForgetKeys(keys.screens(conversation.person), kept=screen_key(conversation)),
    )
    return Outcome.of(filed, case, *effects)


def _papers(conversation: Conversation, case: Case) -> tuple[Send, ...]:
    """The complaint letter and the receipt on paper; of an officer's entry the receipt, to print it."""
    kinds = (DocumentKind.COMPLAINT, DocumentKind.RECEIPT)
    return tuple(papers.send(conversation.chat, case, kind) for kind in kinds[bool(case.recorded_by) :])


def _last_answers(conversation: Conversation, case: Case) -> dict[str, str]:
    """The answers that the account's next complaint offers; those of another person are never among them."""
    if case.recorded_by:
        return conversation.last_answers
    return {name: str(getattr(case.complaint, name)) for name in REUSABLE}


def _record(conversation: Conversation, case: Case) -> RecordHistory:
    """The first entry of the history: filed by its citizen, or entered by an officer."""
    role, event = ("officer", CaseEvent.RECORDED) if case.recorded_by else ("citizen", CaseEvent.SUBMITTED)
    return RecordHistory(case.id, f"{role}:{conversation.person}", event, history_text(case))


def _already_filed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    own = world.own_cases(conversation.person)
    if not own:
        return outdated(event, conversation)
    params = {"reference": own[0].reference}
    return Outcome.of(conversation, AnswerPress(event.press, "intake.already_filed", params))


def history_text(case: Case) -> str:
    """The text of the history's first entry: the number and the digest that was signed."""
    return f"{case.reference} {case.complaint.signature_digest}"


def receipt(case: Case, code: str, agency: Agency, service: str, whatsapp: str = "") -> OutgoingMessage:
    """The receipt (tanda terima). `history_head` is filled in once the history entry is written.

    `whatsapp` is the number of the service there, which a receipt on paper names.
    """
    complaint = case.complaint
    params = {
        "reference": case.reference,
        "code": code,
        "agency": agency.full_name,
        "service": service,
        "name": complaint.name,
        "represented": complaint.represented_name or "",
        "attorney": casefile.lacks_attorney(case),
        "confidential": complaint.confidential,
        "place": complaint.place,
        "received_at": case.received_at.isoformat(),
        "due_on": case.due_on.isoformat(),
        "history_head": "",
        "phones": list(agency.contact.phones),
    }
    if case.recorded_by:
        params |= {"channel": complaint.channel, "officer": case.recorded_by.name, "oral": complaint.oral}
        params["whatsapp"] = whatsapp
        return OutgoingMessage("intake.receipt_on_behalf", params, ((Button("copy_code", copy=code),),))
    later = (Button("send_attorney", "send_attorney", case.id, case.version),)
    buttons = (
        (Button("copy_code", copy=code),),
        *((later,) if casefile.lacks_attorney(case) else ()),
        (Button("check_status", "status"), Button("add_information", "add", case.id, case.version)),
    )
    return OutgoingMessage("intake.receipt", params, buttons)


def _unused_files(draft: Draft, case: Case) -> tuple[DropFile, ...]:
    """Files that the complaint does not contain: those aside, and a power of attorney that is not needed."""
    unused = [name for name in FILES if getattr(case.complaint, name) is None]
    pages = [Part.model_validate(page) for name in unused for page in draft.answers.get(name) or ()]
    return drop_files((*pages, *draft.aside))
