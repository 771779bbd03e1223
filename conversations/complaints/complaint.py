"""The legal fields of a complaint, once. Conversation, summary, letter, register and card come from here.

A new field is one line in `Complaint` and its texts `intake.ask_<field>` and `field_<field>` in templates/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict

from conversations.events import FileKind
from conversations.reading.identity import Problem, read_address, read_name, read_phone, read_text, read_when

Answers = Mapping[str, Any]


class Frozen(BaseModel):
    """Immutable: a change is a copy."""

    model_config = ConfigDict(frozen=True)


class Part(Frozen):
    """One message of a story, an addition or a response. `file` is the key of a kept file.

    `message` is the messenger's id of the message; `replaced` its earlier texts, oldest first.
    """

    message: int
    at: datetime
    kind: FileKind | Literal["text", "location"] = "text"
    text: str = ""
    file: str = ""
    name: str = ""
    album: str = ""
    replaced: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Its text as people read it: two numbers alone would tell nobody that they are a place."""
        return f"📍 {self.text}" if self.kind == "location" else self.text


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


class Ask(StrEnum):
    """How a field is asked for."""

    SERVICE = "service"
    STORY = "story"
    WHEN = "when"
    CHOICE = "choice"
    RESOLUTION = "resolution"
    TEXT = "text"
    PHONE = "phone"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader may need beside the text."""

    today: date
    limit: int


Reader = Callable[[str, Reading], Any]


def _text(text: str, reading: Reading) -> str | Problem:
    return read_text(text, reading.limit)


def _name(text: str, reading: Reading) -> str | Problem:
    short = read_text(text, reading.limit)
    return short if isinstance(short, Problem) else read_name(short)


def _address(text: str, reading: Reading) -> str | Problem:
    short = read_text(text, reading.limit)
    return short if isinstance(short, Problem) else read_address(short)


def _phone(text: str, _reading: Reading) -> str | Problem:
    return read_phone(text)


def _when(text: str, reading: Reading) -> dict[str, Any] | Problem:
    short = read_text(text, reading.limit)
    value = short if isinstance(short, Problem) else read_when(short, reading.today)
    return value if isinstance(value, Problem) else value.model_dump(mode="json")


def _choose(_text: str, _reading: Reading) -> Problem:
    return Problem.CHOOSE_A_BUTTON


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
class Question:
    """How one field is asked: its step, manner, reader, and of whom.

    Each of `choices` has a button and a word in the templates, whose names begin with `prefix`.
    """

    step: Step
    ask: Ask
    read: Reader = _text
    optional: bool = False
    addition: bool = False
    asked_if: Callable[[Answers], bool] = always
    choices: tuple[str, ...] = ()
    prefix: str = ""
    personal: bool = False

    def word_of(self, choice: str) -> str:
        """The name of a choice's button and word in the templates."""
        return f"{self.prefix}{choice}"


class Complaint(Frozen):
    """A complaint as filed. Fields with a Question are asked, in this order.

    Source: the agencies' service standard, Persyaratan 1 a-d.
    """

    agency: str
    service: Annotated[str, Question(Step.SERVICE, Ask.SERVICE)]
    story: Annotated[tuple[Part, ...], Question(Step.STORY, Ask.STORY)]
    occurred: Annotated[
        dict[str, Any] | None, Question(Step.OCCURRENCE, Ask.WHEN, read=_when, optional=True)
    ] = None
    occurred_place: Annotated[str | None, Question(Step.OCCURRENCE, Ask.TEXT, optional=True)] = None
    loss_kind: Annotated[
        LossKind,
        Question(Step.LOSS, Ask.CHOICE, read=_choose, choices=tuple(LossKind), prefix="loss_"),
    ]
    loss: Annotated[str | None, Question(Step.LOSS, Ask.TEXT, asked_if=_some_loss)] = None
    resolution: Annotated[str, Question(Step.RESOLUTION, Ask.RESOLUTION)]
    name: Annotated[str, Question(Step.NAME, Ask.TEXT, read=_name, personal=True)]
    represents: bool = False
    represented_name: Annotated[
        str | None, Question(Step.NAME, Ask.TEXT, read=_name, asked_if=_represents, personal=True)
    ] = None
    represented_address: Annotated[
        str | None, Question(Step.NAME, Ask.TEXT, read=_address, asked_if=_represents, personal=True)
    ] = None
    power_of_attorney: Annotated[
        tuple[Part, ...] | None,
        Question(Step.NAME, Ask.FILE, optional=True, asked_if=_represents, personal=True),
    ] = None
    address: Annotated[str, Question(Step.ADDRESS, Ask.TEXT, read=_address, personal=True)]
    phone: Annotated[
        str | None,
        Question(Step.SUMMARY, Ask.PHONE, read=_phone, optional=True, addition=True, personal=True),
    ] = None
    reported_person: Annotated[
        str | None, Question(Step.SUMMARY, Ask.TEXT, optional=True, addition=True, personal=True)
    ] = None
    reported_handles: Annotated[
        str | None,
        Question(
            Step.SUMMARY,
            Ask.CHOICE,
            read=_choose,
            asked_if=_names_somebody,
            choices=("yes", "no", "unsure"),
            personal=True,
        ),
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
