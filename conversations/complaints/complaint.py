"""The legal fields of a complaint, once. Conversation, summary, letter, register and card come from here.

A new field is one line in `Complaint` and its texts `intake.ask_<field>` and `field_<field>` in templates/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from conversations.complaints.entry_kinds import PAST_DAY, TRACKING_ID
from conversations.complaints.kind import Kind
from conversations.complaints.kinds import (
    ADDRESS,
    FILE,
    NAME,
    PHONE,
    PLACE,
    REPORTED_HANDLES,
    RESOLUTION,
    SERVICE,
    STORY,
    TEXT,
    WHEN,
    choice,
)
from conversations.complaints.part import Frozen, Part

__all__ = [
    "FILES",
    "QUESTIONS",
    "REUSABLE",
    "Answers",
    "Channel",
    "Complaint",
    "Frozen",
    "LossKind",
    "Part",
    "Question",
    "Step",
    "Switch",
    "path",
]

Answers = Mapping[str, Any]


class LossKind(StrEnum):
    """The loss suffered. UU 25/2009 asks for it; none is a valid answer."""

    MATERIAL = "material"
    IMMATERIAL = "immaterial"
    BOTH = "both"
    NONE = "none"


class Channel(StrEnum):
    """How a complaint reached the agency that an officer enters for a citizen ("/catat")."""

    LETTER = "letter"
    PHONE = "phone"
    VISIT = "visit"
    LAPOR = "lapor"


class Step(StrEnum):
    """The steps that "Langkah n dari m" counts."""

    NOTICE = "notice"
    ENTRY = "entry"
    SERVICE = "service"
    STORY = "story"
    OCCURRENCE = "occurrence"
    LOSS = "loss"
    RESOLUTION = "resolution"
    NAME = "name"
    ADDRESS = "address"
    SUMMARY = "summary"
    SIGNING = "signing"


def always(_answers: Answers) -> bool:
    """Asked in every complaint."""
    return True


def _on_behalf(answers: Answers) -> bool:
    return bool(answers.get("on_behalf"))


def _through_lapor(answers: Answers) -> bool:
    return _on_behalf(answers) and answers.get("channel") == Channel.LAPOR


def _some_loss(answers: Answers) -> bool:
    return answers.get("loss_kind") not in {None, LossKind.NONE}


def _represents(answers: Answers) -> bool:
    return bool(answers.get("represents"))


def _names_a_person(answers: Answers) -> bool:
    return bool(answers.get("reported_person"))


@dataclass(frozen=True, slots=True)
class Switch:
    """A yes or no that a button under another question turns: its field, and the labels for on and off."""

    field: str
    on: str
    off: str


@dataclass(frozen=True, slots=True)
class Question:
    """How one field is asked, and of whom.

    `optional` ones can be skipped; an `addition` is offered in the summary. `personal` answers say who the
    person is. `fills` is the field that a place said along with the answer answers as well; `voids` the
    field whose answer held for the earlier answer only; `reusable` answers of the account's last complaint
    are offered again; `spoken_to` ones address the complainant, and have another wording for an officer who
    enters the complaint; `switch` what a button under the question turns;
    `words` the field that keeps what is written at a question which takes only buttons.
    """

    step: Step
    kind: Kind
    optional: bool = False
    addition: bool = False
    personal: bool = False
    asked_if: Callable[[Answers], bool] = always
    fills: str = ""
    voids: str = ""
    reusable: bool = False
    spoken_to: bool = False
    switch: Switch | None = None
    words: str = ""


class Complaint(Frozen):
    """A complaint as filed. Fields with a Question are asked, in this order.

    Source: the agencies' service standard, Persyaratan 1 a-d.
    """

    # The agency's id; the citizen chooses it first.
    agency: str
    # Whether an officer entered it for the complainant ("/catat").
    on_behalf: bool = False
    # How it reached the agency; None if the complainant filed it here.
    channel: Annotated[
        Channel | None, Question(Step.ENTRY, choice(Channel, "channel_"), asked_if=_on_behalf)
    ] = None
    # The tracking ID of SP4N-LAPOR!.
    tracking_id: Annotated[str | None, Question(Step.ENTRY, TRACKING_ID, asked_if=_through_lapor)] = None
    # The day on which it reached the agency.
    received_on: Annotated[date | None, Question(Step.ENTRY, PAST_DAY, asked_if=_on_behalf)] = None
    # The id of a listed service, or another one in the citizen's words.
    service: Annotated[str, Question(Step.SERVICE, SERVICE)]
    # What happened: messages, files and places.
    story: Annotated[tuple[Part, ...], Question(Step.STORY, STORY)]
    # When it happened: "text" as typed, "day" and "place" as far as they could be read; None if skipped.
    occurred: Annotated[
        dict[str, Any] | None, Question(Step.OCCURRENCE, WHEN, optional=True, fills="occurred_place")
    ] = None
    # Where it happened, as typed, or the coordinates of a location.
    occurred_place: Annotated[str | None, Question(Step.OCCURRENCE, PLACE, optional=True)] = None
    # The kind of the loss suffered.
    loss_kind: Annotated[LossKind, Question(Step.LOSS, choice(LossKind, "loss_"), words="loss")]
    # The loss in words; None without one.
    loss: Annotated[str | None, Question(Step.LOSS, TEXT, asked_if=_some_loss)] = None
    # The resolution that is asked for, in words.
    resolution: Annotated[str, Question(Step.RESOLUTION, RESOLUTION)]
    # The complainant's full name.
    name: Annotated[
        str,
        Question(
            Step.NAME,
            NAME,
            personal=True,
            reusable=True,
            spoken_to=True,
            switch=Switch("represents", "for_another", "for_myself"),
        ),
    ]
    # Whether the complainant acts for another person; a button at the name's question sets it.
    represents: bool = False
    # That person's full name.
    represented_name: Annotated[
        str | None, Question(Step.NAME, NAME, asked_if=_represents, personal=True)
    ] = None
    # That person's address.
    represented_address: Annotated[
        str | None, Question(Step.NAME, ADDRESS, asked_if=_represents, personal=True)
    ] = None
    # The pages of that person's power of attorney; None while it is still to come.
    power_of_attorney: Annotated[
        tuple[Part, ...] | None,
        Question(Step.NAME, FILE, optional=True, asked_if=_represents, personal=True),
    ] = None
    # The complainant's full address.
    address: Annotated[str, Question(Step.ADDRESS, ADDRESS, personal=True, reusable=True, spoken_to=True)]
    # The complainant's telephone number as "+62…".
    phone: Annotated[
        str | None, Question(Step.SUMMARY, PHONE, optional=True, addition=True, personal=True)
    ] = None
    # The person the complaint is about: a name or a position.
    reported_person: Annotated[
        str | None,
        Question(Step.SUMMARY, TEXT, optional=True, addition=True, personal=True, voids="reported_handles"),
    ] = None
    # Whether that person handles complaints at this agency: "yes", "no" or "unsure".
    reported_handles: Annotated[
        str | None,
        Question(Step.SUMMARY, REPORTED_HANDLES, asked_if=_names_a_person, personal=True),
    ] = None
    # The registration number of an earlier complaint that this one continues.
    earlier_complaint: Annotated[str | None, Question(Step.SUMMARY, TEXT, optional=True, addition=True)] = (
        None
    )
    # Whether only the appointed leaders may read it; a button among the additions sets it.
    confidential: bool = False
    # Where it was signed: as typed, else taken from the address.
    place: str = ""
    # The name typed once more as a signature; empty when a photo was sent instead.
    signature: str = ""
    # The photo of a handwritten signature.
    signature_file: Part | None = None
    # Whether it was made orally: an officer's record replaces the signature.
    oral: bool = False
    # When "Kirim" was pressed; `signing.signed_complaint` sets this and the rest.
    signed_at: datetime
    # What the signature covers, as a hash.
    signature_digest: str = ""
    # The version of the privacy notice that was accepted, and when; an officer's entry has none.
    notice_version: str = ""
    notice_accepted_at: datetime | None = None

    @property
    def evidence(self) -> tuple[Part, ...]:
        """The parts of the story that are files or places."""
        return tuple(part for part in self.story if part.kind != "text")

    @property
    def pages(self) -> tuple[Part, ...]:
        """The files that answer questions of their own, such as a power of attorney."""
        return tuple(part for name in FILES for part in getattr(self, name) or ())

    @property
    def account(self) -> str:
        """The story's texts, one paragraph for each message."""
        return "\n".join(part.shown for part in self.story if part.shown)


QUESTIONS: Mapping[str, Question] = {
    name: question
    for name, field in Complaint.model_fields.items()
    for question in field.metadata
    if isinstance(question, Question)
}

# The fields whose answers are offered again in the account's next complaint.
REUSABLE: tuple[str, ...] = tuple(name for name, question in QUESTIONS.items() if question.reusable)

# The fields that files answer.
FILES: tuple[str, ...] = tuple(name for name, question in QUESTIONS.items() if question.kind.is_file)


def path(answers: Answers) -> tuple[str, ...]:
    """The fields that this person is asked, in order; additions are asked only once chosen."""
    return tuple(
        name
        for name, question in QUESTIONS.items()
        if question.asked_if(answers) and (not question.addition or name in answers)
    )
