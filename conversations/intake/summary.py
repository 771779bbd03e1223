"""The summary before signing: every answer with "Ubah", and the optional additions."""

from __future__ import annotations

from conversations.casefile import counted
from conversations.complaints import draft_path, shown_answers
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.intake.questions import agency_of
from conversations.intake.signing import bodies
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.screens import offer
from conversations.world import World

COLUMNS = 2


def summary(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """All answers, each cut to a preview, with the buttons to go on, change, add or read in full."""
    agency = agency_of(draft, world.rules)
    params = {
        **draft_path.step_of(draft, draft_path.SUMMARY),
        "answers": shown_answers.of_draft(draft, agency),
        "agency": agency.full_name,
        "confidential": bool(draft.answers.get("confidential")),
        "readers": agency.readers,
        "reported": bool(draft.answers.get("reported_person")),
        "delicate": is_delicate(world, draft),
        "bodies": bodies(world.rules),
        "aside": counted(draft.aside),
    }
    use_or_drop = (
        offer(conversation, "use_as_evidence", "aside_use"),
        offer(conversation, "drop_aside", "aside_drop", style="danger"),
    )
    buttons = (
        (offer(conversation, "continue_to_signing", "to_signing", style="success"),),
        *_protecting(world, conversation, draft),
        (offer(conversation, "change", "change_menu"), offer(conversation, "read_all", "read_draft")),
        *((use_or_drop,) if draft.aside else ()),
        (offer(conversation, "add_optional", "additions"),),
        (offer(conversation, "back", "back"), offer(conversation, "cancel", "cancel")),
    )
    return OutgoingMessage("intake.summary", params, buttons)


def is_delicate(world: World, draft: Draft) -> bool:
    """Whether the texts so far have words such as rahasia, takut or pungli (lists.html, "delicate")."""
    about = (answer for name, answer in draft.answers.items() if not _is_personal(name))
    texts = (*(part.text for part in draft.story), *(text for text in about if isinstance(text, str)))
    return any(world.rules.words.mentions("delicate", text) for text in texts)


def _is_personal(name: str) -> bool:
    return name in QUESTIONS and QUESTIONS[name].personal


def _protecting(world: World, conversation: Conversation, draft: Draft) -> Rows:
    """The buttons "Rahasiakan" and "Pihak yang diadukan" below a delicate complaint, unless used."""
    if not is_delicate(world, draft):
        return ()
    row: list[Button] = []
    if agency_of(draft, world.rules).readers and not draft.answers.get("confidential"):
        row.append(offer(conversation, "add_confidential", "confidential", "summary"))
    if not draft.answers.get("reported_person"):
        row.append(offer(conversation, "add_reported_person", "change", "reported_person"))
    return (tuple(row),) if row else ()


def change_menu(conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """One button for each answer."""
    fields = [
        offer(conversation, "change_field", "change", name, params={"field": name})
        for name in draft_path.asked(draft)
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
    if agency.readers or confidential:
        rows.append((offer(conversation, toggle, "confidential"),))
    rows.append((offer(conversation, "add_evidence", "part_add"),))
    rows.append((offer(conversation, "back", "to_summary"),))
    params = {"confidential": confidential, "readers": agency.readers}
    return OutgoingMessage("intake.additions", params, tuple(rows))
