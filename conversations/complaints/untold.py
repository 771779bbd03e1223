"""What officers have to pass on to a complainant without an account (no_account.py)."""

from __future__ import annotations

from typing import Any

from conversations.complaints.part import Frozen


class Untold(Frozen):
    """A message for a complainant without an account, which an officer has to pass on."""

    # Its place among all such messages of the case, counted from 1.
    number: int
    # The key that it would have in the chat of a complainant with an account; empty for none.
    key: str = ""
    # The message: its template, parameters and files.
    template: str
    params: dict[str, Any]
    files: tuple[str, ...] = ()
    # The chats where officers were asked to pass it on.
    chats: tuple[int, ...]
