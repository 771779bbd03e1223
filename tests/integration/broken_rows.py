"""Ways to break one stored row, each with the check of what the people see then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.breaking import Change, Row, Sealed, Value, bit, other, without
from tests.integration.both_stores import OTHER_TYPE
from tests.integration.isolation_checks import (
    HANI_GROUP,
    Check,
    case_cannot_be_taken,
    case_is_taken,
    case_is_unreadable,
    citizen_misses_a_message,
    conversation_is_unreadable,
    draft_is_reminded,
    evidence_is_lost,
    file_is_lost,
    group_misses_a_message,
    list_shows_the_others,
    moved_group_gets_its_cards,
    next_complaint_is_filed,
    no_check,
    own_list_is_incomplete,
    quarantine_works,
    reply_finds_its_case,
    response_is_reported,
    trouble_is_answered,
)
from tests.integration.isolation_scenario import (
    ALI,
    BUDI,
    FITRI,
)

# The largest numbers that columns of PostgreSQL have; SQLite has the second one in all of them.
LARGE, HUGE = 2**31 - 1, 2**63 - 1


@dataclass(frozen=True)
class Kind:
    """Which row of a table is broken, how, and the check of what the people see.

    `stage` is that of the quarantine row; empty where the row is repaired without a loss.
    """

    table: str
    where: str
    ways: dict[str, Change]
    check: Check
    stage: str = ""


def _at_screen(name: str) -> Change:
    def change(row: Row, sealed: Sealed) -> dict[str, object]:
        def moved(values: dict[str, Any]) -> None:
            values["draft"]["screen"] = name

        return {"state": sealed.reshaped(row["state"], moved)}

    return change


KINDS = {
    "conversation": Kind(
        "conversations",
        f"chat = {ALI}",
        {"bit": bit("state"), "shape": without("state", "chat"), "type": Value("state", "teks")},
        conversation_is_unreadable,
        "conversation",
    ),
    "case": Kind(
        "cases",
        f"filed_by = {BUDI}",
        {"bit": bit("state"), "shape": without("state", "complaint"), "type": Value("state", 5)},
        case_is_unreadable,
        "case",
    ),
    "waiting message": Kind(
        "outbox",
        f"chat = {FITRI}",
        {"bit": bit("payload"), "shape": without("payload", "template"), "type": Value("not_before", "x")},
        citizen_misses_a_message,
        "outbox",
    ),
    "waiting card": Kind(
        "outbox",
        f"chat = {HANI_GROUP}",
        {"bit": bit("payload"), "shape": Value("state", "unknown"), "type": Value("key", b"\xff")},
        group_misses_a_message,
        "outbox",
    ),
    "waiting response": Kind(
        "outbox",
        "report IS NOT NULL",
        {"bit": bit("payload"), "shape": without("payload", "params"), "type": Value("lane", "x")},
        response_is_reported,
        "outbox",
    ),
    "file to fetch": Kind(
        "files",
        f"chat = {ALI}",
        {
            "bit": bit("attachment"),
            "shape": without("attachment", "attachment"),
            "type": Value("attempts", "x"),
        },
        file_is_lost,
        "file",
    ),
    "stored file": Kind(
        "files",
        f"chat = {BUDI}",
        {"bit": bit("attachment"), "shape": Value("state", "kept"), "type": Value("size", "x")},
        evidence_is_lost,
        "file",
    ),
    "sent message": Kind(
        "sent_messages",
        f"key = (SELECT 'card:' || id FROM cases WHERE filed_by = {BUDI})",  # noqa: S608 - a test's own number
        {"bit": bit("key"), "shape": Value("message_id", -HUGE), "type": Value("key", b"\xff")},
        reply_finds_its_case,
    ),
    "history": Kind(
        "history",
        f"case_id = (SELECT id FROM cases WHERE filed_by = {BUDI}) ORDER BY seq DESC LIMIT 1",  # noqa: S608
        {"bit": bit("what"), "shape": Value("at", ""), "type": Value("digest", b"\xff")},
        case_is_taken,
    ),
    "offset": Kind(
        "offsets",
        "channel = 'telegram'",
        {"bit": bit("next"), "shape": Value("next", -HUGE), "type": Value("next", "x")},
        no_check,
        "offset",
    ),
    "counter": Kind(
        "counters",
        "name = 'outbox'",
        {"bit": bit("name"), "shape": Value("next", -HUGE), "type": Value("next", "x")},
        no_check,
        "counter",
    ),
    "move": Kind(
        "chats",
        "migrated_to IS NOT NULL",
        {
            "shape": Value("migrated_to", 0),
            "huge": Value("migrated_to", HUGE),
            "type": Value("migrated_to", "x"),
        },
        moved_group_gets_its_cards,
        "chat",
    ),
    "quarantine": Kind(
        "quarantine",
        "1 = 1",
        {
            "bit": bit("subject"),
            "shape": Value("times", HUGE),
            "large": Value("times", LARGE),
            "type": Value("raw", "x"),
        },
        quarantine_works,
        "update",
    ),
    "update": Kind(
        "updates",
        "update_id = (SELECT max(update_id) FROM updates)",
        {"bit": bit("update_id"), "shape": Value("update_id", -HUGE), "type": Value("update_id", b"\xff")},
        no_check,
        "offset",
    ),
}
# Single columns next to a seal, and what a valid seal may hold: key, change, check and stage.
COLUMNS: dict[str, tuple[str, Change, Check, str]] = {
    "a conversation's language": ("conversation", Value("language", b"\xff"), no_check, ""),
    "a conversation's time to wake": ("conversation", Value("wake_at", ""), draft_is_reminded, ""),
    "a conversation that is a list": (
        "conversation",
        other("state", draft=[]),
        conversation_is_unreadable,
        "conversation",
    ),
    "a conversation of another person": (
        "conversation",
        other("state", person=5),
        conversation_is_unreadable,
        "conversation",
    ),
    "a conversation at an unknown screen": (
        "conversation",
        _at_screen("wallet"),
        trouble_is_answered,
        "update",
    ),
    "a case's agency": ("case", bit("agency"), own_list_is_incomplete, "case"),
    "a case's number": ("case", Value("serial", "x"), next_complaint_is_filed, "case"),
    "a case's large number": ("case", Value("serial", LARGE), next_complaint_is_filed, "case"),
    "a case's huge number": ("case", Value("serial", HUGE), next_complaint_is_filed, "case"),
    "a conversation's kind of wake-up": ("conversation", Value("wake_kind", b"\xff"), draft_is_reminded, ""),
    "a case's time to wake": ("case", Value("wake_at", ""), no_check, ""),
    "a case's kind of wake-up": ("case", Value("wake_kind", "x"), no_check, ""),
    "a case of another agency": ("case", other("state", agency="nowhere"), list_shows_the_others, "case"),
    "a message's chat": ("waiting message", Value("chat", "x"), no_check, "outbox"),
    "a message of an unknown template": (
        "waiting message",
        other("payload", template="x.y"),
        citizen_misses_a_message,
        "outbox",
    ),
    "a message of another kind": ("waiting message", Value("kind", 7), citizen_misses_a_message, "outbox"),
    "a response's report": ("waiting response", Value("report", b"\xff"), no_check, "outbox"),
    "a response's number": ("waiting response", Value("id", "x"), no_check, "outbox"),
    "a file's owner": ("file to fetch", Value("owner", b"\xff"), no_check, "file"),
    "a file's chat": ("file to fetch", Value("chat", "x"), no_check, "file"),
    "a file's key": ("file to fetch", Value("key", b"\xff"), no_check, "file"),
    "a history's end": ("history", bit("link"), case_cannot_be_taken, "case"),
    "a history's large place": ("history", Value("seq", LARGE), case_cannot_be_taken, "case"),
    "a history's huge place": ("history", Value("seq", HUGE), case_cannot_be_taken, "case"),
    "a history's place that is a text": ("history", Value("seq", "x"), case_cannot_be_taken, "case"),
    "a quarantined row's time": ("quarantine", Value("at", "x"), quarantine_works, "update"),
    "a quarantined row's stage": ("quarantine", Value("stage", b"\xff"), quarantine_works, "update"),
}
BROKEN = {f"{name}-{how}": (kind, way) for name, kind in KINDS.items() for how, way in kind.ways.items()}
BROKEN |= {
    name: (replace(KINDS[kind], check=check, stage=stage), way)
    for name, (kind, way, check, stage) in COLUMNS.items()
}


def _is_refused(kind: Kind, way: Change) -> bool:
    return isinstance(way, Value) and not way.fits(kind.table)


WITHIN_A_SEAL = pytest.mark.sqlite("what a seal holds is read after the statements, which `bit` runs on both")
# Another content of a valid seal: row, statements and check are those of this row's way `bit`.
WITHIN = frozenset(
    {
        "conversation-shape",
        "case-shape",
        "waiting message-shape",
        "waiting response-shape",
        "file to fetch-shape",
        "a conversation that is a list",
        "a conversation of another person",
        "a message of an unknown template",
    }
)


def _marks(name: str, kind: Kind, way: Change) -> Collection[pytest.MarkDecorator]:
    if _is_refused(kind, way):
        return (OTHER_TYPE,)
    return (WITHIN_A_SEAL,) if name in WITHIN else ()


CASES = [
    pytest.param(kind, way, id=name, marks=_marks(name, kind, way)) for name, (kind, way) in BROKEN.items()
]
