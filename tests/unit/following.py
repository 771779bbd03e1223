"""What a citizen follows up: a response, a question, an addition, next to a draft."""

from __future__ import annotations

from conversations.complaints.case import Case
from tests.unit.filed import CITIZEN, Desk
from tests.unit.walker import walk

STRANGER = 888
# Words of the complaint that only its owner may read.
PERSONAL = ("Siti", "Krajan", "0812")


def responded(world: Desk) -> Case:
    """A case whose response was delivered."""
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    return case


def asked(world: Desk) -> Case:
    """A case with an officer's question."""
    case = world.file()
    world.asked(world.budi, case, "Di mana kejadiannya?")
    return case


def drafting(world: Desk) -> None:
    """The citizen is in the middle of a new complaint."""
    walk(world.citizen, until="story")
    assert world.chat.conversation(CITIZEN).listener == "intake"


def adding(world: Desk) -> Case:
    """Tambah Keterangan was pressed."""
    case = world.file()
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("add_information") == ["followup.collect"]
    return case
