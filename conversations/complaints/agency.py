"""The agencies and the rules of the service, as the configuration states them. Data only."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from conversations.complaints.deadlines import Clock
from conversations.reading.words import WordLists

# Who reads a complaint that the staff group does not read; empty for no one.
Readers = Literal["leaders", "restricted", ""]


class Settings(BaseModel):
    """A frozen part of the configuration; an unknown key is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(Settings):
    """A service about which citizens can complain; `division` is the id of the division that provides it."""

    id: str = Field(pattern=r"^[a-z0-9_-]{1,16}$")
    name: str = Field(min_length=2, max_length=60)
    division: str = ""


class Division(Settings):
    """A division of the agency (bidang)."""

    id: str = Field(pattern=r"^[a-z0-9_-]{1,16}$")
    name: str = Field(min_length=2, max_length=80)
    # Its own group; 0 without one.
    chat_id: int = 0
    # Its topic: in its own group, else in the staff group; 0 without one.
    topic_id: int = Field(default=0, ge=0)


class ComplaintClass(Settings):
    """A class of complaints, such as procedure or cost, which an officer chooses at the verification."""

    # Short, because the buttons contain it.
    id: str = Field(pattern=r"^[a-z0-9_-]{1,12}$")
    name: str = Field(min_length=2, max_length=40)


class Contact(Settings):
    """How the agency is reached without the bot."""

    # The address of its office.
    address: str
    # Its telephone numbers.
    phones: tuple[str, ...] = ()
    # Its e-mail address.
    email: str = ""
    # The address of its website.
    website: str = ""
    # The opening hours of its counter.
    counter_hours: str = ""


class Standard(Settings):
    """The published standard of the complaint service, which /standar shows."""

    # The number of the decree that sets it ("SK").
    decree: str = ""
    # What a complaint has to contain ("Persyaratan").
    requirements: tuple[str, ...]
    # The steps ("Sistem, Mekanisme dan Prosedur").
    procedure: tuple[str, ...]
    # How long it takes ("Waktu Penyelesaian").
    time: str
    # What it costs ("Biaya").
    cost: str
    # What the citizen gets ("Produk Layanan").
    product: str
    # The other ways to complain.
    channels: tuple[str, ...] = ()
    # To whom a complaint about this service itself goes ("Pengaduan Layanan"), line by line.
    complaints_to: tuple[str, ...] = ()


class CannedAnswer(Settings):
    """An answer that officers can choose; they can change it before it is sent."""

    # The button.
    title: str = Field(min_length=2, max_length=20)
    text: str = Field(min_length=2, max_length=2_000)


class Agency(Settings):
    """An agency with its own services, officers and groups."""

    # Its id; the registration numbers begin with it.
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,15}$")
    # Its abbreviation, for messages with several agencies.
    short_name: str = Field(min_length=2, max_length=30)
    # Its official name.
    full_name: str = Field(min_length=2, max_length=120)
    # The government of which it is a part, above its name on letters; empty for none.
    parent: str = Field(default="", max_length=120)
    # The picture on its letters: the path of a PNG, JPG or SVG file; empty for none.
    logo: str = ""
    # What it is responsible for, in one line: topics with commas between them.
    handles: str = Field(default="", max_length=150)
    # A service that citizens complain about, as the example under the question; empty: its first service.
    service_example: str = Field(default="", max_length=60)
    # The chat of its officers; 0 while it is not set.
    staff_chat_id: int = 0
    # The topic of that group where its cards are shown, where it is a forum; 0 for the general one.
    staff_topic_id: int = Field(default=0, ge=0)
    # The chat for complaints about its complaint officers, if there is one.
    restricted_chat_id: int | None = None
    # The messenger ids of its leaders.
    leaders: tuple[int, ...] = ()
    # Whether a leader approves each response and correction before it is sent.
    approval: bool = False
    # Answers that officers can choose for a response.
    answers: tuple[CannedAnswer, ...] = Field(default=(), max_length=10)
    # How it is reached without the bot.
    contact: Contact
    # Its published service standard.
    standard: Standard
    # The services about which citizens can complain.
    services: tuple[Service, ...] = Field(min_length=1, max_length=20)
    # Its divisions.
    divisions: tuple[Division, ...] = ()
    # The classes of complaints, one of which an officer chooses at the verification; none: it is not asked.
    classes: tuple[ComplaintClass, ...] = Field(default=(), max_length=12)
    # The resolutions that are offered to the citizen.
    resolutions: tuple[str, ...] = Field(default=(), max_length=6)
    # How long it may take for a response.
    clock: Clock = Clock()
    # Its own closed days, in addition to the public holidays.
    closed_dates: tuple[date, ...] = ()

    @property
    def prefix(self) -> str:
        """The first part of its registration numbers: "DPMD" of DPMD-2026-0042."""
        return self.id.upper().replace("_", "")

    @property
    def groups(self) -> frozenset[int]:
        """The chats whose members are this agency's officers."""
        chats = {self.staff_chat_id, self.restricted_chat_id or 0, *self.division_chats}
        return frozenset(chats - {0})

    @property
    def division_chats(self) -> frozenset[int]:
        """The own groups of its divisions."""
        return frozenset(division.chat_id for division in self.divisions if division.chat_id)

    @property
    def readers(self) -> Readers:
        """Who reads its confidential complaints: the leaders, else the restricted chat; empty for no one."""
        if self.leaders:
            return "leaders"
        return "restricted" if self.restricted_chat_id else ""

    @property
    def example(self) -> str:
        """The example under the question for the service."""
        return self.service_example or self.services[0].name

    def service_name(self, service: str) -> str:
        """The name of the service with this id; the text itself where a citizen named another service."""
        return next((entry.name for entry in self.services if entry.id == service), service)

    def division(self, division: str) -> Division | None:
        """The division with this id; None for an unknown one."""
        return next((entry for entry in self.divisions if entry.id == division), None)

    def division_name(self, division: str) -> str:
        """The name of the division with this id; the id itself where the configuration has none."""
        known = self.division(division)
        return known.name if known else division

    def class_name(self, classified: str) -> str:
        """The name of the class with this id; empty for an unknown one."""
        return next((entry.name for entry in self.classes if entry.id == classified), "")

    @model_validator(mode="after")
    def _someone_approves(self) -> Self:
        if self.approval and not self.leaders:
            raise ValueError("approval: found true without leaders, expected leaders or approval = false")
        return self

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        known = sorted({division.id for division in self.divisions})
        wrong = [
            f"services[{service.id}].division: found {service.division!r}, expected "
            + (f"one of {', '.join(known)}" if known else "none, as no divisions are listed")
            for service in self.services
            if service.division and service.division not in known
        ]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self


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
