"""Open complaints that no one can read: confidential ones of an agency without leaders, for instance.

They are never shown to the staff group instead: the operator is informed, and names readers in the
configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from bot.database.cases import BOUND
from bot.database.quarantine import Damage, Stage
from bot.database.sealing import Codec, binding
from conversations.casefile import readers_of
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import OPEN
from conversations.complaints.rules import Rules

Query = Callable[[str], Iterable[Sequence[Any]]]

_STATUSES = ", ".join(f"'{status.value}'" for status in sorted(OPEN))
# The index of the listing finds the open ones.
_OPEN = f"SELECT {', '.join(BOUND)}, state FROM cases WHERE status IN ({_STATUSES})"  # noqa: S608 - constants

ADVICE = (
    "List the agency's leaders (`leaders`), or set its restricted_chat_id again, and restart the bot: until "
    "then these complaints are neither read nor answered."
)


def unread_cases(query: Query, codec: Codec, rules: Rules) -> list[str]:
    """The registration numbers of the open complaints that no one can read."""
    found = []
    for *bound, state in query(_OPEN):
        # A case that does not open, or whose agency is not configured, is reported elsewhere.
        case = Damage().open(Stage.CASE, str(bound), state, partial(_open, codec, bound, state))
        if case and rules.agency(case.agency) and not readers_of(case, rules):
            found.append(case.reference)
    return sorted(found)


def _open(codec: Codec, bound: Sequence[Any], state: bytes) -> Case:
    return Case.model_validate_json(codec.open(state, binding("cases", *bound)))
