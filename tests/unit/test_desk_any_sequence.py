"""Any sequence of events at the desk keeps to the table, to privacy and to answers, and strands no case."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations import casefile
from conversations.complaints.case import Case
from conversations.desk import access, drafts
from conversations.events import CommandReceived
from conversations.messages import Button
from tests.unit.any_sequence import FILED, Run, begun, rules_of
from tests.unit.desk_rules import watched
from tests.unit.desk_steps import CHOICES, Step, play
from tests.unit.desk_ways import ends
from tests.unit.filed import pressed
from tests.unit.transcript import LEADER, Actor

NEW_OFFICER, SECOND_LEADER = 650, 901
number = st.integers(0, 999)
steps = st.lists(st.tuples(st.sampled_from(CHOICES), number, number), max_size=40)
filed = st.lists(st.sampled_from(sorted(FILED)), min_size=1, max_size=2)
leading = st.sampled_from([(LEADER,), (LEADER, SECOND_LEADER), ()])


@settings(max_examples=60)
@given(filed, leading, st.booleans(), st.booleans(), steps)
def test_any_sequence_of_events_keeps_the_promises(
    kinds: Sequence[str],
    leaders: tuple[int, ...],
    approval: bool,
    classes: bool,
    events: Sequence[Step],
) -> None:
    run = begun(kinds, rules_of(leaders, approval=approval, classes=classes))
    watch = watched(run)
    try:
        for event in events:
            play(run, event)
        for case in run.cases:
            if case.open and (actor := can_end(run, case)):
                comes_to_an_end(run, case, actor)
    except Exception as error:
        error.add_note("\n".join(watch.trace[-40:]))
        raise


def can_end(run: Run, case: Case) -> Actor | None:
    """An officer who is new here, or the leader for a confidential case.

    None where no leader is left who may read it: the card, or a message to the operator, says so.
    """
    world = run.world
    if not case.complaint.confidential or access.is_restricted(case, world.chat.world()):
        return world.officer(NEW_OFFICER, "Cakra Wijaya")
    leaders = casefile.agency_of(case, world.chat.rules).leaders
    may_read = LEADER in leaders and LEADER not in case.meant
    return world.leader if may_read else None


def comes_to_an_end(run: Run, case: Case, actor: Actor) -> None:
    """This officer, and a leader where approval is asked for, lead the case out by the shown buttons."""
    world = run.world
    for seat in (actor, world.private(actor)):
        run.feed(CommandReceived(seat.origin(), "batal", ""))
    ends(world, case, actor, run.feed)
    now = world.now(case)
    if now.open and now.pending:
        leader = drafts.approvers(now, world.chat.world())[0]
        seat = world.officer(leader, "Pimpinan", casefile.group_of(now, world.chat.rules))
        approve = Button("approve", "approve", case.id, now.version, str(now.pending.number))
        run.feed(pressed(seat, approve))
    assert not world.now(case).open
