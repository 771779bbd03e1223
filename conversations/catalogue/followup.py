"""The messages of templates/<language>/followup.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

FOLLOWUP: Mapping[str, str] = {
    # what officers send
    "receipt_confirmed": "reference officer position agency address due",
    "response": "reference officer text files days confirmed",
    "correction": "reference officer text files days",
    "recalled": "reference purpose at deleted open",
    "question": "reference officer text files",
    "decision": "purpose reference officer text files destination contact tracking days due phones",
    "ready_text": "reference destination fields",
    # the withdrawal
    "withdraw_which": "references cancelled",
    "withdraw_sure": "reference reason",
    "withdraw_late": "reference status",
    "withdrawn": "reference phones",
    # the verdict
    "verdict_over": "reference status until outdated",
    "thanks": "reference",
    "starred": "reference count",
    "judge": "references count until",
    "answer_this": "reference count text until",
    "explained": "reference officer until",
    "closed_by_silence": "reference days",
    "assigned": "reference division",
    # collecting
    "collect": "reference purpose attorney",
    "attorney_please": "",
    "attorney_kept": "reference",
    "settle_first": "reference purpose count",
    "tally": "reference purpose count until parts",
    "nothing_yet": "reference",
    "edited": "",
    "dropped": "reference",
    "objection_late": "reference",
    "sent": "reference purpose count due open unheard",
    "reminder": "reference purpose count until",
    "not_open": "reference status",
    # messages while no dialogue listens
    "what_for": "count draft answers until phones",
    "begin_with_this": "count until phones",
    "courtesy": "kind references opening contacts",
    "held_expired": "parts",
    "unsent_expired": "reference purpose parts",
    "let_go": "",
    "edit_filed": "reference",
    "edit_unknown": "",
    "unreadable": "kind",
    "contact_unasked": "",
    "problem": "problem limit",
    # status
    "cases": "total page pages cases draft",
    "case": "reference agency service status due overdue officer timeline last until own verifier address"
    " ended phones redirected_from original items complete_by",
    "full": "reference fields confidential place signed_at signature evidence thread",
    "ask_reference": "example unread empty",
    "ask_code": "reference",
    "wrong_code": "reference left contacts",
    "locked": "until contacts",
    "text_please": "code",
    "left": "",
    "nothing_open": "",
    "nothing_asked": "",
    "contacts": "contacts asked text",
    "add_which": "",
    # documents
    "documents": "reference",
    "documents_which": "",
    # pages
    "choose_standard": "",
    "standard": "agency decree requirements procedure time cost product channels contact complaints_to",
    "help": "contacts emergency files megabytes draft commands messenger",
    "unknown_command": "command commands contacts",
    "privacy": "version agencies name account messenger language accepted last_answers drafts unsent cases"
    " profile",
    "choose_language": "",
    "language_chosen": "",
    # several messages as one, where a message cannot change (limited_chats.py)
    "together": "messages",
}
