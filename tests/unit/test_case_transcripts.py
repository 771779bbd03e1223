"""The conversations at the top of desk/dialogue.py and followup/dialogue.py take place word for word."""

from __future__ import annotations

import pytest

from conversations.complaints.life_cycle import Status
from conversations.desk import dialogue as desk
from conversations.followup import dialogue as followup
from tests.unit.played import Play
from tests.unit.transcript import STAFF, Actor, Chat
from tests.unit.walker import walk

# Where each conversation leaves the case.
ENDS = {"desk": (desk, Status.RESPONDED), "followup": (followup, Status.REOPENED)}


def file(siti: Actor, _text: str) -> None:
    """A complaint like any other."""
    walk(siti, until="filed")


@pytest.mark.parametrize("name", ENDS)
def test_the_conversation_that_the_dialogue_describes_takes_place(name: str) -> None:
    dialogue, status = ENDS[name]
    chat, group = Chat(), STAFF["dpmd"]
    siti, rina = chat.person(5001), chat.person(602, "Rina", group)
    people = {"Siti": siti, "Rina": rina, "the group": rina, "Telegram": siti}
    assert Play(people, {"files a complaint": file}).check(dialogue.__doc__ or "") > 8
    assert chat.case().status is status
