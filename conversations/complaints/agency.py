"""An agency and the rules of the service, as the configuration states them. Data only."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from conversations.complaints.deadlines import Clock


class Settings(BaseModel):
    """Frozen, and an unknown key is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(Settings):
    """A service that people can complain of; `division` names the bidang that answers for it."""

    id: str = Field(pattern=r"^[a-z0-9_-]{1,16}$")
    name: str = Field(min_length=2, max_length=60)
    division: str = ""


class Division(Settings):
    """A bidang of the agency."""

    id: str = Field(pattern=r"^[a-z0-9_-]{1,16}$")
    name: str = Field(min_length=2, max_length=80)


class Contact(Settings):
    """Where the agency is reached without the bot."""

    address: str
    phones: tuple[str, ...] = ()
    email: str = ""
    website: str = ""
    counter_hours: str = ""


class Standard(Settings):
    """The published service standard: what `/standar` shows, from the seeds."""

    decree: str = ""
    requirements: tuple[str, ...]
    procedure: tuple[str, ...]
    time: str
    cost: str
    product: str
    channels: tuple[str, ...] = ()


class Agency(Settings):
    """One agency with its own services, people and groups. Chat id 0 means not set yet."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,15}$")
    short_name: str = Field(min_length=2, max_length=30)
    full_name: str = Field(min_length=2, max_length=120)
    staff_chat_id: int = 0
    restricted_chat_id: int | None = None
    leaders: tuple[int, ...] = ()
    contact: Contact
    standard: Standard
    services: tuple[Service, ...] = Field(min_length=1, max_length=20)
    divisions: tuple[Division, ...] = ()
    resolutions: tuple[str, ...] = Field(default=(), max_length=6)
    clock: Clock = Clock()
    closed_dates: tuple[date, ...] = ()

    @property
    def prefix(self) -> str:
        """The first part of its registration numbers: DPMD-2026-0042."""
        return self.id.upper().replace("_", "")

    @property
    def groups(self) -> frozenset[int]:
        """The chats whose members are this agency's officers."""
        return frozenset(chat for chat in (self.staff_chat_id, self.restricted_chat_id) if chat)

    def service_name(self, service: str) -> str:
        """The name of a listed service, or the person's own words for another one."""
        return next((entry.name for entry in self.services if entry.id == service), service)

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        known = {division.id for division in self.divisions}
        for service in self.services:
            if service.division and service.division not in known:
                message = f"services.{service.id}.division: expected one of {sorted(known)}"
                raise ValueError(message)
        return self


class Limits(Settings):
    """What one complaint may hold, and how long things wait (product.md)."""

    story_characters: int = Field(default=20_000, ge=500, le=20_000)
    answer_characters: int = Field(default=2_000, ge=100, le=2_000)
    files: int = Field(default=10, ge=1, le=50)
    file_megabytes: int = Field(default=20, ge=1, le=2_000)
    draft_reminder_hours: int = Field(default=24, ge=1)
    draft_drop_days: int = Field(default=7, ge=1)
    objection_days: int = Field(default=10, ge=1)
    wrong_codes: int = Field(default=5, ge=1)
    lock_minutes: int = Field(default=60, ge=1)


class Notice(Settings):
    """The privacy notice's version: raise it when the wording changes, and people are asked again."""

    version: str = "2026-01"


class Oversight(Settings):
    """A body that a complaint about the complaint officers themselves may go to."""

    name: str
    contact: str


class Rules(Settings):
    """All that the dialogues need to know of the configuration."""

    agencies: tuple[Agency, ...]
    limits: Limits = Limits()
    notice: Notice = Notice()
    emergency_number: str = "112"
    oversight: tuple[Oversight, ...] = ()
    bot_username: str = ""

    def agency(self, agency: str) -> Agency | None:
        """The agency of that id."""
        return next((entry for entry in self.agencies if entry.id == agency), None)

    def of_chat(self, chat: int) -> Agency | None:
        """The agency whose officers sit in that chat."""
        return next((entry for entry in self.agencies if chat in entry.groups), None)

    @property
    def open_agencies(self) -> tuple[Agency, ...]:
        """The agencies that citizens can choose: those with a staff group to hear them."""
        return tuple(entry for entry in self.agencies if entry.staff_chat_id)


Language = Literal["id", "en"]
