"""What the server knows of one person on WhatsApp."""

from typing import Any

from bot.simulator.whatsapp.phone import Phone, Shown

WINDOW_SECONDS = 24 * 3600.0


class Contact:
    """A person: identities, the phone, and whether messages arrive.

    `username_only` people have a username and hide their number from businesses.
    """

    def __init__(self, number: str, name: str, user_id: str, *, username_only: bool) -> None:
        self.number = number
        self.name = name
        self.user_id = user_id
        self.username_only = username_only
        self.phone = Phone()
        self.blocked = False
        self.switched_off = False
        # Arrived while the phone was off.
        self.undelivered: list[Shown] = []
        # When the person wrote last, in Unix seconds.
        self.heard: float | None = None

    @property
    def username(self) -> str:
        """Return the username of a person who has one, else ""."""
        return f"{self.name.split()[0].lower()}.{self.user_id[-4:]}" if self.username_only else ""

    @property
    def window_until(self) -> float:
        """Return until when free messages are taken, in Unix seconds; 0 before the first message."""
        return self.heard + WINDOW_SECONDS if self.heard is not None else 0.0

    def as_contact(self) -> dict[str, Any]:
        """Return the person as the `contacts` of a webhook have it."""
        profile = {"name": self.name}
        if self.username_only:
            return {"profile": {**profile, "username": self.username}, "user_id": self.user_id}
        return {"profile": profile, "wa_id": self.number, "user_id": self.user_id}

    def as_sender(self) -> dict[str, str]:
        """Return the fields of a message that say who sent it."""
        known = {"from_user_id": self.user_id}
        return known if self.username_only else {"from": self.number, **known}

    def as_recipient(self) -> dict[str, str]:
        """Return the fields of a status that say whom the message was for."""
        known = {"recipient_user_id": self.user_id} if self.user_id else {}
        return known if self.username_only else {"recipient_id": self.number, **known}
