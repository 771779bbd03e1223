"""The messages of templates/<language>/desk.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

_STATE = (
    "reference service status due overdue open officer taken_at delivery delivered_at additions"
    " unheard unshown notes stars division report"
)
_INSTRUCTED = "reference division officer group"
_AT_DIVISION = "reference division service due overdue by at officer taken_at additions"

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
    "not_now": "reference status",
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
    "posted": "reference purpose officer delivered_at",
    "rewriting": "reference",
    "discarded": "reference",
    "edit_late": "reference purpose",
    "note_saved": "reference officer",
    "unreadable": "",
    "problem": "problem limit",
    "reminder": "reference purpose officer",
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
    "added_confidential": "reference purpose officer due unheard",
    "unreachable": "reference officer purpose",
    # divisions
    "already_assigned": "reference division name at",
    "left_division": "reference division status name",
    "no_divisions": "reference",
    "now_taken_back": "reference division",
    "now_accepted": "reference",
    "already_accepted": "reference name since",
    "which_division": "reference officer before since own",
    "division_chosen": "reference division name",
    "preview_instruction": (f"{_INSTRUCTED} before text files confidential restricted purpose about"),
    "instructed": _INSTRUCTED,
    "preview_report": "reference division officer text files purpose about",
    "report_sent": "reference division officer",
    "reported": "reference division by officer text files confidential",
    "division_card": f"{_AT_DIVISION} story instruction files evidence",
    "division_confidential": _AT_DIVISION,
    "division_closed": "reference before division again reported status name at",
    "instruction": "reference by text",
    "division_help": "buttons commands",
}
