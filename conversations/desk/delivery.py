"""What became of a message that matters: "Terkirim" on the card, or a task when nobody can be reached."""

from __future__ import annotations

from datetime import timedelta

from conversations import casefile
from conversations.cards import card_key, edit_card
from conversations.complaints.case import Case, Status, changed
from conversations.effects import Lane, Outcome, RecordHistory, Send
from conversations.events import Delivery, FileStored, MessageReported
from conversations.messages import Button, OutgoingMessage
from conversations.world import World


def delivery_reported(event: MessageReported, world: World) -> Outcome:
    """A response or question reached the messenger, or never will. Delivery starts the objection days."""
    case = world.cases.get(event.case)
    if case is None:
        return Outcome()
    kind, _, number = event.key.partition(f":{case.id}:")
    if kind != "response":
        return _task(case, world, event) if event.delivery is Delivery.UNREACHABLE else Outcome()
    if number != str(len(case.responses)) or case.delivery is event.delivery:
        return Outcome()
    delivered = event.delivery is Delivery.DELIVERED
    case = changed(case, delivery=event.delivery, delivered_at=event.at if delivered else None)
    if delivered and case.status is Status.RESPONDED:
        day = event.at.astimezone(world.now.tzinfo).date()
        until = day + timedelta(days=world.rules.limits.objection_days)
        case = case.model_copy(update={"objection_until": until})
    record = RecordHistory(case.id, "clock", f"response_{event.delivery}", event.key)
    reported = Outcome.of(case, edit_card(case, world, Lane.UNASKED), record)
    return reported if delivered else reported + _task(case, world, event)


def _task(case: Case, world: World, event: MessageReported) -> Outcome:
    officer = {"id": case.officer.id, "name": case.officer.name} if case.officer else None
    kind = event.key.partition(":")[0]
    buttons = ((Button("identity", "identity", case.id, case.version),),)
    message = OutgoingMessage(
        "desk.unreachable",
        {"reference": casefile.marked(case), "officer": officer, "purpose": kind},
        buttons,
        reply_to=card_key(case),
    )
    key = f"unreachable:{case.id}:{event.key.rpartition(':')[2]}"
    group = casefile.group_of(case, world.rules)
    return Outcome.of(Send(group, message, key, Lane.UNASKED))


def file_stored(event: FileStored, world: World) -> Outcome:
    """A file's SHA-256 follows in the history once its owner is a case."""
    if event.owner not in world.cases:
        return Outcome()
    text = f"{event.file} sha256:{event.sha256} {event.size}"
    return Outcome.of(RecordHistory(event.owner, "clock", "file_stored", text))
