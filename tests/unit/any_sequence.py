"""A desk on which random steps act (desk_steps.py), and the persons around it.

What has to hold after each event is in desk_rules.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conversations import casefile
from conversations.complaints.agency import ComplaintClass, Division
from conversations.complaints.case import Case, Officer
from conversations.complaints.complaint import Channel, Part
from conversations.complaints.rules import Redirect, Rules
from conversations.desk import actions
from conversations.effects import Edit, Effect, Send
from conversations.events import Event, Person
from conversations.messages import Button
from tests.unit.filed import GROUP, Desk, LeanChat
from tests.unit.transcript import LONG_SINCE, RESTRICTED, RULES, STAFF, START, Actor

# The buttons that only show something.
LOOKS = frozenset({"evidence", "read_all", "history", "identity", "more", "papers"})
OTHER_GROUP = STAFF["bakesbangpol"]
DIVISION_GROUP = -100_21
BUDI, RINA, DEWI, NAMELESS, OUTSIDER, NEIGHBOUR, JOKO = 601, 602, 611, 604, 700, 502, 701
# The story of a confidential complaint.
SECRET = "Kejadian kamboja terjadi pada malam hari."
NEW_NAME, NEW_ADDRESS = "Zulaikha Permata", "Dusun Wetan RT 05 RW 02, Desa Raci, Kecamatan Bangil"
# Words of the answers about a person.
PERSONAL = ("Siti Aminah", "Dusun Krajan", "081234567890", "Zulaikha", "Dusun Wetan")

# Who is not in which group.
NOT_IN: Mapping[int, tuple[int, ...]] = {
    GROUP: (OUTSIDER, DEWI, JOKO),
    RESTRICTED: (OUTSIDER, DEWI, NAMELESS, JOKO),
    OTHER_GROUP: (OUTSIDER, BUDI, RINA, NAMELESS, JOKO),
    DIVISION_GROUP: (OUTSIDER, BUDI, RINA, DEWI, NAMELESS),
}


def rules_of(leaders: tuple[int, ...], *, approval: bool, classes: bool) -> Rules:
    """The rules of the tests, with these leaders, approval, classes and divisions, and a body outside.

    The division of the first agency has its own group.
    """
    changes: dict[str, Any] = {"leaders": leaders, "approval": approval and bool(leaders)}
    if classes:
        kinds = (ComplaintClass(id="biaya", name="Biaya"), ComplaintClass(id="lain", name="Lain"))
        changes |= {"classes": kinds, "divisions": (Division(id="pmd", name="Bidang Pemberdayaan"),)}
    agencies = [one.model_copy(update=changes) for one in RULES.agencies]
    grouped = tuple(one.model_copy(update={"chat_id": DIVISION_GROUP}) for one in agencies[0].divisions)
    agencies[0] = agencies[0].model_copy(update={"divisions": grouped})
    outside = Redirect(id="lapor", name="SP4N-LAPOR!", contact="www.lapor.go.id", tracking="ID LAPOR!")
    return RULES.model_copy(update={"agencies": tuple(agencies), "redirects": (outside,)})


_REPRESENTED = {"represents": True, "represented_name": NEW_NAME, "represented_address": NEW_ADDRESS}
# What is filed -> fields of the case, and answers of the complaint.
FILED: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({}, {}),
    "confidential": ({}, {"confidential": True}),
    "restricted": ({"restricted": True}, {}),
    "confidential and restricted": ({"restricted": True}, {"confidential": True}),
    "an officer is reported": ({}, {"reported_person": "Budi Santoso"}),
    "a leader is reported": ({}, {"reported_person": "Ibu Kepala"}),
    "an officer filed it": ({"filed_by": RINA}, {}),
    "for somebody else": ({}, _REPRESENTED),
    "by letter": (
        {"filed_by": 0, "recorded_by": Officer(id=BUDI, name="Budi Santoso")},
        {"channel": Channel.LETTER, "received_on": START.date()},
    ),
}


def file(world: Desk, kind: str) -> Case:
    """A complaint of that kind, whose card is shown in its group."""
    fields, answers = FILED[kind]
    if answers.get("confidential"):
        answers = {**answers, "story": (Part(message=11, at=START, text=SECRET),)}
    case = world.file(**fields)
    told = case.model_copy(update={"complaint": case.complaint.model_copy(update=answers)})
    world.chat.cases[case.id] = told.model_dump_json()
    group = casefile.group_of(told, world.chat.rules)
    world.chat.effects.append(Send(group, actions.card(told, world.chat.world()), f"card:{case.id}"))
    return told


@dataclass
class Shown:
    """The buttons that each chat was shown, oldest first, and how many effects were looked at."""

    seen: int = 0
    buttons: dict[int, list[Button]] = field(default_factory=dict)

    def look(self, effects: Sequence[Effect]) -> None:
        """Note the buttons of the effects since the last look."""
        for effect in effects[self.seen :]:
            if isinstance(effect, Send | Edit):
                offered = (button for row in effect.message.buttons for button in row if button.action)
                self.buttons.setdefault(effect.chat, []).extend(offered)
        self.seen = len(effects)


@dataclass
class Run:
    """The desk, who acts where, and what the steps have made so far."""

    world: Desk
    # Feeds an event: desk_rules.py puts its checks here.
    feed: Callable[[Event], object] = lambda _event: None
    shown: Shown = field(default_factory=Shown)
    # The newest private link of each person.
    links: dict[int, str] = field(default_factory=dict)
    # The own messages of each person, for edits.
    own: dict[int, list[int]] = field(default_factory=dict)
    # The number of effects whose delivery was reported.
    reported: int = 0
    # Who acted last.
    last: Actor | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """Seat the persons in the groups and in private, some of them several times; who is in no group."""
        chat, world = self.world.chat, self.world
        officers = (world.budi, world.rina, world.leader)
        has_division = chat.rules.of_chat(DIVISION_GROUP) is not None
        self.officers = officers
        self.seats = (
            *officers,
            *officers,
            *(world.private(one) for one in officers),
            *(replace(one, chat=RESTRICTED) for one in officers),
            Actor(chat, Person(NAMELESS, "Petugas", nameless=True), GROUP),
            *(world.citizen,) * 3,
            chat.person(NEIGHBOUR, "Warga lain"),
            world.officer(DEWI, "Dewi Lestari", OTHER_GROUP),
            *(world.officer(JOKO, "Joko Susilo", DIVISION_GROUP),) * (2 if has_division else 0),
            chat.person(OUTSIDER, "Orang luar", GROUP),
        )
        for group, absent in NOT_IN.items():
            gone = replace(LONG_SINCE, present=False)
            chat.members |= {(group, person): gone for person in absent}

    @property
    def cases(self) -> list[Case]:
        """All cases as they are now."""
        return [Case.model_validate_json(text) for text in self.world.chat.cases.values()]

    def seat(self, number: int) -> Actor:
        """The seat of that number."""
        return self.seats[number % len(self.seats)]

    def text(self) -> str:
        """A text that no other message has."""
        return f"Kata{next(self.numbers)}x."

    def in_chat(self, chat: int) -> list[Button]:
        """The buttons that this chat was shown, oldest first."""
        self.shown.look(self.world.chat.effects)
        return self.shown.buttons.get(chat, [])


def begun(kinds: Sequence[str], rules: Rules) -> Run:
    """A desk with these complaints."""
    run = Run(Desk(chat=LeanChat(rules=rules)))
    for kind in kinds:
        file(run.world, kind)
    return run
