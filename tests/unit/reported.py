"""Complaints with every outcome, played through the desk, for the figures of a report.

Each is received on Tuesday 17 March 2026 and due on Friday; working days are Monday to Friday.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from conversations.complaints.agency import Agency, ComplaintClass
from conversations.complaints.case import Case
from conversations.complaints.figures import Scope
from conversations.complaints.rules import Rules
from conversations.events import DeadlinePassed, WakeupKind
from tests.unit.divided import DIVIDED, Divided
from tests.unit.filed import CITIZEN, LeanChat, complaint
from tests.unit.incomplete import ask_for
from tests.unit.test_desk_archiving import archived
from tests.unit.test_desk_exits import LAPOR, decided, referred
from tests.unit.test_followup_withdrawing import on_page
from tests.unit.transcript import START

FRIDAY = date(2026, 3, 20)
# What no report may contain: from a name, an address, a story, an own service, an officer's name.
PRIVATE = ("Zulaikha", "Jambangan", "kecubung", "kenanga", "Santoso")


def rules() -> Rules:
    """The first agency has divisions, classes and a body outside."""
    classes = (ComplaintClass(id="biaya", name="Pungutan"), ComplaintClass(id="sikap", name="Sikap petugas"))
    agencies = tuple(one.model_copy(update={"classes": classes}) for one in DIVIDED.agencies)
    return DIVIDED.model_copy(update={"agencies": agencies, "redirects": (LAPOR,)})


RULES = rules()
AGENCY: Agency = RULES.agencies[0]


@dataclass
class Played:
    """A case at its end, and its history: when and what."""

    case: Case
    history: list[tuple[date, str]]


class Day(Divided):
    """A desk in which days pass."""

    def __init__(self) -> None:
        super().__init__(LeanChat(rules=RULES))

    def to(self, day: int) -> None:
        """Go on at 09:00 of this day of March 2026."""
        self.chat.now = max(START + timedelta(days=day - 17), self.chat.now)

    def wakes(self, case: Case, kind: WakeupKind, **after: float) -> None:
        """The clock acts on the case after this time."""
        self.later(**after)
        self.chat.feed(DeadlinePassed(self.chat.now, person=CITIZEN, case=case.id, kind=kind))

    def completes(self, case: Case) -> None:
        """An officer confirms that what was missing came to the counter."""
        self.press(self.budi, case, "completion")
        self.budi.says("Berkas diterima di loket.", reply_to=self.prompt(case))
        self.budi.presses("send")

    def satisfied(self, case: Case, stars: int = 0) -> None:
        """The citizen is satisfied with the newest response, and gives stars."""
        self.delivered(case, len(self.now(case).responses))
        self.citizen.presses("satisfied")
        if stars:
            self.citizen.presses("star", str(stars))

    def objects(self, case: Case) -> None:
        """The citizen is not satisfied."""
        self.delivered(case, len(self.now(case).responses))
        self.citizen.presses("not_satisfied")
        self.citizen.says("Belum ada perubahan.")
        self.citizen.presses("send")


def _answered(day: int, stars: int = 0) -> Callable[[Day, Case], None]:
    def play(world: Day, case: Case) -> None:
        world.to(day)
        world.answered(world.budi, case)
        world.satisfied(case, stars)

    return play


def _silent(world: Day, case: Case) -> None:
    _answered_only(world, case, 20)
    world.delivered(case)
    world.wakes(case, WakeupKind.OBJECTION_EXPIRED, days=12)


def _answered_only(world: Day, case: Case, day: int) -> None:
    world.to(day)
    world.answered(world.budi, case)


def _paused(world: Day, case: Case) -> None:
    """Asked on Wednesday 18, completed on Monday 23 (due on Thursday 26), answered on that Thursday."""
    world.to(18)
    ask_for(world, case, "address")
    world.to(23)
    world.completes(case)
    _answered_only(world, case, 26)


def _lapsed(world: Day, case: Case) -> None:
    ask_for(world, case, "address")
    world.wakes(case, WakeupKind.COMPLETION_LAPSED, days=32)


def _asked_by_mistake(world: Day, case: Case) -> None:
    """Asked on Wednesday 18, withdrawn on Friday 20: Wednesday and Thursday do not count."""
    world.to(18)
    ask_for(world, case, "address")
    world.to(20)
    world.press(world.budi, case, "withdraw_request")
    world.budi.presses("recall_yes")
    _answered_only(world, case, 24)


def _objected(world: Day, case: Case) -> None:
    _answered_only(world, case, 19)
    world.objects(case)
    world.to(20)


def _convinced(world: Day, case: Case) -> None:
    _objected(world, case)
    _answered_only(world, case, 25)
    world.satisfied(case, 4)


def _recalled(world: Day, case: Case) -> None:
    """Answered on Wednesday 18, recalled; answered again on Monday 23."""
    _answered_only(world, case, 18)
    world.press(world.budi, case, "recall")
    world.budi.presses("recall_yes")
    _answered_only(world, case, 23)


def _corrected(world: Day, case: Case) -> None:
    _answered_only(world, case, 20)
    world.to(24)
    world.press(world.budi, case, "correct")
    world.budi.says("Hari Selasa.", reply_to=world.prompt(case))
    world.budi.presses("send")


def _withdrawn(world: Day, case: Case) -> None:
    on_page(world, case)
    world.citizen.presses("withdraw_solved")
    world.citizen.presses("withdraw_yes")


def _duplicate(world: Day, case: Case) -> None:
    original = world.file()
    decided(world, case, "duplicate", f"{original.reference} Sudah dilaporkan.")


def _divided(world: Day, case: Case) -> None:
    world.assigned(case)
    world.reported(case)
    world.to(19)
    world.answered(world.rina, case)


def _classified(world: Day, case: Case) -> None:
    world.press(world.rina, case, "verify")
    world.rina.presses("choice", "602,biaya,")
    world.rina.presses("level_1")


def _archived(world: Day, case: Case) -> None:
    _answered(20, 5)(world, case)
    archived(world, case, division="pemdes")


PLAYS: Mapping[str, Callable[[Day, Case], None]] = {
    "answered on the due date": _answered(20, 5),
    "answered a working day late": _answered(23, 2),
    "answered on its first day": _answered(17),
    "answered, then silence": _silent,
    "paused and completed": _paused,
    "asked by mistake": _asked_by_mistake,
    "incomplete": lambda world, case: ask_for(world, case, "address"),
    "lapsed": _lapsed,
    "objected": _objected,
    "objected and convinced": _convinced,
    "recalled and late": _recalled,
    "corrected": _corrected,
    "withdrawn": _withdrawn,
    "rejected": lambda world, case: decided(world, case, "reject"),
    "a question": lambda world, case: decided(world, case, "not_complaint"),
    "referred": referred,
    "duplicate": _duplicate,
    "through a division": _divided,
    "classified": _classified,
    "archived with a plan": _archived,
    "untouched": lambda _world, _case: None,
}


def play(name: str, number: int = 1, answers: Mapping[str, Any] | None = None, **changes: Any) -> Played:
    """The complaint of that name, with these answers; `changes` are fields of the case."""
    world = Day()
    world.serials = itertools.count(number)
    secret = {"name": f"{PRIVATE[0]} Permata", "address": f"Dusun {PRIVATE[1]}", "resolution": PRIVATE[2]}
    said = complaint(**secret, **(answers or {}))
    case = world.file(**{"due_on": FRIDAY, "complaint": said, **changes})
    PLAYS[name](world, case)
    recorded = [(at.date(), record.what) for at, record in world.chat.records if record.case == case.id]
    return Played(world.now(case), recorded)


def scope(today: date, *, restricted: bool = False, agency: Agency = AGENCY) -> Scope:
    """The report about March 2026."""
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    return Scope(agency, first, last, today, lambda day: day.weekday() < 5, restricted)
