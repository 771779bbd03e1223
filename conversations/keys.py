"""Keys of our messages (invariant 4): all are built and parsed here.

A key is `kind:subject` or `kind:subject:number`. The subject is a case, a draft or a person; the number
is an officer, a turn, or the place of a message among those of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from conversations.message_kinds import (
    OF_A_PERSON,
    OF_AN_AGENCY,
    RECALLED,
    SHOWINGS,
    TO_AN_OFFICER,
    WORTH_A_TEMPLATE,
    Kind,
)

_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}


class Key(NamedTuple):
    """A parsed key; `number` is 0 where the kind has none."""

    kind: Kind
    subject: str
    number: int = 0

    @property
    def case(self) -> str:
        """The id of the case that the message is about; empty for a message about a person or an agency.

        A draft and its case share their id.
        """
        return "" if self.kind in OF_A_PERSON | OF_AN_AGENCY else self.subject

    @property
    def officer(self) -> int:
        """The officer who is asked by the message; 0 for other messages."""
        return self.number if self.kind in TO_AN_OFFICER else 0

    def __str__(self) -> str:
        """The key as it is stored."""
        return f"{self.kind}:{self.subject}:{self.number}" if self.number else f"{self.kind}:{self.subject}"


def parse(key: str) -> Key | None:
    """The parts of a stored key; None for an empty or unknown one."""
    kind, _, rest = key.partition(":")
    subject, _, number = rest.partition(":")
    if kind not in _KINDS or not subject or (number and not (number.isascii() and number.isdecimal())):
        return None
    return Key(_KINDS[kind], subject, int(number or 0))


def shows_question(key: str) -> bool:
    """Whether the message with this key shows a question of the intake."""
    parsed = parse(key)
    return parsed is not None and parsed.kind in SHOWINGS


def is_worth_a_template(key: str) -> bool:
    """Whether a complaint depends on the message with this key."""
    parsed = parse(key)
    return parsed is not None and parsed.kind in WORTH_A_TEMPLATE


def card(case: str) -> str:
    """The case's card in its group."""
    return str(Key(Kind.CARD, case))


def about(case: str, message: int) -> str:
    """Any other message in the group about a case; `message` is the id of the officer's message or press."""
    return str(Key(Kind.ABOUT, case, message))


def added(case: str, number: int) -> str:
    """What a citizen added, in the group; `number` counts the case's contributions."""
    return str(Key(Kind.ADDED, case, number))


def unreachable(case: str, number: int) -> str:
    """The task in the group when a response or question cannot be delivered."""
    return str(Key(Kind.UNREACHABLE, case, number))


def pass_on(case: str, number: int) -> str:
    """The task to pass a message on to a complainant without an account; `number` counts the case's tasks."""
    return str(Key(Kind.PASS_ON, case, number))


def reminder(case: str) -> str:
    """The newest reminder of a case, in its group."""
    return str(Key(Kind.REMINDER, case))


def leader_reminder(case: str, leader: int) -> str:
    """The newest reminder of a case to a leader."""
    return str(Key(Kind.LEADER_REMINDER, case, leader))


def digest(agency: str, *, restricted: bool) -> str:
    """The newest morning digest of an agency's staff group, or of its restricted chat."""
    return str(Key(Kind.DIGEST, agency, int(restricted)))


def leader_digest(agency: str, leader: int) -> str:
    """The newest list of an agency's overdue cases to a leader."""
    return str(Key(Kind.LEADER_DIGEST, agency, leader))


def prompt(case: str, officer: int) -> str:
    """The message that asks an officer to write."""
    return str(Key(Kind.PROMPT, case, officer))


def preview(case: str, officer: int) -> str:
    """What an officer has written, as the citizen will see it."""
    return str(Key(Kind.PREVIEW, case, officer))


def take_over(case: str, officer: int) -> str:
    """The question whether an officer takes the case over from another one."""
    return str(Key(Kind.TAKE_OVER, case, officer))


def meant(case: str, officer: int) -> str:
    """The question whether the officer is the reported person."""
    return str(Key(Kind.MEANT, case, officer))


def classify(case: str, officer: int) -> str:
    """The question for the class and level of a case, asked of the officer who verifies it."""
    return str(Key(Kind.CLASSIFY, case, officer))


def assign(case: str, leader: int) -> str:
    """The question to a leader which officer handles the case."""
    return str(Key(Kind.ASSIGN, case, leader))


def more(case: str) -> str:
    """The acts that are needed seldom ("Lainnya"), in the group."""
    return str(Key(Kind.MORE, case))


def approval(case: str) -> str:
    """The draft response that a leader approves or returns."""
    return str(Key(Kind.APPROVAL, case))


def canned(case: str, officer: int) -> str:
    """The ready answers that an officer can choose."""
    return str(Key(Kind.CANNED, case, officer))


