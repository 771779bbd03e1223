"""The messages of templates/<language>/system.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

SYSTEM: Mapping[str, str] = {
    "unknown_group": "chat title",
    "own_id": "person",
    "no_anonymous": "",
    "try_again": "",
    "send_again": "what at contacts",
    "record_damaged": "agencies",
    "case_damaged": "agencies",
    "own_case_damaged": "agencies",
    "message_missing": "",
    "group_message_missing": "",
    "operator_quarantine": "stage error count",
    "operator_undelivered": "count reason",
    "operator_card_waits": "count reason",
    "operator_delayed": "reason",
    "operator_topic_lost": "reason",
    "operator_group_lost": "chat",
    "operator_unread": "references",
    "operator_unknown_group": "chat title",
    "operator_numbers_gap": "first last",
    "operator_numbers_damaged": "path",
    "operator_numbers_unwritable": "path reason",
    "press_outdated": "",
    "checking": "",
    "file_not_replaced": "",
    "operator_public_group": "chat username",
    "keyboard_closed": "",
    "same_again": "",
    "not_ready": "contacts",
    "no_room": "contacts",
    "no_room_group": "",
    "operator_no_room": "free reserve",
    "flooded": "at contacts",
    "flooded_group": "at officer",
    "flooded_press": "",
    "operator_backup_failed": "path reason",
}
