"""The core's providers: random ids, access codes and working days."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from datetime import date
from functools import partial

from bot.channels.capabilities import capabilities_of
from bot.channels.message_ids import is_before, is_next
from bot.clock.calendars import WorkingCalendar
from conversations.complaints.references import CODE_BYTES, access_code, hash_code
from conversations.complaints.rules import Rules
from conversations.world import Providers, Wordings

ID_ALPHABET = string.ascii_lowercase + string.digits
ID_LENGTH = 12


def make_providers(rules: Rules, pepper: bytes, wordings: Wordings) -> Providers:
    """Providers over the agencies' calendars; `pepper` keys the stored access codes."""
    return Providers(
        new_id=_new_id,
        new_code=lambda: access_code(secrets.token_bytes(CODE_BYTES)),
        hash_code=partial(hash_code, pepper=pepper),
        is_working_day=calendars(rules),
        is_before=is_before,
        is_next=is_next,
        capabilities=capabilities_of,
        wordings=wordings,
    )


def _new_id() -> str:
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))


def calendars(rules: Rules) -> Callable[[str, date], bool]:
    """The working days of each agency."""
    calendars = {agency.id: WorkingCalendar(agency.closed_dates) for agency in rules.agencies}
    return lambda agency, day: calendars[agency].is_working_day(day)
