"""Who filed a complaint cannot handle it, whichever button of the desk they press."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from conversations.complaints.case import Case, Officer, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.life_cycle import Status
from conversations.conversation import Undecided, Unsent
from conversations.desk import dialogue as desk
from conversations.effects import RecordHistory
from tests.unit.filed import GROUP, Desk
from tests.unit.test_desk_verification import desk as desk_with_lists

RINA = 602
# The values of the buttons of all questions, as Rina could be asked them.
VALUES = (
    *("", "602", "602,note", "602,final_response", "602,yes", "602,meant_no", "602,biaya,1"),
    *("602,1,recall_yes", "602,601,take_over_yes", "dpmd,602", "1", "0", "final_response"),
)
# What a person may do who reads a case: the views are recorded.
VIEWS = frozenset({"identity_viewed", "evidence_viewed", "read_viewed"})
# What the pressing of a question leaves in the case and no message shows.
UNSHOWN: Mapping[str, object] = {"grants": {}, "prompted": {}, "not_meant": ()}


def _prepared(status: Status) -> tuple[Desk, Case]:
    """A case of Rina's that Budi handles, and a text for it that Rina somehow has begun in the group."""
    world = desk_with_lists()
    budi = Officer(id=601, name="Budi Santoso")
    handled: dict[str, Any] = {"verified_by": budi, "level": 1, "officer": budi}
    case = world.file(filed_by=RINA, status=status, **({} if status is Status.RECEIVED else handled))
    part = Part(message=5, at=world.chat.now, text="Sudah selesai")
    since = world.chat.now - timedelta(hours=1)
    unsent = Unsent(case=case.id, purpose=Purpose.RESPONSE, parts=(part,), since=since)
    undecided = Undecided(reference=case.reference, parts=(part,))
    begun = {"listener": "writing", "writing": unsent, "undecided": undecided}
    known = world.chat.conversation(RINA, GROUP).model_copy(update=begun)
    world.chat.conversations[str(known.key)] = known.model_dump_json()
    return world, case


def _plain(case: Case) -> Case:
    return case.model_copy(update=UNSHOWN)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.IN_PROGRESS, Status.RESPONDED])
@pytest.mark.parametrize("action", sorted(desk.ACTIONS))
def test_no_button_lets_the_complainant_handle_the_case(action: str, status: Status) -> None:
    for value in VALUES:
        world, case = _prepared(status)
        world.press(world.rina, case, action, value)
        assert _plain(world.now(case)) == _plain(case), value
        recorded = {e.what for e in world.chat.effects if isinstance(e, RecordHistory)}
        assert recorded <= VIEWS, value
