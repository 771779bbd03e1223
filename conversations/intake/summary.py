"""The summary before signing: every answer with "Ubah", and the optional additions."""

from __future__ import annotations

from conversations.casefile import counted
from conversations.complaints import draft as drafts
from conversations.complaints.complaint import QUESTIONS, path
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.intake.questions import agency_of
from conversations.messages import Button, OutgoingMessage
from conversations.screens import offer
from conversations.world import World

COLUMNS = 2


def summary(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """All answers, each cut to a preview, with the buttons to go on, change, add or read in full."""
    agency = agency_of(draft, world.rules)
    params = {
        **drafts.step_of(draft, drafts.SUMMARY),
        "answers": drafts.shown_answers(draft, agency),
        "agency": agency.full_name,
        "confidential": bool(draft.answers.get("confidential")),
        "aside": counted(draft.aside),
    }
    use_or_drop = (
        offer(conversation, "use_as_evidence", "aside_use"),
        offer(conversation, "drop_aside", "aside_drop", style="danger"),
    )
    buttons = (
        (offer(conversation, "continue_to_signing", "to_signing", style="success"),),
        (offer(conversation, "change", "change_menu"), offer(conversation, "read_all", "read_draft")),
        *((use_or_drop,) if draft.aside else ()),
        (offer(conversation, "add_optional", "additions"),),
        (offer(conversation, "back", "back"), offer(conversation, "cancel", "cancel")),
    )
    return OutgoingMessage("intake.summary", params, buttons)


def change_menu(conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """One button for each answer."""
    fields = [
        offer(conversation, "change_field", "change", name, params={"field": name})
        for name in path(draft.answers)
    ]
    rows = tuple(tuple(fields[index : index + COLUMNS]) for index in range(0, len(fields), COLUMNS))
    return OutgoingMessage("intake.change", {}, (*rows, (offer(conversation, "back", "to_summary"),)))


def additions(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """The optional additions, one button each; an addition that was given is changed by the same button."""
    agency = agency_of(draft, world.rules)
    confidential = bool(draft.answers.get("confidential"))
    toggle = "remove_confidential" if confidential else "add_confidential"
    rows: list[tuple[Button, ...]] = [
        (offer(conversation, f"add_{name}", "change", name),)
        for name, question in QUESTIONS.items()
        if question.addition
    ]
    # Only leaders can read a confidential complaint.
    if agency.leaders or confidential:
        rows.append((offer(conversation, toggle, "confidential"),))
    rows.append((offer(conversation, "add_evidence", "part_add"),))
    rows.append((offer(conversation, "back", "to_summary"),))
    params = {"confidential": confidential, "leaders": bool(agency.leaders)}
    return OutgoingMessage("intake.additions", params, tuple(rows))
