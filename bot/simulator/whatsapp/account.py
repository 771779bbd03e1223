"""The account of the business: its constants, its clock, and the people who can be reached."""

import base64
import secrets
from collections.abc import Callable
from typing import Any

from bot.simulator.whatsapp.contact import Contact
from bot.simulator.whatsapp.limits import CloudLimits
from bot.simulator.whatsapp.media import MediaStore
from bot.simulator.whatsapp.templates import Templates

TOKEN_BYTES = 60
HEAD, MIDDLE = b"\x1c\x18", b"\x15\x02\x00\x11\x18\x12"


class Clock:
    """The server's time in Unix seconds, which tests stop and move forward."""

    def __init__(self, base: Callable[[], float]) -> None:
        self._base = base
        self.offset = 0.0

    def now(self) -> float:
        """Return the time."""
        return self._base() + self.offset

    def stop(self) -> None:
        """Let the time move by `forward` only."""
        now = self._base()
        self._base = lambda: now

    def forward(self, seconds: float) -> None:
        """Move the time forward."""
        self.offset += seconds


class Account:
    """One number of one business; `changed` is called at each change that a person or a test can see."""

    phone_number_id = "106540352242922"
    business_account_id = "102290129340398"
    app_id = "670843887433847"
    display_number = "+62 811-3000-0001"
    verified_name = "Aduan Latihan"
    quality_rating = "GREEN"
    name_status = "APPROVED"
    status = "CONNECTED"
    messaging_limit = "TIER_2K"

    def __init__(self, clock: Clock, limits: CloudLimits | None, changed: Callable[[], None]) -> None:
        self.token = f"EAA{secrets.token_urlsafe(TOKEN_BYTES)}"
        self.clock = clock
        self.limits = limits
        self.changed = changed
        self.people: list[Contact] = []
        self.media = MediaStore(clock.now)
        self.templates = Templates()
        # What POST conversational_automation has set.
        self.automation: dict[str, Any] = {}
        self.subscribed = False
        # The secret of the app, which signs deliveries; and the fields that it receives.
        self.app_secret = ""
        self.fields = ["messages"]

    @property
    def number(self) -> str:
        """Return the digits of the business number, as webhooks have it."""
        return "".join(letter for letter in self.display_number if letter.isdecimal())

    def by_number(self, digits: str) -> Contact | None:
        """Return the person who uses this number now, or None."""
        return next((person for person in self.people if person.number == digits), None)

    def by_user_id(self, user_id: str) -> Contact | None:
        """Return the person who has this id now, or None."""
        return next((person for person in self.people if person.user_id == user_id), None)

    def clear(self) -> None:
        """Remove all people, files and settings; templates stay."""
        self.people.clear()
        self.media = MediaStore(self.clock.now)
        self.automation = {}


def new_wamid(number: str) -> str:
    """Return a new id of a message, which contains the number as the real ones do."""
    unique = secrets.token_hex(9).upper().encode()
    digits = number.encode()
    return f"wamid.{base64.b64encode(HEAD + bytes([len(digits)]) + digits + MIDDLE + unique).decode()}"


def new_user_id() -> str:
    """Return a new id of a person in this business (BSUID): country, dot, digits."""
    return f"ID.{secrets.randbelow(9 * 10**19) + 10**19}"