def plan(case: str) -> str:
    """The reminder of the follow-up plan, in the group."""
    return str(Key(Kind.PLAN, case))


def posted(case: str, place: int) -> str:
    """What an officer has sent; `place` is that of the contribution in the thread, counted from 1."""
    return str(Key(Kind.POSTED, case, place))


def recall(case: str, place: int) -> str:
    """The question whether to recall a message to the citizen; `place` is that in the thread."""
    return str(Key(Kind.RECALL, case, place))


def history(case: str, officer: int) -> str:
    """The history of a case that an officer asked for."""
    return str(Key(Kind.HISTORY, case, officer))


def recalled(kind: Kind, case: str, number: int) -> str:
    """The deletion of a response or question."""
    return str(Key(next(deletion for deletion, sent in RECALLED.items() if sent is kind), case, number))


def is_deletion(key: Key) -> bool:
    """Whether the key is that of a deletion."""
    return key.kind in RECALLED


def recalled_message(key: Key) -> Key:
    """The key of the message that a deletion deletes."""
    return key._replace(kind=RECALLED[key.kind])


def receipt(case: str) -> str:
    """The receipt ("tanda terima")."""
    return str(Key(Kind.RECEIPT, case))


def response(case: str, number: int) -> str:
    """A final response to the citizen, counted from 1."""
    return str(Key(Kind.RESPONSE, case, number))


def letter(case: str, number: int) -> str:
    """The response letter of the final response of this number, on paper."""
    return str(Key(Kind.LETTER, case, number))


def question(case: str, number: int) -> str:
    """A question of an officer to the citizen, counted from 1."""
    return str(Key(Kind.QUESTION, case, number))


def decision(case: str, place: int) -> str:
    """An officer's decision in the citizen's chat; `place` is that in the thread, counted from 1."""
    return str(Key(Kind.DECISION, case, place))


def request(case: str, number: int) -> str:
    """A request to complete the complaint, counted from 1."""
    return str(Key(Kind.REQUEST, case, number))


def completion(case: str, number: int) -> str:
    """The message to the citizen that an officer has confirmed the completeness, counted from 1."""
    return str(Key(Kind.COMPLETION, case, number))


def withdrawal(case: str, officer: int) -> str:
    """The question whether an officer withdraws the request to complete the complaint."""
    return str(Key(Kind.WITHDRAWAL, case, officer))


def judge(case: str) -> str:
    """The choice between "Puas" and "Belum Puas" after a reply to a response."""
    return str(Key(Kind.JUDGE, case))


def stars(case: str) -> str:
    """The message that offers the stars."""
    return str(Key(Kind.STARS, case))


def disposition(case: str, officer: int) -> str:
    """The question to which division an officer gives the case."""
    return str(Key(Kind.DISPOSITION, case, officer))


def division(case: str, place: int) -> str:
    """The case's card at its division; `place` is that of the instruction in the thread, counted from 1."""
    return str(Key(Kind.DIVISION, case, place))


def division_added(case: str, number: int) -> str:
    """What a citizen added, at the division; `number` counts the case's contributions."""
    return str(Key(Kind.DIVISION_ADDED, case, number))


def report(case: str, place: int) -> str:
    """A division's report, in the group of the desk; `place` is that in the thread."""
    return str(Key(Kind.REPORT, case, place))


def data_request(case: str) -> str:
    """The newest task to answer what a citizen asks about their data, in the group."""
    return str(Key(Kind.DATA_REQUEST, case))


def tally(subject: str, turn: int = 0) -> str:
    """The count of what was collected for a case, or of a draft's story in a turn."""
    return str(Key(Kind.TALLY, subject, turn))


def tallies(draft: str) -> str:
    """The beginning of all keys of a draft's counts."""
    return f"{Kind.TALLY}:{draft}:"


def screen(person: int, turn: int) -> str:
    """The screen that was shown in this turn."""
    return str(Key(Kind.SCREEN, str(person), turn))


def screens(person: int) -> str:
    """The beginning of all keys of a person's screens."""
    return f"{Kind.SCREEN}:{person}:"


def held(person: int) -> str:
    """The question what held messages are for."""
    return str(Key(Kind.HELD, str(person)))


def claim(person: int) -> str:
    """The question whether an officer's plain message belongs to the open prompt."""
    return str(Key(Kind.CLAIM, str(person)))


def notice(person: int, message: int) -> str:
    """The notice that a limit is reached; `message` is the person's message that caused it first."""
    return str(Key(Kind.NOTICE, str(person), message))


def open_list(officer: int) -> str:
    """An officer's list of complaints."""
    return str(Key(Kind.LIST, str(officer)))


def own_cases(person: int) -> str:
    """A citizen's list of their complaints."""
    return str(Key(Kind.CASES, str(person)))
