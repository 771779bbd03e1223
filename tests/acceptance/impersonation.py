"""Updates by which the messenger itself says what honest people do: no bot could tell them from the truth."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.acceptance.mutations import Update, places

MOVES = ("migrate_to_chat_id", "migrate_from_chat_id")
NEWS = frozenset((*MOVES, "new_chat_members", "left_chat_member"))


def is_vouched(update: Update, honest: Collection[int]) -> bool:
    """Whether the messenger says by it that an honest person acts, or that their chats change.

    Such an update cannot be told from a real one: it is no attack.
    """
    for kind, told in update.items():
        if not isinstance(told, dict):
            continue
        actor = told.get("from")
        if isinstance(actor, dict) and _is_one_of(actor.get("id"), honest):
            return True
        if (kind.endswith("chat_member") or told.keys() & NEWS) and _names(told, honest):
            return True
    return False


def _names(told: Any, honest: Collection[int]) -> bool:
    return any(_is_one_of(box[key], honest) for box, key in places(told))


def _is_one_of(value: Any, honest: Collection[int]) -> bool:
    return isinstance(value, int | float) and value in honest
