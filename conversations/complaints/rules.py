"""The rules of the service, as the configuration states them. Data only."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from conversations.complaints.agency import Agency, Settings
from conversations.reading.words import WordLists


class Limits(Settings):
    """The limits of a complaint, and the waiting times (product.md)."""

    # The most characters of a story, of an addition or of a response.
    story_characters: int = Field(default=20_000, ge=500, le=20_000)
    # The most characters of any other answer.
    answer_characters: int = Field(default=2_000, ge=100, le=2_000)
    # The most files of a story, of an addition or of a response.
    files: int = Field(default=10, ge=1, le=50)
    # The largest file, in megabytes.
    file_megabytes: int = Field(default=20, ge=1, le=2_000)
    # What one person may send on one day: complaints, additions to one complaint, edits of messages.
    complaints_per_day: int = Field(default=10, ge=1)
    additions_per_day: int = Field(default=20, ge=1)
    edits_per_day: int = Field(default=200, ge=1)
    # The most files of one person on one day, and their size together, in megabytes.
    files_per_day: int = Field(default=100, ge=1)
    megabytes_per_day: int = Field(default=300, ge=1)
    # The hours without an answer after which the citizen is reminded of a draft.
    draft_reminder_hours: int = Field(default=24, ge=1)
    # The days without an answer after which a draft is deleted.
    draft_drop_days: int = Field(default=7, ge=1)
    # The calendar days for an objection, counted from the delivery of the response.
    objection_days: int = Field(default=10, ge=1)
    # The calendar days within which the citizen completes a complaint, counted from the request.
    completion_days: int = Field(default=30, ge=1)
    # The number of wrong access codes after which no more are accepted.
    wrong_codes: int = Field(default=5, ge=1)
    # The minutes for which none are accepted then.
    lock_minutes: int = Field(default=60, ge=1)
    # The free megabytes of the disk below which no file is fetched.
    disk_reserve_megabytes: int = Field(default=200, ge=0)


class Notice(Settings):
    """The version of the privacy notice. With a new version citizens are asked to accept it again."""

    version: str = "2026-11"


class Oversight(Settings):
    """An authority to which a complaint about the complaint officers themselves can be sent."""

    name: str
    contact: str


class Redirect(Settings):
    """A body outside this bot to which an officer can refer a complaint ("Bukan Kewenangan")."""

    # Its id, which stored decisions contain.
    id: str = Field(pattern=r"^[a-z0-9_-]{1,16}$")
    # Its name.
    name: str = Field(min_length=2, max_length=60)
    # How citizens reach it.
    contact: str
    # The name of the number that it gives, such as "ID LAPOR!"; empty for none.
    tracking: str = Field(default="", max_length=20)


class Rules(Settings):
    """The part of the configuration that the dialogues need."""

    # The agencies, in the order in which citizens see them.
    agencies: tuple[Agency, ...]
    # The limits of a complaint, and the waiting times.
    limits: Limits = Limits()
    # The privacy notice.
    notice: Notice = Notice()
    # The number to call in an emergency.
    emergency_number: str = "112"
    # The authorities for complaints about complaint officers.
    oversight: tuple[Oversight, ...] = ()
    # The bodies outside this bot to which complaints can be referred.
    redirects: tuple[Redirect, ...] = ()
    # The chat of the operator; 0 if none is configured.
    operator_chat_id: int = 0
    # The bot's user name, to recognise commands to other bots in a group.
    bot_username: str = ""
    # The number of the service on WhatsApp, as 6281234567890; empty without WhatsApp.
    whatsapp_number: str = ""
    # The messengers that citizens have used and that are switched off now: what is sent there waits.
    switched_off: frozenset[str] = frozenset()
    # The word lists of the templates: typed buttons, confused words, titles.
    words: WordLists = WordLists()

    def agency(self, agency: str) -> Agency | None:
        """The agency with this id; None for an unknown one."""
        return next((entry for entry in self.agencies if entry.id == agency), None)

    def of_chat(self, chat: int) -> Agency | None:
        """The agency to which this group belongs: its staff, restricted or a division's; else None."""
        return next((entry for entry in self.agencies if chat in entry.groups), None)

    def is_of_division(self, chat: int) -> bool:
        """Whether this chat is the own group of a division, whose members may do less than officers."""
        return any(chat in entry.division_chats for entry in self.agencies)

    def contacts(self, agency: str = "") -> list[dict[str, Any]]:
        """How to speak with a person: of this agency, or of all that citizens can choose."""
        known = [entry for entry in self.agencies if entry.id == agency]
        return [_contact(entry) for entry in known or self.open_agencies or self.agencies]

    @property
    def open_agencies(self) -> tuple[Agency, ...]:
        """The agencies that citizens can choose: those with a staff group."""
        return tuple(entry for entry in self.agencies if entry.staff_chat_id)


def _contact(agency: Agency) -> dict[str, Any]:
    return {
        "name": agency.short_name,
        "full_name": agency.full_name,
        "handles": agency.handles,
        "address": agency.contact.address,
        "phones": list(agency.contact.phones),
        "email": agency.contact.email,
        "website": agency.contact.website,
        "hours": agency.contact.counter_hours,
    }


Language = Literal["id", "en"]
