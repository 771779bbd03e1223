"""The legal fields of a complaint, once. Conversation, summary, letter, register and card come from here.

A new field is one line in `Complaint` and its texts `intake.ask_<field>` and `field_<field>` in templates/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from conversations.complaints.kinds import (
    ADDRESS,
    FILE,
    NAME,
    PHONE,
    PLACE,
    RESOLUTION,
    SERVICE,
    STORY,
    TEXT,
    WHEN,
    Kind,
    choice,
)
from conversations.complaints.part import Frozen, Part

__all__ = ["QUESTIONS", "Answers", "Complaint", "Frozen", "LossKind", "Part", "Question", "Step", "Switch"]
__all__ += ["path"]

Answers = Mapping[str, Any]


class LossKind(StrEnum):
    """The loss suffered. UU 25/2009 asks for it; none is a valid answer."""

    MATERIAL = "material"
    IMMATERIAL = "immaterial"
    BOTH = "both"
    NONE = "none"


class Step(StrEnum):
    """The steps that "Langkah n dari m" counts."""

    NOTICE = "notice"
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
    """Asked of everybody."""
    return True


def _some_loss(answers: Answers) -> bool:
    return answers.get("loss_kind") not in {None, LossKind.NONE}


def _represents(answers: Answers) -> bool:
    return bool(answers.get("represents"))


def _names_somebody(answers: Answers) -> bool:
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
    field whose answer held for the earlier answer only; `switch` what a button under the question turns.
    """

    step: Step
    kind: Kind
    optional: bool = False
    addition: bool = False
    personal: bool = False
    asked_if: Callable[[Answers], bool] = always
    fills: str = ""
    voids: str = ""
    switch: Switch | None = None


class Complaint(Frozen):
    """A complaint as filed. Fields with a Question are asked, in this order.

    Source: the agencies' service standard, Persyaratan 1 a-d.
    """

    agency: str
    service: Annotated[str, Question(Step.SERVICE, SERVICE)]
    story: Annotated[tuple[Part, ...], Question(Step.STORY, STORY)]
    occurred: Annotated[
        dict[str, Any] | None, Question(Step.OCCURRENCE, WHEN, optional=True, fills="occurred_place")
    ] = None
    occurred_place: Annotated[str | None, Question(Step.OCCURRENCE, PLACE, optional=True)] = None
    loss_kind: Annotated[LossKind, Question(Step.LOSS, choice(LossKind, "loss_"))]
    loss: Annotated[str | None, Question(Step.LOSS, TEXT, asked_if=_some_loss)] = None
    resolution: Annotated[str, Question(Step.RESOLUTION, RESOLUTION)]
    name: Annotated[
        str,
        Question(Step.NAME, NAME, personal=True, switch=Switch("represents", "for_another", "for_myself")),
    ]
    represents: bool = False
    represented_name: Annotated[
        str | None, Question(Step.NAME, NAME, asked_if=_represents, personal=True)
    ] = None
    represented_address: Annotated[
        str | None, Question(Step.NAME, ADDRESS, asked_if=_represents, personal=True)
    ] = None
    power_of_attorney: Annotated[
        tuple[Part, ...] | None,
        Question(Step.NAME, FILE, optional=True, asked_if=_represents, personal=True),
    ] = None
    address: Annotated[str, Question(Step.ADDRESS, ADDRESS, personal=True)]
    phone: Annotated[
        str | None, Question(Step.SUMMARY, PHONE, optional=True, addition=True, personal=True)
    ] = None
    reported_person: Annotated[
        str | None,
        Question(Step.SUMMARY, TEXT, optional=True, addition=True, personal=True, voids="reported_handles"),
    ] = None
    reported_handles: Annotated[
        str | None,
        Question(Step.SUMMARY, choice(("yes", "no", "unsure")), asked_if=_names_somebody, personal=True),
    ] = None
    confidential: bool = False
    place: str = ""
    signature: str = ""
    signature_file: Part | None = None
    signed_at: datetime
    signature_digest: str = ""
    notice_version: str
    notice_accepted_at: datetime

    @property
    def evidence(self) -> tuple[Part, ...]:
        """The parts of the story that are files or places."""
        return tuple(part for part in self.story if part.kind != "text")

    @property
    def told(self) -> str:
        """The story's texts, one paragraph a message."""
        return "\n".join(part.shown for part in self.story if part.text)


QUESTIONS: Mapping[str, Question] = {
    name: question
    for name, field in Complaint.model_fields.items()
    for question in field.metadata
    if isinstance(question, Question)
}


def path(answers: Answers) -> tuple[str, ...]:
    """The fields that this person is asked, in order; additions are asked only once chosen."""
    return tuple(
        name
        for name, question in QUESTIONS.items()
        if question.asked_if(answers) and (not question.addition or name in answers)
    )
