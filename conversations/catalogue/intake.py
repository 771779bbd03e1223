"""The messages of templates/<language>/intake.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.complaints.complaint import QUESTIONS, Question


def _asked(question: Question) -> str:
    """The parameters of a question: its step, the answer so far, and what its kind and its switch add."""
    switch = (question.switch.field,) if question.switch else ()
    last = ("last",) if question.reusable else ()
    spoken = ("on_behalf",) if question.spoken_to else ()
    return " ".join(("step", "steps", "current", *question.kind.params, *switch, *last, *spoken))


# The messages of templates/<language>/explain.html: each screen in plainer words, for a confused person.
EXPLAIN: Mapping[str, str] = {
    **dict.fromkeys((*QUESTIONS, "agency", "notice", "summary", "signing", "place"), "phones"),
    # what follow-up asks for
    **dict.fromkeys(("reference", "access_code"), "phones"),
    "collecting": "phones purpose reference",
}

INTAKE: Mapping[str, str] = {
    "welcome": "agencies contacts",
    "choose_agency": "contacts unread kept",
    "just_asking": "contacts channels",
    "other_channels": "contacts channels emergency",
    "notice": "agency address phones email version messenger step steps",
    "declined": "agency address phones hours",
    "resume_or_start_over": "drafts full",
    "confirm_start_over": "agency service started_at",
    "still_kept": "agency service started_at",
    **{f"ask_{name}": _asked(question) for name, question in QUESTIONS.items()},
    "ask_place": "current",
    **{f"confirm_{name}": "text" for name, question in QUESTIONS.items() if question.kind.doubts},
    "type_service": "example",
    "answered": "field answer",
    "tally": "count files",
    "late_evidence": "count",
    "words_needed": "kind field",
    "story_kept": "count",
    "story_needs_text": "contacts",
    "story_parts": "parts",
    "replace_part": "number text kind",
    "old_occurrence": "",
    "old_receipt": "",
    "problem": "problem limit",
    "unreadable": "kind",
    "contact_unasked": "",
    "edited": "field",
    "joined": "field answer",
    "is_it_complete": "field text",
    "write_the_rest": "text",
    "edit_too_late": "",
    "press_a_button": "",
    "words_kept": "field",
    "taken_over": "parts",
    "left_out": "",
    "not_taken": "text",
    "courtesy": "kind explained phones",
    "which_button": "",
    "summary": "step steps answers agency confidential readers reported delicate bodies aside",
    "change": "",
    "additions": "confidential readers",
    "handler_reported": "bodies",
    "no_reader": "bodies contacts",
    "signing": "step steps place day agency declared signature photo restricted",
    "signing_on_behalf": "step steps place day agency photo oral restricted officer",
    "wrong_name": "name text",
    "sign_with_name": "name",
    "read_all": "answers agency",
    "confirm_cancel": "unsaved",
    "cancelled": "",
    "nothing_to_cancel": "contacts",
    "reminder": "agency service until",
    "dropped": "agency service days",
    "file_lost": "name reason megabytes messenger",
    "file_lost_later": "name reason megabytes messenger reference attorney",
    "file_lost_on_behalf": "name reason megabytes messenger reference",
    "receipt": "reference code agency service name represented attorney confidential "
    "place received_at due_on history_head phones",
    "receipt_on_behalf": "reference code agency service name represented attorney confidential "
    "place received_at due_on history_head phones channel officer oral whatsapp",
    "already_filed": "reference",
}
