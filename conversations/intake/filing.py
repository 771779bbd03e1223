"""From the summary to the case: the declaration, the signature, "Kirim". One case per draft."""

from __future__ import annotations

from conversations import keys
from conversations.complaints import draft as drafts
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case, CaseEvent
from conversations.complaints.complaint import Part
from conversations.complaints.draft import Draft
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
from conversations.intake.flow import at_screen, complain, limit_of
from conversations.intake.questions import agency_of, place_of
from conversations.intake.signing import bodies, is_signed, new_case, reported_handler
from conversations.intake.start import in_place
from conversations.intake.story import evidence
from conversations.messages import Button, OutgoingMessage
from conversations.parts import keep, part_of, refusal
from conversations.reading.identity import same_name
from conversations.screens import is_outdated, offer, outdated, say, show
from conversations.world import World

SIGNATURE_KINDS = frozenset({"photo", "document"})


def to_signing(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """On to the signature. Who complains of a complaint officer is told first who would read it."""
    left = drafts.next_screen(draft)
    if left != drafts.SUMMARY:
        return at_screen(conversation, draft.model_copy(update={"screen": left}), world)
    agency = agency_of(draft, world.rules)
    if reported_handler(draft) and not agency.restricted_chat_id:
        buttons = (
            (offer(conversation, "send_anyway", "send_anyway"),),
            (offer(conversation, "back", "to_summary"), offer(conversation, "cancel", "cancel")),
        )
        return show(conversation, "intake.handler_reported", {"bodies": bodies(world.rules)}, buttons=buttons)
    return send_anyway(_event, world, conversation, draft)


def send_anyway(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """The signing screen; a place that the address does not tell is asked for first."""
    screen = drafts.SIGNING if place_of(draft) else "place"
    return at_screen(conversation, draft.model_copy(update={"screen": screen}), world)


def declare(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Take down "Saya menyatakan benar", in the same message."""
    declared = at_screen(conversation, draft.model_copy(update={"declared": True}), world)
    return in_place(declared, event, conversation)


def sign(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """The name typed once more, or a photo of a signature; other files are evidence."""
    if isinstance(event, TextReceived):
        return _sign_by_name(event, world, conversation, draft)
    if isinstance(event, FileReceived) and event.attachment.kind in SIGNATURE_KINDS:
        return _sign_by_photo(event, world, conversation, draft)
    if part_of(event):
        return evidence(event, world, conversation, draft)
    return say(conversation, "intake.contact_unasked")


def _sign_by_name(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    name = str(draft.answers["name"])
    if not same_name(event.text, name):
        buttons = (
            (offer(conversation, "change_name", "change", "name"),),
            (offer(conversation, "back", "back"),),
        )
        return show(conversation, "intake.wrong_name", {"name": name}, buttons=buttons)
    return _signed(conversation, draft, world, "signature", event.text.strip())


def _sign_by_photo(event: FileReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    part = part_of(event)
    if problem := refusal(event, (), world.rules.limits):
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    kept = keep(event, draft.id)
    signed = _signed(conversation, draft, world, "signature_file", part and part.model_dump(mode="json"))
    return Outcome.of(kept) + signed


def _signed(conversation: Conversation, draft: Draft, world: World, field: str, value: object) -> Outcome:
    """The signature is kept beside the answers it covers; it voids none of them."""
    answers = {**drafts.unsigned(draft).answers, field: value}
    signed = draft.model_copy(update={"answers": answers, "touched_at": world.now, "reminded": False})
    return at_screen(conversation, signed, world)


def file_complaint(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Kirim": the case, the receipt, the card. A second press finds no draft and says so."""
    draft = conversation.draft
    if draft is None:
        return _already_filed(event, world, conversation)
    if is_outdated(event, conversation) or not (draft.declared and is_signed(draft)):
        return outdated(event, conversation)
    code = world.providers.new_code()
    case = new_case(conversation, draft, world, code)
    filed = conversation.model_copy(update={"draft": None, "turn": conversation.turn + 1, "keyboard": False})
    effects: tuple[Effect, ...] = (
        AnswerPress(event.press),
        StripButtons(conversation.chat, event.origin.message),
        RecordHistory(case.id, f"citizen:{conversation.person}", CaseEvent.SUBMITTED, history_text(case)),
        Send(conversation.chat, receipt(case, code, agency_of(draft, world.rules)), keys.receipt(case.id)),
        *_unused_files(draft, case),
        ForgetKeys(keys.tallies(draft.id)),
        ForgetKeys(keys.screens(conversation.person)),
    )
    return Outcome.of(filed, case, *effects)


def _already_filed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    own = world.own_cases(conversation.person)
    if not own:
        return outdated(event, conversation)
    params = {"reference": own[0].reference}
    return Outcome.of(conversation, AnswerPress(event.press, "intake.already_filed", params))


def history_text(case: Case) -> str:
    """What the first entry of the history says: the digest that was signed."""
    return f"{case.reference} {case.complaint.signature_digest}"


def receipt(case: Case, code: str, agency: Agency) -> OutgoingMessage:
    """The tanda terima. `history_head` is filled in when the history entry has been written."""
    complaint = case.complaint
    params = {
        "reference": case.reference,
        "code": code,
        "agency": agency.full_name,
        "service": agency.service_name(complaint.service),
        "name": complaint.name,
        "place": complaint.place,
        "received_at": case.received_at.isoformat(),
        "due_on": case.due_on.isoformat(),
        "history_head": "",
        "phones": list(agency.contact.phones),
    }
    buttons = (
        (Button("copy_code", copy=code),),
        (Button("check_status", "status"), Button("add_information", "add", case.id, case.version)),
    )
    return OutgoingMessage("intake.receipt", params, buttons)


def _unused_files(draft: Draft, case: Case) -> tuple[DropFile, ...]:
    """Files of answers that are no longer on the path, such as a surat kuasa of nobody."""
    if case.complaint.power_of_attorney is not None:
        return ()
    unused = draft.answers.get("power_of_attorney") or ()
    return tuple(DropFile(Part.model_validate(part).file) for part in unused)
