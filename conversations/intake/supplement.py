"""The summary and the signature of what completes a filed complaint: only the items that were asked for."""

from __future__ import annotations

from conversations.casefile import counted
from conversations.complaints import draft_path, shown_answers
from conversations.complaints.complaint import FILES, Part
from conversations.complaints.draft import Completes, Draft
from conversations.conversation import Conversation
from conversations.intake.questions import agency_of, leaving, place_of
from conversations.messages import Button, OutgoingMessage
from conversations.screens import offer
from conversations.world import World


def summary(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """The new answers, with the buttons to go on or send, to change and to read them."""
    completes, signs = completes_of(draft), draft_path.needs_signature(draft)
    agency = agency_of(draft, world.rules)
    params = {
        **draft_path.step_of(draft, draft_path.SUMMARY),
        "reference": completes.reference,
        "items": list(completes.items),
        "answers": shown_answers.of_draft(draft, agency),
        "evidence": [] if "story" in draft_path.asked(draft) else counted(draft.story),
        "aside": counted(draft.aside),
        "signs": signs,
    }
    onward = offer(conversation, "continue_to_signing", "to_signing", style="success")
    use_or_drop = (
        offer(conversation, "use_as_evidence", "aside_use"),
        offer(conversation, "drop_aside", "aside_drop", style="danger"),
    )
    changing = (offer(conversation, "change", "change_menu"), offer(conversation, "read_all", "read_draft"))
    buttons = (
        (onward if signs else _send(conversation),),
        *((changing,) if draft_path.asked(draft) else ()),
        *((use_or_drop,) if draft.aside else ()),
        _ways(conversation, draft),
    )
    return OutgoingMessage("completion.summary", params, buttons)


def signing(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """The declaration that what completes the complaint is true; "Kirim" once it is declared and signed."""
    photo, signature = bool(draft.answers.get("signature_file")), str(draft.answers.get("signature", ""))
    params = {
        **draft_path.step_of(draft, draft_path.SIGNING),
        "reference": completes_of(draft).reference,
        "place": place_of(draft),
        "day": world.today.isoformat(),
        "agency": agency_of(draft, world.rules).full_name,
        "declared": draft.declared,
        "signature": signature,
        "photo": photo,
    }
    rows: list[tuple[Button, ...]] = []
    if not draft.declared:
        rows.append((offer(conversation, "declare", "declare", style="primary"),))
    elif signature or photo:
        rows.append((_send(conversation),))
    rows.append((offer(conversation, "change_place", "place"),))
    return OutgoingMessage("completion.signing", params, (*rows, _ways(conversation, draft)))


def completes_of(draft: Draft) -> Completes:
    """The filed complaint that the draft completes."""
    if draft.completes is None:
        message = "this draft is a new complaint"
        raise ValueError(message)
    return draft.completes


def answered(draft: Draft) -> list[str]:
    """The items that are answered so far."""
    return [name for name in draft_path.asked(draft) if draft_path.is_answered(draft, name)]


def files_of(draft: Draft) -> tuple[Part, ...]:
    """The files with which the draft completes the complaint."""
    pages = (
        page for name in FILES if name in draft_path.asked(draft) for page in draft.answers.get(name) or ()
    )
    signature = draft.answers.get("signature_file")
    stored = (*pages, *((signature,) if signature else ()))
    return (*draft.story, *(Part.model_validate(part) for part in stored))


def _send(conversation: Conversation) -> Button:
    return offer(conversation, "send", "file", style="success")


def _ways(conversation: Conversation, draft: Draft) -> tuple[Button, ...]:
    return (offer(conversation, "back", "back"), offer(conversation, leaving(draft), "cancel"))
