"""The messages of templates/<language>/desk.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

_STATE = (
    "reference service status due overdue open officer taken_at delivery delivered_at additions"
    " unheard unshown draft_by notes stars ended redirected_from"
)
# The message to the citizen about an officer's decision.
_DECISION = "purpose reference officer text files destination contact tracking days due phones"

DESK: Mapping[str, str] = {
    "card": f"{_STATE} story loss resolution earlier evidence attorney objection",
    "card_confidential": f"{_STATE} readers",
    # alerts and refusals: without markup, which an alert cannot show
    "now_yours": "reference",
    "now_verified": "reference",
    "now_explained": "reference",
    "taken": "reference name since",
    "taken_by_you": "reference",
    "not_holder": "reference name",
    "released": "reference",
    "own_case": "reference",
    "meant_by_it": "reference",
    "asked_in_private": "reference",
    "already_verified": "reference name",
    "already_answered": "reference name at",
    "not_now": "reference status name at",
    "not_a_member": "",
    "membership_unknown": "",
    "leaders_only": "reference",
    "answer_in_private": "reference",
    "finish_first": "reference",
    "choose_first": "reference",
    "not_yours": "reference name",
    "nothing_open": "",
    "press_again": "reference officer",
    "more": "reference",
    # approval
    "submitted": "reference purpose officer",
    "review": "reference purpose officer service story text files due",
    "leaders_approve": "reference",
    "draft_newer": "reference",
    "awaiting_approval": "reference name at",
    "now_approved": "reference",
    "preview_return": "reference purpose about officer text files",
    "return_sent": "reference officer",
    "draft_returned": "reference purpose officer name text files",
    "draft_withdrawn": "reference name",
    "take_over_sure": "reference name since officer",
    "taken_over": "reference name officer",
    "meant_sure": "reference officer",
    "meant": "reference name",
    "not_meant": "reference name",
    "meant_leader": "reference name",
    "nothing_to_recall": "reference",
    "recall_sure": "reference purpose at text officer",
    "recalling": "reference purpose name",
    "recalled": "reference purpose name deleted open",
    "recalled_leader": "reference purpose name",
    "officer_left": "officer references",
    "unmatched": "",
    # reading
    "evidence": "reference evidence places",
    "full": "reference status due confidential fields thread",
    "identity": "reference fields",
    # writing
    "prompt": "reference purpose officer",
    "what_for": "reference officer choices",
    "write_which": "reference",
    "send_as": "reference purpose officer",
    "preview": "reference officer text files days confirmed purpose unreachable about",
    "posted": "reference purpose officer approved_by delivered_at",
    "rewriting": "reference text",
    "discarded": "reference",
    "edit_late": "reference purpose",
    "edit_late_ask": "reference officer purpose",
    "edit_waits": "reference",
    "canned": "reference officer",
    "note_saved": "reference officer",
    "unreadable": "",
    "problem": "problem limit",
    "reminder": "reference purpose officer",
    # decisions instead of a response
    "choose_destination": "reference officer destinations",
    "preview_decision": f"{_DECISION} ready unreachable about",
    "no_destination": "reference",
    "no_original": "reference number example",
    "own_original": "reference number",
    "original_of": "reference number original",
    "destination_gone": "reference",
    "no_reader_there": "reference agency",
    "reason_missing": "reference purpose",
    "no_tracking_number": "reference limit",
    # lists and commands
    "list": "filter officer total page pages cases",
    "unknown_number": "number command example",
    "help": "buttons commands",
    "unknown_command": "command commands",
    "mentioned": "officer commands",
    "link_stale": "",
    # what the group gets without a request
    "attorney_given": "reference confidential",
    "added": "reference purpose officer text files due unheard",
    "withdrawn": "reference officer reason text files",
    "added_confidential": "reference purpose officer due unheard",
    "unreachable": "reference officer purpose",
}
