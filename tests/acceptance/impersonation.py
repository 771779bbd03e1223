"""Updates in which an honest person acts: a bot cannot tell them from real ones, so they are no attack."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.acceptance.mutations import Update, places

MOVES = ("migrate_to_chat_id", "migrate_from_chat_id")
NEWS = frozenset((*MOVES, "new_chat_members", "left_chat_member"))


def is_impersonation(update: Update, honest: Collection[int]) -> bool:
    """Whether the update names an honest person as the sender, or changes an honest person's chats."""
    for kind, content in update.items():
        if not isinstance(content, dict):
            continue
        actor = content.get("from")
        if isinstance(actor, dict) and _is_one_of(actor.get("id"), honest):
            return True
        if (kind.endswith("chat_member") or content.keys() & NEWS) and _names(content, honest):
            return True
    return False


def _names(value: Any, honest: Collection[int]) -> bool:
    return any(_is_one_of(box[key], honest) for box, key in places(value))


def _is_one_of(value: Any, honest: Collection[int]) -> bool:
    return isinstance(value, int | float) and value in honest
