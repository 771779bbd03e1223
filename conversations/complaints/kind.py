"""What a kind of question is: what it offers, reads and takes, and how its answer is printed.

A kind knows no dialogue: the choices that it offers become buttons in intake, and the labels of choices and
keys are names in templates/<language>/buttons.html.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from conversations.complaints.agency import Agency
from conversations.complaints.cells import Cell, cell_of
from conversations.complaints.rules import Rules
from conversations.events import ContactReceived, FileReceived, LocationReceived
from conversations.reading.identity import (
    Problem,
)
from conversations.reading.words import WordLists

Printed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader needs in addition to the text: the day it was sent on, and the most characters."""

    today: date
    limit: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice under a question.

    `value` travels in its button, `answer` is stored when it is pressed. `text` is its wording where the
    label is "choice", `day` the date in the wording of a label that names one. `action` is what pressing it
    does: most answer, others lead elsewhere.
    """

    label: str
    value: str = ""
    answer: Any = None
    text: str = ""
    day: date | None = None
    action: Literal["answer", "other", "skip"] = "answer"

    @property
    def params(self) -> Mapping[str, str]:
        """The parameters of its label."""
        if self.label == "choice":
            return {"text": self.text}
        return {"day": self.day.isoformat()} if self.day else {}


Choices = tuple[tuple[Choice, ...], ...]
Parameters = Mapping[str, Callable[[Rules, Agency], Any]]


class ReplyKey(NamedTuple):
    """A key of a reply keyboard: it sends its label as text, or shares what it requests."""

    label: str
    request: Literal["", "contact"] = ""


class Consequence(NamedTuple):
    """What else an answer leads to: `place` was said along with it, `warning` names a message."""

    place: str = ""
    warning: str = ""


def _no_choices(_agency: Agency, _today: date) -> Choices:
    return ()


def _no_consequence(_answer: Any, _today: date) -> Consequence:
    return Consequence()


def _as_it_is(answer: Any, _agency: Agency) -> Printed:
    return {"text": str(answer)}


@dataclass(frozen=True, slots=True)
class Kind:
    """How the questions of one kind are asked, read and printed.

    `chat` prints an answer for the templates: {"text": …}, {"day": …}, or {"word": …} of words.html. `read`
    makes an answer of a text, or a Problem; None where no text is an answer. `choices` are the rows of
    buttons; `keys` the reply keyboard, of a question that has no buttons. `params` are the parameters that
    its template needs in addition. `takes` is the event that answers it other than a text or a button;
    `needs_words` says that no other file or place belongs to its answer, not as evidence either.
    `follows` says what an answer leads to, `doubts` whether an answer hardly can be one. `letter` prints an
    answer on paper, where that differs from the chat; `register` makes a cell of what `chat` prints.
    """

    chat: Callable[[Any, Agency], Printed] = _as_it_is
    read: Callable[[str, Reading], Any] | None = None
    choices: Callable[[Agency, date], Choices] = _no_choices
    keys: tuple[ReplyKey, ...] = ()
    params: Parameters = field(default_factory=dict)
    takes: type[ContactReceived | FileReceived | LocationReceived] | None = None
    needs_words: bool = False
    follows: Callable[[Any, date], Consequence] = _no_consequence
    doubts: Callable[[str, WordLists], bool] | None = None
    letter: Callable[[Any, Agency], Printed] | None = None
    register: Callable[[Printed], Cell] = cell_of

    @property
    def is_file(self) -> bool:
        """Whether a file answers it: its answer is opened, and not printed among the others."""
        return self.takes is FileReceived

    def cell(self, answer: Any, agency: Agency) -> Cell:
        """The answer in the register; an empty cell for a question that was not answered."""
        return None if answer is None else self.register(self.chat(answer, agency))

    def read_or_refuse(self, text: str, reading: Reading) -> Any:
        """The answer that the text gives, or the Problem of it; a kind that reads no text says what to do."""
        if self.read:
            return self.read(text, reading)
        return Problem.SEND_A_FILE if self.is_file else Problem.CHOOSE_A_BUTTON

    def in_letter(self, answer: Any, agency: Agency) -> Printed:
        """An answer as a letter prints it."""
        return (self.letter or self.chat)(answer, agency)

    def pressed(self, value: str, agency: Agency, today: date) -> Any:
        """The answer of the choice with this value; None when it is not offered."""
        offered = (choice for row in self.choices(agency, today) for choice in row)
        return next(
            (choice.answer for choice in offered if (choice.action, choice.value) == ("answer", value)), None
        )
